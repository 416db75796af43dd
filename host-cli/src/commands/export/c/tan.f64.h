/* The tangent as FreeBSD's k_tan.c and s_tan.c computes it:
 * Copyright (C) 1993 by Sun Microsystems, Inc. All rights reserved.
 * Developed at SunPro, a Sun Microsystems, Inc. business. Permission to use, copy, modify, and
 * distribute this software is freely granted, provided that this notice is preserved. */
static inline double NAME_k_tan(double x, double y, int32_t odd) {
    static const double t[13] = {
        3.33333333333334091986e-01, 1.33333333333201242699e-01, 5.39682539762260521377e-02,
        2.18694882948595424599e-02, 8.86323982359930005737e-03, 3.59207910759131235356e-03,
        1.45620945432529025516e-03, 5.88041240820264096874e-04, 2.46463134818469906812e-04,
        7.81794442939557092300e-05, 7.14072491382608190305e-05, -1.85586374855275456654e-05,
        2.59073051863633712884e-05,
    };
    uint32_t hx = (uint32_t)(NAME_bits(x) >> 32);
    int big = (hx & 0x7fffffff) >= 0x3fe59428;
    if (big) {
        if (hx >> 31 != 0) {
            x = -x;
            y = -y;
        }
        x = (7.85398163397448278999e-01 - x) + (3.06161699786838301793e-17 - y);
        y = 0.0;
    }
    double z = x * x, w = z * z;
    double r = t[1] + w * (t[3] + w * (t[5] + w * (t[7] + w * (t[9] + w * t[11]))));
    double v = z * (t[2] + w * (t[4] + w * (t[6] + w * (t[8] + w * (t[10] + w * t[12])))));
    double s = z * x;
    r = y + z * (s * (r + v) + y) + s * t[0];
    w = x + r;
    if (big) {
        s = 1.0 - 2.0 * (double)odd;
        v = s - 2.0 * (x + (r - w * w / (w + s)));
        return hx >> 31 != 0 ? -v : v;
    }
    if (odd == 0) return w;
    double w0 = NAME_high(w);
    v = r - (w0 - x);
    double a = -1.0 / w;
    double a0 = NAME_high(a);
    return a0 + a * (1.0 + a0 * w0 + a0 * v);
}

static inline double NAME_tan(double x) {
    double y[2];
    int32_t n;
    uint32_t ix = (uint32_t)(NAME_bits(x) >> 32) & 0x7fffffff;
    if (ix <= 0x3fe921fb) return ix < 0x3e400000 ? x : NAME_k_tan(x, 0.0, 0);
    if (ix >= 0x7ff00000) return x - x;
    n = NAME_reduce(x, y);
    return NAME_k_tan(y[0], y[1], n & 1);
}
