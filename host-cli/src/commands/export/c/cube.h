static inline REAL NAME_cube(REAL x) {
    return x * x * x;
}
