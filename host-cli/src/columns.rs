//! Which columns a fit uses.

use serde::{Deserialize, Serialize};

use crate::failure::{Failure, Outcome};
use crate::table::{Table, TableError};

/// The columns of a fit.
#[derive(Clone, Debug)]
pub(crate) struct Choice {
    /// Positions of the features, in the order in which the model takes them.
    pub(crate) features: Vec<usize>,
    /// Position of the target.
    pub(crate) target: usize,
    /// Position of the weights.
    pub(crate) weight: Option<usize>,
    /// What nobody asked for and the fit does not use.
    pub(crate) left_out: Vec<LeftOut>,
}

/// A column that a fit does not use, and why.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub(crate) struct LeftOut {
    /// Its name.
    pub(crate) column: String,
    /// Why.
    pub(crate) reason: String,
}

/// What a target's numbers stand for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum TargetKind {
    /// An amount.
    Number,
    /// The number of a class, from 0 on.
    Class,
}

/// Finds the target and the features: those asked for, or else every column of numbers.
pub(crate) fn choose(
    table: &Table,
    target: &str,
    weight: Option<&str>,
    features: &[String],
) -> Outcome<Choice> {
    let target = numeric(table, target)?;
    let weight = weight.map(|name| numeric(table, name)).transpose()?;
    if weight == Some(target) {
        return Err(Failure::Usage(
            "`--weight` and `--target` name the same column".into(),
        ));
    }
    let (features, left_out) = match features {
        [] => every_number(table, target, weight)?,
        names => (named(table, target, names)?, Vec::new()),
    };
    Ok(Choice {
        features,
        target,
        weight,
        left_out,
    })
}

fn named(table: &Table, target: usize, names: &[String]) -> Outcome<Vec<usize>> {
    let mut features = Vec::new();
    for name in names {
        let column = table.find(name.trim())?;
        if column == target {
            let path = table.path.display();
            return Err(Failure::Input(format!(
                "{path}: `{name}` is the target and cannot be a feature too; take it out of \
                 `--features`"
            )));
        }
        if features.contains(&column) {
            return Err(Failure::Input(format!(
                "`--features` names `{name}` twice; name it once"
            )));
        }
        table.check_numeric(column)?;
        features.push(column);
    }
    Ok(features)
}

fn every_number(
    table: &Table,
    target: usize,
    weight: Option<usize>,
) -> Outcome<(Vec<usize>, Vec<LeftOut>)> {
    let (mut features, mut left_out) = (Vec::new(), Vec::new());
    for (at, column) in table.columns.iter().enumerate() {
        let reason = match &column.first_text {
            _ if at == target || Some(at) == weight => continue,
            _ if column.is_blank() => "every cell is missing".into(),
            Some(cell) if column.is_text() => format!("text (`{}`)", cell.text),
            _ => {
                table.check_numeric(at)?;
                features.push(at);
                continue;
            }
        };
        left_out.push(LeftOut {
            column: column.name.clone(),
            reason,
        });
    }
    if features.is_empty() {
        return Err(Failure::Input(format!(
            "{}: no column but the target `{}` holds numbers; a fit needs at least one feature",
            table.path.display(),
            table.columns[target].name
        )));
    }
    Ok((features, left_out))
}

impl Choice {
    /// The features' names.
    pub(crate) fn names(&self, table: &Table) -> Vec<String> {
        let name = |&column: &usize| table.columns[column].name.clone();
        self.features.iter().map(name).collect()
    }
}

/// The column of this name, which must hold numbers.
pub(crate) fn numeric(table: &Table, name: &str) -> Result<usize, TableError> {
    let column = table.find(name)?;
    table.check_numeric(column)?;
    Ok(column)
}

/// The features that a model names, in its order.
pub(crate) fn of_model(table: &Table, features: &[String]) -> Result<Vec<usize>, TableError> {
    features.iter().map(|name| numeric(table, name)).collect()
}
