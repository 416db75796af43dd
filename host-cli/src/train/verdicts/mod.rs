//! Verdicts in words: what was found, why, and what to do.

mod advice;
mod cause;
mod cure;
mod ending;
mod facts;
mod finding;
mod message;
mod subject;

pub(crate) use advice::{Advice, Named, digits};
pub(crate) use cause::{larger, too_high};
pub(crate) use cure::Cure;
pub(crate) use ending::{Prospect, heed_test_rows};
pub(crate) use facts::{MOST_ROWS, facts, gram, is_fact};
pub(crate) use message::{VerdictMessage, put_what_matters_last, settle};
pub(crate) use subject::Subject;
