//! The command line of `downhill device` and `downhill replay`.

use std::path::PathBuf;

use clap::builder::{NonEmptyStringValueParser, RangedU64ValueParser};
use clap::{Args, Subcommand};

use crate::arguments::{Deferred, TableArguments, emulated_board};

const EXAMPLE: &str = "\
LINE is a serial port such as /dev/ttyACM0, or tcp:HOST:PORT; without one the
only USB serial port there is. --board boots an emulated board instead.

Example:
  downhill device configure co.json --line /dev/ttyACM0
  downhill device stream air.csv --model co.json --line /dev/ttyACM0
  downhill device pull --model co.json --out learned.json --line /dev/ttyACM0";

const LABEL_EXAMPLE: &str = "\
A label belongs to the newest sample that the board takes from now on.

Example:
  downhill device label 21.4
  downhill device label --take 21.4 --record run.jsonl
  my-reference | downhill device label -";

const PAIR_EXAMPLE: &str = "\
Writes NAME.read.key, which may watch, and NAME.write.key, which may do all: for
their owner only. With --key, a paired board's write key, its keys are replaced.

Example:
  downhill device pair thermo
  downhill device info --key thermo.read.key";

/// The options of `device`.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLE)]
pub(crate) struct DeviceArguments {
    #[command(subcommand)]
    pub(crate) command: DeviceCommand,
}

/// The subcommands of `device`.
#[derive(Debug, Subcommand)]
pub(crate) enum DeviceCommand {
    /// List serial ports and emulated boards
    #[command(after_help = "Example:\n  downhill device list")]
    List(Deferred<ListArguments>),
    /// Show what a board is, what it fits and its counters
    #[command(after_help = "Example:\n  downhill device info --line tcp:192.168.1.7:7000")]
    Info(Deferred<InfoArguments>),
    /// Begin a new fit by the recipe of a model
    #[command(after_help = "Example:\n  downhill device configure co.json")]
    Configure(Deferred<ConfigureArguments>),
    /// Let a board learn from the rows of a CSV file
    #[command(after_help = "Example:\n  downhill device stream air.csv --model co.json")]
    Stream(Deferred<StreamArguments>),
    /// Watch a board learn: loss, parameters, verdicts, counters, rate
    #[command(after_help = "Example:\n  downhill device watch air.csv --model co.json")]
    Watch(Deferred<WatchArguments>),
    /// Save a board's fit as a model file or a checkpoint
    #[command(after_help = "Example:\n  downhill device pull --model co.json --out learned.json")]
    Pull(Deferred<PullArguments>),
    /// Load a model into a board, which continues its fit
    #[command(after_help = "Example:\n  downhill device push learned.json")]
    Push(Deferred<PushArguments>),
    /// Give a board the true targets of its own sensor's samples
    #[command(after_help = LABEL_EXAMPLE)]
    Label(Deferred<LabelArguments>),
    /// Record everything that a board learns from, for `downhill replay`
    #[command(after_help = "Example:\n  downhill device record run.jsonl air.csv --model co.json")]
    Record(Deferred<RecordArguments>),
    /// Erase all checkpoints that a board keeps in its own flash
    #[command(after_help = "Example:\n  downhill device wipe --line /dev/ttyACM0")]
    Wipe(Deferred<WipeArguments>),
    /// Give a board keys, after which it obeys only who has them
    #[command(after_help = PAIR_EXAMPLE)]
    Pair(Deferred<PairArguments>),
    /// Keep an emulated board running, its line on a TCP port
    #[command(
        after_help = "Example:\n  downhill device emulate mps2-an386 --listen 127.0.0.1:7000"
    )]
    Emulate(Deferred<EmulateArguments>),
}

/// A time that a board gets, in seconds.
fn seconds(text: &str) -> Result<f64, String> {
    match text.parse() {
        Ok(seconds) if (0.01..=86_400.0).contains(&seconds) => Ok(seconds),
        _ => Err("write a number of seconds, from 0.01 to 86400".into()),
    }
}

