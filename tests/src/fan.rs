//! A simulated fan: what two axes of an accelerometer on its housing see, sound or with a fault.

use downhill::random::Random;

/// Samples a second.
pub const RATE: f64 = 400.0;
/// Usual turns a second.
const SPEED: f64 = 25.0;
/// Harmonics of a sound fan, and the passing of its seven blades.
const HARMONICS: [f64; 4] = [1.0, 0.35, 0.2, 0.1];
const BLADES: f64 = 0.3;

/// Fault of a fan.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FanFault {
    /// More of the first harmonic.
    Imbalance,
    /// Noise in bursts, one a turn.
    Rub,
    /// Slower turns.
    Stall,
    /// Half and odd multiples of the speed.
    Loose,
}

impl FanFault {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Imbalance, Self::Rub, Self::Stall, Self::Loose];
}

/// A fan in one mounting. Speed (by 10 %), gain of the mounting (by 20 %), harmonics and noise are new
/// with each seed; within a run the speed wanders by 2 %, and the gain follows a temperature that
/// goes up and down within one to three minutes.
#[derive(Debug)]
pub struct Fan {
    random: Random,
    speed: f64,
    gain: f64,
    noise: f64,
    harmonics: [f64; 4],
    phases: [[f64; 4]; 2],
    /// Angular frequencies and phases of what wanders: three of the speed, one of the temperature.
    wander: [[f64; 2]; 4],
    angle: f64,
    samples: u32,
    fault: Option<(FanFault, f64)>,
}

impl Fan {
    /// A sound fan.
    pub fn new(seed: u64) -> Self {
        let mut random = Random::seed(seed);
        let mut between = |low: f64, high: f64| low + (high - low) * random.unit::<f64>();
        let turn = std::f64::consts::TAU;
        let mut wander = |low: f64, high: f64| [turn / between(low, high), between(0.0, turn)];
        let wander = [
            wander(20.0, 60.0),
            wander(20.0, 60.0),
            wander(20.0, 60.0),
            wander(60.0, 200.0),
        ];
        Self {
            speed: SPEED * between(0.9, 1.1),
            gain: between(0.8, 1.2),
            noise: 0.15 * between(0.7, 1.3),
            harmonics: HARMONICS.map(|usual| usual * between(0.8, 1.2)),
            phases: [[0.0; 4]; 2].map(|axis| axis.map(|_| between(0.0, turn))),
            wander,
            angle: 0.0,
            samples: 0,
            fault: None,
            random,
        }
    }

    /// Lets a fault begin, which raises the root mean square by this share; of a stall it is by how
    /// much the turns are slower.
    pub fn fail(&mut self, fault: FanFault, level: f64) {
        self.fault = Some((fault, level));
    }

    /// The next sample of both axes.
    pub fn sample(&mut self) -> [f32; 2] {
        let time = f64::from(self.samples) / RATE;
        self.samples += 1;
        let wave = |[frequency, phase]: [f64; 2]| (frequency * time + phase).sin();
        let [a, b, c, temperature] = self.wander.map(wave);
        let slower = match self.fault {
            Some((FanFault::Stall, level)) => 1.0 - level,
            _ => 1.0,
        };
        let speed = slower * self.speed * (1.0 + 0.02 * (a + b + c) / 3.0);
        let turn = std::f64::consts::TAU;
        self.angle = (self.angle + turn * speed / RATE) % (2.0 * turn);
        // Forces go with the square of the speed.
        let force = (speed / SPEED).powi(2);
        let angle = self.angle;
        let usual = { self.harmonics.iter() }
            .map(|own| own * own / 2.0)
            .sum::<f64>();
        let usual = usual * force * force + BLADES * BLADES / 2.0 + self.noise * self.noise;
        std::array::from_fn(|axis| {
            let phases = self.phases[axis];
            let mut sum = BLADES * (7.0 * angle + phases[0]).sin();
            for (k, (own, phase)) in self.harmonics.iter().zip(phases).enumerate() {
                sum += force * own * ((k + 1) as f64 * angle + phase).sin();
            }
            let added = |level: f64| (usual * ((1.0 + level).powi(2) - 1.0)).sqrt();
            sum += match self.fault {
                Some((FanFault::Imbalance, level)) => {
                    let first = force * self.harmonics[0];
                    let grown = (first * first + 2.0 * added(level).powi(2)).sqrt();
                    (grown - first) * (angle + phases[0]).sin()
                }
                Some((FanFault::Loose, level)) => {
                    let odd =
                        (angle / 2.0).sin() + 0.7 * (1.5 * angle).sin() + 0.7 * (3.0 * angle).sin();
                    added(level) * odd / 0.99f64.sqrt()
                }
                Some((FanFault::Rub, level)) => {
                    // Their root mean square over a turn.
                    const USUAL: f64 = 0.335_9;
                    let burst = angle.sin().max(0.0).powi(6);
                    added(level) * burst * normal(&mut self.random) / USUAL
                }
                Some((FanFault::Stall, _)) | None => 0.0,
            };
            let noise = self.noise * (1.0 + 0.05 * temperature) * normal(&mut self.random);
            (self.gain * ((1.0 + 0.03 * temperature) * sum + noise)) as f32
        })
    }
}

/// A number of mean 0 and deviation 1, nearly normal.
fn normal(random: &mut Random) -> f64 {
    let four = [(); 4].map(|()| random.unit::<f64>());
    3.0f64.sqrt() * (four.iter().sum::<f64>() - 2.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rms(fan: &mut Fan) -> f64 {
        let samples = 40_000;
        let squares = (0..samples).map(|_| f64::from(fan.sample()[0]).powi(2));
        (squares.sum::<f64>() / f64::from(samples)).sqrt()
    }

    #[test]
    fn a_fault_raises_the_root_mean_square_by_its_level() {
        for seed in 0..8 {
            for fault in FanFault::ALL {
                let mut fan = Fan::new(seed);
                let before = rms(&mut fan);
                fan.fail(fault, 0.15);
                let ratio = rms(&mut fan) / before;
                match fault {
                    FanFault::Stall => assert!(ratio < 1.0, "{seed}: {ratio}"),
                    fault => assert!((ratio - 1.15).abs() < 0.06, "{seed} {fault:?}: {ratio}"),
                }
            }
        }
    }
}
