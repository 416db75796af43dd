//! Training rows of a file that is not held, in parts on disk. Each row is in a part drawn at
//! random, so that any part is a fair draw of the whole file, whatever its order.

use downhill::Real;
use downhill::random::Random;
use downhill_tables::{TempFile, TempOptions};

use crate::data::samples::{Sample, Samples};
use crate::support::failure::{Failure, Outcome};

/// Bytes of rows that are in memory, and shuffled, at a time.
pub(crate) const WINDOW: u64 = 8 << 20;

/// Bytes that a part is meant to have: some get more than others.
const PART: u64 = WINDOW / 4 * 3;

/// Most parts; those of a file that needs more are read a few pieces at a time.
const MOST_PARTS: u64 = 1024;

/// Least bytes that are written and read at once.
const CHUNK: usize = 16 << 10;

/// Most bytes of rows that wait to be written.
const WAITING: u64 = 16 << 20;

/// Seed of the draw of parts, beside that of the fit: the order in an epoch has that one.
const DRAW: u64 = 0x9e37_79b9_7f4a_7c15;

/// Rows in parts on disk.
#[derive(Debug)]
pub(crate) struct Parts {
    file: TempFile,
    parts: Vec<Part>,
    row: usize,
    /// Rows of a whole chunk.
    rows_of_chunk: usize,
    random: Random,
    seed: u64,
}

/// Rows that were drawn for one part.
#[derive(Debug, Default)]
struct Part {
    /// Places of its chunks in the file, in chunks. But for the last one each is full.
    chunks: Vec<u32>,
    rows: usize,
    /// Rows that wait to be written.
    waiting: Vec<u8>,
}

impl Parts {
    /// No rows yet. There will be about `rows`, of so many numbers each.
    pub(crate) fn create<T: Real>(
        options: &TempOptions,
        what: String,
        (numbers, rows): (usize, u64),
        seed: u64,
    ) -> Outcome<Self> {
        let row = Self::row_bytes::<T>(numbers) as usize;
        let rows_of_chunk = (CHUNK / row).max(1);
        let chunk = (rows_of_chunk * row) as u64;
        let most = MOST_PARTS.min(WAITING / chunk).max(1);
        let count = (rows * row as u64).div_ceil(PART).clamp(1, most);
        Ok(Self {
            file: TempFile::create(options, what)?,
            parts: (0..count).map(|_| Part::default()).collect(),
            row,
            rows_of_chunk,
            random: Random::seed(seed ^ DRAW),
            seed,
        })
    }

    /// The same without rows, for they are read anew.
    pub(crate) fn emptied(mut self) -> Outcome<Self> {
        self.file.empty()?;
        self.parts.fill_with(Part::default);
        self.random = Random::seed(self.seed ^ DRAW);
        Ok(self)
    }

    /// Bytes of a row of so many numbers, and its line.
    pub(crate) fn row_bytes<T: Real>(numbers: usize) -> u64 {
        (numbers * 4 * T::WORDS + size_of::<u64>()) as u64
    }

    /// Number of parts.
    pub(crate) fn count(&self) -> usize {
        self.parts.len()
    }

    /// Bytes on disk.
    pub(crate) fn length(&self) -> u64 {
        self.file.length()
    }

    /// Adds a row.
    pub(crate) fn push<T: Real>(&mut self, row: Sample<'_, T>, numbers: &[T]) -> Outcome {
        let part = self.random.below(self.parts.len() as u32) as usize;
        let part = &mut self.parts[part];
        for number in numbers {
            match T::WORDS {
                1 => part.waiting.extend((number.to_f64() as f32).to_le_bytes()),
                _ => part.waiting.extend(number.to_f64().to_le_bytes()),
            }
        }
        part.waiting.extend(row.line.to_le_bytes());
        part.rows += 1;
        let chunk = self.rows_of_chunk * self.row;
        match part.waiting.len() < chunk {
            true => Ok(()),
            false => part.write(&mut self.file, chunk),
        }
    }

    /// Writes what still waits.
    pub(crate) fn finish(&mut self) -> Outcome {
        let chunk = self.rows_of_chunk * self.row;
        for part in &mut self.parts {
            if !part.waiting.is_empty() {
                part.waiting.resize(chunk, 0);
                part.write(&mut self.file, chunk)?;
            }
            part.waiting = Vec::new();
        }
        Ok(())
    }

