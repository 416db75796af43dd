/* The cube root as FreeBSD's s_cbrtf.c computes it:
 * Copyright (C) 1993 by Sun Microsystems, Inc. All rights reserved.
 * Developed at SunPro, a Sun Microsystems, Inc. business. Permission to use, copy, modify, and
 * distribute this software is freely granted, provided that this notice is preserved. */
static inline float NAME_cbrt(float x) {
    uint32_t bits = NAME_bits(x), size = bits & 0x7fffffff;
    double wide = (double)x, r, t;
    int i;
    if (size >= 0x7f800000 || size == 0) return x + x;
    if (size < 0x00800000) size = (NAME_bits(x * 0x1p24f) & 0x7fffffff) / 3 + 642849266;
    else size = size / 3 + 709958130;
    t = (double)NAME_number((bits & 0x80000000u) | size);
    for (i = 0; i < 2; i++) {
        r = t * t * t;
        t = t * (wide + wide + r) / (wide + r + r);
    }
    return NAME_narrow(t);
}
