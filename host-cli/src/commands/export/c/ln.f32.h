/* The natural logarithm as FreeBSD's e_logf.c computes it:
 * Copyright (C) 1993 by Sun Microsystems, Inc. All rights reserved.
 * Developed at SunPro, a Sun Microsystems, Inc. business. Permission to use, copy, modify, and
 * distribute this software is freely granted, provided that this notice is preserved. */
static inline float NAME_ln(float x) {
    union { float number; uint32_t bits; } word;
    uint32_t ix;
    int32_t k = 0;
    float f, s, z, w, r, hfsq, dk;
    word.number = x;
    ix = word.bits;
    if (ix < 0x00800000 || ix >> 31 != 0) {
        if (ix << 1 == 0) return -1 / (x * x);
        if (ix >> 31 != 0) return (x - x) / 0.0f;
        k = -25;
        word.number = x * 0x1p25f;
        ix = word.bits;
    } else if (ix >= 0x7f800000) {
        return x;
    } else if (ix == 0x3f800000) {
        return 0;
    }
    ix += 0x3f800000 - 0x3f3504f3;
    k += (int32_t)(ix >> 23) - 0x7f;
    word.bits = (ix & 0x007fffff) + 0x3f3504f3;
    f = word.number - 1;
    s = f / (2 + f);
    z = s * s;
    w = z * z;
    r = z * (0.66666662693f + w * 0.28498786688f) + w * (0.40000972152f + w * 0.24279078841f);
    hfsq = 0.5f * f * f;
    dk = (float)k;
    return s * (hfsq + r) + dk * 9.0580006145e-06f - hfsq + f + dk * 6.9313812256e-01f;
}
