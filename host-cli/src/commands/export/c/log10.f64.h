/* The logarithm to base 10 as FreeBSD's e_log10.c computes it:
 * Copyright (C) 1993 by Sun Microsystems, Inc. All rights reserved.
 * Developed at SunPro, a Sun Microsystems, Inc. business. Permission to use, copy, modify, and
 * distribute this software is freely granted, provided that this notice is preserved. */
static inline double NAME_log10(double x) {
    union { double number; uint64_t bits; } word;
    uint32_t hx;
    int32_t k = 0;
    double f, s, z, w, r, t1, t2, hfsq, dk, hi, lo, y, val_hi, val_lo;
    word.number = x;
    hx = (uint32_t)(word.bits >> 32);
    if (hx < 0x00100000 || hx >> 31 != 0) {
        if (word.bits << 1 == 0) return -1 / (x * x);
        if (hx >> 31 != 0) return (x - x) / 0.0;
        k = -54;
        word.number = x * 0x1p54;
        hx = (uint32_t)(word.bits >> 32);
    } else if (hx >= 0x7ff00000) {
        return x;
    } else if (hx == 0x3ff00000 && word.bits << 32 == 0) {
        return 0;
    }
    hx += 0x3ff00000 - 0x3fe6a09e;
    k += (int32_t)(hx >> 20) - 0x3ff;
    hx = (hx & 0x000fffff) + 0x3fe6a09e;
    word.bits = (uint64_t)hx << 32 | (word.bits & 0xffffffff);
    f = word.number - 1;
    hfsq = 0.5 * f * f;
    s = f / (2 + f);
    z = s * s;
    w = z * z;
    t1 = w * (3.999999999940941908e-01 + w * (2.222219843214978396e-01
        + w * 1.531383769920937332e-01));
    t2 = z * (6.666666666666735130e-01 + w * (2.857142874366239149e-01
        + w * (1.818357216161805012e-01 + w * 1.479819860511658591e-01)));
    r = t2 + t1;
    dk = (double)k;
    word.number = f - hfsq;
    word.bits &= 0xffffffff00000000u;
    hi = word.number;
    lo = f - hi - hfsq + s * (hfsq + r);
    val_hi = hi * 4.34294481878168880939e-01;
    y = dk * 3.01029995663611771306e-01;
    val_lo = dk * 3.69423907715893078616e-13 + (lo + hi) * 2.50829467116452752298e-11
        + lo * 4.34294481878168880939e-01;
    w = y + val_hi;
    val_lo += (y - w) + val_hi;
    return val_lo + w;
}
