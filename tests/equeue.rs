//! The virtual queue and its rules: traces worked out by hand (`tests/oracles/DQ*.toml`), the break-even of the cycle of
//! turns, and what a policy puts in force.

#![allow(clippy::unwrap_used, clippy::panic, reason = "tests")]

mod common;

use common::{MINUTE, Run, m};
use kordon::crossing::{Blind, Happened, Outcome, Simulation, Span};
use kordon::scenario::{Clock, load_str};
use kordon::study::attribute::causes::{Cause, Removal};
use kordon::study::attribute::worlds::{Base, Reference};
use kordon::study::replicate::{Control, replicate};

fn text(name: &str) -> String {
    std::fs::read_to_string(format!("{}/tests/oracles/{name}.toml", env!("CARGO_MANIFEST_DIR"))).unwrap()
}

fn run(name: &str) -> Run {
    Run::of(&text(name))
}

/// The exits, in minutes, of each group of bookings (in the order of the streams, as many as given).
fn exits(run: &Run) -> Vec<u64> {
    let mut exits: Vec<u64> = run.exits().iter().map(|t| t / MINUTE).collect();
    exits.retain(|t| *t < 1200);
    exits
}

// ---- turns

#[test]
fn an_unused_turn_goes_to_the_next() {
    assert_eq!(exits(&run("DQ1-turns-next-in-turn")), [10, 20, 30, 40, 50, 70, 80, 90, 60, 100, 110]);
}

#[test]
fn an_unused_turn_is_lost() {
    // 0 perishable lost, 10 trusted, 20 .. 60 ordinary; 70 lost, 80 trusted, 90 .. 110 ordinary, 120 and 130 lost;
    // 140 perishable lost, 150 trusted.
    let run = run("DQ2-turns-lost");
    assert_eq!(exits(&run), [30, 40, 50, 60, 70, 100, 110, 120, 20, 90, 160]);
    // The first ordinary booking waits 20 minutes: 10 for the place kept empty, 10 for a trusted one that booked a
    // minute later; with nothing kept empty and in order of booking it would have waited none.
    assert_eq!(run.traced("UA eQueue", "rule")[0], 19 * MINUTE);
    assert_eq!(run.traced("UA customs", "capacity")[0], MINUTE);
}

#[test]
fn turns_are_a_share_of_calls() {
    let without = run("DQ3-turns-without-fallback");
    assert_eq!(exits(&without), [10, 40, 60, 20, 30, 50]);
    assert_eq!(without.traced("UA eQueue", "rule"), m(&[0, 20, 30, 0, 0, 0]));
    assert_eq!(without.traced("UA customs", "capacity"), m(&[0, 10, 20, 9, 19, 39]));
    let with = run("DQ4-turns-with-fallback");
    assert_eq!(exits(&with), [10, 20, 30, 40, 50, 60]);
    assert_eq!(with.traced("UA eQueue", "rule"), m(&[0; 6]));
}

#[test]
fn defence_is_called_before_everybody() {
    let run = run("DQ5-ahead-of-all");
    assert_eq!(exits(&run), [10, 40, 50, 20, 30]);
    assert_eq!(run.traced("UA eQueue", "rule"), m(&[0, 20, 20, 0, 0]));
}

/// Of each eight bookings, in this order, these kinds; one call a minute, 1.3 bookings a minute, twenty rounds.
fn saturated(kinds: [&str; 8]) -> Run {
    let mut streams = String::new();
    for kind in ["both", "perishable", "trusted", "plain"] {
        let times: Vec<String> =
            (0..160).filter(|k| kinds[k % 8] == kind).map(|k| format!("\"{} s\"", k * 46)).collect();
        if !times.is_empty() {
            streams += &format!(
                "[traffic.{kind}]\nclass = \"truck\"\nfrom = \"UA\"\nbooks = {{ at = [{}] }}\nmix.kind = {{ {kind} = \"100 %\" }}\n",
                times.join(", ")
            );
        }
    }
    let turns = "turns.all = { both = 1, perishable = 1, trusted = 1, truck = 5 }";
    Run::of(&format!(
        "kordon = 1\nname = \"saturated\"\nsides = [\"UA\", \"PL\"]\n\
         [run]\nstart = \"Mon 00:00\"\nlength = \"1 d\"\nreplications = 1\n\
         [traffic.never]\nclass = \"truck\"\nfrom = \"UA\"\nbooks = {{ at = [\"20 h\"] }}\nmix.of = {{ both = \"25 %\", perishable = \"25 %\", trusted = \"25 %\", plain = \"25 %\" }}\n{}\n\
         [UA.equeue]\nqueues = {{ all = \"truck\" }}\n{turns}\ncalls = {{ while_room_in = \"UA.exit\" }}\n\
         [UA.exit]\nstages = [\"customs\"]\nroom = \"1 truck\"\ncustoms = {{ agency = \"UA customs\", booths = 1, service = \"60 s\" }}\n",
        streams.replace("mix.kind", "mix.of")
    ))
}

