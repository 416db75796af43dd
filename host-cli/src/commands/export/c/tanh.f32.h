static inline float NAME_tanh(float x) {
    float size = x < 0.0f ? -x : x, e, tanh;
    if (size < 0.25f) {
        float s = x * x;
        float series = -1.0f / 3.0f + s * (2.0f / 15.0f + s * (-17.0f / 315.0f
            + s * (62.0f / 2835.0f)));
        return x * (1.0f + s * series);
    }
    e = NAME_exp_unit(-2.0f * size);
    tanh = (1.0f - e) / (1.0f + e);
    return x < 0.0f ? -tanh : tanh;
}
