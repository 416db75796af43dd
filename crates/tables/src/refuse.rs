//! Refusals of cells that hold no number, each with what would mend it.

use crate::dialect::Dialect;
use crate::error::{Place, TableError};
use crate::header::ColumnFormat;
use crate::thousands::Thousands;
use crate::written::{self, Notation};
use crate::{number, unit};

/// The refusal of a cell among numbers.
pub(crate) fn number(
    place: Place,
    text: &str,
    dialect: Dialect,
    format: Option<&ColumnFormat>,
) -> TableError {
    let cell = text.to_string();
    let own = unit::split(text.as_bytes())
        .filter(|(number, _)| written::parse(number.as_bytes(), dialect).is_some())
        .map(|(_, unit)| unit.to_string());
    if let Some(expected) = format.and_then(|format| format.unit.as_ref())
        && (own.is_some() || written::parse(text.as_bytes(), dialect).is_some())
    {
        let first = (expected.first.clone(), expected.unit.clone());
        return TableError::Units {
            place,
            cell,
            unit: own,
            first: Some(Box::new(first)),
        };
    }
    if number::parse(text.as_bytes(), dialect.decimal).is_some() {
        return TableError::NotFinite { place, cell };
    }
    if let Some(currency) = unit::currency(text) {
        return TableError::Money {
            place,
            cell,
            currency,
        };
    }
    if let Some(unit) = own.filter(|unit| unit::is_known(unit)) {
        return TableError::Units {
            place,
            cell,
            unit: Some(unit),
            first: None,
        };
    }
    let notation = written::notation(text.as_bytes());
    if let Some(advice) = notation.and_then(|notation| other_notation(notation, dialect)) {
        return TableError::Notation {
            place,
            cell,
            advice,
        };
    }
    TableError::Text {
        place,
        cell,
        others: Vec::new(),
        more: 0,
    }
}

/// Notation that a number contradicts, and the option by which it is read.
fn other_notation(notation: Notation, dialect: Dialect) -> Option<String> {
    let marks = if dialect.decimal == b',' {
        "commas"
    } else {
        "points"
    };
    let decimals = format!("fractions have decimal {marks}");
    let (is, option) = match notation {
        Notation::Decimal(mark) | Notation::Both(_, mark) if mark != dialect.decimal => {
            (decimals, format!("--decimal {}", char::from(mark)))
        }
        Notation::Either(mark) | Notation::Grouped(mark) | Notation::Both(mark, _) => {
            let thousands = Thousands::of(mark);
            let is = match dialect.thousands {
                Some(asked) if asked != thousands => format!("`--thousands` is `{asked}`"),
                _ => decimals,
            };
            (is, format!("--thousands {thousands}"))
        }
        Notation::Whole | Notation::Decimal(_) => return None,
    };
    Some(format!("where {is}; correct it, or give `{option}`"))
}