/// Mean wait of a kind, in minutes.
fn mean_wait(run: &Run, kind: &str) -> f64 {
    let word = run.plan.words.iter().position(|w| w == kind).unwrap();
    let sources = run.plan.sources.iter().enumerate();
    let of: Vec<u16> = sources
        .filter(|(_, s)| s.name != "never" && s.mixes[0].words.iter().all(|w| w.1 == 1 << word))
        .map(|(k, _)| k as u16)
        .collect();
    let who = run.records.iter().filter_map(|r| match r.what {
        Happened::Appeared { source, .. } => Some(source),
        _ => None,
    });
    let waits: Vec<u64> =
        run.waits().into_iter().zip(who).filter(|(_, source)| of.contains(source)).map(|(w, _)| w).collect();
    waits.iter().sum::<u64>() as f64 / waits.len() as f64 / MINUTE as f64
}

/// The break-even of 1:1:1:5 is 12.5 %: where bookings come in the very shares of the cycle the turns change nothing, to
/// the tick; with less a class waits less than the ordinary, with more it waits longer.
#[test]
fn the_break_even_of_the_cycle_is_its_share() {
    let even = saturated(["both", "perishable", "trusted", "plain", "plain", "plain", "plain", "plain"]);
    let order: Vec<u64> = even.exits().into_iter().take(160).collect();
    let mut sorted: Vec<(u64, u64)> = Vec::new();
    let booked = even.records.iter().filter_map(|r| match r.what {
        Happened::Appeared { .. } => Some(r.at),
        _ => None,
    });
    for (at, out) in booked.zip(order) {
        sorted.push((at, out));
    }
    assert!(sorted.is_sorted(), "at the break-even calls go out in order of booking");
    let [trusted, plain] = ["trusted", "plain"].map(|kind| mean_wait(&even, kind));
    assert!((trusted - plain).abs() < 1.0, "{trusted} {plain}");
    let above = saturated(["both", "perishable", "trusted", "trusted", "plain", "plain", "plain", "plain"]);
    let [trusted, plain] = ["trusted", "plain"].map(|kind| mean_wait(&above, kind));
    assert!(
        trusted > plain * 1.5,
        "with twice its share the class with turns waits longer: {trusted} {plain}"
    );
    let below = saturated(["both", "perishable", "plain", "plain", "plain", "plain", "plain", "plain"]);
    assert!(mean_wait(&below, "both") < mean_wait(&below, "plain"));
}

/// The toy of the domain notes: two classes, one call a slot, load 1.3, one call in six to the trusted; 3600 bookings.
fn toy(percent: f64) -> [f64; 2] {
    let text = format!(
        "kordon = 1\nname = \"toy\"\nsides = [\"UA\", \"PL\"]\n\
         [run]\nstart = \"Mon 00:00\"\nlength = \"3000 min\"\nfollow = \"3000 min\"\narrivals_stop = true\nreplications = 40\n\
         [traffic.out]\nclass = \"truck\"\nfrom = \"UA\"\nlimit = 3600\nbooks = {{ per_minute = 1.3 }}\n\
         mix.operator = {{ aeo = \"{percent} %\", other = \"{} %\" }}\n\
         [UA.equeue]\nqueues = {{ all = \"truck\" }}\nturns.all = {{ aeo = 1, truck = 5 }}\ncalls = {{ while_room_in = \"UA.exit\" }}\n\
         [UA.exit]\nstages = [\"customs\"]\nroom = \"1 truck\"\ncustoms = {{ agency = \"UA customs\", booths = 1, service = \"1 min\" }}\n",
        100.0 - percent
    );
    let study = replicate(&common::plan_of(&text), 1, 40, Control::quiet()).unwrap();
    assert!(study.failures.is_empty());
    ["aeo", "other"].map(|who| {
        let kpi = study.named(&format!("UA>PL truck {who} wait mean")).unwrap();
        study.summary(kpi).mean / 60.0
    })
}

