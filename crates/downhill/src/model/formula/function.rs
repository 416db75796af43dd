//! Functions of a formula, by the names that people know them by.

use super::op::Op;

/// A function: what it does, and how many values it takes.
#[derive(Clone, Copy, Debug)]
pub(super) struct Function {
    pub(super) op: Op,
    pub(super) fewest: u8,
    pub(super) most: u8,
}

/// Names of modules that a function may stand in, as other languages write it.
const MODULES: &[&str] = &[
    "scipy.special.",
    "sp.special.",
    "numpy.",
    "torch.",
    "special.",
    "math.",
    "cmath.",
    "Math.",
    "jnp.",
    "np.",
    "tf.",
];

/// Every function of a formula, by its usual name, and what it does.
const NAMED: &[(&str, Op)] = &[
    ("exp", Op::Exp),
    ("ln", Op::Ln),
    ("log", Op::Ln),
    ("log10", Op::Log10),
    ("log2", Op::Log2),
    ("log1p", Op::Log1p),
    ("expm1", Op::Expm1),
    ("sqrt", Op::Sqrt),
    ("cbrt", Op::Cbrt),
    ("pow", Op::Power),
    ("square", Op::Whole(2)),
    ("abs", Op::Abs),
    ("sign", Op::Sign),
    ("floor", Op::Floor),
    ("ceil", Op::Ceil),
    ("mod", Op::Modulo),
    ("min", Op::Minimum),
    ("max", Op::Maximum),
    ("hypot", Op::Hypot),
    ("sin", Op::Sin),
    ("cos", Op::Cos),
    ("tan", Op::Tan),
    ("asin", Op::Asin),
    ("acos", Op::Acos),
    ("atan", Op::Atan),
    ("atan2", Op::Atan2),
    ("sinh", Op::Sinh),
    ("cosh", Op::Cosh),
    ("tanh", Op::Tanh),
    ("asinh", Op::Asinh),
    ("acosh", Op::Acosh),
    ("atanh", Op::Atanh),
    ("sinc", Op::Sinc),
    ("erf", Op::Erf),
    ("erfc", Op::Erfc),
    ("gamma", Op::Gamma),
    ("lgamma", Op::LnGamma),
    ("heaviside", Op::Heaviside),
    ("where", Op::Select),
    ("and", Op::And),
    ("or", Op::Or),
    ("not", Op::Not),
];

/// Other names of functions, and the usual one.
const OTHERS: &[(&str, &str)] = &[
    ("arcsin", "asin"),
    ("arccos", "acos"),
    ("arctan", "atan"),
    ("arctan2", "atan2"),
    ("arcsinh", "asinh"),
    ("arccosh", "acosh"),
    ("arctanh", "atanh"),
    ("power", "pow"),
    ("absolute", "abs"),
    ("fabs", "abs"),
    ("sgn", "sign"),
    ("ceiling", "ceil"),
    ("remainder", "mod"),
    ("minimum", "min"),
    ("maximum", "max"),
    ("fmin", "min"),
    ("fmax", "max"),
    ("gammaln", "lgamma"),
    ("lngamma", "lgamma"),
    ("loggamma", "lgamma"),
    ("tgamma", "gamma"),
    ("ifelse", "where"),
    ("if", "where"),
    ("iif", "where"),
    ("logical_and", "and"),
    ("logical_or", "or"),
    ("logical_not", "not"),
];

/// Names of the functions of a formula, one of each.
pub fn functions() -> impl Iterator<Item = &'static str> {
    NAMED.iter().map(|&(name, _)| name)
}

impl Op {
    /// Usual name of the function that this operation is; `None` of an operator.
    pub fn name(self) -> Option<&'static str> {
        let named = NAMED.iter().filter(|_| !matches!(self, Self::Whole(_)));
        { named }
            .find(|&&(_, op)| op == self)
            .map(|&(name, _)| name)
    }
}

/// A name without the module that it is written in.
pub(super) fn bare(name: &str) -> &str {
    let mut modules = MODULES.iter();
    modules
        .find_map(|module| name.strip_prefix(module))
        .unwrap_or(name)
}

/// True of a logarithm by a name that is to base 10 in spreadsheets and natural in programs.
pub(super) fn is_of_two_bases(name: &str) -> bool {
    bare(name) == "LOG"
}

/// The function of this name, in whatever case and module.
pub(super) fn function(name: &str) -> Option<Function> {
    let bare = bare(name);
    if is_of_two_bases(name) {
        return None;
    }
    let other = OTHERS
        .iter()
        .find(|(other, _)| bare.eq_ignore_ascii_case(other));
    let usual = other.map_or(bare, |&(_, usual)| usual);
    let known = NAMED
        .iter()
        .find(|(known, _)| usual.eq_ignore_ascii_case(known));
    let &(_, op) = known?;
    let takes = op.takes() as u8;
    let (fewest, most) = match op {
        Op::Minimum | Op::Maximum | Op::And | Op::Or => (2, u8::MAX),
        Op::Heaviside => (1, 2),
        _ => (takes, takes),
    };
    Some(Function { op, fewest, most })
}

/// A constant by its name, in whatever module.
pub(super) fn constant(name: &str) -> Option<f64> {
    match bare(name) {
        "pi" | "PI" | "Pi" | "π" => Some(core::f64::consts::PI),
        "e" if name != "e" => Some(core::f64::consts::E),
        _ => None,
    }
}

/// True of Euler's number.
pub(super) fn is_euler(name: &str) -> bool {
    bare(name) == "e"
}
