//! Tallies: what is remembered of a run when the travellers are gone.
//!
//! # Integers inside a run
//!
//! While a run goes on only integers are added: [`Area`] (∫ level dt, for queues and utilisation), [`Histogram`] (durations, for
//! quantiles, with exact count, sum and sum of squares). Integer sums do not depend on the order of the additions, so a run gives the
//! same digits for any number of threads, and identities such as ∫ N dt = Σ sojourn times hold exactly.
//!
//! # Floating point across replications
//!
//! Each replication contributes one number per metric; [`Welford`] collects those, stably, and merges.

mod area;
mod histogram;
mod welford;

pub use area::Area;
pub use histogram::{Histogram, RELATIVE_WIDTH};
pub use welford::Welford;
