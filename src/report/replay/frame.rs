//! What a page knows beside the film's bytes: the layout, names, legends, marks, clocks, words.

use serde_json::{Map, Value, json};

use super::{Replay, milli};
use crate::crossing::Plan;
use crate::crossing::ledger::KINDS;
use crate::crossing::plan::Unit;
use crate::kernel::time::{HOUR, Tick};
use crate::report::messages::Messages;
use crate::report::words::duration;
use crate::scene::layout::{Place, Stretch};
use crate::scene::{
    About, Bookmark, ColourBy, KEYS, MOVE, Manner, Mark, MarkKind, Meaning, PACE_EVERY, SPEEDS, Swatch, Tint,
};
use crate::trace::split_what;

/// A page opens where most wait.
fn opens(timeline: &crate::scene::Timeline) -> Tick {
    let longest = timeline.bookmarks.iter().find(|b| b.1 == Bookmark::LongestQueue);
    longest.map_or(timeline.from, |b| b.0)
}

/// All of it.
pub(super) fn frame(replay: &Replay<'_>, messages: &Messages, travellers: usize) -> Value {
    let (plan, film, timeline) = (&replay.case.plan, replay.film, replay.timeline);
    let sides = &plan.sides;
    json!({
        "title": plan.name,
        "question": replay.case.scenario().question,
        "sides": sides,
        "from": milli(timeline.from),
        "to": milli(timeline.to),
        "move": milli(MOVE),
        "travellers": travellers,
        "footer": footer(replay, messages),
        "directions": plan.routes.iter().take(2).map(|r| json!({
            "name": r.name,
            "words": messages.text("direction", &[("from", &sides[r.from]), ("to", &sides[1 - r.from])]),
        })).collect::<Vec<_>>(),
        "clocks": [clock(replay, 0), clock(replay, 1)],
        "dated": matches!(replay.case.scenario().run.start, crate::scenario::When::Date { .. }),
        "waited": (0..2).map(|side| film.hours.waited(side, timeline.from) as f64 / 1_000.0).collect::<Vec<_>>(),
        "layout": layout(replay, messages),
        "tracks": tracks(replay),
        "booths": plan.booths,
        "whats": whats(plan, replay, messages),
        "containers": plan.containers.iter().map(|c| place_words(&c.name)).collect::<Vec<_>>(),
        "kinds": kinds(replay, messages),
        "attributes": film.kinds.attributes,
        "legends": legends(replay, messages),
        "boards": boards(plan, messages),
        "outages": film.outages.iter().map(|&(o, from, to)| {
            let stages = &film.stages_of_outage[o as usize];
            json!([plan.outages[o as usize].what, milli(from), milli(to.min(film.end)), stages])
        }).collect::<Vec<_>>(),
        "marks": timeline.marks.iter().map(|m| mark(plan, m, messages)).collect::<Vec<_>>(),
        "bookmarks": timeline.bookmarks.iter().map(|b| bookmark(*b, messages)).collect::<Vec<_>>(),
        "opens": milli(opens(timeline)),
        "pace": timeline.pace,
        "paceEvery": milli(PACE_EVERY),
        "speeds": SPEEDS,
        "keys": KEYS.iter().map(|(key, command)| {
            json!([key.name, key.shift, command.name(), messages.text(command.name(), &[])])
        }).collect::<Vec<_>>(),
        "hoursLabel": hours_label(replay, messages),
        "messages": templates(messages),
    })
}

fn templates(messages: &Messages) -> Value {
    let all = messages.names().iter().map(|name| (name.clone(), Value::from(messages.template(name))));
    Value::Object(all.collect::<Map<_, _>>())
}

/// What stands under every picture.
fn footer(replay: &Replay<'_>, messages: &Messages) -> Value {
    let plan = &replay.case.plan;
    let (seed, replication) = (replay.trace.seed.to_string(), replay.trace.replication.to_string());
    let length = duration((plan.window - plan.warmup) as f64 / 1e6);
    let among = match replay.standing {
        None => messages.text("one-run", &[]),
        Some(standing) => {
            let (n, percent) = (standing.runs.to_string(), standing.worse_than.to_string());
            let values = [
                ("n", n.as_str()),
                ("length", &length),
                ("headline", &standing.headline),
                ("value", &standing.value),
                ("percent", &percent),
            ];
            messages.text("one-of-runs", &values)
        }
    };
    let next = (replay.trace.replication + 1).to_string();
    json!({
        "what": [messages.text("schematic", &[]), messages.text("model-result", &[]), among],
        "run": messages.text("seed-replication", &[("seed", &seed), ("replication", &replication)]),
        "other": messages.text("other-week", &[("file", &replay.case.label), ("next", &next)]),
    })
}

