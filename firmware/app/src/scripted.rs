//! A sensor that fails as it is told, to test what is built on one.

use downhill::random::Random;
use downhill_link::SensorFault;

use crate::Sensor;

/// How a sensor fails.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Trouble {
    /// It gives the last sample again and again.
    Stuck,
    /// Every feature is off by up to this much, drawn anew each time.
    Noise(f32),
    /// Nothing answers.
    Missing,
    /// Every feature is NaN.
    NotANumber,
    /// Every feature is this.
    OutOfRange(f32),
    /// The bus fails.
    Bus,
    /// No sample is ever ready.
    Slow,
}

/// When it fails and how.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Episode {
    /// In which turn it begins; the first is 0.
    pub from: u32,
    /// How many turns it takes.
    pub turns: u32,
    /// What happens.
    pub trouble: Trouble,
}

/// A sensor that fails by a script and is otherwise the sensor in it; the same in every run.
///
/// ```
/// use downhill_firmware::scripted::{Episode, Scripted, Trouble};
/// use downhill_firmware::{Sensor, SensorFault};
/// let script = [Episode { from: 1, turns: 2, trouble: Trouble::Missing }];
/// let mut sensor = Scripted::new(|| Ok(Some([20.0])), &script, 7);
/// assert_eq!(sensor.read(), Ok(Some([20.0])));
/// assert_eq!(sensor.read(), Err(SensorFault::Missing));
/// assert_eq!(sensor.read(), Err(SensorFault::Missing));
/// assert_eq!(sensor.read(), Ok(Some([20.0])));
/// ```
#[derive(Debug)]
pub struct Scripted<'a, S, const N: usize> {
    sensor: S,
    script: &'a [Episode],
    random: Random,
    turn: u32,
    last: [f32; N],
}

impl<'a, S: Sensor<N>, const N: usize> Scripted<'a, S, N> {
    /// This sensor, failing by this script; noise is drawn from `seed`.
    pub fn new(sensor: S, script: &'a [Episode], seed: u64) -> Self {
        Self {
            sensor,
            script,
            random: Random::seed(seed),
            turn: 0,
            last: [0.0; N],
        }
    }

    fn trouble(&mut self) -> Option<Trouble> {
        let turn = self.turn;
        self.turn = turn.wrapping_add(1);
        let now = |episode: &&Episode| turn.wrapping_sub(episode.from) < episode.turns;
        self.script.iter().find(now).map(|episode| episode.trouble)
    }
}

impl<S: Sensor<N>, const N: usize> Sensor<N> for Scripted<'_, S, N> {
    fn read(&mut self) -> Result<Option<[f32; N]>, SensorFault> {
        let trouble = self.trouble();
        match trouble {
            Some(Trouble::Missing) => return Err(SensorFault::Missing),
            Some(Trouble::Bus) => return Err(SensorFault::Bus),
            Some(Trouble::Slow) => return Ok(None),
            Some(Trouble::Stuck) => return Ok(Some(self.last)),
            Some(Trouble::NotANumber) => return Ok(Some([f32::NAN; N])),
            Some(Trouble::OutOfRange(x)) => return Ok(Some([x; N])),
            Some(Trouble::Noise(_)) | None => {}
        }
        let mut sample = self.sensor.read()?;
        if let Some(sample) = &mut sample {
            if let Some(Trouble::Noise(most)) = trouble {
                for x in sample.iter_mut() {
                    *x += most * (2.0 * self.random.unit::<f32>() - 1.0);
                }
            }
            self.last = *sample;
        }
        Ok(sample)
    }
}
