//! The functions that headers of C bring with them, and what each calls.

/// A function of C, or several that belong together.
struct Piece {
    /// Its name; with a `.` where it is another one in each precision.
    name: &'static str,
    /// Its text in `f32` and in `f64`.
    text: [&'static str; 2],
    /// Pieces that it needs, likewise.
    needs: [&'static [&'static str]; 2],
}

/// Beginning of the names of functions that a header in `f32` has in `f64`.
const WIDE: &str = "wide_";
/// The license of some, which stands first, and once.
const LICENSE: &str = "mit";

/// All pieces, each behind those that it needs.
const PIECES: &[Piece] = &[
    Piece {
        name: "mit",
        text: [include_str!("c/mit.h"); 2],
        needs: [&[]; 2],
    },
    Piece {
        name: "words.",
        text: [include_str!("c/words.f32.h"), include_str!("c/words.f64.h")],
        needs: [&[]; 2],
    },
    Piece {
        name: "narrow",
        text: [include_str!("c/narrow.h"); 2],
        needs: [&[]; 2],
    },
    Piece {
        name: "abs",
        text: [include_str!("c/abs.h"); 2],
        needs: [&[]; 2],
    },
    Piece {
        name: "square",
        text: [include_str!("c/square.h"); 2],
        needs: [&[]; 2],
    },
    Piece {
        name: "cube",
        text: [include_str!("c/cube.h"); 2],
        needs: [&[]; 2],
    },
    Piece {
        name: "smaller",
        text: [include_str!("c/smaller.h"); 2],
        needs: [&[]; 2],
    },
    Piece {
        name: "larger",
        text: [include_str!("c/larger.h"); 2],
        needs: [&[]; 2],
    },
    Piece {
        name: "sign",
        text: [include_str!("c/sign.h"); 2],
        needs: [&[]; 2],
    },
    Piece {
        name: "heaviside",
        text: [include_str!("c/heaviside.h"); 2],
        needs: [&[]; 2],
    },
    Piece {
        name: "modulo",
        text: [include_str!("c/modulo.h"); 2],
        needs: [&[]; 2],
    },
    Piece {
        name: "member",
        text: [include_str!("c/member.h"); 2],
        needs: [&[]; 2],
    },
    Piece {
        name: "own",
        text: [include_str!("c/own.h"); 2],
        needs: [&[]; 2],
    },
    Piece {
        name: "floor",
        text: [include_str!("c/floor.h"); 2],
        needs: [&[]; 2],
    },
    Piece {
        name: "ceil",
        text: [include_str!("c/ceil.h"); 2],
        needs: [&[]; 2],
    },
    Piece {
        name: "sums",
        text: [include_str!("c/sums.h"); 2],
        needs: [&[]; 2],
    },
    Piece {
        name: "sqrt.",
        text: [include_str!("c/sqrt.f32.h"), include_str!("c/sqrt.f64.h")],
        needs: [&[]; 2],
    },
    Piece {
        name: "exp.",
        text: [include_str!("c/exp.f32.h"), include_str!("c/exp.f64.h")],
        needs: [&[]; 2],
    },
    Piece {
        name: "exp_unit.",
        text: [
            include_str!("c/exp_unit.f32.h"),
            include_str!("c/exp_unit.f64.h"),
        ],
        needs: [&[], &["exp."]],
    },
    Piece {
        name: "expm1.",
        text: [include_str!("c/expm1.f32.h"), include_str!("c/expm1.f64.h")],
        needs: [&["words."], &[]],
    },
    Piece {
        name: "tanh.",
        text: [include_str!("c/tanh.f32.h"), include_str!("c/tanh.f64.h")],
        needs: [&["exp_unit."], &["expm1."]],
    },
    Piece {
        name: "ln_1p_unit.",
        text: [
            include_str!("c/ln_1p_unit.f32.h"),
            include_str!("c/ln_1p_unit.f64.h"),
        ],
        needs: [&[]; 2],
    },
    Piece {
        name: "sigmoid",
        text: [include_str!("c/sigmoid.h"); 2],
        needs: [&["exp_unit."]; 2],
    },
    Piece {
        name: "softmax",
        text: [include_str!("c/softmax.h"); 2],
        needs: [&["exp_unit."]; 2],
    },
    Piece {
        name: "ln.",
        text: [include_str!("c/ln.f32.h"), include_str!("c/ln.f64.h")],
        needs: [&[]; 2],
    },
    Piece {
        name: "log2.",
        text: [include_str!("c/log2.f32.h"), include_str!("c/log2.f64.h")],
        needs: [&["words."]; 2],
    },
    Piece {
        name: "log10.",
        text: [include_str!("c/log10.f32.h"), include_str!("c/log10.f64.h")],
        needs: [&[]; 2],
    },
    Piece {
        name: "log1p.",
        text: [include_str!("c/log1p.f32.h"), include_str!("c/log1p.f64.h")],
        needs: [&["words."]; 2],
    },
    Piece {
        name: "pow.",
        text: [include_str!("c/pow.f32.h"), include_str!("c/pow.f64.h")],
        needs: [&["words.", "sqrt."]; 2],
    },
    Piece {
        name: "cbrt.",
        text: [include_str!("c/cbrt.f32.h"), include_str!("c/cbrt.f64.h")],
        needs: [&["narrow", "words."], &["mit", "words."]],
    },
    Piece {
        name: "hypot.",
        text: [include_str!("c/hypot.f32.h"), include_str!("c/hypot.f64.h")],
        needs: [
            &["mit", "narrow", "words.", "abs", "sqrt."],
            &["mit", "words.", "abs", "sqrt."],
        ],
    },
    Piece {
        name: "half_exp.",
        text: [
            include_str!("c/half_exp.f32.h"),
            include_str!("c/half_exp.f64.h"),
        ],
        needs: [&["mit", "words.", "exp."]; 2],
    },
    Piece {
        name: "sinh.",
        text: [include_str!("c/sinh.f32.h"), include_str!("c/sinh.f64.h")],
        needs: [&["mit", "words.", "abs", "expm1.", "half_exp."]; 2],
    },
    Piece {
        name: "cosh.",
        text: [include_str!("c/cosh.f32.h"), include_str!("c/cosh.f64.h")],
        needs: [&["mit", "words.", "abs", "exp.", "expm1.", "half_exp."]; 2],
    },
    Piece {
        name: "asinh.",
        text: [include_str!("c/asinh.f32.h"), include_str!("c/asinh.f64.h")],
        needs: [&["mit", "words.", "abs", "ln.", "log1p.", "sqrt."]; 2],
    },
    Piece {
        name: "acosh.",
        text: [include_str!("c/acosh.f32.h"), include_str!("c/acosh.f64.h")],
        needs: [&["mit", "words.", "ln.", "log1p.", "sqrt."]; 2],
    },
    Piece {
        name: "atanh.",
        text: [include_str!("c/atanh.f32.h"), include_str!("c/atanh.f64.h")],
        needs: [&["mit", "words.", "abs", "log1p."]; 2],
    },
    Piece {
        name: "asin.",
        text: [include_str!("c/asin.f32.h"), include_str!("c/asin.f64.h")],
        needs: [
            &["narrow", "words.", "abs", "wide_sqrt."],
            &["words.", "abs", "sqrt."],
        ],
    },
    Piece {
        name: "acos.",
        text: [include_str!("c/acos.f32.h"), include_str!("c/acos.f64.h")],
        needs: [&["words.", "sqrt."]; 2],
    },
    Piece {
        name: "atan.",
        text: [include_str!("c/atan.f32.h"), include_str!("c/atan.f64.h")],
        needs: [&["words.", "abs"]; 2],
    },
    Piece {
        name: "atan2.",
        text: [include_str!("c/atan2.f32.h"), include_str!("c/atan2.f64.h")],
        needs: [&["words.", "abs", "atan."]; 2],
    },
    Piece {
        name: "circle.",
        text: [
            include_str!("c/circle.f32.h"),
            include_str!("c/circle.f64.h"),
        ],
        needs: [&["narrow"], &[]],
    },
    Piece {
        name: "rest",
        text: [include_str!("c/rest.h"); 2],
        needs: [&[]; 2],
    },
    Piece {
        name: "reduce.",
        text: [
            include_str!("c/reduce.f32.h"),
            include_str!("c/reduce.f64.h"),
        ],
        needs: [&["words.", "rest"]; 2],
    },
    Piece {
        name: "sin.",
        text: [include_str!("c/sin.f32.h"), include_str!("c/sin.f64.h")],
        needs: [&["words.", "circle.", "reduce."]; 2],
    },
    Piece {
        name: "cos.",
        text: [include_str!("c/cos.f32.h"), include_str!("c/cos.f64.h")],
        needs: [&["words.", "circle.", "reduce."]; 2],
    },
    Piece {
        name: "tan.",
        text: [include_str!("c/tan.f32.h"), include_str!("c/tan.f64.h")],
        needs: [&["narrow", "words.", "reduce."], &["words.", "reduce."]],
    },
    Piece {
        name: "sinc",
        text: [include_str!("c/sinc.h"); 2],
        needs: [&["sin."]; 2],
    },
    Piece {
        name: "erf_tail.",
        text: [
            include_str!("c/erf_tail.f32.h"),
            include_str!("c/erf_tail.f64.h"),
        ],
        needs: [&["words.", "abs", "exp."]; 2],
    },
    Piece {
        name: "erf.",
        text: [include_str!("c/erf.f32.h"), include_str!("c/erf.f64.h")],
        needs: [&["words.", "erf_tail."]; 2],
    },
    Piece {
        name: "erfc.",
        text: [include_str!("c/erfc.f32.h"), include_str!("c/erfc.f64.h")],
        needs: [&["words.", "erf_tail."]; 2],
    },
    Piece {
        name: "gamma.",
        text: [include_str!("c/gamma.f32.h"), include_str!("c/gamma.f64.h")],
        needs: [
            &["narrow", "wide_gamma."],
            &["mit", "words.", "floor", "exp.", "pow.", "circle."],
        ],
    },
    Piece {
        name: "lgamma.",
        text: [
            include_str!("c/lgamma.f32.h"),
            include_str!("c/lgamma.f64.h"),
        ],
        needs: [&["words.", "abs", "floor", "ln.", "circle."]; 2],
    },
];

