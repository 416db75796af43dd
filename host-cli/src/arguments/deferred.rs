//! Options of a subcommand that are only set up where it is asked for, which makes every start
//! of the command shorter.

use std::ops::Deref;

use clap::{ArgMatches, Args, Command, Error, FromArgMatches};

/// Options of a subcommand.
#[derive(Debug)]
pub(crate) struct Deferred<A>(pub(crate) A);

impl<A> Deref for Deferred<A> {
    type Target = A;

    fn deref(&self) -> &A {
        &self.0
    }
}

impl<A: FromArgMatches> FromArgMatches for Deferred<A> {
    fn from_arg_matches(matches: &ArgMatches) -> Result<Self, Error> {
        A::from_arg_matches(matches).map(Self)
    }

    fn update_from_arg_matches(&mut self, matches: &ArgMatches) -> Result<(), Error> {
        self.0.update_from_arg_matches(matches)
    }
}

impl<A: Args> Args for Deferred<A> {
    fn augment_args(command: Command) -> Command {
        command.defer(set_up::<A>)
    }

    fn augment_args_for_update(command: Command) -> Command {
        command.defer(set_up::<A>)
    }
}

/// Adds the options, and keeps what the subcommand says of itself.
fn set_up<A: Args>(command: Command) -> Command {
    let about = command.get_about().cloned();
    let command = A::augment_args(command);
    match about {
        Some(about) => command.about(about),
        None => command,
    }
}
