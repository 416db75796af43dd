
#define UPPER_BINS (UPPER_WINDOW / 2 + 1)

/* Turns a complex number by so many steps of a turn. */
static inline void NAME_turn(REAL *z, size_t steps) {
    const REAL real = z[0], imaginary = z[1];
    const REAL cosine = NAME_cosines[steps % UPPER_WINDOW];
    const REAL sine = NAME_cosines[(steps + UPPER_WINDOW / 4) % UPPER_WINDOW];
    z[0] = real * cosine - imaginary * sine;
    z[1] = real * sine + imaginary * cosine;
}

static inline void NAME_four(REAL *a, REAL *b, REAL *c, REAL *d) {
    const REAL even[2] = {a[0] + c[0], a[1] + c[1]}, odd[2] = {b[0] + d[0], b[1] + d[1]};
    const REAL straight[2] = {a[0] - c[0], a[1] - c[1]};
    const REAL across[2] = {b[1] - d[1], -(b[0] - d[0])};
    a[0] = even[0] + odd[0];
    a[1] = even[1] + odd[1];
    b[0] = even[0] - odd[0];
    b[1] = even[1] - odd[1];
    c[0] = straight[0] + across[0];
    c[1] = straight[1] + across[1];
    d[0] = straight[0] - across[0];
    d[1] = straight[1] - across[1];
}

static inline size_t NAME_reversed(size_t k) {
    size_t bit, turned = 0;
    for (bit = 1; bit < UPPER_WINDOW / 2; bit *= 2) {
        turned = turned * 2 + k % 2;
        k /= 2;
    }
    return turned;
}

/* Powers of bins 0 to UPPER_WINDOW / 2 of a window about its mean. */
static inline void NAME_spectrum(const REAL *x, const REAL m[5], REAL powers[UPPER_BINS]) {
    REAL z[UPPER_WINDOW];
    const size_t half = UPPER_WINDOW / 2;
    size_t begin, i, k, length;
    for (i = 0; i < UPPER_WINDOW; i++) z[i] = (x[i] - m[0]) - m[1];
TAPER    for (length = half; length > 4; length /= 4) {
        const size_t quarter = length / 4, stride = UPPER_WINDOW / length;
        for (begin = 0; begin < half; begin += length) {
            for (k = 0; k < quarter; k++) {
                REAL *a = z + 2 * (begin + k), *b = a + 2 * quarter;
                REAL *c = b + 2 * quarter, *d = c + 2 * quarter;
                NAME_four(a, b, c, d);
                if (k > 0) {
                    NAME_turn(b, 2 * k * stride);
                    NAME_turn(c, k * stride);
                    NAME_turn(d, 3 * k * stride);
                }
            }
        }
    }
    for (begin = 0; begin < half; begin += length) {
        REAL *a = z + 2 * begin;
        if (length == 4) {
            NAME_four(a, a + 2, a + 4, a + 6);
        } else {
            const REAL first[2] = {a[0], a[1]}, second[2] = {a[2], a[3]};
            a[0] = first[0] + second[0];
            a[1] = first[1] + second[1];
            a[2] = first[0] - second[0];
            a[3] = first[1] - second[1];
        }
    }
    {
        const REAL sum = z[0] + z[1], difference = z[0] - z[1];
        const REAL *middle = z + 2 * NAME_reversed(half / 2);
        powers[0] = sum * sum * COUNT_SCALE;
        powers[half] = difference * difference * COUNT_SCALE;
        powers[half / 2] = (middle[0] * middle[0] + middle[1] * middle[1]) * COUNT_SCALE;
    }
    for (k = 1; k < half / 2; k++) {
        const REAL *a = z + 2 * NAME_reversed(k), *b = z + 2 * NAME_reversed(half - k);
        const REAL even[2] = {a[0] + b[0], a[1] - b[1]};
        REAL odd[2] = {a[1] + b[1], b[0] - a[0]}, real, imaginary;
        NAME_turn(odd, k);
        real = even[0] + odd[0];
        imaginary = even[1] + odd[1];
        powers[k] = (real * real + imaginary * imaginary) * COUNT_QUARTER;
        real = even[0] - odd[0];
        imaginary = even[1] - odd[1];
        powers[half - k] = (real * real + imaginary * imaginary) * COUNT_QUARTER;
    }
}

static inline REAL NAME_band(const REAL *powers, size_t from, size_t until) {
    REAL sum = 0;
    for (; from < until; from++) sum = sum + powers[from];
    return sum;
}

static inline REAL NAME_dominant(const REAL *powers) {
    REAL most = 0;
    size_t k, best = 0;
    for (k = 1; k < UPPER_BINS; k++) {
        if (powers[k] > most) {
            best = k;
            most = powers[k];
        }
    }
    return (REAL)best;
}

static inline REAL NAME_centroid(const REAL *powers) {
    REAL sum = 0, whole = 0;
    size_t k;
    for (k = 1; k < UPPER_BINS; k++) {
        sum += (REAL)k * powers[k];
        whole += powers[k];
    }
    return NAME_ratio(sum, whole);
}

static inline REAL NAME_spread(const REAL *powers) {
    const REAL middle = NAME_centroid(powers);
    REAL sum = 0, whole = 0;
    size_t k;
    for (k = 1; k < UPPER_BINS; k++) {
        const REAL distance = (REAL)k - middle;
        sum += distance * distance * powers[k];
        whole += powers[k];
    }
    return NAME_sqrt(NAME_ratio(sum, whole));
}

static inline REAL NAME_rolloff(const REAL *powers, REAL share) {
    const REAL whole = NAME_band(powers, 1, UPPER_BINS);
    REAL sum = 0;
    size_t k, bin = 0;
    if (!(whole > 0)) return 0;
    for (k = 1; k < UPPER_BINS; k++) {
        sum += powers[k];
        bin = k;
        if (sum >= share * whole) break;
    }
    return (REAL)bin;
}
