/* ln(1 + x) as FreeBSD's s_log1pf.c computes it:
 * Copyright (C) 1993 by Sun Microsystems, Inc. All rights reserved.
 * Developed at SunPro, a Sun Microsystems, Inc. business. Permission to use, copy, modify, and
 * distribute this software is freely granted, provided that this notice is preserved. */
static inline float NAME_log1p(float x) {
    uint32_t ui = NAME_bits(x);
    float hfsq, f = 0.0f, c = 0.0f, s, z, r, w, t1, t2, dk;
    uint32_t ix, iu;
    int32_t k;
    ix = ui;
    k = 1;
    if (ix < 0x3ed413d0 || (ix >> 31) > 0) {
        if (ix >= 0xbf800000) {
            if (x == -1.0f) return x / 0.0f;
            return (x - x) / 0.0f;
        }
        if (ix << 1 < 0x33800000 << 1) return x;
        if (ix <= 0xbe95f619) {
            k = 0;
            c = 0.0f;
            f = x;
        }
    } else if (ix >= 0x7f800000) return x;
    if (k > 0) {
        ui = NAME_bits(1.0f + x);
        iu = ui;
        iu += 0x3f800000 - 0x3f3504f3;
        k = (int32_t)(iu >> 23) - 0x7f;
        if (k < 25) {
            c = k >= 2 ? 1.0f - (NAME_number(ui) - x) : x - (NAME_number(ui) - 1.0f);
            c /= NAME_number(ui);
        } else {
            c = 0.0f;
        }
        iu = (iu & 0x007fffff) + 0x3f3504f3;
        ui = iu;
        f = NAME_number(ui) - 1.0f;
    }
    s = f / (2.0f + f);
    z = s * s;
    w = z * z;
    t1 = w * (0.40000972152f + w * 0.24279078841f);
    t2 = z * (0.66666662693f + w * 0.28498786688f);
    r = t2 + t1;
    hfsq = 0.5f * f * f;
    dk = (float)k;
    return s * (hfsq + r) + (dk * 9.0580006145e-06f + c) - hfsq + f + dk * 6.9313812256e-01f;
}
