//! Finds where cells may end, many bytes at a time.

use wide::u8x16;

/// Bytes that are looked at at once, and can be looked at behind the end of a text.
pub(crate) const WINDOW: usize = 64;

/// Goes through a text from stop to stop. A stop is a delimiter, an end of a line or a quote, or
/// another byte below the quote's, such as white space, which stops for nothing.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Stops {
    /// Begin of the window.
    window: usize,
    /// Its stops that are still to come, a bit each, the first one the lowest.
    stops: u64,
    /// Begin of the next window.
    next: usize,
}

impl Stops {
    /// Goes on at this place.
    pub(crate) fn seek(&mut self, place: usize) {
        (self.stops, self.next) = (0, place);
    }

    /// The next stop, where cells are separated by `delimiter`; `None` before `end`. Behind `end`
    /// there is a [`WINDOW`] of anything.
    #[inline(always)]
    pub(crate) fn next(&mut self, text: &[u8], end: usize, delimiter: u8) -> Option<usize> {
        while self.stops == 0 {
            if self.next >= end {
                return None;
            }
            self.window = self.next;
            self.next += WINDOW;
            let window = text.get(self.window..)?.first_chunk()?;
            self.stops = find(window, delimiter);
            if self.next > end {
                self.stops &= (1 << (end - self.window)) - 1;
            }
        }
        let place = self.window + self.stops.trailing_zeros() as usize;
        self.stops &= self.stops - 1;
        Some(place)
    }
}

/// The stops among these bytes, a bit each.
#[inline(always)]
fn find(window: &[u8; WINDOW], delimiter: u8) -> u64 {
    let (delimiter, quote) = (u8x16::splat(delimiter), u8x16::splat(b'"'));
    let sixteens = window.as_chunks().0.iter().enumerate();
    sixteens.fold(0, |stops, (at, &bytes)| {
        let bytes = u8x16::new(bytes);
        let are_stops = bytes.simd_eq(delimiter) | bytes.min(quote).simd_eq(bytes);
        stops | u64::from(are_stops.to_bitmask()) << (16 * at)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Every byte at every place, beside looking at one after the other.
    #[test]
    fn no_stop_is_missed_and_none_made_up() {
        for delimiter in [b',', b';', b'\t', b'|', b'2', b'\x7f'] {
            for byte in 0..=u8::MAX {
                for place in 0..WINDOW {
                    let mut window = [b'7', b'\xff', b'#', b'.', b'e', b'-', b'\x80', b'+'];
                    window[place % 8] = byte;
                    let window: [u8; WINDOW] = std::array::from_fn(|at| match at == place {
                        true => byte,
                        false => window[(at + 1) % 8],
                    });
                    let is_stop = |byte: u8| byte == delimiter || byte <= b'"';
                    let expected = (0..WINDOW).filter(|&at| is_stop(window[at]));
                    let expected = expected.fold(0, |bits, at| bits | 1 << at);
                    assert_eq!(find(&window, delimiter), expected, "{byte} at {place}");
                }
            }
        }
    }

    #[test]
    fn what_is_behind_the_end_is_no_stop() {
        let text = [b','; 5 * WINDOW];
        for end in 0..4 * WINDOW {
            for start in 0..=end {
                let mut stops = Stops::default();
                stops.seek(start);
                let found = std::iter::from_fn(|| stops.next(&text, end, b','));
                assert!(found.eq(start..end), "{start}..{end}");
            }
        }
    }
}
