//! Everything a run found, for programs. `docs/output.md` documents the fields.

mod asked;

use super::value::Value;
use super::{Run, WHAT_THIS_IS};
use crate::crossing::Plan;
use crate::crossing::ledger::KINDS;
use crate::kernel::time::{Tick, seconds};
use crate::study::evidence::{EVIDENCE, strips, word};
use crate::study::expected::{Answer, Known, answers};
use crate::study::precision::Reached;
use crate::study::replicate::Band;
use crate::study::validate::{Coverage, coverage};
use crate::study::{Assumed, Case, Ended, Kpi, Study, Unit, theory};

/// Version of the fields' names; a change that breaks readers raises it.
pub const FIELDS: u64 = 1;

/// A run as JSON; `every_replication` adds each number's value in each replication.
pub fn run(run: &Run<'_>, every_replication: bool) -> Value {
    let Run { case, study, assumed, headline } = *run;
    Value::map([
        ("kordon", Value::from(env!("CARGO_PKG_VERSION"))),
        ("fields", FIELDS.into()),
        ("command", "run".into()),
        ("what_this_is", WHAT_THIS_IS.into()),
        ("scenario", scenario(case)),
        ("run", how(case, study)),
        ("evidence", evidence(case)),
        ("headline", headline_of(study, assumed, headline)),
        ("kpis", kpis(study, assumed, every_replication)),
        ("ledger", ledger(&case.plan, study)),
        ("series", series(&case.plan, study)),
        ("output", asked::asked(&case.plan, study)),
        ("theory", theories(case, study)),
        ("known_answers", known(case, study)),
        ("mechanisms", mechanisms(&case.plan)),
        ("audit", audit(study)),
        ("totals", totals(study)),
    ])
}

/// What was run.
pub fn scenario(case: &Case) -> Value {
    let scenario = case.scenario();
    Value::map([
        ("name", Value::from(scenario.name.as_str())),
        ("question", scenario.question.as_deref().into()),
        ("file", case.label.as_str().into()),
        ("hash", case.loaded.hash.as_str().into()),
        ("sides", Value::list(scenario.sides.iter().map(String::as_str))),
        ("not_in_the_model", Value::list(scenario.limits.iter().map(String::as_str))),
    ])
}

fn how(case: &Case, study: &Study) -> Value {
    let (ended, reached) = match &study.ended {
        Ended::Complete => ("complete", None),
        Ended::Interrupted => ("interrupted", None),
        Ended::Precise(reached) => ("precise", Some(reached)),
        Ended::Cap(reached) => ("stopped at the cap", Some(reached)),
    };
    Value::map([
        ("seed", Value::from(study.seed)),
        ("replications_asked", study.asked.into()),
        ("replications", study.replications().into()),
        ("ended", ended.into()),
        ("precision", reached.map_or(Value::Null, precision)),
        ("warmup_s", seconds(case.plan.warmup).into()),
        ("length_s", seconds(case.plan.window).into()),
        ("until_s", seconds(case.plan.until).into()),
        ("interval", "95 % interval of the mean over replications (Student's t)".into()),
    ])
}

fn precision(reached: &Reached) -> Value {
    Value::map([
        ("of", Value::from(reached.headline.as_str())),
        ("target_relative_half_width", reached.target.into()),
        ("relative_half_width", reached.relative.into()),
        ("absolute_floor", reached.floor.into()),
        ("by_absolute_floor", reached.by_floor.into()),
        ("rounds", u64::from(reached.rounds).into()),
    ])
}

/// The strips, one for each side, then traffic and zone.
pub fn evidence(case: &Case) -> Value {
    let one = |strip: crate::study::Strip| {
        let mut fields = vec![("about".to_owned(), Value::from(strip.about.as_str()))];
        for (kind, count) in EVIDENCE.iter().zip(strip.counts) {
            fields.push((word(*kind).to_owned(), count.into()));
        }
        fields.push(("with_range".to_owned(), strip.ranged.into()));
        Value::Map(fields)
    };
    Value::list(strips(case.scenario()).into_iter().map(one))
}

