/* A dot product in the order that every Downhill keeps: product i goes to lane i mod 4. */
static inline REAL NAME_dot(const REAL *a, const REAL *b, size_t count) {
    REAL lane[4] = {0, 0, 0, 0};
    size_t i, k;
    for (i = 0; i < 4 && i < count; i++) lane[i] = a[i] * b[i];
    for (; i + 4 <= count; i += 4)
        for (k = 0; k < 4; k++) lane[k] += a[i + k] * b[i + k];
    for (k = 0; k < 4 && i + k < count; k++) lane[k] += a[i + k] * b[i + k];
    return (lane[0] + lane[1]) + (lane[2] + lane[3]);
}

/* out = weights * in + biases, the weights row by row. */
static inline void NAME_affine(const REAL *weights, const REAL *biases, const REAL *in,
                               size_t inputs, REAL *out, size_t outputs) {
    size_t o;
    for (o = 0; o < outputs; o++)
        out[o] = NAME_dot(weights + o * inputs, in, inputs) + biases[o];
}
