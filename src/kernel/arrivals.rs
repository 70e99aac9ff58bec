//! Arrival processes: when the next traveller of a source appears.
//!
//! # Processes and cursors
//!
//! An [`Arrivals`] is the fixed description and lives in the compiled plan, shared by all replications. An [`ArrivalCursor`] is a place
//! in it, a few words that are copied at will. The k-th arrival takes the cursor forward with a [`Draw`] that belongs to traveller k:
//!
//! ```
//! use kordon::kernel::{Arrivals, Profile, RunKey, name_key, time::HOUR};
//! const ARRIVAL: u64 = name_key("arrival");
//! # fn main() -> Result<(), kordon::kernel::arrivals::ArrivalError> {
//! // 30 an hour until noon, then none.
//! let trucks = Arrivals::Poisson(Profile::from_steps(vec![(0, 30.0 / 3600.0), (12 * HOUR, 0.0)], None)?);
//! let source = RunKey::new(1, 0).source(name_key("trucks"));
//! let mut cursor = trucks.cursor();
//! let mut k = 0;
//! while let Some(at) = trucks.next(&mut cursor, &mut source.traveller(k).draw(ARRIVAL, 0)) {
//!     assert!(at < 12 * HOUR);
//!     k += 1;
//! }
//! # Ok(()) }
//! ```
//!
//! So the k-th gap is a pure function of the run, the source's name and k, and adding a source moves no other.
//!
//! # Poisson with a changing rate, exactly
//!
//! If Λ(t) is the cumulated rate, the arrivals are the points at which Λ reaches E₁, E₁ + E₂, … with exponential Eₖ of mean 1 (E.
//! Çinlar, "Introduction to
//! Stochastic Processes", 1975). A [`Profile`] inverts Λ piece by piece, in continuous time: nothing is thinned, nothing is drawn at
//! "the current rate" and carried over a rush hour, stretches without traffic are jumped over. A position is an integer tick and a
//! fraction of a tick, so that a run of a year loses nothing to rounding. The tick handed out is the position *rounded down*: an arrival
//! never leaves the stretch in which it belongs.

mod counts;
mod error;
mod gaps;
mod profile;

pub use counts::Counts;
pub use error::ArrivalError;
pub use gaps::CyclicGaps;
pub use profile::Profile;

use super::laws::Law;
use super::random::Draw;
use super::time::{NEVER, Tick};

/// How the travellers of one source appear.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum Arrivals {
    /// Nobody comes.
    None,
    /// Poisson with a piecewise-constant rate.
    Poisson(Profile),
    /// At `offset`, `offset + every`, … without end and without randomness.
    Every {
        /// The gap, in ticks, above 0 (0 yields nobody).
        every: Tick,
        /// The first arrival, in ticks.
        offset: Tick,
    },
    /// At the given ticks, in ascending order. Several at one tick are several arrivals.
    Scheduled(Box<[Tick]>),
    /// Gaps that are constant but depend on the time of day at which they start.
    Gaps(CyclicGaps),
    /// Independent gaps of one law, the first from tick 0. Gaps below one tick count as one.
    Renewal(Law),
    /// Given numbers in given stretches (a table of counts), each at a uniformly random place in its stretch.
    Counts(Counts),
}

/// A place in an arrival process: where the last arrival was.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct ArrivalCursor {
    /// Start of the present period of a profile; otherwise the last arrival. [`NEVER`] once there are no more.
    base: Tick,
    /// Which step of a profile, a schedule, a table.
    step: usize,
    /// Whole ticks into that step ...
    into: Tick,
    /// ... and the fraction of a tick, 0 ≤ fraction < 1.
    fraction: f64,
    /// How many arrivals so far, of the process or of the step.
    done: u64,
}

impl ArrivalCursor {
    /// Ends the process for good.
    fn exhausted(&mut self) -> Option<Tick> {
        self.base = NEVER;
        None
    }
}

impl Arrivals {
    /// `Scheduled`, sorted.
    #[must_use]
    pub fn scheduled(mut at: Vec<Tick>) -> Self {
        at.sort_unstable();
        Self::Scheduled(at.into_boxed_slice())
    }

    /// The place before the first arrival, at tick 0.
    #[must_use]
    pub fn cursor(&self) -> ArrivalCursor {
        ArrivalCursor::default()
    }

    /// The next arrival, not earlier than the one before; `None` when there are no more before [`NEVER`], and from then on.
    ///
    /// Amortised *O*(1): constant, plus the steps passed over. Takes from `draw` only where the process is random. Allocates nothing.
    #[inline]
    pub fn next(&self, cursor: &mut ArrivalCursor, draw: &mut Draw) -> Option<Tick> {
        if cursor.base >= NEVER {
            return None;
        }
        match self {
            Self::None => None,
            Self::Poisson(profile) => profile.next(cursor, draw),
            Self::Every { every, offset } => next_every(*every, *offset, cursor),
            Self::Scheduled(at) => next_scheduled(at, cursor),
            Self::Gaps(gaps) => gaps.next(cursor),
            Self::Renewal(law) => next_renewal(law, cursor, draw),
            Self::Counts(counts) => counts.next(cursor, draw),
        }
    }

    /// How many are expected from `from` to `to`, where a formula says it: not for renewal processes.
    #[must_use]
    pub fn mean_count(&self, from: Tick, to: Tick) -> Option<f64> {
        match self {
            Self::Renewal(_) => None,
            Self::None => Some(0.0),
            Self::Poisson(profile) => Some(profile.mean_count(from, to)),
            Self::Counts(counts) => Some(counts.mean_count(from, to)),
            Self::Every { .. } | Self::Scheduled(_) | Self::Gaps(_) => Some(self.counted(from, to)),
        }
    }

    /// How many come from `from` to just before `to`, by going through them; only for processes without randomness.
    fn counted(&self, from: Tick, to: Tick) -> f64 {
        let mut cursor = self.cursor();
        let mut unused = Draw::from_word(0);
        let arrivals = std::iter::from_fn(|| self.next(&mut cursor, &mut unused));
        arrivals.take_while(|&at| at < to).filter(|&at| at >= from).count() as f64
    }
}

fn next_every(every: Tick, offset: Tick, cursor: &mut ArrivalCursor) -> Option<Tick> {
    let at = every.saturating_mul(cursor.done).saturating_add(offset);
    if every == 0 || at >= NEVER {
        return cursor.exhausted();
    }
    cursor.done += 1;
    Some(at)
}

fn next_scheduled(schedule: &[Tick], cursor: &mut ArrivalCursor) -> Option<Tick> {
    let at = schedule.get(cursor.step).copied().filter(|&at| at < NEVER);
    cursor.step += 1;
    at.or_else(|| cursor.exhausted())
}

fn next_renewal(law: &Law, cursor: &mut ArrivalCursor, draw: &mut Draw) -> Option<Tick> {
    // A gap of at least one tick: a law that is nearly always 0 must not stop the clock.
    cursor.base = cursor.base.saturating_add(law.ticks(draw).max(1));
    (cursor.base < NEVER).then_some(cursor.base)
}
