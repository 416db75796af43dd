use downhill::signal::Stage;
use downhill::{Arena, Fault};
use downhill_link::SensorFault;

use crate::Sensor;
use crate::worker::count;

/// Sensor of windows: it reads samples of `C` channels at their rate, and gives the `N` features of
/// each window.
///
/// A window across a fault of the sensor, or across samples that were missed, is dropped and
/// counted, as are those samples.
///
/// ```
/// use downhill::signal::{Description, Stage};
/// use downhill_firmware::{Sensor, SensorFault, Windows};
/// # fn main() -> Result<(), Box<dyn core::error::Error>> {
/// let description = Description::parse("window=4: mean,p2p", &["x"], None)?;
/// let mut level = 0.0;
/// let sensor = move || {
///     level += 1.0;
///     Ok::<_, SensorFault>(Some([level]))
/// };
/// // A clock that says how many samples are due since it was asked last.
/// let clock = || 1;
/// let mut stage = Stage::new(description, [0.0; 4])?;
/// let mut windows = Windows::new(sensor, &mut stage, clock);
/// let sensor: &mut dyn Sensor<2> = &mut windows;
/// for _ in 0..3 {
///     assert_eq!(sensor.read(), Ok(None));
/// }
/// assert_eq!(sensor.read(), Ok(Some([2.5, 3.0])));
/// # Ok(())
/// # }
/// ```
#[derive(Debug)]
pub struct Windows<'a, S, A: Arena, D, const C: usize> {
    sensor: S,
    stage: &'a mut Stage<A>,
    due: D,
    missed: u32,
}

impl<'a, S, A, D, const C: usize> Windows<'a, S, A, D, C>
where
    S: Sensor<C>,
    A: Arena<Real = f32>,
    D: FnMut() -> u32,
{
    /// Windows of a sensor's samples, of which so many are due as `due` says, since it was asked
    /// last: none, the next one, or more, where those before it were missed.
    pub fn new(sensor: S, stage: &'a mut Stage<A>, due: D) -> Self {
        Self {
            sensor,
            stage,
            due,
            missed: 0,
        }
    }

    /// Number of samples that were missed, for the sensor was asked too late.
    pub fn missed(&self) -> u32 {
        self.missed
    }
}

impl<S, A, D, const C: usize, const N: usize> Sensor<N> for Windows<'_, S, A, D, C>
where
    S: Sensor<C>,
    A: Arena<Real = f32>,
    D: FnMut() -> u32,
{
    fn read(&mut self) -> Result<Option<[f32; N]>, SensorFault> {
        match (self.due)() {
            0 => return Ok(None),
            1 => {}
            due => {
                self.missed = self.missed.saturating_add(due - 1);
                self.stage.gap();
            }
        }
        let sample = match self.sensor.read() {
            Ok(Some(sample)) => sample,
            // There is none where one is due.
            Ok(None) => {
                count(&mut self.missed);
                self.stage.gap();
                return Ok(None);
            }
            Err(fault) => {
                self.stage.gap();
                return Err(fault);
            }
        };
        let mut features = [0.0; N];
        match self.stage.push(&sample, &mut features) {
            Ok(ends) => Ok(ends.then_some(features)),
            Err(Fault::Feature { index }) => Err(SensorFault::NotFinite { feature: index }),
            // The stage is of other channels or features than the sensor.
            Err(_) => Err(SensorFault::Bus),
        }
    }

    fn windows(&self) -> Option<[u32; 3]> {
        let stage = &*self.stage;
        Some([stage.windows(), stage.dropped(), self.missed])
    }
}
