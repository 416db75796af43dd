//! Layer between frames and messages: none, or with the feature `sealed` one that takes keys.

#[cfg(not(feature = "sealed"))]
pub(crate) fn layer() -> downhill_firmware::Plain {
    downhill_firmware::Plain
}

#[cfg(all(feature = "sealed", not(feature = "insecure-emulated-entropy")))]
compile_error!(
    "this board has no generator of random numbers, without which there are no sealed frames; in an \
     emulator the feature `insecure-emulated-entropy` stands in for one"
);

#[cfg(feature = "sealed")]
pub(crate) use sealed::layer;

#[cfg(feature = "sealed")]
mod sealed {
    use downhill_firmware::seal::{CryptoRng, Error, Guard, RngCore, Volatile};

    /// A layer whose keys are forgotten with the power: these boards have no flash of their own.
    pub(crate) fn layer() -> Guard<Foreseeable, Volatile> {
        Guard::new(Foreseeable(0), Volatile)
    }

    /// Numbers that anybody can foresee (SplitMix64, from 0 at each start).
    #[derive(Debug)]
    pub(crate) struct Foreseeable(u64);

    impl RngCore for Foreseeable {
        fn next_u32(&mut self) -> u32 {
            self.next_u64() as u32
        }

        fn next_u64(&mut self) -> u64 {
            self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
            let mut mixed = self.0;
            mixed = (mixed ^ mixed >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
            mixed = (mixed ^ mixed >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
            mixed ^ mixed >> 31
        }

        fn fill_bytes(&mut self, bytes: &mut [u8]) {
            for chunk in bytes.chunks_mut(8) {
                let drawn = self.next_u64().to_le_bytes();
                for (byte, drawn) in chunk.iter_mut().zip(drawn) {
                    *byte = drawn;
                }
            }
        }

        fn try_fill_bytes(&mut self, bytes: &mut [u8]) -> Result<(), Error> {
            self.fill_bytes(bytes);
            Ok(())
        }
    }

    impl CryptoRng for Foreseeable {}
}
