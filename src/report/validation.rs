//! What the cases with exact answers gave: a table for people, JSON, and the page `docs/validation.md`.
//!
//! The page holds nothing of the machine or the moment, so that it is the same wherever it is written. The table and the
//! JSON say how long each case took, since that is a question one has of them.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use super::table::{Lean, Table, wrapped};
use super::value::Value;
use super::words::count;
use crate::crossing::{MECHANISMS, Mechanism};
use crate::kernel::time::{Tick, seconds};
use crate::study::expected::Known;
use crate::study::validate::{
    Finding, LARGEST_ERROR, LEAST_REPLICATIONS, LEFT_OUT, MORE, SECOND_SEED, SEED, Validated, WITHIN_AGAIN,
    is_published, row_of,
};
use crate::study::{Summary, Unit, expected};

/// Of the text below the table.
const WIDTH: usize = 120;

/// A case and how long it took.
#[derive(Debug, Clone)]
pub struct Timed {
    /// What became of it.
    pub of: Validated,
    /// Seconds.
    pub took: f64,
}

/// How many published rows pass (all of their cases do), of how many.
pub fn rows_passed(cases: &[Timed]) -> (usize, usize) {
    let mut rows: BTreeMap<String, bool> = BTreeMap::new();
    for Timed { of, .. } in cases.iter().filter(|c| is_published(&c.of.case)) {
        *rows.entry(row_of(&of.case)).or_insert(true) &= of.passes();
    }
    (rows.values().filter(|passes| **passes).count(), rows.len())
}

