//! What events hit and interventions set; what a strip holds; agreed rates; what already waits.

use serde_json::{Value as Json, json};

use super::diagnostics::suggestion;
use super::events::{EventTimes, Value};
use super::forms::{Flag, Live, Text};
use super::law::{Law, LawForm};
use super::layout::{Goal, check_path};
use super::numbers::{Extent, HowMany, measured};
use super::post::Size;
use super::quantity::RATE;
use super::read::{Flat, Form, Reader};
use super::schema::{self, Defs, Properties};
use super::sets;
use super::tree::{Hop, Kind, Node};
use super::when::{Moment, When};
use super::{Begin, Span};

// ---- events

/// `agency` or `place` of an event.
#[derive(Debug)]
pub(crate) struct TargetKeys;

impl Flat for TargetKeys {
    type Out = String;
    fn keys(out: &mut Vec<&'static str>) {
        out.extend(["agency", "place"]);
    }
    fn read_flat<'d>(node: &'d Node, cx: &mut Reader<'d>) -> String {
        match (node.get("agency"), node.get("place")) {
            (Some(agency), None) => cx.under("agency", |cx| agency_target(agency, cx)),
            (None, Some(place)) => cx.under("place", |cx| place_target(place, cx)),
            (Some(_), Some(place)) => {
                let help = "keep `agency` (all its places) or `place` (one place, whoever works there)";
                cx.error(place.span, "has `agency` and `place`", "one of them belongs here", help);
                String::new()
            }
            (None, None) => {
                let doc = "what it hits: agency = \"PL customs\", or place = \"PL.entry.customs\"";
                cx.missing(node, "agency", doc);
                String::new()
            }
        }
    }
    fn stand_in_flat() -> String {
        String::new()
    }
    fn properties(_: &mut Defs, out: &mut Properties) {
        out.add_schema("agency", "The agency it hits, e.g. \"PL customs\".", schema::text());
        out.add_schema("place", "The place it hits: a post, a stage, or \"zone.<strip>\".", schema::text());
    }
}

fn agency_target<'d>(node: &'d Node, cx: &mut Reader<'d>) -> String {
    let text = Text::read(node, cx);
    let mut known = Vec::new();
    for side in cx.sides.clone() {
        if let Some(table) = cx.root.get(&side) {
            gather_agencies(table, &mut known);
        }
    }
    known.sort_unstable();
    known.dedup();
    if !text.is_empty() && !known.contains(&text.as_str()) {
        let help = suggestion(&text, &known);
        cx.error(node.span, &format!("no agency `{text}`"), "nobody in this file works for it", &help);
    }
    text
}

fn gather_agencies<'a>(node: &'a Node, out: &mut Vec<&'a str>) {
    for entry in node.entries() {
        match (&entry.node.kind, entry.name.as_str()) {
            (Kind::Text(text), "agency") => out.push(text),
            (Kind::List(list), "agency") => out.extend(list.iter().filter_map(Node::text)),
            (Kind::Table(_), _) => gather_agencies(&entry.node, out),
            _ => {}
        }
    }
}

fn place_target<'d>(node: &'d Node, cx: &mut Reader<'d>) -> String {
    let text = Text::read(node, cx);
    if let Some(name) = text.strip_prefix("zone.") {
        let strips = cx.root.get("zone").and_then(|zone| zone.get("strips")).map(Node::entries);
        let known: Vec<&str> = strips.unwrap_or_default().iter().map(|strip| strip.name.as_str()).collect();
        if !known.contains(&name) {
            let help = suggestion(name, &known);
            cx.error(node.span, &format!("no strip `{name}`"), "not in [zone]", &help);
        }
    } else if !text.is_empty() {
        check_path(&text, Goal::PostOrStage, node.span, cx);
    }
    text
}

/// `from` and `lasts`, or `every` and `lasts`.
#[derive(Debug)]
pub(crate) struct EventKeys;

