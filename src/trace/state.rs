//! Who is where at a time.
//!
//! A [`State`] is what all records up to a time amount to. The trace keeps one at intervals; a seek copies the last one
//! before the time asked for and replays what lies between. Playing forward replays only what is new.

use crate::crossing::plan::{ContainerId, NONE, NONE16, SpotId};
use crate::crossing::{Happened, Record};
use crate::kernel::time::Tick;

use super::Trace;

/// Records between two snapshots, at least.
const INTERVAL: usize = 4096;

/// What somebody does at the place where it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Phase {
    /// Waits there or is under way (the place's kind says which).
    Here,
    /// Is being served.
    Served,
    /// Its service has stopped before its end and the booth is still its own.
    Stopped,
    /// Has no room ahead: waits for the container named in [`Stand::held_by`].
    Held,
}

/// One traveller at a time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stand {
    /// Who.
    pub traveller: u32,
    /// Where; [`NONE16`] in the instant before its first place.
    pub spot: SpotId,
    /// At this spot since.
    pub since: Tick,
    /// The record that brought it here.
    pub came: u32,
    /// Rank among those at the spot: the smaller is ahead.
    pub order: u32,
    /// Booth it occupies, served or held; [`NONE`] without.
    pub booth: u32,
    /// What it does.
    pub phase: Phase,
    /// Does it since.
    pub phase_since: Tick,
    /// Container it waits for; [`NONE16`] without.
    pub held_by: ContainerId,
    before: (SpotId, u32),
}

/// One booth at a time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BoothNow {
    /// Open by roster?
    pub open: bool,
    /// Who occupies it; [`NONE`] for nobody.
    pub traveller: u32,
    /// So since.
    pub since: Tick,
}

impl BoothNow {
    const UNKNOWN: Self = Self { open: false, traveller: NONE, since: 0 };
}

/// Everything at a time: who is where, which booths are open, which outages are on.
#[derive(Debug, Clone)]
pub struct State {
    at: Tick,
    upto: usize,
    stands: Vec<Stand>,
    place: Vec<u32>,
    booths: Vec<BoothNow>,
    outages: Vec<bool>,
    numbers: Vec<u32>,
}

/// A kept state, without the reverse index.
#[derive(Debug, Clone)]
pub(super) struct Snapshot {
    upto: usize,
    stands: Vec<Stand>,
    booths: Vec<BoothNow>,
    outages: Vec<bool>,
    numbers: Vec<u32>,
}

impl State {
    fn empty(travellers: usize) -> Self {
        Self {
            at: 0,
            upto: 0,
            stands: Vec::new(),
            place: vec![NONE; travellers],
            booths: Vec::new(),
            outages: Vec::new(),
            numbers: Vec::new(),
        }
    }

    /// The time this is the state at: all records of that tick have happened.
    pub fn at(&self) -> Tick {
        self.at
    }

    /// Everybody inside, in no particular order.
    pub fn stands(&self) -> &[Stand] {
        &self.stands
    }

    /// Where one traveller is; none before it appears and after it left.
    pub fn stand(&self, traveller: u32) -> Option<&Stand> {
        let place = *self.place.get(traveller as usize)?;
        self.stands.get(place as usize)
    }

    /// A booth.
    pub fn booth(&self, booth: u32) -> BoothNow {
        self.booths.get(booth as usize).copied().unwrap_or(BoothNow::UNKNOWN)
    }

    /// Is an outage on?
    pub fn outage(&self, outage: u16) -> bool {
        self.outages.get(outage as usize).copied().unwrap_or(false)
    }

    /// Number at a spot.
    pub fn number_at(&self, spot: SpotId) -> u32 {
        self.numbers.get(spot as usize).copied().unwrap_or(0)
    }

    /// Appends those at a spot to `into`, who comes first ahead.
    pub fn at_spot(&self, spot: SpotId, into: &mut Vec<Stand>) {
        let from = into.len();
        into.extend(self.stands.iter().filter(|s| s.spot == spot));
        into[from..].sort_unstable_by_key(|s| s.order);
    }

    fn apply(&mut self, k: usize, record: &Record) {
        let i = record.traveller;
        match record.what {
            Happened::Appeared { .. } => self.appear(i, record.at, k as u32),
            Happened::At(spot) => self.come(i, spot, record.at, k as u32),
            Happened::Starts { booth } => self.start(i, booth, record.at),
            Happened::Stops { .. } => self.phase(i, Phase::Stopped, record.at, NONE16),
            Happened::GoesOn { .. } => self.phase(i, Phase::Served, record.at, NONE16),
            Happened::Done { .. } => self.phase(i, Phase::Held, record.at, NONE16),
            Happened::Held { by } => self.phase(i, Phase::Held, record.at, by),
            Happened::Left(_) => self.leave(i, record.at),
            Happened::Booth { booth, open } => {
                let b = self.booth_mut(booth);
                b.open = open;
            }
            Happened::Outage { outage, begins } => set(&mut self.outages, outage as usize, begins, false),
            _ => {}
        }
    }

    fn appear(&mut self, i: u32, at: Tick, k: u32) {
        if self.place.len() <= i as usize {
            self.place.resize(i as usize + 1, NONE);
        }
        self.place[i as usize] = self.stands.len() as u32;
        self.stands.push(Stand {
            traveller: i,
            spot: NONE16,
            since: at,
            came: k,
            order: k,
            booth: NONE,
            phase: Phase::Here,
            phase_since: at,
            held_by: NONE16,
            before: (NONE16, NONE),
        });
    }

