/* The logarithm of the size of the gamma function as FreeBSD's e_lgammaf_r.c computes it:
 * Copyright (C) 1993 by Sun Microsystems, Inc. All rights reserved.
 * Developed at SunPro, a Sun Microsystems, Inc. business. Permission to use, copy, modify, and
 * distribute this software is freely granted, provided that this notice is preserved. */
static inline float NAME_sin_pi(float x) {
    double y;
    int32_t n;
    x = 2.0f * (x * 0.5f - NAME_floor(x * 0.5f));
    n = (int32_t)(x * 4.0f);
    n = (n + 1) / 2;
    y = (double)x - (double)n * 0.5;
    y *= 3.14159265358979323846;
    switch (n) {
    case 1: return NAME_k_cos(y);
    case 2: return NAME_k_sin(-y);
    case 3: return -NAME_k_cos(y);
    default: return NAME_k_sin(y);
    }
}

static inline float NAME_lgamma(float x) {
    uint32_t u = NAME_bits(x);
    float t, y, z, nadj = 0, p, p1, p2, p3, q, r, w;
    uint32_t ix;
    int32_t i;
    int sign;
    sign = (u >> 31) != 0;
    ix = u & 0x7fffffff;
    if (ix >= 0x7f800000) return x * x;
    if (ix < 0x35000000) {
        return -NAME_ln(NAME_abs(x));
    }
    if (sign) {
        x = -x;
        t = NAME_sin_pi(x);
        if (t == 0.0f) return 1.0f / (x - x);
        t = NAME_abs(t);
        nadj = NAME_ln(3.1415927410e+00f / (t * x));
    } else {
        nadj = 0.0f;
    }
    if (ix == 0x3f800000 || ix == 0x40000000) r = 0.0f;
    else if (ix < 0x40000000) {
        if (ix <= 0x3f666666) {
            r = -NAME_ln(x);
            if (ix >= 0x3f3b4a20) {
                y = 1.0f - x;
                i = 0;
            } else if (ix >= 0x3e6d3308) {
                y = x - (1.4616321325e+00f - 1.0f);
                i = 1;
            } else {
                y = x;
                i = 2;
            }
        } else {
            r = 0.0f;
            if (ix >= 0x3fdda618) {
                y = 2.0f - x;
                i = 0;
            } else if (ix >= 0x3F9da620) {
                y = x - 1.4616321325e+00f;
                i = 1;
            } else {
                y = x - 1.0f;
                i = 2;
            }
        }
        switch (i) {
        case 0:
            z = y * y;
            p1 = 7.7215664089e-02f + z * (6.7352302372e-02f + z * (7.3855509982e-03f
                + z * (1.1927076848e-03f + z * (2.2086278477e-04f + z * 2.5214456400e-05f))));
            p2 = z * (3.2246702909e-01f + z * (2.0580807701e-02f + z * (2.8905137442e-03f
                + z * (5.1006977446e-04f + z * (1.0801156895e-04f + z * 4.4864096708e-05f)))));
            p = y * p1 + p2;
            r += p - 0.5f * y;
            break;
        case 1:
            z = y * y;
            w = z * y;
            p1 = 4.8383611441e-01f + w * (-3.2788541168e-02f + w * (6.1005386524e-03f
                + w * (-1.4034647029e-03f + w * 3.1563205994e-04f)));
            p2 = -1.4758771658e-01f + w * (1.7970675603e-02f + w * (-3.6845202558e-03f
                + w * (8.8108185446e-04f + w * -3.1275415677e-04f)));
            p3 = 6.4624942839e-02f + w * (-1.0314224288e-02f + w * (2.2596477065e-03f
                + w * (-5.3859531181e-04f + w * 3.3552918467e-04f)));
            p = z * p1 - (6.6971006518e-09f - w * (p2 + y * p3));
            r += -1.2148628384e-01f + p;
            break;
        default:
            p1 = y * (-7.7215664089e-02f + y * (6.3282704353e-01f + y * (1.4549225569e+00f
                + y * (9.7771751881e-01f + y * (2.2896373272e-01f + y * 1.3381091878e-02f)))));
            p2 = 1.0f + y * (2.4559779167e+00f + y * (2.1284897327e+00f
                + y * (7.6928514242e-01f + y * (1.0422264785e-01f + y * 3.2170924824e-03f))));
            r += -0.5f * y + p1 / p2;
            break;
        }
    } else if (ix < 0x41000000) {
        i = (int32_t)x;
        y = x - (float)i;
        p = y * (-7.7215664089e-02f + y * (2.1498242021e-01f + y * (3.2577878237e-01f
            + y * (1.4635047317e-01f + y * (2.6642270386e-02f + y * (1.8402845599e-03f
            + y * 3.1947532989e-05f))))));
        q = 1.0f + y * (1.3920053244e+00f + y * (7.2193557024e-01f + y * (1.7193385959e-01f
            + y * (1.8645919859e-02f + y * (7.7794247773e-04f + y * 7.3266842264e-06f)))));
        r = 0.5f * y + p / q;
        z = 1.0f;
        if (i >= 7) z *= y + 6.0f;
        if (i >= 6) z *= y + 5.0f;
        if (i >= 5) z *= y + 4.0f;
        if (i >= 4) z *= y + 3.0f;
        if (i >= 3) {
            z *= y + 2.0f;
            r += NAME_ln(z);
        }
    } else if (ix < 0x5c800000) {
        t = NAME_ln(x);
        z = 1.0f / x;
        y = z * z;
        w = 4.1893854737e-01f + z * (8.3333335817e-02f + y * (-2.7777778450e-03f
            + y * (7.9365057172e-04f + y * (-5.9518753551e-04f + y * (8.3633989561e-04f
            + y * -1.6309292987e-03f)))));
        r = (x - 0.5f) * (t - 1.0f) + w;
    } else {
        r = x * (NAME_ln(x) - 1.0f);
    }
    if (sign) r = nadj - r;
    return r;
}
