//! Files of Kordon in the tools they are made for: DuckDB and Polars read the Parquet, openpyxl the workbook, pm4py the
//! event log, in which it finds the process.
//!
//! The tools are Python packages. The test takes the interpreter that `KORDON_TOOLS` names, or `python3` if that has them,
//! and says so where there is none; `KORDON_TOOLS_NEEDED=1` makes that a failure (`.ci/run tools_read` does).

#![allow(clippy::unwrap_used, clippy::print_stderr, reason = "a test that cannot read its file has failed")]

use std::path::Path;
use std::process::Command;

/// An interpreter that has a module, or none with the reason.
fn python_with(modules: &str) -> Option<String> {
    let python = std::env::var("KORDON_TOOLS").unwrap_or_else(|_| "python3".to_owned());
    let found = Command::new(&python).args(["-c", &format!("import {modules}")]).output();
    if found.as_ref().is_ok_and(|out| out.status.success()) {
        return Some(python);
    }
    let needed = std::env::var_os("KORDON_TOOLS_NEEDED").is_some();
    assert!(!needed, "{python} has no {modules}, and KORDON_TOOLS_NEEDED says it must");
    eprintln!("skipped: {python} has no {modules}; KORDON_TOOLS names another interpreter");
    None
}

fn kordon(args: &[&str], folder: &Path) {
    let out =
        Command::new(assert_cmd::cargo::cargo_bin("kordon")).args(args).current_dir(folder).output().unwrap();
    assert!(out.status.success(), "{args:?}: {}", String::from_utf8_lossy(&out.stderr));
}

fn python(interpreter: &str, script: &str, folder: &Path) -> String {
    let out = Command::new(interpreter).args(["-c", script]).current_dir(folder).output().unwrap();
    assert!(out.status.success(), "{}", String::from_utf8_lossy(&out.stderr));
    String::from_utf8(out.stdout).unwrap()
}

/// A folder with a small sweep in `out`: two settings in four futures, three replications each.
fn swept() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let study = r#"
kordon = 1
name = "tools"
scenario = "crossing.toml"
replications = 3
[lever.bridge]
path = "zone.strips.road.each_way"
values = ["20 cars", "unlimited"]
[design]
uncertainties = { kind = "sobol", points = 4 }
"#;
    std::fs::write(folder.path().join("study.toml"), study).unwrap();
    std::fs::copy("scenarios/krakivets-cars.toml", folder.path().join("crossing.toml")).unwrap();
    kordon(&["sweep", "study.toml", "--out", "out", "-q", "--length", "6 h"], folder.path());
    folder
}

#[cfg(feature = "parquet")]
#[test]
fn duckdb_and_polars_read_the_parquet_as_the_csv() {
    let Some(interpreter) = python_with("duckdb, polars") else { return };
    let script = r#"
import duckdb, polars as pl
from polars.testing import assert_frame_equal
for table in ["points", "results", "classes", "stages"]:
    parquet = pl.read_parquet(f"out/{table}.parquet")
    csv = pl.read_csv(f"out/{table}.csv", schema_overrides=dict(parquet.schema))
    lines = pl.read_ndjson(f"out/{table}.jsonl", infer_schema_length=None)
    assert_frame_equal(parquet, csv, check_exact=True)
    assert_frame_equal(parquet, lines.select(parquet.columns).cast(dict(parquet.schema)), check_exact=True)
    rows = duckdb.sql(f"select count(*) from 'out/{table}.parquet'").fetchall()[0][0]
    assert rows == parquet.height, table
results = duckdb.sql("""
    select bridge, count(*) n, avg(UA_to_PL_car_wait_mean_s) wait
    from 'out/results.parquet' join (select point from 'out/points.parquet') using (point)
    group by bridge order by bridge""").fetchall()
assert [(row[0], row[1]) for row in results] == [("20 cars", 12), ("unlimited", 12)], results
print("read")
"#;
    let folder = swept();
    assert_eq!(python(&interpreter, script, folder.path()).trim(), "read");
}

#[test]
fn openpyxl_reads_the_workbook() {
    let Some(interpreter) = python_with("openpyxl") else { return };
    let script = r#"
import csv, openpyxl
book = openpyxl.load_workbook("out/workbook.xlsx")
assert book.sheetnames == ["results", "points", "inputs", "dictionary"], book.sheetnames
for sheet in book.sheetnames:
    rows = list(csv.reader(open(f"out/{sheet}.csv", newline="")))
    cells = [["" if c is None else c for c in row] for row in book[sheet].iter_rows(values_only=True)]
    assert len(rows) == len(cells), (sheet, len(rows), len(cells))
    for row, line in zip(rows, cells):
        for text, cell in zip(row, line):
            same = text == cell or (text and not isinstance(cell, str) and float(text) == float(cell))
            assert same, (sheet, text, cell)
known = {row[1] for row in book["dictionary"].iter_rows(values_only=True, min_row=2)}
assert {c.value for c in book["results"][1]} <= known
print("read")
"#;
    let folder = swept();
    assert_eq!(python(&interpreter, script, folder.path()).trim(), "read");
}

#[test]
fn pm4py_finds_the_process_in_the_event_log() {
    let Some(interpreter) = python_with("pm4py, pandas") else { return };
    let script = r#"
import pandas, pm4py
log = pandas.read_csv("log.csv", dtype={"case": str})
log = log[(log["direction"] == "UA>PL") & (log["doing"] == "service") & (log["outcome"] == "crossed")]
log["start"], log["end"] = pandas.to_datetime(log["start"]), pandas.to_datetime(log["end"])
log = pm4py.format_dataframe(log.rename(columns={"start": "start_timestamp"}), case_id="case", activity_key="activity",
                             timestamp_key="end", start_timestamp_key="start_timestamp")
follows, first, last = pm4py.discover_dfg(log)
net, begin, end = pm4py.discover_petri_net_inductive(log)
fits = pm4py.fitness_token_based_replay(log, net, begin, end)
print("first:", ", ".join(sorted(first)))
print("last:", ", ".join(sorted(last)))
print("steps:", "; ".join(f"{a} > {b}" for a, b in sorted(follows)))
print("fits:", round(fits["log_fitness"], 3))
"#;
    let folder = tempfile::tempdir().unwrap();
    std::fs::copy("scenarios/krakivets-cars.toml", folder.path().join("crossing.toml")).unwrap();
    let args =
        ["run", "crossing.toml", "-n", "1", "--draws", "0", "--length", "6 h", "--events", "log.csv", "-q"];
    kordon(&args, folder.path());
    let found = python(&interpreter, script, folder.path());
    let line = |word: &str| {
        found.lines().find_map(|line| line.strip_prefix(word)).unwrap_or_default().trim().to_owned()
    };
    let stages = ["UA.exit.border_guard", "UA.exit.customs", "PL.entry.border_guard", "PL.entry.customs"];
    assert_eq!(line("first:"), format!("{} service", stages[0]), "{found}");
    assert_eq!(line("last:"), format!("{} service", stages[stages.len() - 1]), "{found}");
    for pair in stages.windows(2) {
        assert!(
            line("steps:").contains(&format!("{} service > {} service", pair[0], pair[1])),
            "{pair:?}: {found}"
        );
    }
    assert!(line("fits:").parse::<f64>().unwrap() > 0.99, "{found}");
}
