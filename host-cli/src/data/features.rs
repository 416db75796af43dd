//! Features of a model, and their origin in a table.

use std::fmt;

use downhill_tables::{ColumnDates, CsvFile, MOST_CATEGORIES, Table, TableError, TimePart};
use serde::{Deserialize, Serialize};

use crate::support::failure::{Failure, Outcome};

/// A feature: a column of numbers, or something made of a column.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Feature {
    /// The column's name.
    column: String,
    /// Category for which the feature is 1; it is 0 for the others of its column.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    level: Option<String>,
    /// Categories of the column that no feature is 1 of.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    others: Vec<String>,
    /// Labels of the groups that a formula tells apart: the feature is the place of a cell's among
    /// them, from 0 on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    groups: Option<Vec<String>>,
    /// Part that is taken of a column of timestamps.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    part: Option<TimePart>,
    /// How the dates of its column are written, where the column leaves it open.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    dates: Option<String>,
    /// Column with the time of day, where its own has dates alone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    with: Option<String>,
}

impl Feature {
    /// The numbers of a column.
    pub(crate) fn plain(column: &str) -> Self {
        Self {
            column: column.into(),
            level: None,
            others: Vec::new(),
            groups: None,
            part: None,
            dates: None,
            with: None,
        }
    }

    /// 1 of a category of a column, and else 0.
    pub(crate) fn level_of(column: &str, level: &str) -> Self {
        Self {
            level: Some(level.into()),
            ..Self::plain(column)
        }
    }

    /// The same, where these categories of its column have no feature.
    pub(crate) fn without(self, others: Vec<String>) -> Self {
        Self { others, ..self }
    }

    /// The number of the group that a cell of a column names.
    pub(crate) fn groups(column: &str, labels: &[String]) -> Self {
        Self {
            groups: Some(labels.to_vec()),
            ..Self::plain(column)
        }
    }

    /// Labels of the groups that it tells apart.
    pub(crate) fn labels(&self) -> Option<&[String]> {
        self.groups.as_deref()
    }

    /// How the timestamps of its column are read, if it is made of such.
    pub(crate) fn timestamps(&self) -> Option<ColumnDates> {
        self.part.map(|_| ColumnDates {
            column: self.column.clone(),
            style: self.dates.as_ref().and_then(|dates| dates.parse().ok()),
            with: self.with.clone(),
        })
    }

    /// Its column.
    pub(crate) fn column(&self) -> &str {
        &self.column
    }

    /// Category for which it is 1.
    pub(crate) fn level(&self) -> Option<&str> {
        self.level.as_deref()
    }

    /// Categories of its column that no feature is 1 of.
    pub(crate) fn others(&self) -> &[String] {
        &self.others
    }

    /// True where it is one of features that are together always 1: one for each category of a
    /// column.
    pub(crate) fn is_of_all(&self) -> bool {
        self.level.is_some() && self.others.is_empty()
    }

    /// Part that is taken of a column of timestamps.
    pub(crate) fn part(&self) -> Option<TimePart> {
        self.part
    }

    /// True where it is a time in seconds.
    pub(crate) fn is_in_seconds(&self) -> bool {
        self.level.is_none() && self.part == Some(TimePart::Seconds)
    }

    /// True where it is a column as it stands.
    pub(crate) fn is_plain(&self) -> bool {
        self.level.is_none() && self.part.is_none() && self.groups.is_none()
    }
}

impl fmt::Display for Feature {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.column)?;
        match (&self.level, self.part) {
            (Some(level), _) => write!(f, "={level}"),
            (None, Some(part)) => write!(f, ":{part}"),
            (None, None) => Ok(()),
        }
    }
}

/// A feature, and where its column stands in a table.
#[derive(Clone, Debug)]
pub(crate) struct ResolvedFeature {
    pub(crate) at: usize,
    pub(crate) feature: Feature,
}

impl ResolvedFeature {
    /// Value in a row; NaN where its cell is missing.
    #[inline]
    pub(crate) fn value(&self, table: &Table, row: usize) -> f64 {
        let column = &table.columns[self.at];
        let value = column.values[row];
        if let Some(labels) = self.feature.labels() {
            let number = value.to_string();
            let text = match &column.categories {
                Some(levels) => levels.of(row),
                None => Some(&*number),
            };
            let place = labels.iter().position(|label| Some(&**label) == text);
            return place.map_or(f64::NAN, |place| place as f64);
        }
        match (&self.feature.level, self.feature.part) {
            (None, None) => value,
            (None, Some(part)) => part.of(column.seconds(row)),
            (Some(level), _) => match &column.categories {
                Some(levels) => levels
                    .of(row)
                    .map_or(f64::NAN, |text| f64::from(u8::from(text == level))),
                None if value.is_nan() => f64::NAN,
                None => f64::from(u8::from(value.to_string() == *level)),
            },
        }
    }
}

