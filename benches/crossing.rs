//! What a stage visit costs, beside the unit of the house's budgets: one *hold* (take the earliest event, draw, schedule
//! again) in a `std::collections::BinaryHeap` of 128.
//!
//! Criterion times each; at the end the ratios are printed, all measured in the same run.

mod common;

use std::hint::black_box;
use std::time::{Duration, Instant};

use common::{CROSSINGS, HOLDS, Held, plan, run, worker};
use criterion::{Criterion, Throughput};

const PENDING: u32 = 128;

fn benches(c: &mut Criterion) {
    let mut group = c.benchmark_group("hold");
    group.throughput(Throughput::Elements(HOLDS));
    let mut held = Held::new(PENDING);
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
    let mut held = Held::new(PENDING);
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
