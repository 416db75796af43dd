//! Columns of a fit.

use std::collections::HashSet;
use std::fmt;

use downhill_tables::suggest::quoted;
use downhill_tables::{Column, HowRead, NoteKind, Table, TableError};
use serde::{Deserialize, Serialize};

use crate::data::categories;
use crate::data::classes::{Asked, Classes, Ruling};
use crate::data::features::{self, Feature, ResolvedFeature};
use crate::data::names;
use crate::support::failure::{Failure, Outcome};

/// Most columns that are not used which a message names.
const MOST_NAMED: usize = 8;

/// The columns of a fit.
#[derive(Clone, Debug)]
pub(crate) struct ColumnSelection {
    /// The features, in the order in which the model takes them.
    pub(crate) features: Vec<ResolvedFeature>,
    /// Positions of the targets, in the order in which the model gives them; none where the
    /// features are told from themselves.
    pub(crate) targets: Vec<usize>,
    /// Position of the weights.
    pub(crate) weight: Option<usize>,
    /// Position of the groups of rows.
    pub(crate) group: Option<usize>,
    /// How the target is read; an amount, where there are several.
    pub(crate) ruling: Ruling,
    /// Columns that were not asked for and are not used.
    pub(crate) left_out: Vec<LeftOut>,
}

/// A column that a fit does not use, and why.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub(crate) struct LeftOut {
    /// Its name.
    pub(crate) column: String,
    /// Reason, in words.
    pub(crate) reason: String,
}

/// Meaning of a target's numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum TargetKind {
    /// An amount.
    Number,
    /// The number of a class, from 0 on.
    Class,
    /// The features themselves.
    Features,
}

/// The columns that a model predicts.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Target {
    /// Their names, in the model's order; none where it tells its features from themselves.
    pub(crate) names: Vec<String>,
    /// Meaning of their numbers.
    pub(crate) kind: TargetKind,
    /// Labels of the classes; none of an amount.
    #[serde(default, skip_serializing_if = "Classes::is_empty")]
    pub(crate) classes: Classes,
}

impl Target {
    /// Names of the model's outputs, given those of its features.
    pub(crate) fn outputs<'a>(&'a self, features: &'a [String]) -> &'a [String] {
        match self.kind {
            TargetKind::Features => features,
            _ => &self.names,
        }
    }

    /// As `--target` takes it; `None` where there is none.
    pub(crate) fn option(&self) -> Option<String> {
        match &self.names[..] {
            [] => None,
            [name] => Some(name.clone()),
            names => Some(
                names
                    .iter()
                    .map(|name| names::quote(name))
                    .collect::<Vec<_>>()
                    .join(","),
            ),
        }
    }
}

impl fmt::Display for Target {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.kind {
            TargetKind::Features => f.write_str("each feature"),
            _ => f.write_str(&self.names.join(", ")),
        }
    }
}

/// Features of a fit, as they are asked for.
pub(crate) enum Features<'a> {
    /// Every column of numbers.
    Every,
    /// Those of these names.
    Named(&'a [String]),
    /// These.
    Are(Vec<ResolvedFeature>),
}

impl<'a> Features<'a> {
    /// Those of these names, or every column of numbers where there are none.
    pub(crate) fn named(names: &'a [String]) -> Self {
        match names {
            [] => Self::Every,
            names => Self::Named(names),
        }
    }
}

/// Finds the targets and the features: those asked for, or else every column of numbers.
pub(crate) fn choose(
    table: &Table,
    targets: &[String],
    weight: Option<&str>,
    features: Features<'_>,
    asked: &Asked,
) -> Outcome<ColumnSelection> {
    let (target, ruling) = match targets {
        [name] => {
            let at = table.find(name)?;
            let error = table.check_numeric(at).err();
            (vec![at], asked.ruling(&table.columns[at], error)?)
        }
        several => (numerics(table, several)?, Ruling::Amount),
    };
    if let Some(twice) = (1..target.len()).find(|&at| target[..at].contains(&target[at])) {
        return Err(Failure::Usage(format!(
            "`--target` names `{}` twice; name it once",
            targets[twice]
        )));
    }
    let weight = weight.map(|name| numeric(table, name)).transpose()?;
    if weight.is_some_and(|weight| target.contains(&weight)) {
        return Err(Failure::Usage(
            "`--weight` (or `--sigma`) and `--target` name the same column".into(),
        ));
    }
    let (features, left_out) = match features {
        Features::Every => every_number(table, &target, weight)?,
        Features::Named(names) => (named(table, &target, names)?, Vec::new()),
        Features::Are(features) => (features, Vec::new()),
    };
    Ok(ColumnSelection {
        features,
        targets: target,
        weight,
        group: None,
        ruling,
        left_out,
    })
}

