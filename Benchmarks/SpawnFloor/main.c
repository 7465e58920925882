/*
 * The floor of shell jobs: start a command, wait for its end, again, and nothing else.
 *
 *     spawn-floor <how often> <program> [argument...]
 */
#include <spawn.h>
#include <stdlib.h>
#include <sys/wait.h>

extern char **environ;

int main(int count, char **words) {
    if (count < 3) return 64;
    for (int left = atoi(words[1]); left > 0; left--) {
        pid_t pid;
        int status;
        if (posix_spawn(&pid, words[2], NULL, NULL, words + 2, environ) != 0) return 71;
        if (waitpid(pid, &status, 0) != pid || status != 0) return 1;
    }
    return 0;
}
