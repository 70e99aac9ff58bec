//! The chain of holders: what a wait ended with, and what had held that up.
//!
//! This is a story about one traveller, told and never summed: the walk forgets what happened before the traveller came
//! (see `docs/ledger.md`). What a wait was *for* is the ledger's answer.

use crate::crossing::plan::{ContainerId, NONE, NONE16, Plan, SpotId, SpotKind, Step};
use crate::crossing::{Happened, Record};
use crate::kernel::time::Tick;

use super::Trace;
use super::visits::{Doing, Part, Visit};

/// What made a wait end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Freed {
    /// Somebody gave up a booth, or room.
    Left {
        /// Who.
        who: u32,
        /// The record of its move.
        by: u32,
        /// The booth it gave up, if it is the booth that was waited for.
        booth: Option<u32>,
    },
    /// An officer was done elsewhere, and came free.
    Officer {
        /// Who had been served.
        who: u32,
        /// The record of the end of that service.
        by: u32,
        /// Where.
        booth: u32,
    },
    /// A booth opened.
    Opened {
        /// Booth.
        booth: u32,
    },
    /// An outage ended.
    Restored {
        /// Outage index.
        outage: u16,
    },
    /// Officers came on duty.
    OnDuty {
        /// Pool index.
        pool: u16,
    },
    /// The last of its party was done.
    Party {
        /// Who.
        who: u32,
        /// The record of the end of its part.
        by: u32,
    },
    /// Nothing in the trace says: a gate, a barrier, an officer's shift, or its turn.
    Turn,
}

/// One holder on the chain.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Link {
    /// Who held what was waited for.
    pub who: u32,
    /// Where it was.
    pub spot: SpotId,
    /// What it did there last, before it gave up the place.
    pub part: Part,
}

/// Looks for holders in one trace.
#[derive(Debug)]
pub struct Holders<'a> {
    plan: &'a Plan,
    trace: &'a Trace,
    /// For every container the spots at which one holds a part of it.
    holds: Vec<Vec<bool>>,
}

impl<'a> Holders<'a> {
    /// The holders of a run of `plan`.
    pub fn new(plan: &'a Plan, trace: &'a Trace) -> Self {
        Self {
            plan,
            trace,
            holds: (0..plan.containers.len()).map(|c| holding_spots(plan, c as u16)).collect(),
        }
    }

    /// What ended a wait: the wait ended with `part`, during a stay at `spot`.
    pub fn freed(&self, spot: SpotId, part: &Part) -> Freed {
        let Some(record) = self.trace.records().get(part.ended_by as usize) else { return Freed::Turn };
        let at = record.at;
        if self.kind(spot) == Some(SpotKind::Join) {
            return self.last_of_party(part.ended_by);
        }
        if let Some(booth) = self.booth_taken(part.ended_by) {
            let found = self.before(part.ended_by, at).find_map(|(k, r)| self.freed_booth(k, r, booth));
            if let Some(found) = found.or_else(|| self.on_duty(booth, at)) {
                return found;
            }
        }
        let Some(container) = self.container_waited_for(spot, part) else { return Freed::Turn };
        let moves_up = self.plan.containers[container as usize].moves_up;
        let from = at.saturating_sub(moves_up);
        let mut earlier = self.before(part.ended_by, from);
        earlier.find_map(|(k, r)| self.freed_room(k, r, container)).unwrap_or(Freed::Turn)
    }

    fn kind(&self, spot: SpotId) -> Option<SpotKind> {
        self.plan.spots.get(spot as usize).map(|s| s.kind)
    }

    fn last_of_party(&self, k: u32) -> Freed {
        let Record { at, traveller, .. } = self.trace.records()[k as usize];
        let of = |who: u32| self.trace.life(who).is_some_and(|life| life.of == traveller);
        let mut earlier = self.before(k, at).filter(|(_, r)| matches!(r.what, Happened::Left(_)));
        // The last passenger leaves just before, or (its vehicle being told first) just after, at the same tick.
        let found = earlier.find(|(_, r)| of(r.traveller)).or_else(|| {
            let records = self.trace.records().iter().enumerate().skip(k as usize);
            let mut later = records.take_while(|(_, r)| r.at == at).map(|(k, r)| (k as u32, r));
            later.find(|(_, r)| matches!(r.what, Happened::Left(_)) && of(r.traveller))
        });
        found.map_or(Freed::Turn, |(by, r)| Freed::Party { who: r.traveller, by })
    }

    /// Who held whom, from the end of a wait back to somebody who was not itself held: the last link is the reason.
    pub fn holders(&self, spot: SpotId, part: &Part) -> Vec<Link> {
        let mut links: Vec<Link> = Vec::new();
        let (mut spot, mut part) = (spot, *part);
        while let Freed::Left { who, by, .. } | Freed::Officer { who, by, .. } | Freed::Party { who, by } =
            self.freed(spot, &part)
        {
            let Some((place, last)) = self.last_part(who, by) else { break };
            if links.len() >= 16 || links.iter().any(|l| l.who == who) {
                break;
            }
            links.push(Link { who, spot: place, part: last });
            if !last.doing.waits() {
                break;
            }
            (spot, part) = (place, last);
        }
        links
    }

