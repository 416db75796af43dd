//! Meanings of the names in a formula.

/// What is known of names before a formula is read. Every name that is neither a column nor a
/// constant is a parameter.
pub trait Names {
    /// Returns `true` if this is a column.
    fn is_column(&self, name: &str) -> bool;

    /// Returns `true` if this is known to be a parameter, because a start or a bound names it.
    /// Then it is no constant, and no error term at the end of an equation.
    fn is_parameter(&self, name: &str) -> bool {
        let _ = name;
        false
    }

    /// The value of a parameter that is not to be fitted: the program has it as a number.
    fn fixed(&self, name: &str) -> Option<f64> {
        let _ = name;
        None
    }

    /// Number of groups that a column tells apart, so that a parameter can have a value for each:
    /// `a[column]`. The feature is then the number of the group, from 0 on.
    fn groups(&self, column: &str) -> Option<u8> {
        let _ = column;
        None
    }
}

/// Columns, told by a function, and nothing else.
pub(super) struct Columns<F>(pub(super) F);

impl<F: Fn(&str) -> bool> Names for Columns<F> {
    fn is_column(&self, name: &str) -> bool {
        (self.0)(name)
    }
}
