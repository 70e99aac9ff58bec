//! The trace and its index: who has which records, and how many are at a place when.

use crate::crossing::plan::{NONE, NONE16, SpotId};
use crate::crossing::{Happened, Outcome, Record};
use crate::kernel::time::Tick;

use super::Notes;
use super::state::Snapshot;

/// The frame of one traveller's stay.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Life {
    /// Source index.
    pub source: u16,
    /// Number in its source, from 0.
    pub index: u32,
    /// For a passenger: the run's number of its vehicle; [`NONE`] for a traveller of its own.
    pub of: u32,
    /// When it appeared.
    pub appeared: Tick,
    /// When and how it left; none while it is inside at the end of the run.
    pub left: Option<(Tick, Outcome)>,
    /// Its first record.
    pub first: u32,
    /// Its last record.
    pub last: u32,
}

impl Life {
    const NOBODY: Self = Self {
        source: NONE16,
        index: NONE,
        of: NONE,
        appeared: Tick::MAX,
        left: None,
        first: NONE,
        last: NONE,
    };

    /// Is this a traveller of its own, not a passenger of one?
    pub fn is_whole(&self) -> bool {
        self.of == NONE
    }

    /// When the stay ends: when it left, or at the end of the run.
    pub fn until(&self, end: Tick) -> Tick {
        self.left.map_or(end, |(at, _)| at)
    }
}

/// One run, as it was told: records in order, and an index over them.
#[derive(Debug, Clone)]
pub struct Trace {
    /// Seed of the run.
    pub seed: u64,
    /// Replication of the run.
    pub replication: u64,
    pub(super) records: Vec<Record>,
    pub(super) next: Vec<u32>,
    pub(super) prev: Vec<u32>,
    pub(super) lives: Vec<Life>,
    pub(super) numbers: Vec<Vec<(Tick, u32)>>,
    pub(super) snapshots: Vec<Snapshot>,
    notes: Notes,
    end: Tick,
}

impl Trace {
    /// The trace of these records, of a run that ended at `end`.
    pub fn new(records: Vec<Record>, end: Tick) -> Self {
        let count = records.len();
        let mut trace = Self {
            seed: 0,
            replication: 0,
            records,
            next: vec![NONE; count],
            prev: vec![NONE; count],
            lives: Vec::new(),
            numbers: Vec::new(),
            snapshots: Vec::new(),
            notes: Notes::default(),
            end,
        };
        trace.link();
        trace.count();
        trace.take_snapshots();
        trace
    }

    pub(super) fn of_run(mut self, seed: u64, replication: u64, notes: Notes) -> Self {
        (self.seed, self.replication, self.notes) = (seed, replication, notes);
        self
    }

    /// What a traveller is, as bits of [`Plan::words`](crate::crossing::Plan::words); 0 where nobody has noted it.
    pub fn words(&self, traveller: u32) -> u128 {
        self.notes.who.get(traveller as usize).map_or(0, |who| who.0)
    }

    /// Persons in the vehicle, itself for somebody on foot; 1 where nobody has noted it.
    pub fn persons(&self, traveller: u32) -> u32 {
        self.notes.who.get(traveller as usize).map_or(1, |who| who.1)
    }

    /// Every line that was joined: (number of records told before, traveller, line), in order.
    pub fn lines_joined(&self) -> &[(u32, u32, u32)] {
        &self.notes.lines
    }

    /// All records, in order.
    pub fn records(&self) -> &[Record] {
        &self.records
    }

    /// When the run ended.
    pub fn end(&self) -> Tick {
        self.end
    }

