//! Kordon: a discrete-event simulator of land border crossings.

pub mod crossing;
pub mod kernel;
pub mod scenario;
pub mod scene;
pub mod study;
pub mod trace;