/// Line to a board.
#[derive(Debug, Args)]
pub(crate) struct LineArguments {
    /// Serial port or tcp:HOST:PORT [the only one]
    #[arg(long, value_name = "LINE", conflicts_with = "board", value_parser = NonEmptyStringValueParser::new())]
    pub(crate) line: Option<String>,
    /// Speed of a serial port in baud
    #[arg(long, value_name = "BAUD", default_value_t = 115_200)]
    pub(crate) baud: u32,
    /// Seconds for each answer of the board [10; emulated: 300]
    #[arg(long, value_name = "SECONDS", value_parser = seconds)]
    pub(crate) timeout: Option<f64>,
    /// Key of a board that was paired, as `device pair` wrote it
    #[arg(long, value_name = "FILE")]
    pub(crate) key: Option<PathBuf>,
    /// Boot this emulated board
    #[arg(long, value_name = "B", value_parser = emulated_board(), hide_possible_values = true)]
    pub(crate) board: Option<String>,
    /// Its firmware, instead of building one
    #[arg(long, value_name = "ELF", requires = "board")]
    pub(crate) firmware: Option<PathBuf>,
    /// Let that firmware use your files and commands, by semihosting
    #[arg(long, requires = "firmware")]
    pub(crate) trust_firmware: bool,
}

#[derive(Debug, Args)]
pub(crate) struct ListArguments {
    /// Print one JSON object
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, Args)]
pub(crate) struct InfoArguments {
    #[command(flatten)]
    pub(crate) line: LineArguments,
    /// Print one JSON object
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, Args)]
pub(crate) struct ConfigureArguments {
    /// A model file (its scaler goes along), or the JSON of a recipe
    pub(crate) recipe: PathBuf,
    #[command(flatten)]
    pub(crate) line: LineArguments,
}

/// Rows, and the model that says which columns they are.
#[derive(Debug, Args)]
pub(crate) struct RowsArguments {
    /// The model whose columns these are; a board without a fit gets its recipe
    #[arg(long, value_name = "MODEL")]
    pub(crate) model: PathBuf,
    /// Stop after this many rows
    #[arg(long, value_name = "ROWS", value_parser = RangedU64ValueParser::<usize>::new().range(1..))]
    pub(crate) limit: Option<usize>,
}

#[derive(Debug, Args)]
pub(crate) struct StreamArguments {
    /// A CSV file with the model's features and target
    #[arg(value_name = "DATA.csv")]
    pub(crate) data: PathBuf,
    #[command(flatten)]
    pub(crate) rows: RowsArguments,
    #[command(flatten)]
    pub(crate) table: TableArguments,
    #[command(flatten)]
    pub(crate) line: LineArguments,
    /// Print one JSON object
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, Args)]
pub(crate) struct WatchArguments {
    /// Rows to feed it with [what its own sensor gives]
    #[arg(value_name = "DATA.csv", requires = "model")]
    pub(crate) data: Option<PathBuf>,
    /// The model whose columns these are; a board without a fit gets its recipe
    #[arg(long, value_name = "MODEL")]
    pub(crate) model: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) table: TableArguments,
    /// Stop after this many frames
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
    pub(crate) frames: Option<u32>,
    /// Milliseconds from frame to frame
    #[arg(long, value_name = "MS", default_value_t = 500, value_parser = clap::value_parser!(u64).range(20..))]
    pub(crate) every: u64,
    #[command(flatten)]
    pub(crate) line: LineArguments,
}