#[test]
fn the_advantage_collapses_between_quota_over_load_and_quota() {
    // Mean waits in slots, trusted and ordinary, of one run of the toy; 3600 bookings vary by a tenth from run to run.
    for (share, trusted, ordinary) in [(10.0, 16.0, 471.0), (16.7, 440.0, 419.0), (25.0, 947.0, 236.0)] {
        let [own, others] = toy(share);
        println!("{share} %: trusted {own:.0} (toy {trusted}), ordinary {others:.0} (toy {ordinary})");
        assert!((others / ordinary - 1.0).abs() < 0.12, "{share} %: ordinary {others}");
        assert!((own / trusted - 1.0).abs() < if trusted < 100.0 { 0.6 } else { 0.12 }, "{share} %: {own}");
    }
}

// ---- a rule in force by a policy

#[test]
fn a_policy_puts_turns_in_force_for_its_period() {
    let of = |policy: &str| {
        let text = format!("{}\n{policy}", text("DQ3-turns-without-fallback"));
        exits(&Run::of(&text))
    };
    let rules = "rules = \"UA.equeue.turns.all\"";
    assert_eq!(of(&format!("[policy.turns]\n{rules}")), [10, 40, 60, 20, 30, 50]);
    // Booked before it is in force, or not complied with: in order of booking.
    assert_eq!(of(&format!("[policy.turns]\nfrom = \"2 h\"\n{rules}")), [10, 20, 30, 40, 50, 60]);
    assert_eq!(of(&format!("[policy.turns]\ncompliance = \"0 %\"\n{rules}")), [10, 20, 30, 40, 50, 60]);
}

// ---- postponement, cancellation, strikes

#[test]
fn a_postponed_call_keeps_its_place() {
    let once = run("DQ6-postponement");
    assert_eq!(exits(&once), [250, 260, 270]);
    assert_eq!(once.traced("carrier", "own need"), m(&[240; 3]));
    assert_eq!(once.traced("UA customs", "capacity"), m(&[0, 10, 20]));
    // Where nobody enforces the rule, everybody postpones at every call, and so for ever.
    let unenforced =
        text("DQ6-postponement").replace("calls =", "modes = { mode = \"rules unenforced\" }\ncalls =");
    assert!(Run::of(&unenforced).outcomes().iter().all(Option::is_none));
}

#[test]
fn a_cancelled_booking_is_not_called() {
    let run = run("DQ7-cancellation");
    assert_eq!(exits(&run), [10, 5, 20]);
    assert_eq!(run.outcomes()[1], Some(Outcome::Cancelled));
    assert_eq!(run.waits(), m(&[0, 0, 10]));
}

#[test]
fn a_speculative_booking_that_is_called_loses_a_place() {
    let run = run("DQ8-speculative-booking");
    assert_eq!(exits(&run), [10, 25, 35]);
    assert_eq!(run.outcomes()[1], Some(Outcome::NoShow));
    assert_eq!(run.traced("UA eQueue", "rule"), m(&[0, 0, 15]));
    assert_eq!(run.traced("UA customs", "capacity"), m(&[0, 10, 10]));
}

#[test]
fn two_calls_missed_in_a_row_are_a_ban() {
    let booked = |run: &Run| -> Vec<u64> {
        let appeared = run.records.iter().filter(|r| matches!(r.what, Happened::Appeared { .. }));
        appeared.map(|r| r.at / MINUTE).take(5).collect()
    };
    let banned = 14 * 24 * 60 + 120;
    assert_eq!(booked(&run("DQ9-strikes")), [50, 110, banned, banned + 60]);
    let without = text("DQ9-strikes").replace("strikes = { after = 2, ban = \"14 d\" }\n", "");
    assert_eq!(booked(&Run::of(&without)), [50, 110, 170, 230, 290]);
}

// ---- readiness

#[test]
fn who_lacks_papers_is_passed_over_and_told_why() {
    let run = run("DQ10-papers-seen");
    assert_eq!(exits(&run), [40, 10, 20, 30]);
    assert_eq!(run.traced("carrier", "papers"), m(&[25, 0, 0, 0]));
    assert_eq!(run.traced("UA customs", "capacity"), m(&[5, 0, 10, 20]));
}

