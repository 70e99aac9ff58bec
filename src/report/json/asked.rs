//! What `[output]` asks for beside the summary. The numbers stand under `kpis`, too, each by its name; here they stand
//! side by side.

use std::collections::HashMap;

use super::{all_seconds, key};
use crate::crossing::Plan;
use crate::crossing::plan::SpotKind;
use crate::kernel::time::seconds;
use crate::report::value::Value;
use crate::study::kpis::asked::{Places, counted, label, stretches};
use crate::study::{Study, Summary, Unit};
use crate::trace::{Doing, Trace, Visit};

/// The numbers of a study by name.
struct Numbers<'a> {
    study: &'a Study,
    at: HashMap<&'a str, usize>,
}

impl<'a> Numbers<'a> {
    fn of(study: &'a Study) -> Self {
        let at = study.kpis.names().iter().enumerate().map(|(k, name)| (name.as_str(), k)).collect();
        Self { study, at }
    }

    fn one(&self, name: &str) -> Summary {
        self.at.get(name.trim()).map_or_else(|| Summary::of([]), |&kpi| self.study.summary(kpi))
    }

    /// The numbers of these names, side by side.
    fn all(&self, names: impl Iterator<Item = String>) -> Vec<Summary> {
        names.map(|name| self.one(&name)).collect()
    }
}

/// Everything asked for; `null` when it is nothing.
pub(super) fn asked(plan: &Plan, study: &Study) -> Value {
    let (asked, numbers) = (&plan.asked, &Numbers::of(study));
    let mut parts: Vec<(&str, Value)> = Vec::new();
    if !asked.number_at.is_empty() {
        parts.push(("number_at", numbers_at(plan, numbers)));
    }
    if let Some(most) = asked.number_up_to {
        parts.push(("number_distribution", distribution(plan, numbers, most)));
    }
    if asked.counts.len() > 1 {
        parts.push(("counts", counts(plan, numbers)));
    }
    if !asked.first.is_empty() {
        parts.push(("first", first(plan, numbers)));
    }
    if asked.shares {
        parts.push(("shares", shares(plan, numbers)));
    }
    if let (true, Some(trace)) = (asked.visits, &study.trace) {
        parts.push(("visits", visits(plan, trace)));
    }
    if parts.is_empty() { Value::Null } else { Value::map(parts) }
}

fn columns(of: &[Summary], unit: Unit) -> Vec<(String, Value)> {
    let column = |f: fn(&Summary) -> f64| Value::list(of.iter().map(f));
    vec![
        (key("mean", unit), column(|s| s.mean)),
        (key("se", unit), column(|s| s.se)),
        (key("sd", unit), column(|s| s.sd)),
        ("replications".to_owned(), Value::list(of.iter().map(|s| s.n))),
    ]
}

/// The whole crossing has no name of its own in the names of numbers.
fn called(place: &str) -> String {
    if place.is_empty() { "all".to_owned() } else { place.to_owned() }
}

fn numbers_at(plan: &Plan, numbers: &Numbers<'_>) -> Value {
    let one = |place: &str| {
        let names = plan.asked.number_at.iter().map(|&at| format!("{place} number_at {}", label(at)));
        (called(place), Value::Map(columns(&numbers.all(names), Unit::Count)))
    };
    Value::map([
        ("what", "number present just before each time; mean over replications".into()),
        ("at_s", all_seconds(&plan.asked.number_at)),
        ("places", Value::Map(Places::of(plan).list.iter().map(|(place, _)| one(place)).collect())),
    ])
}

fn distribution(plan: &Plan, numbers: &Numbers<'_>, most: u32) -> Value {
    let one = |place: &str| {
        let shares = numbers.all((0..=most).map(|k| format!("{place} number_is {k}")));
        let above = numbers.one(&format!("{place} number_above {most}"));
        let mut fields = columns(&shares, Unit::Share);
        fields.push(("above_mean".to_owned(), above.mean.into()));
        fields.push(("above_se".to_owned(), above.se.into()));
        (called(place), Value::Map(fields))
    };
    Value::map([
        ("what", "share of the measured window with so many present, and with more than the last".into()),
        ("number", Value::list((0..=most).map(u64::from))),
        ("places", Value::Map(Places::of(plan).list.iter().map(|(place, _)| one(place)).collect())),
    ])
}

fn counts(plan: &Plan, numbers: &Numbers<'_>) -> Value {
    let bounds = || stretches(&plan.asked);
    let of = |wanted: &str| {
        let rows = counted(plan).into_iter().filter(|(_, measure, _)| *measure == wanted);
        let one = |about: &str| {
            let names = bounds().map(|(from, to)| format!("{about} {wanted} {}..{}", label(from), label(to)));
            let summaries = numbers.all(names);
            let mut fields = columns(&summaries, Unit::Count);
            fields.insert(1, ("variance".to_owned(), Value::list(summaries.iter().map(|s| s.sd * s.sd))));
            (about.to_owned(), Value::Map(fields))
        };
        Value::Map(rows.map(|(about, ..)| one(about)).collect())
    };
    Value::map([
        ("what", "how many from each time to the next; mean and variance are over replications".into()),
        ("from_s", Value::list(bounds().map(|(from, _)| seconds(from)))),
        ("to_s", Value::list(bounds().map(|(_, to)| seconds(to)))),
        ("appeared", of("appeared")),
        ("left", of("left")),
        ("served", of("served")),
    ])
}

