//! Emulated cores that instructions are counted on.

/// An emulated board whose clock counts instructions.
pub(super) struct Core {
    /// Its part of a figure's key.
    pub(super) key: &'static str,
    pub(super) board: &'static str,
    /// One tick of the emulated clock, in instructions of one nanosecond each.
    pub(super) instructions_a_tick: f64,
    /// True where the clock is SysTick, which has an interrupt whose wait is counted.
    pub(super) has_systick: bool,
}

pub(super) const CORES: &[Core] = &[
    core("m0", "microbit", 62.5),
    core("m3", "mps2-an385", 40.0),
    core("m4f", "mps2-an386", 40.0),
    core("m7", "mps2-an500", 40.0),
    core("m33", "mps2-an505", 50.0),
    riscv("imc", "riscv-virt-imc"),
    riscv("imafc", "riscv-virt-imafc"),
];

/// RISC-V, which counts instructions by itself: to the emulator, nanoseconds.
const fn riscv(key: &'static str, board: &'static str) -> Core {
    Core {
        has_systick: false,
        ..core(key, board, 1.0)
    }
}

const fn core(key: &'static str, board: &'static str, instructions_a_tick: f64) -> Core {
    Core {
        key,
        board,
        instructions_a_tick,
        has_systick: true,
    }
}

impl Core {
    /// Rust's name of the target.
    pub(super) fn target(&self) -> &'static str {
        downhill_boards::find(self.board).map_or("", |board| board.target)
    }
}

/// The loop of two instructions that a benchmark starts with.
pub(super) const KNOWN: &str = "known";

/// The core that everything is measured on.
pub(super) const MAIN: &str = "m4f";

/// Optimization level of a core's node: for size on the chip with little flash.
pub(super) fn level(core: &str) -> &'static str {
    match core {
        "m0" => "z",
        _ => "o3",
    }
}

/// Reads `workload.shape what ticks base repetitions` (what the calls took, what the same loop
/// took without them, and how often each ran) or `workload.shape what bytes`.
pub(super) fn count(line: &str, instructions_a_tick: f64) -> Option<(&str, &str, f64)> {
    let mut words = line.split_ascii_whitespace();
    let (name, what) = (words.next()?, words.next()?);
    let numbers: Vec<u64> = words.map(|word| word.parse().ok()).collect::<Option<_>>()?;
    let figure = match numbers[..] {
        [bytes] => bytes as f64,
        [ticks, base, repetitions] => {
            let spent = ticks.checked_sub(base)? as f64 * instructions_a_tick;
            // A tenth is what remains certain of a count in whole ticks.
            (spent / repetitions as f64 * 10.0).round() / 10.0
        }
        _ => return None,
    };
    Some((name, what, figure))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_becomes_a_figure() {
        let count = |line| count(line, 40.0);
        assert_eq!(
            count("w1.const inference 3000 500 1000"),
            Some(("w1.const", "inference", 100.0))
        );
        assert_eq!(
            count("w1.const stack 96"),
            Some(("w1.const", "stack", 96.0))
        );
        assert_eq!(count("w1.const stack"), None);
        assert_eq!(count("w1.const instructions 3000 500"), None);
        assert_eq!(count("w1.const instructions 3 500 10"), None);
    }
}
