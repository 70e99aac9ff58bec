//! Whatever crossing a file describes, the run keeps its promises: everybody is accounted for to the tick, the
//! undisturbed clock never runs ahead, nobody is served at a closed booth or at two at once, there are never more at work
//! than on duty, and the same replication is the same run.
//!
//! The crossings are generated as text (`tests/generator`); what they cover is counted, printed and never zero.

#![allow(clippy::unwrap_used, clippy::panic, reason = "tests")]

mod common;
mod generator;

use std::cell::{Cell, RefCell};
use std::collections::{BTreeMap, HashMap, HashSet};

use common::All;
use kordon::crossing::{Happened, Outcome, Plan, Record, RunError, Simulation, compile};
use kordon::scenario::{Clock, load_str};
use proptest::prelude::*;
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};

/// The plan of a text, or why there is none.
fn plan_of(text: &str) -> Result<Plan, String> {
    let loaded = load_str("generated.toml", text, &[]).map_err(|e| e.render(false))?;
    let clock = Clock::new(&loaded.scenario.run, &loaded.scenario.side).map_err(|e| format!("{e:?}"))?;
    compile(&loaded.scenario, &clock, loaded.document.diagnostics()).map_err(|e| e.render(false))
}

/// What the records of a run must say of every booth and every traveller.
fn booths_and_travellers(plan: &Plan, records: &[Record]) -> Result<(), String> {
    let mut open: HashMap<u32, bool> = HashMap::new();
    let mut at: HashMap<u32, u32> = HashMap::new();
    let mut of: HashMap<u32, u32> = HashMap::new();
    let (mut here, mut gone) = (HashSet::new(), HashSet::new());
    let mut before = 0;
    for r in records {
        let who = r.traveller;
        if r.at < before {
            return Err(format!("the clock goes back from {before} to {}", r.at));
        }
        before = r.at;
        if who != u32::MAX && gone.contains(&who) {
            return Err(format!("traveller {who} left and {:?} at {}", r.what, r.at));
        }
        match r.what {
            Happened::Appeared { .. } if !here.insert(who) => {
                return Err(format!("traveller {who} appears twice"));
            }
            Happened::Booth { booth, open: is } => _ = open.insert(booth, is),
            Happened::Starts { booth } => {
                if !open.get(&booth).copied().unwrap_or(false) {
                    return Err(format!(
                        "traveller {who} starts at {} at booth {booth}, which is closed",
                        r.at
                    ));
                }
                if let Some(other) = at.insert(booth, who) {
                    return Err(format!("{who} starts at {} at booth {booth}, where {other} is", r.at));
                }
                if let Some(other) = of.insert(who, booth) {
                    return Err(format!("{who} starts at {} at booth {booth} and is at {other}", r.at));
                }
            }
            Happened::At(spot) => {
                // Whoever is at another spot than a booth has left its booth.
                if plan.spots[spot as usize].kind != kordon::crossing::plan::SpotKind::Booth
                    && let Some(booth) = of.remove(&who)
                {
                    at.remove(&booth);
                }
            }
            Happened::Done { booth } => {
                if at.get(&booth) != Some(&who) {
                    return Err(format!("{who} is done at {} at booth {booth}, where it is not", r.at));
                }
                // It may hold the booth still: the next service frees it.
                at.remove(&booth);
                of.remove(&who);
            }
            Happened::Left(_) => {
                gone.insert(who);
                if let Some(booth) = of.remove(&who) {
                    at.remove(&booth);
                }
            }
            _ => {}
        }
    }
    Ok(())
}

/// What happened in a run, as words of the coverage.
fn seen(records: &[Record]) -> Vec<&'static str> {
    let kinds = records.iter().filter_map(|r| match r.what {
        Happened::Held { .. } => Some("seen: blocking"),
        Happened::Knot { .. } => Some("seen: deadlock"),
        Happened::Stops { .. } => Some("seen: work stopped"),
        Happened::GoesOn { .. } => Some("seen: work went on"),
        Happened::Outage { .. } => Some("seen: outage"),
        Happened::Left(Outcome::Crossed) => Some("seen: crossed"),
        Happened::Left(Outcome::Refused) => Some("seen: refused"),
        Happened::Left(Outcome::TurnedAway) => Some("seen: turned away"),
        Happened::Left(Outcome::Balked) => Some("seen: balked"),
        Happened::Left(Outcome::GaveUp) => Some("seen: gave up"),
        Happened::Left(Outcome::NoShow) => Some("seen: no-show"),
        Happened::Left(Outcome::Cancelled) => Some("seen: cancelled"),
        Happened::Left(Outcome::SentAway) => Some("seen: sent away"),
        _ => None,
    });
    let mut kinds: Vec<&str> = kinds.collect();
    kinds.sort_unstable();
    kinds.dedup();
    kinds
}

#[derive(Default)]
struct Coverage {
    counts: BTreeMap<String, u32>,
    refused: u32,
    first_refusal: String,
    runs: u32,
}

