/* What CMSIS-DSP's headers take of C's library, which the compiler may come without. */
#pragma once
#include <stddef.h>
#define memcpy __builtin_memcpy
#define memset __builtin_memset