#[test]
fn who_lacks_papers_is_found_at_the_gate() {
    let held = run("DQ11-papers-held-at-the-gate");
    assert_eq!(exits(&held), [35, 45, 55, 65]);
    assert_eq!(held.traced("carrier", "papers"), m(&[25, 0, 0, 0]));
    assert_eq!(held.traced("UA eQueue", "rule"), m(&[0, 25, 25, 25]));
    assert_eq!(held.traced("UA customs", "capacity"), m(&[0, 10, 20, 30]));
    let sent = run("DQ12-papers-sent-away");
    assert_eq!(exits(&sent), [5, 20, 35, 50]);
    assert_eq!(sent.outcomes()[0], Some(Outcome::SentAway));
}

#[test]
fn readiness_at_call_up_loses_no_place() {
    // The same bookings and papers; the sum of all waits that are not the late one's own.
    let others = |name| run(name).waits()[1..].iter().sum::<u64>() / MINUTE;
    assert_eq!([others("DQ10-papers-seen"), others("DQ11-papers-held-at-the-gate")], [30, 135]);
}

// ---- modes

#[test]
fn a_pause_is_the_rules_doing_and_an_outage_is_none() {
    let paused = run("DQ13-paused");
    assert_eq!(exits(&paused), [10, 40, 50]);
    assert_eq!(paused.traced("UA eQueue", "rule"), m(&[0, 20, 20]));
    let down = run("DQ14-outage");
    assert_eq!(exits(&down), [10, 40, 50, 60]);
    assert_eq!(down.traced("UA eQueue", "outage"), m(&[0, 20, 20, 20]));
    assert_eq!(down.traced("UA eQueue", "rule"), m(&[0; 4]));
}

#[test]
fn while_it_is_read_only_those_who_have_booked_are_called() {
    let run = run("DQ15-read-only");
    assert_eq!(exits(&run), [10, 20, 30, 55]);
    assert_eq!(run.traced("UA eQueue", "rule"), m(&[0, 0, 0, 15]));
    assert_eq!(run.traced("UA customs", "capacity"), m(&[0, 10, 20, 18]));
}

#[test]
fn switched_off_everybody_waits_on_the_road() {
    let run = run("DQ16-off");
    assert_eq!(exits(&run), [15, 30, 40, 75]);
    let road = run.plan.spots.iter().position(|s| s.name == "UA.exit.road").unwrap() as u16;
    let on_the_road = run.records.iter().filter(|r| r.what == Happened::At(road)).count();
    assert_eq!(on_the_road, 3);
}

/// 600 bookings in ten hours, one call a minute, and a mode.
fn with_mode(mode: &str) -> Run {
    Run::of(&format!(
        "kordon = 1\nname = \"mode\"\nsides = [\"UA\", \"PL\"]\n\
         [run]\nstart = \"Mon 00:00\"\nlength = \"10 h\"\nfollow = \"10 h\"\narrivals_stop = true\nreplications = 1\n\
         [traffic.out]\nclass = \"truck\"\nfrom = \"UA\"\nbooks = {{ every = \"1 min\" }}\n\
         [UA.equeue]\nqueues = {{ all = \"truck\" }}\nmodes = {{ {mode} }}\ncalls = {{ while_room_in = \"UA.exit\" }}\n\
         [UA.exit]\nstages = [\"customs\"]\nroom = \"1 truck\"\ncustoms = {{ agency = \"UA customs\", booths = 1, service = \"70 s\" }}\n"
    ))
}

#[test]
fn as_it_decays_fewer_and_fewer_book() {
    let run = with_mode("mode = \"decaying\", until = \"10 h\", compliance = \"0 %\"");
    let road = run.plan.spots.iter().position(|s| s.name == "UA.exit.road").unwrap() as u16;
    let on_the_road: Vec<u64> =
        run.records.iter().filter(|r| r.what == Happened::At(road)).map(|r| r.at).collect();
    let first = on_the_road.iter().filter(|t| **t < 5 * 60 * MINUTE).count();
    let second = on_the_road.len() - first;
    // A share that grows from 0 to 1 over ten hours: a quarter of the first 300 and three quarters of the others.
    assert!((50..100).contains(&first) && (200..250).contains(&second), "{first} {second}");
}

