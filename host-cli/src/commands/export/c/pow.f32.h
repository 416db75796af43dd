/* x^y as FreeBSD's e_powf.c computes it:
 * Copyright (C) 1993 by Sun Microsystems, Inc. All rights reserved.
 * Developed at SunPro, a Sun Microsystems, Inc. business. Permission to use, copy, modify, and
 * distribute this software is freely granted, provided that this notice is preserved. */
static inline float NAME_pow(float x, float y) {
    static const float bp[2] = {1.0f, 1.5f};
    static const float dp_h[2] = {0.0f, 5.84960938e-01f};
    static const float dp_l[2] = {0.0f, 1.56322085e-06f};
    const float huge = 1.0e30f, tiny = 1.0e-30f;
    float z, ax, p_h, p_l, y1, t1, t2, r, s, sn = 1, t, u, v, w;
    int32_t hx = (int32_t)NAME_bits(x), hy = (int32_t)NAME_bits(y);
    int32_t ix = hx & 0x7fffffff, iy = hy & 0x7fffffff;
    int32_t i, j, k, n, odd = 0;
    if (iy == 0 || hx == 0x3f800000) return 1;
    if (ix > 0x7f800000 || iy > 0x7f800000) return x + y;
    /* Of a negative x: 0 where y is not whole, 1 where it is odd, 2 where it is even. */
    if (hx < 0) {
        if (iy >= 0x4b800000) {
            odd = 2;
        } else if (iy >= 0x3f800000) {
            k = (iy >> 23) - 0x7f;
            j = iy >> (23 - k);
            if (j * (1 << (23 - k)) == iy) odd = 2 - (j & 1);
        }
    }
    if (iy == 0x7f800000) {
        if (ix == 0x3f800000) return 1;
        if (ix > 0x3f800000) return hy >= 0 ? y : 0;
        return hy >= 0 ? 0 : -y;
    }
    if (iy == 0x3f800000) return hy >= 0 ? x : 1 / x;
    if (hy == 0x40000000) return x * x;
    if (hy == 0x3f000000 && hx >= 0) return NAME_sqrt(x);
    ax = NAME_number((uint32_t)ix);
    if (ix == 0x7f800000 || ix == 0 || ix == 0x3f800000) {
        z = hy < 0 ? 1 / ax : ax;
        if (hx < 0) {
            if (((ix - 0x3f800000) | odd) == 0) z = (z - z) / (z - z);
            else if (odd == 1) z = -z;
        }
        return z;
    }
    if (hx < 0) {
        if (odd == 0) return (x - x) / (x - x);
        if (odd == 1) sn = -1;
    }
    if (iy > 0x4d000000) {
        if (ix < 0x3f7ffff8) return hy < 0 ? sn * huge * huge : sn * tiny * tiny;
        if (ix > 0x3f800007) return hy > 0 ? sn * huge * huge : sn * tiny * tiny;
        t = ax - 1;
        w = (t * t) * (0.5f - t * (0.333333333333f - t * 0.25f));
        u = 1.4426879883e+00f * t;
        v = t * 7.0526075433e-06f - w * 1.4426950216e+00f;
        t1 = NAME_high(u + v);
        t2 = v - (t1 - u);
    } else {
        float s2, s_h, s_l, t_h, t_l, z_h, z_l;
        n = 0;
        if (ix < 0x00800000) {
            ax *= 16777216.0f;
            n = -24;
            ix = (int32_t)NAME_bits(ax);
        }
        n += (ix >> 23) - 0x7f;
        j = ix & 0x007fffff;
        ix = j | 0x3f800000;
        if (j <= 0x1cc471) {
            k = 0;
        } else if (j < 0x5db3d7) {
            k = 1;
        } else {
            k = 0;
            n += 1;
            ix -= 0x00800000;
        }
        ax = NAME_number((uint32_t)ix);
        u = ax - bp[k];
        v = 1 / (ax + bp[k]);
        s = u * v;
        s_h = NAME_high(s);
        t_h = NAME_number(((((uint32_t)ix >> 1) & 0xfffff000) | 0x20000000) + 0x00400000
                          + ((uint32_t)k << 21));
        t_l = ax - (t_h - bp[k]);
        s_l = v * ((u - s_h * t_h) - s_h * t_l);
        s2 = s * s;
        r = s2 * s2 * (6.0000002384e-01f + s2 * (4.2857143283e-01f + s2 * (3.3333334327e-01f
            + s2 * (2.7272811532e-01f + s2 * (2.3066075146e-01f + s2 * 2.0697501302e-01f)))));
        r += s_l * (s_h + s);
        s2 = s_h * s_h;
        t_h = NAME_high(3 + s2 + r);
        t_l = r - ((t_h - 3) - s2);
        u = s_h * t_h;
        v = s_l * t_h + t_l * s;
        p_h = NAME_high(u + v);
        p_l = v - (p_h - u);
        z_h = 9.6191406250e-01f * p_h;
        z_l = -1.1736857402e-04f * p_h + p_l * 9.6179670095e-01f + dp_l[k];
        t = (float)n;
        t1 = NAME_high(((z_h + z_l) + dp_h[k]) + t);
        t2 = z_l - (((t1 - t) - dp_h[k]) - z_h);
    }
    y1 = NAME_high(y);
    p_l = (y - y1) * t1 + y * t2;
    p_h = y1 * t1;
    z = p_l + p_h;
    j = (int32_t)NAME_bits(z);
    if (j > 0x43000000) return sn * huge * huge;
    if (j == 0x43000000) {
        if (p_l + 4.2995665694e-08f > z - p_h) return sn * huge * huge;
    } else if ((j & 0x7fffffff) > 0x43160000) {
        return sn * tiny * tiny;
    } else if ((uint32_t)j == 0xc3160000 && p_l <= z - p_h) {
        return sn * tiny * tiny;
    }
    i = j & 0x7fffffff;
    k = (i >> 23) - 0x7f;
    n = 0;
    if (i > 0x3f000000) {
        n = j + (0x00800000 >> (k + 1));
        k = ((n & 0x7fffffff) >> 23) - 0x7f;
        t = NAME_number((uint32_t)n & ~((uint32_t)0x007fffff >> k));
        n = ((n & 0x007fffff) | 0x00800000) >> (23 - k);
        if (j < 0) n = -n;
        p_h -= t;
    }
    t = NAME_number(NAME_bits(p_l + p_h) & 0xffff8000);
    u = t * 6.93145752e-01f;
    v = (p_l - (t - p_h)) * 6.9314718246e-01f + t * 1.42860654e-06f;
    z = u + v;
    w = v - (z - u);
    t = z * z;
    t1 = z - t * (1.6666667163e-01f + t * (-2.7777778450e-03f + t * (6.6137559770e-05f
        + t * (-1.6533901999e-06f + t * 4.1381369442e-08f))));
    r = (z * t1) / (t1 - 2) - (w + z * w);
    z = 1 - (r - z);
    j = (int32_t)NAME_bits(z) + n * 0x00800000;
    if (j >> 23 <= 0) return sn * (z * 0x1p-102f * NAME_number((uint32_t)(127 + n + 102) << 23));
    return sn * NAME_number((uint32_t)j);
}
