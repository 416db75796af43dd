//! Runs a fit on the host.

use downhill::fit::Command;
use downhill::health::{Severity, Verdict};
use downhill::{Real, Step};

use crate::evaluate::measure::RowFault;
use crate::model::trainer::{HostFit, HostTrainer};
use crate::support::failure::{Failure, Outcome};
use crate::train::history::{Epoch, History};
use crate::train::plan::Plan;
use crate::train::training_loop::{self, At, Executor};
use crate::train::verdicts::{Subject, VerdictMessage, is_fact, too_high};

/// Event of a fit.
pub(crate) enum Event<'a, T: Real> {
    /// An epoch has ended; so the fit stands.
    Epoch(&'a Epoch, &'a mut HostTrainer<T>),
    /// Something was found.
    Verdict(&'a VerdictMessage),
}

/// Learns from every row of every epoch, tells `watch` what happens, and keeps the verdicts. A
/// fit that has failed goes no further.
pub(crate) fn run<T: Real>(
    plan: &Plan<T>,
    fit: &mut HostFit<T>,
    told: &mut Vec<VerdictMessage>,
    watch: impl FnMut(Event<'_, T>),
) -> Outcome<History> {
    let mut executor = HostExecutor {
        plan,
        fit,
        told,
        watch,
    };
    training_loop::run(plan, &mut executor, usize::MAX)
}

/// A fit on the host that goes through a training loop alone.
pub(crate) struct HostExecutor<'a, T: Real, W> {
    pub(crate) plan: &'a Plan<T>,
    pub(crate) fit: &'a mut HostFit<T>,
    pub(crate) told: &'a mut Vec<VerdictMessage>,
    pub(crate) watch: W,
}

impl<T: Real, W: FnMut(Event<'_, T>)> HostExecutor<'_, T, W> {
    /// Takes `first` and the verdicts that are waiting; returns the first of them that is a
    /// failure. What the file tells is not taken from a monitor's looks, nor is how far the fit
    /// has come from its last few updates.
    #[inline(never)]
    fn listen(&mut self, first: Option<Verdict>) -> Option<Verdict> {
        let mut failure = None;
        let mut next = first;
        while let Some(verdict) = next.take().or_else(|| self.fit.verdict()) {
            let told = VerdictMessage::new(&verdict, &Subject::of(self.plan));
            // What a clip limits does no harm.
            let limited = self.plan.recipe.rules.clip.norm.is_some();
            let is_limited = limited && told.kind == "exploding_gradient";
            if is_fact(&verdict.finding) || told.is_progress() || is_limited {
                continue;
            }
            // Whether a rate is to blame is tried at the end.
            if !told.blames_rate() {
                (self.watch)(Event::Verdict(&told));
            }
            self.told.push(told);
            if verdict.severity == Severity::Failure {
                failure = failure.or(Some(verdict));
            }
        }
        failure
    }
}

impl<T: Real, W: FnMut(Event<'_, T>)> Executor<T> for HostExecutor<'_, T, W> {
    type Stop = Failure;
    type Fit = HostTrainer<T>;

    #[inline(always)]
    fn execute(&mut self, at: At, command: Command<'_, T>) -> Outcome<Step<T>> {
        let outcome = self.fit.execute(command);
        let mut first = self.fit.verdict();
        if let Command::Finish = command {
            // How it has ended is judged with its validation rows, in `conclusion`.
            first = None;
        }
        if let (Ok(step), None) = (&outcome, &first) {
            return Ok(*step);
        }
        let failed = self.listen(first);
        match outcome {
            Err(_) if self.fit.can_recover() => Ok(Step {
                number: self.fit.trainer.steps(),
                loss: T::ZERO,
            }),
            Err(fault) => {
                let line = at.line.unwrap_or(self.plan.data.samples.sample(0).line);
                Err(self.stop(at.epoch, RowFault { line, fault }))
            }
            Ok(step) => match &failed {
                Some(verdict) => {
                    let told = VerdictMessage::new(verdict, &Subject::of(self.plan));
                    let (step, sentence) = (verdict.step, told.sentence());
                    Err(Failure::Fit(format!(
                        "the fit failed at step {step} (epoch {}): {sentence}",
                        at.epoch
                    )))
                }
                None => Ok(step),
            },
        }
    }

    fn fit(&mut self) -> &mut HostTrainer<T> {
        &mut self.fit.trainer
    }

    fn stop(&self, epoch: u32, fault: RowFault) -> Failure {
        faulted(self.plan, epoch, self.fit.trainer.steps(), fault)
    }

    fn watch(&mut self, epoch: &Epoch) {
        (self.watch)(Event::Epoch(epoch, &mut self.fit.trainer));
    }
}

/// A fault in words: where, why, and what to try.
pub(crate) fn faulted<T: Real>(
    plan: &Plan<T>,
    epoch: u32,
    steps: u64,
    RowFault { line, fault }: RowFault,
) -> Failure {
    Failure::Fit(format!(
        "the fit failed at step {} (epoch {epoch}, {}): {fault}. {}",
        steps + 1,
        plan.data.files.place(line),
        too_high(&Subject::of(plan)).text
    ))
}
