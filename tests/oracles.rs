//! Known answers: every scenario of `tests/oracles/` that states what theory expects is run through the loader and the
//! engine a user runs, and each of its `[[expect]]` values must come out.
//!
//! The rule: seed 1, at least 200 replications; the mean over replications must lie within 3.5 standard errors of the
//! theory *and* the standard error must be at most 1 % of it (a noisy run proves nothing). A value outside is run once
//! more, with ten times the replications and seed 2, and must then lie within 3. Both are printed.
//!
//! The slow cases run when `KORDON_ORACLES=all` is set (as `.ci/run` does); the others always. `KORDON_ORACLES=B4,S1`
//! runs the files whose names begin so.

#![allow(clippy::unwrap_used, clippy::panic, reason = "tests")]

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::time::Instant;

use kordon::crossing::{Plan, compile};
use kordon::scenario::{Clock, Expect, load};
use kordon::study::replicate::{Control, replicate};
use kordon::study::{Study, Summary};

/// Cases that take more than about four seconds.
const SLOW: [&str; 3] = ["S02", "S08", "S16-mg1-hyper"];

const SEED: u64 = 1;
const SECOND_SEED: u64 = 2;
const LEAST_REPLICATIONS: u32 = 200;
/// Of the theory: a larger standard error proves nothing.
const LARGEST_ERROR: f64 = 0.01;
const WITHIN: f64 = 3.5;
const WITHIN_AGAIN: f64 = 3.0;

struct Case {
    name: String,
    plan: Plan,
    expects: Vec<Expect>,
    replications: u32,
}

fn files() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/oracles");
    let mut files: Vec<PathBuf> = std::fs::read_dir(folder).unwrap().map(|f| f.unwrap().path()).collect();
    files.retain(|f| f.extension().is_some_and(|e| e == "toml"));
    files.sort();
    files
}

fn stem(file: &Path) -> String {
    file.file_stem().unwrap().to_string_lossy().into_owned()
}

fn wanted(name: &str) -> bool {
    match std::env::var("KORDON_ORACLES") {
        Ok(all) if all == "all" => true,
        Ok(some) if some != "quick" => some.split(',').any(|prefix| name.starts_with(prefix)),
        _ => !SLOW.iter().any(|slow| name.starts_with(slow)),
    }
}

fn read(file: &Path) -> Case {
    let loaded = load(file, &[]).unwrap_or_else(|errors| panic!("{}", errors.render(false)));
    let clock = Clock::new(&loaded.scenario.run, &loaded.scenario.side).unwrap();
    let compiled = compile(&loaded.scenario, &clock, loaded.document.diagnostics());
    let plan = compiled.unwrap_or_else(|errors| panic!("{}", errors.render(false)));
    let scenario = loaded.scenario;
    Case { name: stem(file), plan, replications: scenario.run.replications, expects: scenario.expect }
}

fn study(case: &Case, seed: u64, replications: u32) -> Study {
    let study = replicate(&case.plan, seed, replications.into(), Control::quiet()).unwrap();
    let failures: Vec<String> = study.failures.iter().take(3).map(|f| format!("{f:?}")).collect();
    assert!(failures.is_empty(), "{}: the audit failed: {failures:?}", case.name);
    study
}

/// Distance from the theory in standard errors, and the standard error as a share of the theory.
fn judge(of: &Summary, theory: f64) -> (f64, f64) {
    ((of.mean - theory) / of.se, of.se / theory.abs())
}

fn row(out: &mut String, case: &str, value: &str, theory: f64, of: &Summary, verdict: &str) {
    let (distance, error) = judge(of, theory);
    let _ = writeln!(
        out,
        "{case:<34} {value:<42} theory {theory:>11.5}  mean {:>11.5}  {distance:>+6.2} se  se {:>5.2} %  n {:<6} {verdict}",
        of.mean,
        error * 100.0,
        of.n,
    );
}

/// Runs a case and says what came out; false when a value is not the theory's.
fn holds(case: &Case, out: &mut String) -> bool {
    let first = study(case, SEED, case.replications);
    let mut second: Option<Study> = None;
    let mut all = true;
    for expect in &case.expects {
        let kpi = first.named(&expect.value).unwrap_or_else(|e| panic!("{}: {e}", case.name));
        let summary = first.summary(kpi);
        let (distance, error) = judge(&summary, expect.is);
        let sound = summary.without == 0 && case.replications >= LEAST_REPLICATIONS;
        if sound && error <= LARGEST_ERROR && distance.abs() <= WITHIN {
            row(out, &case.name, &expect.value, expect.is, &summary, "ok");
            continue;
        }
        row(out, &case.name, &expect.value, expect.is, &summary, "again");
        let study = second.get_or_insert_with(|| study(case, SECOND_SEED, case.replications * 10));
        let again = study.summary(kpi);
        let (distance, again_error) = judge(&again, expect.is);
        let holds =
            sound && error <= LARGEST_ERROR && again_error <= LARGEST_ERROR && distance.abs() <= WITHIN_AGAIN;
        row(
            out,
            &case.name,
            &expect.value,
            expect.is,
            &again,
            if holds { "ok at the second" } else { "NOT" },
        );
        all &= holds;
    }
    all
}

#[test]
fn theory_and_simulation_agree() {
    let mut table = String::new();
    let mut wrong = vec![];
    let (mut cases, mut values) = (0, 0);
    let start = Instant::now();
    for file in files().into_iter().filter(|f| wanted(&stem(f))) {
        let case = read(&file);
        if case.expects.is_empty() {
            continue;
        }
        let begun = Instant::now();
        let mut rows = String::new();
        if !holds(&case, &mut rows) {
            wrong.push(case.name.clone());
        }
        cases += 1;
        values += case.expects.len();
        print!("{rows}");
        println!("{:<34} {:.2} s", case.name, begun.elapsed().as_secs_f64());
        table.push_str(&rows);
    }
    println!("{values} values of {cases} cases in {:.0} s", start.elapsed().as_secs_f64());
    assert!(wrong.is_empty(), "not as theory says: {wrong:?}\n{table}");
    assert!(cases > 0, "no case was run");
}

/// The rule itself: a theory that is off by 5 % must fail.
#[test]
fn a_wrong_theory_is_noticed() {
    let file = files().into_iter().find(|f| stem(f).starts_with("S04")).unwrap();
    let mut case = read(&file);
    case.expects.truncate(1);
    case.expects[0].is *= 1.05;
    assert!(!holds(&case, &mut String::new()));
}

/// Every file says what it expects and where that is from, or is a trace that `tests/traces.rs` reads.
#[test]
fn every_case_names_its_source() {
    for file in files() {
        let case = read(&file);
        assert!(case.name.starts_with('D') || !case.expects.is_empty(), "{} expects nothing", case.name);
        assert!(case.expects.iter().all(|e| !e.source.is_empty()), "{} names no source", case.name);
    }
}
