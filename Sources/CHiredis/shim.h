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
