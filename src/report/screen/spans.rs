//! How long it takes, for whom: six spans, never mixed.

use crate::crossing::SPANS;
use crate::crossing::observe::OUTCOMES;
use crate::report::Run;
use crate::report::table::{Lean, Table};
use crate::report::words::{NOTHING, number, value};
use crate::study::kpis::{SPAN_STATS, SpanStat};
use crate::study::{Study, Unit};

/// A block for each direction: the classes with all spans, then a line for each attribute.
pub(super) fn by_direction(run: &Run<'_>, width: usize, all: bool) -> String {
    let plan = &run.case.plan;
    let mut text = String::from("How long it takes (mean over replications of each replication's figure)\n");
    for (r, route) in plan.routes.iter().enumerate() {
        let bases: Vec<usize> = (0..plan.bases()).filter(|&c| plan.cohorts[c].route as usize == r).collect();
        if bases.is_empty() {
            text.push_str(&format!("  {}: no traffic in this file\n", route.name));
            continue;
        }
        for base in bases {
            text.push_str(&class(run, base, width));
        }
        if all {
            text.push_str(&attributes(run, r, width));
        }
    }
    text
}

fn class(run: &Run<'_>, base: usize, width: usize) -> String {
    let (plan, study) = (&run.case.plan, run.study);
    let name = &plan.cohorts[base].name;
    let mut head = vec![(format!("  {name}"), Lean::Left)];
    head.extend(SPAN_STATS.iter().map(|stat| ((*stat).to_owned(), Lean::Right)));
    let mut table = Table::new(head);
    for span in SPANS {
        let at = study.kpis.span(base, span, SpanStat::N);
        let mut cells = vec![format!("    {}", span.words())];
        cells.extend((0..SPAN_STATS.len()).map(|stat| cell(study, at + stat)));
        table.row(cells);
    }
    table.text(width) + &outcomes(study, base) + &displayed(study, name)
}

fn cell(study: &Study, kpi: usize) -> String {
    let summary = study.summary(kpi);
    let unit = study.kpis.list()[kpi].unit;
    let shown = if unit == Unit::Count { number(summary.mean.round()) } else { value(summary.mean, unit) };
    if study.is_lower_bound(kpi) && shown != NOTHING { format!("≥ {shown}") } else { shown }
}

/// How many appeared, and those who did not cross.
fn outcomes(study: &Study, base: usize) -> String {
    let appeared = study.summary(study.kpis.appeared(base)).mean;
    let mut text = format!("    {} appeared", number(appeared));
    let words = OUTCOMES.iter().map(|outcome| outcome.word()).chain(["still inside"]);
    for (outcome, word) in words.enumerate() {
        let n = study.summary(study.kpis.outcome(base, outcome)).mean;
        if n > 0.0 || outcome == 0 {
            text.push_str(&format!(", {} {word}", number(n)));
        }
    }
    text.push('\n');
    text
}

/// What a virtual queue told at booking, beside how long it was until the gate: two numbers, never mixed.
fn displayed(study: &Study, cohort: &str) -> String {
    let mean = |measure: &str| {
        let kpi = study.named(&format!("{cohort} {measure}")).ok()?;
        Some(study.summary(kpi).mean).filter(|mean| mean.is_finite())
    };
    let (Some(told), Some(error), Some(off)) = (
        mean("displayed_wait mean"),
        mean("displayed_wait_error mean"),
        mean("displayed_wait_error absolute_mean"),
    ) else {
        return String::new();
    };
    let time = |seconds: f64| value(seconds, Unit::Seconds);
    format!(
        "    displayed at booking {}, until the gate {}: off by {} one way or the other\n",
        time(told),
        time(told - error),
        time(off)
    )
}

fn attributes(run: &Run<'_>, route: usize, width: usize) -> String {
    let (plan, study) = (&run.case.plan, run.study);
    let head = [
        "  of these",
        "n",
        "booking → exit mean",
        "p95",
        "arrival → exit mean",
        "p95",
        "waiting mean",
        "p95",
    ];
    let lean = |k| if k == 0 { Lean::Left } else { Lean::Right };
    let mut table = Table::new(head.iter().enumerate().map(|(k, text)| (*text, lean(k))));
    for (c, cohort) in plan.cohorts.iter().enumerate().skip(plan.bases()) {
        if cohort.route as usize != route {
            continue;
        }
        use crate::crossing::Span::{ArrivalToExit, BookingToExit, Wait};
        let mut cells = vec![format!("    {}", cohort.name)];
        cells.push(cell(study, study.kpis.span(c, BookingToExit, SpanStat::N)));
        for span in [BookingToExit, ArrivalToExit, Wait] {
            for stat in [SpanStat::Mean, SpanStat::P95] {
                cells.push(cell(study, study.kpis.span(c, span, stat)));
            }
        }
        table.row(cells);
    }
    if table.is_empty() { String::new() } else { table.text(width) }
}