    /// The last thing somebody did before the record `by`, and where.
    fn last_part(&self, who: u32, by: u32) -> Option<(SpotId, Part)> {
        let at = self.trace.records().get(by as usize)?.at;
        let visits = self.trace.visits(self.plan, who);
        let found = visits.iter().rev().filter(|v| v.from < at).find_map(|v: &Visit| {
            let part = v.parts.iter().rev().find(|p| p.to <= at)?;
            Some((v.spot, *part))
        })?;
        (found.1.to == at).then_some(found)
    }

    /// Records at tick `at` that come before record `k`, the nearest first.
    fn before(&self, k: u32, at: Tick) -> impl Iterator<Item = (u32, &'a Record)> + use<'a> {
        let records = self.trace.records();
        let from = records.partition_point(|r| r.at < at);
        let to = self.trace.upto(at).min(k as usize);
        (from..to.max(from)).rev().map(move |k| (k as u32, &records[k]))
    }

    /// The booth at which service begins with this move, if it leads straight to one.
    fn booth_taken(&self, k: u32) -> Option<u32> {
        let at = self.trace.records()[k as usize].at;
        let mut next = Some((k, &self.trace.records()[k as usize]));
        while let Some((k, record)) = next.filter(|(_, r)| r.at == at) {
            if let Happened::Starts { booth } = record.what {
                return Some(booth);
            }
            next = self.trace.next_of_same(k);
        }
        None
    }

    fn freed_booth(&self, k: u32, record: &Record, booth: u32) -> Option<Freed> {
        let station = self.plan.stations.iter().find(|s| s.booths.contains(&booth))?;
        match record.what {
            Happened::Booth { booth: opened, open: true } if opened == booth => Some(Freed::Opened { booth }),
            Happened::At(_) | Happened::Left(_) if self.booth_before(k) == Some(booth) => {
                Some(Freed::Left { who: record.traveller, by: k, booth: Some(booth) })
            }
            Happened::Done { booth: other } if !station.pools.is_empty() && other != booth => {
                let theirs = self.plan.stations.iter().find(|s| s.booths.contains(&other))?;
                let shared = theirs.pools.iter().any(|p| station.pools.contains(p));
                shared.then_some(Freed::Officer { who: record.traveller, by: k, booth: other })
            }
            Happened::Outage { outage, begins: false } => {
                let stations = &self.plan.outages.get(outage as usize)?.stations;
                let here = stations.iter().any(|&s| self.plan.stations[s as usize].name == station.name);
                here.then_some(Freed::Restored { outage })
            }
            _ => None,
        }
    }

    /// A pool of this booth's stage that grows at this tick.
    fn on_duty(&self, booth: u32, at: Tick) -> Option<Freed> {
        let station = self.plan.stations.iter().find(|s| s.booths.contains(&booth))?;
        let grows = |pool: &&u16| {
            let changes = self.plan.pools.get(**pool as usize).map_or(&[][..], |p| &p.level.changes);
            changes.windows(2).any(|pair| pair[1].0 == at && pair[1].1 > pair[0].1)
        };
        station.pools.iter().find(grows).map(|&pool| Freed::OnDuty { pool })
    }

    /// The booth that somebody occupied until the move of record `k`.
    fn booth_before(&self, k: u32) -> Option<u32> {
        let mut before = self.trace.previous_of_same(k);
        while let Some((k, record)) = before {
            match record.what {
                Happened::Starts { booth } => return Some(booth),
                Happened::At(_) | Happened::Appeared { .. } => return None,
                _ => before = self.trace.previous_of_same(k),
            }
        }
        None
    }

    fn freed_room(&self, k: u32, record: &Record, container: ContainerId) -> Option<Freed> {
        let to = match record.what {
            Happened::At(spot) => spot,
            Happened::Left(_) => NONE16,
            _ => return None,
        };
        let (came, from) = self.spot_before(k)?;
        let held = self.holds(container, came, from) && !self.holds(container, k, to);
        held.then_some(Freed::Left { who: record.traveller, by: k, booth: None })
    }

    fn spot_before(&self, k: u32) -> Option<(u32, SpotId)> {
        let mut before = self.trace.previous_of_same(k);
        while let Some((k, record)) = before {
            if let Happened::At(spot) = record.what {
                return Some((k, spot));
            }
            before = self.trace.previous_of_same(k);
        }
        None
    }

    /// Does somebody who came to `spot` with record `came` hold a part of the container there?
    fn holds(&self, container: ContainerId, came: u32, spot: SpotId) -> bool {
        let Some(true) = self.holds[container as usize].get(spot as usize) else { return false };
        let station = self.plan.spots[spot as usize].station;
        if self.plan.spots[spot as usize].kind != SpotKind::Line || station == NONE16 {
            return true;
        }
        // Several lanes share a line's spot: the booth it goes to says which lane it stands in.
        let station = &self.plan.stations[station as usize];
        let own: Vec<_> = station.lanes.iter().filter(|l| l.container == container).collect();
        if own.is_empty() || station.lanes.len() == 1 {
            return true;
        }
        self.trace.booth_ahead(came).is_none_or(|booth| {
            let groups = own.iter().flat_map(|l| &station.groups[l.groups.clone()]);
            groups.into_iter().any(|g| (g.first..g.first + g.booths).contains(&booth))
        })
    }

    fn container_waited_for(&self, spot: SpotId, part: &Part) -> Option<ContainerId> {
        match part.doing {
            Doing::Waits { by } | Doing::Held { by, .. } if by != NONE16 => Some(by),
            _ => self.container_at(spot),
        }
    }

    /// Who waits there without a name for it waits for the room it is called to, or behind those on the same way.
    fn container_at(&self, spot: SpotId) -> Option<ContainerId> {
        if let Some(queue) = self.plan.queues.iter().find(|q| q.spot == spot) {
            return (queue.room != NONE16).then_some(queue.room);
        }
        let strip = self.plan.strips.iter().find(|s| s.spot == spot).map(|s| s.container);
        strip.or_else(|| {
            self.plan.routes.iter().flat_map(|r| &r.steps).find_map(|step| match step {
                Step::Road { container, spot: road } if *road == spot => Some(*container),
                _ => None,
            })
        })
    }

    /// Over a wait, what the chain of holders was doing: (where, what, how long), walked back from the wait's end to its
    /// beginning, the longest first.
    pub fn chain(&self, spot: SpotId, part: &Part) -> Vec<(SpotId, Doing, Tick)> {
        let mut sums: Vec<(SpotId, Doing, Tick)> = Vec::new();
        let (mut now, mut here) = (self.freed(spot, part), part.to);
        let mut steps = 0;
        while let Freed::Left { who, by, .. } | Freed::Officer { who, by, .. } | Freed::Party { who, by } =
            now
        {
            steps += 1;
            if steps > 20_000 {
                break;
            }
            let Some((place, last)) = self.last_part(who, by) else { break };
            if last.doing.waits() {
                now = self.freed(place, &last);
                continue;
            }
            let took = last.to.min(here) - last.from.max(part.from).min(here);
            add(&mut sums, place, last.doing, took);
            here = last.from;
            if here <= part.from {
                break;
            }
            now = match self.part_before(who, last.from) {
                Some((place, before)) if before.doing.waits() => self.freed(place, &before),
                Some((_, before)) => Freed::Left { who, by: before.ended_by, booth: None },
                None => Freed::Turn,
            };
        }
        sums.sort_by_key(|s| std::cmp::Reverse(s.2));
        sums
    }

    fn part_before(&self, who: u32, at: Tick) -> Option<(SpotId, Part)> {
        let visits = self.trace.visits(self.plan, who);
        let parts = visits.iter().flat_map(|v| v.parts.iter().map(|p| (v.spot, *p)));
        parts.rev().find(|(_, p)| p.to <= at && p.ended_by != NONE)
    }
}

fn add(sums: &mut Vec<(SpotId, Doing, Tick)>, spot: SpotId, doing: Doing, ticks: Tick) {
    if ticks == 0 {
        return;
    }
    match sums.iter_mut().find(|s| s.0 == spot && s.1.word() == doing.word()) {
        Some(sum) => sum.2 += ticks,
        None => sums.push((spot, doing, ticks)),
    }
}

/// The spots at which one holds a part of a container.
fn holding_spots(plan: &Plan, container: ContainerId) -> Vec<bool> {
    let mut holds = vec![false; plan.spots.len()];
    let mut mark = |spot: SpotId| {
        if let Some(holds) = holds.get_mut(spot as usize) {
            *holds = true;
        }
    };
    for strip in plan.strips.iter().filter(|s| s.container == container) {
        mark(strip.spot);
    }
    for station in plan.stations.iter().filter(|s| s.lanes.iter().any(|l| l.container == container)) {
        mark(station.line_spot);
    }
    for queue in plan.queues.iter().filter(|q| q.room == container) {
        mark(queue.way_spot);
    }
    for step in plan.routes.iter().flat_map(|r| &r.steps) {
        match step {
            Step::Road { container: c, spot } if *c == container => mark(*spot),
            Step::Stage { station, room } if *room == container => {
                mark(plan.stations[*station as usize].line_spot);
                mark(plan.stations[*station as usize].booth_spot);
            }
            Step::Fork { vehicle, room, spot, .. } if *room == container => {
                mark(*spot);
                for &station in vehicle {
                    mark(plan.stations[station as usize].line_spot);
                    mark(plan.stations[station as usize].booth_spot);
                }
            }
            _ => {}
        }
    }
    holds
}
