//! What happened in one run: recorded, indexed, and asked.
//!
//! A [`Trace`] is the list of [`Record`]s that a run told its observer, with an index beside it. The list says
//! everything; it needs no plan to be kept, compared or hashed. What needs words or places (visits, the event log, a
//! journey told) takes the plan as a second argument.
//!
//! # The rooms of this floor
//!
//! * [`State`] (who is where at a time): snapshots at intervals and a replay of the few records between, so that any
//!   instant of a week is reached in well under a millisecond, and the next one from there in microseconds.
//! * [`Visit`] (a stay as a list of places): visits partition a stay to the tick, and what the ledger booked at each
//!   sums to it.
//! * [`events`]: the event log for process mining and Time Release Studies.
//! * [`why()`]: one journey in words, with the chain of holders walked back.
//! * [`told`]: every record in words, with names; what two scenarios, or two versions of the program, can be compared by.
//! * [`Difference`]: where two runs part.
//!
//! # Same trace everywhere
//!
//! [`Trace::hash`] is taken over a canonical encoding (little-endian, one tag per kind of record), so that it is the
//! same on every machine, in debug and release, and for any number of threads. Golden tests hold it.

pub mod events;

mod chain;
mod difference;
mod encode;
mod index;
mod pick;
mod state;
mod told;
mod visits;
mod why;
mod words;

pub use chain::{Freed, Holders, Link};
pub use difference::{Difference, first_difference};
pub use encode::Hashes;
pub use index::{Life, Trace};
pub use pick::{longest, median, waited};
pub use state::{BoothNow, Phase, Stand, State};
pub use told::{FIRST_LINE, Told, told};
pub use visits::{Doing, Part, Visit};
pub use why::why;
pub use words::{booth_name, duration, split_what, traveller_name, what_words};

use crate::crossing::{Observer, Plan, Record, RunError, Simulation};

/// Collects every record of a run.
#[derive(Debug, Clone, Default)]
pub struct Recorder {
    records: Vec<Record>,
    notes: Notes,
}

/// What a run tells beside its records. It follows from scenario, seed and replication, so that it is no part of what is
/// compared and hashed; a picture needs it.
#[derive(Debug, Clone, Default)]
pub(crate) struct Notes {
    /// Words and persons, by the traveller's number.
    who: Vec<(u128, u32)>,
    /// (number of records told before, traveller, line joined), in order.
    lines: Vec<(u32, u32, u32)>,
}

impl Recorder {
    /// An empty recorder with room for so many records.
    pub fn with_capacity(records: usize) -> Self {
        Self { records: Vec::with_capacity(records), notes: Notes::default() }
    }

    /// The records so far, in the order in which they were told.
    pub fn records(&self) -> &[Record] {
        &self.records
    }

    /// Gives the records away.
    pub fn into_records(self) -> Vec<Record> {
        self.records
    }
}

impl Observer for Recorder {
    const WATCHES: bool = true;
    #[inline]
    fn record(&mut self, record: Record) {
        self.records.push(record);
    }
    #[inline]
    fn describe(&mut self, traveller: u32, words: u128, persons: u32) {
        let number = traveller as usize;
        if self.notes.who.len() <= number {
            self.notes.who.resize(number + 1, (0, 1));
        }
        self.notes.who[number] = (words, persons);
    }
    #[inline]
    fn joins(&mut self, traveller: u32, line: u32) {
        self.notes.lines.push((self.records.len() as u32, traveller, line));
    }
}

/// Runs one replication of a plan to its end and returns its trace.
///
/// # Errors
/// Those of the run: a clock that stands still, or a limit of the scenario that is passed.
pub fn record(plan: &Plan, seed: u64, replication: u64) -> Result<Trace, RunError> {
    let mut simulation = Simulation::new(plan, seed, replication, Recorder::with_capacity(1 << 14));
    simulation.run()?;
    let end = simulation.now();
    let Recorder { records, notes } = simulation.into_observer();
    Ok(Trace::new(records, end).of_run(seed, replication, notes))
}
