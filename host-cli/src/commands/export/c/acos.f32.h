/* The arccosine as FreeBSD's e_acosf.c computes it:
 * Copyright (C) 1993 by Sun Microsystems, Inc. All rights reserved.
 * Developed at SunPro, a Sun Microsystems, Inc. business. Permission to use, copy, modify, and
 * distribute this software is freely granted, provided that this notice is preserved. */
static inline float NAME_acos_r(float z) {
    float p = z * (1.6666586697e-01f + z * (-4.2743422091e-02f + z * -8.6563630030e-03f));
    float q = 1.0f + z * -7.0662963390e-01f;
    return p / q;
}

static inline float NAME_acos(float x) {
    float z, w, s;
    uint32_t hx = NAME_bits(x);
    uint32_t ix = hx & 0x7fffffff;
    if (ix >= 0x3f800000) {
        if (ix == 0x3f800000) {
            if ((hx >> 31) != 0) return 2.0f * 1.5707962513e+00f + 0x1p-120f;
            return 0.0f;
        }
        return 0.0f / (x - x);
    }
    if (ix < 0x3f000000) {
        if (ix <= 0x32800000) return 1.5707962513e+00f + 0x1p-120f;
        return 1.5707962513e+00f - (x - (7.5497894159e-08f - x * NAME_acos_r(x * x)));
    }
    if ((hx >> 31) != 0) {
        z = (1.0f + x) * 0.5f;
        s = NAME_sqrt(z);
        w = NAME_acos_r(z) * s - 7.5497894159e-08f;
        return 2.0f * (1.5707962513e+00f - (s + w));
    }
    z = (1.0f - x) * 0.5f;
    s = NAME_sqrt(z);
    hx = NAME_bits(s);
    float df = NAME_number(hx & 0xfffff000);
    float c = (z - df * df) / (s + df);
    w = NAME_acos_r(z) * s + c;
    return 2.0f * (df + w);
}
