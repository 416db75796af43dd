//! The workloads with candle: `workload figure` a line, in nanoseconds a sample.

mod samples;

use candle_core::{DType, Device, Result, Tensor};
use candle_nn::{AdamW, Module, Optimizer, ParamsAdamW, SGD, VarBuilder, VarMap, linear, loss};
use samples::{class, report, samples};

const ROWS: usize = 640;

fn main() -> Result<()> {
    let device = &Device::Cpu;
    for columns in [8, 64] {
        let (x, y) = samples(ROWS, columns);
        let x = Tensor::from_vec(x, (ROWS, columns), device)?;
        let y = Tensor::from_vec(y, (ROWS, 1), device)?;
        let variables = VarMap::new();
        let builder = VarBuilder::from_varmap(&variables, DType::F32, device);
        let net = linear(columns, 1, builder)?;
        let mut optimizer = SGD::new(variables.all_vars(), 0.01)?;
        let rows = pieces(&x, &y, 1)?;
        report(&format!("linear_{columns}"), ROWS, || {
            for (x, y) in &rows {
                let loss = net.forward(x).and_then(|z| loss::mse(&z, y));
                loss.and_then(|loss| optimizer.backward_step(&loss)).expect("a step");
            }
        });
    }
    let (x, sums) = samples(ROWS, 8);
    let x = Tensor::from_vec(x, (ROWS, 8), device)?;
    let y = Tensor::from_vec(sums.into_iter().map(class).collect(), ROWS, device)?;
    for batch in [1, 32] {
        let variables = VarMap::new();
        let builder = VarBuilder::from_varmap(&variables, DType::F32, device);
        let hidden = linear(8, 16, builder.pp("hidden"))?;
        let output = linear(16, 3, builder.pp("output"))?;
        let settings = ParamsAdamW { lr: 0.001, weight_decay: 0.0, ..Default::default() };
        let mut optimizer = AdamW::new(variables.all_vars(), settings)?;
        let rows = pieces(&x, &y, batch)?;
        report(&format!("w4_{batch}"), ROWS, || {
            for (x, y) in &rows {
                let z = hidden.forward(x).and_then(|h| output.forward(&h.tanh()?));
                let loss = z.and_then(|z| loss::cross_entropy(&z, y));
                loss.and_then(|loss| optimizer.backward_step(&loss)).expect("a step");
            }
        });
    }
    Ok(())
}

/// Batches, cut before the clock runs.
fn pieces(x: &Tensor, y: &Tensor, batch: usize) -> Result<Vec<(Tensor, Tensor)>> {
    let starts = (0..ROWS).step_by(batch);
    starts
        .map(|at| Ok((x.narrow(0, at, batch)?.copy()?, y.narrow(0, at, batch)?.copy()?)))
        .collect()
}
