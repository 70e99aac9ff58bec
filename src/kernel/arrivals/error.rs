//! Why an arrival process cannot be made.

use crate::kernel::time::Tick;

/// What is wrong with the description of an arrival process. Times are in ticks; the caller adds file, line and name.
#[derive(Debug, Clone, Copy, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum ArrivalError {
    /// A process of steps has none.
    #[error("at least one step is needed")]
    Empty,
    /// Steps must cover the time from the beginning.
    #[error("the first step must start at 0, not at {at} µs")]
    FirstStep {
        /// Where it starts.
        at: Tick,
    },
    /// Steps are not in ascending order, overlap, or lie beyond the period.
    #[error("the step at {at} µs is out of order or beyond the period")]
    Order {
        /// Where the offending step starts.
        at: Tick,
    },
    /// A rate or an expected number is not a finite number of at least 0.
    #[error("{is} at {at} µs is not a rate or number of travellers (finite, at least 0)")]
    Rate {
        /// Where.
        at: Tick,
        /// What was given, per second or in all.
        is: f64,
    },
    /// A period of no length, or longer than any run.
    #[error("{is} µs is not a period")]
    Period {
        /// What was given.
        is: Tick,
    },
    /// A pulse of no length, or longer than the period in which it returns.
    #[error("a peak from {from} µs to {to} µs is empty, or longer than the period or any run")]
    Pulse {
        /// Begin.
        from: Tick,
        /// End.
        to: Tick,
    },
    /// A gap of 0 would never end.
    #[error("the gap at {at} µs is 0")]
    Gap {
        /// Where.
        at: Tick,
    },
}
