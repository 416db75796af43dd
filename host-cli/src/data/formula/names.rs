//! Meanings of the names in a formula, by a table and the options.

use downhill::model::formula::Names;
use downhill_tables::{MOST_CATEGORIES, Table};

use crate::support::failure::{Failure, Outcome};

/// A parameter that is not fitted, and its value.
pub(super) type Fixed = (String, f64);
/// A column, and the labels of the groups that it tells apart, in the order of their numbers.
pub(super) type Groups = (String, Vec<String>);

/// What is known of names before a formula is read.
pub(super) struct Known<'a> {
    pub(super) columns: &'a [&'a str],
    /// Parameters that a start or a bound names.
    pub(super) told: Vec<&'a str>,
    pub(super) fixed: &'a [Fixed],
    pub(super) groups: &'a [Groups],
}

impl Names for Known<'_> {
    fn is_column(&self, name: &str) -> bool {
        self.columns.contains(&name)
    }

    fn is_parameter(&self, name: &str) -> bool {
        self.told.contains(&name)
    }

    fn fixed(&self, name: &str) -> Option<f64> {
        let fixed = self.fixed.iter().find(|(known, _)| known == name);
        fixed.map(|&(_, value)| value)
    }

    fn groups(&self, column: &str) -> Option<u8> {
        let (_, labels) = self.groups.iter().find(|(known, _)| known == column)?;
        u8::try_from(labels.len()).ok()
    }
}

/// The columns that stand in `[ ]` behind a name somewhere in a text, and the labels of each that
/// has few enough.
pub(super) fn groups(text: &str, table: &Table) -> Vec<Groups> {
    let mut groups = Vec::new();
    for (at, _) in text.match_indices('[') {
        let inside = text[at + 1..].split(']').next().unwrap_or_default().trim();
        let name = inside.trim_matches(['"', '`']);
        if let Ok(column) = table.find(name)
            && !groups.iter().any(|(known, _)| known == name)
            && let Some(labels) = labels(table, column)
        {
            groups.push((name.to_string(), labels));
        }
    }
    groups
}

/// The different cells of a column: numbers by size, text as it comes.
fn labels(table: &Table, at: usize) -> Option<Vec<String>> {
    let column = &table.columns[at];
    if let Some(categories) = &column.categories {
        return categories.are_few().then(|| categories.names().to_vec());
    }
    let mut numbers: Vec<f64> = { column.values.iter().copied() }
        .filter(|value| !value.is_nan())
        .collect();
    numbers.sort_by(f64::total_cmp);
    numbers.dedup();
    (numbers.len() <= MOST_CATEGORIES).then(|| numbers.iter().map(f64::to_string).collect())
}

/// Groups from which on a column has many.
const MANY: usize = 10;
/// Fewest rows of a group, in the mean, of a column that has many.
const FEWEST: usize = 3;

/// Refuses groups by the target itself, and by a column that hardly has two rows alike.
pub(super) fn check_group(name: &str, target: &str, table: &Table, groups: &[Groups]) -> Outcome {
    let at = table.find(name)?;
    if table.find(target).is_ok_and(|target| target == at) {
        return Err(Failure::Usage(format!(
            "`[{name}]` makes groups by the target itself, which is what is to be predicted; group by \
             another column"
        )));
    }
    let labels = { groups.iter() }.find(|(known, _)| known == name);
    let count = labels.map_or(0, |(_, labels)| labels.len());
    let rows = table.rows;
    if count > MANY && rows < FEWEST * count {
        return Err(Failure::Input(format!(
            "`[{name}]` has a parameter for each of {count} different cells in {rows} rows, which are \
             hardly any groups; group by a column whose cells recur, or write the column without \
             brackets"
        )));
    }
    Ok(())
}

/// A parameter's name without the group that has it for itself.
pub(super) fn shared(name: &str) -> &str {
    match name.strip_suffix(']').and_then(|name| name.split_once('[')) {
        Some((shared, _)) => shared,
        None => name,
    }
}
