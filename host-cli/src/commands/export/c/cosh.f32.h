/* The hyperbolic cosine as musl computes it:
 * Copyright (C) 2005-2020 Rich Felker, et al. MIT license, as above. */
static inline float NAME_cosh(float x) {
    uint32_t w;
    float t;
    x = NAME_abs(x);
    w = NAME_bits(x);
    if (w < 0x3f317217) {
        if (w < 0x3f800000 - (12 << 23)) return 1.0f;
        t = NAME_expm1(x);
        return 1.0f + t * t / (2.0f * (1.0f + t));
    }
    if (w >= 0x42b17217) return NAME_half_exp(x);
    t = NAME_exp(x);
    return 0.5f * (t + 1.0f / t);
}
