
static inline void NAME_affine(const int16_t *weights, const int32_t *biases, const int32_t *inputs,
                               size_t n, int32_t *outputs, size_t m) {
    size_t i, o;
    for (o = 0; o < m; o++) {
        int64_t sum = biases[o];
        for (i = 0; i < n; i++) sum += weights[o * n + i] * inputs[i];
        outputs[o] = (int32_t)((sum + 2048) >> 12);
    }
}
