//! Replications fold to the same bytes whatever the threads, stop without a gap, and stop when they are precise.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test that cannot read its file has failed")]

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use kordon::report::{self, csv, json, screen};
use kordon::study::kpis::{SpanStat, StationStat};
use kordon::study::{
    Case, Control, Ended, Precision, Study, assumed, capacity, compare, replicate, theory, until_precision,
};

const TWO_SIDES: &str = r#"
kordon = 1
name = "two sides"
sides = ["UA", "PL"]
headline = "UA>PL truck wait mean"
[run]
start = "Mon 00:00"
length = "2 d"
replications = 12
[traffic.out]
class = "truck"
from = "UA"
arrives = { per_hour = 10, range = "8 .. 11" }
mix.load = { loaded = "70 %", empty = "30 %" }
[traffic.in]
class = "car"
from = "PL"
arrives = { per_hour = 20 }
[UA.exit]
stages = ["customs"]
room = "10 trucks"
[UA.exit.customs]
agency = "UA customs"
booths = 3
service = { lognormal = "12 min", cv = 0.8, range = "9 .. 15 min" }
[UA.entry]
stages = ["customs"]
room = "unlimited"
[UA.entry.customs]
agency = "UA customs"
booths = 2
service = { exponential = "3 min" }
[zone]
strips.bridge = { each_way = "5 trucks", travel = "4 min" }
[PL.entry]
stages = ["customs"]
room = "10 trucks"
[PL.entry.customs]
agency = "PL customs"
booths = 3
service = { lognormal = "13 min", cv = 0.9 }
[PL.exit]
stages = ["customs"]
room = "unlimited"
[PL.exit.customs]
agency = "PL customs"
booths = 2
service = { exponential = "4 min" }
"#;

const HELLO: &str = include_str!("../scenarios/hello.toml");

fn case(text: &str) -> Case {
    match Case::of_text("test.toml", text) {
        Ok(case) => case,
        Err(errors) => panic!("{}", errors.render(false)),
    }
}

fn with_threads(threads: usize) -> Control<'static> {
    Control { threads, ..Control::quiet() }
}

fn all_outputs(case: &Case, threads: usize) -> [String; 3] {
    let study = replicate(&case.plan, 1, 12, with_threads(threads)).unwrap();
    let assumed = assumed(case, 1, 20, with_threads(threads)).unwrap();
    let headline = study.named(&case.headline()).unwrap();
    let run = report::Run { case, study: &study, assumed: assumed.as_ref(), headline };
    [screen::run(&run, 100, true), json::run(&run, true).text(), csv::run(&run).unwrap()]
}

#[test]
fn one_thread_and_many_give_the_same_bytes() {
    let case = case(TWO_SIDES);
    let one = all_outputs(&case, 1);
    for threads in [2, 5] {
        assert_eq!(one, all_outputs(&case, threads));
    }
}

#[test]
fn a_worker_used_again_gives_what_a_fresh_one_gives() {
    let case = case(TWO_SIDES);
    let many = replicate(&case.plan, 1, 12, with_threads(1)).unwrap();
    let more = replicate(&case.plan, 1, 12, with_threads(12)).unwrap();
    for replication in 0..12 {
        let bits = |study: &Study| study.row(replication).iter().map(|v| v.to_bits()).collect::<Vec<_>>();
        assert_eq!(bits(&many), bits(&more), "{replication}");
    }
}

#[test]
fn a_stopped_study_holds_an_unbroken_run() {
    let case = case(TWO_SIDES);
    let whole = replicate(&case.plan, 1, 40, with_threads(1)).unwrap();
    let (stop, seen) = (AtomicBool::new(false), AtomicU64::new(0));
    let progress = |_: u64, _: u64| {
        if seen.fetch_add(1, Ordering::SeqCst) == 6 {
            stop.store(true, Ordering::SeqCst);
        }
    };
    let control = Control { threads: 4, stop: &stop, progress: &progress };
    let part = replicate(&case.plan, 1, 40, control).unwrap();
    assert_eq!(part.ended, Ended::Interrupted);
    let n = part.replications();
    assert!((7..40).contains(&n), "{n}");
    for replication in 0..n {
        let same =
            part.row(replication).iter().zip(whole.row(replication)).all(|(a, b)| a.to_bits() == b.to_bits());
        assert!(same, "{replication}");
    }
    let headline = part.named(&case.headline()).unwrap();
    let text = screen::run(&report::Run { case: &case, study: &part, assumed: None, headline }, 100, false);
    assert!(text.contains(&format!("replications 0 to {}, without a gap", n - 1)), "{text}");
}

