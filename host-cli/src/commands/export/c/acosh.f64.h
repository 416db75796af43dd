/* The inverse hyperbolic cosine as musl computes it:
 * Copyright (C) 2005-2020 Rich Felker, et al. MIT license, as above. */
static inline double NAME_acosh(double x) {
    uint32_t e = (uint32_t)(NAME_bits(x) >> 52) & 0x7ff;
    double y = x - 1.0;
    if (e < 0x3ff + 1) return NAME_log1p(y + NAME_sqrt(y * y + 2.0 * y));
    if (e < 0x3ff + 26) return NAME_ln(2.0 * x - 1.0 / (x + NAME_sqrt(x * x - 1.0)));
    return NAME_ln(x) + 0.693147180559945309417232121458176568;
}
