/* Sine and cosine from -pi/4 to pi/4 as FreeBSD's k_sin.c and k_cos.c computes it:
 * Copyright (C) 1993 by Sun Microsystems, Inc. All rights reserved.
 * Developed at SunPro, a Sun Microsystems, Inc. business. Permission to use, copy, modify, and
 * distribute this software is freely granted, provided that this notice is preserved. */
static inline double NAME_k_sin(double x, double y, int32_t iy) {
    double z = x * x, w = z * z;
    double r = 8.33333333332248946124e-03 + z * (-1.98412698298579493134e-04
        + z * 2.75573137070700676789e-06) + z * w * (-2.50507602534068634195e-08
        + z * 1.58969099521155010221e-10);
    double v = z * x;
    if (iy == 0) return x + v * (-1.66666666666666324348e-01 + z * r);
    return x - ((z * (0.5 * y - v * r) - y) - v * -1.66666666666666324348e-01);
}

static inline double NAME_k_cos(double x, double y) {
    double z = x * x, w = z * z;
    double r = z * (4.16666666666666019037e-02 + z * (-1.38888888888741095749e-03
        + z * 2.48015872894767294178e-05)) + w * w * (-2.75573143513906633035e-07
        + z * (2.08757232129817482790e-09 + z * -1.13596475577881948265e-11));
    double hz = 0.5 * z;
    w = 1.0 - hz;
    return w + (((1.0 - w) - hz) + (z * r - x * y));
}
