//! Windows of a seeded source, the same on a board and on the host: this file is part of both.

use downhill::random::Random;
use downhill::signal::{Description, Stage};
use downhill::{Fingerprint, Hasher};

/// Channels of the source.
const CHANNELS: [&str; 3] = ["a", "b", "c"];

/// Numbers that the largest of the stages needs.
const ROOM: usize = 3 * 64 + 3 * 2 * 4 + 256 + 129;
/// Most features of a window.
const MOST: usize = 80;

/// Descriptions that go through all that a stage does, and how many windows of each there are.
const STAGES: [(&str, u32); 5] = [
    (
        "window=64 hop=32 rate=100Hz: mean,std,var,rms,min,max,p2p,mav,skew,kurtosis,crest,\
         zero_crossings,mean_crossings,slope,energy,diff,lag:0,3,autocorr:1,5,magnitude(a,b,c),\
         corr(a,b)",
        350,
    ),
    (
        "window=64 hop=64 rate=100Hz highpass=0.5Hz: bands:8,logbands:octave,dominant,centroid,\
         spread,rolloff:85",
        250,
    ),
    (
        "window=32 hop=16 lowpass=20Hz decimate=2 taper=rect rate=100Hz: \
         bands:edges=1,5,20Hz,logbands:5",
        200,
    ),
    (
        "window=16 hop=4 bandpass=2-30Hz rate=100Hz: bands:4,std",
        300,
    ),
    ("window=1: lag:0,1,7,diff", 100),
];

/// Number of windows, and a fingerprint of every feature of each; `None` where a stage is not as it
/// was meant.
pub(crate) fn fingerprint() -> Option<(u32, Fingerprint)> {
    let mut hasher = Hasher::default();
    let mut random = Random::seed(19);
    let (mut room, mut features) = ([0.0f32; ROOM], [0.0f32; MOST]);
    let mut all = 0;
    for (text, windows) in STAGES {
        let description = Description::<f32>::parse(text, &CHANNELS, None).ok()?;
        let features = features.get_mut(..description.len())?;
        let mut stage = Stage::new(description, &mut room[..]).ok()?;
        let (mut seen, mut slow) = (0, 0.0f32);
        while seen < windows {
            let mut noise = || random.unit::<f32>() - 0.5;
            let [x, y, z] = core::array::from_fn(|_| noise()).map(|x: f32| x * 50.0);
            slow = 0.98 * slow + x;
            let sample = [1000.0 + y, slow, 0.25 * z - slow];
            if stage.push(&sample, features).ok()? {
                hasher.reals(features);
                seen += 1;
            }
        }
        all += seen;
    }
    Some((all, hasher.finish()))
}
