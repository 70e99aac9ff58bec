//! Re-runs with causes removed: what tells a sound rule from a wrong one.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test that cannot read its file has failed")]

use std::path::Path;

use kordon::crossing::ledger::KINDS;
use kordon::crossing::{Blind, Simulation};
use kordon::study::attribute::causes::{CAUSES, Cause, Removal, Split, parts};
use kordon::study::attribute::verdict::Verdict;
use kordon::study::attribute::worlds::{Base, Reference};
use kordon::study::attribute::{Class, Row, Settings};
use kordon::study::{Attribution, Case, Control, attribute};

fn case(text: &str) -> Case {
    Case::of_text("test.toml", text).unwrap_or_else(|errors| panic!("{}", errors.render(false)))
}

fn attributed(case: &Case, replications: u64, draws: u64, split: Split) -> Attribution {
    let settings = Settings { seed: 1, replications, draws, split };
    let found = attribute(case, settings, Control::quiet()).unwrap();
    assert_eq!(found.runs.failures, [], "every world gives a result");
    for compared in found.classes.iter().flat_map(|c| &c.compared) {
        assert!(compared.inefficiency < 1e-9, "shares sum to the whole: {}", compared.inefficiency);
    }
    found
}

/// Trucks from UA to PL: one booth at each side with these rates, a bridge; rates and demand a `per`.
fn two_sides(first: f64, second: f64, demand: f64, per: &str, bridge: u32, length: &str) -> String {
    let seconds = if per == "day" { 86_400.0 } else { 3_600.0 };
    format!(
        r#"
kordon = 1
name = "two sides"
sides = ["UA", "PL"]
[run]
start = "Mon 00:00"
length = "{length}"
follow = "60 d"
[traffic.out]
class = "truck"
from = "UA"
arrives = {{ per_{per} = {demand} }}
[UA.exit]
stages = ["customs"]
room = "unlimited"
customs = {{ agency = "UA customs", booths = 1, service = {{ lognormal = "{a} s", cv = 0.8 }}, draws_as = "the first" }}
[zone]
strips.bridge = {{ each_way = "{bridge} trucks", travel = "5 min" }}
[PL.entry]
stages = ["customs"]
room = "2 trucks"
customs = {{ agency = "PL customs", booths = 1, service = {{ lognormal = "{b} s", cv = 0.8 }}, draws_as = "the second" }}
"#,
        a = seconds / first,
        b = seconds / second,
    )
}

fn row(class: &Class, cause: Cause) -> &Row {
    let of = class.compared[0].rows.iter().find(|r| CAUSES[r.cause] == cause && r.part.is_empty());
    of.unwrap()
}

/// Mean share of a cause in whole per cents of the hours waited: by the re-run and by the ledger.
fn shares(found: &Attribution, cause: Cause) -> (f64, f64) {
    let row = row(&found.classes[0], cause);
    let whole = found.classes[0].compared[0].whole.chance.mean;
    (row.saved[2].chance.mean / whole * 100.0, row.traced.unwrap() * 100.0)
}

const RATES: [(f64, f64, f64, &str, &str, f64); 5] = [
    // first, second, demand, per, length; points within which exchanging the stages exchanges the totals
    (75.0, 45.0, 60.0, "day", "60 d", 8.0),
    (70.0, 40.0, 65.0, "hour", "2 d", 8.0),
    (40.0, 25.0, 27.0, "hour", "8 d", 8.0),
    (31.0, 25.0, 27.0, "hour", "8 d", 20.0),
    (28.0, 25.0, 27.0, "hour", "8 d", 20.0),
];

#[test]
fn exchanging_the_stages_exchanges_the_totals() {
    for (a, b, demand, per, length, within) in RATES {
        let first = attributed(&case(&two_sides(a, b, demand, per, 10, length)), 6, 0, Split::No);
        let mirror = attributed(&case(&two_sides(b, a, demand, per, 10, length)), 6, 0, Split::No);
        let (here, there) = (shares(&first, Cause::Side(1)), shares(&mirror, Cause::Side(0)));
        println!("{a}/{b}/{demand}: second {here:.0?}, mirrored first {there:.0?}");
        assert!((here.0 - there.0).abs() < within, "re-run {here:?} {there:?}");
        assert!((here.1 - there.1).abs() < within, "ledger {here:?} {there:?}");
        assert!(here.0 > 60.0, "the slower side holds more: {here:?}");
    }
}

