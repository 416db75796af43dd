//! `downhill calibrate`: a shape that sensors have, fitted from a start that it finds by itself.

mod curvature;
mod shapes;
mod units;

use clap::Parser;
use downhill_tables::suggest::quoted;
use downhill_tables::{CsvFile, Table};

use crate::arguments::{Arguments, CalibrateArguments, Command, Deferred};
use crate::commands::fit;
use crate::data::{columns, whole};
use crate::options::Calibration;
use crate::options::spec::ShapeSpec;
use crate::support::failure::{Failure, Outcome};
use crate::support::format::number;
use crate::support::messages;

use shapes::{Rows, Start};

/// Most numbers of the table, of which the fit makes three copies.
const MOST: usize = 4_000_000;

pub(crate) fn run(arguments: &CalibrateArguments) -> Outcome {
    if arguments.kelvin && arguments.shape != ShapeSpec::SteinhartHart {
        return Err(Failure::Usage(
            "`--kelvin` is of `steinhart_hart`; leave it out".into(),
        ));
    }
    let mut file = CsvFile::open(&arguments.data, &arguments.table.reading(&[]))?;
    let table = whole::table(&file, "calibrate", MOST)?;
    file.take_formats(&table);
    let (sensor, reference) = columns_of(arguments, &table)?;
    let place = format!("{}", arguments.data.display());
    let rows = rows(&table, &sensor, &reference)?;
    if let (ShapeSpec::SteinhartHart, [sensor]) = (arguments.shape, &sensor[..]) {
        let sensor = quantity(&table, sensor, &rows.sensor[0])?;
        let reference = quantity(&table, &reference, &rows.reference)?;
        if let Some(note) = units::check(&sensor, &reference, arguments.kelvin)? {
            messages::say(format_args!("{note}"));
        }
    }
    if arguments.shape == ShapeSpec::TwoPoint
        && let Some(note) = curvature::note(&rows.sensor[0], &rows.reference)
    {
        messages::say(format_args!("{note}"));
    }
    let names: Vec<String> = sensor.iter().map(|name| written(name)).collect();
    drop(table);
    let found = shapes::start(arguments.shape, &rows, &names, arguments.kelvin);
    drop(rows);
    let Start { formula, start } =
        found.map_err(|why| Failure::Input(format!("{place}: {why}")))?;
    messages::say(format_args!(
        "`{reference}` by {} of {}, starting near {}",
        arguments.shape,
        quoted(&sensor.iter().map(String::as_str).collect::<Vec<_>>()),
        { start.iter() }
            .map(|(name, value)| format!("{name} = {}", number(Some(*value))))
            .collect::<Vec<_>>()
            .join(", ")
    ));
    let starts: Vec<String> = { start.iter() }
        .map(|(name, value)| format!("{name}={value}"))
        .collect();
    let (model, starts) = (format!("formula: {formula}"), starts.join(","));
    let fit = ["downhill", "fit", &place, "--target", &reference, "--model"];
    let fit = fit.into_iter().chain([model.as_str(), "--start", &starts]);
    let parsed = Arguments::try_parse_from(fit).map_err(|error| Failure::Usage(error.to_string()));
    let Command::Fit(Deferred(mut fit_arguments)) = parsed?.command else {
        return Err(Failure::Usage("this shape cannot be fitted".into()));
    };
    fit_arguments.recipe.table = arguments.table.clone();
    fit_arguments.out.clone_from(&arguments.out);
    fit_arguments.report.clone_from(&arguments.report);
    fit_arguments.json = arguments.json;
    fit_arguments.recipe.sigma.clone_from(&arguments.sigma);
    fit_arguments.recipe.sigma_absolute = arguments.sigma_absolute;
    fit_arguments.level = arguments.level;
    fit_arguments.calibration = Some(Calibration {
        shape: arguments.shape.to_string(),
        conditions: arguments.conditions.clone(),
    });
    fit::run(&fit_arguments)
}