    fn stand_mut(&mut self, i: u32) -> Option<&mut Stand> {
        let place = *self.place.get(i as usize)?;
        self.stands.get_mut(place as usize)
    }

    fn come(&mut self, i: u32, spot: SpotId, at: Tick, k: u32) {
        let Some(s) = self.stand_mut(i) else { return };
        let (old, booth) = (s.spot, s.booth);
        // Whoever is sent back to the head of its line stands where it stood.
        let back = s.phase == Phase::Stopped && s.before.0 == spot;
        let order = if back { s.before.1 } else { k };
        s.before = (s.spot, s.order);
        (s.spot, s.since, s.came, s.order) = (spot, at, k, order);
        (s.booth, s.phase, s.phase_since, s.held_by) = (NONE, Phase::Here, at, NONE16);
        self.vacate(i, booth, at);
        self.change(old, spot);
    }

    fn start(&mut self, i: u32, booth: u32, at: Tick) {
        let Some(s) = self.stand_mut(i) else { return };
        let old = std::mem::replace(&mut s.booth, booth);
        (s.phase, s.phase_since, s.held_by) = (Phase::Served, at, NONE16);
        if old != booth {
            self.vacate(i, old, at);
        }
        let b = self.booth_mut(booth);
        (b.traveller, b.since) = (i, at);
    }

    fn phase(&mut self, i: u32, phase: Phase, at: Tick, by: ContainerId) {
        let Some(s) = self.stand_mut(i) else { return };
        if s.phase != phase {
            s.phase_since = at;
        }
        (s.phase, s.held_by) = (phase, by);
    }

    fn leave(&mut self, i: u32, at: Tick) {
        let Some(&s) = self.stand(i) else { return };
        self.vacate(i, s.booth, at);
        self.change(s.spot, NONE16);
        let place = std::mem::replace(&mut self.place[i as usize], NONE);
        self.stands.swap_remove(place as usize);
        if let Some(moved) = self.stands.get(place as usize) {
            self.place[moved.traveller as usize] = place;
        }
    }

    fn vacate(&mut self, i: u32, booth: u32, at: Tick) {
        if booth != NONE && self.booths[booth as usize].traveller == i {
            let b = &mut self.booths[booth as usize];
            (b.traveller, b.since) = (NONE, at);
        }
    }

    fn booth_mut(&mut self, booth: u32) -> &mut BoothNow {
        if self.booths.len() <= booth as usize {
            self.booths.resize(booth as usize + 1, BoothNow::UNKNOWN);
        }
        &mut self.booths[booth as usize]
    }

    fn change(&mut self, from: SpotId, to: SpotId) {
        if from != NONE16 {
            self.numbers[from as usize] -= 1;
        }
        if to != NONE16 {
            let number = self.number_at(to) + 1;
            set(&mut self.numbers, to as usize, number, 0);
        }
    }

    fn load(&mut self, snapshot: &Snapshot) {
        for s in &self.stands {
            self.place[s.traveller as usize] = NONE;
        }
        self.stands.clone_from(&snapshot.stands);
        self.booths.clone_from(&snapshot.booths);
        self.outages.clone_from(&snapshot.outages);
        self.numbers.clone_from(&snapshot.numbers);
        for (place, s) in self.stands.iter().enumerate() {
            self.place[s.traveller as usize] = place as u32;
        }
        self.upto = snapshot.upto;
    }

    fn keep(&self) -> Snapshot {
        Snapshot {
            upto: self.upto,
            stands: self.stands.clone(),
            booths: self.booths.clone(),
            outages: self.outages.clone(),
            numbers: self.numbers.clone(),
        }
    }
}

fn set<T: Clone>(list: &mut Vec<T>, at: usize, value: T, empty: T) {
    if list.len() <= at {
        list.resize(at + 1, empty);
    }
    list[at] = value;
}

impl Trace {
    /// The state at a time, all records of that tick included.
    pub fn at(&self, at: Tick) -> State {
        let mut state = State::empty(self.lives.len());
        self.seek(&mut state, at);
        state
    }

    /// Moves a state of this trace to another time, earlier or later. Allocates only when more are inside than ever
    /// before. A state taken from another trace must not be passed.
    pub fn seek(&self, state: &mut State, at: Tick) {
        let target = self.upto(at);
        let near = state.upto <= target && target - state.upto <= INTERVAL;
        if !near {
            let found = self.snapshots.partition_point(|s| s.upto <= target);
            let snapshot = found.checked_sub(1).and_then(|k| self.snapshots.get(k));
            if let Some(snapshot) = snapshot.filter(|s| state.upto > target || s.upto > state.upto) {
                state.load(snapshot);
            }
        }
        for k in state.upto..target {
            state.apply(k, &self.records[k]);
        }
        (state.upto, state.at) = (target, at);
    }

    pub(super) fn take_snapshots(&mut self) {
        let mut state = State::empty(self.lives.len());
        let mut kept = vec![state.keep()];
        let mut due = INTERVAL;
        for (k, record) in self.records.iter().enumerate() {
            if k >= due {
                state.upto = k;
                kept.push(state.keep());
                // Where many are inside a snapshot is large, and worth more records.
                due = k + INTERVAL.max(2 * state.stands.len());
            }
            state.apply(k, record);
        }
        self.snapshots = kept;
    }
}
