/// The line of a file on which each row starts. While every row stands on the line behind the one
/// before it, only the first line is kept.
#[derive(Clone, Debug, Default)]
pub struct LineNumbers {
    first: u64,
    count: usize,
    /// All of them, once one stands elsewhere.
    all: Vec<u64>,
}

impl LineNumbers {
    /// Count of the rows.
    pub fn len(&self) -> usize {
        self.count
    }

    /// Tells whether there is no row.
    pub fn is_empty(&self) -> bool {
        self.count == 0
    }

    /// Line of a row.
    #[inline(always)]
    pub fn of(&self, row: usize) -> u64 {
        match self.all.get(row) {
            Some(&line) => line,
            None => self.first + row as u64,
        }
    }

    /// Adds a row.
    #[inline(always)]
    pub fn push(&mut self, line: u64) {
        if !self.all.is_empty() || line != self.first + self.count as u64 {
            match self.count {
                0 => self.first = line,
                _ => self.push_apart(line),
            }
        }
        self.count += 1;
    }

    /// Takes a line that does not follow the one before it, or one behind such a line.
    #[inline(never)]
    fn push_apart(&mut self, line: u64) {
        self.keep_all();
        self.all.push(line);
    }

    /// Adds the rows of a later piece of the file, whose lines are these and so many more.
    pub fn append(&mut self, later: &Self, more: u64) {
        let next = self.first + self.count as u64;
        let follows = self.count == 0 || next == later.first + more;
        if self.all.is_empty() && later.all.is_empty() && follows {
            if self.count == 0 {
                self.first = later.first + more;
            }
            self.count += later.count;
        } else {
            (0..later.count).for_each(|row| self.push(later.of(row) + more));
        }
    }

    #[inline(never)]
    fn keep_all(&mut self) {
        let kept = self.all.len() as u64;
        let lines = kept..self.count as u64;
        self.all.extend(lines.map(|row| self.first + row));
    }

    /// Forgets the lines of the rows from `row` on.
    pub fn truncate(&mut self, row: usize) {
        self.count = self.count.min(row);
        self.all.truncate(row);
    }

    /// Puts the last one in place of another, and forgets it.
    pub fn replace(&mut self, row: usize) {
        let last = self.count - 1;
        if row < last {
            self.keep_all();
            self.all[row] = self.all[last];
        }
        self.truncate(last);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Beside a list of them all.
    #[test]
    fn every_row_has_its_line() {
        let mut random = downhill::random::Random::seed(5);
        for _ in 0..300 {
            let (mut lines, mut list) = (LineNumbers::default(), Vec::new());
            let mut line = 0;
            let jumps = random.below(2) * 20;
            for _ in 0..200 {
                line += 1 + u64::from(random.below(100) < jumps);
                lines.push(line);
                list.push(line);
                match random.below(40) {
                    0 => {
                        let row = random.below(list.len() as u32 + 1) as usize;
                        lines.truncate(row);
                        list.truncate(row);
                    }
                    2 => {
                        let (mut later, mut these) = (LineNumbers::default(), Vec::new());
                        for _ in 0..random.below(5) {
                            line += 1 + u64::from(random.below(100) < jumps);
                            later.push(line - list.len() as u64);
                            these.push(line);
                        }
                        lines.append(&later, list.len() as u64);
                        list.extend(these);
                    }
                    1 => {
                        let row = random.below(list.len() as u32) as usize;
                        lines.replace(row);
                        list.swap_remove(row);
                    }
                    _ => {}
                }
                assert_eq!(lines.len(), list.len());
                assert!(
                    (0..list.len())
                        .map(|row| lines.of(row))
                        .eq(list.iter().copied())
                );
            }
        }
    }
}
