//! Files that are one, or hold the same.

use std::fs::File;
use std::io::{BufReader, Read};
use std::path::Path;

/// Tells whether two paths lead to one file, or to files with the same bytes.
pub fn is_same(one: &Path, other: &Path) -> bool {
    let real = |path: &Path| std::fs::canonicalize(path).ok();
    match (real(one), real(other)) {
        (Some(one), Some(other)) => one == other || have_same_bytes(&one, &other),
        _ => false,
    }
}

fn have_same_bytes(one: &Path, other: &Path) -> bool {
    let open = |path: &Path| {
        let about = std::fs::metadata(path).ok()?;
        let is_file = about.is_file() && about.len() > 0;
        Some((about.len(), File::open(path).ok().filter(|_| is_file)?))
    };
    let (Some((length, one)), Some((other_length, other))) = (open(one), open(other)) else {
        return false;
    };
    let bytes = |file: File| BufReader::with_capacity(1 << 16, file).bytes();
    length == other_length
        && bytes(one)
            .zip(bytes(other))
            .all(|pair| matches!(pair, (Ok(one), Ok(other)) if one == other))
}
