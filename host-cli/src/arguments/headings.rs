//! Headings under which `--help` lists the options of a fit.

pub(super) const COLUMNS: &str = "Columns";
pub(super) const CLASSES: &str = "Classes";
pub(super) const FILES: &str = "Files";
pub(super) const ROWS: &str = "Rows held back";
pub(super) const SIGNALS: &str = "Raw signals";
pub(super) const MODEL: &str = "Model";
pub(super) const NORMAL: &str = "Models of normal";
pub(super) const FORMULA: &str = "Formulas and least squares";
pub(super) const GRADIENT: &str = "Training by gradients";
pub(super) const HEALTH: &str = "Monitor";
pub(super) const OUTPUT: &str = "Output";
