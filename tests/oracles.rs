//! Cases with exact answers: the rule by which they pass, and that it can fail. The quick ones run here, all of them in
//! `.ci/run` through `kordon validate`; `KORDON_ORACLES=B4,S1 cargo test --test oracles` runs those whose names begin so.

#![allow(clippy::unwrap_used, clippy::panic, reason = "tests")]

use std::collections::BTreeSet;
use std::path::Path;

use kordon::report::validation::{Timed, page, rows_passed, table};
use kordon::study::validate::{
    CASES, LEFT_OUT, Validated, Verdict, coverage, is_published, is_quick, row_of,
};
use kordon::study::{Case, Control, validate};

fn read(name: &str, text: &str) -> Case {
    Case::of_text(name, text).unwrap_or_else(|errors| panic!("{name}: {}", errors.render(false)))
}

fn validated(name: &str, text: &str) -> Validated {
    validate(name, &read(name, text), Control::quiet()).unwrap()
}

fn text_of(name: &str) -> &'static str {
    CASES.iter().find(|(known, _)| *known == name).unwrap().1
}

/// A case with something in it written otherwise.
fn with(name: &str, from: &str, to: &str) -> Validated {
    let text = text_of(name);
    assert!(text.contains(from), "{name} has no {from}");
    validated(name, &text.replace(from, to))
}

fn verdicts(of: &Validated) -> Vec<Verdict> {
    of.findings.iter().map(|f| f.verdict).collect()
}

#[test]
fn quick_cases_pass() {
    let chosen = std::env::var("KORDON_ORACLES").unwrap_or_default();
    let wanted = |name: &str, case: &Case| match chosen.as_str() {
        "" => is_quick(case),
        prefixes => prefixes.split(',').any(|prefix| name.starts_with(prefix)),
    };
    let cases = CASES.iter().map(|(name, text)| (*name, read(name, text)));
    let wanted = cases.filter(|(name, case)| wanted(name, case));
    let run = |(name, case): (&str, Case)| {
        let began = std::time::Instant::now();
        let of = validate(name, &case, Control::quiet()).unwrap();
        Timed { of, took: began.elapsed().as_secs_f64() }
    };
    let done: Vec<Timed> = wanted.map(run).collect();
    println!("{}", table(&done));
    let failed: Vec<&str> = done.iter().filter(|c| !c.of.passes()).map(|c| c.of.case.as_str()).collect();
    assert!(failed.is_empty(), "not passed: {failed:?}\n{}", table(&done));
    assert!(!done.is_empty(), "no case was run");
}

/// A known answer that is off by 5 %: outside, looked at once more with ten times the replications, outside again.
#[test]
fn a_wrong_number_is_noticed() {
    let of = with("S13-erlang-b-4", "is = 0.206107", "is = 0.216412");
    assert_eq!(verdicts(&of), [Verdict::Differs]);
    assert!(of.findings[0].again.is_some() && !of.passes());
    let shown = table(&[Timed { of, took: 0.0 }]);
    assert!(shown.contains("again") && shown.contains("DIFFERS") && shown.contains("NOT PASSED"), "{shown}");
}

/// A time that is off by a microsecond.
#[test]
fn a_wrong_tick_is_noticed() {
    let of = with("D01-patience", "\"18 min\", \"32 min\"", "\"18 min\", \"1920000001 us\"");
    assert_eq!(verdicts(&of), [Verdict::Differs, Verdict::Exact, Verdict::Exact]);
    assert!(!of.passes());
}

#[test]
fn a_run_that_proves_nothing_is_not_a_pass() {
    let noisy = with("S13-erlang-b-4", "length = \"1050 min\"", "length = \"60 min\"");
    assert_eq!(verdicts(&noisy), [Verdict::TooNoisy]);
    let few = with("S13-erlang-b-4", "replications = 200", "replications = 199");
    assert_eq!(verdicts(&few), [Verdict::TooFew]);
    let unknown = with("S13-erlang-b-4", "turned_away share", "turned_back share");
    assert_eq!(verdicts(&unknown), [Verdict::NoSuchNumber]);
    assert!(!noisy.passes() && !few.passes() && !unknown.passes());
}

#[test]
fn a_run_that_cannot_go_on_is_a_fault_of_its_case() {
    let of = with("S13-erlang-b-4", "replications = 200", "replications = 200\nmax_inside = 1");
    assert!(!of.passes() && of.faults[0].contains("max_inside"), "{:?}", of.faults);
}

/// Every case says what it expects and where that is from; every file is part of the program.
#[test]
fn every_case_names_its_source() {
    for (name, text) in CASES {
        let case = read(name, text);
        assert!(!case.scenario().expect.is_empty(), "{name} expects nothing");
        assert!(case.scenario().expect.iter().all(|e| !e.source.is_empty()), "{name} names no source");
    }
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/oracles");
    let files: BTreeSet<String> = std::fs::read_dir(folder)
        .unwrap()
        .map(|f| f.unwrap().path().file_stem().unwrap().to_string_lossy().into_owned())
        .collect();
    assert_eq!(files, CASES.iter().map(|(name, _)| (*name).to_owned()).collect());
}

/// The published rows: at least fifty are cases.
#[test]
fn at_least_fifty_rows_are_cases() {
    let published = CASES.iter().filter(|(name, _)| is_published(name));
    let rows: BTreeSet<String> = published.map(|(name, _)| row_of(name)).collect();
    assert!(rows.len() >= 50, "{}: {rows:?}", rows.len());
    for (row, _) in LEFT_OUT {
        let whole = !row.contains(',');
        assert!(!whole || !rows.contains(*row), "{row} is left out and is a case");
    }
}

#[test]
fn every_mechanism_of_a_ready_scenario_has_an_exact_case() {
    for file in std::fs::read_dir("scenarios").unwrap() {
        let path = file.unwrap().path();
        let case = Case::load(&path, &[]).unwrap_or_else(|e| panic!("{}", e.render(false)));
        let without = coverage(&case.plan).without;
        assert!(without.is_empty(), "{}: no exact case for {without:?}", path.display());
    }
}

#[test]
fn the_page_holds_nothing_of_the_moment() {
    let of = validated("D01-patience", text_of("D01-patience"));
    let [first, second] = [1.0, 2.0].map(|took| page(&[Timed { of: of.clone(), took }]));
    assert_eq!(first, second);
    assert!(first.contains("1 of 1 cases pass") && first.contains("D01-patience"));
    assert_eq!(rows_passed(&[Timed { of, took: 0.0 }]), (1, 1));
}
