/*
 * Control groups, version 2: one for each minder, below a base that is the guardian's. Called by guardian and minders.
 *
 * A minder lives in its group, so that its runs start there without being moved. The kernel's cgroup.kill would take it along,
 * so it steps out to the base first, and returns when nothing is left of the run.
 */
#include "guard.h"

#include <fcntl.h>

enum { GROUP_PATH = 512, GROUP_DEPTH = 8 };

static char base[GROUP_PATH]; /* empty: there are no groups */
static int last_group;

/* Room is left for the names that are put behind it. */
void group_set_base(const char *path) {
    size_t length = 0;
    while (path[length]) length++;
    if (length < GROUP_PATH - 64) put_text(base, path);
}

static char *put_group(char *path, int group) {
    char *end = put_text(path, base);
    return group == 0 ? end : put_number(put_text(end, "/minder-"), group);
}

static long write_file(int group, const char *name, const char *text) {
    char path[GROUP_PATH];
    put_text(put_group(path, group), name);
    int fd = (int)raw_open(path, O_WRONLY | O_CLOEXEC);
    if (fd < 0) return fd;
    long result = raw3(SYS_write, fd, text, 1);
    raw_close(fd);
    return result < 0 ? result : 0;
}

int group_make(void) {
    char path[GROUP_PATH];
    if (base[0] == 0) return 0;
    put_group(path, ++last_group);
    return raw3(SYS_mkdirat, AT_FDCWD, path, 0755) < 0 ? 0 : last_group;
}

long group_enter(int group) { return write_file(group, "/cgroup.procs", "0"); }

void group_kill(int group) { write_file(group, "/cgroup.kill", "1"); }

static long remove_folder(const char *path) { return raw3(SYS_unlinkat, AT_FDCWD, path, AT_REMOVEDIR); }

/* Removes a group with those that a job may have made in it. `path` ends at `end`, with room behind it. */
static long remove_all(char *path, char *end, int depth) {
    long result = remove_folder(path);
    if (result != -EBUSY || depth == GROUP_DEPTH) return result;
    int directory = (int)raw_open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (directory < 0) return result;
    char entries[512];
    long size;
    while ((size = raw3(SYS_getdents64, directory, entries, sizeof entries)) > 0) {
        for (long at = 0; at < size;) {
            struct directory_entry *entry = (void *)(entries + at);
            at += entry->length;
            long length = 0;
            while (entry->name[length]) length++;
            if (entry->type != DIRECTORY_ENTRY_FOLDER || entry->name[0] == '.') continue;
            if (end - path + 1 + length + 1 > GROUP_PATH) continue;
            remove_all(path, put_text(put_text(end, "/"), entry->name), depth + 1);
            *end = 0;
        }
    }
    raw_close(directory);
    return remove_folder(path);
}

long group_remove(int group) {
    char path[GROUP_PATH];
    if (base[0] == 0) return 0;
    return remove_all(path, put_group(path, group), 0);
}