fn named(table: &Table, targets: &[usize], names: &[String]) -> Outcome<Vec<ResolvedFeature>> {
    let mut found = Vec::<ResolvedFeature>::new();
    let mut seen = HashSet::new();
    for name in names {
        let more = features::named(table, name)?;
        if more.iter().any(|one| targets.contains(&one.at)) {
            let path = &table.files;
            return Err(Failure::Input(format!(
                "{path}: `{name}` is the target and cannot be a feature too; take it out of \
                 `--features`"
            )));
        }
        if !more.iter().all(|one| seen.insert(one.feature.to_string())) {
            return Err(Failure::Usage(format!(
                "`--features` names `{name}` twice; name it once"
            )));
        }
        found.extend(more);
    }
    categories::complete(table, &mut found);
    Ok(found)
}

fn every_number(
    table: &Table,
    targets: &[usize],
    weight: Option<usize>,
) -> Outcome<(Vec<ResolvedFeature>, Vec<LeftOut>)> {
    let (mut features, mut left_out) = (Vec::new(), Vec::new());
    for (at, column) in table.columns.iter().enumerate() {
        let name = &column.name;
        let reason = match (&column.first_text, &column.first_time) {
            _ if targets.contains(&at) || Some(at) == weight => continue,
            _ if column.is_blank() => "every cell is missing".into(),
            (Some(cell), _) if column.is_text() && !column.is_unread() => {
                match column.few_categories() {
                    Some(levels) => format!(
                        "text (`{}`); to use its {} categories, name it in `--features`",
                        cell.text,
                        levels.names().len()
                    ),
                    None => format!("text (`{}`)", cell.text),
                }
            }
            (_, Some(cell)) if column.is_time() => of_times(table, at, &cell.text),
            _ => {
                table.check_numeric(at)?;
                let feature = Feature::plain(name);
                features.push(ResolvedFeature { at, feature });
                continue;
            }
        };
        left_out.push(LeftOut {
            column: name.clone(),
            reason,
        });
    }
    if features.is_empty() {
        let besides = targets.iter().map(|&at| &*table.columns[at].name);
        let besides = match besides.collect::<Vec<_>>().as_slice() {
            [] => String::new(),
            [one] => format!(" but the target `{one}`"),
            several => format!(" but the targets {}", quoted(several)),
        };
        let others: Vec<String> = left_out
            .iter()
            .take(MOST_NAMED)
            .map(|LeftOut { column, reason }| format!("; `{column}`: {reason}"))
            .collect();
        return Err(Failure::Input(format!(
            "{}: no column{besides} holds numbers, and a fit needs at least one feature{}",
            table.files,
            others.concat()
        )));
    }
    Ok((features, left_out))
}

/// What a column of timestamps can be used for; what is advised works.
fn of_times(table: &Table, at: usize, first: &str) -> String {
    let name = &table.columns[at].name;
    let with = table.dates(at).with;
    let with = with.map_or_else(String::new, |with| format!(" with the time of `{with}`"));
    match (table.check_times(at), features::varying_part(table, at)) {
        (Ok(()), Some(part)) => format!(
            "timestamps (`{first}`{with}); to use them, name such as `{name}:{part}` in \
             `--features`"
        ),
        (Ok(()), None) => format!("timestamps, all `{first}`{with}"),
        (Err(TableError::Time { cell, cure, .. }), _) => {
            format!("timestamps, of which `{cell}` cannot be told for sure; to use them, {cure}")
        }
        (Err(_), _) => format!("timestamps (`{first}`), and other text"),
    }
}

/// Says that `--target` is needed.
pub(crate) fn no_target() -> Failure {
    Failure::Usage(
        "name the column to predict with `--target COL`, or several with commas between; only \
         `--model autoencoder:…` needs none"
            .into(),
    )
}

/// The columns that an option names: one of that very name, or several with commas between.
pub(crate) fn named_by(table: &Table, text: &str) -> Vec<String> {
    names::split(text, most_commas(table), |name| {
        features::is_known(table, name)
    })
}

/// The column that an option names.
pub(crate) fn one(table: &Table, text: &str) -> String {
    names::one(text, |name| table.has(name))
}

/// The columns that values of `--features` name.
pub(crate) fn all_named(table: &Table, texts: &[String]) -> Vec<String> {
    let (most, known) = (most_commas(table), |name: &str| {
        features::is_known(table, name)
    });
    let each = texts
        .iter()
        .flat_map(|text| names::split(text, most, known));
    each.collect()
}

fn most_commas(table: &Table) -> usize {
    let commas = |column: &Column| column.name.matches(',').count();
    table.columns.iter().map(commas).max().unwrap_or_default()
}

