//! Cost of least squares for a formula of three parameters.

use core::hint::black_box;

use bench::Clock;
use downhill::Fault;
use downhill::random::Random;
use workloads::{Formula3, Lm3, Rls3, Workload};

use crate::stack;
use crate::timing::{SAMPLES, time, time_parts};

/// Rows of a fit that replays them.
const ROWS: usize = 16;

/// Counts an update of recursive least squares, and an iteration of Levenberg–Marquardt: a pass
/// over 16 rows and the choice of what to try next, in the mean over a whole fit.
pub(crate) fn measure(clock: &mut Clock) -> Result<(), Fault> {
    let mut random = Random::seed(1);
    let rows: [_; SAMPLES] = core::array::from_fn(|_| Formula3::sample(&mut random));
    let mut rls = Rls3::new()?;
    // Whatever happens only at first is not what a step costs.
    for (features, [target]) in &rows {
        rls.step(features, *target)?;
    }
    time(
        clock,
        ("rls3.const", "instructions"),
        &rows,
        |(features, [target])| rls.step(features, *target),
    );
    let mut fresh = Rls3::new()?;
    let (features, [target]) = black_box(&rows[0]);
    let (result, peak) = stack::peak(|| fresh.step(features, *target));
    result?;
    semihosting::println!("rls3.const stack {}", peak);
    semihosting::println!("rls3.const ram {}", size_of::<Rls3>());

    let mut noise = || 0.1 * (random.unit::<f32>() - 0.5);
    let rows: [_; ROWS] = core::array::from_fn(|k| rows[k % SAMPLES]);
    let features = rows.map(|([x], _)| x);
    let targets = rows.map(|(_, [y])| y + noise());
    let mut lm = Lm3::new();
    let (result, peak) = stack::peak(|| lm.fit(black_box(&features), black_box(&targets)));
    let Ok((passes, Some(end))) = result else {
        return Err(Fault::Update);
    };
    if !end.is_converged() {
        semihosting::println!("lm3.const: {}", end);
        return Err(Fault::Update);
    }
    time_parts(
        clock,
        ("lm3.const", "instructions"),
        &[(features, targets); SAMPLES],
        passes.into(),
        |(features, targets)| lm.fit(features, targets).map_err(|_| Fault::Update),
    );
    semihosting::println!("lm3.const passes {}", passes);
    semihosting::println!("lm3.const stack {}", peak);
    semihosting::println!("lm3.const ram {}", size_of::<Lm3>());
    Ok(())
}
