/* The size of a number; +0 of -0 too. */
static inline REAL NAME_abs(REAL x) {
    return x > 0 ? x : 0 - x;
}