fn headline_of(study: &Study, assumed: Option<&Assumed>, kpi: usize) -> Value {
    let entry = &study.kpis.list()[kpi];
    let Value::Map(mut fields) = number(study, assumed, kpi, true) else { return Value::Null };
    fields.insert(0, ("name".to_owned(), entry.name().into()));
    let draws = assumed.map_or(Value::Null, |a| {
        Value::map([
            (
                "what",
                Value::from("5 % to 95 % of single replications, the assumed inputs drawn over their ranges"),
            ),
            ("draws", a.draws.into()),
            ("used", a.used().into()),
            ("made_no_scenario", a.refused.len().into()),
            ("could_not_go_on", a.broken.len().into()),
            ("audit_not_passed", a.failures.len().into()),
            ("interrupted", a.interrupted.into()),
            ("inputs", Value::list(a.inputs.iter().map(String::as_str))),
        ])
    });
    fields.push(("assumptions".to_owned(), draws));
    Value::Map(fields)
}

/// Key with the unit's suffix.
pub(crate) fn key(name: &str, unit: Unit) -> String {
    format!("{name}{}", unit.suffix())
}

fn number(study: &Study, assumed: Option<&Assumed>, kpi: usize, every_replication: bool) -> Value {
    let Kpi { unit, .. } = study.kpis.list()[kpi];
    let summary = study.summary(kpi);
    let interval = summary.interval();
    let band = assumed.and_then(|a| a.band(kpi));
    let mut fields: Vec<(String, Value)> = vec![("unit".to_owned(), unit.word().into())];
    if assumed.is_some() {
        fields.push((key("assumptions_low", unit), band.map(|b| b.0).into()));
        fields.push((key("assumptions_high", unit), band.map(|b| b.1).into()));
    }
    fields.extend([
        (key("chance_low", unit), Value::from(interval.map(|i| i.0))),
        (key("chance_high", unit), interval.map(|i| i.1).into()),
        (key("mean", unit), summary.mean.into()),
        (key("se", unit), summary.se.into()),
        (key("sd", unit), summary.sd.into()),
        ("replications".to_owned(), summary.n.into()),
    ]);
    if summary.without > 0 {
        fields.push(("replications_without".to_owned(), summary.without.into()));
    }
    if study.lower[kpi] > 0 {
        fields.push(("replications_at_least".to_owned(), study.lower[kpi].into()));
    }
    if every_replication {
        fields.push((key("values", unit), Value::list(study.values(kpi))));
    }
    Value::Map(fields)
}

fn kpis(study: &Study, assumed: Option<&Assumed>, every_replication: bool) -> Value {
    let one = |(k, name): (usize, &String)| (name.clone(), number(study, assumed, k, every_replication));
    Value::Map(study.kpis.names().iter().enumerate().map(one).collect())
}

/// Every cell that holds time: whose, where, what for, per replication.
fn ledger(plan: &Plan, study: &Study) -> Value {
    let replications = study.replications().max(1) as f64;
    let mut cells = Vec::new();
    for base in 0..plan.bases() {
        for (spot, place) in plan.spots.iter().enumerate() {
            for (k, kind) in KINDS.iter().enumerate() {
                for (o, owner) in plan.owners.iter().enumerate() {
                    let ticks = study.booked(plan, base, spot, k * plan.owners.len() + o);
                    if ticks == 0 {
                        continue;
                    }
                    cells.push(Value::map([
                        ("who", Value::from(plan.cohorts[base].name.as_str())),
                        ("where", place.name.as_str().into()),
                        ("what_for", kind.word().into()),
                        ("traced_to", owner.name.as_str().into()),
                        ("side", owner.side.map(|s| plan.sides[s].as_str()).into()),
                        ("per_replication_s", (ticks as f64 / 1e6 / replications).into()),
                    ]));
                }
            }
        }
    }
    Value::List(cells)
}

