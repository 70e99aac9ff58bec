//! Sweeps: whatever happens on the way (kills, torn files, shards, threads, growth), the files at the end are the same
//! bytes; and what is not of a sweep is refused with the reason.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test that cannot read its file has failed")]

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::time::Duration;

use kordon::study::sweep::{JOURNAL, MANIFEST, PointEnd, Sweep, SweepError, open, results};

/// Two settings of a lever in three futures of an uncertainty.
const STUDY: &str = r#"
[lever.booths]
path = "UA.exit.customs.booths"
values = [4, 5]

[uncertainty.service]
path = "UA.exit.customs.service.mean"
range = "10 .. 16 min"
"#;
const CROSSED: &str = "[design]\nuncertainties = { kind = \"latin hypercube\", points = 3 }\n";

/// A folder with the scenario and a study.
struct Desk(tempfile::TempDir);

impl Desk {
    fn with(study: &str) -> Self {
        let desk = Self(tempfile::tempdir().unwrap());
        let hello = std::fs::read_to_string("scenarios/hello.toml").unwrap();
        std::fs::write(desk.at("hello.toml"), hello.replace("length = \"10 d\"", "length = \"12 h\""))
            .unwrap();
        desk.study(study);
        desk
    }

    fn study(&self, study: &str) {
        let head = "kordon = 1\nname = \"a test\"\nscenario = \"hello.toml\"\n";
        std::fs::write(self.at("study.toml"), format!("{head}{study}")).unwrap();
    }