#[test]
fn precision_is_reached_or_the_cap_is_said() {
    let case = case(HELLO);
    let asked = |relative, cap| Precision { headline: case.headline(), relative, absolute: None, cap };
    let precise = until_precision(&case.plan, 1, &asked(0.2, 1_000), with_threads(2)).unwrap();
    let kpi = precise.named(&case.headline()).unwrap();
    assert!(matches!(precise.ended, Ended::Precise(_)), "{:?}", precise.ended);
    assert!(precise.replications() < 1_000);
    let s = precise.summary(kpi);
    assert!(s.half <= 0.2 * s.mean);

    let capped = until_precision(&case.plan, 1, &asked(0.000_1, 30), with_threads(2)).unwrap();
    assert!(matches!(capped.ended, Ended::Cap(_)));
    assert_eq!(capped.replications(), 30);
    let one = until_precision(&case.plan, 1, &asked(0.2, 1_000), with_threads(1)).unwrap();
    assert_eq!(one.replications(), precise.replications());
}

#[test]
fn a_mean_of_nothing_does_not_loop() {
    let case = case(&HELLO.replace("booths = 4", "booths = 60"));
    let precision = Precision { headline: case.headline(), relative: 0.01, absolute: None, cap: 5_000 };
    let study = until_precision(&case.plan, 1, &precision, with_threads(0)).unwrap();
    assert!(matches!(study.ended, Ended::Precise(_)));
    assert!(study.replications() < 100);
}

#[test]
fn names_lead_to_numbers_and_near_misses_to_names() {
    let case = case(TWO_SIDES);
    let study = replicate(&case.plan, 1, 2, with_threads(1)).unwrap();
    let names = [
        "UA>PL truck wait mean",
        "UA>PL truck loaded booking_to_exit p95",
        "UA>PL truck turned_away share",
        "UA>PL truck still_inside",
        "PL>UA car crossing_time p95",
        "PL.entry.customs wait p90",
        "PL.entry.customs queue mean",
        "UA.exit.customs utilisation",
        "UA.exit.customs held share",
        "zone.bridge.UA>PL number max",
        "UA>PL number mean",
        "UA>PL truck traced_to PL customs capacity",
        "deadlock at",
        "number mean",
    ];
    for name in names {
        assert!(study.named(name).is_ok(), "{name}");
    }
    let error = study.named("UA>PL truck wait mena").unwrap_err().to_string();
    assert!(error.contains("did you mean `UA>PL truck wait mean`"), "{error}");
}

#[test]
fn books_agree_with_one_another() {
    let case = case(TWO_SIDES);
    let study = replicate(&case.plan, 1, 4, with_threads(1)).unwrap();
    let value = |name: &str, r: u64| study.row(r)[study.named(name).unwrap()];
    for r in 0..4 {
        let traced: f64 = study
            .kpis
            .ledger(0, case.plan.owners.len())
            .skip(case.plan.owners.len())
            .map(|k| study.row(r)[k])
            .sum();
        let waited = value("UA>PL truck wait mean", r) * value("UA>PL truck wait n", r);
        assert!((traced - waited).abs() < 1e-3, "{traced} {waited}");
        let parts = ["loaded", "empty"].map(|w| value(&format!("UA>PL truck {w} wait n"), r));
        assert_eq!(parts.iter().sum::<f64>(), value("UA>PL truck wait n", r));
    }
    let base = study.kpis.span(0, kordon::crossing::Span::Wait, SpanStat::Mean);
    assert_eq!(base, study.named("UA>PL truck wait mean").unwrap());
}

#[test]
fn theory_stands_beside_hello_and_agrees() {
    let case = case(HELLO);
    let study = replicate(&case.plan, 1, 200, with_threads(0)).unwrap();
    let theories = theory::beside(&case.plan, &study.kpis);
    assert_eq!(theories.len(), 1);
    let row = theories[0].rows[0];
    assert_eq!(row.kpi, study.kpis.station(0, StationStat::WaitMean));
    assert!((row.value - 458.49).abs() < 0.01, "{}", row.value);
    let s = study.summary(row.kpi);
    assert!((s.mean - row.value).abs() < 4.0 * s.se, "{} ± {}", s.mean, s.se);
}

