//! An attribution for programs. `docs/output.md` documents the fields.

use crate::report::WHAT_THIS_IS;
use crate::report::json::{FIELDS, evidence, scenario};
use crate::report::value::Value;
use crate::study::attribute::causes::{CAUSES, Split};
use crate::study::attribute::verdict::{Observation, Observed, Verdict};
use crate::study::attribute::worlds::Reference;
use crate::study::attribute::{Class, Compared, Number, Row};
use crate::study::{Attribution, Case};

/// An attribution as JSON.
pub fn json(case: &Case, found: &Attribution) -> Value {
    Value::map([
        ("kordon", Value::from(env!("CARGO_PKG_VERSION"))),
        ("fields", FIELDS.into()),
        ("command", "attribute".into()),
        ("what_this_is", WHAT_THIS_IS.into()),
        ("scenario", scenario(case)),
        ("run", run(found)),
        ("evidence", evidence(case)),
        ("causes", causes(case)),
        ("classes", Value::List(found.classes.iter().map(|c| class(case, c)).collect())),
    ])
}

fn run(found: &Attribution) -> Value {
    let failures = found.runs.failures.iter();
    let failures = failures.map(|(which, why)| {
        Value::map([("which", Value::from(which.as_str())), ("why", why.as_str().into())])
    });
    let split = match found.settings.split {
        Split::No => None,
        Split::Kinds => Some("kinds"),
        Split::Agencies => Some("agencies"),
    };
    Value::map([
        ("seed", Value::from(found.settings.seed)),
        ("replications_asked", found.settings.replications.into()),
        ("replications", found.runs.replications.len().into()),
        ("draws_asked", found.settings.draws.into()),
        ("draws", found.runs.draws.len().into()),
        ("ended", if found.runs.interrupted { "interrupted" } else { "complete" }.into()),
        ("inputs", Value::list(found.inputs.iter().map(String::as_str))),
        ("split", split.into()),
        ("worlds", found.worlds().into()),
        ("runs", found.runs_made().into()),
        ("without_result", Value::List(failures.collect())),
        ("runs_in_which_enough_booths_were_not", found.ran_short().into()),
        ("assumptions", "5 % to 95 % over the draws of the assumed inputs, each in all worlds once".into()),
        ("chance", "95 % interval of the mean over replications (Student's t)".into()),
    ])
}

fn causes(case: &Case) -> Value {
    let sides = &case.plan.sides;
    let one = |cause: &crate::study::attribute::causes::Cause| {
        Value::map([
            ("name", Value::from(cause.name(sides))),
            ("owner", cause.owner(case.scenario()).into()),
            ("removed_means", cause.removed(sides).into()),
        ])
    };
    Value::list(CAUSES.iter().map(one))
}

fn class(case: &Case, class: &Class) -> Value {
    let sides = &case.plan.sides;
    let grounds = &class.grounds;
    let verdict = match grounds.verdict {
        Verdict::NobodyWaited => "nobody waited".to_owned(),
        Verdict::Side(side) => sides[side].clone(),
        Verdict::NeitherSide => "neither side".to_owned(),
        Verdict::Shared => "shared".to_owned(),
        Verdict::NotSeparated => "not separated".to_owned(),
    };
    let by_side =
        |of: [f64; 2]| Value::map([(sides[0].clone(), Value::from(of[0])), (sides[1].clone(), of[1].into())]);
    let shares = |second: f64| by_side([1.0 - second, second]);
    Value::map([
        ("who", Value::from(case.plan.cohorts[class.base].name.as_str())),
        ("compared_with", Value::List(class.compared.iter().map(|c| compared(case, c)).collect())),
        ("verdict", verdict.into()),
        ("larger_share_in", by_side(grounds.larger)),
        ("between_the_sides_ledger", shares(grounds.ledger)),
        ("between_the_sides_re_run", shares(grounds.rerun)),
        ("would_separate", Value::List(class.separating.iter().map(observation).collect())),
        ("sentence", super::sentences::sentence(case, class).into()),
    ])
}

fn compared(case: &Case, of: &Compared) -> Value {
    let reference = match of.reference {
        Reference::NoWaiting => "no waiting there",
        Reference::Agreed => "the agreed level",
    };
    Value::map([
        ("reference", Value::from(reference)),
        ("waited", number("_s", &of.whole)),
        ("not_explained", number("_s", &of.rest)),
        ("both_sides_removed_less", number("_s", &of.both_sides)),
        ("greatest_error_of_the_sum", of.inefficiency.into()),
        ("causes", Value::List(of.rows.iter().map(|r| row(case, r)).collect())),
    ])
}

fn row(case: &Case, row: &Row) -> Value {
    let sides = &case.plan.sides;
    let part = (!row.part.is_empty()).then_some(row.part.as_str());
    Value::map([
        ("cause", Value::from(CAUSES[row.cause].name(sides))),
        ("part", part.into()),
        ("in_this_file", row.in_file.into()),
        ("alone", number("_s", &row.saved[0])),
        ("after_all_others", number("_s", &row.saved[1])),
        ("shared_out", number("_s", &row.saved[2])),
        ("share", number("", &row.share)),
        ("share_alone", number("", &row.share_alone)),
        ("ledger_share", row.traced.into()),
        ("acts_with", row.with.map(|other| CAUSES[other].name(sides)).into()),
    ])
}

fn number(ending: &str, of: &Number) -> Value {
    let (over, chance) = (of.assumptions, of.chance.interval());
    Value::map([
        (format!("assumptions_low{ending}"), Value::from(over.map(|b| b.0))),
        (format!("assumptions_high{ending}"), over.map(|b| b.1).into()),
        (format!("chance_low{ending}"), chance.map(|b| b.0).into()),
        (format!("chance_high{ending}"), chance.map(|b| b.1).into()),
        (format!("mean{ending}"), of.chance.mean.into()),
    ])
}

fn observation(of: &Observation) -> Value {
    let what = match of.what {
        Observed::Timed => "timed",
        Observed::Seen => "looked at",
        Observed::Counted => "counted",
        Observed::LookedUp => "looked up",
    };
    Value::map([
        ("input", Value::from(of.input.as_str())),
        ("low", of.range.0.into()),
        ("high", of.range.1.into()),
        ("unit", of.unit.into()),
        ("total_effect", of.total_effect.into()),
        ("observe", what.into()),
        ("observations_that_halve_the_range", of.number.into()),
    ])
}
