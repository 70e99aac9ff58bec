//! The border model: a scenario compiled into a plan, the simulation that runs it, and the ledger of what each wait
//! was for.

pub mod books;
pub mod calling;
pub mod compile;
pub mod ledger;
pub mod mechanisms;
pub mod observe;
pub mod plan;
pub mod simulation;

pub use books::{Audit, Books, SPANS, Span};
pub use compile::compile;
pub use mechanisms::{MECHANISMS, Mechanism, mechanisms};
pub use observe::{Blind, Happened, Observer, Outcome, Record};
pub use plan::Plan;
pub use simulation::{RunError, Simulation};
