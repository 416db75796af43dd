//! Finds out how the timestamps of each column are written, from its cells.

use crate::time::compact;
use crate::time::format::{self, Count, DateStyle, OrderName, TimeFormat};
use crate::time::stamp::{self, Day, Order, Stamp};

/// Cells of a column, as far as they are timestamps.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Seen {
    cells: usize,
    /// Cells with a date and no time of day.
    dates: usize,
    /// Cells with a time of day and no date.
    clocks: usize,
    stamps: usize,
    /// Cells that can be a time of day.
    of_day: usize,
    /// Orders in which no date is one, a bit each.
    excluded: u8,
    /// Dates that are one in several orders, or in one that others need not have.
    open: usize,
    /// Cells that a style reads which was given.
    by_given: usize,
    numbers: usize,
    /// Numbers that are timestamps of digits, all by the same pattern.
    compact: usize,
    pattern: Option<&'static str>,
    least: f64,
    most: f64,
}

impl Seen {
    /// Takes notice of a cell.
    pub(crate) fn see(&mut self, text: &str, given: Option<&DateStyle>) {
        let text = text.trim();
        if text.is_empty() {
            return;
        }
        self.cells += 1;
        self.by_given += usize::from(given.is_some_and(|given| format::reads(given, text)));
        if let Ok(number) = text.parse::<f64>() {
            (self.least, self.most) = match self.numbers {
                0 => (number, number),
                _ => (self.least.min(number), self.most.max(number)),
            };
            self.numbers += 1;
            let pattern = compact::pattern(text);
            self.pattern = self.pattern.or(pattern);
            self.compact += usize::from(pattern.is_some() && pattern == self.pattern);
            return;
        }
        let Some(Stamp { day, clock }) = stamp::read(text) else {
            return;
        };
        self.stamps += 1;
        self.of_day += usize::from(stamp::time_of_day(text).is_some());
        self.dates += usize::from(clock.is_none());
        self.clocks += usize::from(day.is_none());
        if let Some(Day::By(days)) = day {
            self.open += 1;
            for (at, day) in days.iter().enumerate() {
                self.excluded |= u8::from(day.is_none()) << at;
            }
        }
    }

    /// Orders in which every date is one.
    fn orders(&self) -> Vec<Order> {
        let all = Order::ALL.iter().enumerate();
        let left = all.filter(|(at, _)| self.excluded >> at & 1 == 0);
        left.map(|(_, &order)| order).collect()
    }

    /// Tells whether its dates could have been written in several orders.
    pub(crate) fn is_open(&self) -> bool {
        !self.is_clock() && self.is_of_stamps() && self.open > 0 && self.orders().len() > 1
    }

    /// Tells whether each is a time of day, and one is nothing else.
    fn is_clock(&self) -> bool {
        self.clocks > 0 && self.of_day == self.stamps
    }

    fn is_of_stamps(&self) -> bool {
        2 * self.stamps > self.cells
    }

    /// Style that its cells have in common, where a cell by itself leaves it open.
    /// `name` is the column's.
    pub(crate) fn style(&self, name: &str) -> Option<DateStyle> {
        if self.is_clock() {
            return None;
        }
        if self.is_of_stamps() && self.open > 0 {
            return match self.orders()[..] {
                [order] => Some(DateStyle::Order(OrderName(order))),
                _ => None,
            };
        }
        let is_of_numbers = self.cells > 0 && self.numbers == self.cells;
        if let Some(pattern) = self.pattern
            && is_of_numbers
            && self.compact == self.cells
            && self.least < self.most
            && compact::are_stamps(self.cells, pattern, name)
        {
            return Some(DateStyle::Pattern(pattern.into()));
        }
        // From 2000 to 2040.
        let counts = [Count::Seconds, Count::Milliseconds, Count::Microseconds];
        let is_in = |count: &Count| {
            let of_a_second = count.of_a_second();
            let (least, most) = (self.least / of_a_second, self.most / of_a_second);
            is_of_numbers && least >= 946_684_800.0 && most <= 2_208_988_800.0
        };
        counts.into_iter().find(is_in).map(DateStyle::Count)
    }
}

/// Settles the format of each column; `given` styles stand as they are.
pub(crate) fn settle(
    seen: &[Seen],
    names: &[String],
    given: Option<&DateStyle>,
) -> Vec<TimeFormat> {
    let format = |(seen, name): (&Seen, &String)| TimeFormat {
        style: match 2 * seen.by_given > seen.cells {
            true => given.cloned(),
            false => seen.style(name),
        },
        with: None,
        is_clock: seen.is_clock(),
    };
    let mut formats: Vec<TimeFormat> = seen.iter().zip(names).map(format).collect();
    let only = |is: fn(&Seen) -> usize| {
        let all = |seen: &&Seen| is(seen) > 0 && is(seen) == seen.stamps;
        let is_one = |(_, seen): &(usize, &Seen)| seen.is_of_stamps() && all(seen);
        let mut ones = seen.iter().enumerate().filter(is_one).map(|(at, _)| at);
        (ones.next(), ones.next())
    };
    let clocks = only(|seen| if seen.is_clock() { seen.stamps } else { 0 });
    let dates = only(|seen| if seen.is_clock() { 0 } else { seen.dates });
    if let ((Some(date), None), (Some(clock), None)) = (dates, clocks) {
        let is_named = |at: usize, word: &str| names[at].to_lowercase().contains(word);
        let are_named = is_named(date, "date") && is_named(clock, "time");
        if date.abs_diff(clock) == 1 || are_named {
            formats[date].with = Some(clock);
        }
    }
    formats
}