/// "truck-hours" where there is one class, vehicles otherwise.
fn hours_label(replay: &Replay<'_>, messages: &Messages) -> String {
    match replay.film.kinds.classes.as_slice() {
        [class] => messages.text("truck-hours", &[("class", class)]),
        _ => messages.text("vehicle-hours", &[]),
    }
}

/// A side's clock: from each of these milliseconds on, so many milliseconds since 1970 as it shows them.
fn clock(replay: &Replay<'_>, side: usize) -> Value {
    let clock = &replay.case.clock;
    let shows = |at: Tick| {
        let local =
            clock.local(side, at).to_zoned(jiff::tz::TimeZone::UTC).map(|z| z.timestamp().as_millisecond());
        local.unwrap_or(0)
    };
    let mut segments: Vec<(Tick, i64)> = Vec::new();
    let (from, to) = (replay.timeline.from, replay.timeline.to);
    let steps = (to - from).div_ceil(HOUR);
    for at in (0..=steps).map(|k| from + k * HOUR) {
        let ahead = shows(at) - (at / 1_000) as i64;
        if segments.last().is_none_or(|s| s.1 != ahead) {
            segments.push((at, ahead));
        }
    }
    json!(segments.iter().map(|s| json!([milli(s.0), s.1])).collect::<Vec<_>>())
}

fn layout(replay: &Replay<'_>, messages: &Messages) -> Value {
    let (plan, layout) = (&replay.case.plan, &replay.film.layout);
    let stretch = |s: &Stretch| json!([s.from, s.to]);
    let unlimited = |c: u16| plan.containers.get(c as usize).is_none_or(|c| c.unlimited());
    let places = |c: u16| {
        let container = plan.containers.get(c as usize)?;
        (!container.unlimited() && container.unit != Unit::Millimetres).then_some(container.size)
    };
    json!({
        "span": layout.posts_span(),
        "bands": layout.bands.map(|b| [b.top, b.bottom]),
        "row": crate::scene::layout::ROW,
        "vehicle": layout.vehicle,
        "person": layout.person,
        "roads": layout.roads.iter().map(|r| json!({
            "x": stretch(&r.stretch), "y": r.y, "side": r.side, "goesOn": r.goes_on, "spot": r.spot,
        })).collect::<Vec<_>>(),
        "posts": layout.posts.iter().map(|p| json!({
            "name": post_name(plan, p, messages), "side": p.side, "x": stretch(&p.stretch), "places": places(p.room),
            "stages": [p.stages.start, p.stages.end],
            "called": plan.queues.iter().filter(|q| q.room == p.room).map(|q| q.way_spot).collect::<Vec<_>>(),
            "limited": !unlimited(p.room),
        })).collect::<Vec<_>>(),
        "stages": layout.stages.iter().map(|s| {
            let station = &plan.stations[s.station as usize];
            json!({
                "path": station.name, "name": last_word(&station.name), "side": station.side,
                "line": stretch(&s.line), "booths": stretch(&s.booths), "top": s.top, "rows": s.rows,
                "persons": s.persons, "single": s.single_file, "beside": [s.beside.0, s.beside.1], "apart": s.apart,
                "lineSpot": station.line_spot, "boothSpot": station.booth_spot,
                "first": station.booths.start, "last": station.booths.end,
                "agencies": station.owners.iter().filter_map(|&o| plan.owners.get(o as usize)).map(|o| &o.name).collect::<Vec<_>>(),
            })
        }).collect::<Vec<_>>(),
        "strips": layout.strips.iter().map(|s| {
            let strip = &plan.strips[s.strip as usize];
            json!({
                "name": strip.name.split('.').nth(1).unwrap_or(&strip.name).replace('_', " "),
                "x": stretch(&s.stretch), "y": s.y, "files": s.files, "spot": s.spot, "size": places(strip.container),
            })
        }).collect::<Vec<_>>(),
        "joins": layout.joins.iter().map(|j| json!({
            "x": stretch(&j.stretch), "top": j.top, "rows": j.rows, "spot": j.spot,
        })).collect::<Vec<_>>(),
    })
}

