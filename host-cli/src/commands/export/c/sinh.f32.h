/* The hyperbolic sine as musl computes it:
 * Copyright (C) 2005-2020 Rich Felker, et al. MIT license, as above. */
static inline float NAME_sinh(float x) {
    float h = x < 0 ? -0.5f : 0.5f, size = NAME_abs(x), t;
    uint32_t w = NAME_bits(size);
    if (w >= 0x42b17217) return 2.0f * h * NAME_half_exp(size);
    if (w < 0x3f800000 - (12 << 23)) return x;
    t = NAME_expm1(size);
    if (w < 0x3f800000) return h * (2.0f * t - t * t / (t + 1.0f));
    return h * (t + t / (t + 1.0f));
}
