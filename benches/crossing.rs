//! What a stage visit costs, beside the unit of the house's budgets: one *hold* (take the earliest event, draw, schedule
//! again) in a `std::collections::BinaryHeap` of 128.
//!
//! Criterion times each; at the end the ratios are printed, all measured in the same run.

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::hint::black_box;
use std::path::Path;
use std::time::{Duration, Instant};

use criterion::{Criterion, Throughput};
use kordon::crossing::{Blind, Plan, Simulation, compile};
use kordon::kernel::random::SourceKey;
use kordon::kernel::{Law, RunKey, name_key};
use kordon::scenario::{Clock, load};

const SERVICE: u64 = name_key("service");
const HOLDS: u64 = 10_000;
const PENDING: u32 = 128;

/// The crossings: name, file, the budget as a multiple of a hold (of a stage visit; an M/M/4 has two events in one).
const CROSSINGS: [(&str, &str, f64); 4] = [
    ("M/M/1", "tests/oracles/S01-mm1.toml", 1.2),
    ("M/M/4", "tests/oracles/S07-mm4-quarter.toml", 1.2),
    ("reference crossing", "benches/peers/reference-crossing.toml", 1.5),
    ("yahodyn-week", "scenarios/yahodyn-week.toml", 3.0),
];

fn plan(file: &str) -> Option<Plan> {
    let loaded = load(&Path::new(env!("CARGO_MANIFEST_DIR")).join(file), &[]).ok()?;
    let clock = Clock::new(&loaded.scenario.run, &loaded.scenario.side).ok()?;
    compile(&loaded.scenario, &clock, loaded.document.diagnostics()).ok()
}

/// A heap that is held: the earliest is taken, drawn anew, put back.
struct Held {
    heap: BinaryHeap<Reverse<(u64, u64, u32, u32)>>,
    sequence: u64,
    law: Law,
    source: SourceKey,
}

impl Held {
    fn new() -> Self {
        let source = RunKey::new(1, 0).source(name_key("bench"));
        let law = Law::exponential(60.0).unwrap_or(Law::Zero);
        let mut held = Self { heap: BinaryHeap::with_capacity(PENDING as usize), sequence: 0, law, source };
        for slot in 0..PENDING {
            let gap = held.gap();
            held.heap.push(Reverse((gap, held.sequence, slot & 7, slot)));
        }
        held
    }

    #[inline]
    fn gap(&mut self) -> u64 {
        self.sequence += 1;
        self.law.ticks(&mut self.source.traveller(self.sequence).draw(SERVICE, 0))
    }

    fn hold(&mut self) {
        for _ in 0..HOLDS {
            let Some(Reverse((now, _, kind, traveller))) = self.heap.pop() else { break };
            let gap = self.gap();
            self.heap.push(Reverse((now + gap, self.sequence, kind, traveller)));
        }
        black_box(self.heap.peek());
    }
}

/// A worker that has run once, so that it allocates no more.
fn worker(plan: &Plan) -> Simulation<'_, Blind> {
    let mut simulation = Simulation::new(plan, 1, 0, Blind);
    run(&mut simulation, 0);
    simulation
}

fn run(simulation: &mut Simulation<'_, Blind>, replication: u64) -> u64 {
    simulation.restart(1, replication);
    if simulation.run().is_err() {
        return 0;
    }
    simulation.books().stations.iter().map(|s| s.visits).sum()
}

fn benches(c: &mut Criterion) {
    let mut group = c.benchmark_group("hold");
    group.throughput(Throughput::Elements(HOLDS));
    let mut held = Held::new();
    group.bench_function("binary heap of 128", |b| b.iter(|| held.hold()));
    group.finish();
    for (name, file, _) in CROSSINGS {
        let Some(plan) = plan(file) else { continue };
        let mut simulation = worker(&plan);
        let mut group = c.benchmark_group(name);
        group.sample_size(10).throughput(Throughput::Elements(run(&mut simulation, 0)));
        group.bench_function("stage visit", |b| b.iter(|| run(&mut simulation, 0)));
        group.finish();
    }
}

/// Nanoseconds for each unit of `work`, the least of many samples: what the machine can do when nobody disturbs it.
fn nanoseconds(mut work: impl FnMut() -> u64) -> f64 {
    let mut best = f64::MAX;
    let begun = Instant::now();
    while begun.elapsed() < Duration::from_secs(2) {
        let start = Instant::now();
        let units = black_box(work());
        best = best.min(start.elapsed().as_nanos() as f64 / units.max(1) as f64);
    }
    best
}

fn ratios() {
    let mut held = Held::new();
    let unit = nanoseconds(|| {
        held.hold();
        HOLDS
    });
    println!("\n{:<22} {unit:>8.1} ns   1.00 hold", "hold (128, heap)");
    for (name, file, budget) in CROSSINGS {
        let Some(plan) = plan(file) else {
            println!("{name:<22} cannot be read");
            continue;
        };
        let mut simulation = worker(&plan);
        let mut events = 0;
        let visit = nanoseconds(|| {
            let visits = run(&mut simulation, 0);
            events = simulation.books().events;
            visits
        });
        let per_visit = events as f64 / run(&mut simulation, 0).max(1) as f64;
        println!(
            "{name:<22} {visit:>8.1} ns   {:.2} hold a stage visit (budget {budget:.1}); {:.2} events a visit, {:.2} hold an event",
            visit / unit,
            per_visit,
            visit / unit / per_visit,
        );
    }
}

fn main() {
    let mut criterion = Criterion::default()
        .warm_up_time(Duration::from_millis(500))
        .measurement_time(Duration::from_secs(3))
        .configure_from_args();
    benches(&mut criterion);
    criterion.final_summary();
    ratios();
}
