/* The square root, correctly rounded, bit by bit. */
static inline double NAME_sqrt(double x) {
    union { double number; uint64_t bits; } word;
    uint64_t rest, root = 0, half = 0, bit, next;
    int32_t power;
    word.number = x;
    if (x != x || x == 0) return x;
    if (x < 0) return (x - x) / (x - x);
    if (word.bits == 0x7ff0000000000000u) return x;
    power = (int32_t)(word.bits >> 52);
    rest = word.bits & 0x000fffffffffffffu;
    if (power == 0) {
        for (power = 1; (rest >> 52) == 0; power--) rest *= 2;
    }
    rest |= 0x0010000000000000u;
    power -= 1023;
    if (power % 2 != 0) {
        rest += rest;
        power -= 1;
    }
    /* One bit more than the result has, to round by. */
    rest += rest;
    for (bit = 0x0020000000000000u; bit != 0; bit >>= 1) {
        next = half + bit;
        if (next <= rest) {
            half = next + bit;
            rest -= next;
            root += bit;
        }
        rest += rest;
    }
    if (rest != 0) root += root & 1;
    word.bits = (root >> 1) + 0x3fe0000000000000u + (uint64_t)(int64_t)(power / 2) * 0x0010000000000000u;
    return word.number;
}
