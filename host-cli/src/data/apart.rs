//! Numbers apart from all others, behind the rows by which columns are told.

use downhill::Real;
use downhill_tables::has_apart;

use crate::data::samples::Samples;

/// Tells whether a column has such a number in a row that so many are in front of.
pub(crate) fn is_behind<T: Real>(samples: &Samples<T>, first: usize) -> bool {
    let rows = 0..samples.len();
    let ends = |rows: std::ops::Range<usize>| {
        let none = [f64::INFINITY, f64::NEG_INFINITY].map(T::from_f64);
        let mut ends = vec![none; samples.stride()];
        for row in rows {
            for (ends, &number) in ends.iter_mut().zip(samples.numbers(row)) {
                ends[0] = if number < ends[0] { number } else { ends[0] };
                ends[1] = if number > ends[1] { number } else { ends[1] };
            }
        }
        ends
    };
    let front = ends(0..first.min(rows.end));
    let pairs = front.into_iter().zip(ends(first.min(rows.end)..rows.end));
    // Where the range goes on, as of a counter, all of the column tells.
    let mut beyond = pairs
        .enumerate()
        .filter(|(_, ([low, high], [least, most]))| {
            let spread = *high - *low;
            *least < *low - spread || *most > *high + spread
        });
    beyond.any(|(at, _)| {
        let column = rows.clone().map(|row| samples.numbers(row)[at].to_f64());
        has_apart(&column.collect::<Vec<f64>>())
    })
}
