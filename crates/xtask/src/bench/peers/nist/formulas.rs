//! NIST's formulas as Rust functions, which both solvers fit.

use downhill::dual::Scalar;
use downhill::model::formula::Formula;

macro_rules! formulas {
    ($($name:ident $count:literal |$p:pat_param, $($x:ident),+| $value:expr;)*) => { $(
        #[derive(Clone, Copy)]
        pub struct $name;

        impl Formula<$count, { [$(stringify!($x)),+].len() }> for $name {
            #[inline(always)]
            fn eval<S: Scalar>(
                &self,
                $p: &[S; $count],
                &[$($x),+]: &[S::Real; [$(stringify!($x)),+].len()],
            ) -> S {
                $(let $x = S::constant($x);)+
                $value
            }
        }
    )* };
}

fn number<S: Scalar>(value: f64) -> S {
    S::number(value)
}

#[inline(always)]
fn exponentials<S: Scalar>(x: S, pairs: [[S; 2]; 3]) -> S {
    let [a, b, c] = pairs.map(|[size, rate]| size * (-(rate * x)).exp());
    a + b + c
}

#[inline(always)]
fn peak<S: Scalar>(x: S, size: S, place: S, width: S) -> S {
    size * (-((x - place).powi(2) / width.powi(2))).exp()
}

#[inline(always)]
fn wave<S: Scalar>(x: S, period: S, cosine: S, sine: S) -> S {
    let angle = number::<S>(2.0 * core::f64::consts::PI) * x / period;
    cosine * angle.cos() + sine * angle.sin()
}

formulas! {
    Bennett5 3 |&[b1, b2, b3], x| b1 * (b2 + x).pow(-number::<S>(1.0) / b3);
    BoxBod 2 |&[b1, b2], x| b1 * (number::<S>(1.0) - (-(b2 * x)).exp());
    Chwirut 3 |&[b1, b2, b3], x| (-(b1 * x)).exp() / (b2 + b3 * x);
    DanWood 2 |&[b1, b2], x| b1 * x.pow(b2);
    // Hahn1 and Thurber.
    Cubics 7 |&[b1, b2, b3, b4, b5, b6, b7], x| {
        let (square, cube) = (x.powi(2), x.powi(3));
        (b1 + b2 * x + b3 * square + b4 * cube)
            / (number::<S>(1.0) + b5 * x + b6 * square + b7 * cube)
    };
    Enso 9 |&[b1, b2, b3, b4, b5, b6, b7, b8, b9], x| {
        b1 + wave(x, number(12.0), b2, b3) + wave(x, b4, b5, b6) + wave(x, b7, b8, b9)
    };
    Eckerle4 3 |&[b1, b2, b3], x| {
        b1 / b2 * (number::<S>(-0.5) * ((x - b3) / b2).powi(2)).exp()
    };
    Gauss 8 |&[b1, b2, b3, b4, b5, b6, b7, b8], x| {
        b1 * (-(b2 * x)).exp() + peak(x, b3, b4, b5) + peak(x, b6, b7, b8)
    };
    Kirby2 5 |&[b1, b2, b3, b4, b5], x| {
        let square = x.powi(2);
        (b1 + b2 * x + b3 * square) / (number::<S>(1.0) + b4 * x + b5 * square)
    };
    Lanczos 6 |&[b1, b2, b3, b4, b5, b6], x| exponentials(x, [[b1, b2], [b3, b4], [b5, b6]]);
    Mgh09 4 |&[b1, b2, b3, b4], x| {
        let square = x.powi(2);
        b1 * (square + x * b2) / (square + x * b3 + b4)
    };
    Mgh10 3 |&[b1, b2, b3], x| b1 * (b2 / (x + b3)).exp();
    Mgh17 5 |&[b1, b2, b3, b4, b5], x| {
        b1 + b2 * (-(x * b4)).exp() + b3 * (-(x * b5)).exp()
    };
    Misra1b 2 |&[b1, b2], x| {
        let base = number::<S>(1.0) + b2 * x / number::<S>(2.0);
        b1 * (number::<S>(1.0) - base.powi(-2))
    };
    Misra1c 2 |&[b1, b2], x| {
        let base = number::<S>(1.0) + number::<S>(2.0) * b2 * x;
        b1 * (number::<S>(1.0) - number::<S>(1.0) / base.sqrt())
    };
    Misra1d 2 |&[b1, b2], x| b1 * b2 * x / (number::<S>(1.0) + b2 * x);
    Nelson 3 |&[b1, b2, b3], x1, x2| b1 - b2 * x1 * (-(b3 * x2)).exp();
    Rat42 3 |&[b1, b2, b3], x| b1 / (number::<S>(1.0) + (b2 - b3 * x).exp());
    Rat43 4 |&[b1, b2, b3, b4], x| {
        b1 / (number::<S>(1.0) + (b2 - b3 * x).exp()).pow(number::<S>(1.0) / b4)
    };
    Roszman1 4 |&[b1, b2, b3, b4], x| {
        b1 - b2 * x - (b3 / (x - b4)).atan() / number::<S>(core::f64::consts::PI)
    };
}
