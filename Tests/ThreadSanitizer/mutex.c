// Shows ThreadSanitizer what `Synchronization.Mutex` does when two threads want it at once.
//
// Taking a free Mutex is an atomic operation in the caller's own code, which the sanitizer sees. Waiting for one, and handing
// it to who waits, are functions of libswiftSynchronization that leave the operation to the kernel (FUTEX_LOCK_PI): there is
// nothing instrumented in them, and everything a contended Mutex protects is reported as a race. These stand before the two
// functions and say what they do. Nothing is suppressed: without the Mutex the same access is still reported.
//
// Linked into the programs that `make test-tsan` builds, and into nothing else.
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#define LOCK_SLOW "$s15Synchronization12_MutexHandleV9_lockSlowyys6UInt32VF"
#define UNLOCK_SLOW "$s15Synchronization12_MutexHandleV11_unlockSlowyyF"
#define SWIFT_METHOD __attribute__((swiftcall))
#define SWIFT_SELF __attribute__((swift_context))

void __tsan_acquire(void *address);
void __tsan_release(void *address);

typedef SWIFT_METHOD void lock_function(uint32_t thread, SWIFT_SELF void *handle);
typedef SWIFT_METHOD void unlock_function(SWIFT_SELF void *handle);
lock_function lock_slow __asm__(LOCK_SLOW);
unlock_function unlock_slow __asm__(UNLOCK_SLOW);

static void *original(const char *name) {
    void *function = dlsym(RTLD_NEXT, name);
    if (function == NULL) {
        fprintf(stderr, "Cannot find %s: this Swift's Mutex works otherwise. See Tests/ThreadSanitizer/mutex.c\n", name);
        abort();
    }
    return function;
}

SWIFT_METHOD void lock_slow(uint32_t thread, SWIFT_SELF void *handle) {
    ((lock_function *)original(LOCK_SLOW))(thread, handle);
    __tsan_acquire(handle);
}

SWIFT_METHOD void unlock_slow(SWIFT_SELF void *handle) {
    __tsan_release(handle);
    ((unlock_function *)original(UNLOCK_SLOW))(handle);
}