#[test]
fn queue_jumping_is_traced_to_the_rules_of_the_queue() {
    let rule = |mode| {
        let run = with_mode(mode);
        run.traced("UA eQueue", "rule").iter().sum::<u64>() / MINUTE
    };
    assert_eq!(rule("mode = \"rules unenforced\""), 0);
    assert!(rule("mode = \"rules unenforced\", jumping = \"20 %\"") > 1000);
}

// ---- slots

#[test]
fn a_slot_is_a_place_kept_free() {
    let run = run("DQ17-slot");
    assert_eq!(exits(&run), [10, 20, 30, 40, 50, 60, 80, 90, 70]);
    assert_eq!(run.traced("UA eQueue", "rule")[6], 10 * MINUTE);
    assert_eq!(run.traced("UA customs", "capacity")[6], 60 * MINUTE);
}

#[test]
fn too_early_waits_and_too_late_books_again() {
    let early = run("DQ18-slot-early");
    assert_eq!(exits(&early), [10, 20, 30, 40, 50, 60, 80, 90, 70]);
    assert_eq!(early.traced("carrier", "own need")[8], 20 * MINUTE);
    let late = run("DQ19-slot-late");
    assert_eq!(exits(&late), [10, 20, 30, 40, 50, 60, 130, 140, 150]);
    assert_eq!(late.traced("UA eQueue", "rule")[6], 60 * MINUTE);
}

#[test]
fn slots_that_nobody_reserves_are_released_or_lost() {
    assert_eq!(exits(&run("DQ20-slots-unused-lost")), [10, 20, 30, 40]);
    let released = text("DQ20-slots-unused-lost").replace(", unused = \"lost\"", "");
    assert_eq!(exits(&Run::of(&released)), [10, 10, 20, 20]);
}

#[test]
fn overbooked_slots_share_a_window() {
    assert_eq!(exits(&run("DQ21-slots-overbooked")), [10, 20, 30, 40, 50, 60, 70, 80]);
    let without = text("DQ21-slots-overbooked").replace("overbooked = \"100 %\", ", "");
    assert_eq!(exits(&Run::of(&without)), [10, 20, 30, 40, 50, 60, 70, 130]);
}

// ---- the displayed wait

/// Waiting and called at one moment, as (queue, displayed wait in seconds, vehicles).
fn snapshot() -> Option<Vec<(String, u64, u64)>> {
    let beside = || std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared");
    let shared = std::env::var_os("KORDON_SHARED").map_or_else(beside, std::path::PathBuf::from);
    let path = shared.join("data/echerha_all_truck_queues_snapshot_2025-10.csv");
    if !path.exists() {
        return None;
    }
    let mut rows = vec![];
    for row in csv::Reader::from_path(path).unwrap().records() {
        let row = row.unwrap();
        rows.push((row[1].to_owned(), row[5].parse().unwrap(), row[6].parse().unwrap()));
    }
    Some(rows)
}

/// The wait that the engine displays to the next booking where `vehicles` have booked, `called` of them called.
fn displayed(vehicles: u64, called: u64, headway_min: u64) -> f64 {
    let begin = if vehicles > 0 {
        format!("[begin]\n\"UA.equeue.q\" = \"{vehicles} trucks\"\n")
    } else {
        String::new()
    };
    let calls = if called > 0 { format!("places = {{ q = {called} }}, ") } else { String::new() };
    let pause = if called == 0 { "modes = { mode = \"paused\", until = \"1 min\" }\n" } else { "" };
    let text = format!(
        "kordon = 1\nname = \"board\"\nsides = [\"UA\", \"PL\"]\n\
         [run]\nstart = \"Mon 00:00\"\nlength = \"1 h\"\nfollow = \"10 d\"\nreplications = 1\n{begin}\
         [traffic.next]\nclass = \"truck\"\nfrom = \"UA\"\nbooks = {{ at = [\"0 min\"] }}\n\
         [UA.equeue]\nqueues = {{ q = \"truck\" }}\n{pause}\
         calls = {{ while_room_in = \"UA.exit\", {calls}headway = \"{headway_min} min\", travel = \"1 min\" }}\n\
         [UA.exit]\nstages = [\"post\"]\nroom = \"2000 trucks\"\npost = {{ agency = \"UA post\", booths = 1, service = \"1 min\" }}\n"
    );
    let study = replicate(&common::plan_of(&text), 1, 1, Control::quiet()).unwrap();
    let kpi = study.named("UA>PL truck displayed_wait mean").unwrap();
    study.summary(kpi).mean
}

