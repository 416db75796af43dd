/* What is left of x above a multiple of y, with the sign of y. Every step is exact. */
static inline REAL NAME_modulo(REAL x, REAL y) {
    REAL rest = x < 0 ? 0 - x : x, size = y < 0 ? 0 - y : y, unit = size;
    if (!(rest - rest == 0) || !(size > 0)) return (x * y) / (x * y - x * y);
    while (unit + unit <= rest) unit = unit + unit;
    for (; rest >= size; unit = unit / 2)
        if (rest >= unit) rest = rest - unit;
    if (x < 0) rest = 0 - rest;
    if (rest == 0) return x * 0;
    return (rest < 0) != (y < 0) ? rest + y : rest;
}
