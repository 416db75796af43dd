/* The arctangent as FreeBSD's s_atanf.c computes it:
 * Copyright (C) 1993 by Sun Microsystems, Inc. All rights reserved.
 * Developed at SunPro, a Sun Microsystems, Inc. business. Permission to use, copy, modify, and
 * distribute this software is freely granted, provided that this notice is preserved. */
static inline float NAME_atan(float x) {
    static const float high[4] = {
        4.6364760399e-01f, 7.8539812565e-01f, 9.8279368877e-01f,
        1.5707962513e+00f,
    };
    static const float low[4] = {
        5.0121582440e-09f, 3.7748947079e-08f, 3.4473217170e-08f,
        7.5497894159e-08f,
    };
    uint32_t ix = NAME_bits(x);
    int sign = ix >> 31 != 0, id = -1;
    float z, w, s1, s2;
    ix &= 0x7fffffff;
    if (ix >= 0x4c800000) {
        if (x != x) return x;
        z = high[3] + 0x1p-120f;
        return sign ? -z : z;
    }
    if (ix < 0x3ee00000) {
        if (ix < 0x39800000) return x;
    } else {
        x = NAME_abs(x);
        if (ix < 0x3f300000) {
            id = 0;
            x = (2.0f * x - 1.0f) / (2.0f + x);
        } else if (ix < 0x3f980000) {
            id = 1;
            x = (x - 1.0f) / (x + 1.0f);
        } else if (ix < 0x401c0000) {
            id = 2;
            x = (x - 1.5f) / (1.0f + 1.5f * x);
        } else {
            id = 3;
            x = -1.0f / x;
        }
    }
    z = x * x;
    w = z * z;
    s1 = z * (3.3333328366e-01f + w * (1.4253635705e-01f + w * 6.1687607318e-02f));
    s2 = w * (-1.9999158382e-01f + w * -1.0648017377e-01f);
    if (id < 0) return x - x * (s1 + s2);
    z = high[id] - ((x * (s1 + s2) - low[id]) - x);
    return sign ? -z : z;
}