fn post_name(plan: &Plan, post: &crate::scene::layout::PostPlace, messages: &Messages) -> String {
    let id = if post.name.ends_with("entry") { "entry-control" } else { "exit-control" };
    messages.text(id, &[("side", &plan.sides[post.side])])
}

/// The last part of a path, for people.
fn last_word(path: &str) -> String {
    path.rsplit('.').next().unwrap_or(path).replace('_', " ")
}

/// A path for people: "UA exit customs".
fn place_words(path: &str) -> String {
    path.replace(['.', '_'], " ")
}

fn tracks(replay: &Replay<'_>) -> Value {
    let plan = &replay.case.plan;
    let track = |t: &crate::scene::Track| {
        let manner = match t.manner {
            Manner::Queue => 0,
            Manner::Strip => 1,
            Manner::Slot => 2,
            Manner::Unseen => 3,
        };
        let (kind, index) = match t.place {
            Place::Board => (0, 0),
            Place::Road(k) => (1, k),
            Place::Line(k) => (2, k),
            Place::Booths(k) => (3, k),
            Place::Strip(k) => (4, k),
            Place::Join(k) => (5, k),
            Place::Nowhere => (6, 0),
        };
        let booth = if t.booth == u32::MAX { -1 } else { i64::from(t.booth) };
        let way = t.kind == crate::crossing::plan::SpotKind::OnTheWay;
        let grounds = [t.ground(0) as u8, t.ground(1) as u8];
        let name = place_words(&plan.spots[t.spot as usize].name);
        json!([manner, kind, index, t.spot, booth, t.end, t.y, t.heading, t.room, way, grounds, name])
    };
    json!(replay.film.tracks.iter().map(track).collect::<Vec<_>>())
}

/// By the number of what a wait is for: its cause, and its words.
fn whats(plan: &Plan, replay: &Replay<'_>, messages: &Messages) -> Value {
    let all = plan.owners.len() * KINDS.len();
    let what = |k: usize| {
        let what = crate::crossing::ledger::What(k as u16);
        let cause = replay.film.causes.of(what);
        let (_, owner) = split_what(plan, what);
        let owner = plan.owners.get(owner as usize).map_or("", |o| o.name.as_str());
        json!([cause.0, cause_words(cause, owner, messages)])
    };
    json!((0..all).map(what).collect::<Vec<_>>())
}

fn cause_words(cause: crate::scene::Cause, owner: &str, messages: &Messages) -> String {
    use crate::crossing::ledger::Kind;
    let id = match cause.kind() {
        Some(Kind::Capacity) => "cause-capacity",
        Some(Kind::Staffing) => "cause-roster",
        Some(Kind::Disruption) => "cause-outage",
        Some(Kind::Rule) => "cause-rule",
        Some(Kind::Papers) => "cause-papers",
        Some(Kind::Need) => "own-need",
        None if cause == crate::scene::Cause::UNKNOWN => "cause-unknown",
        None => "cause-own",
    };
    messages.text(id, &[("owner", owner)])
}

fn kinds(replay: &Replay<'_>, messages: &Messages) -> Value {
    let (plan, kinds) = (&replay.case.plan, &replay.film.kinds);
    let kind = |k: usize| {
        let kind = &kinds.all[k];
        let route = plan.sources.get(kind.source as usize).map_or(0, |s| s.route as usize);
        let direction = plan.routes.get(route).map_or("", |r| r.name.as_str());
        let class = kinds.classes.get(usize::from(kind.class)).map_or("", String::as_str);
        let words = kinds.words_of(k as u16).join(", ");
        json!({
            "class": class, "c": kind.class, "a": kind.attributes, "from": kind.from,
            "group": format!("{direction} {class}"),
            "words": if words.is_empty() { String::new() } else { messages.text("carries", &[("words", &words)]) },
        })
    };
    json!((0..kinds.all.len()).map(kind).collect::<Vec<_>>())
}

fn swatch(swatch: Swatch) -> Value {
    let [r, g, b] = swatch.fill;
    json!([format!("#{r:02x}{g:02x}{b:02x}"), swatch.pattern as u8])
}