fn check(seed: u64, allowed: u64, coverage: &RefCell<Coverage>) -> Result<(), String> {
    let crossing = generator::crossing(seed, allowed);
    let plan = match plan_of(&crossing.text) {
        Ok(plan) => plan,
        Err(why) => {
            let mut coverage = coverage.borrow_mut();
            coverage.refused += 1;
            if coverage.first_refusal.is_empty() {
                coverage.first_refusal = format!("{why}\n{}", crossing.text);
            }
            return Ok(());
        }
    };
    let fail = |words: String| Err(words);
    let mut simulation = Simulation::new(&plan, seed, 0, All::default());
    match simulation.run() {
        Ok(()) => {}
        Err(RunError::TooManyInside { .. }) => return Ok(()),
        Err(error) => return fail(format!("{error}")),
    }
    let audit = simulation.books().audit.failures.clone();
    if !audit.is_empty() {
        return fail(format!("the audit failed: {audit:?}"));
    }
    let ends = (simulation.books().flow, simulation.books().events, simulation.books().end);
    let records = simulation.into_observer().0;
    if let Err(words) = booths_and_travellers(&plan, &records) {
        return fail(words);
    }
    // Another replication, and the first again in the same memory: the same run, record by record.
    let mut simulation = Simulation::new(&plan, seed, 1, All(Vec::new()));
    simulation.run().map_err(|e| e.to_string())?;
    let skip = simulation.observer().0.len();
    simulation.restart(seed, 0);
    simulation.run().map_err(|e| e.to_string())?;
    let same_ends = ends == (simulation.books().flow, simulation.books().events, simulation.books().end);
    let again = simulation.into_observer().0.split_off(skip);
    if !same_ends || again != records {
        let at = again.iter().zip(&records).position(|(a, b)| a != b);
        let differs = at.map(|at| format!("{:?} against {:?}", records[at], again[at]));
        return fail(format!("restarted, replication 0 is another run: record {at:?}: {differs:?}"));
    }
    let mut coverage = coverage.borrow_mut();
    coverage.runs += 1;
    for what in crossing.uses.iter().map(String::as_str).chain(seen(&records)) {
        *coverage.counts.entry(what.to_owned()).or_default() += 1;
    }
    Ok(())
}

const CASES: u32 = 1000;

/// A check that also catches panics.
fn tried(seed: u64, allowed: u64, coverage: &RefCell<Coverage>) -> Result<(), String> {
    let run = std::panic::AssertUnwindSafe(|| check(seed, allowed, coverage));
    match std::panic::catch_unwind(run) {
        Ok(result) => result,
        Err(panic) => {
            let words = panic.downcast_ref::<String>().cloned();
            Err(words.or_else(|| panic.downcast_ref::<&str>().map(|s| (*s).to_owned())).unwrap_or_default())
        }
    }
}

/// Takes mechanisms away from a crossing that fails, as long as it fails.
fn least(seed: u64, mut allowed: u64) -> (u64, String) {
    let fails = |allowed| tried(seed, allowed, &RefCell::default()).err();
    let mut words = fails(allowed).unwrap_or_default();
    for bit in 0..generator::MECHANISMS.len() {
        let less = allowed & !(1 << bit);
        if less != allowed
            && let Some(why) = fails(less)
        {
            (allowed, words) = (less, why);
        }
    }
    (allowed, words)
}

#[test]
fn every_crossing_keeps_its_promises() {
    let cases = std::env::var("KORDON_CASES").ok().and_then(|n| n.parse().ok()).unwrap_or(CASES);
    let config = Config { cases, max_shrink_iters: 0, failure_persistence: None, ..Config::default() };
    let mut runner = TestRunner::new_with_rng(config, TestRng::deterministic_rng(RngAlgorithm::ChaCha));
    let coverage = RefCell::new(Coverage::default());
    let failed = Cell::new(None);
    let some = proptest::bits::u64::masked(generator::ALL);
    let result = runner.run(&(any::<u64>(), some, any::<bool>()), |(seed, some, all)| {
        // Half of the crossings may use everything, half only some of it.
        let allowed = if all { generator::ALL } else { some };
        tried(seed, allowed, &coverage).map_err(|words| {
            failed.set(Some((seed, allowed)));
            TestCaseError::fail(words)
        })
    });
    if let (Some((seed, allowed)), Err(_)) = (failed.get(), &result) {
        let (allowed, words) = least(seed, allowed);
        let names = generator::MECHANISMS.iter().enumerate().filter(|(k, _)| allowed & 1 << k != 0);
        let names: Vec<&str> = names.map(|(_, m)| *m).collect();
        panic!("seed {seed}, with {names:?}: {words}\n{}", generator::crossing(seed, allowed).text);
    }
    let coverage = coverage.into_inner();
    println!("{} runs, {} refused by the compiler", coverage.runs, coverage.refused);
    println!("{}", coverage.first_refusal.lines().take(8).collect::<Vec<_>>().join("\n"));
    for (what, n) in &coverage.counts {
        println!("{n:>5} {what}");
    }
    assert!(coverage.refused * 10 < cases, "too many refused; the first: {}", coverage.first_refusal);
    for mechanism in generator::MECHANISMS {
        assert!(coverage.counts.contains_key(mechanism), "`{mechanism}` was never tried");
    }
    for wanted in [
        "blocking",
        "deadlock",
        "work stopped",
        "work went on",
        "outage",
        "crossed",
        "refused",
        "turned away",
        "balked",
        "gave up",
        "no-show",
        "cancelled",
        "sent away",
    ] {
        assert!(coverage.counts.contains_key(&format!("seen: {wanted}")), "`{wanted}` was never seen");
    }
    for mode in ["paused", "read only", "outage", "off", "rules unenforced", "decaying"] {
        assert!(coverage.counts.contains_key(&format!("mode: {mode}")), "the mode `{mode}` was never tried");
    }
    for work in ["finish", "interrupt", "hand over"] {
        for of in ["hand-over of officers", "hand-over of booths", "roster of officers", "roster of booths"] {
            assert!(coverage.counts.contains_key(&format!("{of}: {work}")), "`{of}: {work}` was never tried");
        }
    }
}
