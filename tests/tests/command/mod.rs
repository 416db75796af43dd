//! The command line, end to end.

mod bad_input;
mod calibrate;
mod compare;
mod fit;
mod fixed;
mod formula;
mod goal;
mod help;
mod hints;
mod input;
mod inspect;
mod interval;
mod missing;
mod model;
mod normal;
mod options;
mod outputs;
#[cfg(unix)]
mod places;
mod prequential;
mod refusals;
mod renamed;
mod replay;
mod results;
mod stream;
mod ux;
mod your_file;
