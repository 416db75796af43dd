//! Tables in which one column says which quantity another holds in each row.

use downhill_tables::suggest::quoted;
use downhill_tables::{Column, Table};

use crate::support::failure::{Failure, Outcome};

/// Columns with the name of a quantity and with its value, in lower case: of InfluxDB, Home Assistant,
/// Grafana, brokers, and of tables that were melted.
const PAIRS: [[&str; 2]; 11] = [
    ["_field", "_value"],
    ["entity_id", "state"],
    ["series", "value"],
    ["metric", "value"],
    ["variable", "value"],
    ["field", "value"],
    ["parameter", "value"],
    ["quantity", "value"],
    ["characteristic", "value"],
    ["topic", "value"],
    ["topic", "payload"],
];

/// Most names of quantities in a message.
const NAMED: usize = 6;

/// Columns of a pair, and the quantities.
struct Long<'t> {
    names: &'t Column,
    values: &'t Column,
    quantities: Vec<&'t str>,
}

impl<'t> Long<'t> {
    fn find(table: &'t Table) -> Option<Self> {
        let named = |name: &str| {
            let is = |column: &&Column| column.name.eq_ignore_ascii_case(name);
            table.columns.iter().find(is)
        };
        let pairs = PAIRS.iter().filter_map(|[names, values]| {
            let (names, values) = (named(names)?, named(values)?);
            let quantities = names.few_categories()?.names();
            Some(Self {
                names,
                values,
                quantities: quantities.iter().map(String::as_str).collect(),
            })
        });
        pairs.into_iter().find(|long| long.quantities.len() > 1)
    }

    fn refusal(&self, table: &Table) -> Failure {
        let Self {
            names,
            values,
            quantities,
        } = self;
        let (names, values) = (&names.name, &values.name);
        let shown = quantities.len().min(NAMED);
        let more = match quantities.len() - shown {
            0 => String::new(),
            more => format!(" and {more} more"),
        };
        let time = table
            .columns
            .iter()
            .find(|column| column.has_times() && column.varies());
        let time = time.map_or("time", |column| &column.name);
        let cure = match &**names {
            "_field" => format!(
                "make a column of each by `|> pivot(rowKey: [\"{time}\"], columnKey: [\"{names}\"], \
                 valueColumn: \"{values}\")` at the end of the query"
            ),
            _ => format!(
                "make a column of each, in pandas by `table.pivot_table(index='{time}', \
                 columns='{names}', values='{values}')`"
            ),
        };
        Failure::Input(format!(
            "{}: `{names}` says which quantity `{values}` is in each row, {}{more}; {cure}, or keep \
             the rows of one of them; where they are one quantity, of several sensors, name \
             `{names}` in `--features` or `--group`",
            table.files,
            quoted(&quantities[..shown])
        ))
    }
}

/// Refuses values of several quantities as one column, unless features or groups of these names, such
/// as `COL` or `COL=LEVEL`, tell them apart; and a target that is one of the quantities.
///
/// # Errors
/// [`Failure::Input`] with what makes a column of each quantity.
pub(crate) fn check(
    table: &Table,
    targets: &[String],
    features: &[String],
    group: Option<&str>,
) -> Outcome {
    let Some(long) = Long::find(table) else {
        return Ok(());
    };
    let (names, values) = (&*long.names.name, &*long.values.name);
    let is_target = targets.iter().any(|target| target == values);
    let is_quantity = |target: &String| !table.has(target) && long.quantities.contains(&&**target);
    let is = |feature: &str, name: &str| feature.split(['=', ':']).next() == Some(name);
    let has = |name: &str| features.iter().any(|feature| is(feature, name));
    let are_apart = has(names) || group == Some(names);
    let is_mixed = (is_target || has(values)) && !are_apart;
    match is_mixed || targets.iter().any(is_quantity) {
        true => Err(long.refusal(table)),
        false => Ok(()),
    }
}