#[test]
fn theory_keeps_away_where_it_does_not_apply() {
    for (old, new) in [
        ("room = \"unlimited\"", "room = \"20 trucks\""),
        ("service = { exponential = \"15 min\" }", "service = { lognormal = \"15 min\", cv = 0.5 }"),
        ("arrives = { per_hour = 12 }", "arrives = { per_hour = 17 }"),
        ("arrives = { per_hour = 12 }", "arrives = { per_hour = 12, hour = [2, 1] }"),
    ] {
        let text = HELLO.replace(old, new);
        let Ok(case) = Case::of_text("test.toml", &text) else { continue };
        let kpis = kordon::study::Kpis::of(&case.plan);
        assert!(theory::beside(&case.plan, &kpis).is_empty(), "{new}");
    }
}

#[test]
fn arithmetic_agrees_with_simulation() {
    let case = case(TWO_SIDES);
    let study = replicate(&case.plan, 1, 60, with_threads(0)).unwrap();
    let capacity = capacity::capacity(&case.plan);
    for direction in &capacity.directions {
        for stage in &direction.stages {
            let mean = study.summary(study.kpis.station(stage.station, StationStat::Utilisation)).mean;
            assert!(
                (mean - stage.load).abs() < 0.03,
                "{} {mean} {}",
                case.plan.stations[stage.station].name,
                stage.load
            );
        }
    }
    assert!(capacity.zone_can_fill);
}

#[test]
fn draws_stay_in_their_ranges_and_are_reproducible() {
    let case = case(TWO_SIDES);
    let inputs = &case.scenario().inputs;
    let first = kordon::study::assumptions::drawn(inputs, 1, 7);
    assert_eq!(first, kordon::study::assumptions::drawn(inputs, 1, 7));
    assert_eq!(first.len(), 2);
    for (path, value) in first {
        let (low, high) = inputs.iter().find(|i| i.path == path).unwrap().range.unwrap();
        assert!((low..=high).contains(&value), "{path} {value}");
    }
    let assumed = assumed(&case, 1, 50, with_threads(2)).unwrap().unwrap();
    assert_eq!((assumed.used(), assumed.refused.len(), assumed.broken.len()), (50, 0, 0));
    let study = replicate(&case.plan, 1, 50, with_threads(2)).unwrap();
    let kpi = study.named(&case.headline()).unwrap();
    let (low, high) = assumed.band(kpi).unwrap();
    let chance = study.summary(kpi).interval().unwrap();
    assert!(low < chance.0 && high > chance.1, "the ranges say more than chance: {low} {high} {chance:?}");
}

#[test]
fn twins_differ_only_by_what_was_changed() {
    let base = case(TWO_SIDES);
    let variant = case(&TWO_SIDES.replace(
        "booths = 3\nservice = { lognormal = \"13 min\"",
        "booths = 4\nservice = { lognormal = \"13 min\"",
    ));
    let cases = [base, variant];
    let studies = compare(&cases, 1, 20, with_threads(2)).unwrap();
    let comparison = compare::against((&cases[0], &studies[0]), (&cases[1], &studies[1])).unwrap();
    let changed: Vec<&str> = comparison.changed.iter().map(|c| c.path.as_str()).collect();
    assert_eq!(changed, ["PL.entry.customs.booths"]);
    let headline = &comparison.pairs[comparison.headline];
    assert!(headline.difference.mean < 0.0 && headline.correlation > 0.0);
    let cars = comparison.pairs.iter().find(|p| p.name == "PL>UA car wait mean").unwrap();
    assert_eq!((cars.difference.mean, cars.difference.half), (0.0, 0.0), "the cars' way was not touched");
}

#[test]
fn other_sides_or_other_weeks_are_not_compared() {
    let base = case(TWO_SIDES);
    let other = case(&TWO_SIDES.replace("UA", "LT"));
    assert!(compare(&[base.clone(), other], 1, 2, with_threads(1)).is_err());
    let longer = case(&TWO_SIDES.replace("length = \"2 d\"", "length = \"3 d\""));
    assert!(compare(&[base, longer], 1, 2, with_threads(1)).is_err());
}