impl Flat for EventKeys {
    type Out = EventTimes;
    fn keys(out: &mut Vec<&'static str>) {
        out.extend(["from", "every", "lasts"]);
    }
    fn read_flat<'d>(node: &'d Node, cx: &mut Reader<'d>) -> EventTimes {
        let lasts = match node.get("lasts") {
            Some(lasts) => cx.under("lasts", |cx| LawForm::read(lasts, cx)),
            None => {
                cx.missing(node, "lasts", "how long it lasts, e.g. \"2 h\" or { exponential = \"2 h\" }");
                Law::always(1.0)
            }
        };
        match (node.get("from"), node.get("every")) {
            (Some(from), None) => {
                EventTimes::Listed { from: cx.under("from", |cx| Moment::read(from, cx)), lasts }
            }
            (None, Some(every)) => {
                EventTimes::Random { every: cx.under("every", |cx| LawForm::read(every, cx)), lasts }
            }
            (Some(_), Some(every)) => {
                let help = "keep `from` (at a given moment) or `every` (at random)";
                cx.error(every.span, "has `from` and `every`", "one of them belongs here", help);
                EventTimes::Listed { from: When::Since(0), lasts }
            }
            (None, None) => {
                cx.missing(
                    node,
                    "from",
                    "when it begins, e.g. \"2026-07-10 13:00\"; or every = { exponential = \"10 d\" }",
                );
                EventTimes::Listed { from: When::Since(0), lasts }
            }
        }
    }
    fn stand_in_flat() -> EventTimes {
        EventTimes::Listed { from: When::Since(0), lasts: Law::always(1.0) }
    }
    fn properties(defs: &mut Defs, out: &mut Properties) {
        out.add::<Moment>(defs, "from", "When it begins.", false);
        out.add::<LawForm>(
            defs,
            "every",
            "At random: the time from the end of one to the beginning of the next, a law.",
            false,
        );
        out.add::<LawForm>(defs, "lasts", "How long it lasts: a law.", true);
    }
}

/// `"stop"`, `"slow x 0.5"`.
#[derive(Debug)]
pub(crate) struct RuleForm;

impl Form for RuleForm {
    type Out = f64;
    fn read<'d>(node: &'d Node, cx: &mut Reader<'d>) -> f64 {
        let help = "write \"stop\", or \"slow x 0.5\" for half the speed";
        let Some(text) = node.text() else {
            cx.wrong_kind(node, "a rule", help);
            return 0.0;
        };
        if text.trim() == "stop" {
            return 0.0;
        }
        let speed =
            text.trim().strip_prefix("slow").map(|rest| rest.trim().trim_start_matches(['x', '×']).trim());
        match speed.and_then(|speed| speed.parse::<f64>().ok()) {
            Some(speed) if speed > 0.0 && speed < 1.0 => speed,
            Some(_) => {
                cx.error(node.span, "not a rule", "the speed must lie between 0 and 1", help);
                0.0
            }
            None => {
                cx.error(node.span, "not a rule", "unknown words", help);
                0.0
            }
        }
    }
    fn stand_in() -> f64 {
        0.0
    }
    fn schema(_: &mut Defs) -> Json {
        schema::text_like(r"^\s*(stop|slow\s*[x×]?\s*0?\.[0-9]+)\s*$")
    }
}

// ---- interventions

/// `set = { "PL.entry.customs.booths" = 3 }`.
#[derive(Debug)]
pub(crate) struct SetTable;

impl Form for SetTable {
    type Out = Vec<(String, Value)>;
    fn read<'d>(node: &'d Node, cx: &mut Reader<'d>) -> Self::Out {
        if !cx.enter(node, vec!["source"], true) {
            return Vec::new();
        }
        let mut out = Vec::new();
        for entry in node.entries() {
            let value =
                cx.under(&entry.name, |cx| cx.quietly(|cx| set_one(&entry.name, entry.at, &entry.node, cx)));
            out.extend(value.map(|value| (entry.name.clone(), value)));
        }
        if node.entries().is_empty() {
            cx.error(node.span, "sets nothing", "a path with its value belongs here", LIVE);
        }
        cx.leave();
        out
    }
    fn stand_in() -> Self::Out {
        Vec::new()
    }
    fn schema(_: &mut Defs) -> Json {
        json!({ "type": "object", "additionalProperties": { "type": ["integer", "string"] }, "minProperties": 1 })
    }
}

