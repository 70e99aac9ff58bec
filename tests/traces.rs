//! Traces worked out by hand, and those that other simulators' tests hold: exact to the tick. The scenarios stand in
//! `tests/oracles/D*.toml`, each with its source.

#![allow(clippy::unwrap_used, clippy::panic, reason = "tests")]

mod common;

use common::{MINUTE, Run};
use kordon::crossing::{Happened, Outcome};

const SECOND: u64 = MINUTE / 60;

fn run(name: &str) -> Run {
    let path = format!("{}/tests/oracles/{name}.toml", env!("CARGO_MANIFEST_DIR"));
    Run::of(&std::fs::read_to_string(path).unwrap())
}

fn seconds(list: &[u64]) -> Vec<u64> {
    list.iter().map(|t| t * SECOND).collect()
}

fn m(list: &[u64]) -> Vec<u64> {
    list.iter().map(|t| t * MINUTE).collect()
}

/// When whoever left so left.
fn left(run: &Run, outcome: Outcome) -> Vec<u64> {
    let left = run.records.iter().filter(|r| r.what == Happened::Left(outcome));
    left.map(|r| r.at).collect()
}

fn starts(run: &Run) -> Vec<u64> {
    run.starts().into_iter().map(|(_, at)| at).collect()
}

#[test]
fn d1_patience() {
    let run = run("D01-patience");
    assert_eq!(left(&run, Outcome::Crossed), m(&[18, 32]));
    assert_eq!(left(&run, Outcome::GaveUp), m(&[17, 31]));
    assert_eq!(run.exits(), m(&[18, 17, 32, 31]));
}

#[test]
fn d3_patience_of_ones_own() {
    let run = run("D03-patience-of-ones-own");
    assert_eq!(left(&run, Outcome::GaveUp), m(&[11, 11]));
    assert_eq!(starts(&run), m(&[3, 23]));
    assert_eq!(run.exits(), m(&[23, 11, 11, 43]));
}

#[test]
fn d5_refused_when_full() {
    let run = run("D05-refused-when-full");
    assert_eq!(left(&run, Outcome::TurnedAway), m(&[20, 25, 35, 40, 45]));
    assert_eq!(starts(&run), m(&[5, 26, 47]));
}

#[test]
fn d6_priority_waits_for_the_service_under_way() {
    assert_eq!(starts(&run("D06-priority")), seconds(&[90, 390, 690]));
}

#[test]
fn d6_preemption_does_not_wait() {
    let run = run("D06-preempts");
    assert_eq!(starts(&run), seconds(&[90, 390, 450, 690]));
    let stops = run.records.iter().filter(|r| matches!(r.what, Happened::Stops { .. }));
    assert_eq!(stops.map(|r| r.at).collect::<Vec<_>>(), seconds(&[450]));
    // In order of appearance: low, low, high; the interrupted one begins anew.
    assert_eq!(run.exits(), seconds(&[390, 990, 690]));
}

#[test]
fn d7_what_becomes_of_interrupted_work() {
    assert_eq!(run("D07-preempts-restart").exits(), m(&[19, 13]));
    assert_eq!(run("D07-preempts-resume").exits(), m(&[17, 13]));
}

#[test]
fn d10_slots() {
    assert_eq!(starts(&run("D10-slots")), m(&[1, 1, 1, 2, 2, 3, 3, 3, 4]));
    let later = seconds(&[63, 63, 63, 123, 123, 183, 183, 183, 243]);
    assert_eq!(starts(&run("D10-slots-offset")), later);
}

#[test]
fn d14_one_room_for_two() {
    let run = run("D14-one-room-for-two");
    assert_eq!(starts(&run), seconds(&[48, 60, 354, 366, 660, 672, 966, 978]));
    let first: Vec<u64> = left(&run, Outcome::TurnedAway).into_iter().take(10).collect();
    assert_eq!(first, seconds(&[180, 192, 240, 240, 288, 300, 336, 420, 432, 480]));
}

#[test]
fn d17_the_last_to_start_makes_way_first() {
    let run = run("D17-whom-to-preempt");
    assert_eq!(run.exits(), m(&[22, 23, 12, 13]));
    let busy = |who: u32| {
        let (mut since, mut sum) = (0, 0);
        for r in run.records.iter().filter(|r| r.traveller == who) {
            match r.what {
                Happened::Starts { .. } => since = r.at,
                Happened::Stops { .. } | Happened::Done { .. } => sum += r.at - since,
                _ => {}
            }
        }
        sum
    };
    assert_eq!([busy(0), busy(1)], [13 * MINUTE, 11 * MINUTE]);
}

/// A service that is due at the tick of a shift's end is complete, whatever becomes of work at the end of a shift.
#[test]
fn d20_closed_between() {
    for place in ["closed", "officers-go"] {
        for work in ["finish", "interrupt", "hand-over"] {
            let name = format!("D20-{place}-between-{work}");
            assert_eq!(run(&name).exits(), m(&[10, 20, 25]), "{name}");
        }
    }
}

#[test]
fn d21_out_before_in() {
    let run = run("D21-out-before-in");
    assert_eq!(left(&run, Outcome::Crossed).len(), 10);
    assert_eq!(run.exits(), m(&[1, 2, 3, 4, 5, 6, 7, 8, 9, 10]));
}

#[test]
fn d22_in_pairs() {
    let run = run("D22-in-pairs");
    assert_eq!(starts(&run), m(&[1, 1, 3, 3]));
    assert_eq!(run.exits(), m(&[2, 2, 4, 4]));
}

#[test]
fn d22_in_pairs_or_late() {
    let run = run("D22-in-pairs-or-late");
    assert_eq!(starts(&run), seconds(&[30, 90, 150, 210]));
    assert_eq!(run.exits(), seconds(&[90, 150, 210, 270]));
}