    fn at(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    fn command(&self, args: &[&str]) -> Command {
        let mut command = Command::new(assert_cmd::cargo::cargo_bin("kordon"));
        command.args(args).current_dir(self.0.path()).stdout(Stdio::piped()).stderr(Stdio::piped());
        command
    }

    fn run(&self, args: &[&str]) -> Output {
        self.command(args).output().unwrap()
    }

    /// Sweeps into a folder; it must succeed.
    fn sweep(&self, out: &str, more: &[&str]) -> BTreeMap<String, Vec<u8>> {
        let args = [&["sweep", "study.toml", "--out", out, "-q"], more].concat();
        let done = self.run(&args);
        assert_eq!(done.status.code(), Some(0), "{args:?}: {}", text(&done.stderr));
        self.files(out)
    }

    /// All files but the journal, whose order says who was fast.
    fn files(&self, folder: &str) -> BTreeMap<String, Vec<u8>> {
        let entries = std::fs::read_dir(self.at(folder)).unwrap().map(|entry| entry.unwrap().path());
        let named = entries.map(|path| (path.file_name().unwrap().to_string_lossy().into_owned(), path));
        named
            .filter(|(name, _)| name != JOURNAL)
            .map(|(name, path)| (name, std::fs::read(path).unwrap()))
            .collect()
    }

    fn results(&self, folder: &str) -> Result<kordon::study::sweep::Results, SweepError> {
        results(&self.at(folder))
    }
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

fn same(a: &BTreeMap<String, Vec<u8>>, b: &BTreeMap<String, Vec<u8>>, what: &str) {
    let names = |files: &BTreeMap<String, Vec<u8>>| files.keys().cloned().collect::<Vec<_>>();
    assert_eq!(names(a), names(b), "{what}");
    for (name, bytes) in a {
        assert!(bytes == &b[name], "{what}: {name} is not the same");
    }
}

fn fixed(replications: u32) -> String {
    format!("replications = {replications}\n{STUDY}{CROSSED}")
}

/// Shards of one sweep, merged.
fn merged(desk: &Desk, shards: u64, threads: &str) -> BTreeMap<String, Vec<u8>> {
    let folders: Vec<String> = (1..=shards).map(|k| format!("part-{shards}-{threads}-{k}")).collect();
    for (k, folder) in folders.iter().enumerate() {
        let shard = format!("{}/{shards}", k + 1);
        desk.sweep(folder, &["--shard", &shard, "--threads", threads]);
    }
    let out = format!("whole-{shards}-{threads}");
    let mut args = vec!["merge", "--out", &out];
    args.extend(folders.iter().map(String::as_str));
    let done = desk.run(&args);
    assert_eq!(done.status.code(), Some(0), "{}", text(&done.stderr));
    desk.files(&out)
}

#[test]
fn shards_and_threads_change_no_byte() {
    let desk = Desk::with(&fixed(4));
    let whole = desk.sweep("whole", &["--threads", "1"]);
    assert!(whole.len() >= 14, "{:?}", whole.keys());
    same(&whole, &desk.sweep("threads", &["--threads", "2"]), "two threads");
    for (shards, threads) in [(1, "1"), (2, "2"), (3, "1"), (7, "2"), (64, "1")] {
        same(&whole, &merged(&desk, shards, threads), &format!("{shards} shards on {threads} threads"));
    }
}

#[test]
fn where_each_point_decides_how_often_shards_change_no_byte() {
    let often =
        "[replications]\nuntil = \"8 %\"\nof = \"UA.exit.customs utilisation\"\nfloor = 0.0001\ncap = 45\n";
    let desk = Desk::with(&format!("{often}{STUDY}{CROSSED}"));
    let whole = desk.sweep("whole", &["--threads", "2"]);
    let mut found = desk.results("whole").unwrap();
    let ends: Vec<(u64, PointEnd)> = (0..found.points()).map(|point| found.replications(point)).collect();
    assert!(
        ends.iter().any(|(n, end)| matches!(end, PointEnd::Precise { .. }) && (30..45).contains(n)),
        "{ends:?}"
    );
    assert!(ends.iter().all(|(n, end)| matches!(end, PointEnd::Precise { .. }) || *n == 45), "{ends:?}");
    let kpi = found.kpi("UA.exit.customs utilisation").unwrap();
    let values = found.values(kpi).unwrap();
    assert!(values.iter().zip(&ends).all(|(values, (n, _))| values.len() as u64 == *n));
    for shards in [2, 5] {
        same(&whole, &merged(&desk, shards, "1"), &format!("{shards} shards"));
    }
    // A target that nobody meets: every point stops at the cap, and the output says so.
    desk.study(&format!(
        "{}{STUDY}{CROSSED}",
        often.replace("8 %", "0.01 %").replace("cap = 45", "cap = 12")
    ));
    let done = desk.run(&["sweep", "study.toml", "--out", "capped", "-q"]);
    assert!(text(&done.stdout).contains("6 of 6 points stopped at the cap"), "{}", text(&done.stdout));
    assert!(text(&desk.files("capped")["points.csv"]).contains("stopped at the cap"));
}

#[test]
fn killed_at_many_moments_it_goes_on_to_the_same_bytes() {
    let desk = Desk::with(&fixed(400));
    let whole = desk.sweep("whole", &[]);
    let args = ["sweep", "study.toml", "--out", "killed", "-q", "--threads", "2"];
    let (mut kills, mut units) = (0, Vec::new());
    for k in 0..24 {
        let mut child = desk.command(&args).spawn().unwrap();
        std::thread::sleep(Duration::from_millis(4 + 6 * k));
        child.kill().unwrap();
        kills += u32::from(!child.wait().unwrap().success());
        units.push(std::fs::metadata(desk.at("killed").join(JOURNAL)).map_or(0, |file| file.len()));
    }
    assert!(kills >= 10, "only {kills} of 24 were killed before their end");
    assert!(units.is_sorted(), "what was done is kept: {units:?}");
    same(&whole, &desk.sweep("killed", &[]), "after the kills");
}

#[test]
fn torn_or_damaged_journals_heal() {
    let desk = Desk::with(&fixed(3));
    let whole = desk.sweep("whole", &[]);
    let journal = desk.at("whole").join(JOURNAL);
    let bytes = std::fs::read(&journal).unwrap();
    for k in 0..=12 {
        std::fs::write(&journal, &bytes[..bytes.len() * k / 12]).unwrap();
        same(&whole, &desk.sweep("whole", &[]), &format!("cut at {k} twelfths"));
    }
    for at in [60, bytes.len() / 2, bytes.len() - 1] {
        let mut flipped = bytes.clone();
        flipped[at] ^= 1;
        std::fs::write(&journal, &flipped).unwrap();
        assert!(matches!(desk.results("whole"), Err(SweepError::Missing { .. })), "byte {at}");
        let done = desk.run(&["sweep", "study.toml", "--out", "whole", "-q"]);
        assert_eq!(done.status.code(), Some(0));
        let said = text(&done.stderr);
        assert!(at == 60 || said.contains("no whole record; that work is done again"), "{at}: {said}");
        same(&whole, &desk.files("whole"), &format!("byte {at} was flipped"));
    }
}

#[test]
fn two_processes_do_not_write_one_folder() {
    let desk = Desk::with(&fixed(2));
    let sweep = Sweep::load(&desk.at("study.toml"), &[], None).unwrap();
    let held = open(&sweep, &desk.at("out")).unwrap();
    let done = desk.run(&["sweep", "study.toml", "--out", "out", "-q"]);
    assert_eq!(done.status.code(), Some(2));
    assert!(text(&done.stderr).contains("another kordon is at work in `out`"), "{}", text(&done.stderr));
    let status = desk.run(&["status", "out"]);
    assert!(
        status.status.code() == Some(75) && text(&status.stdout).contains("at work"),
        "{}",
        text(&status.stdout)
    );
    drop(held);
    desk.sweep("out", &[]);
    assert!(text(&desk.run(&["status", "out"]).stdout).contains("12 of 12 units done\ncomplete"));
}

#[cfg(unix)]
#[test]
fn ctrl_c_says_how_to_go_on_and_ends_with_75() {
    let desk = Desk::with(&fixed(20_000));
    for signal in ["-INT", "-TERM"] {
        let child = desk.command(&["sweep", "study.toml", "--out", "out", "--threads", "2"]).spawn().unwrap();
        let journal = desk.at("out").join(JOURNAL);
        let before = std::fs::metadata(&journal).map_or(0, |file| file.len());
        while std::fs::metadata(&journal).map_or(0, |file| file.len()) <= before + 100 {
            std::thread::sleep(Duration::from_millis(5));
        }
        let pid = child.id().to_string();
        assert!(Command::new("kill").args([signal, &pid]).status().unwrap().success());
        let out = child.wait_with_output().unwrap();
        assert_eq!(out.status.code(), Some(75), "{}", text(&out.stderr));
        let said = text(&out.stderr);
        assert!(said.contains("to go on: kordon sweep study.toml --out out"), "{said}");
        assert!(!desk.files("out").contains_key("results.csv"), "no tables of a part");
    }
    assert_eq!(desk.run(&["status", "out"]).status.code(), Some(75));
}

/// A limit on the size of files stands for a full disk: writing fails in the middle of a record.
#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_loses_nothing() {
    let desk = Desk::with(&fixed(60));
    let whole = desk.sweep("whole", &[]);
    let kordon = assert_cmd::cargo::cargo_bin("kordon");
    let limited =
        format!("trap '' XFSZ; ulimit -f 100; exec '{}' sweep study.toml --out full -q", kordon.display());
    let out = Command::new("sh").args(["-c", &limited]).current_dir(desk.0.path()).output().unwrap();
    assert_eq!(out.status.code(), Some(1), "{}", text(&out.stderr));
    let said = text(&out.stderr);
    assert!(
        said.contains("units.journal` cannot be written") && said.contains("what is there is kept"),
        "{said}"
    );
    assert!(std::fs::metadata(desk.at("full").join(JOURNAL)).unwrap().len() > 1_000);
    same(&whole, &desk.sweep("full", &[]), "once there is room");
}

#[test]
fn what_is_not_of_this_sweep_is_refused_with_the_reason() {
    let desk = Desk::with(&fixed(2));
    desk.sweep("out", &[]);
    std::fs::create_dir(desk.at("full")).unwrap();
    std::fs::write(desk.at("full/holiday.jpg"), b"...").unwrap();
    let manifest = std::fs::read_to_string(desk.at("out").join(MANIFEST)).unwrap();
    let refused = |args: &[&str], words: &str, code| {
        let out = desk.run(args);
        let said = text(&out.stderr);
        assert_eq!(out.status.code(), Some(code), "{args:?}: {said}");
        assert!(said.contains(words) && !said.contains("panicked"), "{args:?} should say {words}\n{said}");
    };
    let here = ["sweep", "study.toml", "-q", "--out", "out"];
    refused(&["sweep", "study.toml", "--out", "full"], "files of something else (`holiday.jpg`)", 2);
    refused(&[&here[..], &["--length", "1 d"]].concat(), "the scenario is not the same", 2);
    refused(&[&here[..], &["--shard", "1/2"]].concat(), "it holds the whole sweep, this is shard 1/2", 2);
    refused(&["sweep", "study.toml", "--shard", "3/2", "--out", "x"], "from 1/N to N/N", 2);
    refused(&["status", "full"], "holds no sweep", 2);
    refused(&["merge", "out", "full", "--out", "x"], "holds no sweep", 2);
    refused(&["sweep", "study.toml", "--out", "/proc/none/of/this"], "cannot be written", 1);
    for (from, to, words) in [
        ("values = [4, 5]", "values = [4, 6]", "`booths` does not take the same values"),
        ("10 .. 16", "10 .. 15", "`service` does not take the same values"),
        ("replications", "seed = 2\nreplications", "the seed was 1, now it is 2"),
        ("latin hypercube\", points = 3", "sobol\", points = 3", "the design is not the same"),
        ("replications", "kpis = \"UA>PL truck\"\nreplications", "other numbers were kept"),
    ] {
        desk.study(&fixed(2).replace(from, to));
        refused(&here, words, 2);
    }
    desk.study(&fixed(2));
    let version = format!("\"kordon\": \"{}\"", env!("CARGO_PKG_VERSION"));
    std::fs::write(desk.at("out").join(MANIFEST), manifest.replace(&version, "\"kordon\": \"0.0.9\""))
        .unwrap();
    refused(&here, "written by kordon 0.0.9", 2);
    assert!(matches!(desk.results("out"), Err(SweepError::OtherVersion { .. })));
    std::fs::write(desk.at("out").join(MANIFEST), "{}").unwrap();
    refused(&here, "is not of this sweep", 2);
    std::fs::write(desk.at("out").join(MANIFEST), &manifest).unwrap();
    std::fs::write(desk.at("out").join(JOURNAL), b"kordon units 0\nsomething older").unwrap();
    refused(&here, "another version of the format", 2);
}

#[test]
fn a_merge_says_what_is_missing_and_refuses_what_differs() {
    let desk = Desk::with(&fixed(4));
    let whole = desk.sweep("whole", &[]);
    for k in [1, 3, 4, 7] {
        desk.sweep(&format!("part-{k}"), &["--shard", &format!("{k}/7")]);
    }
    let out = desk.run(&["merge", "part-1", "part-3", "part-4", "part-7", "--out", "all"]);
    assert_eq!(out.status.code(), Some(75));
    let said = text(&out.stderr);
    assert!(said.contains("missing shards: 2,5-6") && said.contains("--shard I/7"), "{said}");
    assert!(matches!(desk.results("all"), Err(SweepError::Missing { .. })));
    assert!(matches!(desk.results("part-1"), Err(SweepError::Missing { .. })), "a shard is no sweep");
    // What is missing comes later; what is there twice is the same.
    for k in [2, 5, 6] {
        desk.sweep(&format!("part-{k}"), &["--shard", &format!("{k}/7")]);
    }
    let out = desk.run(&["merge", "part-1", "part-2", "part-5", "part-6", "part-1", "--out", "all"]);
    assert_eq!(out.status.code(), Some(0), "{}", text(&out.stderr));
    same(&whole, &desk.files("all"), "merged in two goes");
    // Another seed makes other units; the same units with other numbers cannot be.
    desk.study(&format!("seed = 9\n{}", fixed(4)));
    desk.sweep("other", &["--shard", "2/7"]);
    let out = desk.run(&["merge", "part-1", "other", "--out", "mixed"]);
    assert_eq!(out.status.code(), Some(2));
    assert!(
        text(&out.stderr).contains("not of one sweep: the seed was 1, now it is 9"),
        "{}",
        text(&out.stderr)
    );
}

#[test]
fn a_sweep_that_has_grown_is_the_one_that_began_so_large() {
    for (small, large) in [
        (fixed(2), fixed(5)),
        (fixed(2), fixed(2).replace("points = 3", "points = 3, grown_to = 7")),
        (
            fixed(2).replace("latin hypercube\", points = 3", "sobol\", points = 4"),
            fixed(2).replace("latin hypercube\", points = 3", "sobol\", points = 8"),
        ),
    ] {
        let desk = Desk::with(&large);
        let whole = desk.sweep("large", &[]);
        desk.study(&small);
        let before = desk.sweep("growing", &[]);
        let units = std::fs::metadata(desk.at("growing").join(JOURNAL)).unwrap().len();
        desk.study(&large);
        same(&whole, &desk.sweep("growing", &[]), "grown");
        let grown = std::fs::read(desk.at("growing").join(JOURNAL)).unwrap();
        assert!(grown.len() as u64 > units);
        desk.study(&small);
        same(&before, &desk.sweep("growing", &[]), "and asked for less again");
        assert_eq!(std::fs::read(desk.at("growing").join(JOURNAL)).unwrap(), grown, "nothing is thrown away");
    }
}

#[test]
fn levers_may_be_options_dates_and_steps() {
    let study = r#"
replications = 1
kpis = "UA.exit.customs served"
[lever.start]
path = "run.start"
range = "2025-06-09 .. 2025-06-23"
step = "7 d"
[lever.team]
options.as_it_is = {}
options.large = { "UA.exit.customs.booths" = 6, "UA.exit.customs.service.exponential" = "12 min" }
[lever.demand]
path = "traffic.out.arrives.per_hour"
range = "8 .. 12"
step = 2
"#;
    let desk = Desk::with(study);
    desk.sweep(
        "out",
        &[
            "--set",
            "run.start=2025-06-01 00:00",
            "--set",
            "UA.time_zone=Europe/Kyiv",
            "--set",
            "PL.time_zone=Europe/Warsaw",
        ],
    );
    let found = desk.results("out").unwrap();
    assert_eq!((found.points(), found.settings(), found.futures()), (18, 18, 1));
    let rows = text(&desk.files("out")["points.csv"]);
    let starts: Vec<&str> = rows.lines().skip(1).map(|row| row.split(',').nth(3).unwrap()).collect();
    assert_eq!(
        (starts[0], starts[6], starts[17]),
        ("2025-06-09 00:00", "2025-06-16 00:00", "2025-06-23 00:00")
    );
    assert!(rows.contains(",large,12,") && rows.contains(",as_it_is,8,"), "{rows}");
    let dictionary = text(&desk.files("out")["dictionary.csv"]);
    assert!(
        dictionary.contains("results,demand") && dictionary.contains("traffic.out.arrives.per_hour,lever")
    );
    assert!(dictionary.contains("UA.exit.customs served,services of the counted"), "{dictionary}");
}

#[test]
fn units_without_a_result_are_counted_named_and_refused() {
    let study =
        fixed(2).replace("UA.exit.customs.booths", "run.max_inside").replace("[4, 5]", "[3, 1000000]");
    let desk = Desk::with(&study);
    let done = desk.run(&["sweep", "study.toml", "--out", "out", "-q"]);
    assert_eq!(done.status.code(), Some(1), "{}", text(&done.stderr));
    assert!(text(&done.stdout).contains("6 have no result"), "{}", text(&done.stdout));
    let rows = text(&desk.files("out")["results.csv"]);
    assert_eq!(rows.lines().filter(|row| row.contains("could not go on:")).count(), 6, "{rows}");
    assert_eq!(rows.lines().count(), 13, "every unit has its row");
    match desk.results("out") {
        Err(SweepError::Failed { failed: 6, of: 12, point: 0, replication: 0, why }) => {
            assert!(why.contains("run.max_inside"), "{why}");
        }
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_unit_is_the_replication_that_run_simulates() {
    let desk = Desk::with(
        "replications = 3\nkpis = \"UA.exit.customs wait mean\"\n[lever.booths]\npath = \"UA.exit.customs.booths\"\nvalues = [4, 5]\n",
    );
    desk.sweep("out", &[]);
    let mut found = desk.results("out").unwrap();
    let kpi = found.kpi("UA.exit.customs wait").unwrap();
    let values = found.values(kpi).unwrap();
    for (point, booths) in [(0, "4"), (1, "5")] {
        let set = format!("UA.exit.customs.booths={booths}");
        let args = ["run", "hello.toml", "-n", "3", "--format", "json", "--detail", "--set", &set];
        let json: serde_json::Value = serde_json::from_slice(&desk.run(&args).stdout).unwrap();
        let alone = json["kpis"]["UA.exit.customs wait mean"]["values_s"].as_array().unwrap();
        let alone: Vec<f64> = alone.iter().map(|value| value.as_f64().unwrap()).collect();
        assert_eq!(values[point], alone, "{booths} booths");
    }
}

/// The guide's commands, one after the other, in a folder with the ready studies and scenarios.
#[test]
fn every_command_of_the_guide_does_what_it_says() {
    let guide = std::fs::read_to_string("docs/studies.md").unwrap();
    let desk = tempfile::tempdir().unwrap();
    for folder in ["scenarios", "studies"] {
        std::fs::create_dir(desk.path().join(folder)).unwrap();
        for entry in std::fs::read_dir(folder)
            .unwrap()
            .map(|entry| entry.unwrap().path())
            .filter(|path| path.is_file())
        {
            std::fs::copy(&entry, desk.path().join(folder).join(entry.file_name().unwrap())).unwrap();
        }
    }
    let mut commands = 0;
    for block in guide.split("```sh\n").skip(1).map(|rest| rest.split("```").next().unwrap()) {
        for line in block.lines().filter(|line| line.starts_with("kordon ")) {
            let (line, code) = line
                .split_once("# exit code ")
                .map_or((line, 0), |(l, code)| (l, code.trim().parse().unwrap()));
            let line = line.split('#').next().unwrap().trim();
            let mut words: Vec<String> = Vec::new();
            for (k, part) in line.split('"').enumerate() {
                let plain = || part.split_whitespace().map(str::to_owned).collect();
                words.extend(if k % 2 == 0 { plain() } else { vec![part.to_owned()] });
            }
            let mut command = Command::new(assert_cmd::cargo::cargo_bin("kordon"));
            let out = command.args(&words[1..]).current_dir(desk.path()).output().unwrap();
            assert_eq!(out.status.code(), Some(code), "{line}\n{}", text(&out.stderr));
            commands += 1;
        }
    }
    assert!(commands >= 6, "{commands}");
    assert!(
        Path::new(&desk.path().join("trial/results.csv")).exists(),
        "the guide's first sweep wrote its tables"
    );
}
