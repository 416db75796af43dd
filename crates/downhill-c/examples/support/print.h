/* Prints a text: on a machine with a C library by it, on a bare board by semihosting. */
#ifndef PRINT_H
#define PRINT_H

#include <stdint.h>

void print(const char *text);

/* Prints a word in sixteen hexadecimal digits and a line's end. */
static inline void print_word(uint64_t word)
{
    char text[18];
    for (int at = 0; at < 16; at++) {
        text[at] = "0123456789abcdef"[(word >> (60 - 4 * at)) & 15];
    }
    text[16] = '\n';
    text[17] = 0;
    print(text);
}

#endif