/// The columns that are told, or else the first numbers of the table and the one behind them.
fn columns_of(arguments: &CalibrateArguments, table: &Table) -> Outcome<(Vec<String>, String)> {
    let count = match arguments.shape {
        ShapeSpec::Ellipsoid => 3,
        _ => 1,
    };
    let told = columns::all_named(table, &arguments.sensor);
    let sigma = columns::all_named(table, arguments.sigma.as_slice());
    let is_number = |name: &&String| columns::numeric(table, name).is_ok();
    let names: Vec<String> = table.columns.iter().map(|c| c.name.clone()).collect();
    let reference = arguments.reference.as_ref();
    let free = names.iter().filter(is_number);
    let mut free: Vec<&String> = free
        .filter(|name| Some(*name) != reference && !told.contains(name) && !sigma.contains(name))
        .collect();
    // A column that numbers the rows is no sensor, where there are enough others.
    let needed = count + usize::from(reference.is_none());
    if told.is_empty() {
        let is_sensor = |name: &&String| !numbers_rows(table, name);
        let sensors: Vec<&String> = free.iter().copied().filter(is_sensor).collect();
        if sensors.len() >= needed {
            free = sensors;
        }
    }
    let sensor = match told.is_empty() {
        true => free.iter().take(count).map(|&name| name.clone()).collect(),
        false => told,
    };
    let behind = free.iter().find(|name| !sensor.contains(name));
    let reference = reference.or(behind.copied()).cloned();
    match reference {
        Some(reference) if sensor.len() == count => {
            columns::numerics(table, &sensor)?;
            columns::numeric(table, &reference)?;
            Ok((sensor, reference))
        }
        _ => Err(Failure::Input(format!(
            "{}: `{}` needs {} of the sensor and one that is true, of numbers; name them with \
             `--sensor` and `--reference`; the columns are {}",
            arguments.data.display(),
            arguments.shape,
            match count {
                1 => "a column".into(),
                count => format!("{count} columns"),
            },
            quoted(&names.iter().map(String::as_str).collect::<Vec<_>>())
        ))),
    }
}

/// Tells whether a column counts the rows from 0 or 1 on.
fn numbers_rows(table: &Table, name: &str) -> bool {
    let Ok(at) = columns::numeric(table, name) else {
        return false;
    };
    let numbers = &table.columns[at].values;
    let first = numbers.first().copied().unwrap_or(f64::NAN);
    let mut rows = numbers.iter().enumerate();
    (first == 0.0 || first == 1.0)
        && numbers.len() > 2
        && rows.all(|(row, &number)| number == first + row as f64)
}

/// A column, and its numbers of the rows that miss nothing.
fn quantity<'a>(
    table: &'a Table,
    name: &'a str,
    numbers: &'a [f64],
) -> Outcome<units::Quantity<'a>> {
    let unit = table.columns[table.find(name)?].unit.as_deref();
    Ok(units::Quantity {
        name,
        unit,
        numbers,
    })
}

/// The rows that miss nothing.
fn rows(table: &Table, sensor: &[String], reference: &str) -> Outcome<Rows> {
    let values = |name: &str| Ok(&table.columns[columns::numeric(table, name)?].values);
    let sensor: Vec<&Vec<f64>> = { sensor.iter() }
        .map(|name| values(name))
        .collect::<Outcome<_>>()?;
    let reference = values(reference)?;
    let mut rows = Rows {
        sensor: vec![Vec::new(); sensor.len()],
        reference: Vec::new(),
    };
    for (at, &truth) in reference.iter().enumerate() {
        if truth.is_finite() && sensor.iter().all(|column| column[at].is_finite()) {
            rows.reference.push(truth);
            for (own, column) in rows.sensor.iter_mut().zip(&sensor) {
                own.push(column[at]);
            }
        }
    }
    Ok(rows)
}

/// A column's name as a formula has it.
fn written(name: &str) -> String {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || c == '_';
    // Every name in quotes is a column, also one of a parameter's or a function's name.
    match name.chars().all(is_plain) && name.len() > 1 && name.parse::<f64>().is_err() {
        true => name.into(),
        false => format!("\"{name}\""),
    }
}