/// Luhamaa, Medyka, 40/25/27: the faster side holds next to nothing, and the verdict names the other.
#[test]
fn no_effect_no_share() {
    for (a, b, demand, per, length, _) in &RATES[..3] {
        let found = attributed(&case(&two_sides(*a, *b, *demand, per, 10, length)), 6, 0, Split::No);
        let class = &found.classes[0];
        let alone = row(class, Cause::Side(0)).share_alone.chance.mean;
        assert!(alone.abs() < 0.05, "{alone}");
        let (rerun, ledger) = shares(&found, Cause::Side(0));
        assert!(rerun < 8.0 && ledger < 8.0, "{rerun} {ledger}");
        assert_eq!(class.grounds.verdict, Verdict::Side(1));
    }
}

#[test]
fn a_longer_bridge_acquits_nobody() {
    let of = |bridge| attributed(&case(&two_sides(75.0, 45.0, 60.0, "day", bridge, "60 d")), 6, 0, Split::No);
    let (short, long) = (of(10), of(100));
    let wait = |f: &Attribution| f.classes[0].compared[0].whole.chance.mean;
    assert!((wait(&short) / wait(&long) - 1.0).abs() < 0.06);
    for side in 0..2 {
        let (a, b) = (shares(&short, Cause::Side(side)), shares(&long, Cause::Side(side)));
        assert!((a.0 - b.0).abs() < 5.0 && (a.1 - b.1).abs() < 5.0, "{a:?} {b:?}");
    }
}

