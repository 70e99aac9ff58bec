//! Kordon: a discrete-event simulator of land border crossings.

pub mod cli;
pub mod crossing;
pub mod kernel;
pub mod report;
pub mod scenario;
pub mod scene;
pub mod study;
pub mod trace;