const LIVE: &str = "while a run goes on these may be set: booths (and bays), the count of officers, \
                    the room of a post, the places of a strip";

fn set_one<'d>(path: &str, at: Span, value: &'d Node, cx: &mut Reader<'d>) -> Option<Value> {
    if let Err((label, help)) = sets::find(cx.root, path) {
        cx.diags.push(at, format!("`{path}` leads nowhere"), label, help);
        return None;
    }
    let parts: Vec<&str> = path.split('.').collect();
    let last = *parts.last().unwrap_or(&"");
    let is_post = parts.len() == 3 && ["exit", "entry"].contains(&parts[1]);
    let is_strip = parts.len() == 4 && parts[0] == "zone";
    match last {
        "booths" | "bays" | "count" => Some(Value::Count(HowMany::read(value, cx))),
        "room" if is_post => Some(Value::Size(Extent::read(value, cx))),
        "each_way" | "shared" | "length" if is_strip => Some(Value::Size(Extent::read(value, cx))),
        _ => {
            cx.diags.push(at, format!("`{path}` cannot be set while a run goes on"), "fixed for a run", LIVE);
            None
        }
    }
}

// ---- strips

/// `each_way`, `shared` or `length` of a strip.
#[derive(Debug)]
pub(crate) struct StripSize;

const STRIP_KEYS: [&str; 3] = ["each_way", "shared", "length"];

impl Flat for StripSize {
    type Out = Size;
    fn keys(out: &mut Vec<&'static str>) {
        out.extend(STRIP_KEYS);
    }
    fn read_flat<'d>(node: &'d Node, cx: &mut Reader<'d>) -> Size {
        let given: Vec<_> = STRIP_KEYS.iter().filter_map(|key| node.entry(key)).collect();
        match given.as_slice() {
            [one] => cx.under(&one.name, |cx| Extent::read(&one.node, cx)),
            [] => {
                let doc = "how much fits: each_way = \"20 trucks\", shared = \"20 trucks\", length = \"900 m\", or \"unlimited\"";
                cx.missing(node, "each_way", doc);
                Size::Unlimited
            }
            [first, second, ..] => {
                let label = format!("and `{}` stands there too", first.name);
                cx.error(second.at, "has two sizes", &label, "keep one of each_way, shared, length");
                Size::Unlimited
            }
        }
    }
    fn stand_in_flat() -> Size {
        Size::Unlimited
    }
    fn properties(defs: &mut Defs, out: &mut Properties) {
        out.add::<Live<Extent>>(defs, "each_way", "How much fits in each direction.", false);
        out.add::<Live<Extent>>(defs, "shared", "How much fits, both directions together.", false);
        out.add::<Live<Extent>>(defs, "length", "How long it is, each way; times `lanes`.", false);
    }
}

/// Whether both directions share a strip.
#[derive(Debug)]
pub(crate) struct StripShared;

impl Flat for StripShared {
    type Out = bool;
    fn keys(_: &mut Vec<&'static str>) {}
    fn read_flat<'d>(node: &'d Node, _: &mut Reader<'d>) -> bool {
        node.get("shared").is_some()
    }
    fn stand_in_flat() -> bool {
        false
    }
    fn properties(_: &mut Defs, _: &mut Properties) {}
}

/// Whether one may pass another on a strip.
#[derive(Debug)]
pub(crate) struct Passing;