/// Whoever is named first: the same file with the sides in the other order gives the same hours to the last bit.
#[test]
fn the_order_of_the_sides_changes_no_digit() {
    let text = two_sides(31.0, 25.0, 27.0, "hour", 10, "3 d");
    let turned = text.replace(r#"sides = ["UA", "PL"]"#, r#"sides = ["PL", "UA"]"#);
    let (a, b) = (attributed(&case(&text), 2, 0, Split::No), attributed(&case(&turned), 2, 0, Split::No));
    for side in 0..2 {
        let of = |f: &Attribution, side| row(&f.classes[0], Cause::Side(side)).saved;
        let (here, there) = (of(&a, side), of(&b, 1 - side));
        assert_eq!(here.map(|n| n.chance.mean.to_bits()), there.map(|n| n.chance.mean.to_bits()));
    }
}

/// The two states exchanged by name (draws kept by `draws_as`): the same hours under the other names.
#[test]
fn exchanging_the_names_exchanges_the_result() {
    let text = two_sides(31.0, 25.0, 27.0, "hour", 10, "3 d");
    let renamed = text.replace("UA", "XX").replace("PL", "UA").replace("XX", "PL");
    let (a, b) = (attributed(&case(&text), 2, 0, Split::No), attributed(&case(&renamed), 2, 0, Split::No));
    assert_eq!(b.classes.len(), 1);
    for (here, there) in a.classes[0].compared[0].rows.iter().zip(&b.classes[0].compared[0].rows) {
        assert_eq!(here.saved.map(|n| n.chance.mean.to_bits()), there.saved.map(|n| n.chance.mean.to_bits()));
    }
}

/// Two stages of 2.4 minutes, a truck every 2 minutes: removing either moves the line to the other, removing both ends it.
/// By hand: truck k waits k × 0.4 min; alone either saves nothing (the first booth of the other side has the same line).
#[test]
fn what_only_both_save_is_shared_equally() {
    let text = two_sides(25.0, 25.0, 30.0, "hour", 10, "1 d")
        .replace("arrives = { per_hour = 30 }", r#"arrives = { every = "2 min" }"#)
        .replace(r#"{ lognormal = "144 s", cv = 0.8 }"#, r#"{ deterministic = "144 s" }"#)
        .replace(r#"room = "2 trucks""#, r#"room = "unlimited""#)
        .replace(r#"each_way = "10 trucks""#, r#"each_way = "unlimited""#);
    let found = attributed(&case(&text), 1, 0, Split::No);
    let class = &found.classes[0];
    let n = 719.0; // at 2 min, 4 min, … before the day ends
    let whole = 24.0 * n * (n - 1.0) / 2.0;
    assert_eq!(class.compared[0].whole.chance.mean, whole);
    for side in 0..2 {
        let saved = row(class, Cause::Side(side)).saved.map(|n| n.chance.mean);
        assert_eq!([saved[0], saved[1]], [0.0, whole], "{saved:?}");
        assert!((saved[2] / whole - 0.5).abs() < 1e-12);
        assert_eq!(row(class, Cause::Side(side)).with, Some(1 - side), "acts only together with the other");
    }
    assert_eq!(class.compared[0].rest.chance.mean, 0.0);
}

/// What changes nothing gets exactly 0, and costs no runs; what changes nothing that matters gets exactly 0, too.
#[test]
fn nothing_removed_nothing_saved() {
    let text = two_sides(25.0, 25.0, 20.0, "hour", 10, "2 d")
        .replace(r#"PL customs", booths = 1"#, r#"PL customs", booths = 200"#)
        .replace(r#"room = "2 trucks""#, r#"room = "unlimited""#);
    let found = attributed(&case(&text), 2, 0, Split::No);
    for cause in [Cause::Side(1), Cause::Rules, Cause::Papers, Cause::Peak] {
        let row = row(&found.classes[0], cause);
        assert_eq!(row.saved.map(|n| (n.chance.least, n.chance.greatest)), [(0.0, 0.0); 3], "{cause:?}");
        assert_eq!(row.in_file, cause == Cause::Side(1), "{cause:?}");
    }
    assert_eq!(found.worlds(), 8 + 6, "three causes; at the agreed level, those without a side once");
}

/// A crossing whose only trouble is a wasteful call-up: each place of the post is held for six hours on the way.
const WASTEFUL: &str = r#"
kordon = 1
name = "a wasteful call-up"
sides = ["UA", "PL"]
[run]
start = "Mon 00:00"
length = "20 d"
follow = "20 d"
[traffic.out]
class = "truck"
from = "UA"
books = { per_day = 7.5 }
[UA.equeue]
queues = { all = "truck" }
calls = { while_room_in = "UA.exit", travel = "6 h" }
[UA.exit]
stages = ["customs"]
room = "2 trucks"
customs = { agency = "UA customs", booths = 2, service = { lognormal = "10 min", cv = 0.5 } }
[PL.entry]
stages = ["customs"]
room = "20 trucks"
customs = { agency = "PL customs", booths = 2, service = { lognormal = "10 min", cv = 0.5 } }
"#;

#[test]
fn the_tool_can_lose() {
    let found = attributed(&case(WASTEFUL), 6, 0, Split::No);
    let class = &found.classes[0];
    let share = row(class, Cause::Rules).share_alone.chance.mean;
    assert!(share > 0.9, "{share}");
    assert!(row(class, Cause::Rules).traced.unwrap() > 0.9);
    // Room without limit would end it as well: the two are worth the same, and neither is a side's.
    assert_eq!(class.grounds.verdict, Verdict::NeitherSide);
}

/// Six booths of which four are staffed by night, a hand-over, an outage: kinds and agencies sum to their side, and no
/// cause moves when its sides are divided.
#[test]
fn dividing_a_side_moves_no_cause() {
    let text = std::fs::read_to_string("scenarios/krakivets-cars.toml").unwrap();
    let event = r#"
[[event]]
what = "systems down"
agency = "PL customs"
from = "2026-07-07 13:00"
lasts = "2 h"
"#;
    let case = case(&(text.replace(r#"length = "7 d""#, r#"length = "2 d""#) + event));
    let whole = attributed(&case, 1, 0, Split::No);
    for split in [Split::Kinds, Split::Agencies] {
        let divided = attributed(&case, 1, 0, split);
        for (a, b) in whole.classes.iter().zip(&divided.classes) {
            for cause in CAUSES {
                let of = |c: &Class| row(c, cause).saved[2].chance.mean;
                assert!((of(a) - of(b)).abs() < 1e-6 * a.compared[0].whole.chance.mean, "{cause:?}");
            }
            for side in 0..2 {
                let parts = b.compared[0].rows.iter().filter(|r| CAUSES[r.cause] == Cause::Side(side));
                let parts: Vec<&Row> = parts.filter(|r| !r.part.is_empty()).collect();
                assert!(parts.len() > 1);
                let sum: f64 = parts.iter().map(|p| p.saved[2].chance.mean).sum();
                let own = row(b, Cause::Side(side)).saved[2].chance.mean;
                assert!((sum - own).abs() < 1e-6 * own.abs().max(1.0), "{sum} {own}");
            }
        }
    }
}

/// The same travellers in every world: as many appear, and their own need is the same to the tick.
#[test]
fn every_world_has_the_same_travellers() {
    for (file, length) in [("yahodyn-week", "2 d"), ("krakivets-joint-control", "1 d")] {
        let path = format!("scenarios/{file}.toml");
        let sets = [("run.length".to_owned(), length.to_owned())];
        let case = Case::load(Path::new(&path), &sets).unwrap_or_else(|e| panic!("{}", e.render(false)));
        let scenario = case.scenario().clone();
        let base = Base::new(scenario, &case.clock, case.loaded.document.diagnostics()).unwrap();
        let parts = parts(&case.plan, Split::No);
        let all: Vec<&Removal> = parts.iter().map(|p| &p.removal).collect();
        let mut worlds: Vec<Vec<&Removal>> = all.iter().map(|r| vec![*r]).collect();
        worlds.extend([vec![], all.clone()]);
        let mut seen = Vec::new();
        for (removed, reference) in
            worlds.iter().flat_map(|w| [(w, Reference::NoWaiting), (w, Reference::Agreed)])
        {
            let plan = base.world(removed, reference).unwrap();
            let mut simulation = Simulation::new(&plan, 1, 0, Blind);
            simulation.run().unwrap();
            let books = simulation.books();
            assert!(books.audit.passed(), "{:?}", books.audit.failures);
            assert_eq!(books.inside.1, 0, "everybody out");
            let need = |class: usize| {
                let cells = (0..plan.spots.len()).flat_map(|s| (0..plan.owners.len()).map(move |o| (s, o)));
                cells.map(|(s, o)| u128::from(books.booked_at(class, s, o))).sum::<u128>()
            };
            assert_eq!(KINDS[0].word(), "own need");
            let of: Vec<(u64, u128)> =
                (0..plan.bases()).map(|c| (books.cohorts[c].appeared, need(c))).collect();
            seen.push(of);
        }
        assert!(seen.windows(2).all(|w| w[0] == w[1]), "{file}: {seen:?}");
    }
}

/// A removal changes what it names, and nothing else of the plan.
#[test]
fn a_removal_changes_only_what_it_names() {
    let case = Case::load(Path::new("scenarios/krakivets-joint-control.toml"), &[]).unwrap();
    let base = Base::new(case.scenario().clone(), &case.clock, case.loaded.document.diagnostics()).unwrap();
    for part in parts(&case.plan, Split::No) {
        let plan = base.world(&[&part.removal], Reference::NoWaiting).unwrap();
        let cause = CAUSES[part.cause];
        for (before, after) in base.plan.stations.iter().zip(&plan.stations) {
            let staff = |s: &kordon::crossing::plan::Station| {
                s.groups.iter().map(|g| (g.level.changes.clone(), g.booths, g.reference)).collect::<Vec<_>>()
            };
            // A booth of both agencies belongs to the side it stands on.
            let theirs = cause == Cause::Side(before.side);
            assert_eq!(staff(before) == staff(after), !theirs, "{cause:?} {}", before.name);
            let checks = |s: &kordon::crossing::plan::Station| format!("{:?} {:?}", s.checks, s.sends);
            assert_eq!(checks(before), checks(after));
            assert_eq!((&before.serves, &before.takes), (&after.serves, &after.takes));
        }
        for (before, after) in base.plan.pools.iter().zip(&plan.pools) {
            let code = &before.name[..2];
            let theirs = cause.side().is_some_and(|s| case.plan.sides[s] == code);
            assert_eq!(before.level.changes == after.level.changes, !theirs, "{cause:?} {}", before.name);
        }
        let sizes = |p: &kordon::crossing::Plan| p.containers.iter().map(|c| c.size).collect::<Vec<_>>();
        assert_eq!(sizes(&base.plan) == sizes(&plan), cause != Cause::Room);
        let times = |p: &kordon::crossing::Plan| {
            format!("{:?}", p.outages.iter().map(|o| &o.times).collect::<Vec<_>>())
        };
        // The only outage of the file is one of PL customs.
        assert_eq!(times(&base.plan) == times(&plan), cause != Cause::Side(1));
        let demand = |p: &kordon::crossing::Plan| {
            format!("{:?}", p.sources.iter().map(|s| &s.demand).collect::<Vec<_>>())
        };
        assert_eq!(demand(&base.plan) == demand(&plan), cause != Cause::Peak);
    }
}

/// What is agreed: below the agreed level the booths that it takes, above it nothing.
#[test]
fn the_agreed_level_is_a_floor() {
    let text = two_sides(40.0, 20.0, 15.0, "hour", 10, "10 d");
    let agreed = |level: &str| {
        let text = format!("{text}\n[reference]\nUA = \"480 trucks/day\"\nPL = \"{level}\"\n");
        let found = attributed(&case(&text), 3, 0, Split::No);
        let compared = &found.classes[0].compared[1];
        assert_eq!(compared.reference, Reference::Agreed);
        let saved = |side| {
            let of = compared.rows.iter().find(|r| CAUSES[r.cause] == Cause::Side(side)).unwrap();
            of.saved[0].chance.mean
        };
        (saved(0), saved(1))
    };
    // UA's one booth clears 960 a day, PL's 480: what is agreed is there.
    assert_eq!(agreed("480 trucks/day"), (0.0, 0.0));
    // A second booth is agreed at PL, and is missed.
    let (first, second) = agreed("700 trucks/day");
    assert_eq!(first, 0.0);
    assert!(second > 0.0, "{second}");
}
