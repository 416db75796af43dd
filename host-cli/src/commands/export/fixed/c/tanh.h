
static inline int32_t NAME_tanh_of(int32_t size) {
    const int32_t at = size >> 7, within = size & 127;
    int32_t low;
    if (at >= 168) return NAME_tanh_table[168];
    low = NAME_tanh_table[at];
    return low + (((NAME_tanh_table[at + 1] - low) * within + 64) >> 7);
}

static inline int32_t NAME_tanh(int32_t z) {
    return z < 0 ? -NAME_tanh_of(-z) : NAME_tanh_of(z);
}
