//! A worker's second replication allocates nothing: not in the ready week of trucks, and not in a crossing that uses
//! every mechanism at once.
//!
//! A whole process has one allocator, so this file holds one test and counts only while it says so.

#![allow(clippy::unwrap_used, clippy::panic, reason = "tests")]

mod common;
mod counting;
mod generator;

use counting::allocations;

use kordon::crossing::{Blind, Plan, Simulation, compile};
use kordon::scenario::{Clock, load, load_str};

fn compiled(loaded: Result<kordon::scenario::Loaded, kordon::scenario::Diagnostics>) -> Result<Plan, String> {
    let loaded = loaded.map_err(|e| e.render(false))?;
    let clock = Clock::new(&loaded.scenario.run, &loaded.scenario.side).map_err(|e| format!("{e:?}"))?;
    compile(&loaded.scenario, &clock, loaded.document.diagnostics()).map_err(|e| e.render(false))
}

/// Allocations of a replication that is run a second time in the same memory.
fn second(plan: &Plan, replication: u64) -> u64 {
    let mut simulation = Simulation::new(plan, 1, replication, Blind);
    if simulation.run().is_err() {
        return 0;
    }
    let (count, ended) = allocations(|| {
        simulation.restart(1, replication);
        simulation.run()
    });
    ended.unwrap();
    count
}

#[test]
fn a_second_replication_allocates_nothing() {
    let week = concat!(env!("CARGO_MANIFEST_DIR"), "/scenarios/yahodyn-week.toml");
    let plan = compiled(load(std::path::Path::new(week), &[])).unwrap();
    assert_eq!(second(&plan, 0), 0, "yahodyn-week");
    // Another replication may have more inside than any before it, and only then may it allocate.
    let mut simulation = Simulation::new(&plan, 1, 0, Blind);
    simulation.run().unwrap();
    let mut by_replication = vec![];
    for replication in 1..6 {
        let (count, ended) = allocations(|| {
            simulation.restart(1, replication);
            simulation.run()
        });
        ended.unwrap();
        by_replication.push(count);
    }
    println!("allocations of five further replications in the same memory: {by_replication:?}");
    let mut with_allocations = vec![];
    let mut tried = 0;
    for seed in 0..150 {
        let text = generator::crossing(seed, generator::ALL).text;
        let Ok(plan) = compiled(load_str("generated.toml", &text, &[])) else { continue };
        tried += 1;
        let n = second(&plan, 0);
        if n > 0 {
            with_allocations.push((seed, n));
        }
    }
    assert!(tried > 100);
    assert!(with_allocations.is_empty(), "(seed, allocations): {with_allocations:?}");
}
