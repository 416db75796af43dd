/* Sine and cosine from -pi/4 to pi/4 as FreeBSD's k_sinf.c and k_cosf.c computes it:
 * Copyright (C) 1993 by Sun Microsystems, Inc. All rights reserved.
 * Developed at SunPro, a Sun Microsystems, Inc. business. Permission to use, copy, modify, and
 * distribute this software is freely granted, provided that this notice is preserved. */
static inline float NAME_k_sin(double x) {
    double z = x * x, w = z * z;
    double r = -0.000198393348360966317347 + z * 0.0000027183114939898219064;
    double s = z * x;
    return NAME_narrow((x + s * (-0.166666666416265235595 + z * 0.0083333293858894631756))
                       + s * w * r);
}

static inline float NAME_k_cos(double x) {
    double z = x * x, w = z * z;
    double r = -0.00138867637746099294692 + z * 0.0000243904487962774090654;
    return NAME_narrow(((1.0 + z * -0.499999997251031003120) + w * 0.0416666233237390631894)
                       + (w * z) * r);
}
