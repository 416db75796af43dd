/* Replaces logits by probabilities. */
static inline void NAME_softmax(REAL *logits, size_t count) {
    REAL largest = -LARGEST, sum = 0;
    size_t i;
    for (i = 0; i < count; i++)
        if (logits[i] > largest) largest = logits[i];
    for (i = 0; i < count; i++) {
        logits[i] = NAME_exp_unit(logits[i] - largest);
        sum += logits[i];
    }
    for (i = 0; i < count; i++) logits[i] = logits[i] / sum;
}
