//! A stay as a list of visits.
//!
//! Visits partition a stay to the tick: each begins where the one before ends, the first when the traveller appears,
//! the last when it leaves or the run ends. The parts of a visit partition the visit, and what the ledger booked during
//! it sums to it.

use crate::crossing::Happened;
use crate::crossing::ledger::What;
use crate::crossing::plan::{ContainerId, NONE, NONE16, Plan, SpotId, SpotKind};
use crate::kernel::time::Tick;

use super::Trace;

/// What somebody does during a part of a visit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Doing {
    /// Waits; for room in this container, or ([`NONE16`]) for its turn.
    Waits {
        /// Container, if it is room that is waited for.
        by: ContainerId,
    },
    /// Is under way: crosses, drives up, comes after a call.
    Travels,
    /// Is served at this booth.
    Served {
        /// Booth.
        booth: u32,
    },
    /// Its service at this booth has stopped before its end.
    Stopped {
        /// Booth.
        booth: u32,
    },
    /// Is done, and holds its booth (or the end of the strip) until there is room in this container.
    Held {
        /// Booth; [`NONE`] on a strip.
        booth: u32,
        /// Container it waits for.
        by: ContainerId,
    },
}

impl Doing {
    /// The word used in the event log.
    pub fn word(self) -> &'static str {
        match self {
            Self::Waits { .. } => "wait",
            Self::Travels => "travel",
            Self::Served { .. } => "service",
            Self::Stopped { .. } => "stopped",
            Self::Held { .. } => "held",
        }
    }

    /// Is it waiting, in a queue or held?
    pub fn waits(self) -> bool {
        matches!(self, Self::Waits { .. } | Self::Held { .. })
    }

    /// The booth, if there is one.
    pub fn booth(self) -> Option<u32> {
        match self {
            Self::Served { booth } | Self::Stopped { booth } | Self::Held { booth, .. } => {
                (booth != NONE).then_some(booth)
            }
            Self::Waits { .. } | Self::Travels => None,
        }
    }
}

/// A part of a visit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Part {
    /// What is done.
    pub doing: Doing,
    /// From ...
    pub from: Tick,
    /// ... to.
    pub to: Tick,
    /// The record that ended it; [`NONE`] at the end of the run.
    pub ended_by: u32,
}

impl Part {
    /// How long.
    pub fn ticks(&self) -> Tick {
        self.to - self.from
    }
}

/// A stretch of a stay at one spot.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Visit {
    /// Where; [`NONE16`] for somebody who leaves before it is anywhere.
    pub spot: SpotId,
    /// From ...
    pub from: Tick,
    /// ... to.
    pub to: Tick,
    /// False when the run ended during it.
    pub ended: bool,
    /// Its parts, none of them empty.
    pub parts: Vec<Part>,
    /// What it was for: what the ledger booked.
    pub booked: Vec<(What, Tick)>,
}

impl Visit {
    /// How long.
    pub fn ticks(&self) -> Tick {
        self.to - self.from
    }

    fn sum(&self, of: impl Fn(Doing) -> bool) -> Tick {
        self.parts.iter().filter(|p| of(p.doing)).map(Part::ticks).sum()
    }

    /// Waited for a turn or for room.
    pub fn waited(&self) -> Tick {
        self.sum(|d| matches!(d, Doing::Waits { .. }))
    }

    /// In service.
    pub fn served(&self) -> Tick {
        self.sum(|d| matches!(d, Doing::Served { .. }))
    }

    /// In a service that stood still.
    pub fn stopped(&self) -> Tick {
        self.sum(|d| matches!(d, Doing::Stopped { .. }))
    }

    /// Done, and held at the booth or at the end of the strip.
    pub fn held(&self) -> Tick {
        self.sum(|d| matches!(d, Doing::Held { .. }))
    }

    /// Under way.
    pub fn travelled(&self) -> Tick {
        self.sum(|d| d == Doing::Travels)
    }

    /// The last booth of the visit.
    pub fn booth(&self) -> Option<u32> {
        self.parts.iter().rev().find_map(|p| p.doing.booth())
    }

