use downhill::rules::Scaling;
use downhill::{Const, Fault, Trainer, loss::Squared, model::Linear, optimizer::Adam};

type Fit = Trainer<Linear<Const<2>>, Squared, Adam<f32>, Scaling, [f32; 23]>;

pub(crate) fn learn(mut samples: impl Iterator<Item = ([f32; 2], f32)>) -> Result<Fit, Fault> {
    let (scaling, arena) = (Scaling::STANDARD_WITH_TARGET, [0.0; Fit::ARENA]);
    let mut fit = Fit::with_rules(Linear::new(), Squared, Adam::new(0.05), scaling, arena)?;
    for (features, target) in samples.by_ref().take(35) {
        fit.fit_scaler(&features, &[target])?;
    }
    fit.freeze_scaler();
    for (features, target) in samples {
        fit.observe(&features, &[target])?;
    }
    Ok(fit)
}
