//! Results for people and for programs.
//!
//! * [`screen`]: tables for people, in the order in which a sceptic reads: what it is, what it rests on, the headline
//!   with the band by assumptions before the band by chance, how long, where, what for, what is not out yet, the audit.
//! * [`json`]: everything, for programs; `docs/output.md` documents every field.
//! * [`csv`]: the numbers as one tidy table.
//! * [`hash`]: what a run hashes to, whole and day by day.
//! * [`attribution`]: causes removed, alone, after all others, shared out, for people, as Markdown, for programs.
//! * [`validation`]: what the cases with exact answers gave.
//! * [`sweep`]: the tables of a sweep, as [`files`] in several formats, with a dictionary of their columns.
//! * [`words`]: durations, numbers, shares and intervals as people say them.
//!
//! **Architecture invariant:** what is written here depends on the scenario, the seed and the replications alone:
//! never on threads, the wall clock or the machine. Time and speed go to standard error, and not from here.

pub mod attribution;
pub mod csv;
pub mod describe;
pub mod files;
pub mod hash;
pub mod json;
pub mod meaning;
pub mod messages;
pub mod paired;
pub mod replay;
pub mod screen;
pub mod sweep;
pub mod table;
pub mod validation;
pub mod value;
pub mod when;
pub mod words;

use crate::study::validate::{Coverage, coverage};
use crate::study::{Assumed, Case, Study};

/// What every output says it is.
pub const WHAT_THIS_IS: &str = "Model result, not a forecast.";

/// `Mechanisms used: 21, with an exact case: 21, without: none (kordon validate).`
pub(crate) fn mechanisms(case: &Case) -> String {
    let Coverage { used, without } = coverage(&case.plan);
    let named: Vec<&str> = without.iter().map(|m| m.words()).collect();
    let named = if named.is_empty() { "none".to_owned() } else { named.join(", ") };
    let with = used.len() - without.len();
    format!(
        "Mechanisms used: {}, with an exact case: {with}, without: {named} (kordon validate).",
        used.len()
    )
}

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
