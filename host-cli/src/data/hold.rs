//! Takes every row of a file into memory, on as many threads as it is large enough for.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc;
use std::thread;

use downhill::Real;
use downhill_tables::{CsvFile, Piece, PieceEnd, PiecesTaken, TableError};

use crate::data::encode::Encoder;
use crate::data::samples::Samples;
use crate::support::failure::Outcome;

/// A piece of a file that was read.
struct Taken<T> {
    samples: Samples<T>,
    encoder: Encoder,
    end: PieceEnd,
}

/// Takes every row of a file. The samples are the same on any number of threads.
pub(crate) fn hold<T: Real>(encoder: &mut Encoder, file: &CsvFile) -> Outcome<Samples<T>> {
    encoder.begin();
    let mut samples = match at_once(encoder, file) {
        Some(samples) => samples,
        None => one_after_the_other(encoder, file)?,
    };
    samples.sparsest = encoder.sparsest();
    match samples.len() + samples.dropped {
        0 => Err(TableError::NoRows(file.files().paths()[0].clone()).into()),
        _ => Ok(samples),
    }
}

fn one_after_the_other<T: Real>(encoder: &mut Encoder, file: &CsvFile) -> Outcome<Samples<T>> {
    let mut samples = encoder.samples();
    let mut rows = encoder.rows(file)?;
    encoder.all(&mut rows, &mut samples)?;
    Ok(samples)
}

/// Takes pieces of a file, each on one of several threads; `None` where its rows must be taken one
/// after the other: where there are too few, where a row has a fault, and where quotes or the end
/// of the table reach over a piece.
fn at_once<T: Real>(encoder: &mut Encoder, file: &CsvFile) -> Option<Samples<T>> {
    let pieces = file.pieces().ok().filter(|pieces| !pieces.is_empty())?;
    if !encoder.has_no_memory() {
        return None;
    }
    let next = AtomicUsize::new(0);
    let (template, pieces, next) = (&*encoder, &pieces[..], &next);
    let (samples, taken) = thread::scope(|scope| {
        let (sender, receiver) = mpsc::channel();
        for _ in 0..file.threads().min(pieces.len()) {
            let sender = sender.clone();
            scope.spawn(move || {
                let mut at = next.fetch_add(1, Ordering::Relaxed);
                while let Some(piece) = pieces.get(at) {
                    // Without a receiver nobody wants any more.
                    if sender.send((at, take(template, file, piece))).is_err() {
                        break;
                    }
                    at = next.fetch_add(1, Ordering::Relaxed);
                }
            });
        }
        drop(sender);
        in_order(template, file, pieces, receiver)
    })?;
    *encoder = taken;
    Some(samples)
}

/// Takes the rows of a piece; `None` where one has a fault, which has a better place once the rows
/// in front of it are known.
fn take<T: Real>(template: &Encoder, file: &CsvFile, piece: &Piece) -> Option<Taken<T>> {
    let mut encoder = template.clone();
    let mut samples = encoder.samples();
    let mut rows = encoder.rows_of(file, piece).ok()?;
    encoder.all(&mut rows, &mut samples).ok()?;
    let end = rows.piece_end();
    Some(Taken {
        samples,
        encoder,
        end,
    })
}

/// Puts pieces together in their order, whichever comes first.
fn in_order<T: Real>(
    template: &Encoder,
    file: &CsvFile,
    pieces: &[Piece],
    receiver: mpsc::Receiver<(usize, Option<Taken<T>>)>,
) -> Option<(Samples<T>, Encoder)> {
    let (mut encoder, mut samples) = (template.clone(), template.samples());
    let mut waiting = BTreeMap::<usize, Taken<T>>::new();
    let mut pieces = pieces.iter().enumerate().peekable();
    let mut order = PiecesTaken::of(file);
    for (at, taken) in receiver {
        waiting.insert(at, taken?);
        while let Some((at, piece)) = pieces.peek()
            && let Some(mut taken) = waiting.remove(at)
        {
            let before = order.take(piece, taken.end)?;
            if let Some(places) = encoder.take_over(&taken.encoder, before) {
                taken.samples.reorder_classes(&places);
            }
            samples.append(&taken.samples, before);
            pieces.next();
        }
    }
    Some((samples, encoder))
}
