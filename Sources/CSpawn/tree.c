/*
 * The descendants of the calling process, by /proc/<pid>/task/<tid>/children.
 *
 * Its own children are certain: a child leaves the list only when its parent waits for it, and that is us. Deeper ones can
 * come and go while we read, so a list of them is good for TERM and for counting. KILL goes to children only: what they leave
 * behind moves up and is killed in the next round.
 */
#include "guard.h"

#include <fcntl.h>
#include <sys/mman.h>

enum {
    TREE_MAX = 64 * 1024,
    PID_MAX = 4 * 1024 * 1024, /* the kernel's own limit */
    PAUSE_ROUNDS = 100,        /* who still forks then, forks faster than we list */
};

/* Calls `take` with each pid in a children file. */
static void read_children(const char *path, void (*take)(void *, int), void *context) {
    int fd = (int)raw_open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0) return;
    char buffer[1024];
    int pid = 0;
    long size;
    while ((size = raw_read(fd, buffer, sizeof buffer)) > 0) {
        for (long i = 0; i < size; i++) {
            if (buffer[i] >= '0' && buffer[i] <= '9') {
                pid = pid * 10 + (buffer[i] - '0');
            } else {
                if (pid > 0) take(context, pid);
                pid = 0;
            }
        }
    }
    raw_close(fd);
}

struct process {
    int pid, parent;
};

struct list {
    struct process *items;
    int count, parent;
};

static void append(void *context, int pid) {
    struct list *list = context;
    if (list->count == TREE_MAX) return;
    list->items[list->count++] = (struct process){pid, list->parent};
}

/* Appends the children of every thread of a process. */
static void append_children_of(struct list *list, int pid) {
    char path[64], entries[1024];
    put_text(put_number(put_text(path, "/proc/"), pid), "/task");
    int directory = (int)raw_open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (directory < 0) return;
    list->parent = pid;
    long size;
    while ((size = raw3(SYS_getdents64, directory, entries, sizeof entries)) > 0) {
        for (long at = 0; at < size;) {
            struct directory_entry *entry = (void *)(entries + at);
            at += entry->length;
            if (entry->name[0] == '.') continue;
            char *end = put_text(put_number(put_text(path, "/proc/"), pid), "/task/");
            put_text(put_text(end, entry->name), "/children");
            read_children(path, append, list);
        }
    }
    raw_close(directory);
}

/* The parent of a process by /proc/<pid>/stat, or 0. */
static int parent_of(int pid) {
    char path[32], text[512];
    put_text(put_number(put_text(path, "/proc/"), pid), "/stat");
    int fd = (int)raw_open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0) return 0;
    long size = raw_read(fd, text, sizeof text);
    raw_close(fd);
    /* "pid (name) S ppid ...": the name may hold anything, so look for its last bracket. */
    long at = size - 1;
    while (at > 0 && text[at] != ')') at--;
    int parent = 0;
    for (at += 4; at < size && text[at] >= '0' && text[at] <= '9'; at++) parent = parent * 10 + (text[at] - '0');
    return parent;
}

/* A pid read a moment ago may be another process by now: pin it, look again, then signal. */
static void signal_verified(struct process process, int self, int signal) {
    int fd = (int)raw2(SYS_pidfd_open, process.pid, 0);
    if (fd < 0) return;
    int parent = parent_of(process.pid);
    if (parent == process.parent || parent == self) raw4(SYS_pidfd_send_signal, fd, signal, 0, 0);
    raw_close(fd);
}

static void *map_memory(size_t bytes) {
    long memory = raw6(SYS_mmap, 0, (long)bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    return memory < 0 && memory > -4096 ? NULL : (void *)memory;
}

/* Lists the descendants of the calling process; `items` has room for TREE_MAX. */
static struct list descendants(struct process *items) {
    int self = (int)raw0(SYS_getpid);
    struct list list = {items, 0, self};
    append_children_of(&list, self);
    for (int i = 0; i < list.count; i++) append_children_of(&list, list.items[i].pid);
    list.parent = self;
    return list;
}

int tree_signal(int signal) {
    size_t bytes = TREE_MAX * sizeof(struct process);
    struct process *items = map_memory(bytes);
    if (items == NULL) return 0;
    struct list list = descendants(items);
    for (int i = 0; signal != 0 && i < list.count; i++) signal_verified(list.items[i], list.parent, signal);
    raw2(SYS_munmap, items, bytes);
    return list.count;
}

void tree_pause(void) {
    size_t list_bytes = TREE_MAX * sizeof(struct process), seen_bytes = PID_MAX / 8;
    struct process *items = map_memory(list_bytes);
    unsigned char *seen = items == NULL ? NULL : map_memory(seen_bytes); /* a bit for each pid */
    int is_new = seen != NULL;
    for (int round = 0; is_new && round < PAUSE_ROUNDS; round++) {
        is_new = 0;
        struct list list = descendants(items);
        for (int i = 0; i < list.count; i++) {
            int pid = list.items[i].pid;
            if (pid >= PID_MAX || seen[pid / 8] & 1 << pid % 8) continue;
            seen[pid / 8] |= (unsigned char)(1 << pid % 8);
            is_new = 1;
            signal_verified(list.items[i], list.parent, SIGSTOP);
        }
    }
    if (items != NULL) raw2(SYS_munmap, items, list_bytes);
    if (seen != NULL) raw2(SYS_munmap, seen, seen_bytes);
}

struct killing {
    int (*spare)(int pid);
    int own_group, count;
};

static void kill_child(void *context, int pid) {
    struct killing *killing = context;
    if (killing->spare != NULL && killing->spare(pid)) return;
    killing->count++;
    /* The group in one stroke, so that a tree that forks while it is killed does not outrun us. It is ours alone: every run has
       its own session, and the child, which nobody else can wait for, keeps the number from being given away. */
    int group = (int)raw1(SYS_getpgid, pid);
    if (group > 1 && group != killing->own_group) raw_kill(-group, SIGKILL);
    raw_kill(pid, SIGKILL);
}

int tree_kill_children(int (*spare)(int pid)) {
    struct killing killing = {spare, (int)raw1(SYS_getpgid, 0), 0};
    read_children("/proc/thread-self/children", kill_child, &killing);
    return killing.count;
}