fn first(plan: &Plan, numbers: &Numbers<'_>) -> Value {
    let ns = &plan.asked.first;
    let cohorts = || plan.cohorts.iter().take(plan.bases()).map(|c| c.name.as_str());
    let stations = || plan.stations.iter().map(|s| s.name.as_str());
    let of = |measure: &str, abouts: &mut dyn Iterator<Item = &str>| {
        let one = |about: &str| {
            let names = ns.iter().map(|n| format!("{about} {measure} first_{n}"));
            (about.to_owned(), Value::Map(columns(&numbers.all(names), Unit::Seconds)))
        };
        Value::Map(abouts.map(one).collect())
    };
    Value::map([
        (
            "what",
            "means over the first so many counted who appeared (of a stage: over its first services)".into(),
        ),
        ("n", Value::list(ns.iter().map(|&n| u64::from(n)))),
        ("wait", of("wait", &mut cohorts().chain(stations()))),
        ("booking_to_exit", of("booking_to_exit", &mut cohorts())),
    ])
}

fn shares(plan: &Plan, numbers: &Numbers<'_>) -> Value {
    let one = |about: &str, measures: &[&str]| {
        let fields = measures.iter().map(|measure| {
            let Summary { mean, se, .. } = numbers.one(&format!("{about} {measure} share"));
            ((*measure).to_owned(), Value::map([("mean", Value::from(mean)), ("se", se.into())]))
        });
        (about.to_owned(), Value::Map(fields.collect()))
    };
    let cohorts = plan.cohorts.iter().take(plan.bases()).map(|c| one(&c.name, &["waited", "was_held"]));
    let stations = plan.stations.iter().map(|s| one(&s.name, &["waited", "was_held", "any_held"]));
    let what = "waited, was_held: of the counted (of a stage: of their visits) who waited at all, who were held after a \
                service; any_held: of the measured window with somebody held at a booth";
    Value::map([("what", what.into()), ("of", Value::Map(cohorts.chain(stations).collect()))])
}

/// Every visit of replication 0: a row for each place of each traveller, in order of appearance and of time.
fn visits(plan: &Plan, trace: &Trace) -> Value {
    let rows = trace.travellers().flat_map(|(traveller, life)| {
        let source = plan.sources.get(life.source as usize);
        let who = source.and_then(|s| plan.cohorts.get(s.base_cohort as usize)).map(|c| c.name.as_str());
        let stream = source.map(|s| s.name.as_str());
        let of = (!life.is_whole()).then(|| u64::from(life.of));
        let left = life.left.map(|(_, outcome)| outcome.word());
        trace.visits(plan, traveller).into_iter().map(move |visit| {
            let mut fields: Vec<(&str, Value)> = vec![
                ("traveller", u64::from(traveller).into()),
                ("who", who.into()),
                ("stream", stream.into()),
                ("passenger_of", of.map_or(Value::Null, Value::from)),
            ];
            fields.extend(visit_fields(plan, &visit));
            fields.push(("left", left.into()));
            Value::map(fields)
        })
    });
    Value::map([
        ("what", Value::from("every visit to a place in replication 0, with its start and end")),
        ("rows", Value::List(rows.collect())),
    ])
}

fn visit_fields(plan: &Plan, visit: &Visit) -> Vec<(&'static str, Value)> {
    let spot = plan.spots.get(visit.spot as usize);
    let station = spot.and_then(|s| plan.stations.get(s.station as usize)).map(|s| s.name.as_str());
    let kind = match spot.map(|s| s.kind) {
        None => "nowhere",
        Some(SpotKind::VirtualQueue) => "virtual queue",
        Some(SpotKind::OnTheWay) => "on the way",
        Some(SpotKind::Road) => "road",
        Some(SpotKind::Line) => "line",
        Some(SpotKind::Booth) => "booth",
        Some(SpotKind::Strip) => "strip",
        Some(SpotKind::Join) => "join",
    };
    let served = || visit.parts.iter().filter(|p| matches!(p.doing, Doing::Served { .. }));
    let booth = visit.booth().and_then(|b| {
        let station = plan.stations.iter().find(|s| s.booths.contains(&b))?;
        Some(u64::from(b - station.booths.start + 1))
    });
    vec![
        ("place", spot.map(|s| s.name.as_str()).into()),
        ("kind", kind.into()),
        ("stage", station.into()),
        ("booth", booth.map_or(Value::Null, Value::from)),
        ("start_s", seconds(visit.from).into()),
        ("end_s", seconds(visit.to).into()),
        ("ended", visit.ended.into()),
        ("service_start_s", served().next().map(|p| seconds(p.from)).into()),
        ("service_end_s", served().next_back().map(|p| seconds(p.to)).into()),
        ("waited_s", seconds(visit.waited()).into()),
        ("held_s", seconds(visit.held()).into()),
    ]
}
