//! Results for people and for programs.
//!
//! * [`screen`]: tables for people, in the order in which a sceptic reads: what it is, what it rests on, the headline
//!   with the band by assumptions before the band by chance, how long, where, what for, what is not out yet, the audit.
//! * [`json`]: everything, for programs; `docs/output.md` documents every field.
//! * [`csv`]: the numbers as one tidy table.
//! * [`sweep`]: the tables of a sweep, as [`files`] in several formats, with a dictionary of their columns.
//! * [`words`]: durations, numbers, shares and intervals as people say them.
//!
//! **Architecture invariant:** what is written here depends on the scenario, the seed and the replications alone:
//! never on threads, the wall clock or the machine. Time and speed go to standard error, and not from here.

pub mod csv;
pub mod describe;
pub mod files;
pub mod json;
pub mod meaning;
pub mod paired;
pub mod screen;
pub mod sweep;
pub mod table;
pub mod value;
pub mod when;
pub mod words;

use crate::study::{Assumed, Case, Study};

/// What every output says it is.
pub const WHAT_THIS_IS: &str = "Model result, not a forecast.";

/// A run, ready to be written.
#[derive(Debug, Clone, Copy)]
pub struct Run<'a> {
    /// The scenario.
    pub case: &'a Case,
    /// The replications.
    pub study: &'a Study,
    /// The band by assumptions; none when no input states a range.
    pub assumed: Option<&'a Assumed>,
    /// The headline's index among the numbers.
    pub headline: usize,
}