/// Legends of every colouring: [name, unit, rows].
fn legends(replay: &Replay<'_>, messages: &Messages) -> Value {
    let kinds = &replay.film.kinds;
    let rows = |by: ColourBy| {
        let rows =
            kinds.legend(by).into_iter().map(|(s, m)| json!([swatch(s), meaning(replay, &m, messages)]));
        rows.collect::<Vec<_>>()
    };
    let text = |id: &str| messages.text(id, &[]);
    let mut all = vec![
        json!({ "by": "cause", "name": text("colour-cause"), "unit": text("legend-cause-unit"), "rows": rows(ColourBy::Cause) }),
        json!({ "by": "waited", "name": text("colour-waited"), "unit": text("legend-waited-unit"), "rows": rows(ColourBy::Waited),
            "steps": crate::scene::colour::WAIT_STEPS.map(milli) }),
        json!({ "by": "class", "name": text("colour-class"), "unit": text("legend-class-unit"), "rows": rows(ColourBy::Class) }),
    ];
    for (k, group) in kinds.attributes.iter().enumerate() {
        let words = group.join(" / ");
        all.push(json!({
            "by": "attribute", "group": k, "name": messages.text("colour-attribute", &[("words", &words)]),
            "unit": text("legend-attribute-unit"), "rows": rows(ColourBy::Attribute(k)),
        }));
    }
    json!(all)
}

fn meaning(replay: &Replay<'_>, meaning: &Meaning, messages: &Messages) -> String {
    let sides = &replay.case.plan.sides;
    let time = |ticks: Tick| duration(ticks as f64 / 1e6);
    match meaning {
        Meaning::Word(word) => word.clone(),
        Meaning::NoWord => messages.text("no-word", &[]),
        Meaning::Waited(Some(until)) => messages.text("under", &[("time", &time(*until))]),
        Meaning::Waited(None) => {
            let last = crate::scene::colour::WAIT_STEPS.last().copied().unwrap_or(0);
            messages.text("over", &[("time", &time(last))])
        }
        Meaning::Cause(cause) => {
            let owner = match cause.tint() {
                Tint::Side(side) => sides[side].clone(),
                Tint::Shared => messages.text("owner-shared", &[]),
                Tint::Other | Tint::Own => messages.text("owner-other", &[]),
            };
            cause_words(*cause, &owner, messages)
        }
    }
}

/// One board a side with virtual queues.
fn boards(plan: &Plan, messages: &Messages) -> Value {
    let board = |side: usize| {
        let prefix = format!("{}.", plan.sides[side]);
        let queues = plan.queues.iter().filter(|q| q.name.starts_with(&prefix));
        let rows: Vec<_> = queues.map(|q| json!([last_word(&q.name), q.spot, q.way_spot])).collect();
        json!({ "name": messages.text("virtual-queue", &[("side", &plan.sides[side])]), "rows": rows })
    };
    json!([board(0), board(1)])
}

fn mark(plan: &Plan, mark: &Mark, messages: &Messages) -> Value {
    let kind = match mark.kind {
        MarkKind::ShiftChange => "shift",
        MarkKind::Outage => "outage",
        MarkKind::SpillBack => "spill",
        MarkKind::Threshold => "number",
    };
    let words = match mark.about {
        About::Side(side) => messages.text("mark-shift", &[("side", &plan.sides[side.min(1)])]),
        About::Outage(o) => messages.text("mark-outage", &[("what", &plan.outages[o as usize].what)]),
        About::Station(s) => {
            messages.text("mark-spill", &[("place", &place_words(&plan.stations[s as usize].name))])
        }
        About::Number(side, n) => {
            let name = plan.routes.iter().find(|r| r.from == side).map_or("", |r| r.name.as_str());
            messages.text("mark-number", &[("direction", name), ("n", &n.to_string())])
        }
    };
    let side = match mark.about {
        About::Side(side) | About::Number(side, _) => Some(side),
        About::Station(s) => Some(plan.stations[s as usize].side),
        About::Outage(_) => None,
    };
    json!([milli(mark.at), milli(mark.until), kind, words, side])
}

fn bookmark((at, what): (Tick, Bookmark), messages: &Messages) -> Value {
    let id = match what {
        Bookmark::LongestQueue => "bookmark-longest",
        Bookmark::FirstSpillBack => "bookmark-spill",
        Bookmark::Outage => "bookmark-outage",
        Bookmark::Recovery => "bookmark-recovery",
    };
    json!([milli(at), messages.text(id, &[])])
}
