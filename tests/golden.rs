//! A change of behaviour is noticed, and meant: replication 0 of every ready scenario has the hash that
//! `tests/golden.toml` holds. `CONTRIBUTING.md` ("When a hash changes") says what to do when it has not.
//!
//! The file is what `kordon hash` prints, so that `.ci/run` can hold the release binary against it, too. A hash says that
//! two runs differ and on which day they part, not what differed; for that the first events of each run that was as it
//! should be are kept in `target/tmp/golden`, and a failure shows the first event that is not the same. Where none are
//! kept (a fresh checkout), `.ci/first-difference` builds the program as it was when the hashes were blessed.

#![allow(clippy::unwrap_used, clippy::panic, reason = "tests")]

use std::path::{Path, PathBuf};

use kordon::crossing::{Blind, Simulation};
use kordon::kernel::time::DAY;
use kordon::report::{hash, json, when};
use kordon::study::{Case, Control, replicate};
use kordon::trace::{self, FIRST_LINE, Recorder, Told, Trace, first_difference, told};

const FILE: &str = "tests/golden.toml";
/// The model that Kordon's peers simulate, too.
const REFERENCE_CROSSING: &str = "benches/peers/reference-crossing.toml";
/// Events of a run that are kept: some ten megabytes.
const KEPT: usize = 100_000;

/// Paths as a user in the root of the repository writes them.
fn ready() -> Vec<String> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let entries = std::fs::read_dir(root.join("scenarios")).unwrap();
    let names = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap());
    let scenarios = names.filter(|name| name.ends_with(".toml")).map(|name| format!("scenarios/{name}"));
    let reference = root.join(REFERENCE_CROSSING).exists().then(|| REFERENCE_CROSSING.to_owned());
    let mut files: Vec<String> = scenarios.chain(reference).collect();
    files.sort();
    files
}

fn case(file: &str) -> Case {
    Case::load(Path::new(file), &[]).unwrap_or_else(|errors| panic!("{}", errors.render(false)))
}

fn run(case: &Case) -> Trace {
    trace::record(&case.plan, case.scenario().run.seed, 0).unwrap()
}

fn first_events(case: &Case, trace: &Trace) -> Vec<Told> {
    told(&case.plan, trace, &|tick| when::to_the_tick(case, tick)).take(KEPT).collect()
}

/// Where the first events of the run with this hash are kept.
fn kept(file: &str, hash: &str) -> PathBuf {
    let stem = Path::new(file).file_stem().unwrap().to_str().unwrap();
    Path::new(env!("CARGO_TARGET_TMPDIR")).join("golden").join(format!("{stem}-{}.trace", &hash[..16]))
}

fn keep(file: &str, hash: &str, case: &Case, trace: &Trace) {
    let path = kept(file, hash);
    if path.exists() {
        return;
    }
    std::fs::create_dir_all(path.parent().unwrap()).unwrap();
    let lines: Vec<String> = first_events(case, trace).iter().map(Told::line).collect();
    let head = format!("{FIRST_LINE}\n# {file}\n# seed {}, replication {}\n", trace.seed, trace.replication);
    std::fs::write(path, head + &lines.join("\n") + "\n").unwrap();
}

/// What is to be said of a run that is not the one that was blessed.
fn parts(file: &str, golden: &toml::Table, case: &Case, trace: &Trace) -> String {
    let was = golden["hash"].as_str().unwrap();
    let days: Vec<&str> = golden["days"].as_array().unwrap().iter().map(|d| d.as_str().unwrap()).collect();
    let now: Vec<String> = trace.hashes().days.iter().map(|d| d.to_hex()[..8].to_owned()).collect();
    let same = days.iter().zip(&now).take_while(|(was, now)| *was == now).count();
    let from = when::label(case, same as u64 * DAY);
    let mut said = format!("{file}: not the run that was blessed; the same for {same} days, until {from}\n");
    let shown = std::fs::read_to_string(kept(file, was)).ok().and_then(|text| {
        let before = text.lines().filter_map(Told::parse);
        first_difference(before, first_events(case, trace), 4)
    });
    match shown {
        Some(difference) => said += &difference.between("the blessed run", "this run").to_string(),
        None => said += &format!("the first event that differs: .ci/first-difference {file}\n"),
    }
    said
}

#[test]
fn every_ready_scenario_is_the_run_that_was_blessed() {
    let golden: toml::Table = std::fs::read_to_string(FILE).unwrap_or_default().parse().unwrap();
    let mut tables = hash::HEAD.to_owned();
    let mut wrong = String::new();
    let files = ready();
    assert!(files.len() >= 6, "{files:?}");
    for file in &files {
        let case = case(file);
        let trace = run(&case);
        tables += &hash::table(&case, &trace);
        let now = trace.hash().to_hex();
        match golden.get(file).and_then(toml::Value::as_table) {
            Some(table) if table["hash"].as_str() == Some(now.as_str()) => {
                keep(file, &now, &case, &trace);
            }
            Some(table) => wrong += &parts(file, table, &case, &trace),
            None => wrong += &format!("{file}: has no hash in {FILE}\n"),
        }
    }
    for gone in golden.keys().filter(|file| !files.contains(file)) {
        wrong += &format!("{gone}: has a hash in {FILE} and is not there\n");
    }
    if std::env::var_os("KORDON_BLESS").is_some() {
        println!("{wrong}");
        std::fs::write(FILE, tables).unwrap();
        return;
    }
    let what_to_do = "If it is meant, say so in CHANGELOG.md and write the hashes anew: KORDON_BLESS=1 cargo test --test golden";
    assert!(wrong.is_empty(), "\n{wrong}\n{what_to_do}");
    assert_eq!(std::fs::read_to_string(FILE).unwrap(), tables, "{FILE} is not what `kordon hash` prints");
}

#[test]
fn two_threads_at_once_give_the_same_hash() {
    let case = case("scenarios/yahodyn-week.toml");
    let alone = run(&case).hash();
    let both = std::thread::scope(|scope| {
        let threads = [scope.spawn(|| run(&case).hash()), scope.spawn(|| run(&case).hash())];
        threads.map(|thread| thread.join().unwrap())
    });
    assert_eq!(both, [alone; 2]);
}

/// Who watches changes nothing: all that a run leaves behind is the same with a recorder and without, and so are the
/// results of a study on one thread and on two.
#[test]
fn watched_or_not_the_results_are_the_same() {
    for file in ready() {
        let case = case(&file);
        let seed = case.scenario().run.seed;
        let mut blind = Simulation::new(&case.plan, seed, 0, Blind);
        let mut watched = Simulation::new(&case.plan, seed, 0, Recorder::default());
        blind.run().unwrap();
        watched.run().unwrap();
        assert!(watched.observer().records().len() > 1000);
        assert_eq!(format!("{:?}", blind.books()), format!("{:?}", watched.books()), "{file}");
    }
    let case = case("scenarios/hello.toml");
    let result = |threads| {
        let study = replicate(&case.plan, 1, 8, Control { threads, ..Control::quiet() }).unwrap();
        let headline = study.named(&case.headline()).unwrap();
        json::run(&kordon::report::Run { case: &case, study: &study, assumed: None, headline }, true).text()
    };
    assert_eq!(result(1), result(2));
}
