/* What CMSIS-DSP's headers take of C's library, which the compiler may come without. */
#pragma once
float sqrtf(float x);
