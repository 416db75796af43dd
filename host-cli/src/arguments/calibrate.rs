//! `calibrate`: a shape that sensors have, and the rows that it is fitted to.

use std::path::PathBuf;

use clap::Args;

use super::TableArguments;
use super::values::level;
use crate::options::spec::ShapeSpec;

/// The options of `calibrate`.
#[derive(Debug, Args)]
#[command(after_help = "\
Shapes: two_point, polynomial:DEGREE, power_law, 4pl, steinhart_hart (ohm to
degrees Celsius, or kelvin with --kelvin), ellipsoid (a magnetometer's three
axes to the length of the field).

Example:
  downhill calibrate steinhart_hart ntc.csv --out ntc.json --report ntc.html")]
pub(crate) struct CalibrateArguments {
    /// Shape of the relation
    #[arg(value_name = "SHAPE")]
    pub(crate) shape: ShapeSpec,
    /// CSV file with a header line
    #[arg(value_name = "DATA.csv")]
    pub(crate) data: PathBuf,
    /// What the sensor reads, three columns of an ellipsoid [the first]
    #[arg(long, value_name = "COL")]
    pub(crate) sensor: Vec<String>,
    /// What is true: the column to predict [the one behind]
    #[arg(long, value_name = "COL")]
    pub(crate) reference: Option<String>,
    /// Temperatures are in kelvin, of steinhart_hart
    #[arg(long)]
    pub(crate) kelvin: bool,
    /// Column with the standard deviation of each true value
    #[arg(long, value_name = "COL")]
    pub(crate) sigma: Option<String>,
    /// Take these as they are, and not up to a factor
    #[arg(long, requires = "sigma")]
    pub(crate) sigma_absolute: bool,
    /// Level of intervals and bands [0.95]
    #[arg(long, value_name = "P", value_parser = level)]
    pub(crate) level: Option<f64>,
    /// Conditions that the report states, such as "23 C, 45 % RH"
    #[arg(long, value_name = "TEXT")]
    pub(crate) conditions: Option<String>,
    #[command(flatten)]
    pub(crate) table: TableArguments,
    /// Write the model to this file
    #[arg(long, value_name = "MODEL")]
    pub(crate) out: Option<PathBuf>,
    /// Write a page for the certificate
    #[arg(long, value_name = "HTML")]
    pub(crate) report: Option<PathBuf>,
    /// Print one JSON object
    #[arg(long)]
    pub(crate) json: bool,
}
