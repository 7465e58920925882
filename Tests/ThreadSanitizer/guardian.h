/*
 * Put before each file of CSpawn when everything else is instrumented (see Package.swift).
 *
 * Guardian and minders are processes that share an address space and a thread block, where the sanitizer keeps its books on
 * "this thread": so they must not be instrumented, nor call anything that the sanitizer stands before. By name they call no
 * library function; those that the compiler calls for assignments are these, as every object file has its own.
 */
#include <stddef.h>

__attribute__((used)) static void *guardian_memset(void *to, int byte, size_t size) __asm__("memset");
static void *guardian_memset(void *to, int byte, size_t size) {
    for (volatile unsigned char *at = to; size > 0; size--) *at++ = (unsigned char)byte;
    return to;
}

__attribute__((used)) static void *guardian_memcpy(void *to, const void *from, size_t size) __asm__("memcpy");
static void *guardian_memcpy(void *to, const void *from, size_t size) {
    const volatile unsigned char *source = from;
    for (volatile unsigned char *at = to; size > 0; size--) *at++ = *source++;
    return to;
}
