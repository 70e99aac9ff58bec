//! What `kordon check` says: the crossing in words, demand against capacity, what the inputs rest on.

use super::screen::{period, strip_words};
use super::table::{hanging, wrapped};
use super::words::{count, duration, number, percents};
use crate::crossing::plan::{Container, Plan, Step, Unit};
use crate::study::capacity::{Capacity, Direction, Narrowest, Place, PlaceKind, estimate};
use crate::study::evidence::strips;
use crate::study::{Case, WARN_AT};

const DAY: f64 = 86_400.0;
/// Blanks before the lines of a direction.
const INDENT: usize = 7;

/// The crossing in words.
pub fn describe(case: &Case, capacity: &Capacity, over_ranges: Option<&Narrowest>, width: usize) -> String {
    let plan = &case.plan;
    let mut text = wrapped(&case.scenario().name, width, 2);
    text.push_str(&format!("{}, {} replications\n\n", period(case), count(case.scenario().run.replications)));
    for route in 0..plan.routes.len() {
        match capacity.directions.iter().find(|d| d.route == route) {
            Some(d) => text.push_str(&direction(case, d, over_ranges, width)),
            None => text.push_str(&format!("{}  no traffic in this file\n", plan.routes[route].name)),
        }
    }
    text.push('\n');
    for strip in strips(case.scenario()) {
        let lead = format!("Numbers describing {}: ", strip.about);
        text.push_str(&hanging(&lead, &strip_words(&strip), width, INDENT));
    }
    text.push_str(&officers(plan, width));
    text.push_str(&fills(capacity, width));
    text.push_str(&wrapped(&super::mechanisms(case), width, INDENT));
    text.push_str(&size(plan, capacity));
    text
}

fn direction(case: &Case, d: &Direction, over_ranges: Option<&Narrowest>, width: usize) -> String {
    let plan = &case.plan;
    let lead = " ".repeat(INDENT);
    let name = &plan.routes[d.route].name;
    let mut text = hanging(&format!("{name:<INDENT$}"), &way(plan, d), width, INDENT);
    let mut parts = vec![format!(
        "demand {} a day on average, {} an hour in the busiest hour ({})",
        number(round(d.demand * DAY)),
        number(round(d.peak.0 * 3600.0)),
        super::when::label(case, d.peak.1)
    )];
    for (side, code) in plan.sides.iter().enumerate() {
        parts.push(match d.clears(side) {
            Some(rate) => format!("{code} can clear {} a day", number(round(rate * DAY))),
            None => format!("{code} has no place on this way that can be short"),
        });
    }
    parts.extend(strips_of(plan, d.route));
    text.push_str(&hanging(&lead, &parts.join(" · "), width, INDENT));
    text.push_str(&hanging(&lead, &narrowest(d, over_ranges), width, INDENT));
    text
}

fn round(value: f64) -> f64 {
    if value >= 20.0 { value.round() } else { value }
}

fn narrowest(d: &Direction, over_ranges: Option<&Narrowest>) -> String {
    let Some(first) = d.narrowest() else { return "narrowest: no place can be short".to_owned() };
    let mut said = format!("narrowest: {}, load {}", place(first), load(first.load));
    if let Some(second) = d.places.get(1) {
        let by = ((1.0 - second.load / first.load) * 100.0).round();
        said.push_str(&format!(", by {by} % before {}, load {}", place(second), load(second.load)));
    }
    said.push_str(". ");
    let Some(ranges) = over_ranges else {
        return said + "No input states a range, so nothing is known of other values.";
    };
    let counts = &ranges.places[d.route];
    let shares = percents(&counts.iter().map(|(_, n)| *n as f64).collect::<Vec<_>>());
    let often = counts.iter().zip(shares).map(|((name, _), share)| format!("{name} in {share} %"));
    said.push_str(&format!(
        "With the assumed inputs over their ranges it is {} of {} draws",
        often.collect::<Vec<_>>().join(", "),
        ranges.draws
    ));
    if ranges.refused > 0 {
        said.push_str(&format!("; {} further draws made no scenario", ranges.refused));
    }
    said + "."
}