/// The text of these pieces and of all that they need.
pub(super) fn text(called: &[&'static str], is_f64: bool) -> String {
    let own = usize::from(is_f64);
    let (mut names, mut wide) = (called.to_vec(), Vec::new());
    gather(&mut names, own, &mut wide);
    gather(&mut wide, 1, &mut Vec::new());
    let of = |names: &[&str], precision: usize| -> String {
        let needed = PIECES.iter().filter(|piece| names.contains(&piece.name));
        let texts = needed.map(|piece| format!("\n{}", piece.text[precision]));
        texts.collect()
    };
    let others = |names: &[&'static str]| -> Vec<&'static str> {
        names
            .iter()
            .copied()
            .filter(|&name| name != LICENSE)
            .collect()
    };
    let is_licensed = [&names, &wide].iter().any(|names| names.contains(&LICENSE));
    let license: &[&str] = if is_licensed { &[LICENSE] } else { &[] };
    let before = of(&others(&wide), 1).replace("NAME_", &format!("NAME_{WIDE}"));
    of(license, 0) + &before.replace("REAL", "double") + &of(&others(&names), own)
}

/// Adds what pieces need, and puts those that are needed in `f64` beside `f32` into `wide`.
fn gather(names: &mut Vec<&'static str>, precision: usize, wide: &mut Vec<&'static str>) {
    // Those behind need some of those before.
    for piece in PIECES.iter().rev() {
        if !names.contains(&piece.name) {
            continue;
        }
        for &need in piece.needs[precision] {
            match need.strip_prefix(WIDE) {
                Some(need) => wide.push(need),
                None => names.push(need),
            }
        }
    }
}

/// The piece that has the bits of a function of `libm`.
pub(super) fn ported(name: &str) -> &'static str {
    let usual = match name {
        "log" => "ln",
        "tgamma" => "gamma",
        name => name,
    };
    let mut names = PIECES.iter().map(|piece| piece.name);
    let found = names.find(|known| known.trim_end_matches('.') == usual);
    found.unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use downhill::model::formula::Op;

    use super::super::operation::{Call, call};
    use super::*;

    #[test]
    fn each_piece_is_behind_those_that_it_needs() {
        for (at, piece) in PIECES.iter().enumerate() {
            for need in piece.needs.into_iter().flatten() {
                let name = need.strip_prefix(WIDE).unwrap_or(need);
                let place = PIECES.iter().position(|other| other.name == name);
                assert!(place.is_some(), "{} needs {need}", piece.name);
                let is_before = place < Some(at) || need.starts_with(WIDE);
                assert!(is_before, "{} needs {need}", piece.name);
            }
        }
    }

    /// Function names that a text calls or defines.
    fn names(text: &str) -> impl Iterator<Item = &str> {
        text.split("NAME_").skip(1).map(|rest| {
            let end = rest.find(|c: char| !(c.is_alphanumeric() || c == '_'));
            &rest[..end.unwrap_or(rest.len())]
        })
    }

    #[test]
    fn every_function_brings_all_that_it_calls() {
        for piece in PIECES {
            for is_f64 in [false, true] {
                let text = text(&[piece.name], is_f64);
                for name in names(&text) {
                    let is_there = text.contains(&format!("}} NAME_{name};"))
                        || text.lines().any(|line| {
                            line.starts_with("static inline")
                                && line.contains(&format!("NAME_{name}("))
                        });
                    assert!(is_there, "{} in f64 {is_f64}: {name}", piece.name);
                }
            }
        }
    }

    #[test]
    fn every_function_of_libm_is_ported() {
        for op in [
            Op::Ln,
            Op::Log10,
            Op::Log2,
            Op::Log1p,
            Op::Expm1,
            Op::Sqrt,
            Op::Cbrt,
            Op::Floor,
            Op::Ceil,
            Op::Hypot,
            Op::Sin,
            Op::Cos,
            Op::Tan,
            Op::Sinh,
            Op::Cosh,
            Op::Asin,
            Op::Acos,
            Op::Atan,
            Op::Atan2,
            Op::Asinh,
            Op::Acosh,
            Op::Atanh,
            Op::Erf,
            Op::Erfc,
            Op::Gamma,
            Op::LnGamma,
            Op::Power,
        ] {
            let Some(Call::Libm(name)) = call(op) else {
                panic!("{op:?} is no function of libm");
            };
            assert!(!ported(name).is_empty(), "{name}");
        }
    }
}
