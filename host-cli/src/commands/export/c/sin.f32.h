/* The sine as FreeBSD's s_sinf.c computes it:
 * Copyright (C) 1993 by Sun Microsystems, Inc. All rights reserved.
 * Developed at SunPro, a Sun Microsystems, Inc. business. Permission to use, copy, modify, and
 * distribute this software is freely granted, provided that this notice is preserved. */
static inline float NAME_sin(float x) {
    const double half = 1.57079632679489661923;
    double wide = (double)x, y;
    uint32_t ix = NAME_bits(x);
    int sign = ix >> 31 != 0;
    ix &= 0x7fffffff;
    if (ix <= 0x3f490fda) return ix < 0x39800000 ? x : NAME_k_sin(wide);
    if (ix <= 0x407b53d1) {
        if (ix <= 0x4016cbe3) return sign ? -NAME_k_cos(wide + half) : NAME_k_cos(wide - half);
        return NAME_k_sin(sign ? -(wide + 2 * half) : -(wide - 2 * half));
    }
    if (ix <= 0x40e231d5) {
        if (ix <= 0x40afeddf)
            return sign ? NAME_k_cos(wide + 3 * half) : -NAME_k_cos(wide - 3 * half);
        return NAME_k_sin(sign ? wide + 4 * half : wide - 4 * half);
    }
    if (ix >= 0x7f800000) return x - x;
    switch (NAME_reduce(x, &y) & 3) {
    case 0: return NAME_k_sin(y);
    case 1: return NAME_k_cos(y);
    case 2: return NAME_k_sin(-y);
    default: return -NAME_k_cos(y);
    }
}
