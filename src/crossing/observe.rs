//! What a run tells to whoever watches it.
//!
//! The observer is a type parameter of the simulation, so that a run nobody watches pays nothing for it.

use super::ledger::What;
use super::plan::SpotId;
use crate::kernel::time::Tick;

/// How a traveller's stay ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[repr(u8)]
pub enum Outcome {
    /// Crossed.
    Crossed = 0,
    /// Refused entry, or returned.
    Refused = 1,
    /// Found no room and was turned away.
    TurnedAway = 2,
    /// Saw the line and left.
    Balked = 3,
    /// Waited too long and left.
    GaveUp = 4,
    /// Was called and never came.
    NoShow = 5,
    /// Gave its booking up before it was called.
    Cancelled = 6,
    /// Found at the gate without papers, and sent away.
    SentAway = 7,
}

/// All outcomes in the order of output.
pub const OUTCOMES: [Outcome; 8] = [
    Outcome::Crossed,
    Outcome::Refused,
    Outcome::TurnedAway,
    Outcome::Balked,
    Outcome::GaveUp,
    Outcome::NoShow,
    Outcome::Cancelled,
    Outcome::SentAway,
];

impl Outcome {
    /// The word used in every output.
    pub fn word(self) -> &'static str {
        match self {
            Self::Crossed => "crossed",
            Self::Refused => "refused",
            Self::TurnedAway => "turned away",
            Self::Balked => "balked",
            Self::GaveUp => "gave up",
            Self::NoShow => "no-show",
            Self::Cancelled => "cancelled",
            Self::SentAway => "sent away",
        }
    }
}

/// One thing that happened.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Happened {
    /// Appears: (source, number in the source).
    Appeared {
        /// Source index.
        source: u16,
        /// Number of the traveller in its source, from 0.
        index: u32,
        /// For a passenger: the run's number of the vehicle.
        of: u32,
    },
    /// Is now at this spot.
    At(SpotId),
    /// Service begins at a booth (numbered over the plan).
    Starts {
        /// Booth.
        booth: u32,
    },
    /// Work stops before it is done (shift end, outage, preemption).
    Stops {
        /// Booth.
        booth: u32,
    },
    /// Work goes on.
    GoesOn {
        /// Booth.
        booth: u32,
    },
    /// Service is done.
    Done {
        /// Booth.
        booth: u32,
    },
    /// Done, but there is no room ahead: held at its booth or at the end of the strip by a container.
    Held {
        /// The container waited for.
        by: u16,
    },
    /// So many ticks that end now, spent at `spot`, were for `what`.
    Booked {
        /// Where.
        spot: SpotId,
        /// What for.
        what: What,
        /// How long.
        ticks: Tick,
    },
    /// Leaves the model.
    Left(Outcome),
    /// A booth opens (true) or closes (false); no traveller.
    Booth {
        /// Booth.
        booth: u32,
        /// Open?
        open: bool,
    },
    /// An outage begins or ends; no traveller.
    Outage {
        /// Outage index.
        outage: u16,
        /// Begins?
        begins: bool,
    },
    /// A knot: these will never move again; no traveller.
    Knot {
        /// Travellers in it.
        members: u32,
    },
}

/// A record of a trace.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Record {
    /// When, in ticks since the start.
    pub at: Tick,
    /// Whom, by its number in the run; [`u32::MAX`] for nobody.
    pub traveller: u32,
    /// What.
    pub what: Happened,
}

/// Watches a run.
pub trait Observer {
    /// False lets the compiler leave out everything that only feeds the observer.
    const WATCHES: bool;
    /// Is told of a record, in order.
    fn record(&mut self, record: Record);
    /// Is told who has just appeared: what it is, as bits of [`Plan::words`](super::Plan::words), and how many persons.
    #[inline]
    fn describe(&mut self, _traveller: u32, _words: u128, _persons: u32) {}
    /// Is told which line (numbered over the plan) somebody has just joined, or changed to.
    #[inline]
    fn joins(&mut self, _traveller: u32, _line: u32) {}
}

/// Watches nothing.
#[derive(Debug, Clone, Copy, Default)]
pub struct Blind;

impl Observer for Blind {
    const WATCHES: bool = false;
    #[inline]
    fn record(&mut self, _: Record) {}
}

impl<O: Observer> Observer for &mut O {
    const WATCHES: bool = O::WATCHES;
    #[inline]
    fn record(&mut self, record: Record) {
        (**self).record(record);
    }
    #[inline]
    fn describe(&mut self, traveller: u32, words: u128, persons: u32) {
        (**self).describe(traveller, words, persons);
    }
    #[inline]
    fn joins(&mut self, traveller: u32, line: u32) {
        (**self).joins(traveller, line);
    }
}
