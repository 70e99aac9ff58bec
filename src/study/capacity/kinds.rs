//! Kinds of traveller, and which places a way has.

use crate::crossing::Plan;
use crate::crossing::plan::{Mix, NONE16, Source, Station, Step};
use crate::kernel::random::Draw;

/// More kinds than this are sampled.
const KINDS_AT_MOST: usize = 4_096;

/// The kinds of a source's travellers: (words, share).
pub(super) fn of_source(plan: &Plan, source: &Source) -> Vec<(u128, f64)> {
    let mut kinds = vec![(source.words, 1.0)];
    for mix in &source.mixes {
        kinds = split(&kinds, mix);
        if kinds.len() > KINDS_AT_MOST {
            return sampled(source);
        }
    }
    let (from, to) = (plan.warmup, plan.window);
    for policy in &source.policies {
        let inside = policy.until.min(to).saturating_sub(policy.from.max(from)) as f64;
        let share = policy.compliance * inside / to.saturating_sub(from).max(1) as f64;
        kinds = kinds
            .into_iter()
            .flat_map(|(words, weight)| {
                let under = if policy.serves.holds(words) { share } else { 0.0 };
                [(words | policy.bit, weight * under), (words, weight * (1.0 - under))]
            })
            .filter(|k| k.1 > 0.0)
            .collect();
    }
    kinds
}

fn split(kinds: &[(u128, f64)], mix: &Mix) -> Vec<(u128, f64)> {
    let mut out = Vec::new();
    for &(words, weight) in kinds {
        if !mix.given.holds(words) {
            out.push((words, weight));
            continue;
        }
        let mut before = 0.0;
        for &(upto, bit) in &mix.words {
            if upto > before {
                out.push((words | bit, weight * (upto - before)));
            }
            before = upto;
        }
    }
    out
}

/// Travellers drawn as the engine would, when there are too many kinds to list. The same ones every time.
fn sampled(source: &Source) -> Vec<(u128, f64)> {
    let weight = 1.0 / KINDS_AT_MOST as f64;
    let one = |k: usize| {
        let mut draw = Draw::from_word(source.key ^ k as u64);
        let words = source.mixes.iter().fold(source.words, |words, mix| {
            let unit = draw.unit();
            let found = mix.words.iter().find(|(upto, _)| unit < *upto);
            found.filter(|_| mix.given.holds(words)).map_or(words, |(_, bit)| words | bit)
        });
        (words, weight)
    };
    (0..KINDS_AT_MOST).map(one).collect()
}

/// The groups of a station that may serve somebody, as bits.
pub(super) fn eligible(station: &Station, words: u128) -> u32 {
    let lanes = station.lanes.iter().filter(|lane| lane.serves.holds(words));
    let groups = lanes.flat_map(|lane| lane.groups.clone()).take(12);
    groups.filter(|&g| station.groups[g].serves.holds(words)).fold(0, |bits, g| bits | 1 << g.min(11))
}

/// Stations of a route, in order; each once.
pub fn stations_of(plan: &Plan, route: usize) -> Vec<usize> {
    let mut stations = Vec::new();
    for step in &plan.routes[route].steps {
        for s in stations_of_step(step) {
            if !stations.contains(&s) {
                stations.push(s);
            }
        }
    }
    stations
}

fn stations_of_step(step: &Step) -> Vec<usize> {
    match step {
        Step::Stage { station, .. } => vec![*station as usize],
        Step::Fork { vehicle, persons, .. } => vehicle.iter().chain(persons).map(|&s| s as usize).collect(),
        Step::Call { .. } | Step::Road { .. } | Step::Strip { .. } => Vec::new(),
    }
}

/// Containers that are entered at a step.
pub(super) fn containers_of(plan: &Plan, step: &Step) -> Vec<u16> {
    let all: Vec<u16> = match step {
        Step::Call { .. } => Vec::new(),
        Step::Road { container, .. } => vec![*container],
        Step::Stage { station, room } => {
            let lanes = plan.stations[*station as usize].lanes.iter().map(|lane| lane.container);
            lanes.chain([*room]).collect()
        }
        Step::Fork { room, .. } => vec![*room],
        Step::Strip { strips } => strips.iter().map(|&s| plan.strips[s as usize].container).collect(),
    };
    all.into_iter().filter(|&c| c != NONE16 && !plan.containers[c as usize].unlimited()).collect()
}

/// The side whose code a path begins with.
pub(super) fn side_of(plan: &Plan, path: &str) -> Option<usize> {
    let first = path.split('.').next()?;
    plan.sides.iter().position(|side| side == first)
}

/// What holds whom: for every finite room beyond another place, the places that wait when it is full; and whether
/// there is such room between the sides.
pub(super) fn blocking(plan: &Plan) -> (Vec<(String, Vec<String>)>, bool) {
    let mut blocks: Vec<(String, Vec<String>)> = Vec::new();
    let mut between = false;
    for route in &plan.routes {
        let used = plan.sources.iter().any(|s| plan.routes[s.route as usize].name == route.name);
        if !used {
            continue;
        }
        let mut behind: Vec<String> = Vec::new();
        let mut rooms: Vec<u16> = Vec::new();
        for (at, step) in route.steps.iter().enumerate() {
            let new: Vec<u16> =
                containers_of(plan, step).into_iter().filter(|c| !rooms.contains(c)).collect();
            between |= at >= route.zone as usize && !new.is_empty();
            for &c in &new {
                note(&mut blocks, &plan.containers[c as usize].name, &behind);
            }
            if let Step::Call { queues } = step {
                for queue in queues.iter().map(|&q| &plan.queues[q as usize]).filter(|q| q.room != NONE16) {
                    let room = &plan.containers[queue.room as usize];
                    if !room.unlimited() {
                        note(&mut blocks, &room.name, std::slice::from_ref(&queue.name));
                    }
                }
            }
            rooms = containers_of(plan, step);
            let left = places_of(plan, step);
            if !left.is_empty() {
                behind = left;
            }
        }
    }
    (blocks, between)
}

/// A full room holds these places.
fn note(blocks: &mut Vec<(String, Vec<String>)>, room: &str, places: &[String]) {
    let at = blocks.iter().position(|b| b.0 == room).unwrap_or_else(|| {
        blocks.push((room.to_owned(), Vec::new()));
        blocks.len() - 1
    });
    for place in places {
        if !blocks[at].1.contains(place) {
            blocks[at].1.push(place.clone());
        }
    }
    if blocks[at].1.is_empty() {
        blocks.remove(at);
    }
}

/// The places one leaves when the next step is entered.
fn places_of(plan: &Plan, step: &Step) -> Vec<String> {
    match step {
        Step::Call { .. } => Vec::new(),
        Step::Road { container, .. } => vec![plan.containers[*container as usize].name.clone()],
        Step::Stage { station, .. } => {
            let station = &plan.stations[*station as usize];
            if station.only_sent { Vec::new() } else { vec![station.name.clone()] }
        }
        Step::Fork { spot, .. } => vec![plan.spots[*spot as usize].name.clone()],
        Step::Strip { strips } => strips.iter().map(|&s| plan.strips[s as usize].name.clone()).collect(),
    }
}
