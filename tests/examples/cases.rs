//! Writes the data of the case studies in `docs/cases` into a folder.

use std::path::Path;
use std::{env, fs, io};

fn main() -> io::Result<()> {
    let folder = env::args().nth(1).unwrap_or_else(|| "cases".into());
    fs::create_dir_all(&folder)?;
    downhill_tests::cases::write(Path::new(&folder))?;
    println!("the data of the case studies is in {folder}");
    Ok(())
}
