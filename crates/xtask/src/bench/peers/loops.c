/* The loops that a programmer would write for the one shape: `workload figure` a line, in
 * nanoseconds a sample. The arguments say which: `linear`, `w4`, or a file's name. Such a file is
 * mapped and parsed, a table of 8 features and a target, and learned from once: `csv figure`. */
#include <fcntl.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <time.h>

#define SAMPLES 1024
static float xs[SAMPLES][64] __attribute__((aligned(64))), ys[SAMPLES];
static float w[65] __attribute__((aligned(64)));
volatile float sink;

static double now(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec * 1e9 + t.tv_nsec;
}

static unsigned long long state = 1;
static float unit(void) {
    state = state * 6364136223846793005ULL + 1442695040888963407ULL;
    return (float)(state >> 40) / (1 << 24);
}

#define LINEAR(N)                                                                    \
    static float linear_##N(const float *x, float y) {                              \
        float z = w[N];                                                              \
        for (int i = 0; i < N; i++) z += w[i] * x[i];                                \
        float e = z - y, g = 0.01f * (e + e);                                        \
        for (int i = 0; i < N; i++) w[i] -= g * x[i];                                \
        w[N] -= g;                                                                   \
        return e * e;                                                                \
    }
LINEAR(8)
LINEAR(64)

#ifndef __FAST_MATH__
/* The same in Downhill's order of addition: product i goes to lane i mod 4, and the lanes fold as
 * (0 + 1) + (2 + 3). Vectors keep the lanes together: what is left is the chain of additions, each
 * of which waits for the one before. */
typedef float four __attribute__((vector_size(16), aligned(4), may_alias));

#define LANES(N)                                                                     \
    static float lanes_##N(const float *x, float y) {                               \
        const four *xs = (const four *)x;                                            \
        four *ws = (four *)w, lane = ws[0] * xs[0];                                  \
        for (int i = 1; i < N / 4; i++) lane += ws[i] * xs[i];                       \
        float z = (lane[0] + lane[1]) + (lane[2] + lane[3]) + w[N];                  \
        float e = z - y, g = 0.01f * (e + e);                                        \
        for (int i = 0; i < N / 4; i++) ws[i] -= g * xs[i];                          \
        w[N] -= g;                                                                   \
        return e * e;                                                                \
    }
LANES(8)
LANES(64)
#endif

/* 8-16-3, tanh, cross-entropy, Adam. */
#define P (16 * 9 + 3 * 17)
static float p[P], m[P], v[P], gradient[P], c1, c2;

static float exp_unit(float x) {
    if (!(x > -87.0f)) return expf(x);
    float shifted = x * 1.44269504f + 12582912.0f, k = shifted - 12582912.0f;
    float r = (x - k * 0.6933594f) + k * 2.1219444e-4f;
    float tail = 0.49999994f + r * (0.16666521f + r * (0.041668277f + r * (0.008368687f + r * 0.0013819826f)));
    float e = 1.0f + (r + r * r * tail);
    unsigned bits, s;
    memcpy(&bits, &e, 4);
    memcpy(&s, &shifted, 4);
    bits += s << 23;
    memcpy(&e, &bits, 4);
    return e;
}

static float tanh_same(float x) {
    float size = fabsf(x);
    if (size < 0.25f) {
        float s = x * x;
        return x * (1.0f + s * (-1.0f / 3 + s * (2.0f / 15 + s * (-17.0f / 315 + s * (62.0f / 2835)))));
    }
    float e = exp_unit(-2.0f * size), t = (1.0f - e) / (1.0f + e);
    return x < 0 ? -t : t;
}

static float backward(const float *x, int y, int first) {
    float h[16], z[3], d[16];
    for (int o = 0; o < 16; o++) {
        float s = p[128 + o];
        for (int i = 0; i < 8; i++) s += p[o * 8 + i] * x[i];
        h[o] = tanh_same(s);
    }
    float largest = -1e30f, sum = 0;
    for (int o = 0; o < 3; o++) {
        float s = p[192 + o];
        for (int i = 0; i < 16; i++) s += p[144 + o * 16 + i] * h[i];
        z[o] = s;
        if (s > largest) largest = s;
    }
    float chosen = z[y] - largest;
    for (int o = 0; o < 3; o++) sum += z[o] = exp_unit(z[o] - largest);
    for (int o = 0; o < 3; o++) z[o] = z[o] / sum - (o == y);
    for (int i = 0; i < 16; i++) {
        float s = 0;
        for (int o = 0; o < 3; o++) s += z[o] * p[144 + o * 16 + i];
        d[i] = s * (1.0f - h[i] * h[i]);
    }
    if (first) memset(gradient, 0, sizeof gradient);
    for (int o = 0; o < 16; o++) {
        for (int i = 0; i < 8; i++) gradient[o * 8 + i] += d[o] * x[i];
        gradient[128 + o] += d[o];
    }
    for (int o = 0; o < 3; o++) {
        for (int i = 0; i < 16; i++) gradient[144 + o * 16 + i] += z[o] * h[i];
        gradient[192 + o] += z[o];
    }
    return logf(sum) - chosen;
}

