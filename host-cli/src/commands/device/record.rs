//! `downhill device record`: everything that a board learns from, for `downhill replay`.

use super::connect::open;
use super::node;
use super::source::Fitted;
use super::stream::SampleStream;
use crate::arguments::device::RecordArguments;
use crate::device::recording::{Head, Recorder};
use crate::support::failure::Outcome;
use crate::support::output;

pub(super) fn run(arguments: &RecordArguments) -> Outcome {
    let target = output::Target::new(
        &arguments.recording,
        &[arguments.data.as_deref(), arguments.model.as_deref()]
            .into_iter()
            .flatten()
            .collect::<Vec<_>>(),
    )?;
    let model = arguments.model.as_deref().map(Fitted::read).transpose()?;
    let rows = match (&arguments.data, &model) {
        (Some(data), Some(model)) => Some(SampleStream::read(
            model,
            data,
            &arguments.table,
            arguments.limit,
        )?),
        _ => None,
    };
    let mut port = open(&arguments.line)?;
    let names = model
        .as_ref()
        .map(|model| (model.rows().features, model.targets()));
    let (features, targets) = names.unwrap_or_default();
    let head = Head::new(port.board(), port.device()?, features, targets);
    port.recorder = Some(Recorder::new(target, &head)?);
    let recorded = match (rows, model) {
        (Some(rows), Some(model)) => model
            .source()
            .configure(&mut port)
            .and_then(|_| rows.feed(&mut port, |_, _| Ok(true)))
            .and_then(|tally| tally.check_whole(rows.len())),
        _ => node::record(&mut port, arguments.limit),
    };
    let Some(entries) = port.end_recording(recorded, &arguments.recording)? else {
        return Ok(());
    };
    output::say(&format!(
        "{entries} entries of {} in {}\n",
        port.board(),
        arguments.recording.display()
    ))
}
