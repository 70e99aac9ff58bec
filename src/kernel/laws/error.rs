//! Why a law cannot be made, in a planner's words.

use super::build::{MAX_CV, MAX_MEAN};

/// What is wrong with the numbers a law was asked for. The text says what was expected; the caller adds file, line and name.
#[derive(Debug, Clone, Copy, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum LawError {
    /// A value is NaN or infinite.
    #[error("{what} must be a finite number")]
    NotANumber {
        /// Which value, in words.
        what: &'static str,
    },
    /// A value is negative.
    #[error("{what} cannot be negative, it is {is}")]
    Negative {
        /// Which value, in words.
        what: &'static str,
        /// What was given.
        is: f64,
    },
    /// A duration is longer than any run.
    #[error("{what} of {is} seconds is longer than any run can be ({MAX_MEAN} seconds)")]
    TooLong {
        /// Which value, in words.
        what: &'static str,
        /// What was given, in seconds.
        is: f64,
    },
    /// A coefficient of variation that no duration has.
    #[error("a coefficient of variation of {is} is not believable for a duration; expected at most {MAX_CV}")]
    TooVariable {
        /// What was given.
        is: f64,
    },
    /// A hyperexponential law cannot vary less than an exponential one.
    #[error(
        "a hyperexponential law has a coefficient of variation of at least 1, not {is}; use gamma or lognormal for less"
    )]
    NotVariableEnough {
        /// What was given.
        is: f64,
    },
    /// A spread was asked of something that takes no time.
    #[error("a mean of 0 cannot vary; leave the coefficient of variation out")]
    ZeroVaries,
    /// Bounds in the wrong order.
    #[error("{what}: expected {expected}, got {values:?} seconds")]
    Order {
        /// Which law.
        what: &'static str,
        /// The right order, in words.
        expected: &'static str,
        /// What was given, in seconds.
        values: [f64; 3],
    },
    /// An Erlang law without phases, or with absurdly many.
    #[error("an Erlang law has 1 to 100000 phases, not {is}")]
    Phases {
        /// What was given.
        is: u32,
    },
    /// Nothing was observed.
    #[error("an empirical law needs at least one value with a weight above 0")]
    NoValues,
}