#[derive(Debug, Args)]
pub(crate) struct PullArguments {
    /// The model whose fit it is: writes a model file
    #[arg(long, value_name = "MODEL", required_unless_present = "checkpoint")]
    pub(crate) model: Option<PathBuf>,
    /// Write to this file; - is standard output
    #[arg(long, value_name = "FILE", default_value = "-")]
    pub(crate) out: PathBuf,
    /// Write a checkpoint to this file instead: all that the fit needs to continue
    #[arg(long, value_name = "FILE", conflicts_with_all = ["model", "out"])]
    pub(crate) checkpoint: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) line: LineArguments,
}

#[derive(Debug, Args)]
pub(crate) struct PushArguments {
    /// A file that `fit --out` or `device pull` wrote
    #[arg(required_unless_present = "checkpoint")]
    pub(crate) model: Option<PathBuf>,
    /// Continue from this file of `device pull --checkpoint`, in a fit that is begun by
    /// the model's recipe or that the board has
    #[arg(long, value_name = "FILE")]
    pub(crate) checkpoint: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) line: LineArguments,
}

#[derive(Debug, Args)]
pub(crate) struct LabelArguments {
    /// A number for each target of the board's fit, or with --model the label of a class; -
    /// reads a label a line
    #[arg(value_name = "TARGET", required = true, allow_negative_numbers = true)]
    pub(crate) targets: Vec<String>,
    /// The model that the board fits, whose classes are given by their labels
    #[arg(long, value_name = "MODEL")]
    pub(crate) model: Option<PathBuf>,
    /// Number of the sample, which waits for its label
    #[arg(long, value_name = "NUMBER", conflicts_with = "take")]
    pub(crate) sample: Option<u32>,
    /// Let the board take a sample for each label, and none between
    #[arg(long)]
    pub(crate) take: bool,
    /// Record what the board learns in this file, for `downhill replay`
    #[arg(long, value_name = "FILE")]
    pub(crate) record: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) line: LineArguments,
    /// Print one JSON object
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, Args)]
pub(crate) struct RecordArguments {
    /// Write the recording to this file
    pub(crate) recording: PathBuf,
    /// Rows to feed the board with [what its own sensor gives]
    #[arg(value_name = "DATA.csv", requires = "model")]
    pub(crate) data: Option<PathBuf>,
    /// The model whose columns these are; the board begins a new fit by its recipe
    #[arg(long, value_name = "MODEL")]
    pub(crate) model: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) table: TableArguments,
    /// Stop after this many rows
    #[arg(long, value_name = "ROWS", value_parser = RangedU64ValueParser::<usize>::new().range(1..))]
    pub(crate) limit: Option<usize>,
    #[command(flatten)]
    pub(crate) line: LineArguments,
}

#[derive(Debug, Args)]
pub(crate) struct WipeArguments {
    #[command(flatten)]
    pub(crate) line: LineArguments,
}

#[derive(Debug, Args)]
pub(crate) struct PairArguments {
    /// Name of the files with the keys, without their endings
    pub(crate) name: PathBuf,
    #[command(flatten)]
    pub(crate) line: LineArguments,
}

#[derive(Debug, Args)]
pub(crate) struct EmulateArguments {
    /// The board
    #[arg(value_parser = emulated_board(), hide_possible_values = true)]
    pub(crate) board: String,
    /// Address to listen at
    #[arg(long, value_name = "HOST:PORT", default_value = "127.0.0.1:7000")]
    pub(crate) listen: String,
    /// Its firmware, instead of building one
    #[arg(long, value_name = "ELF")]
    pub(crate) firmware: Option<PathBuf>,
    /// Let that firmware use your files and commands, by semihosting
    #[arg(long, requires = "firmware")]
    pub(crate) trust_firmware: bool,
}

/// The options of `replay`.
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  downhill replay run.jsonl")]
pub(crate) struct ReplayArguments {
    /// A file that `device record` wrote
    pub(crate) recording: PathBuf,
    /// Write a page with the steps compared
    #[arg(long, value_name = "HTML")]
    pub(crate) report: Option<PathBuf>,
    /// Print one JSON object
    #[arg(long)]
    pub(crate) json: bool,
}
