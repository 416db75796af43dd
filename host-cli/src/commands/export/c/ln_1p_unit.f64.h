/* ln(1 + x) for 0 <= x <= 1, as FreeBSD's s_log1p.c computes it:
 * Copyright (C) 1993 by Sun Microsystems, Inc. All rights reserved.
 * Developed at SunPro, a Sun Microsystems, Inc. business. Permission to use, copy, modify, and
 * distribute this software is freely granted, provided that this notice is preserved. */
static inline double NAME_ln_1p_unit(double x) {
    union { double number; uint64_t bits; } word;
    double hfsq, f, c, s, z, w, t1, t2, dk;
    uint32_t size;
    int32_t k;
    word.number = x;
    size = (uint32_t)(word.bits >> 32);
    if (size >= 0x7ff00000 || size < 0x3ca00000) return x;
    if (size < 0x3fda827a) {
        k = 0;
        c = 0.0;
        f = x;
    } else {
        double u = 1.0 + x;
        word.number = u;
        size = (uint32_t)(word.bits >> 32) + (0x3ff00000 - 0x3fe6a09e);
        k = (int32_t)(size >> 20) - 0x3ff;
        c = (k >= 2 ? 1.0 - (u - x) : x - (u - 1.0)) / u;
        size = (size & 0x000fffff) + 0x3fe6a09e;
        word.bits = (uint64_t)size << 32 | (word.bits & 0xffffffff);
        f = word.number - 1.0;
    }
    hfsq = 0.5 * f * f;
    s = f / (2.0 + f);
    z = s * s;
    w = z * z;
    t1 = w * (3.999999999940941908e-01 + w * (2.222219843214978396e-01
        + w * 1.531383769920937332e-01));
    t2 = z * (6.666666666666735130e-01 + w * (2.857142874366239149e-01
        + w * (1.818357216161805012e-01 + w * 1.479819860511658591e-01)));
    dk = (double)k;
    return s * (hfsq + (t2 + t1)) + (dk * 1.90821492927058770002e-10 + c) - hfsq + f
        + dk * 6.93147180369123816490e-01;
}
