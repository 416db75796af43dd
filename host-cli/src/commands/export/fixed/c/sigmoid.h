
static inline int32_t NAME_sigmoid(int32_t z) {
    const int32_t half = ((z < 0 ? -NAME_tanh(z / 2) : NAME_tanh(z / 2)) + 1) >> 1;
    return z < 0 ? 2048 - half : 2048 + half;
}
