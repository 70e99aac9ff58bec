//! Many runs become an answer.
//!
//! * [`case`]: a scenario read, checked and compiled.
//! * [`kpis`]: the flat, plan-determined list of named numbers that one replication contributes.
//! * [`replicate()`]: replications over threads, folded in their order, so that one thread and many give the same bytes.
//! * `tally`: what `[output]` asks for beside the summary, collected while a run goes on.
//! * [`precision`]: replications in rounds until the headline's interval is narrow enough.
//! * [`summary`]: what the numbers of the replications say together: mean, standard error, Student interval.
//! * [`assumptions`]: the inputs drawn over their ranges; the other band, and the one that is printed first.
//! * [`compare()`]: the same travellers under two scenarios.
//! * [`attribute()`]: causes removed in all combinations, alone, after all others, shared out; what may be said.
//! * [`sweep`]: levers and uncertainties varied over many points, kept on disk as it goes.
//! * [`theory`]: formulas beside the simulation, where a stage meets their assumptions.
//! * [`expected`]: known answers that a file states, beside what came out.
//! * [`times`]: times of one run by name, for traces that are known exactly.
//! * [`validate()`]: the cases with exact answers, and the rule by which they pass.
//! * [`capacity`]: demand against capacity by arithmetic alone, before anything is simulated.
//! * [`evidence`]: what the numbers of a file rest on, by side.
//!
//! # Two bands
//!
//! *By chance*: how far the mean over replications may be off, because only so many weeks were simulated. More
//! replications narrow it. *By assumptions*: how the answer moves when the inputs that state a range are drawn over it.
//! More replications do not narrow it, only measurements do. It is printed first, and it is never called a confidence
//! interval.
//!
//! # The unit of work
//!
//! A replication is a function of (plan, seed, number). Threads take the next number from one counter and the results
//! are folded in the order of the numbers; floating point begins only after that. So the number of threads, and which
//! of them is slow, cannot change a digit, and a study that is stopped holds an unbroken run of replications 0 … k.

pub mod assumptions;
pub mod attribute;
pub mod capacity;
pub mod case;
pub mod compare;
pub mod evidence;
pub mod expected;
pub mod kpis;
pub mod precision;
pub mod replicate;
pub mod summary;
pub mod sweep;
mod tally;
pub mod theory;
pub mod times;
pub mod validate;

pub use assumptions::{Assumed, assumed};
pub use attribute::{Attribution, attribute};
pub use case::Case;
pub use compare::{Comparison, compare};
pub use evidence::Strip;
pub use kpis::{Kpi, Kpis, Unit};
pub use precision::{Precision, until_precision};
pub use replicate::{Control, Ended, Study, StudyError, replicate};
pub use summary::Summary;
pub use validate::validate;

/// A load above which a planner is warned.
pub const WARN_AT: f64 = 0.95;
