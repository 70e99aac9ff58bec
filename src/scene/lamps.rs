//! What every booth shows, from when on.

use crate::crossing::plan::{Lever, NONE, Plan, Schedule};
use crate::crossing::{Happened, Record};
use crate::kernel::time::Tick;
use crate::trace::Trace;

use super::stays::whole;

/// What a booth shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[repr(u8)]
pub enum LampState {
    /// Serves.
    Serving = 0,
    /// Open, and nobody there.
    Waiting = 1,
    /// Done, and held from ahead.
    Held = 2,
    /// Does not work: not on the roster, without an officer, or down.
    OffRoster = 3,
}

/// Changes of one booth's lamp, the first at 0.
pub type LampChanges = Vec<(Tick, LampState)>;

/// A booth while the records are passed.
#[derive(Debug, Clone, Copy)]
struct Booth {
    open: bool,
    traveller: u32,
    stopped: bool,
    held: bool,
}

impl Booth {
    const EMPTY: Self = Self { open: false, traveller: NONE, stopped: false, held: false };

    fn serves(&self) -> bool {
        self.traveller != NONE && !self.stopped && !self.held
    }
}

struct Lighting<'a> {
    plan: &'a Plan,
    booths: Vec<Booth>,
    /// By traveller: the booth it is at.
    booth_of: Vec<u32>,
    station_of: Vec<u16>,
    outages: Vec<bool>,
    /// Officers at work and on duty, by pool.
    pools: Vec<(u32, u32)>,
    dirty: Vec<u32>,
    lamps: Vec<LampChanges>,
}

/// The lamps of every booth over a run.
pub(super) fn lamps(plan: &Plan, trace: &Trace) -> Vec<LampChanges> {
    let travellers = trace.travellers().last().map_or(0, |(i, _)| i as usize + 1);
    let mut station_of = vec![0; plan.booths as usize];
    for (s, station) in plan.stations.iter().enumerate() {
        for booth in station.booths.clone() {
            station_of[booth as usize] = s as u16;
        }
    }
    let mut lighting = Lighting {
        plan,
        booths: vec![Booth::EMPTY; plan.booths as usize],
        booth_of: vec![NONE; travellers],
        station_of,
        outages: vec![false; plan.outages.len()],
        pools: vec![(0, 0); plan.pools.len()],
        dirty: (0..plan.booths).collect(),
        lamps: vec![Vec::new(); plan.booths as usize],
    };
    lighting.run(trace);
    lighting.lamps
}

