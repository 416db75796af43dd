//! Where a formula has no finite value, or no finite slope: the operation, and what it was given.

use downhill::Real;
use downhill::dual::{Dual, Scalar};
use downhill::model::formula::{Op, Program};

use crate::data::formula::infix::{self, Piece};
use crate::support::format::number;

/// A value on the way to a prediction.
#[derive(Clone)]
struct Value<T> {
    piece: Piece,
    number: Dual<T, 1>,
    /// True where it depends on a parameter.
    is_free: bool,
    /// Operation that made it infinite or no number.
    fault: Option<String>,
}

/// Says which operation has no finite value in a row, or no finite slope by a parameter; `None`
/// where all are finite.
pub(super) fn fault<T: Real>(
    program: &Program<T>,
    names: (&[String], &[String]),
    parameters: &[T],
    features: &[T],
) -> Option<String> {
    (0..parameters.len()).find_map(|by| run(program, names, (parameters, by), features))
}

/// One run, with the slope by one parameter.
fn run<T: Real>(
    program: &Program<T>,
    (columns, names): (&[String], &[String]),
    (parameters, by): (&[T], usize),
    features: &[T],
) -> Option<String> {
    let mut stack: Vec<Value<T>> = Vec::new();
    let plain = |piece, number: T| Value {
        piece,
        number: Dual::constant(number),
        is_free: false,
        fault: None,
    };
    let parameter = |at: usize| {
        let number = *parameters.get(at)?;
        Some(Value {
            number: Dual::variable(number, usize::from(at != by)),
            is_free: true,
            ..plain(Piece::whole(names.get(at)?.as_str()), number)
        })
    };
    for &op in program.steps() {
        let value = match op {
            Op::Number(at) => {
                let number = *program.numbers().get(usize::from(at))?;
                plain(Piece::number(number.to_f64()), number)
            }
            Op::Feature(at) => {
                let at = usize::from(at);
                plain(Piece::whole(columns.get(at)?.as_str()), *features.get(at)?)
            }
            Op::Parameter(at) => parameter(at.into())?,
            Op::Own(first) => {
                let code = stack.pop()?.number.value.to_f64();
                parameter(usize::from(first) + code as usize)?
            }
            op => {
                let values = stack.split_off(stack.len().checked_sub(op.takes())?);
                applied(op, &values)?
            }
        };
        stack.push(value);
    }
    let last = stack.pop()?;
    let is_finite = last.number.value.is_finite() && last.number.slopes[0].is_finite();
    last.fault.filter(|_| !is_finite)
}

fn applied<T: Real>(op: Op, values: &[Value<T>]) -> Option<Value<T>> {
    let numbers: Vec<Dual<T, 1>> = values.iter().map(|value| value.number).collect();
    let pieces: Vec<Piece> = values.iter().map(|value| value.piece.clone()).collect();
    let number = op.apply(&numbers)?;
    let piece = infix::applied(op, &pieces);
    let is_free = values.iter().any(|value| value.is_free);
    let earlier = match (op, values) {
        (Op::Select, [other, when, then]) => {
            let chosen = [then, other][usize::from(when.number.value() == T::ZERO)];
            when.fault.clone().or_else(|| chosen.fault.clone())
        }
        _ => values.iter().find_map(|value| value.fault.clone()),
    };
    let fault = earlier.or_else(|| {
        let what = match number.value {
            value if value.is_finite() && number.slopes[0].is_finite() => return None,
            value if value.is_finite() => "has an infinite slope",
            value if value.to_f64().is_nan() => "has no value",
            _ => "is infinite",
        };
        let given = values.iter().filter(|value| {
            let text = &value.piece.text;
            text.parse::<f64>().is_err()
        });
        let given: Vec<String> = given
            .map(|value| {
                let shown = number_of(value.number.value);
                format!("`{}` is {shown}", value.piece.text)
            })
            .collect();
        let cure = match is_free {
            true => "start elsewhere with `--start`, or keep it within range with `--bounds`",
            false => {
                "no start can help: correct the row or leave it out, or say with where(condition, \
                 a, b) what holds there"
            }
        };
        let at = given.join(" and ");
        Some(format!("`{}` {what} where {at}; {cure}", piece.text))
    });
    Some(Value {
        piece,
        number,
        is_free,
        fault,
    })
}

fn number_of<T: Real>(value: T) -> String {
    number(Some(value.to_f64()))
}
