//! Time, calendar, random draws, laws, arrivals, tallies. Knows no border word.
//!
//! # The mechanism in one page
//!
//! A simulation is a loop: *take the earliest pending event, set the clock to it, do what it says, schedule what follows*. Everything
//! on this floor serves that loop, and each part was chosen so that a run is a function of its inputs alone:
//!
//! * [`time`]: the clock is an integer number of microseconds. Two events are simultaneous exactly when their ticks are equal.
//! * [`calendar`]: *slots, not travellers, are scheduled*. A booth or an arrival source owns at most one pending event, so the pending
//!   set is a winner tree of fixed size; its tie rule is the order of the slots, and the order of the slots has a meaning.
//! * [`timers`]: what cannot be a slot, because every traveller may have one (patience, a journey after a call), lives in an indexed
//!   heap with true cancellation. Each such heap shows its earliest entry through one slot of the calendar.
//! * [`random`]: no running stream anywhere. A draw is a pure function of *who* asks *for what*, so that changing one rule
//!   moves no draw that the rule does not touch.
//! * [`laws`]: durations, given as people know them (a mean and a coefficient of variation), sampled with the same digits on every
//!   machine.
//! * [`arrivals`]: processes as cursors: constant, scheduled, or Poisson with a rate that changes over the week, inverted exactly.
//! * [`tallies`]: integer areas and histograms while the run goes on; floating point only across replications.
//!
//! **Architecture invariant:** nothing here reads a wall clock, a file, an environment variable or a thread; nothing here allocates
//! after it was built, except when a number of travellers exceeds its previous maximum.
//!
//! # Order of simultaneous events
//!
//! Ties are broken by the slot's number, lowest first, and slots are numbered by rank: interventions (slot 0), shift changes, service
//! ends (downstream first), moves, arrivals, patience. Downstream first means that a place is freed before the one behind asks for it;
//! arrivals before patience means that nobody gives up at the very instant at which a place is offered.

pub mod arrivals;
pub mod calendar;
pub mod laws;
pub mod random;
pub mod tallies;
pub mod time;
pub mod timers;

pub use arrivals::{ArrivalCursor, Arrivals, Profile};
pub use calendar::{Calendar, Slot};
pub use laws::{Law, LawError};
pub use random::{Draw, RunKey, TravellerKey, name_key};
pub use tallies::{Area, Histogram, Welford};
pub use time::{NEVER, Tick};
pub use timers::Timers;