/// A number with as many digits as known answers are given with.
fn digits(value: f64) -> String {
    if !value.is_finite() {
        return super::words::NOTHING.to_owned();
    }
    let text = format!("{value:.6}");
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

fn with_unit(value: f64, unit: Unit) -> String {
    let text = digits(value);
    if unit == Unit::Seconds && value.is_finite() { format!("{text} s") } else { text }
}

fn times(list: &[Tick]) -> String {
    const FEW: usize = 4;
    let mut text: Vec<String> = list.iter().take(FEW).map(|&t| digits(seconds(t))).collect();
    if list.len() > FEW {
        text.push(format!("… ({} times)", list.len()));
    }
    if text.is_empty() { "never".to_owned() } else { format!("{} s", text.join(", ")) }
}

/// The cells of a value: what, known, simulated, ± interval, standard error, apart, verdict.
fn cells(finding: &Finding) -> Vec<[String; 7]> {
    let name = finding.answer.name.clone();
    let verdict = finding.verdict.words().to_owned();
    match &finding.answer.known {
        Known::Nothing => {
            let none = String::new;
            vec![[name, none(), none(), none(), none(), none(), verdict]]
        }
        Known::Times { are, simulated } => {
            let none = String::new;
            vec![[name, times(are), times(simulated), none(), none(), none(), verdict]]
        }
        Known::Number { is, unit, simulated } => {
            let first = if finding.again.is_some() { "outside at first".to_owned() } else { verdict.clone() };
            let row = |name: String, of: &Summary, verdict: String| {
                let apart = (of.mean - is) / of.se;
                let varies = of.varies();
                let half = if varies { format!("± {}", digits(of.half)) } else { String::new() };
                let error = if varies { format!("{:.2} %", of.se / is.abs() * 100.0) } else { String::new() };
                let apart = if varies { format!("{apart:+.2}") } else { String::new() };
                [name, with_unit(*is, *unit), with_unit(of.mean, *unit), half, error, apart, verdict]
            };
            let again = finding.again.as_ref();
            let again = again.map(|of| row(format!("  again, {} replications", count(of.n)), of, verdict));
            std::iter::once(row(name, simulated, first)).chain(again).collect()
        }
    }
}

/// The table for people: as wide as it needs to be, since half a name says nothing.
pub fn table(cases: &[Timed]) -> String {
    let head = [
        ("case", Lean::Left),
        ("what", Lean::Left),
        ("known", Lean::Right),
        ("simulated", Lean::Right),
        ("interval", Lean::Right),
        ("se", Lean::Right),
        ("apart (se)", Lean::Right),
        ("time", Lean::Right),
        ("verdict", Lean::Left),
    ];
    let mut table = Table::new(head);
    for Timed { of, took } in cases {
        let mut case = of.case.clone();
        let mut time = format!("{took:.2} s");
        for [what, known, simulated, interval, error, apart, verdict] in of.findings.iter().flat_map(cells) {
            let (case, time) = (std::mem::take(&mut case), std::mem::take(&mut time));
            table.row([case, what, known, simulated, interval, error, apart, time, verdict]);
        }
        for fault in &of.faults {
            table.row([std::mem::take(&mut case), "FAULT".to_owned(), fault.clone()]);
        }
        if of.findings.is_empty() {
            table.row([std::mem::take(&mut case), "expects nothing".to_owned()]);
        }
    }
    let mut text = table.text(usize::MAX);
    text.push('\n');
    text.push_str(&wrapped(&summary(cases), WIDTH, 0));
    text
}

/// `118 of 118 cases pass, 214 values; 52 of 52 rows of the list.`
fn summary(cases: &[Timed]) -> String {
    let passed = cases.iter().filter(|c| c.of.passes()).count();
    let values: usize = cases.iter().map(|c| c.of.findings.len()).sum();
    let (rows, of) = rows_passed(cases);
    let took: f64 = cases.iter().map(|c| c.took).sum();
    let failed: Vec<&str> = cases.iter().filter(|c| !c.of.passes()).map(|c| c.of.case.as_str()).collect();
    let failed =
        if failed.is_empty() { String::new() } else { format!(" NOT PASSED: {}.", failed.join(", ")) };
    format!(
        "{passed} of {} cases pass with {values} values ({rows} of {of} published rows); {took:.1} s.{failed}",
        cases.len()
    )
}

/// Everything, for programs.
pub fn json(cases: &[Timed]) -> Value {
    let (rows, of_rows) = rows_passed(cases);
    let passed = cases.iter().filter(|c| c.of.passes()).count();
    Value::map([
        ("kordon", Value::from(env!("CARGO_PKG_VERSION"))),
        ("fields", super::json::FIELDS.into()),
        ("command", "validate".into()),
        ("rule", rule()),
        ("cases", Value::list(cases.iter().map(case))),
        ("passed", passed.into()),
        ("not_passed", (cases.len() - passed).into()),
        ("rows_passed", rows.into()),
        ("rows_not_passed", (of_rows - rows).into()),
        ("left_out", Value::map(LEFT_OUT.iter().map(|(row, why)| (*row, Value::from(*why))))),
    ])
}

fn rule() -> Value {
    Value::map([
        ("seed", Value::from(SEED)),
        ("least_replications", LEAST_REPLICATIONS.into()),
        ("within_standard_errors", expected::WITHIN.into()),
        ("largest_standard_error", LARGEST_ERROR.into()),
        ("second_seed", SECOND_SEED.into()),
        ("second_replications_times", MORE.into()),
        ("second_within_standard_errors", WITHIN_AGAIN.into()),
    ])
}

fn case(timed: &Timed) -> Value {
    let of = &timed.of;
    Value::map([
        ("case", Value::from(of.case.as_str())),
        ("row", row_of(&of.case).into()),
        ("title", of.title.as_str().into()),
        ("passes", of.passes().into()),
        ("replications", of.replications.into()),
        ("time_s", timed.took.into()),
        ("values", Value::list(of.findings.iter().map(finding))),
        ("faults", Value::list(of.faults.iter().map(String::as_str))),
        ("mechanisms", Value::list(of.mechanisms.iter().map(|m| m.words()))),
    ])
}

fn finding(finding: &Finding) -> Value {
    use super::json::key;
    let mut fields = vec![("name".to_owned(), Value::from(finding.answer.name.as_str()))];
    match &finding.answer.known {
        Known::Nothing => {}
        Known::Times { are, simulated } => {
            fields.push(("known_s".to_owned(), super::json::all_seconds(are)));
            fields.push(("simulated_s".to_owned(), super::json::all_seconds(simulated)));
        }
        Known::Number { is, unit, simulated } => {
            fields.push(("unit".to_owned(), unit.word().into()));
            fields.push((key("known", *unit), (*is).into()));
            let look = |of: &Summary| {
                let interval = of.interval();
                [
                    (key("mean", *unit), Value::from(of.mean)),
                    (key("se", *unit), of.se.into()),
                    (key("low", *unit), interval.map(|i| i.0).into()),
                    (key("high", *unit), interval.map(|i| i.1).into()),
                    ("se_of_known".to_owned(), (of.se / is.abs()).into()),
                    ("standard_errors".to_owned(), ((of.mean - is) / of.se).into()),
                    ("replications".to_owned(), of.n.into()),
                ]
            };
            fields.extend(look(simulated));
            let again = finding.again.as_ref();
            fields.push(("again".to_owned(), again.map_or(Value::Null, |of| Value::map(look(of)))));
        }
    }
    fields.push(("passes".to_owned(), finding.verdict.passes().into()));
    fields.push(("verdict".to_owned(), finding.verdict.words().into()));
    fields.push(("source".to_owned(), finding.answer.source.as_str().into()));
    Value::Map(fields)
}

/// `docs/validation.md`: never typed, always written by `kordon validate --write`.
pub fn page(cases: &[Timed]) -> String {
    let mut page = String::from(HEAD);
    let passed = cases.iter().filter(|c| c.of.passes()).count();
    let values: usize = cases.iter().map(|c| c.of.findings.len()).sum();
    let (rows, of) = rows_passed(cases);
    let _ = write!(
        page,
        "**{passed} of {} cases pass**, with {values} values; of the {of} published rows (`S`, `B`, `T`, `D`) among them {rows} pass, a row when all of its values do.\n\n",
        cases.len()
    );
    page.push_str("| case | what it is | value | known | simulated | 95 % interval | standard error | apart, in standard errors | verdict |\n");
    page.push_str("| --- | --- | --- | ---: | ---: | ---: | ---: | ---: | --- |\n");
    for Timed { of, .. } in cases {
        rows_of(of, &mut page);
    }
    page.push_str(
        "\n## Where the known answers are from\n\n| case | value | source |\n| --- | --- | --- |\n",
    );
    for Timed { of, .. } in cases {
        for finding in &of.findings {
            let _ = writeln!(
                page,
                "| {} | {} | {} |",
                of.case,
                finding.answer.name,
                cell(&finding.answer.source)
            );
        }
    }
    page.push_str("\n## Mechanisms\n\nWhat of the engine each case uses is read off its compiled plan; `kordon check` and `kordon run` say the same of any scenario. A case proves a mechanism in the company of the others that it uses.\n\n| mechanism | cases with an exact answer |\n| --- | --- |\n");
    let covered = covered(cases);
    for mechanism in MECHANISMS {
        let cases = covered.get(mechanism).map_or_else(|| "none".to_owned(), |c| some(c));
        let _ = writeln!(page, "| {} | {cases} |", mechanism.words());
    }
    page.push_str("\n## Left out\n\nRows of the list that no crossing can express, or whose inputs the list does not give:\n\n");
    for (row, why) in LEFT_OUT {
        let _ = writeln!(page, "* **{row}**: {why}.");
    }
    page
}

const HEAD: &str = "# Cases with exact answers

This page is written by `kordon validate --write docs/validation.md`; `.ci/run` checks that it still is what that prints. Every
case is a scenario file of `tests/oracles/`, read and simulated like any other, and part of the program: `kordon validate` runs
all of them wherever it is installed (`--only S16` some of them, `--quick` the short ones, `--format json` for programs).

**The rule.** With chance: seed 1, at least 200 replications; the mean over replications must lie within 3.5 standard errors of the
known answer *and* the standard error must be at most 1 % of it, since a noisy run proves nothing. A mean that lies outside is simulated
once more, with ten times the replications and seed 2, and must then lie within 3; both are shown. No other seed is used. Without
chance: equal, to the tick (a microsecond). In either case the audit of every replication must pass.

The names of the values are those of [output.md](output.md#names-of-numbers) and of [times](output.md#times-of-a-trace); durations are in
seconds. `S`: steady state, `B`: blocking, deadlock, the two-sided border, `T`: time-varying and transient, `D`: traces without
chance, as in the public literature and test suites they are taken from. `L`: the worked examples of [the ledger](ledger.md). `M`:
mechanisms of a crossing, worked out by hand in the file.

";

fn rows_of(of: &Validated, page: &mut String) {
    let mut first = (of.case.clone(), of.title.clone());
    for cells in of.findings.iter().flat_map(cells) {
        let (case, title) = std::mem::take(&mut first);
        let cells: Vec<String> = cells.iter().map(|text| cell(text)).collect();
        let _ = writeln!(page, "| {case} | {} | {} |", cell(&title), cells.join(" | "));
    }
    for fault in &of.faults {
        let _ = writeln!(page, "| {} | FAULT | {} |", of.case, cell(fault));
    }
}

/// A text as the cell of a table.
fn cell(text: &str) -> String {
    text.trim().replace('|', "\\|")
}

/// The cases by mechanism.
fn covered(cases: &[Timed]) -> BTreeMap<Mechanism, BTreeSet<&str>> {
    let mut covered: BTreeMap<Mechanism, BTreeSet<&str>> = BTreeMap::new();
    for Timed { of, .. } in cases.iter().filter(|c| c.of.passes()) {
        for mechanism in &of.mechanisms {
            covered.entry(*mechanism).or_default().insert(&of.case);
        }
    }
    covered
}

fn some(cases: &BTreeSet<&str>) -> String {
    const FEW: usize = 4;
    let named: Vec<&str> = cases.iter().take(FEW).copied().collect();
    let more = if cases.len() > FEW { format!(" and {} more", cases.len() - FEW) } else { String::new() };
    named.join(", ") + &more
}
