/* The inverse hyperbolic tangent as musl computes it:
 * Copyright (C) 2005-2020 Rich Felker, et al. MIT license, as above. */
static inline double NAME_atanh(double x) {
    uint32_t e = (uint32_t)(NAME_bits(x) >> 52) & 0x7ff;
    double y = NAME_abs(x);
    if (e < 0x3ff - 32) return x;
    if (e < 0x3ff - 1) y = 0.5 * NAME_log1p(2.0 * y + 2.0 * y * y / (1.0 - y));
    else y = 0.5 * NAME_log1p(2.0 * (y / (1.0 - y)));
    return x < 0 ? -y : y;
}
