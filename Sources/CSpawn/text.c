/* Paths, without libc. */
#include "guard.h"

char *put_text(char *at, const char *text) {
    while (*text) *at++ = *text++;
    *at = 0;
    return at;
}

char *put_number(char *at, int number) {
    char digits[12];
    int count = 0;
    do digits[count++] = (char)('0' + number % 10);
    while ((number /= 10) > 0);
    while (count > 0) *at++ = digits[--count];
    *at = 0;
    return at;
}
