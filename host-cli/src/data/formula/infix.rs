//! A program as people write it.

use downhill::model::formula::Op;

/// A piece of a formula, and how tightly its outermost operator binds.
#[derive(Clone, Debug)]
pub(crate) struct Piece {
    pub(crate) text: String,
    tightness: u8,
}

/// What stands by itself.
const WHOLE: u8 = 10;

impl Piece {
    /// A name, or a number that is not negative.
    pub(crate) fn whole(text: impl Into<String>) -> Self {
        let text = text.into();
        Self {
            text,
            tightness: WHOLE,
        }
    }

    /// A number.
    pub(crate) fn number(number: f64) -> Self {
        Self {
            tightness: if number < 0.0 { 7 } else { WHOLE },
            text: format!("{number:?}").trim_end_matches(".0").into(),
        }
    }

    fn within(&self, tightness: u8) -> String {
        match self.tightness < tightness {
            true => format!("({})", self.text),
            false => self.text.clone(),
        }
    }
}

/// An operation on pieces, in the number that it [takes](Op::takes).
pub(crate) fn applied(op: Op, pieces: &[Piece]) -> Piece {
    let joined = |sign: &str, tightness: u8, [a, b]: [&Piece; 2], right: u8| Piece {
        text: format!("{}{sign}{}", a.within(tightness), b.within(right)),
        tightness,
    };
    let sign = match op {
        Op::Add => Some((" + ", 5, 5)),
        Op::Subtract => Some((" - ", 5, 6)),
        Op::Multiply => Some(("*", 6, 6)),
        Op::Divide | Op::Under => Some(("/", 6, 7)),
        Op::Less => Some((" < ", 4, 5)),
        Op::AtMost => Some((" <= ", 4, 5)),
        Op::Equal => Some((" == ", 4, 5)),
        Op::Unequal => Some((" != ", 4, 5)),
        Op::AtLeast => Some((" >= ", 4, 5)),
        Op::Greater => Some((" > ", 4, 5)),
        Op::And => Some((" and ", 2, 2)),
        Op::Or => Some((" or ", 1, 1)),
        _ => None,
    };
    match (sign, op, pieces) {
        (Some((sign, own, right)), Op::Under, [a, b]) => joined(sign, own, [b, a], right),
        (Some((sign, own, right)), _, [a, b]) => joined(sign, own, [a, b], right),
        (_, Op::Power, [a, b]) => Piece {
            text: format!("{}^{}", a.within(9), b.within(8)),
            tightness: 8,
        },
        (_, Op::Whole(power), [a]) => Piece {
            text: format!("{}^{power}", a.within(9)),
            tightness: 8,
        },
        (_, Op::Negate, [a]) => Piece {
            text: format!("-{}", a.within(7)),
            tightness: 7,
        },
        (_, Op::Member(_), [a]) => a.clone(),
        (_, Op::Select, [other, when, then]) => Piece::whole(format!(
            "where({}, {}, {})",
            when.text, then.text, other.text
        )),
        (_, op, pieces) => {
            let texts: Vec<&str> = pieces.iter().map(|piece| piece.text.as_str()).collect();
            Piece::whole(format!(
                "{}({})",
                op.name().unwrap_or("?"),
                texts.join(", ")
            ))
        }
    }
}
