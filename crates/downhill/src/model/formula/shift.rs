//! Formulas of features that are counted from an origin.

use super::op::Op;
use super::program::Program;
use super::{NUMBERS, OPERATIONS};
use crate::Real;
use crate::bounded_list::List;

impl<T: Real> Program<T> {
    /// The same formula of features from which an origin was subtracted: wherever a number is
    /// added to such a feature, or one is subtracted from the other, that number takes over the
    /// origin, in this program's number type. `origins` has that of each feature, 0 where there is
    /// none, and how large a number beside the feature may become.
    ///
    /// # Errors
    /// The place of a feature with an origin that stands without such a number, or beside one that
    /// would be too large.
    pub fn counted_from(&self, origins: &[(T, T)]) -> Result<Self, u8> {
        let mut operations = List::<Op, OPERATIONS>::new();
        let mut numbers = List::<T, NUMBERS>::new();
        for &number in self.numbers() {
            numbers.push(number);
        }
        let (target, mut rest) = self.sides();
        for &op in target {
            operations.push(op);
        }
        let number = |index: u8| self.numbers().get(usize::from(index)).copied();
        let shift = |index: u8| {
            let shift = origins.get(usize::from(index)).copied();
            shift.filter(|shift| shift.0 != T::ZERO)
        };
        while let [op, behind @ ..] = rest {
            let beside = match *rest {
                [
                    Op::Feature(at),
                    Op::Number(n),
                    sign @ (Op::Add | Op::Subtract),
                    ..,
                ] => {
                    // x + n of x − o is x + (n + o), and x − n is x − (n − o).
                    Some((at, n, sign, sign == Op::Subtract, false))
                }
                [
                    Op::Number(n),
                    Op::Feature(at),
                    sign @ (Op::Add | Op::Subtract),
                    ..,
                ] => {
                    // n + x is (n + o) + x, and n − x is (n − o) − x.
                    Some((at, n, sign, sign == Op::Subtract, true))
                }
                _ => None,
            };
            let moved = beside.and_then(|(at, n, sign, minus, is_first)| {
                Some((at, number(n)?, shift(at)?, sign, minus, is_first))
            });
            if let Some((at, number, (origin, most), sign, minus, is_first)) = moved {
                let number = if minus {
                    number - origin
                } else {
                    number + origin
                };
                let place = numbers.len() as u8;
                if number.abs() > most || !numbers.push(number) {
                    return Err(at);
                }
                let (feature, number) = (Op::Feature(at), Op::Number(place));
                let both = if is_first {
                    [number, feature]
                } else {
                    [feature, number]
                };
                for op in [both[0], both[1], sign] {
                    operations.push(op);
                }
                rest = rest.get(3..).unwrap_or(&[]);
                continue;
            }
            match *op {
                Op::Feature(at) if shift(at).is_some() => return Err(at),
                op => operations.push(op),
            };
            rest = behind;
        }
        let counts = (self.features() as u8, self.parameters() as u8);
        let program = Self::new(operations, target.len() as u8, numbers, counts);
        let start = self.start();
        let program = program.ok().and_then(|program| match start.is_empty() {
            true => Some(program),
            false => program.with_start(start),
        });
        // It has as many operations as before, and each finds its operands.
        program.ok_or(0)
    }
}

#[cfg(test)]
mod tests {
    use super::super::parse;

    fn line(text: &str, most: f64) -> Result<f64, u8> {
        let program = parse::<f64>(text, "y", |name| name == "x" || name == "z");
        let program = program.unwrap().program.with_start(&[2.0]).unwrap();
        let near = program.counted_from(&[(1e9, most), (0.0, 0.0)])?;
        let near = near.cast::<f32>().unwrap();
        Ok(f64::from(near.eval(near.start(), &[3.5f32, 7.0])))
    }

    #[test]
    fn a_number_beside_a_feature_takes_over_its_origin() {
        assert_eq!(line("a * (x - 1e9)", 10.0), Ok(7.0));
        assert_eq!(line("a * (x - 1000000001) * z", 10.0), Ok(35.0));
        assert_eq!(line("a * (1000000005 - x)", 10.0), Ok(3.0));
        assert_eq!(line("a + (-1e9 + x)", 10.0), Ok(5.5));
        assert_eq!(line("a * exp(0 * (x + -1e9)) + (x - 1e9)", 10.0), Ok(5.5));
    }

    #[test]
    fn a_feature_far_from_zero_is_told() {
        assert_eq!(line("a * x", 10.0), Err(0));
        assert_eq!(line("a * (x - 2e9)", 10.0), Err(0));
        assert_eq!(line("(x - a) * 2", 10.0), Err(0));
        assert_eq!(line("0 * (x - 1e9) + a * z", 10.0), Ok(14.0));
    }
}
