/* sin(pi x) / (pi x). */
static inline REAL NAME_sinc(REAL x) {
    REAL angle = x * (REAL)3.14159265358979323846;
    return angle == 0 ? 1 : NAME_sin(angle) / angle;
}
