/*
 * What a guardian does first: let go of what it inherited by fork and should not keep: the worker's descriptors, signal
 * handlers, terminal, name in `ps`, and memory.
 */
#include "guard.h"

#include <fcntl.h>
#include <linux/close_range.h>
#include <sys/mman.h>
#include <sys/signalfd.h>

struct guard_fds guard_fds;

/* Leaves /dev/null as 0, 1 and 2, then control, worker and signals. */
static int inherit_descriptors(int control, int worker) {
    int low = control < worker ? control : worker, high = control < worker ? worker : control;
    if (low > 0) raw3(SYS_close_range, 0, low - 1, 0);
    if (high > low + 1) raw3(SYS_close_range, low + 1, high - 1, 0);
    raw3(SYS_close_range, high + 1, ~0U, 0);
    /* Out of the way of 0...5, where they may be themselves. */
    control = (int)raw3(SYS_fcntl, control, F_DUPFD_CLOEXEC, 10);
    worker = (int)raw3(SYS_fcntl, worker, F_DUPFD_CLOEXEC, 10);
    raw3(SYS_close_range, 0, 9, 0);
    for (int i = 0; i < 3; i++) raw_open("/dev/null", O_RDWR);
    guard_fds.worker = (int)raw3(SYS_fcntl, worker, F_DUPFD_CLOEXEC, 3);
    raw_close(worker);
    uint64_t child = 1ULL << (SIGCHLD - 1);
    guard_fds.signals = (int)raw4(SYS_signalfd4, -1, &child, sizeof child, SFD_CLOEXEC | SFD_NONBLOCK);
    return control;
}

/* Jobs inherit dispositions: all default here once is cheaper than all default in every child. */
static void inherit_signals(void) {
    struct {
        uintptr_t handler;
        unsigned long flags;
        uintptr_t restorer;
        uint64_t mask;
    } action = {0, 0, 0, 0};
    for (int signal = 1; signal <= 64; signal++) raw4(SYS_rt_sigaction, signal, &action, 0, sizeof action.mask);
    raw_block_signals(~0ULL);
}

static uint64_t parse_number(const char **at, int base) {
    uint64_t number = 0;
    for (;; (*at)++) {
        char c = **at;
        int digit = c >= '0' && c <= '9' ? c - '0' : base == 16 && c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
        if (digit < 0) return number;
        number = number * (uint64_t)base + (uint64_t)digit;
    }
}

/* `ps` and `pkill -f worker` should not take the guardian for the worker: writes over the arguments the kernel shows. */
static void rename_process(void) {
    static const char title[] = "job-guardian";
    char text[1024];
    raw2(SYS_prctl, PR_SET_NAME, title);
    int fd = (int)raw_open("/proc/self/stat", O_RDONLY | O_CLOEXEC);
    if (fd < 0) return;
    long size = raw_read(fd, text, sizeof text - 1);
    raw_close(fd);
    if (size <= 0) return;
    text[size] = 0;
    const char *at = text + size;
    while (at > text && *at != ')') at--;
    /* After the name come fields 3 and on; 48 and 49 are where the arguments begin and end. */
    for (int field = 2; field < 48 && *at; at++)
        if (*at == ' ') field++;
    char *start = (char *)(uintptr_t)parse_number(&at, 10);
    if (*at++ != ' ' || start == NULL) return;
    char *end = (char *)(uintptr_t)parse_number(&at, 10);
    for (char volatile *byte = start; byte < end; byte++) {
        long i = byte - start;
        *byte = i < (long)sizeof title - 1 && byte + 1 < end ? title[i] : 0;
    }
}

static uintptr_t thread_pointer(void) {
    uintptr_t pointer;
#if defined(__x86_64__)
    __asm__("mov %%fs:0, %0" : "=r"(pointer));
#else
    __asm__("mrs %0, tpidr_el0" : "=r"(pointer));
#endif
    return pointer;
}

/*
 * Gives the worker's heap and thread stacks back: they would be kept alive here, page by page, as the worker writes to its own
 * copies; and a job's peak memory counts from that of the process it was forked from. Kept are files (code, relocations),
 * what lies directly behind them (.bss), the kernel's own, the stack we run on, and the thread block.
 */
static void release_memory(void) {
#if defined(__has_feature)
#if __has_feature(thread_sanitizer) || __has_feature(address_sanitizer)
    return;
#endif
#endif
    static char text[4096];
    int fd = (int)raw_open("/proc/self/maps", O_RDONLY | O_CLOEXEC);
    if (fd < 0) return;
    uintptr_t here = (uintptr_t)__builtin_frame_address(0), thread = thread_pointer(), file_end = 0;
    long have = 0, size;
    while ((size = raw_read(fd, text + have, sizeof text - 1 - (size_t)have)) > 0) {
        have += size;
        text[have] = 0;
        char *line = text;
        for (char *end = text; *end; end++) {
            if (*end != '\n') continue;
            /* start-end perms offset device inode   name */
            const char *at = line;
            uintptr_t from = parse_number(&at, 16);
            at++;
            uintptr_t to = parse_number(&at, 16);
            for (int field = 0; field < 4 && at < end; at++)
                if (*at == ' ') field++;
            int is_file = parse_number(&at, 10) != 0;
            while (*at == ' ') at++;
            int is_heap = at[0] == '[' && at[1] == 'h';
            int is_anonymous = !is_file && (at >= end || is_heap || (at[0] == '[' && at[1] == 'a'));
            int is_needed = (here >= from && here < to) || (thread >= from && thread < to) || from == file_end;
            if (is_file) file_end = to;
            if (is_anonymous && (is_heap || !is_needed)) raw2(SYS_munmap, from, to - from);
            line = end + 1;
        }
        have = text + have - line;
        for (long i = 0; i < have; i++) ((volatile char *)text)[i] = line[i];
    }
    raw_close(fd);
    /* Forget the peak as well, so that it does not become the least that any job can have. */
    fd = (int)raw_open("/proc/self/clear_refs", O_WRONLY | O_CLOEXEC);
    if (fd < 0) return;
    raw3(SYS_write, fd, "5", 1);
    raw_close(fd);
}

int guard_inherit(int control, int worker) {
    inherit_signals();
    control = inherit_descriptors(control, worker);
    raw0(SYS_setsid);
    raw2(SYS_prctl, PR_SET_PDEATHSIG, 0);
    raw2(SYS_prctl, PR_SET_CHILD_SUBREAPER, 1);
    rename_process();
    release_memory();
    return control;
}
