//! The workloads with burn's CPU backend: `workload figure` a line, in nanoseconds a sample.

mod samples;

use burn::nn::loss::{CrossEntropyLossConfig, MseLoss, Reduction};
use burn::nn::{Linear, LinearConfig};
use burn::optim::{AdamConfig, GradientsParams, SgdConfig};
use burn::prelude::*;
use samples::{class, report, samples};

const ROWS: usize = 640;

#[derive(Module, Debug)]
struct Net {
    hidden: Linear,
    output: Linear,
}

impl Net {
    fn forward(&self, x: Tensor<2>) -> Tensor<2> {
        self.output.forward(self.hidden.forward(x).tanh())
    }
}

fn main() {
    let device = &Device::flex().autodiff();
    for columns in [8, 64] {
        let (x, y) = samples(ROWS, columns);
        let rows: Vec<_> = x
            .chunks(columns)
            .zip(y)
            .map(|(x, y)| {
                let x = Tensor::<2>::from_data(TensorData::new(x.to_vec(), [1, columns]), device);
                (x, Tensor::<2>::from_data(TensorData::new(vec![y], [1, 1]), device))
            })
            .collect();
        let mut net = Some(LinearConfig::new(columns, 1).init(device));
        let mut optimizer = SgdConfig::new().init();
        report(&format!("linear_{columns}"), ROWS, || {
            for (x, y) in &rows {
                let model = net.take().expect("the net is put back");
                let z = model.forward(x.clone());
                let loss = MseLoss::new().forward(z, y.clone(), Reduction::Mean);
                let gradients = GradientsParams::from_grads(loss.backward(), &model);
                net = Some(optimizer.step(0.01, model, gradients));
            }
        });
    }
    let (x, sums) = samples(ROWS, 8);
    let classes: Vec<i64> = sums.into_iter().map(|sum| class(sum).into()).collect();
    for batch in [1, 32] {
        let rows: Vec<_> = x
            .chunks(8 * batch)
            .zip(classes.chunks(batch))
            .map(|(x, y)| {
                let x = Tensor::<2>::from_data(TensorData::new(x.to_vec(), [batch, 8]), device);
                (x, Tensor::<1, Int>::from_data(TensorData::new(y.to_vec(), [batch]), device))
            })
            .collect();
        let mut net = Some(Net {
            hidden: LinearConfig::new(8, 16).init(device),
            output: LinearConfig::new(16, 3).init(device),
        });
        let mut optimizer = AdamConfig::new().init();
        let loss = CrossEntropyLossConfig::new().init(device);
        report(&format!("w4_{batch}"), ROWS, || {
            for (x, y) in &rows {
                let model = net.take().expect("the net is put back");
                let value = loss.forward(model.forward(x.clone()), y.clone());
                let gradients = GradientsParams::from_grads(value.backward(), &model);
                net = Some(optimizer.step(0.001, model, gradients));
            }
        });
    }
}
