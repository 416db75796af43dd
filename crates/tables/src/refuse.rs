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
            first: Some(first),
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
    if let Some((is, cure)) =
        written::notation(text.as_bytes()).and_then(|notation| other_notation(notation, dialect))
    {
        return TableError::Notation {
            place,
            cell,
            is,
            cure,
        };
    }
    TableError::Text {
        place,
        cell,
        others: Vec::new(),
        more: 0,
    }
}

/// Notation that a number would be read in, and the option that says so.
fn other_notation(notation: Notation, dialect: Dialect) -> Option<(String, String)> {
    let name = |mark: u8| if mark == b',' { "commas" } else { "points" };
    match notation {
        Notation::Decimal(mark) | Notation::Both(_, mark) if mark != dialect.decimal => Some((
            format!("fractions have decimal {}", name(dialect.decimal)),
            format!("--decimal {}", char::from(mark)),
        )),
        Notation::Either(mark) | Notation::Grouped(mark) | Notation::Both(mark, _) => {
            let thousands = Thousands::of(mark);
            let is = match dialect.thousands {
                Some(asked) if asked != thousands => format!("`--thousands` is `{asked}`"),
                _ => format!("fractions have decimal {}", name(dialect.decimal)),
            };
            Some((is, format!("--thousands {thousands}")))
        }
        _ => None,
    }
}
