typedef union { float number; uint32_t bits; } NAME_word;

static inline float NAME_power(float x) {
    const float whole = 12582912.0f;
    NAME_word shifted, e;
    float k, r, tail;
    shifted.number = x * 1.44269504088896340736f + whole;
    k = shifted.number - whole;
    r = (x - k * 0.6933594f) + k * 2.121944417e-4f;
    tail = 0.49999994f + r * (0.16666521f + r * (0.041668277f + r * (0.008368687f
        + r * 0.0013819826f)));
    e.number = 1.0f + (r + r * r * tail);
    e.bits += shifted.bits << 23;
    return e.number;
}

/* e^x for x <= 0. */
static inline float NAME_exp_unit(float x) {
    float root;
    if (x > -87.0f) return NAME_power(x);
    if (x != x) return x;
    root = NAME_power((x > -170.0f ? x : -170.0f) * 0.5f);
    return root * root;
}
