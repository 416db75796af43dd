/// e^x − 1 as FreeBSD's s_expm1.c computes it:
/// Copyright (C) 1993 by Sun Microsystems, Inc. All rights reserved.
/// Developed at SunPro, a Sun Microsystems, Inc. business. Permission to use, copy, modify, and
/// distribute this software is freely granted, provided that this notice is preserved.
fn expm1(mut x: f64) -> f64 {
    const LN2_HI: f64 = 6.931_471_803_691_238e-1;
    const LN2_LO: f64 = 1.908_214_929_270_587_7e-10;
    let negative = x.is_sign_negative();
    let size = (x.to_bits() >> 32) as u32 & 0x7fff_ffff;
    if size >= 0x4043_687a {
        if x.is_nan() {
            return x;
        }
        if negative {
            return -1.0;
        }
        if x > 709.782_712_893_384 {
            return x * f64::from_bits(0x7fe0_0000_0000_0000);
        }
    }
    let (mut k, mut c) = (0, 0.0);
    if size > 0x3fd6_2e42 {
        let (hi, lo);
        if size < 0x3ff0_a2b2 {
            (k, hi, lo) = match negative {
                true => (-1, x + LN2_HI, -LN2_LO),
                false => (1, x - LN2_HI, LN2_LO),
            };
        } else {
            k = (1.442_695_040_888_963_4 * x + if negative { -0.5 } else { 0.5 }) as i32;
            hi = x - f64::from(k) * LN2_HI;
            lo = f64::from(k) * LN2_LO;
        }
        x = hi - lo;
        c = (hi - x) - lo;
    } else if size < 0x3c90_0000 {
        return x;
    }
    let hfx = 0.5 * x;
    let hxs = x * hfx;
    let q = -7.936_507_578_674_88e-5
        + hxs * (4.008_217_827_329_362e-6 + hxs * -2.010_992_181_836_243_7e-7);
    let r1 = 1.0 + hxs * (-3.333_333_333_333_313e-2 + hxs * (1.587_301_587_254_814_6e-3 + hxs * q));
    let t = 3.0 - r1 * hfx;
    let mut e = hxs * ((r1 - t) / (6.0 - x * t));
    if k == 0 {
        return x - (x * e - hxs);
    }
    e = x * (e - c) - c;
    e -= hxs;
    if k == -1 {
        return 0.5 * (x - e) - 0.5;
    }
    if k == 1 {
        return match x < -0.25 {
            true => -2.0 * (e - (x + 0.5)),
            false => 1.0 + 2.0 * (x - e),
        };
    }
    let power = |k: i32| f64::from_bits(((0x3ff + k) as u64) << 52);
    if !(0..=56).contains(&k) {
        let y = x - e + 1.0;
        let y = match k {
            1024 => y * 2.0 * f64::from_bits(0x7fe0_0000_0000_0000),
            _ => y * power(k),
        };
        return y - 1.0;
    }
    match k < 20 {
        true => (x - e + (1.0 - power(-k))) * power(k),
        false => (x - (e + power(-k)) + 1.0) * power(k),
    }
}

fn tanh(x: f64) -> f64 {
    let size = (x.to_bits() >> 32) as u32 & 0x7fff_ffff;
    let positive = x.abs();
    let t = if size > 0x4034_0000 {
        1.0 - 0.0 / positive
    } else if size > 0x3fe1_93ea {
        1.0 - 2.0 / (expm1(2.0 * positive) + 2.0)
    } else if size > 0x3fd0_58ae {
        let t = expm1(2.0 * positive);
        t / (t + 2.0)
    } else if size >= 0x0010_0000 {
        let t = expm1(-2.0 * positive);
        -t / (t + 2.0)
    } else {
        positive
    };
    if x.is_sign_negative() { -t } else { t }
}
