use downhill::{Const, Fault, Trainer, loss::Squared, model::Linear, optimizer::Adam};

type Fit = Trainer<Linear<Const<2>>, Squared, Adam<f32>, (), [f32; 12]>;

pub(crate) fn learn(samples: impl Iterator<Item = ([f32; 2], f32)>) -> Result<Fit, Fault> {
    let mut fit = Fit::new(Linear::new(), Squared, Adam::new(0.05), [0.0; Fit::ARENA])?;
    for (features, target) in samples {
        fit.observe(&features, &[target])?;
    }
    Ok(fit)
}
