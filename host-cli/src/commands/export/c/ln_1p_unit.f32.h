/* ln(1 + x) for 0 <= x <= 1. */
static inline float NAME_ln_1p_unit(float x) {
    float s = x / (2.0f + x), q = s * s, twice = s + s;
    float tail = q * (1.0f / 9.0f + q * (1.0f / 11.0f + q * (1.0f / 13.0f)));
    float series = q * (1.0f / 3.0f + q * (1.0f / 5.0f + q * (1.0f / 7.0f + tail)));
    return twice + twice * series;
}