static void adam(float share) {
    c1 = 0.9f * c1 + 0.1f;
    c2 = 0.999f * c2 + 0.001f;
    float root = sqrtf(c2 / 0.001f), step = 0.001f * root * (0.1f / c1), eps = 1e-8f * root;
    for (int i = 0; i < P; i++) {
        float g = gradient[i] * share;
        m[i] = 0.9f * m[i] + g;
        v[i] = 0.999f * v[i] + g * g;
        p[i] -= step * m[i] / (sqrtf(v[i]) + eps);
    }
}

static float net(int k, int batch) {
    float loss = backward(xs[k], (int)ys[k], batch == 1 || k % batch == 0);
    if (k % batch == batch - 1) adam(1.0f / batch);
    return loss;
}

#define MOST (1 << 16)
static double passes[MOST];

static int smaller(const void *a, const void *b) {
    double difference = *(const double *)a - *(const double *)b;
    return (difference > 0) - (difference < 0);
}

/* The median pass: one that was interrupted does not count. */
#define TIME(name, call)                                                             \
    do {                                                                             \
        double start = now();                                                        \
        long count = 0;                                                              \
        while (count == 0 || (now() - start < 3e8 && count < MOST)) {                \
            float loss = 0;                                                          \
            double begin = now();                                                    \
            for (int k = 0; k < SAMPLES; k++) loss += call;                          \
            sink = loss;                                                             \
            passes[count++] = now() - begin;                                         \
        }                                                                            \
        qsort(passes, count, sizeof *passes, smaller);                               \
        printf(name " %f\n", passes[count / 2] / SAMPLES);                           \
    } while (0)

static float number(const char **at) {
    const char *c = *at;
    int negative = *c == '-', places = 0;
    if (negative) c++;
    long digits = 0;
    for (; *c >= '0' && *c <= '9'; c++) digits = digits * 10 + (*c - '0');
    if (*c == '.')
        for (c++; *c >= '0' && *c <= '9'; c++, places++) digits = digits * 10 + (*c - '0');
    static const double tens[] = {1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12};
    double size = digits / tens[places];
    *at = c + 1;
    return negative ? -size : size;
}

static int csv(const char *path) {
    double start = now();
    int file = open(path, O_RDONLY);
    struct stat about;
    if (file < 0 || fstat(file, &about)) return 1;
    const char *text = mmap(0, about.st_size, PROT_READ, MAP_PRIVATE, file, 0);
    if (text == MAP_FAILED) return 1;
    const char *end = text + about.st_size, *at = memchr(text, '\n', about.st_size);
    long rows = 0;
    float loss = 0;
    for (at++; at < end; rows++) {
        float x[8];
        for (int i = 0; i < 8; i++) x[i] = number(&at);
        loss += linear_8(x, number(&at));
    }
    sink = loss;
    printf("csv %f\n", (now() - start) / rows);
    return 0;
}

static void linear(void) {
    for (int k = 0; k < SAMPLES; k++) {
        float sum = 0;
        for (int i = 0; i < 64; i++) sum += xs[k][i] = 2 * unit() - 1;
        ys[k] = 0.1f * sum;
    }
    TIME("linear_8", linear_8(xs[k], ys[k]));
    memset(w, 0, sizeof w);
    TIME("linear_64", linear_64(xs[k], ys[k]));
#ifndef __FAST_MATH__
    memset(w, 0, sizeof w);
    TIME("linear_8 four-lanes", lanes_8(xs[k], ys[k]));
    memset(w, 0, sizeof w);
    TIME("linear_64 four-lanes", lanes_64(xs[k], ys[k]));
#endif
}

static void w4(void) {
    for (int k = 0; k < SAMPLES; k++) {
        float sum = 0;
        for (int i = 0; i < 8; i++) sum += xs[k][i] = 2 * unit() - 1;
        ys[k] = (sum > -0.5f) + (sum > 0.5f);
    }
    for (int i = 0; i < P; i++) p[i] = i < 128 || (i >= 144 && i < 192) ? unit() - 0.5f : 0;
    TIME("w4_1", net(k, 1));
    TIME("w4_32", net(k, 32));
}

int main(int count, char **arguments) {
    for (int k = 1; k < count; k++) {
        if (!strcmp(arguments[k], "linear")) linear();
        else if (!strcmp(arguments[k], "w4")) w4();
        else if (csv(arguments[k])) return 1;
    }
    return 0;
}