impl Flat for Passing {
    type Out = bool;
    fn keys(out: &mut Vec<&'static str>) {
        out.push("passing");
    }
    fn read_flat<'d>(node: &'d Node, cx: &mut Reader<'d>) -> bool {
        match node.get("passing") {
            Some(passing) => cx.under("passing", |cx| Flag::read(passing, cx)),
            None => {
                matches!(node.get("lanes").map(|lanes| &lanes.kind), Some(Kind::Whole(lanes)) if *lanes > 1)
            }
        }
    }
    fn stand_in_flat() -> bool {
        false
    }
    fn properties(defs: &mut Defs, out: &mut Properties) {
        out.add::<Flag>(defs, "passing", "", false);
    }
}

// ---- agreed rates

/// `PL = "680 trucks/day"` of `[reference]`.
#[derive(Debug)]
pub(crate) struct AgreedRates;

impl Flat for AgreedRates {
    type Out = Vec<(usize, f64)>;
    const OPEN: bool = true;
    fn keys(_: &mut Vec<&'static str>) {}
    fn read_flat<'d>(node: &'d Node, cx: &mut Reader<'d>) -> Self::Out {
        let mut out = Vec::new();
        for entry in cx.unclaimed(node) {
            match cx.sides.iter().position(|side| *side == entry.name) {
                Some(side) => {
                    let rate = cx.under(&entry.name, |cx| measured(&entry.node, cx, &RATE));
                    out.extend(rate.map(|rate| (side, rate.base())));
                }
                None => {
                    let sides = cx.sides.clone();
                    let mut known: Vec<&str> = cx.known();
                    known.extend(sides.iter().map(String::as_str));
                    cx.unknown_key(&entry.name, entry.at, &known);
                }
            }
        }
        out
    }
    fn stand_in_flat() -> Self::Out {
        Vec::new()
    }
    fn properties(_: &mut Defs, out: &mut Properties) {
        out.pattern("^[A-Z]{2}$", schema::measure(&RATE));
    }
}

// ---- what already waits

/// `[begin]`: the keys are paths.
#[derive(Debug)]
pub(crate) struct BeginTables;

impl Form for BeginTables {
    type Out = Vec<Begin>;
    fn read<'d>(node: &'d Node, cx: &mut Reader<'d>) -> Vec<Begin> {
        if !cx.enter(node, Vec::new(), true) {
            return Vec::new();
        }
        let mut out = Vec::new();
        for entry in node.entries().iter().filter(|entry| entry.name != "source") {
            check_place(&entry.name, entry.at, cx);
            let quoted = format!("\"{}\"", entry.name);
            let begin = cx.named(&quoted, |cx| {
                cx.deeper(Hop::Key(entry.name.clone()), |cx| Begin::read(&entry.node, cx))
            });
            out.push(Begin { place: entry.name.clone(), ..begin });
        }
        cx.leave();
        out
    }
    fn stand_in() -> Vec<Begin> {
        Vec::new()
    }
    fn schema(defs: &mut Defs) -> Json {
        schema::named(Begin::schema(defs))
    }
}

/// `UA.equeue.loaded`, `UA.exit.road`, `UA.exit.customs`.
fn check_place(path: &str, at: Span, cx: &mut Reader<'_>) {
    let parts: Vec<&str> = path.split('.').collect();
    match parts[..] {
        [side, "equeue", name] if cx.sides.iter().any(|code| code == side) => {
            let queues = cx.root.get(side).and_then(|side| side.get("equeue")).and_then(|e| e.get("queues"));
            let known: Vec<&str> = queues
                .map(Node::entries)
                .unwrap_or_default()
                .iter()
                .map(|queue| queue.name.as_str())
                .collect();
            if !known.contains(&name) {
                let help = suggestion(name, &known);
                cx.error(at, &format!("`{path}` leads nowhere"), &format!("no queue `{name}`"), &help);
            }
        }
        [side, post, "road"] => check_path(&format!("{side}.{post}"), Goal::Post, at, cx),
        _ => check_path(path, Goal::Stage, at, cx),
    }
}
