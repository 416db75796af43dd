//! Any checkpoint with a right checksum: it is resumed whole, or refused and nothing has changed.

#![no_main]

use crc::{CRC_32_ISO_HDLC, Crc};
use downhill::checkpoint::Checkpoint;
use downhill::loss::{AnyLoss, Squared};
use downhill::model::{AnyModel, Linear};
use downhill::optimizer::{Adam, AnyOptimizer};
use downhill::{Dyn, Recipe};
use libfuzzer_sys::fuzz_target;

const CRC: Crc<u32> = Crc::<u32>::new(&CRC_32_ISO_HDLC);

fuzz_target!(|bytes: &[u8]| {
    let _ = Checkpoint::parse(bytes);
    let Some((at, changes)) = bytes.split_first_chunk::<2>() else {
        return;
    };
    let recipe = Recipe::<f32>::new(
        AnyModel::Linear(Linear::with_shape(Dyn(2), Dyn(1), Dyn(1))),
        AnyLoss::Squared(Squared),
        AnyOptimizer::Adam(Adam::new(0.1)),
    );
    let mut arena = vec![0.0; recipe.arena_len()];
    let fit = recipe
        .build_fit(&mut arena[..], &mut [][..])
        .expect("a fit");
    let mut fit = fit.trainer;
    for step in 0..5 {
        fit.observe(&[step as f32, 1.0], &[0.5]).expect("numbers");
    }
    let mut saved = vec![0; 4 * recipe.arena_len() + 64];
    let written = fit.save(b"recipe", &mut saved).expect("there is room");
    let sealed = &mut saved[..written];
    let (body, check) = sealed.split_last_chunk_mut::<4>().expect("a checksum");
    let at = usize::from(u16::from_le_bytes(*at)) % body.len();
    for (old, new) in body[at..].iter_mut().zip(changes) {
        *old ^= new;
    }
    *check = CRC.checksum(body).to_le_bytes();
    let before = fit.fingerprint();
    let resumed = Checkpoint::parse(sealed).and_then(|checkpoint| fit.resume(&checkpoint));
    if resumed.is_err() {
        assert_eq!(fit.fingerprint(), before, "a refusal has changed the fit");
    }
});
