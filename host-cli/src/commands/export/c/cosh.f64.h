/* The hyperbolic cosine as musl computes it:
 * Copyright (C) 2005-2020 Rich Felker, et al. MIT license, as above. */
static inline double NAME_cosh(double x) {
    uint32_t w;
    double t;
    x = NAME_abs(x);
    w = (uint32_t)(NAME_bits(x) >> 32);
    if (w < 0x3fe62e42) {
        if (w < 0x3ff00000 - (26 << 20)) return 1.0;
        t = NAME_expm1(x);
        return 1.0 + t * t / (2.0 * (1.0 + t));
    }
    if (w >= 0x40862e42) return NAME_half_exp(x);
    t = NAME_exp(x);
    return 0.5 * (t + 1.0 / t);
}
