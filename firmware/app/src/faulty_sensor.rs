//! A sensor that fails by a script, for tests.

use downhill::random::Random;
use downhill_link::SensorFault;

use crate::Sensor;

/// Failure of a sensor.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Failure {
    /// The last sample is repeated.
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

/// A failure and its time.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Episode {
    /// Poll at which it begins; the first is 0.
    pub from: u32,
    /// Length in polls.
    pub turns: u32,
    /// Kind of failure.
    pub failure: Failure,
}

/// A sensor that fails by a script and is otherwise the sensor in it; the same in every run.
///
/// ```
/// use downhill_firmware::faulty_sensor::{Episode, FaultySensor, Failure};
/// use downhill_firmware::{Sensor, SensorFault};
/// let script = [Episode { from: 1, turns: 2, failure: Failure::Missing }];
/// let mut sensor = FaultySensor::new(|| Ok(Some([20.0])), &script, 7);
/// assert_eq!(sensor.read(), Ok(Some([20.0])));
/// assert_eq!(sensor.read(), Err(SensorFault::Missing));
/// assert_eq!(sensor.read(), Err(SensorFault::Missing));
/// assert_eq!(sensor.read(), Ok(Some([20.0])));
/// ```
#[derive(Debug)]
pub struct FaultySensor<'a, S, const N: usize> {
    sensor: S,
    script: &'a [Episode],
    random: Random,
    turn: u32,
    last: [f32; N],
}

impl<'a, S: Sensor<N>, const N: usize> FaultySensor<'a, S, N> {
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

    fn failure(&mut self) -> Option<Failure> {
        let turn = self.turn;
        self.turn = turn.wrapping_add(1);
        let now = |episode: &&Episode| turn.wrapping_sub(episode.from) < episode.turns;
        self.script.iter().find(now).map(|episode| episode.failure)
    }
}

impl<S: Sensor<N>, const N: usize> Sensor<N> for FaultySensor<'_, S, N> {
    fn read(&mut self) -> Result<Option<[f32; N]>, SensorFault> {
        let failure = self.failure();
        match failure {
            Some(Failure::Missing) => return Err(SensorFault::Missing),
            Some(Failure::Bus) => return Err(SensorFault::Bus),
            Some(Failure::Slow) => return Ok(None),
            Some(Failure::Stuck) => return Ok(Some(self.last)),
            Some(Failure::NotANumber) => return Ok(Some([f32::NAN; N])),
            Some(Failure::OutOfRange(x)) => return Ok(Some([x; N])),
            Some(Failure::Noise(_)) | None => {}
        }
        let mut sample = self.sensor.read()?;
        if let Some(sample) = &mut sample {
            if let Some(Failure::Noise(most)) = failure {
                for x in sample.iter_mut() {
                    *x += most * (2.0 * self.random.unit::<f32>() - 1.0);
                }
            }
            self.last = *sample;
        }
        Ok(sample)
    }
}
