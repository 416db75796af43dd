
/* Windows of raw samples: NAME_gap begins a NAME_stage, and NAME_push gives it samples. */
#define UPPER_CHANNELS COUNT_CHANNELS
#define UPPER_WINDOW COUNT_WINDOW
#define UPPER_HELD COUNT_HELD
#define UPPER_HOP COUNT_HOP
#define UPPER_DECIMATE COUNT_DECIMATE
#define UPPER_SECTIONS COUNT_SECTIONS

typedef struct {
    REAL held[UPPER_CHANNELS][UPPER_HELD];
    REAL states[UPPER_CHANNELS][UPPER_SECTIONS + 1][2];
    size_t at, skip, until_kept;
    int started;
} NAME_stage;

/* Forgets all samples: at the start, and behind a gap or the end of a recording. */
static inline void NAME_gap(NAME_stage *stage) {
    stage->at = stage->skip = stage->until_kept = 0;
    stage->started = 0;
}

/* Sum over the window of a power of x less a number, or, of kind 5, of its size. */
static inline REAL NAME_sum(const REAL *x, int kind, REAL about) {
    REAL whole = 0;
    size_t begin, i;
    for (begin = 0; begin < UPPER_WINDOW; begin += 64) {
        const size_t end = begin + 64 < UPPER_WINDOW ? begin + 64 : UPPER_WINDOW;
        REAL lanes[4] = {0, 0, 0, 0};
        for (i = begin; i < end; i++) {
            const REAL d = x[i] - about;
            const REAL square = d * d;
            lanes[(i - begin) % 4] += kind == 1 ? d : kind == 2 ? square
                : kind == 3 ? square * d : kind == 4 ? square * square : d < 0 ? -d : d;
        }
        whole += (lanes[0] + lanes[1]) + (lanes[2] + lanes[3]);
    }
    return whole;
}

/* Mean, what rounding took off it, and the second to the fourth moment about both. */
static inline void NAME_moments(const REAL *x, int level, REAL m[5]) {
    const REAL about = NAME_sum(x, 1, x[0]) * COUNT_SHARE;
    const REAL mean = x[0] + about;
    const REAL rest = about - (mean - x[0]);
    const REAL square = rest * rest;
    REAL second = 0, third = 0;
    m[0] = mean;
    m[1] = rest;
    m[2] = m[3] = m[4] = 0;
    if (level >= 2) {
        second = NAME_sum(x, 2, mean) * COUNT_SHARE;
        m[2] = 0 > second - square ? 0 : second - square;
    }
    if (level >= 4) {
        third = NAME_sum(x, 3, mean) * COUNT_SHARE;
        m[3] = third - rest * (3 * second - 2 * square);
        m[4] = NAME_sum(x, 4, mean) * COUNT_SHARE
            - rest * (4 * third - 3 * (rest * (2 * second - square)));
    }
}

static inline REAL NAME_ratio(REAL dividend, REAL divisor) {
    return divisor == 0 ? 0 : dividend / divisor;
}

static inline REAL NAME_smallest(const REAL *x) {
    REAL least = x[0];
    size_t i;
    for (i = 1; i < UPPER_WINDOW; i++) if (x[i] < least) least = x[i];
    return least;
}

static inline REAL NAME_largest(const REAL *x) {
    REAL most = x[0];
    size_t i;
    for (i = 1; i < UPPER_WINDOW; i++) if (x[i] > most) most = x[i];
    return most;
}

/* Times that x - level >= rest changes. */
static inline REAL NAME_crossings(const REAL *x, REAL level, REAL rest) {
    size_t i, count = 0;
    for (i = 1; i < UPPER_WINDOW; i++) count += (x[i] - level >= rest) != (x[i - 1] - level >= rest);
    return (REAL)count;
}

/* Sum of i less the middle, times x less the mean. */
static inline REAL NAME_slope(const REAL *x, REAL mean) {
    REAL sum = 0;
    size_t i;
    for (i = 0; i < UPPER_WINDOW; i++) sum += ((REAL)i - COUNT_MIDDLE) * (x[i] - mean);
    return NAME_ratio(sum * 12, COUNT_CUBE);
}

/* Sum of products of what is about the means, from a lag on. */
static inline REAL NAME_product(const REAL *a, REAL mean_a, const REAL *b, REAL mean_b, size_t lag) {
    REAL sum = 0;
    size_t i;
    for (i = lag; i < UPPER_WINDOW; i++) sum = sum + (a[i] - mean_a) * (b[i - lag] - mean_b);
    return sum;
}
