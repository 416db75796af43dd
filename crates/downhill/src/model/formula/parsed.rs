//! A formula that was read, and how it is.

use super::equation::Layout;
use super::error::{FormulaError, Reason};
use super::lower::Lowering;
use super::names::{Columns, Names};
use super::program::Program;
use super::{FEATURES, PARAMETERS};
use crate::Real;
use crate::bounded_list::List;

/// A formula that was read: the program, and the names it uses.
#[derive(Clone, Copy, Debug)]
pub struct Parsed<'a, T> {
    /// The program.
    pub program: Program<T>,
    features: List<&'a str, FEATURES>,
    grouping: List<bool, FEATURES>,
    parameters: List<&'a str, PARAMETERS>,
    groups: List<Option<(u8, u8)>, PARAMETERS>,
    without_error: bool,
}

impl<'a, T> Parsed<'a, T> {
    /// The columns that are the program's features, in its order: as the text names them first.
    pub fn features(&self) -> &[&'a str] {
        self.features.as_slice()
    }

    /// Returns `true` if this feature is the number of the group that its column names.
    pub fn is_group(&self, feature: usize) -> bool {
        self.grouping.as_slice().get(feature) == Some(&true)
    }

    /// The parameters, in the program's order: as the text names them first. One that each group
    /// has for itself stands there once for each.
    pub fn parameters(&self) -> &[&'a str] {
        self.parameters.as_slice()
    }

    /// Returns `true` if a last `+ e` was taken for the error and left out.
    pub const fn is_without_error(&self) -> bool {
        self.without_error
    }

    /// Feature that tells the groups, and the number of the one that has this parameter for
    /// itself; `None` of a parameter that all rows share.
    pub fn group(&self, parameter: usize) -> Option<(usize, usize)> {
        let (feature, code) = { *self.groups.as_slice().get(parameter)? }?;
        Some((feature.into(), code.into()))
    }
}

/// Reads a formula: an expression that predicts `target` from columns and parameters.
///
/// - Numbers, `pi`, names; a name that `is_column` does not know is a parameter. A column whose
///   name has other characters than letters, digits, `_` and `.` stands in double quotes or
///   backticks.
/// - `+ - * / %`, powers as `^`, `**` or raised digits, brackets as `( )` or `[ ]`. Powers bind
///   tightest and to the right: `-x^2` is −(x²), `2^3^2` is 2⁹. A `*` may be left out behind a
///   number, `2x`, and between brackets. `e^x` is `exp(x)`.
/// - Comparisons, which are 1 or 0, and `and`, `or`, `not` of them, for `where(condition, a, b)`.
/// - The [`functions`](super::functions), in any case, and under the names that NumPy and others
///   have for them, `np.arctan2`; angles are in radians.
/// - The expression may be the right side of an equation, with `=` or `~`. Its left side is the
///   target or a function of it, `log[y] = …`, and then that function is what is predicted. In an
///   equation, a last `+ e` stands for the error, as statisticians write it, and is left out.
///
/// This is for the host: a board is sent the [`Program`]. (It works there too, but brings along how
/// `core` reads numbers, whose bounds checks an optimized build keeps.)
///
/// # Errors
/// [`FormulaError`], with the byte where the text is wrong.
///
/// ```
/// use downhill::model::formula;
/// # fn main() -> Result<(), formula::FormulaError> {
/// let decay = formula::parse::<f64>("log[y] = a - rate*t + e", "y", |name| name == "t")?;
/// assert_eq!((decay.features(), decay.parameters()), (&["t"][..], &["a", "rate"][..]));
/// assert_eq!(decay.program.eval(&[2.0, 0.5], &[3.0]), 0.5);
/// assert_eq!(decay.program.target(1.0), 0.0);
/// # Ok(())
/// # }
/// ```
pub fn parse<'a, T: Real>(
    text: &'a str,
    target: &str,
    is_column: impl Fn(&str) -> bool,
) -> Result<Parsed<'a, T>, FormulaError> {
    parse_with(text, target, &Columns(is_column))
}

/// Reads a formula as [`parse()`] does, with more known of its names: parameters that are told,
/// those that are fixed at a value, and columns of groups, `a[column]`.
///
/// # Errors
/// As those of [`parse()`].
pub fn parse_with<'a, T: Real>(
    text: &'a str,
    target: &str,
    names: &impl Names,
) -> Result<Parsed<'a, T>, FormulaError> {
    let layout = Layout::of(text, target, names)?;
    let mut lowering = Lowering::new(target, names);
    if let Some(left) = layout.left {
        lowering.expression(left)?;
    }
    lowering.turn();
    let split = lowering.operations.len() as u8;
    lowering.expression(layout.right)?;
    let refuse = |reason| FormulaError {
        at: layout.start,
        reason,
    };
    if lowering.parameters.len() == 0 {
        return Err(refuse(Reason::NoParameter));
    }
    let counts = (
        lowering.features.len() as u8,
        lowering.parameters.len() as u8,
    );
    let program =
        Program::new(lowering.operations, split, lowering.numbers, counts).map_err(refuse)?;
    let mut parsed = Parsed {
        program,
        features: List::new(),
        grouping: List::new(),
        parameters: List::new(),
        groups: List::new(),
        without_error: layout.without_error,
    };
    for &(name, grouping) in lowering.features.as_slice() {
        parsed.features.push(name);
        parsed.grouping.push(grouping);
    }
    for &(name, group) in lowering.parameters.as_slice() {
        parsed.parameters.push(name);
        parsed.groups.push(group);
    }
    Ok(parsed)
}
