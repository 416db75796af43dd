/* The error function as FreeBSD's s_erff.c computes it:
 * Copyright (C) 1993 by Sun Microsystems, Inc. All rights reserved.
 * Developed at SunPro, a Sun Microsystems, Inc. business. Permission to use, copy, modify, and
 * distribute this software is freely granted, provided that this notice is preserved. */
static inline float NAME_erf(float x) {
    float r, s, z, y;
    uint32_t ix, sign;
    ix = NAME_bits(x);
    sign = (int32_t)(ix >> 31);
    ix &= 0x7fffffff;
    if (ix >= 0x7f800000) return 1.0f - 2.0f * (float)sign + 1.0f / x;
    if (ix < 0x3f580000) {
        if (ix < 0x31800000) return 0.125f * (8.0f * x + 1.0270333290e+00f * x);
        z = x * x;
        r = 1.2837916613e-01f + z * (-3.2504209876e-01f + z * (-2.8481749818e-02f
            + z * (-5.7702702470e-03f + z * -2.3763017452e-05f)));
        s = 1.0f + z * (3.9791721106e-01f + z * (6.5022252500e-02f + z * (5.0813062117e-03f
            + z * (1.3249473704e-04f + z * -3.9602282413e-06f))));
        y = r / s;
        return x + x * y;
    }
    if (ix < 0x40c00000) {
        y = 1.0f - NAME_erfc_far(ix, x);
    } else {
        y = 1.0f - 0x1p-120f;
    }
    return sign != 0 ? -y : y;
}