/// The features that a name of `--features` stands for: a column of numbers, a feature for each
/// level of a column of categories, `COLUMN=LEVEL` for one, or `COLUMN:PART` of one of timestamps.
pub(crate) fn named(table: &Table, name: &str) -> Outcome<Vec<ResolvedFeature>> {
    if let Some((column, part)) = part_of(table, name) {
        let at = table.find(column)?;
        return Ok(vec![of_time(table, at, part)?]);
    }
    if let Some((at, level)) = level_of(table, name) {
        let feature = Feature::level_of(&table.columns[at].name, level);
        return Ok(vec![ResolvedFeature { at, feature }]);
    }
    let at = table.find(name)?;
    let column = &table.columns[at];
    if column.is_unread() {
        table.check_numeric(at)?;
    }
    if let Some(levels) = column.few_categories() {
        let one = |level: &String| ResolvedFeature {
            at,
            feature: Feature::level_of(name, level),
        };
        return Ok(levels.names().iter().map(one).collect());
    }
    if column.is_time() && column.first_text.is_none() {
        return Err(Failure::Input(format!(
            "{}: `{name}` holds timestamps; take `{name}:hour`, `{name}:weekday`, \
             `{name}:yearday` or `{name}:seconds` for a feature",
            table.files
        )));
    }
    if column.is_text() {
        return Err(Failure::Input(format!(
            "{}: `{name}` holds text, and more than {MOST_CATEGORIES} different ones: too many for \
             categories; use other columns",
            table.files
        )));
    }
    table.check_numeric(at)?;
    let feature = Feature::plain(name);
    Ok(vec![ResolvedFeature { at, feature }])
}

/// Tells whether a name of `--features` stands for a column or for a part or a level of one.
pub(crate) fn is_known(table: &Table, name: &str) -> bool {
    table.has(name)
        || part_of(table, name).is_some_and(|(column, _)| table.has(column))
        || level_of(table, name).is_some()
}

/// Place of the column of categories and its level of `COLUMN=LEVEL`, unless a column has the whole
/// for its name.
fn level_of<'a>(table: &Table, name: &'a str) -> Option<(usize, &'a str)> {
    if table.has(name) {
        return None;
    }
    let signs = name.match_indices('=').map(|sign| sign.0);
    signs.into_iter().find_map(|sign| {
        let (column, level) = (&name[..sign], &name[sign + 1..]);
        let at = table.has(column).then(|| table.find(column).ok())??;
        let levels = table.columns[at].few_categories()?.names();
        levels.iter().any(|own| own == level).then_some((at, level))
    })
}

/// Parts `COLUMN:PART`, unless a column has the whole for its name.
fn part_of<'a>(table: &Table, name: &'a str) -> Option<(&'a str, TimePart)> {
    if table.has(name) {
        return None;
    }
    let (column, part) = name.rsplit_once(':')?;
    Some((column, part.parse().ok()?))
}

fn of_time(table: &Table, at: usize, part: TimePart) -> Result<ResolvedFeature, TableError> {
    table.check_times(at)?;
    let dates = table.dates(at);
    Ok(ResolvedFeature {
        at,
        feature: Feature {
            part: Some(part),
            dates: dates.style.map(|style| style.to_string()),
            with: dates.with,
            ..Feature::plain(&dates.column)
        },
    })
}

/// A part of a column of timestamps that differs from row to row, the shortest first.
pub(crate) fn varying_part(table: &Table, at: usize) -> Option<TimePart> {
    let column = &table.columns[at];
    let seconds = (0..column.values.len()).map(|row| column.seconds(row));
    let seconds: Vec<f64> = seconds.filter(|seconds| !seconds.is_nan()).collect();
    let varies = |part: &TimePart| {
        let mut parts = seconds.iter().map(|&seconds| part.of(seconds));
        let first = parts.next();
        parts.any(|part| Some(part) != first)
    };
    [
        TimePart::Hour,
        TimePart::Weekday,
        TimePart::Yearday,
        TimePart::Seconds,
    ]
    .into_iter()
    .find(varies)
}

/// The features of a model, in its order; `encoding` is empty where each is a column as it
/// stands.
pub(crate) fn of_model(
    opened: &CsvFile,
    names: &[String],
    encoding: &[Feature],
) -> Result<Vec<ResolvedFeature>, TableError> {
    let find = |feature: Feature| {
        let at = opened.find(&feature.column)?;
        feature
            .with
            .iter()
            .try_for_each(|with| opened.find(with).map(drop))?;
        Ok(ResolvedFeature { at, feature })
    };
    match encoding.is_empty() {
        true => names
            .iter()
            .map(|name| find(Feature::plain(name)))
            .collect(),
        false => encoding.iter().cloned().map(find).collect(),
    }
}
