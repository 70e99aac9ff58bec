//! A run as tables for people.
//!
//! The order is that of a sceptic's questions: what is this, what does it rest on, what is the answer and how far may
//! it be off (by assumptions first), how long for whom, where, what for, does a formula agree, who is not out yet, did
//! the audit pass. Both directions and both sides, always, in the order of `sides`, in the same words.

mod known;
mod ledger;
mod spans;
mod stages;

use super::words::{self, count, interval, value};
use super::{
    Run, WHAT_THIS_IS,
    table::{Lean, Table, hanging, wrapped},
};
use crate::kernel::time::seconds;
use crate::study::evidence::{EVIDENCE, Strip, strips, word};
use crate::study::{Case, Ended, Study, theory};

/// A run as text for a window `width` columns wide. `all` adds a row for every attribute.
pub fn run(run: &Run<'_>, width: usize, all: bool) -> String {
    let sections = [
        head(run, width),
        evidence(run.case),
        headline(run, width),
        spans::by_direction(run, width, all),
        stages::by_direction(run, width),
        ledger::by_direction(run, width),
        theories(run, width),
        asked(run, width),
        known::answers(run, width),
        not_out(run, width),
        audit(run.study) + &wrapped(&super::mechanisms(run.case), width, 2),
    ];
    sections.into_iter().filter(|s| !s.is_empty()).collect::<Vec<_>>().join("\n")
}

fn head(run: &Run<'_>, width: usize) -> String {
    let scenario = run.case.scenario();
    let mut text = wrapped(&scenario.name, width, 2);
    if let Some(question) = &scenario.question {
        text.push_str(&wrapped(question, width, 2));
    }
    let period = period(run.case);
    let n = run.study.replications();
    let text_of_runs = format!("{WHAT_THIS_IS} {} {period}, seed {}.", replications(n), run.study.seed);
    text.push_str(&wrapped(&text_of_runs, width, 2));
    for limit in &scenario.limits {
        text.push_str(&wrapped(&format!("Not in the model: {limit}"), width, 2));
    }
    text.push_str(&ended(run.study, width));
    text
}

fn replications(n: u64) -> String {
    format!("{} {} of", count(n), if n == 1 { "replication" } else { "replications" })
}

/// `7 d from 2025-06-11 10:00 (UA)`.
pub(crate) fn period(case: &Case) -> String {
    let plan = &case.plan;
    let measured = words::duration(seconds(plan.window - plan.warmup));
    let from = super::when::label(case, plan.warmup);
    format!("{measured} from {from}")
}

fn ended(study: &Study, width: usize) -> String {
    let n = study.replications();
    let said = match &study.ended {
        Ended::Complete => return String::new(),
        Ended::Interrupted => format!(
            "Stopped by Ctrl-C: these are replications 0 to {}, without a gap, of {} asked for.",
            n.saturating_sub(1),
            count(study.asked)
        ),
        Ended::Precise(r) => format!(
            "Precise enough: the half-width of the 95 % interval of `{}` is {} of its mean, {} was asked for{}; {} rounds.",
            r.headline,
            fine_percent(r.relative),
            fine_percent(r.target),
            if r.by_floor { ", and it is below the absolute floor that also counts" } else { "" },
            r.rounds
        ),
        Ended::Cap(r) => format!(
            "Stopped at the cap of {} replications: the half-width of the 95 % interval of `{}` is {} of its mean, {} was asked for.",
            count(n),
            r.headline,
            fine_percent(r.relative),
            fine_percent(r.target)
        ),
    };
    wrapped(&said, width, 2)
}

/// A half-width is no share of anybody's hours: a decimal is honest here.
fn fine_percent(part: f64) -> String {
    if part.is_finite() { format!("{:.1} %", part * 100.0) } else { words::NOTHING.to_owned() }
}

pub(crate) fn evidence(case: &Case) -> String {
    let mut text = String::from("What the inputs rest on\n");
    for strip in strips(case.scenario()) {
        text.push_str(&format!("  {:<17} {}\n", strip.about, strip_words(&strip)));
    }
    text
}

/// `16 inputs: 2 published, 14 assumed; 9 with a range`.
pub(crate) fn strip_words(strip: &Strip) -> String {
    let kinds = EVIDENCE.iter().zip(strip.counts).map(|(kind, n)| format!("{n} {}", word(*kind)));
    let kinds = kinds.collect::<Vec<_>>().join(", ");
    format!("{:>3} inputs: {kinds}; {} with a range", strip.total(), strip.ranged)
}

fn headline(run: &Run<'_>, width: usize) -> String {
    let Run { study, assumed, headline: kpi, .. } = *run;
    let unit = study.kpis.list()[kpi].unit;
    let summary = study.summary(kpi);
    let mut text = format!("Headline: {}\n", spoken(&study.kpis.names()[kpi]));
    let by_assumptions = match assumed {
        None => "not known: no input of the file states a range".to_owned(),
        Some(a) => match a.band(kpi) {
            Some((low, high)) => {
                format!("{} ({})", interval(low, high, unit), draws(a))
            }
            None => format!("not known: {}", draws(a)),
        },
    };
    let indent = 45;
    text.push_str(&hanging("  with the assumed inputs over their ranges  ", &by_assumptions, width, indent));
    let by_chance = summary.interval().map_or_else(
        || "not known from a single replication".to_owned(),
        |(low, high)| {
            let of = format!("95 % interval of the mean over {} replications", count(summary.n));
            format!("{} ({of})", interval(low, high, unit))
        },
    );
    text.push_str(&hanging("  by chance                                  ", &by_chance, width, indent));
    let bound = if study.is_lower_bound(kpi) { "≥ " } else { "" };
    text.push_str(&format!(
        "  mean                                       {bound}{}\n",
        value(summary.mean, unit)
    ));
    if summary.without > 0 {
        text.push_str(&format!("  {} replications have no such value\n", count(summary.without)));
    }
    text
}