impl Lighting<'_> {
    fn run(&mut self, trace: &Trace) {
        let duty = duty_changes(self.plan);
        let mut duty = duty.iter().peekable();
        let mut records = trace.records().iter().peekable();
        loop {
            let next = [records.peek().map(|r| r.at), duty.peek().map(|c| c.0)];
            let Some(at) = next.into_iter().flatten().min().filter(|&at| at <= trace.end()) else { break };
            while let Some(&(_, pool, level)) = duty.next_if(|c| c.0 == at) {
                self.pools[pool as usize].1 = level;
                self.look_at_pool(pool);
            }
            while let Some(record) = records.next_if(|r| r.at == at) {
                self.tell(record);
            }
            self.light(whole(at));
        }
    }

    fn tell(&mut self, record: &Record) {
        let i = record.traveller;
        match record.what {
            Happened::Starts { booth } => {
                self.vacate(i);
                self.booth_of[i as usize] = booth;
                self.change(booth, |b| *b = Booth { traveller: i, stopped: false, held: false, ..*b });
            }
            Happened::Stops { .. } => self.at_booth_of(i, |b| (b.stopped, b.held) = (true, false)),
            Happened::GoesOn { .. } => self.at_booth_of(i, |b| (b.stopped, b.held) = (false, false)),
            Happened::Done { .. } | Happened::Held { .. } => {
                self.at_booth_of(i, |b| (b.stopped, b.held) = (false, true));
            }
            Happened::At(_) | Happened::Left(_) => self.vacate(i),
            Happened::Booth { booth, open } => self.change(booth, |b| b.open = open),
            Happened::Outage { outage, begins } => {
                self.outages[outage as usize] = begins;
                for &station in &self.plan.outages[outage as usize].stations {
                    self.dirty.extend(self.plan.stations[station as usize].booths.clone());
                }
            }
            _ => {}
        }
    }

    fn at_booth_of(&mut self, i: u32, change: impl FnOnce(&mut Booth)) {
        if let Some(&booth) = self.booth_of.get(i as usize).filter(|b| **b != NONE) {
            self.change(booth, change);
        }
    }

    fn vacate(&mut self, i: u32) {
        self.at_booth_of(i, |b| {
            if b.traveller == i {
                *b = Booth { open: b.open, ..Booth::EMPTY };
            }
        });
        self.booth_of[i as usize] = NONE;
    }

    /// Changes a booth, and the number of officers at work with it.
    fn change(&mut self, booth: u32, change: impl FnOnce(&mut Booth)) {
        let b = &mut self.booths[booth as usize];
        let served = b.serves();
        change(b);
        let serves = b.serves();
        self.dirty.push(booth);
        if served == serves {
            return;
        }
        let plan = self.plan;
        for &pool in &plan.stations[self.station_of[booth as usize] as usize].pools {
            let (busy, _) = &mut self.pools[pool as usize];
            *busy = if serves { *busy + 1 } else { busy.saturating_sub(1) };
            self.look_at_pool(pool);
        }
    }

    fn look_at_pool(&mut self, pool: u16) {
        for &station in &self.plan.pools[pool as usize].stations {
            self.dirty.extend(self.plan.stations[station as usize].booths.clone());
        }
    }

    /// Files what changed at this millisecond.
    fn light(&mut self, at: Tick) {
        let mut dirty = std::mem::take(&mut self.dirty);
        dirty.sort_unstable();
        dirty.dedup();
        for &booth in &dirty {
            let now = self.lamp(booth);
            let lamps = &mut self.lamps[booth as usize];
            if lamps.last().is_some_and(|last| last.0 == at) {
                lamps.pop();
            }
            if lamps.last().is_none_or(|last| last.1 != now) {
                lamps.push((at, now));
            }
        }
        dirty.clear();
        self.dirty = dirty;
    }

    fn lamp(&self, booth: u32) -> LampState {
        let b = &self.booths[booth as usize];
        let station = self.station_of[booth as usize];
        let down = self.is_down(station, booth);
        if b.traveller != NONE {
            return match (b.held, b.stopped || down) {
                (true, _) => LampState::Held,
                (_, true) => LampState::OffRoster,
                _ => LampState::Serving,
            };
        }
        let pools = &self.plan.stations[station as usize].pools;
        let unstaffed = pools.iter().any(|&p| self.pools[p as usize].0 >= self.pools[p as usize].1);
        if !b.open || unstaffed || down { LampState::OffRoster } else { LampState::Waiting }
    }

    /// Does an outage stop everybody at this booth?
    fn is_down(&self, station: u16, booth: u32) -> bool {
        self.outages.iter().zip(&self.plan.outages).any(|(&on, outage)| {
            on && outage.speed <= 0.0
                && outage.serves.is_everyone()
                && outage.stations.contains(&station)
                && outage.booth.is_none_or(|b| b == booth)
        })
    }
}

/// Every change of the number of officers on duty: (when, pool, how many), rosters and live changes, in order.
fn duty_changes(plan: &Plan) -> Vec<(Tick, u16, u32)> {
    let roster =
        |(p, level): (u16, &Schedule)| level.changes.iter().map(|c| (c.0, p, c.1)).collect::<Vec<_>>();
    let pools = plan.pools.iter().enumerate().map(|(p, pool)| (p as u16, &pool.level));
    let live = plan.interventions.iter().filter_map(|i| match i.set {
        Lever::Officers { pool, count } => Some((i.at, pool, count)),
        Lever::Booths { .. } | Lever::Room { .. } => None,
    });
    // As in the engine, a live change comes before what the roster says for the same tick.
    let mut changes: Vec<_> = live.chain(pools.flat_map(roster)).collect();
    changes.sort_by_key(|c| c.0);
    changes
}
