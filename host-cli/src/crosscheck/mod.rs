//! `downhill crosscheck`: the same fit on an emulated board and on its twin, compared by
//! fingerprint after every step.

mod compare;
mod firmware;
mod machine;
mod port;

use downhill::Recipe;
use serde::Serialize;

use crate::arguments::CrosscheckArguments;
use crate::columns::LeftOut;
use crate::failure::{Failure, Outcome};
use crate::output;
use crate::plan::Plan;

use compare::{Comparison, Difference};
use machine::Machine;
use port::Port;

/// What `--json` prints.
#[derive(Serialize)]
struct Document<'a> {
    schema: u32,
    downhill: &'static str,
    status: &'static str,
    board: &'a str,
    data: &'a str,
    target: &'a str,
    features: &'a [String],
    left_out: &'a [LeftOut],
    recipe: &'a Recipe<f32>,
    rows: usize,
    steps: u64,
    identical: u64,
    different: u64,
    first_difference: Option<&'a Difference>,
    fingerprint: &'a str,
}

pub(crate) fn run(arguments: &CrosscheckArguments) -> Outcome {
    let plan = Plan::<f32>::new(&arguments.recipe)?;
    let twin = plan.trainer()?;
    let elf = match &arguments.firmware {
        Some(elf) => elf.clone(),
        None => firmware::build(&arguments.board)?,
    };
    let machine = Machine::boot(&arguments.board, &elf)?;
    let mut port = Port::open(machine)?;
    port.check_room(&plan.recipe)?;
    let comparison = Comparison::new(&plan, twin, arguments.flip_bit_at);
    let result = comparison.run(&mut port, arguments.limit)?;

    let different = u64::from(result.difference.is_some());
    let line = format!(
        "{} steps on {}: {} identical, {different} different\n",
        result.identical + different,
        arguments.board,
        result.identical
    );
    if arguments.json {
        output::print_json(&Document {
            schema: 1,
            downhill: env!("CARGO_PKG_VERSION"),
            status: if different == 0 {
                "identical"
            } else {
                "different"
            },
            board: &arguments.board,
            data: &plan.data,
            target: &plan.target,
            features: &plan.features,
            left_out: &plan.left_out,
            recipe: &plan.recipe,
            rows: result.rows,
            steps: result.identical + different,
            identical: result.identical,
            different,
            first_difference: result.difference.as_ref(),
            fingerprint: &result.fingerprint,
        })?;
    } else {
        output::print(&line)?;
    }
    match result.difference {
        None => Ok(()),
        Some(difference) => Err(Failure::Differ(difference.to_string())),
    }
}
