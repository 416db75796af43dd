
/* Features of the window that has just ended. */
static inline void NAME_tell(const NAME_stage *stage, REAL *features) {
TELL}

/* Takes a sample of each channel; returns 1 where a window ends with it, whose features then are in
 * `features`, else 0. A sample that is not finite is a gap. */
static inline int NAME_push(NAME_stage *stage, const REAL sample[UPPER_CHANNELS],
                            REAL features[UPPER_FEATURES]) {
    const int is_kept = stage->until_kept == 0;
    int is_held;
    size_t channel, i;
    for (channel = 0; channel < UPPER_CHANNELS; channel++) {
        if (!NAME_finite(sample[channel])) {
            NAME_gap(stage);
            return 0;
        }
    }
    stage->until_kept = is_kept ? UPPER_DECIMATE - 1 : stage->until_kept - 1;
    if (is_kept && stage->skip == 0 && stage->at == UPPER_HELD) {
        const size_t step = UPPER_HOP < UPPER_HELD ? UPPER_HOP : UPPER_HELD;
        stage->skip = UPPER_HOP - step;
        stage->at = UPPER_HELD - step;
        for (channel = 0; channel < UPPER_CHANNELS; channel++) {
            for (i = 0; i < stage->at; i++) {
                stage->held[channel][i] = stage->held[channel][i + step];
            }
        }
    }
    is_held = is_kept && stage->skip == 0;
    for (channel = 0; channel < UPPER_CHANNELS; channel++) {
        REAL x = sample[channel];
FILTER        if (is_held) stage->held[channel][stage->at] = x;
    }
    stage->started = 1;
    if (is_kept && stage->skip > 0) stage->skip -= 1;
    if (!is_held) return 0;
    stage->at += 1;
    if (stage->at < UPPER_HELD) return 0;
    NAME_tell(stage, features);
    return 1;
}