fn load(load: f64) -> String {
    format!("{:.0} %", load * 100.0)
}

fn place(place: &Place) -> String {
    match place.kind {
        PlaceKind::Booths => place.name.clone(),
        PlaceKind::Officers => format!("{} (officers)", place.name),
        PlaceKind::Room => format!("{} (room)", place.name),
        PlaceKind::CallUp => format!("{} (room, with the way after the call)", place.name),
    }
}

/// `truck: eQueue (3 queues) → UA customs → bridge → PL customs → [PL scan 10 %]`.
fn way(plan: &Plan, d: &Direction) -> String {
    let mut classes: Vec<&str> = Vec::new();
    for source in plan.sources.iter().filter(|s| s.route as usize == d.route) {
        if !classes.contains(&source.class.as_str()) {
            classes.push(&source.class);
        }
    }
    let steps = plan.routes[d.route].steps.iter().filter_map(|step| step_words(plan, d, step));
    format!("{}: {}", classes.join(", "), steps.collect::<Vec<_>>().join(" → "))
}

fn step_words(plan: &Plan, d: &Direction, step: &Step) -> Option<String> {
    match step {
        Step::Call { queues } => Some(match queues.len() {
            0 => return None,
            1 => format!("eQueue{}", turns_words(plan, queues, "")),
            n => format!("eQueue{}", turns_words(plan, queues, &format!("{n} queues"))),
        }),
        Step::Road { .. } => None,
        Step::Stage { station, .. } => Some(stage_words(plan, d, *station as usize)),
        Step::Fork { vehicle, persons, .. } => {
            let all = vehicle.iter().chain(persons).map(|&s| stage_words(plan, d, s as usize));
            Some(format!("({})", all.collect::<Vec<_>>().join(" beside ")))
        }
        Step::Strip { strips } => {
            let names = strips.iter().filter_map(|&s| plan.strips[s as usize].name.split('.').nth(1));
            Some(names.collect::<Vec<_>>().join(" or "))
        }
    }
}

/// ` (3 queues, turns 1:1:1:5)`: the cycles of the queues that have one.
fn turns_words(plan: &Plan, queues: &[u16], count: &str) -> String {
    let cycles = queues.iter().filter_map(|&q| plan.queues[q as usize].rules.turns.as_ref());
    let cycles = cycles.map(|turns| {
        let weights = turns.cycle.chunk_by(|a, b| a == b).map(|run| run.len().to_string());
        format!("turns {}", weights.collect::<Vec<_>>().join(":"))
    });
    let words: Vec<String> =
        std::iter::once(count.to_owned()).filter(|c| !c.is_empty()).chain(cycles).collect();
    if words.is_empty() { String::new() } else { format!(" ({})", words.join(", ")) }
}

fn stage_words(plan: &Plan, d: &Direction, station: usize) -> String {
    let name = &plan.stations[station].name;
    let mut parts = name.split('.');
    let side = parts.next().unwrap_or_default();
    let stage = parts.skip(1).collect::<Vec<_>>().join(" ");
    let visits = d.stages.iter().find(|s| s.station == station).map_or(0.0, |s| s.visits);
    match visits {
        v if v > 0.9995 => format!("{side} {stage}"),
        v if v > 0.0 => format!("[{side} {stage} {}]", super::words::percent(v)),
        _ => format!("[{side} {stage}: nobody]"),
    }
}

