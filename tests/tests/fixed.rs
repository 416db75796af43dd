//! Fits in fixed point on this machine and on the emulated cores, which look at the same constants.

use workloads::{NlmsFixed, SameBits, W1Fixed, W4Fixed};

fn bits<W: SameBits>() -> [String; 2] {
    [W::bits().unwrap(), W::BITS].map(|bits| format!("{}: {bits:#018x}", W::NAME))
}

/// `cargo xtask bench device` compares each core with the same constants.
#[test]
fn this_machine_has_the_bits_that_every_core_must_have() {
    for [own, stated] in [bits::<W1Fixed>(), bits::<NlmsFixed>(), bits::<W4Fixed>()] {
        assert_eq!(own, stated);
    }
}
