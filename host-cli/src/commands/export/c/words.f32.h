static inline uint32_t NAME_bits(float x) {
    union { float number; uint32_t bits; } word;
    word.number = x;
    return word.bits;
}

static inline float NAME_number(uint32_t bits) {
    union { float number; uint32_t bits; } word;
    word.bits = bits;
    return word.number;
}

/* The first bits of a number. */
static inline float NAME_high(float x) {
    return NAME_number(NAME_bits(x) & 0xfffff000);
}
