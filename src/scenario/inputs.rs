//! The register of inputs: every number of the file, with its range and where it is from.

use super::Span;

/// One number of the file.
#[derive(Debug, Clone, PartialEq)]
pub struct Input {
    /// Its path, e.g. `PL.entry.customs.service.mean`.
    pub path: String,
    /// As written.
    pub text: String,
    /// The unit of `value` and `range`; empty for pure numbers.
    pub unit: &'static str,
    /// The number, in `unit`.
    pub value: f64,
    /// Its range, in `unit`.
    pub range: Option<(f64, f64)>,
    /// What kind of evidence stands behind it.
    pub source: Evidence,
    /// The source, in words.
    pub source_text: Option<String>,
    /// The side it describes; `None` for traffic and what is shared.
    pub about: Option<usize>,
    /// Where it stands in the file.
    pub span: Span,
}

/// What kind of evidence stands behind a number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Evidence {
    /// Measured.
    Measured,
    /// Published by someone else.
    Published,
    /// Fitted, so that the model meets an observation.
    Fitted,
    /// Said by an expert.
    Expert,
    /// Nobody said so.
    Assumed,
}