fn band(bands: &[Band], unit: Unit) -> Value {
    let column = |f: fn(&Band) -> f64| Value::list(bands.iter().map(f));
    Value::map([
        (key("mean", unit), column(|b| b.mean)),
        (key("low", unit), column(|b| b.low)),
        (key("high", unit), column(|b| b.high)),
    ])
}

fn series(plan: &Plan, study: &Study) -> Value {
    let series = &study.series;
    let numbers = plan.spots.iter().enumerate();
    let numbers = numbers.map(|(s, spot)| (spot.name.clone(), band(&series.number(s), Unit::Count)));
    let waits = (0..plan.bases())
        .map(|base| (plan.cohorts[base].name.clone(), band(&series.wait(base), Unit::Seconds)));
    let marks = plan.bases().min(1);
    let at = (0..marks).flat_map(|base| series.wait(base)).map(|b| b.at);
    Value::map([
        ("every_s", Value::from(series.every())),
        ("replications", series.replications().into()),
        ("band", "5 % to 95 % across replications".into()),
        ("at_s", Value::list(at)),
        ("number_at", Value::Map(numbers.collect())),
        ("wait_by_appearance", Value::Map(waits.collect())),
    ])
}

fn theories(case: &Case, study: &Study) -> Value {
    let one = |t: theory::Theory| {
        let rows = t.rows.iter().map(|row| {
            let unit = study.kpis.list()[row.kpi].unit;
            let summary = study.summary(row.kpi);
            Value::map([
                ("name".to_owned(), Value::from(study.kpis.names()[row.kpi].as_str())),
                (key("theory", unit), row.value.into()),
                (key("mean", unit), summary.mean.into()),
                (key("se", unit), summary.se.into()),
            ])
        });
        Value::map([
            ("stage", Value::from(t.stage.as_str())),
            ("model", t.model.as_str().into()),
            ("formula", t.formula.into()),
            ("numbers", Value::List(rows.collect())),
        ])
    };
    Value::List(theory::beside(&case.plan, &study.kpis).into_iter().map(one).collect())
}

fn known(case: &Case, study: &Study) -> Value {
    let one = |answer: Answer| {
        let mut fields = vec![("name".to_owned(), Value::from(answer.name.as_str()))];
        match &answer.known {
            Known::Number { is, unit, simulated } => fields.extend([
                (key("known", *unit), Value::from(*is)),
                (key("mean", *unit), simulated.mean.into()),
                (key("se", *unit), simulated.se.into()),
                ("standard_errors".to_owned(), answer.standard_errors().abs().into()),
            ]),
            Known::Times { are, simulated } => fields.extend([
                ("known_s".to_owned(), all_seconds(are)),
                ("simulated_s".to_owned(), all_seconds(simulated)),
            ]),
            Known::Nothing => {}
        }
        fields.push(("agrees".to_owned(), answer.agrees().into()));
        fields.push(("source".to_owned(), answer.source.as_str().into()));
        Value::Map(fields)
    };
    Value::list(answers(case, study).into_iter().map(one))
}

pub(crate) fn all_seconds(times: &[Tick]) -> Value {
    Value::list(times.iter().map(|&t| seconds(t)))
}

fn mechanisms(plan: &Plan) -> Value {
    let Coverage { used, without } = coverage(plan);
    Value::map([
        ("used", Value::list(used.iter().map(|m| m.words()))),
        ("without_exact_case", Value::list(without.iter().map(|m| m.words()))),
    ])
}

fn audit(study: &Study) -> Value {
    let failures = study.failures.iter().map(|f| {
        Value::map([("replication", Value::from(f.replication)), ("what", f.words.as_str().into())])
    });
    Value::map([
        ("passed", Value::from(study.audit_passed())),
        ("identities", study.checks.into()),
        ("not_held", Value::List(failures.collect())),
    ])
}

fn totals(study: &Study) -> Value {
    Value::map([
        ("stage_visits", Value::from(u64::try_from(study.visits).unwrap_or(u64::MAX))),
        ("events", u64::try_from(study.events).unwrap_or(u64::MAX).into()),
    ])
}
