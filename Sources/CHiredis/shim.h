#pragma once

// Only the reply parser of hiredis is used: the socket is opened and written in Swift, because hiredis 0.14
// neither sets close-on-exec nor survives a closed peer without SIGPIPE. It compiles the same against 1.x.
#include <hiredis/hiredis.h>

// Swift's Glibc module leaves these two out.
#include <sys/eventfd.h>
#include <sys/prctl.h>

// prctl is variadic, which Swift does not import. Linux keeps the first 15 bytes of the name.
static inline void queuectl_name_this_thread(const char *name) {
    prctl(PR_SET_NAME, name, 0, 0, 0);
}

// A length is believed before anything of the list is there: hiredis 0.14 would reserve, and later walk through, whatever
// a broken peer claims. No reply of Redis comes near this.
#define QUEUECTL_LONGEST_LIST (1 << 24)

#if HIREDIS_MAJOR >= 1
typedef size_t queuectl_count;
#else
typedef int queuectl_count;
#endif

static inline void *queuectl_create_list(const redisReadTask *task, queuectl_count count) {
    const redisReplyObjectFunctions *functions = task->privdata;
    return count > QUEUECTL_LONGEST_LIST ? NULL : functions->createArray(task, count);
}

// Makes a reader refuse lists that are too long. `functions` is for its use and must outlive it.
static inline void queuectl_limit_lists(redisReader *reader, redisReplyObjectFunctions *functions) {
    *functions = *reader->fn;
    functions->createArray = queuectl_create_list;
    reader->privdata = reader->fn;
    reader->fn = functions;
}