    /// Everybody who appeared, with its number, passengers included.
    pub fn travellers(&self) -> impl Iterator<Item = (u32, &Life)> + '_ {
        self.lives.iter().enumerate().filter(|(_, life)| life.first != NONE).map(|(i, life)| (i as u32, life))
    }

    /// The frame of one stay; none for a number nobody has.
    pub fn life(&self, traveller: u32) -> Option<&Life> {
        self.lives.get(traveller as usize).filter(|life| life.first != NONE)
    }

    /// The records of one traveller with their places in the list, in order.
    pub fn records_of(&self, traveller: u32) -> impl Iterator<Item = (u32, &Record)> + '_ {
        let mut at = self.life(traveller).map_or(NONE, |life| life.first);
        std::iter::from_fn(move || {
            let here = at;
            let record = self.records.get(here as usize)?;
            at = self.next[here as usize];
            Some((here, record))
        })
    }

    /// The next record of the same traveller; none after its last.
    pub fn next_of_same(&self, record: u32) -> Option<(u32, &Record)> {
        let next = *self.next.get(record as usize)?;
        self.records.get(next as usize).map(|r| (next, r))
    }

    /// The previous record of the same traveller; none before its first.
    pub fn previous_of_same(&self, record: u32) -> Option<(u32, &Record)> {
        let prev = *self.prev.get(record as usize)?;
        self.records.get(prev as usize).map(|r| (prev, r))
    }

    /// The booth at which somebody who came to a line with this record will be served, if the run lasted that long.
    pub fn booth_ahead(&self, came: u32) -> Option<u32> {
        let mut at = came;
        let mut moves = 0;
        while let Some((next, record)) = self.next_of_same(at) {
            match record.what {
                Happened::Starts { booth } => return Some(booth),
                Happened::At(_) if moves > 0 => return None,
                Happened::At(_) => moves += 1,
                _ => {}
            }
            at = next;
        }
        None
    }

    /// Records up to and including `at`.
    pub(super) fn upto(&self, at: Tick) -> usize {
        self.records.partition_point(|r| r.at <= at)
    }

    /// Number at a spot at time `at`, everything that happens at that tick included.
    pub fn number_at(&self, spot: SpotId, at: Tick) -> u32 {
        let Some(steps) = self.numbers.get(spot as usize) else { return 0 };
        match steps.partition_point(|s| s.0 <= at) {
            0 => 0,
            k => steps[k - 1].1,
        }
    }

    /// Every change of the number at a spot: (from, number), one for each tick at which it changes.
    pub fn numbers(&self, spot: SpotId) -> &[(Tick, u32)] {
        self.numbers.get(spot as usize).map_or(&[], Vec::as_slice)
    }

    fn link(&mut self) {
        for k in 0..self.records.len() {
            let Record { at, traveller, what } = self.records[k];
            if traveller == NONE {
                continue;
            }
            if self.lives.len() <= traveller as usize {
                self.lives.resize(traveller as usize + 1, Life::NOBODY);
            }
            let life = &mut self.lives[traveller as usize];
            if life.first == NONE {
                life.first = k as u32;
            } else {
                self.next[life.last as usize] = k as u32;
                self.prev[k] = life.last;
            }
            life.last = k as u32;
            match what {
                Happened::Appeared { source, index, of } => {
                    (life.source, life.index, life.of, life.appeared) = (source, index, of, at);
                }
                Happened::Left(outcome) => life.left = Some((at, outcome)),
                _ => {}
            }
        }
    }

    fn count(&mut self) {
        let mut spot_of = vec![NONE16; self.lives.len()];
        for k in 0..self.records.len() {
            let Record { at, traveller, what } = self.records[k];
            let to = match what {
                Happened::At(spot) => spot,
                Happened::Left(_) => NONE16,
                _ => continue,
            };
            let from = std::mem::replace(&mut spot_of[traveller as usize], to);
            self.step(from, at, false);
            self.step(to, at, true);
        }
    }

    fn step(&mut self, spot: SpotId, at: Tick, up: bool) {
        if spot == NONE16 {
            return;
        }
        if self.numbers.len() <= spot as usize {
            self.numbers.resize(spot as usize + 1, Vec::new());
        }
        let steps = &mut self.numbers[spot as usize];
        let number = steps.last().map_or(0, |s| s.1);
        let number = if up { number + 1 } else { number.saturating_sub(1) };
        match steps.last_mut() {
            Some(last) if last.0 == at => last.1 = number,
            _ => steps.push((at, number)),
        }
    }
}