fn draws(a: &crate::study::Assumed) -> String {
    let mut said = format!(
        "5 % to 95 % of {} single replications, {} inputs drawn over their ranges",
        count(a.used()),
        a.inputs.len()
    );
    let notes = [
        (a.refused.len(), "draws made no scenario"),
        (a.broken.len(), "draws could not go on"),
        (a.failures.len(), "draws did not pass the audit"),
    ];
    for (n, words) in notes {
        if n > 0 {
            said.push_str(&format!("; {n} {words}"));
        }
    }
    if a.interrupted {
        said.push_str(&format!("; stopped before {} draws", count(a.draws)));
    }
    said
}

/// A KPI's name with its underscores opened.
pub(crate) fn spoken(name: &str) -> String {
    name.to_owned()
}

fn theories(run: &Run<'_>, width: usize) -> String {
    let all = theory::beside(&run.case.plan, &run.study.kpis);
    if all.is_empty() {
        return String::new();
    }
    let mut text = wrapped(
        "Theory beside simulation (formulas of the long run; a run starts empty unless it has a warm-up)",
        width,
        2,
    );
    for t in all {
        text.push_str(&wrapped(&format!("  {}: {} ({})", t.stage, t.model, t.formula), width, 4));
        let head = [
            ("", Lean::Left),
            ("theory", Lean::Right),
            ("simulated", Lean::Right),
            ("95 % interval", Lean::Left),
        ];
        let mut table = Table::new(head);
        for row in &t.rows {
            let kpi = &run.study.kpis.list()[row.kpi];
            let summary = run.study.summary(row.kpi);
            let measure = format!("    {} {}", kpi.measure, kpi.stat);
            let show = |v: f64| exact(v, kpi.unit);
            let band = summary.interval().map(|(low, high)| format!("{} to {}", show(low), show(high)));
            table.row([measure, show(row.value), show(summary.mean), band.unwrap_or_default()]);
        }
        text.push_str(&table.text(width));
    }
    text
}

/// Beside a formula one wants digits, not words.
pub(super) fn exact(v: f64, unit: crate::study::Unit) -> String {
    match unit {
        crate::study::Unit::Seconds => format!("{v:.1} s"),
        _ => format!("{v:.3}"),
    }
}

/// What `[output]` asks for beside the summary, as far as a screen holds it.
fn asked(run: &Run<'_>, width: usize) -> String {
    const MOST: usize = 40;
    let asked = run.study.kpis.asked();
    if asked.is_empty() {
        return String::new();
    }
    let mut table = Table::new([
        ("  asked for in [output]", Lean::Left),
        ("simulated", Lean::Right),
        ("95 % interval", Lean::Right),
    ]);
    for kpi in asked.clone().take(MOST) {
        let (unit, summary) = (run.study.kpis.list()[kpi].unit, run.study.summary(kpi));
        let show = |v: f64| if v.is_finite() { exact(v, unit) } else { words::NOTHING.to_owned() };
        let band = summary.interval().map(|(low, high)| format!("{} to {}", show(low), show(high)));
        let name = format!("    {}", run.study.kpis.names()[kpi]);
        table.row([name, show(summary.mean), band.unwrap_or_default()]);
    }
    let mut text = table.text(width);
    if asked.len() > MOST {
        let more = count(asked.len() - MOST);
        text.push_str(&wrapped(&format!("    and {more} more, with --format json or csv"), width, 4));
    }
    text
}

fn not_out(run: &Run<'_>, width: usize) -> String {
    let Run { case, study, .. } = *run;
    let mut lines = Vec::new();
    for base in 0..case.plan.bases() {
        let inside = study.summary(study.kpis.still_inside(base));
        if inside.mean > 0.0 {
            let appeared = study.summary(study.kpis.appeared(base));
            lines.push(format!(
                "{}: {} of {} counted are still inside when the run ends, {} after the start; their spans enter as lower bounds, marked ≥",
                case.plan.cohorts[base].name,
                words::number(inside.mean),
                words::number(appeared.mean),
                words::duration(seconds(case.plan.until)),
            ));
        }
    }
    lines.extend(knots(study));
    if lines.is_empty() {
        return "Not out yet: nobody. Everybody counted was followed until out.\n".to_owned();
    }
    let mut text = String::from("Not out yet (mean of a replication)\n");
    for line in lines {
        text.push_str(&wrapped(&format!("  {line}"), width, 4));
    }
    text
}

fn knots(study: &Study) -> Option<String> {
    use crate::study::kpis::RunStat;
    let first = study.summary(study.kpis.run(RunStat::DeadlockAt));
    (first.n > 0).then(|| {
        format!(
            "deadlock in {} of {} replications: travellers who wait for one another and never move again; the first after {} on average",
            count(first.n),
            count(study.replications()),
            words::duration(first.mean)
        )
    })
}

fn audit(study: &Study) -> String {
    if study.audit_passed() {
        return format!("Audit: {} identities checked, all hold.\n", count(study.checks));
    }
    let mut text = format!(
        "AUDIT NOT PASSED: {} of {} identities do not hold. No number above is to be used.\n",
        count(study.failures.len()),
        count(study.checks)
    );
    for failure in study.failures.iter().take(10) {
        text.push_str(&format!("  replication {}: {}\n", failure.replication, failure.words));
    }
    text
}
