/* The worker's side: starting a guardian, and talking to it and its minders. Plain libc; called from any thread. */
#define _GNU_SOURCE
#include "guard.h"

#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

enum { GUARDIAN_STACK = 64 * 1024 };

/*
 * The guardian calls no library function by name but those the compiler makes of assignments and loops. Binding them takes the
 * dynamic linker's heap, which the guardian gives up, so they are bound here.
 */
static void bind_compiler_functions(void) {
    static volatile char from[64], to[64];
    volatile size_t size = sizeof from;
    memcpy((void *)to, (void *)from, size);
    memmove((void *)to, (void *)from, size);
    memset((void *)to, 0, size);
    (void)!strlen((const char *)to);
}

int qc_guardian_start(struct qc_guardian *guardian, const char *group) {
    int pair[2], error;
    int worker = (int)syscall(SYS_pidfd_open, getpid(), 0);
    if (worker < 0) return -errno;
    if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair) != 0) {
        error = errno;
        close(worker);
        return -error;
    }
    void *stack = mmap(NULL, GUARDIAN_STACK, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    long pid = stack == MAP_FAILED ? -errno : 0;
    if (pid == 0) {
        struct guardian_setup setup = {pair[1], worker, group};
        bind_compiler_functions();
        /* No handler of the worker's may run in the guardian before it has set them aside. */
        sigset_t all, before;
        sigfillset(&all);
        pthread_sigmask(SIG_SETMASK, &all, &before);
        /* No exit signal: a host program's SIGCHLD handler and wait(-1) never meet the guardian. */
        pid = raw_clone(CLONE_PIDFD, (char *)stack + GUARDIAN_STACK, &guardian->pidfd, guardian_main, &setup);
        pthread_sigmask(SIG_SETMASK, &before, NULL);
        munmap(stack, GUARDIAN_STACK);
    }
    close(worker);
    close(pair[1]);
    if (pid < 0) {
        close(pair[0]);
        return (int)pid;
    }
    guardian->pid = (pid_t)pid;
    guardian->control = pair[0];
    return 0;
}

void qc_guardian_reap(struct qc_guardian *guardian, int timeout_ms) {
    close(guardian->control);
    struct pollfd ended = {guardian->pidfd, POLLIN, 0};
    if (poll(&ended, 1, timeout_ms) > 0) waitpid(guardian->pid, NULL, __WALL);
    close(guardian->pidfd);
}

static int send_message(int socket, struct iovec *parts, size_t part_count, const int *fds, int fd_count) {
    _Alignas(struct cmsghdr) char control[CMSG_SPACE(4 * sizeof(int))];
    struct msghdr message = {0};
    message.msg_iov = parts;
    message.msg_iovlen = part_count;
    if (fd_count > 0) {
        message.msg_control = control;
        message.msg_controllen = CMSG_SPACE((size_t)fd_count * sizeof(int));
        struct cmsghdr *header = CMSG_FIRSTHDR(&message);
        header->cmsg_level = SOL_SOCKET;
        header->cmsg_type = SCM_RIGHTS;
        header->cmsg_len = CMSG_LEN((size_t)fd_count * sizeof(int));
        memcpy(CMSG_DATA(header), fds, (size_t)fd_count * sizeof(int));
    }
    return sendmsg(socket, &message, MSG_NOSIGNAL | MSG_DONTWAIT) < 0 ? -errno : 0;
}

int qc_minder_open(int control) {
    int pair[2];
    if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair) != 0) return -errno;
    char byte = 0;
    struct iovec part = {&byte, 1};
    int result = send_message(control, &part, 1, &pair[1], 1);
    close(pair[1]);
    if (result == 0) return pair[0];
    close(pair[0]);
    return result;
}

int qc_minder_run(int minder, const struct qc_request *request, const void *block, const int *fds, int fd_count) {
    struct iovec parts[2] = {
        {(void *)request, sizeof *request},
        {(void *)block, request->flags & QC_HAS_BLOCK ? 0 : request->block_bytes},
    };
    return send_message(minder, parts, 2, fds, fd_count);
}

int qc_minder_order(int minder, const struct qc_order *order) {
    struct iovec part = {(void *)order, sizeof *order};
    return send_message(minder, &part, 1, NULL, 0);
}

int qc_minder_read(int minder, struct qc_event *event) {
    ssize_t size;
    /* A connection that closed with something unread says so once, before it hands over what it had said itself. */
    do size = recv(minder, event, sizeof *event, MSG_DONTWAIT);
    while (size < 0 && (errno == ECONNRESET || errno == EINTR));
    if (size == (ssize_t)sizeof *event) return 1;
    return size < 0 ? -errno : 0;
}

int qc_pipe(int *reader, int *writer) {
    int ends[2];
    if (pipe2(ends, O_CLOEXEC) != 0) return -errno;
    fcntl(ends[0], F_SETFL, O_NONBLOCK); /* not by pipe2, which would set both */
    *reader = ends[0];
    *writer = ends[1];
    return 0;
}

int qc_memory_file(const void *bytes, size_t size) {
    int fd = memfd_create("job", MFD_CLOEXEC);
    size_t written = 0;
    while (fd >= 0 && written < size) {
        ssize_t count = pwrite(fd, (const char *)bytes + written, size - written, (off_t)written);
        if (count < 0 && errno == EINTR) continue;
        if (count <= 0) {
            int error = errno;
            close(fd);
            errno = error;
            return -1;
        }
        written += (size_t)count;
    }
    return fd;
}
