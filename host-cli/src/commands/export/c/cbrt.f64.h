/* The cube root, correctly rounded, as CORE-MATH's cbrt.c computes it:
 * Copyright (c) 2021-2022 Alexei Sibidanov. MIT license, as above. */
/* What the rounding of a product took from it (Dekker, 1971). */
static inline double NAME_lost(double x, double y, double product) {
    double part = x * 134217729.0, xh = part - (part - x), xl = x - xh, yh, yl;
    part = y * 134217729.0;
    yh = part - (part - y);
    yl = y - yh;
    return ((xh * yh - product) + xh * yl + xl * yh) + xl * yl;
}

/* What is left of y below the root of the number, times its inverse. */
static inline double NAME_cbrt_step(double y, double number, double inverse) {
    double y2 = y * y, y3 = y2 * y;
    double low = NAME_lost(y, y2, y3) + y * NAME_lost(y, y, y2);
    return ((y3 - number) + low) * inverse * (y * 0x1.5555555555555p-2);
}

static inline double NAME_cbrt(double x) {
    static const double roots[3] = {1.0, 0x1.428a2f98d728bp+0, 0x1.965fea53d6e3dp+0};
    static const double scales[3] = {1.0, 0.5, 0.25};
    uint64_t bits = NAME_bits(x), sign = bits & 0x8000000000000000u, mantissa, result, last;
    uint32_t e = (uint32_t)(bits >> 52) & 0x7ff, it;
    double z, zz, r, rr, y, y1, h, dy, ady;
    mantissa = bits & 0x000fffffffffffffu;
    if (e == 0x7ff || x == 0) return x + x;
    if (e == 0) {
        for (e = 1; (mantissa >> 52) == 0; e--) mantissa *= 2;
        mantissa &= 0x000fffffffffffffu;
    }
    e += 3072;
    it = e % 3;
    z = NAME_number(mantissa | (uint64_t)0x3ff << 52);
    zz = NAME_number((mantissa | (uint64_t)(0x3ff + it) << 52) | sign);
    r = 1.0 / z;
    rr = r * (sign != 0 ? -scales[it] : scales[it]);
    y = (0x1.1b0babccfef9cp-1 + z * 0x1.2c9a3e94d1da5p-1)
        + (z * z) * (-0x1.4dc30b1a1ddbap-3 + z * 0x1.7a8d3e4ec9b07p-6);
    h = (y * y) * (y * r) - 1.0;
    y -= (h * y) * (0x1.5555555555555p-2 - 0x1.c71c71c71c71cp-3 * h);
    y *= sign != 0 ? -roots[it] : roots[it];
    h = NAME_cbrt_step(y, zz, rr);
    y1 = y - h;
    dy = (y - y1) - h;
    ady = dy < 0 ? -dy : dy;
    z = ady - 0x1p-53;
    h = ady - (0x1p-52 + 0x1p-53);
    if ((z < 0 ? -z : z) < 0x1p-75 || (h < 0 ? -h : h) < 0x1p-75) {
        h = NAME_cbrt_step(y1, zz, rr);
        y = y1 - h;
        dy = (y1 - y) - h;
        y1 = y;
        ady = dy < 0 ? -dy : dy;
        z = ady - 0x1p-53;
        h = ady - (0x1p-52 + 0x1p-53);
        if ((z < 0 ? -z : z) < 0x1p-98 || (h < 0 ? -h : h) < 0x1p-98) {
            r = zz < 0 ? -zz : zz;
            if (r == 0x1.9b78223aa307cp+1) y1 = zz < 0 ? -0x1.79d15d0e8d59cp+0 : 0x1.79d15d0e8d59cp+0;
            if (r == 0x1.a202bfc89ddffp+2) y1 = zz < 0 ? -0x1.de87aa837820fp+0 : 0x1.de87aa837820fp+0;
        }
    }
    result = NAME_bits(y1) + ((uint64_t)(e / 3 - 342 - 1023) << 52);
    last = result << 30;
    if ((last ^ last >> 63) <= (uint64_t)1 << 30) {
        h = (NAME_number((NAME_bits(y1) + (164 << 15)) & 0xffffffffffff0000u) - y1) - dy;
        if ((h < 0 ? -h : h) < 0x1p-60 || zz == 1 || zz == -1)
            result = (result + (1 << 15)) & 0xffffffffffff0000u;
    }
    return NAME_number(result);
}
