/* The hyperbolic sine as musl computes it:
 * Copyright (C) 2005-2020 Rich Felker, et al. MIT license, as above. */
static inline double NAME_sinh(double x) {
    double h = x < 0 ? -0.5 : 0.5, size = NAME_abs(x), t;
    uint32_t w = (uint32_t)(NAME_bits(size) >> 32);
    if (w >= 0x40862e42) return 2.0 * h * NAME_half_exp(size);
    if (w < 0x3ff00000 - (26 << 20)) return x;
    t = NAME_expm1(size);
    if (w < 0x3ff00000) return h * (2.0 * t - t * t / (t + 1.0));
    return h * (t + t / (t + 1.0));
}
