/* ln(1 + x) as FreeBSD's s_log1p.c computes it:
 * Copyright (C) 1993 by Sun Microsystems, Inc. All rights reserved.
 * Developed at SunPro, a Sun Microsystems, Inc. business. Permission to use, copy, modify, and
 * distribute this software is freely granted, provided that this notice is preserved. */
static inline double NAME_log1p(double x) {
    uint64_t ui = NAME_bits(x);
    double hfsq, f = 0.0, c = 0.0, s, z, r, w, t1, t2, dk;
    uint32_t hx, hu;
    int32_t k;
    hx = (uint32_t)(ui >> 32);
    k = 1;
    if (hx < 0x3fda827a || (hx >> 31) > 0) {
        if (hx >= 0xbff00000) {
            if (x == -1.0) return x / 0.0;
            return (x - x) / 0.0;
        }
        if (hx << 1 < 0x3ca00000 << 1) return x;
        if (hx <= 0xbfd2bec4) {
            k = 0;
            c = 0.0;
            f = x;
        }
    } else if (hx >= 0x7ff00000) return x;
    if (k > 0) {
        ui = NAME_bits(1.0 + x);
        hu = (uint32_t)(ui >> 32);
        hu += 0x3ff00000 - 0x3fe6a09e;
        k = (int32_t)(hu >> 20) - 0x3ff;
        if (k < 54) {
            c = k >= 2 ? 1.0 - (NAME_number(ui) - x) : x - (NAME_number(ui) - 1.0);
            c /= NAME_number(ui);
        } else {
            c = 0.0;
        }
        hu = (hu & 0x000fffff) + 0x3fe6a09e;
        ui = ((uint64_t)hu << 32) | (ui & 0xffffffff);
        f = NAME_number(ui) - 1.0;
    }
    hfsq = 0.5 * f * f;
    s = f / (2.0 + f);
    z = s * s;
    w = z * z;
    t1 = w * (3.999999999940941908e-01 + w * (2.222219843214978396e-01
        + w * 1.531383769920937332e-01));
    t2 = z * (6.666666666666735130e-01 + w * (2.857142874366239149e-01
        + w * (1.818357216161805012e-01 + w * 1.479819860511658591e-01)));
    r = t2 + t1;
    dk = (double)k;
    return s * (hfsq + r) + (dk * 1.90821492927058770002e-10 + c) - hfsq + f
        + dk * 6.93147180369123816490e-01;
}
