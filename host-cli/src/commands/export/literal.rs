//! Numbers as source text that every compiler reads back to the same bits.

use downhill::Real;
use downhill::signal::Cosines;
use serde::Serialize;
use serde::de::DeserializeOwned;

/// A precision that a model can be exported in.
pub(super) trait Literal: Real + Cosines + Serialize + DeserializeOwned {
    /// The type in Rust, which names the files of support too.
    const RUST: &'static str;
    /// The type in C.
    const C: &'static str;
    /// The suffix of a literal in C.
    const SUFFIX: &'static str;
    /// The largest number in C, from `float.h`.
    const LARGEST: &'static str;

    /// A literal of Rust: the shortest digits that are this number.
    fn rust(self) -> String {
        format!("{self:?}")
    }

    /// A literal of C, in hexadecimal, which C99 reads exactly.
    fn c(self) -> String {
        format!("{}{}", hexadecimal(self.to_f64()), Self::SUFFIX)
    }
}

impl Literal for f32 {
    const RUST: &'static str = "f32";
    const C: &'static str = "float";
    const SUFFIX: &'static str = "f";
    const LARGEST: &'static str = "FLT_MAX";
}

impl Literal for f64 {
    const RUST: &'static str = "f64";
    const C: &'static str = "double";
    const SUFFIX: &'static str = "";
    const LARGEST: &'static str = "DBL_MAX";
}

/// A finite number with a hexadecimal mantissa and a power of two.
fn hexadecimal(x: f64) -> String {
    let bits = x.to_bits();
    let sign = if x.is_sign_negative() { "-" } else { "" };
    let digits = format!("{:013x}", bits & ((1 << 52) - 1));
    let digits = digits.trim_end_matches('0');
    let point = if digits.is_empty() { "" } else { "." };
    let (whole, power) = match (bits >> 52 & 0x7ff) as i32 {
        0 if digits.is_empty() => (0, 0),
        0 => (0, -1022),
        power => (1, power - 1023),
    };
    format!("{sign}0x{whole}{point}{digits}p{power:+}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hexadecimal_literals_are_those_of_c() {
        assert_eq!(1.0f32.c(), "0x1p+0f");
        assert_eq!((-0.1f64).c(), "-0x1.999999999999ap-4");
        assert_eq!(
            (0.0f32.c(), (-0.0f64).c()),
            ("0x0p+0f".into(), "-0x0p+0".into())
        );
        assert_eq!(f64::from_bits(1).c(), "0x0.0000000000001p-1022");
        assert_eq!(f32::from_bits(1).c(), "0x1p-149f");
    }
}
