use downhill::random::Random;

/// A simulated fan: two axes of an accelerometer on its housing, sound or with a blade that is out of
/// balance.
///
/// It turns once in 16 samples, its speed and the gain of its mounting wander, and each
/// sample has noise; by `+ - * /` alone, so that a board and its host simulate the same.
///
/// ```
/// use downhill_firmware::synthetic::Fan;
/// let (mut fan, mut other) = (Fan::new(7), Fan::new(7));
/// assert!((0..100).all(|_| fan.sample(false) == other.sample(false)));
/// assert_ne!(fan.sample(true), other.sample(false));
/// ```
#[derive(Clone, Debug)]
pub struct Fan {
    random: Random,
    /// Cosine and sine of the angle.
    angle: [f32; 2],
    /// Cosine and sine of what wanders.
    wander: [f32; 2],
}

/// Sine of the angle between two samples, nearly, and of that by which the speed and the gain wander.
const SPEED: f32 = 0.390_18;
const WANDER: f32 = 0.004;
/// Factor by which the first harmonic of a fan grows that is out of balance.
const OUT_OF_BALANCE: f32 = 1.5;

impl Fan {
    /// A fan whose noise is drawn from this seed.
    pub fn new(seed: u64) -> Self {
        Self {
            random: Random::seed(seed),
            angle: [1.0, 0.0],
            wander: [1.0, 0.0],
        }
    }

    /// The next sample of both axes; `is_faulty` where the fan is out of balance in it.
    pub fn sample(&mut self, is_faulty: bool) -> [f32; 2] {
        self.wander = turned(self.wander, WANDER);
        let [fast, wide] = self.wander;
        self.angle = turned(self.angle, SPEED * (1.0 + 0.02 * fast));
        let [cos, sin] = self.angle;
        let first = if is_faulty { OUT_OF_BALANCE } else { 1.0 };
        let harmonics = [
            first * cos + 0.35 * (cos * cos - sin * sin),
            first * sin + 0.7 * cos * sin,
        ];
        let gain = 1.0 + 0.03 * wide;
        harmonics.map(|sum| gain * sum + 0.3 * (self.random.unit::<f32>() - 0.5))
    }
}

/// A vector of length 1, turned by an angle with this sine, and held to its length.
fn turned([cos, sin]: [f32; 2], by: f32) -> [f32; 2] {
    let cos = cos - by * sin;
    let sin = sin + by * cos;
    let length = 1.5 - 0.5 * (cos * cos + sin * sin);
    [cos * length, sin * length]
}
