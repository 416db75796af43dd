/* The arcsine as FreeBSD's e_asinf.c computes it:
 * Copyright (C) 1993 by Sun Microsystems, Inc. All rights reserved.
 * Developed at SunPro, a Sun Microsystems, Inc. business. Permission to use, copy, modify, and
 * distribute this software is freely granted, provided that this notice is preserved. */
static inline float NAME_asin_r(float z) {
    float p = z * (1.6666586697e-01f + z * (-4.2743422091e-02f + z * -8.6563630030e-03f));
    float q = 1.0f + z * -7.0662963390e-01f;
    return p / q;
}

static inline float NAME_asin(float x) {
    uint32_t hx = NAME_bits(x);
    uint32_t ix = hx & 0x7fffffff;
    if (ix >= 0x3f800000) {
        if (ix == 0x3f800000) {
            return NAME_narrow((double)x * 1.570796326794896558e+00 + 0x1p-120);
        }
        return 0.0f / (x - x);
    }
    if (ix < 0x3f000000) {
        if (ix >= 0x00800000 && ix < 0x39800000) return x;
        return x + x * NAME_asin_r(x * x);
    }
    float z = (1.0f - NAME_abs(x)) * 0.5f;
    double s = NAME_wide_sqrt((double)z);
    x = NAME_narrow(1.570796326794896558e+00 - 2.0 * (s + s * (double)NAME_asin_r(z)));
    return (hx >> 31) != 0 ? -x : x;
}
