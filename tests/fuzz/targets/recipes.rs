//! Any recipe with a right checksum: it is refused, or a fit that learns, is saved and resumed.

#![no_main]

use crc::{CRC_32_ISO_HDLC, Crc};
use downhill::NumberType;
use downhill::checkpoint::Checkpoint;
use downhill::loss::Loss;
use downhill::model::Model;
use downhill_link::{RECIPE_VERSION, read_recipe};
use libfuzzer_sys::fuzz_target;

const CRC: Crc<u32> = Crc::<u32>::new(&CRC_32_ISO_HDLC);
/// Largest fit that is built, in numbers.
const MOST: usize = 1 << 16;

fuzz_target!(|bytes: &[u8]| {
    let mut sealed = [b"DHRC", &[RECIPE_VERSION][..], bytes].concat();
    sealed.extend(CRC.checksum(&sealed).to_le_bytes());
    let Ok(recipe) = read_recipe(&sealed) else {
        return;
    };
    if recipe.number == NumberType::Q15 || recipe.check(MOST).is_err() {
        return;
    }
    let (numbers, words) = (recipe.arena_len(), recipe.monitor_len());
    if numbers.max(words) > MOST {
        return;
    }
    let mut rooms = [vec![0.0f32; numbers], vec![0.0f32; words]];
    let [arena, monitor] = &mut rooms;
    let Ok(mut fit) = recipe.build_fit(&mut arena[..], &mut monitor[..]) else {
        return;
    };
    let sizes = Model::<f32>::sizes(&recipe.model);
    let targets = recipe.loss.targets(sizes.outputs);
    for step in 0..3 {
        let features: Vec<f32> = (0..sizes.features)
            .map(|at| (at + step) as f32 / 8.0)
            .collect();
        let target: Vec<f32> = (0..targets).map(|at| ((at + step) % 2) as f32).collect();
        let before = fit.trainer.fingerprint();
        if fit.observe(&features, &target, 1.0).is_err() {
            assert_eq!(
                fit.trainer.fingerprint(),
                before,
                "a fault has changed the fit"
            );
        }
    }
    let mut saved = vec![0; 4 * (2 * numbers + 64)];
    let Ok(written) = fit.trainer.save(&[], &mut saved) else {
        return;
    };
    let Ok(checkpoint) = Checkpoint::parse(&saved[..written]) else {
        panic!("what was saved is no checkpoint");
    };
    let mut rooms = [vec![0.0f32; numbers], vec![0.0f32; words]];
    let [arena, monitor] = &mut rooms;
    let Ok(mut other) = recipe.build_fit(&mut arena[..], &mut monitor[..]) else {
        return;
    };
    if other.resume(&checkpoint).is_ok() {
        assert_eq!(other.trainer.fingerprint(), fit.trainer.fingerprint());
    }
});
