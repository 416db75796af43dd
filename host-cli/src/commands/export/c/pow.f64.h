/* x^y as FreeBSD's e_pow.c computes it:
 * Copyright (C) 2004 by Sun Microsystems, Inc. All rights reserved.
 * Permission to use, copy, modify, and distribute this software is freely granted, provided that
 * this notice is preserved. */
static inline double NAME_pow(double x, double y) {
    static const double bp[2] = {1.0, 1.5};
    static const double dp_h[2] = {0.0, 5.84962487220764160156e-01};
    static const double dp_l[2] = {0.0, 1.35003920212974897128e-08};
    const double huge = 1.0e300, tiny = 1.0e-300;
    double z, ax, p_h, p_l, y1, t1, t2, r, sn = 1, t, u, v, w;
    int32_t hx = (int32_t)(NAME_bits(x) >> 32), hy = (int32_t)(NAME_bits(y) >> 32);
    uint32_t lx = (uint32_t)NAME_bits(x), ly = (uint32_t)NAME_bits(y);
    int32_t ix = hx & 0x7fffffff, iy = hy & 0x7fffffff;
    int32_t i, j, k, n, odd = 0;
    if (((uint32_t)iy | ly) == 0 || (hx == 0x3ff00000 && lx == 0)) return 1;
    if (x != x || y != y) return x + y;
    /* Of a negative x: 0 where y is not whole, 1 where it is odd, 2 where it is even. */
    if (hx < 0) {
        if (iy >= 0x43400000) {
            odd = 2;
        } else if (iy >= 0x3ff00000) {
            k = (iy >> 20) - 0x3ff;
            if (k > 20) {
                uint32_t whole = ly >> (52 - k);
                if (whole << (52 - k) == ly) odd = 2 - (int32_t)(whole & 1);
            } else if (ly == 0) {
                j = iy >> (20 - k);
                if (j * (1 << (20 - k)) == iy) odd = 2 - (j & 1);
            }
        }
    }
    if (ly == 0) {
        if (iy == 0x7ff00000) {
            if (((uint32_t)(ix - 0x3ff00000) | lx) == 0) return 1;
            if (ix >= 0x3ff00000) return hy >= 0 ? y : 0;
            return hy >= 0 ? 0 : -y;
        }
        if (iy == 0x3ff00000) return hy >= 0 ? x : 1 / x;
        if (hy == 0x40000000) return x * x;
        if (hy == 0x3fe00000 && hx >= 0) return NAME_sqrt(x);
    }
    ax = NAME_number(NAME_bits(x) & 0x7fffffffffffffffu);
    if (lx == 0 && (ix == 0x7ff00000 || ix == 0 || ix == 0x3ff00000)) {
        z = hy < 0 ? 1 / ax : ax;
        if (hx < 0) {
            if (((ix - 0x3ff00000) | odd) == 0) z = (z - z) / (z - z);
            else if (odd == 1) z = -z;
        }
        return z;
    }
    if (hx < 0) {
        if (odd == 0) return (x - x) / (x - x);
        if (odd == 1) sn = -1;
    }
    if (iy > 0x41e00000) {
        if (iy > 0x43f00000) {
            if (ix <= 0x3fefffff) return hy < 0 ? huge * huge : tiny * tiny;
            return hy > 0 ? huge * huge : tiny * tiny;
        }
        if (ix < 0x3fefffff) return hy < 0 ? sn * huge * huge : sn * tiny * tiny;
        if (ix > 0x3ff00000) return hy > 0 ? sn * huge * huge : sn * tiny * tiny;
        t = ax - 1;
        w = (t * t) * (0.5 - t * (0.3333333333333333333333 - t * 0.25));
        u = 1.44269502162933349609e+00 * t;
        v = t * 1.92596299112661746887e-08 - w * 1.44269504088896338700e+00;
        t1 = NAME_high(u + v);
        t2 = v - (t1 - u);
    } else {
        double s, s2, s_h, s_l, t_h, t_l, z_h, z_l;
        n = 0;
        if (ix < 0x00100000) {
            ax *= 9007199254740992.0;
            n = -53;
            ix = (int32_t)(NAME_bits(ax) >> 32);
        }
        n += (ix >> 20) - 0x3ff;
        j = ix & 0x000fffff;
        ix = j | 0x3ff00000;
        if (j <= 0x3988e) {
            k = 0;
        } else if (j < 0xbb67a) {
            k = 1;
        } else {
            k = 0;
            n += 1;
            ix -= 0x00100000;
        }
        ax = NAME_number((uint64_t)(uint32_t)ix << 32 | (NAME_bits(ax) & 0xffffffff));
        u = ax - bp[k];
        v = 1 / (ax + bp[k]);
        s = u * v;
        s_h = NAME_high(s);
        t_h = NAME_number((uint64_t)((((uint32_t)ix >> 1) | 0x20000000) + 0x00080000
                                     + ((uint32_t)k << 18)) << 32);
        t_l = ax - (t_h - bp[k]);
        s_l = v * ((u - s_h * t_h) - s_h * t_l);
        s2 = s * s;
        r = s2 * s2 * (5.99999999999994648725e-01 + s2 * (4.28571428578550184252e-01
            + s2 * (3.33333329818377432918e-01 + s2 * (2.72728123808534006489e-01
            + s2 * (2.30660745775561754067e-01 + s2 * 2.06975017800338417784e-01)))));
        r += s_l * (s_h + s);
        s2 = s_h * s_h;
        t_h = NAME_high(3 + s2 + r);
        t_l = r - ((t_h - 3) - s2);
        u = s_h * t_h;
        v = s_l * t_h + t_l * s;
        p_h = NAME_high(u + v);
        p_l = v - (p_h - u);
        z_h = 9.61796700954437255859e-01 * p_h;
        z_l = -7.02846165095275826516e-09 * p_h + p_l * 9.61796693925975554329e-01 + dp_l[k];
        t = (double)n;
        t1 = NAME_high(((z_h + z_l) + dp_h[k]) + t);
        t2 = z_l - (((t1 - t) - dp_h[k]) - z_h);
    }
    y1 = NAME_high(y);
    p_l = (y - y1) * t1 + y * t2;
    p_h = y1 * t1;
    z = p_l + p_h;
    j = (int32_t)(NAME_bits(z) >> 32);
    i = (int32_t)(uint32_t)NAME_bits(z);
    if (j >= 0x40900000) {
        if (((j - 0x40900000) | i) != 0) return sn * huge * huge;
        if (p_l + 8.0085662595372944372e-017 > z - p_h) return sn * huge * huge;
    } else if ((j & 0x7fffffff) >= 0x4090cc00) {
        if ((((uint32_t)j - 0xc090cc00) | (uint32_t)i) != 0) return sn * tiny * tiny;
        if (p_l <= z - p_h) return sn * tiny * tiny;
    }
    i = j & 0x7fffffff;
    k = (i >> 20) - 0x3ff;
    n = 0;
    if (i > 0x3fe00000) {
        n = j + (0x00100000 >> (k + 1));
        k = ((n & 0x7fffffff) >> 20) - 0x3ff;
        t = NAME_number((uint64_t)((uint32_t)n & ~((uint32_t)0x000fffff >> k)) << 32);
        n = ((n & 0x000fffff) | 0x00100000) >> (20 - k);
        if (j < 0) n = -n;
        p_h -= t;
    }
    t = NAME_high(p_l + p_h);
    u = t * 6.93147182464599609375e-01;
    v = (p_l - (t - p_h)) * 6.93147180559945286227e-01 + t * -1.90465429995776804525e-09;
    z = u + v;
    w = v - (z - u);
    t = z * z;
    t1 = z - t * (1.66666666666666019037e-01 + t * (-2.77777777770155933842e-03
        + t * (6.61375632143793436117e-05 + t * (-1.65339022054652515390e-06
        + t * 4.13813679705723846039e-08))));
    r = (z * t1) / (t1 - 2) - (w + z * w);
    z = 1 - (r - z);
    j = (int32_t)(NAME_bits(z) >> 32) + n * 0x00100000;
    if (j >> 20 <= 0) return sn * (z * 0x1p-969 * NAME_number((uint64_t)(1023 + n + 969) << 52));
    return sn * NAME_number((uint64_t)(uint32_t)j << 32 | (NAME_bits(z) & 0xffffffff));
}
