/* The square root, correctly rounded, bit by bit as FreeBSD's e_sqrtf.c computes it:
 * Copyright (C) 1993 by Sun Microsystems, Inc. All rights reserved.
 * Developed at SunPro, a Sun Microsystems, Inc. business. Permission to use, copy, modify, and
 * distribute this software is freely granted, provided that this notice is preserved. */
static inline float NAME_sqrt(float x) {
    union { float number; uint32_t bits; } word;
    int32_t ix, s = 0, q = 0, m, t;
    uint32_t r = 0x01000000;
    word.number = x;
    ix = (int32_t)word.bits;
    if ((ix & 0x7f800000) == 0x7f800000) return x * x + x;
    if (ix <= 0) return (ix & 0x7fffffff) == 0 ? x : (x - x) / (x - x);
    m = ix >> 23;
    if (m == 0) {
        for (; (ix & 0x00800000) == 0; m--) ix *= 2;
        m += 1;
    }
    m -= 127;
    ix = (ix & 0x007fffff) | 0x00800000;
    if (m % 2 != 0) {
        ix += ix;
        m -= 1;
    }
    m /= 2;
    ix += ix;
    for (; r != 0; r >>= 1) {
        t = s + (int32_t)r;
        if (t <= ix) {
            s = t + (int32_t)r;
            ix -= t;
            q += (int32_t)r;
        }
        ix += ix;
    }
    if (ix != 0) q += q & 1;
    word.bits = (uint32_t)((q >> 1) + 0x3f000000 + m * 0x00800000);
    return word.number;
}
