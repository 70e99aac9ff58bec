//! The register of inputs: every number of the file, with its range and where it is from.

use super::Span;
use super::quantity::{self, Dimension};

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

/// How a number stands in the file, so that another value can be put in its place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum How {
    /// A text with a unit.
    Text,
    /// A text with a unit, of a whole number.
    WholeText,
    /// A whole number.
    Whole,
    /// A number.
    Real,
    /// A share of several that sum to 100 %: the others give way.
    Part,
    /// A list that is varied as a whole: the number is its mean.
    Scaled,
}

/// An input and where its number stands.
#[derive(Debug, Clone)]
pub(crate) struct Noted {
    pub(crate) input: Input,
    pub(crate) hops: Vec<super::tree::Hop>,
    pub(crate) how: How,
}

impl Noted {
    /// The dimension in which the number is written, and base units in one of its unit; none of a number without unit.
    pub(crate) fn dimension(&self) -> Option<(&'static Dimension, f64)> {
        match self.how {
            How::Whole | How::Real => None,
            _ => quantity::dimension_of(self.input.unit),
        }
    }
}
