//! Kordon: a discrete-event simulator of land border crossings that says what each wait was for.
//!
//! The floors, from the bottom: [`kernel`], [`scenario`], [`crossing`], [`trace`], [`scene`], [`study`], [`report`],
//! [`cli`]; a module imports only from the floors below it (see `ARCHITECTURE.md`).
//!
//! ```
//! use kordon::crossing::{Blind, Simulation, compile};
//! use kordon::kernel::time::HOUR;
//! use kordon::scenario::{Clock, load};
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let loaded = load(std::path::Path::new("scenarios/hello.toml"), &[]).map_err(|e| e.render(false))?;
//! let clock = Clock::new(&loaded.scenario.run, &loaded.scenario.side)?;
//! let plan = compile(&loaded.scenario, &clock, loaded.document.diagnostics()).map_err(|e| e.render(false))?;
//! let mut crossing = Simulation::new(&plan, 1, 0, Blind);
//! crossing.run_until(8 * HOUR)?;
//! println!("{} trucks are inside after eight hours", crossing.inside());
//! crossing.run()?;
//! assert!(crossing.books().audit.passed());
//! # Ok(()) }
//! ```

pub mod cli;
pub mod crossing;
pub mod kernel;
pub mod report;
pub mod scenario;
pub mod scene;
pub mod study;
pub mod trace;
