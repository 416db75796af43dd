//! Results for people: texts, curves in the terminal, and pages.

mod fit_text;
pub(crate) mod loss_plot;
mod metrics_text;
pub(crate) mod page;
mod rows_text;
pub(crate) mod solver_text;
pub(crate) mod terminal_table;

pub(crate) use fit_text::{fit, folds, header, interval};
pub(crate) use metrics_text::{confusion, metrics, top};
pub(crate) use rows_text::{filled, how_read, left_out, origins, rows, signal, warnings};
