//! What `kordon compare` says.

use super::WHAT_THIS_IS;
use super::json::{FIELDS, key, scenario};
use super::screen::period;
use super::table::{Lean, Table, wrapped};
use super::value::Value;
use super::words::{NOTHING, count, interval, number, value};
use crate::study::compare::{Changed, Comparison, Pair};
use crate::study::{Case, Study, Summary, Unit};

/// Changed inputs that are listed on the screen.
const LISTED: usize = 12;

/// The base and one variant, compared.
#[derive(Debug, Clone, Copy)]
pub struct Paired<'a> {
    /// The base.
    pub base: &'a Case,
    /// The variant.
    pub variant: &'a Case,
    /// Variant less base.
    pub comparison: &'a Comparison,
}

/// The comparisons as text for a window `width` columns wide.
pub fn screen(base: (&Case, &Study), pairs: &[Paired<'_>], width: usize) -> String {
    let (case, study) = base;
    let mut text = wrapped(&case.scenario().name, width, 2);
    let said = format!(
        "{WHAT_THIS_IS} The same travellers under {} scenarios: {} replications of {}, seed {}.",
        pairs.len() + 1,
        count(study.replications()),
        period(case),
        study.seed
    );
    text.push_str(&wrapped(&said, width, 2));
    for paired in pairs {
        text.push('\n');
        text.push_str(&one(paired, width));
    }
    text
}

fn one(paired: &Paired<'_>, width: usize) -> String {
    let Paired { base, variant, comparison } = *paired;
    let mut text = wrapped(&format!("{}  against  {}", variant.label, base.label), width, 2);
    text.push_str(&changes(&comparison.changed, width));
    let headline = &comparison.pairs[comparison.headline];
    text.push_str(&sentence(headline, width));
    let head = ["", "base", "variant", "difference by chance", "mean", "correlation"];
    let leans = [Lean::Left, Lean::Right, Lean::Right, Lean::Right, Lean::Right, Lean::Right];
    let mut table = Table::new(head.into_iter().zip(leans));
    for pair in comparison.pairs.iter().filter(|p| worth_a_row(p)) {
        table.row([
            format!("  {}", pair.name),
            value(pair.base.mean, pair.unit),
            value(pair.variant.mean, pair.unit),
            difference(&pair.difference, pair.unit),
            value(pair.difference.mean, pair.unit),
            if pair.correlation.is_finite() {
                format!("{:.2}", pair.correlation)
            } else {
                NOTHING.to_owned()
            },
        ]);
    }
    text.push_str(&table.text(width));
    text.push_str(&gained(headline, width));
    text.push_str(&unpaired(comparison, width));
    text
}

fn changes(changed: &[Changed], width: usize) -> String {
    if changed.is_empty() {
        return "  no input and no rule differs\n".to_owned();
    }
    let mut text = String::from("  only this differs:\n");
    let written = |text: &Option<String>| text.clone().unwrap_or_else(|| "not there".to_owned());
    for change in changed.iter().take(LISTED) {
        let line = format!("    {}: {} → {}", change.path, written(&change.base), written(&change.variant));
        text.push_str(&wrapped(&line, width, 6));
    }
    if changed.len() > LISTED {
        text.push_str(&format!("    ... and {} more\n", changed.len() - LISTED));
    }
    text
}

/// The headline in a sentence: would, in the model, in this period.
fn sentence(pair: &Pair, width: usize) -> String {
    let mean = pair.difference.mean;
    let covers = pair.difference.interval().is_none_or(|(low, high)| low <= 0.0 && high >= 0.0);
    let said = if !mean.is_finite() {
        format!("{} has no value in one of the two", pair.name)
    } else if pair.difference.half == 0.0 && mean == 0.0 {
        format!("In the model, {} would be the same in every replication", pair.name)
    } else if covers {
        format!(
            "In the model, {} would not differ by more than chance ({})",
            pair.name,
            difference(&pair.difference, pair.unit)
        )
    } else {
        let way = if mean < 0.0 { "fall" } else { "rise" };
        let (low, high) = pair.difference.interval().unwrap_or((mean, mean));
        let (low, high) = (low.abs().min(high.abs()), low.abs().max(high.abs()));
        format!("In the model, {} would {way} by {}", pair.name, interval(low, high, pair.unit))
    };
    wrapped(&format!("  {said} (95 % interval of the mean of paired differences)."), width, 2)
}

fn difference(summary: &Summary, unit: Unit) -> String {
    match summary.interval() {
        Some((low, high)) => interval(low, high, unit),
        None => NOTHING.to_owned(),
    }
}

/// Means and tails of the classes, and what happened to people; the rest is in the JSON.
fn worth_a_row(pair: &Pair) -> bool {
    let words = pair.name.split(' ').count();
    let spans = ["booking_to_exit", "arrival_to_exit", "wait", "queue_to_booth"];
    let span = spans
        .iter()
        .any(|s| pair.name.ends_with(&format!(" {s} mean")) || pair.name.ends_with(&format!(" {s} p95")));
    let class = pair.name.contains('>') && words == 4 && span;
    let count = pair.name.contains('>')
        && words == 3
        && pair.unit == Unit::Count
        && (pair.base.mean > 0.0 || pair.variant.mean > 0.0);
    let officers = pair.name.ends_with("officer_hours");
    class || (count && !pair.name.ends_with("number mean")) || officers
}

fn gained(pair: &Pair, width: usize) -> String {
    let said = if pair.reduction.is_finite() {
        format!(
            "Pairing: correlation {:.2} between twins; the variance of the difference is {} times smaller than between strangers.",
            pair.correlation,
            number(pair.reduction)
        )
    } else {
        "Pairing: the difference does not vary between replications.".to_owned()
    };
    wrapped(&format!("  {said}"), width, 2)
}

fn unpaired(comparison: &Comparison, width: usize) -> String {
    let (base, variant) = &comparison.unpaired;
    let mut text = String::new();
    for (names, whose) in [(base, "the base"), (variant, "the variant")] {
        if !names.is_empty() {
            let said = format!("  {} numbers only {whose} has, the first: {}", count(names.len()), names[0]);
            text.push_str(&wrapped(&said, width, 4));
        }
    }
    text
}

/// The comparisons as JSON.
pub fn json((base, study): (&Case, &Study), pairs: &[Paired<'_>]) -> Value {
    let variants = pairs.iter().map(|p| {
        Value::map([
            ("scenario", scenario(p.variant)),
            ("replications", p.comparison.replications.into()),
            ("changed", Value::list(p.comparison.changed.iter().map(change_json))),
            ("headline", p.comparison.pairs[p.comparison.headline].name.as_str().into()),
            ("kpis", Value::Map(p.comparison.pairs.iter().map(|k| (k.name.clone(), pair_json(k))).collect())),
            ("only_in_base", Value::list(p.comparison.unpaired.0.iter().map(String::as_str))),
            ("only_in_variant", Value::list(p.comparison.unpaired.1.iter().map(String::as_str))),
        ])
    });
    Value::map([
        ("kordon", Value::from(env!("CARGO_PKG_VERSION"))),
        ("fields", FIELDS.into()),
        ("command", "compare".into()),
        ("what_this_is", WHAT_THIS_IS.into()),
        ("seed", study.seed.into()),
        ("base", scenario(base)),
        ("interval", "95 % interval of the mean of paired differences (Student's t)".into()),
        ("variants", Value::List(variants.collect())),
    ])
}

fn change_json(change: &Changed) -> Value {
    Value::map([
        ("path", Value::from(change.path.as_str())),
        ("base", change.base.as_deref().into()),
        ("variant", change.variant.as_deref().into()),
    ])
}

fn pair_json(pair: &Pair) -> Value {
    let (unit, chance) = (pair.unit, pair.difference.interval());
    Value::map([
        ("unit".to_owned(), Value::from(unit.word())),
        (key("base_mean", unit), pair.base.mean.into()),
        (key("variant_mean", unit), pair.variant.mean.into()),
        (key("difference_low", unit), chance.map(|c| c.0).into()),
        (key("difference_high", unit), chance.map(|c| c.1).into()),
        (key("difference_mean", unit), pair.difference.mean.into()),
        (key("difference_se", unit), pair.difference.se.into()),
        ("pairs".to_owned(), pair.difference.n.into()),
        ("correlation".to_owned(), pair.correlation.into()),
        ("variance_reduction".to_owned(), pair.reduction.into()),
    ])
}

/// The comparisons as one tidy table.
///
/// # Errors
/// Never for a table in memory; the writer's own error otherwise.
pub fn csv(pairs: &[Paired<'_>]) -> Result<String, csv::Error> {
    let mut to = csv::Writer::from_writer(Vec::new());
    to.write_record([
        "variant",
        "name",
        "unit",
        "base_mean",
        "variant_mean",
        "difference_low",
        "difference_high",
        "difference_mean",
        "difference_se",
        "pairs",
        "correlation",
        "variance_reduction",
    ])?;
    let cell = |v: f64| if v.is_finite() { v.to_string() } else { String::new() };
    for paired in pairs {
        for pair in &paired.comparison.pairs {
            let chance = pair.difference.interval();
            to.write_record([
                paired.variant.label.clone(),
                pair.name.clone(),
                pair.unit.word().to_owned(),
                cell(pair.base.mean),
                cell(pair.variant.mean),
                cell(chance.map_or(f64::NAN, |c| c.0)),
                cell(chance.map_or(f64::NAN, |c| c.1)),
                cell(pair.difference.mean),
                cell(pair.difference.se),
                pair.difference.n.to_string(),
                cell(pair.correlation),
                cell(pair.reduction),
            ])?;
        }
    }
    let bytes = to.into_inner().map_err(csv::IntoInnerError::into_error)?;
    Ok(String::from_utf8(bytes).unwrap_or_default())
}
