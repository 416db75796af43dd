static inline REAL NAME_sign(REAL x) {
    return x > 0 ? 1 : x < 0 ? -1 : x;
}