/// Every queue of the snapshot of 12-13 October 2025 shows (waiting - called) x headway with whole minutes, for some
/// number called that the snapshot does not state; the least such number is taken. (V3 asks for one headway; all are exact.)
#[test]
fn the_snapshot_of_43_queues_is_reproduced() {
    let Some(rows) = snapshot() else {
        println!("skipped: the snapshot is not here");
        return;
    };
    assert_eq!(rows.len(), 43);
    for (queue, wait, vehicles) in rows {
        // Nobody waits where the board says 0: whoever is left has been called.
        let found = (0..vehicles).find(|called| wait > 0 && wait % (60 * (vehicles - called)) == 0);
        let called = if wait == 0 { vehicles } else { found.unwrap_or_else(|| panic!("{queue}: {wait} s")) };
        let headway = if wait == 0 { 5 } else { wait / 60 / (vehicles - called) };
        let shown = displayed(vehicles, called, headway);
        println!("{queue}: {vehicles} booked, {called} called, {headway} min: {shown} s (board {wait} s)");
        assert!((shown - wait as f64).abs() < 1e-6, "{queue}: {shown} s against {wait} s");
        assert!(
            (2..=30).contains(&headway) && (wait == 0 || called * 3 <= vehicles),
            "{queue} is implausible"
        );
    }
}

/// The wait experienced is another number; what is told apart is reported.
#[test]
fn the_error_of_the_display_is_reported() {
    let text = text("DQ3-turns-without-fallback");
    let study = replicate(&common::plan_of(&text), 1, 1, Control::quiet()).unwrap();
    let mean = |name: &str| study.summary(study.named(&format!("UA>PL truck {name}")).unwrap()).mean / 60.0;
    // Told 0 0 10 20 30 40 minutes (those ahead times 10; the first is called at once, before the second books),
    // experienced until the gate 0 30 50 9 19 39.
    assert!((mean("displayed_wait mean") - 100.0 / 6.0).abs() < 1e-9, "{}", mean("displayed_wait mean"));
    let differences = [0.0, 30.0, 40.0, 11.0, 11.0, 1.0];
    let error = (-30.0 - 40.0 + 11.0 + 11.0 + 1.0) / 6.0;
    assert!(
        (mean("displayed_wait_error mean") - error).abs() < 1e-9,
        "{}",
        mean("displayed_wait_error mean")
    );
    let absolute = differences.iter().sum::<f64>() / 6.0;
    assert!((mean("displayed_wait_error absolute_mean") - absolute).abs() < 1e-9);
}

// ---- what a re-run removes

/// Sum of all waits in the world of DQ11 without a cause, in minutes.
fn without(removed: &[&Removal]) -> u64 {
    let text = text("DQ11-papers-held-at-the-gate");
    let loaded = load_str("test.toml", &text, &[]).unwrap();
    let clock = Clock::new(&loaded.scenario.run, &loaded.scenario.side).unwrap();
    let base = Base::new(loaded.scenario.clone(), &clock, loaded.document.diagnostics()).unwrap();
    let plan = base.world(removed, Reference::NoWaiting).unwrap();
    let mut simulation = Simulation::new(&plan, 1, 0, Blind);
    simulation.run().unwrap();
    let wait = kordon::crossing::SPANS.iter().position(|span| *span == Span::Wait).unwrap();
    let cohort = &simulation.books().cohorts[0];
    let (mean, n) = (cohort.spans[wait].mean().unwrap(), cohort.spans[wait].count());
    (mean * n as f64 / MINUTE as f64).round() as u64
}

#[test]
fn papers_and_rules_of_the_queue_can_be_removed() {
    assert_eq!(without(&[]), 25 + 35 + 45 + 55);
    assert_eq!(without(&[&Removal::Whole(Cause::Papers)]), 10 + 20 + 30);
    // Without the queue's rules everybody is called at once, and the late one holds no place at the gate.
    assert_eq!(without(&[&Removal::Whole(Cause::Rules)]), 25 + 5 + 10 + 20);
}
