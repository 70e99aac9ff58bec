//! What the benches share: the unit of the house's budgets, and the crossings that are measured.

#![allow(dead_code, reason = "each bench uses what it needs")]

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::hint::black_box;
use std::path::Path;

use kordon::crossing::{Blind, Plan, Simulation, compile};
use kordon::kernel::random::SourceKey;
use kordon::kernel::{Law, RunKey, name_key};
use kordon::scenario::{Clock, load};

pub(crate) const SERVICE: u64 = name_key("service");

/// Holds in one go.
pub(crate) const HOLDS: u64 = 10_000;

/// The crossings: name, file, the budget as a multiple of a hold (of a stage visit; an M/M/4 has two events in one).
pub(crate) const CROSSINGS: [(&str, &str, f64); 4] = [
    ("M/M/1", "tests/oracles/S01-mm1.toml", 1.2),
    ("M/M/4", "tests/oracles/S07-mm4-quarter.toml", 1.2),
    ("reference crossing", "benches/peers/reference-crossing.toml", 1.5),
    ("yahodyn-week", "scenarios/yahodyn-week.toml", 3.0),
];

pub(crate) fn plan(file: &str) -> Option<Plan> {
    let loaded = load(&Path::new(env!("CARGO_MANIFEST_DIR")).join(file), &[]).ok()?;
    let clock = Clock::new(&loaded.scenario.run, &loaded.scenario.side).ok()?;
    compile(&loaded.scenario, &clock, loaded.document.diagnostics()).ok()
}

/// A worker that has run once, so that it allocates no more.
pub(crate) fn worker(plan: &Plan) -> Simulation<'_, Blind> {
    let mut simulation = Simulation::new(plan, 1, 0, Blind);
    run(&mut simulation, 0);
    simulation
}

/// Runs a replication and says how many stage visits it had.
pub(crate) fn run(simulation: &mut Simulation<'_, Blind>, replication: u64) -> u64 {
    simulation.restart(1, replication);
    if simulation.run().is_err() {
        return 0;
    }
    simulation.books().stations.iter().map(|s| s.visits).sum()
}

/// Exponential gaps, each drawn by keys of its own: what every queue that is measured is given.
pub(crate) struct Gaps {
    law: Law,
    source: SourceKey,
    index: u64,
}

impl Gaps {
    pub(crate) fn new() -> Self {
        let source = RunKey::new(1, 0).source(name_key("bench"));
        Self { law: Law::exponential(60.0).unwrap_or(Law::Zero), source, index: 0 }
    }

    #[inline]
    pub(crate) fn next(&mut self) -> u64 {
        self.index += 1;
        self.law.ticks(&mut self.source.traveller(self.index).draw(SERVICE, 0))
    }
}

/// A binary heap that is held: the earliest is taken, drawn anew, put back.
pub(crate) struct Held {
    heap: BinaryHeap<Reverse<(u64, u64, u32, u32)>>,
    sequence: u64,
    gaps: Gaps,
}

impl Held {
    pub(crate) fn new(pending: u32) -> Self {
        let heap = BinaryHeap::with_capacity(pending as usize);
        let mut held = Self { heap, sequence: 0, gaps: Gaps::new() };
        for slot in 0..pending {
            held.put(0, slot & 7, slot);
        }
        held
    }

    #[inline]
    fn put(&mut self, now: u64, kind: u32, traveller: u32) {
        self.sequence += 1;
        self.heap.push(Reverse((now + self.gaps.next(), self.sequence, kind, traveller)));
    }

    pub(crate) fn hold(&mut self) {
        for _ in 0..HOLDS {
            let Some(Reverse((now, _, kind, traveller))) = self.heap.pop() else { break };
            self.put(now, kind, traveller);
        }
        black_box(self.heap.peek());
    }
}
