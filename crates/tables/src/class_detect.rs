/// Most classes that a target can have.
pub const MOST_CLASSES: usize = 20;

/// Finds out whether numbers are classes: 0, 1, …
#[derive(Clone, Debug, Default)]
pub struct ClassDetector {
    classes: [bool; MOST_CLASSES],
    /// Set once there is another number.
    others: bool,
}

impl ClassDetector {
    /// Takes notice of a number; returns whether all until here are classes.
    #[inline]
    pub fn see(&mut self, number: f64) -> bool {
        let class = number as usize;
        match self.classes.get_mut(class) {
            Some(occurs) if class as f64 == number => *occurs = true,
            _ => self.others = true,
        }
        !self.others
    }

    /// Count of the classes, where every number is a class and each class occurs.
    pub fn classes(&self) -> Option<usize> {
        let classes = self.classes.iter().rposition(|&occurs| occurs)? + 1;
        let each_occurs = self.classes[..classes].iter().all(|&occurs| occurs);
        (!self.others && classes > 1 && each_occurs).then_some(classes)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn classes(numbers: &[f64]) -> Option<usize> {
        let mut detector = ClassDetector::default();
        let all = numbers.iter().fold(true, |_, &number| detector.see(number));
        assert!(all || detector.classes().is_none(), "{numbers:?}");
        detector.classes()
    }

    #[test]
    fn classes_are_whole_numbers_from_0_on_without_a_gap() {
        assert_eq!(classes(&[1.0, 0.0, -0.0, 1.0]), Some(2));
        assert_eq!(classes(&[2.0, 0.0, 1.0]), Some(3));
        let most = (0..MOST_CLASSES)
            .map(|class| class as f64)
            .collect::<Vec<_>>();
        assert_eq!(classes(&most), Some(MOST_CLASSES));
        for others in [
            &[][..],
            &[0.0],
            &[0.0, 2.0],
            &[0.0, 1.0, -1.0],
            &[0.0, 1.0, 0.5],
            &[0.0, 1.0, -0.5, 1.0],
            &[0.0, 1.0, 1e300],
            &[0.0, 1.0, MOST_CLASSES as f64],
        ] {
            assert_eq!(classes(others), None, "{others:?}");
        }
    }
}
