//! `log-decoder ELF < LOG`: a line for each message of a program's `defmt` log, without levels.

use std::env;
use std::fs;
use std::io::{self, Read};

use anyhow::{Context, Result, bail};
use defmt_decoder::{DecodeError, Table};

fn main() -> Result<()> {
    let program = env::args_os().nth(1).context("the program's ELF file")?;
    let table = Table::parse(&fs::read(program)?)?.context("the program does not log")?;
    let mut log = Vec::new();
    io::stdin().read_to_end(&mut log)?;
    let mut decoder = table.new_stream_decoder();
    decoder.received(&log);
    loop {
        match decoder.decode() {
            Ok(frame) => println!("{}", frame.display_message()),
            Err(DecodeError::UnexpectedEof) => return Ok(()),
            Err(DecodeError::Malformed) => bail!("a log that cannot be read"),
        }
    }
}
