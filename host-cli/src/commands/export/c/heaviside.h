static inline REAL NAME_heaviside(REAL x, REAL at_zero) {
    return x > 0 ? 1 : x < 0 ? 0 : x == 0 ? at_zero : x;
}