    /// All that the ledger booked during it.
    pub fn booked_ticks(&self) -> Tick {
        self.booked.iter().map(|b| b.1).sum()
    }
}

/// A visit being put together.
struct Open<'a> {
    plan: &'a Plan,
    visit: Visit,
    doing: Doing,
    since: Tick,
}

impl<'a> Open<'a> {
    fn new(plan: &'a Plan, from: Tick) -> Self {
        let visit =
            Visit { spot: NONE16, from, to: from, ended: true, parts: Vec::new(), booked: Vec::new() };
        Self { plan, visit, doing: Doing::Waits { by: NONE16 }, since: from }
    }

    fn strip(&self) -> bool {
        self.plan.spots.get(self.visit.spot as usize).is_some_and(|s| s.kind == SpotKind::Strip)
    }

    /// From now on something else is done.
    fn turn(&mut self, at: Tick, k: u32, doing: Doing) {
        if at > self.since {
            let (was, from) = (self.doing, self.since);
            self.visit.parts.push(Part { doing: was, from, to: at, ended_by: k });
            self.since = at;
        }
        self.doing = doing;
    }

    fn held(&mut self, at: Tick, k: u32, by: ContainerId) {
        let doing = match self.doing {
            Doing::Served { booth } | Doing::Stopped { booth } | Doing::Held { booth, .. } => {
                Doing::Held { booth, by }
            }
            Doing::Waits { .. } | Doing::Travels if self.strip() => Doing::Held { booth: NONE, by },
            Doing::Waits { .. } | Doing::Travels => Doing::Waits { by },
        };
        self.turn(at, k, doing);
    }

    fn book(&mut self, at: Tick, k: u32, what: What, ticks: Tick) {
        // Own need that is booked outside a booth was travel.
        let need = usize::from(what.0) < self.plan.owners.len();
        if need && matches!(self.doing, Doing::Waits { by: NONE16 }) && ticks == at - self.since {
            self.doing = Doing::Travels;
            self.turn(at, k, Doing::Waits { by: NONE16 });
        }
        match self.visit.booked.iter_mut().find(|b| b.0 == what) {
            Some(booked) => booked.1 += ticks,
            None => self.visit.booked.push((what, ticks)),
        }
    }

    fn close(&mut self, at: Tick, k: u32, next: SpotId) -> Option<Visit> {
        self.turn(at, k, Doing::Waits { by: NONE16 });
        self.visit.to = at;
        self.visit.ended = k != NONE;
        let unstarted = self.visit.spot == NONE16 && next != NONE16;
        if unstarted {
            // Its first place has no name before it is there: what was waited for it belongs to it.
            self.visit.spot = next;
            return None;
        }
        let fresh =
            Visit { spot: next, from: at, to: at, ended: true, parts: Vec::new(), booked: Vec::new() };
        Some(std::mem::replace(&mut self.visit, fresh))
    }
}

impl Trace {
    /// The visits of one traveller, in order; none for a number nobody has.
    pub fn visits(&self, plan: &Plan, traveller: u32) -> Vec<Visit> {
        let mut visits = Vec::new();
        let Some(life) = self.life(traveller) else { return visits };
        let mut open = Open::new(plan, life.appeared);
        for (k, record) in self.records_of(traveller) {
            let at = record.at;
            match record.what {
                Happened::At(spot) => visits.extend(open.close(at, k, spot)),
                Happened::Starts { booth } | Happened::GoesOn { booth } => {
                    open.turn(at, k, Doing::Served { booth });
                }
                Happened::Stops { booth } => open.turn(at, k, Doing::Stopped { booth }),
                Happened::Done { booth } => open.turn(at, k, Doing::Held { booth, by: NONE16 }),
                Happened::Held { by } => open.held(at, k, by),
                Happened::Booked { what, ticks, .. } => open.book(at, k, what, ticks),
                Happened::Left(_) => visits.extend(open.close(at, k, NONE16)),
                _ => {}
            }
        }
        if life.left.is_none() {
            visits.extend(open.close(self.end(), NONE, NONE16));
        }
        visits
    }
}