    /// Visits the rows of one part after another, the parts in a random order, until `visit` has
    /// seen enough. `window` holds the rows of a part.
    pub(crate) fn pass<T: Real, E: From<Failure>>(
        &self,
        random: &mut Random,
        window: &mut Samples<T>,
        mut visit: impl FnMut(&mut Samples<T>, &mut Random) -> Result<bool, E>,
    ) -> Result<(), E> {
        let mut order: Vec<&Part> = self.parts.iter().collect();
        random.shuffle(&mut order);
        let chunk = self.rows_of_chunk * self.row;
        let at_once = (WINDOW as usize / chunk).max(1);
        let mut bytes = vec![0; chunk];
        for part in order {
            let chunks = part.chunks.iter().enumerate();
            let rows = |at| self.rows_of_chunk.min(part.rows - at * self.rows_of_chunk);
            let mut chunks: Vec<(u32, usize)> =
                chunks.map(|(at, &place)| (place, rows(at))).collect();
            if chunks.len() > at_once {
                random.shuffle(&mut chunks);
            }
            for some in chunks.chunks(at_once) {
                window.truncate(0);
                for &(place, rows) in some {
                    let place = u64::from(place) * chunk as u64;
                    self.file
                        .read_at(&mut bytes, place)
                        .map_err(Failure::from)?;
                    for row in bytes.chunks_exact(self.row).take(rows) {
                        let (numbers, line) = row.split_at(self.row - size_of::<u64>());
                        let line = line.try_into().map_or(0, u64::from_le_bytes);
                        window.push_whole(decoded(numbers), line);
                    }
                }
                if !visit(window, random)? {
                    return Ok(());
                }
            }
        }
        Ok(())
    }
}

impl Part {
    fn write(&mut self, file: &mut TempFile, chunk: usize) -> Outcome {
        self.chunks.push((file.length() / chunk as u64) as u32);
        file.append(&self.waiting)?;
        self.waiting.clear();
        Ok(())
    }
}

/// Numbers as they were written, which are of the fit's precision.
fn decoded<T: Real>(bytes: &[u8]) -> impl Iterator<Item = T> {
    bytes.chunks_exact(4 * T::WORDS).map(|bytes| {
        let single = bytes.try_into().map(f32::from_le_bytes).map(f64::from);
        let double = || bytes.try_into().map_or(f64::NAN, f64::from_le_bytes);
        T::from_f64(single.unwrap_or_else(|_| double()))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::options::spec::MissingSpec;

    /// Every row comes back once in each pass, whatever its width, and in another order.
    fn all_come_back<T: Real>(width: usize, rows: u64, parts: usize) {
        let mut one = Samples::<T>::empty(width, 1, MissingSpec::default());
        let options = TempOptions::default();
        let mut all = Parts::create::<T>(&options, "x".into(), (width + 2, rows), 1).unwrap();
        assert_eq!(all.count(), parts);
        let numbers = |row: u64| (0..=width).map(move |at| row as f64 + at as f64 / 3.0);
        for round in 0..2 {
            if round == 1 {
                // As where the rows are counted from another origin.
                all = all.emptied().unwrap();
            }
            for row in 0..rows {
                one.push(&numbers(row).collect::<Vec<f64>>(), row + 2);
                all.push(one.sample(0), one.numbers(0)).unwrap();
                one.truncate(0);
            }
        }
        all.finish().unwrap();
        let mut random = Random::seed(0);
        let mut orders = Vec::new();
        for _ in 0..2 {
            let mut lines = Vec::new();
            let mut window = Samples::<T>::empty(width, 1, MissingSpec::default());
            let pass = all.pass(&mut random, &mut window, |window, _| {
                for row in window.iter() {
                    let mut expected = numbers(row.line - 2).map(T::from_f64);
                    assert!(
                        row.features
                            .iter()
                            .chain(row.target)
                            .all(|&x| Some(x) == expected.next())
                    );
                    lines.push(row.line);
                }
                Ok::<bool, Failure>(true)
            });
            pass.unwrap();
            orders.push(lines.clone());
            lines.sort_unstable();
            assert!(lines.into_iter().eq(2..rows + 2));
        }
        assert!(parts == 1 || orders[0] != orders[1]);
    }

    #[test]
    fn rows_of_any_width_come_back_once() {
        all_come_back::<f32>(1, 1, 1);
        all_come_back::<f32>(3, 7_000, 1);
        all_come_back::<f64>(3, 7_000, 1);
        all_come_back::<f64>(60, 40_000, 4);
        all_come_back::<f32>(30_000, 200, 4);
    }
}