fn strips_of(plan: &Plan, route: usize) -> Vec<String> {
    let mut said = Vec::new();
    for step in &plan.routes[route].steps {
        let Step::Strip { strips } = step else { continue };
        for &s in strips {
            let strip = &plan.strips[s as usize];
            let container = &plan.containers[strip.container as usize];
            let name = strip.name.split('.').nth(1).unwrap_or(&strip.name);
            let shared = plan.strips.iter().filter(|o| o.container == strip.container).count() > 1;
            let how = if shared { "for both ways together" } else { "each way" };
            said.push(format!("{name} {} {how}", room(container)));
        }
    }
    said
}

fn room(container: &Container) -> String {
    match container.unit {
        _ if container.unlimited() => "without limit".to_owned(),
        Unit::Places => format!("{} places", count(container.size)),
        Unit::Persons => format!("{} persons", count(container.size)),
        Unit::Millimetres => format!("{} m", number(container.size as f64 / 1000.0)),
    }
}

fn officers(plan: &Plan, width: usize) -> String {
    let mut text = String::new();
    for pool in &plan.pools {
        let booths = |s: u16| plan.stations[s as usize].groups.iter().map(|g| g.level.fullest()).sum::<u32>();
        let total: u32 = pool.stations.iter().map(|&s| booths(s)).sum();
        let each = pool.stations.iter().map(|&s| format!("{} {}", booths(s), plan.stations[s as usize].name));
        let most = pool.level.fullest();
        let said = format!(
            "{} {} for {total} booths ({}): at most {} open.",
            pool.name,
            count(most),
            each.collect::<Vec<_>>().join(", "),
            most.min(total)
        );
        text.push_str(&hanging("Officers: ", &said, width, INDENT));
    }
    text
}

fn fills(capacity: &Capacity, width: usize) -> String {
    let mut text = String::new();
    for (room, held) in &capacity.blocks {
        text.push_str(&hanging("When full, ", &format!("{room} holds {}.", held.join(", ")), width, INDENT));
    }
    text
}

fn size(plan: &Plan, capacity: &Capacity) -> String {
    let e = estimate(plan, capacity);
    format!(
        "A replication: about {} travellers, {} events, {} inside at once (limit {}).\n",
        count(e.travellers.round()),
        count(e.events.round()),
        count(e.inside.round()),
        count(plan.max_inside)
    )
}

/// What a planner should know before running, each in a sentence.
pub fn warnings(case: &Case, capacity: &Capacity) -> Vec<String> {
    let plan = &case.plan;
    let mut said = Vec::new();
    for d in &capacity.directions {
        let name = &plan.routes[d.route].name;
        let Some(first) = d.narrowest().filter(|p| p.load > WARN_AT) else { continue };
        let demand = number(round(d.demand * DAY));
        said.push(match d.grows() {
            Some(rate) => format!(
                "{name}: demand ({demand} a day) is above what {} can bring through: the queue grows by {} a day while the traffic lasts, {} a week",
                place(first),
                number(round(rate * DAY)),
                number(round(rate * DAY * 7.0)),
            ),
            None => format!(
                "{name}: {} is loaded to {}: small changes of the inputs change the waits a great deal",
                place(first),
                load(first.load)
            ),
        });
    }
    let both = capacity.directions.iter().any(|d| plan.routes[d.route].entry > plan.routes[d.route].zone);
    if both && !capacity.zone_can_fill {
        said.push(
            "nothing between the sides can ever fill, so neither side can hold the other: state `each_way` for a strip, or `room` of the entry post, if that is not meant"
                .to_owned(),
        );
    }
    let e = estimate(plan, capacity);
    if e.inside > f64::from(plan.max_inside) {
        said.push(format!(
            "about {} travellers will be inside at once, the limit is {}: the run would stop there",
            count(e.inside.round()),
            count(plan.max_inside)
        ));
    }
    if e.events > plan.max_events as f64 {
        said.push(format!(
            "a replication would take about {} events ({} of traffic), the limit is {}",
            count(e.events.round()),
            duration(crate::kernel::time::seconds(plan.until)),
            count(plan.max_events)
        ));
    }
    said
}