impl ColumnSelection {
    /// Takes a column for the groups of rows. It is no feature then, unless features are named.
    pub(crate) fn set_group(
        &mut self,
        table: &Table,
        group: Option<usize>,
        are_named: bool,
    ) -> Outcome {
        self.group = group;
        let Some(at) = group else { return Ok(()) };
        let name = &table.columns[at].name;
        if self.targets.contains(&at) {
            return Err(Failure::Usage(format!(
                "`--group` and `--target` name the same column, `{name}`"
            )));
        }
        let before = self.features.len();
        if !are_named {
            self.features.retain(|one| one.at != at);
        }
        let left_out = self.left_out.len();
        self.left_out.retain(|one| one.column != *name);
        if self.features.len() < before || self.left_out.len() < left_out {
            self.left_out.push(LeftOut {
                column: name.clone(),
                reason: "the group of each row".into(),
            });
        }
        match self.features.is_empty() {
            true => Err(Failure::Usage(format!(
                "`--group {name}` leaves no feature; name it in `--features`, or add columns"
            ))),
            false => Ok(()),
        }
    }

    /// Leaves out the first category of each column of which all are features, for a fit that would be
    /// singular with it.
    pub(crate) fn leave_out_categories(&mut self) {
        let taken = categories::take_first(&mut self.features);
        self.left_out.extend(taken.into_iter().map(|one| LeftOut {
            column: one.to_string(),
            reason: format!(
                "the category that the others of `{}` are compared with",
                one.column()
            ),
        }));
    }

    /// Positions of the columns whose numbers are taken.
    pub(crate) fn columns(&self) -> impl Iterator<Item = usize> {
        let plain = self.features.iter().filter(|one| one.feature.is_plain());
        let features = plain.map(|one| one.at);
        let are_texts = self.ruling == Ruling::Classes { are_texts: true };
        let targets = self.targets.iter().filter(move |_| !are_texts);
        features.chain(targets.copied()).chain(self.weight)
    }

    /// Columns that are used and have a unit, and that unit.
    pub(crate) fn units(&self, table: &Table) -> Vec<[String; 2]> {
        let columns = self.columns().map(|at| &table.columns[at]);
        let unit = |column: &Column| Some([column.name.clone(), column.unit.clone()?]);
        columns.filter_map(unit).collect()
    }

    /// The features' names.
    pub(crate) fn names(&self) -> Vec<String> {
        self.features
            .iter()
            .map(|one| one.feature.to_string())
            .collect()
    }

    /// How a file with columns of these names was read, but for the dates of columns that are no
    /// features, and numbers of columns that are not used.
    pub(crate) fn how_read(&self, mut how: HowRead, names: &[String]) -> HowRead {
        let taken: HashSet<&str> = self.columns().map(|at| &*names[at]).collect();
        how.notes.retain(|note| match &note.kind {
            NoteKind::Suspect { columns, .. } => columns.iter().any(|one| taken.contains(&**one)),
            NoteKind::Rounded { .. } => taken.contains(&*note.column),
            _ => true,
        });
        let timestamps = self
            .features
            .iter()
            .filter_map(|one| one.feature.timestamps());
        let used: Vec<String> = timestamps.map(|dates| dates.column).collect();
        how.dates.retain(|dates| used.contains(&dates.column));
        self.notes_of(how)
    }

    /// How a file was read, but for notes on the categories of columns that are no features.
    pub(crate) fn notes_of(&self, mut how: HowRead) -> HowRead {
        let levels = |one: &&ResolvedFeature| one.feature.level().is_some();
        let used: Vec<&str> = self
            .features
            .iter()
            .filter(levels)
            .map(|one| one.feature.column())
            .collect();
        how.notes.retain(|note| {
            !matches!(note.kind, NoteKind::Category { .. }) || used.contains(&&*note.column)
        });
        how
    }

    /// Origin of each feature; empty where each is a column as it stands.
    pub(crate) fn encoding(&self) -> Vec<Feature> {
        match self.features.iter().all(|one| one.feature.is_plain()) {
            true => Vec::new(),
            false => self
                .features
                .iter()
                .map(|one| one.feature.clone())
                .collect(),
        }
    }
}

/// The column of this name, which must hold numbers.
pub(crate) fn numeric(table: &Table, name: &str) -> Result<usize, TableError> {
    let column = table.find(name)?;
    table.check_numeric(column)?;
    Ok(column)
}

/// The columns of these names, which must hold numbers.
pub(crate) fn numerics(table: &Table, names: &[String]) -> Result<Vec<usize>, TableError> {
    names.iter().map(|name| numeric(table, name)).collect()
}
