//! What makes a post a post: stages and their tables, lanes and their booths, places aside; paths between them.

use serde_json::{Value, json};

use super::diagnostics::{Span, suggestion};
use super::forms::{Live, Tables, Text};
use super::numbers::{Extent, HowMany};
use super::post::{Size, Step};
use super::read::{Flat, Form, Reader};
use super::roster::{is_never_open, most};
use super::schema::{self, Defs, Properties};
use super::stage::{Aside, BoothGroup, Lane, Stage};
use super::tree::{Entry, Kind, Node};

// ---- stages of a post

/// `stages = ["border_guard", ["customs", "sps"]]`.
#[derive(Debug)]
pub(crate) struct StageList;

impl Form for StageList {
    type Out = Vec<Step>;
    fn read<'d>(node: &'d Node, cx: &mut Reader<'d>) -> Vec<Step> {
        const HELP: &str = "write their names in order, e.g. [\"border_guard\", \"customs\"]";
        let Kind::List(elements) = &node.kind else {
            cx.wrong_kind(node, "a list of stages", HELP);
            return Vec::new();
        };
        if elements.is_empty() {
            cx.error(node.span, "no stage", "nobody would be checked", HELP);
        }
        let mut names: Vec<String> = Vec::new();
        let mut step = |node: &'d Node, cx: &mut Reader<'d>| {
            let name = Text::read(node, cx);
            if names.contains(&name) && !name.is_empty() {
                cx.error(
                    node.span,
                    &format!("stage `{name}` is listed twice"),
                    "the second time",
                    "remove one",
                );
            }
            names.push(name.clone());
            name
        };
        let steps = elements.iter().map(|element| match &element.kind {
            Kind::List(inner) => Step::SideBySide(inner.iter().map(|node| step(node, cx)).collect()),
            _ => Step::One(step(element, cx)),
        });
        steps.collect()
    }
    fn stand_in() -> Vec<Step> {
        Vec::new()
    }
    fn schema(_: &mut Defs) -> Value {
        let one = schema::text();
        json!({ "type": "array", "items": schema::one_or_more(one), "minItems": 1 })
    }
}

/// The names of a list of stages, with the values that say them.
fn listed(post: &Node) -> Vec<(&str, &Node)> {
    let mut out = Vec::new();
    for element in post.get("stages").map(Node::elements).unwrap_or_default() {
        match &element.kind {
            Kind::List(inner) => out.extend(inner.iter().filter_map(|node| Some((node.text()?, node)))),
            _ => out.extend(element.text().map(|text| (text, element))),
        }
    }
    out
}

/// Paths that some policy's `stops` names.
fn stops(root: &Node) -> Vec<&str> {
    let policies = root.get("policy").map(Node::entries).unwrap_or_default();
    let stops = policies.iter().filter_map(|policy| policy.node.get("stops"));
    stops
        .flat_map(|node| match &node.kind {
            Kind::List(elements) => elements.iter().filter_map(Node::text).collect::<Vec<_>>(),
            _ => node.text().into_iter().collect(),
        })
        .collect()
}

/// The tables of the stages of a post.
#[derive(Debug)]
pub(crate) struct StageTables;

impl Flat for StageTables {
    type Out = Vec<Stage>;
    const OPEN: bool = true;
    fn keys(_: &mut Vec<&'static str>) {}
    fn read_flat<'d>(node: &'d Node, cx: &mut Reader<'d>) -> Vec<Stage> {
        let names = listed(node);
        let path = cx.path();
        let stops = stops(cx.root);
        let unclaimed = cx.unclaimed(node);
        for (name, at) in &names {
            if !unclaimed.iter().any(|entry| entry.name == *name) {
                missing_stage(name, at, &unclaimed, cx);
            }
        }
        let mut out = Vec::new();
        for entry in unclaimed {
            let is_listed = names.iter().any(|(name, _)| *name == entry.name);
            let is_stop = stops.iter().any(|stop| *stop == format!("{path}.{}", entry.name));
            if is_listed || is_stop {
                super::forms::check_name(&entry.name, entry.at, cx);
                out.push(cx.under(&entry.name, |cx| Stage::read(&entry.node, cx)));
            } else {
                stray(entry, &names, cx);
            }
        }
        out
    }
    fn stand_in_flat() -> Vec<Stage> {
        Vec::new()
    }
    fn properties(defs: &mut Defs, out: &mut Properties) {
        out.others(Stage::schema(defs));
    }
}

fn missing_stage(name: &str, at: &Node, tables: &[&Entry], cx: &mut Reader<'_>) {
    let known: Vec<&str> = tables.iter().map(|entry| entry.name.as_str()).collect();
    let path = cx.path();
    let help = match super::diagnostics::nearest(name, known.iter().copied()) {
        Some(near) => format!("did you mean `{near}`?"),
        None => format!("add a table [{path}.{name}], or take it out of the list"),
    };
    cx.error(at.span, &format!("stage `{name}` has no table"), "listed here", &help);
}

fn stray(entry: &Entry, names: &[(&str, &Node)], cx: &mut Reader<'_>) {
    if !entry.node.is_table() {
        let known = cx.known();
        cx.unknown_key(&entry.name, entry.at, &known);
        return;
    }
    let mut known: Vec<&str> = names.iter().map(|(name, _)| *name).collect();
    known.extend(cx.known());
    let help = match super::diagnostics::nearest(&entry.name, known.iter().copied()) {
        Some(near) => format!("did you mean `{near}`?"),
        None => format!("add \"{}\" to `stages`, where it stands in the order", entry.name),
    };
    cx.error(
        entry.at,
        &format!("stage `{}` is not listed in `stages`", entry.name),
        "nobody would pass it",
        &help,
    );
}

// ---- lanes and booths

/// The lanes of a stage: tables, or the one lane that the stage's own keys describe.
#[derive(Debug)]
pub(crate) struct LaneKeys;

const LANE_KEYS: [&str; 8] =
    ["booths", "bays", "booths_max", "reason", "length", "drive", "moves_up", "open"];

impl Flat for LaneKeys {
    type Out = Vec<Lane>;
    fn keys(out: &mut Vec<&'static str>) {
        out.push("lanes");
        out.extend(LANE_KEYS);
    }
    fn read_flat<'d>(node: &'d Node, cx: &mut Reader<'d>) -> Vec<Lane> {
        let Some(lanes) = node.get("lanes") else {
            if !node.is_table() {
                return Vec::new();
            }
            let lane = <Lane as Flat>::read_flat(node, cx);
            return vec![Lane { name: String::new(), serves: None, open: Vec::new(), ..lane }];
        };
        for entry in LANE_KEYS.iter().filter_map(|key| node.entry(key)) {
            let help = format!("write lanes.<name>.{} = …", entry.name);
            let what = format!("`{}` belongs to a lane", entry.name);
            cx.error(entry.at, &what, "this stage has `lanes`", &help);
        }
        let lanes_read = cx.under("lanes", |cx| Tables::<Lane>::read(lanes, cx));
        if lanes_read.is_empty() {
            cx.error(
                lanes.span,
                "no lane",
                "a lane belongs here",
                "lanes.all = { booths = 2, length = \"100 m\" }",
            );
        }
        lanes_read
    }
    fn stand_in_flat() -> Vec<Lane> {
        Vec::new()
    }
    fn properties(defs: &mut Defs, out: &mut Properties) {
        let lanes = Tables::<Lane>::schema(defs);
        out.add_schema(
            "lanes",
            "Lanes by name; the first that serves a traveller and has the shortest line.",
            lanes,
        );
        let mut own = Properties::default();
        <Lane as Flat>::properties(defs, &mut own);
        out.take(own, &LANE_KEYS);
    }
}

/// `booths = 4`, `bays = 4`, or `booths.<name> = …`.
#[derive(Debug)]
pub(crate) struct BoothKeys;

impl Flat for BoothKeys {
    type Out = Vec<BoothGroup>;
    fn keys(out: &mut Vec<&'static str>) {
        out.extend(["booths", "bays", "booths_max", "reason"]);
    }
    fn read_flat<'d>(node: &'d Node, cx: &mut Reader<'d>) -> Vec<BoothGroup> {
        if let (Some(_), Some(second)) = (node.get("booths"), node.entry("bays")) {
            cx.error(second.at, "has `booths` and `bays`", "they are the same places", "keep one of them");
        }
        if let Some(reason) = node.get("reason") {
            cx.under("reason", |cx| Text::read(reason, cx));
        }
        let max = node.get("booths_max").map(|max| cx.under("booths_max", |cx| HowMany::read(max, cx)));
        let Some(entry) = node.entry("booths").or_else(|| node.entry("bays")) else {
            cx.missing(
                node,
                "booths",
                "how many serve at the same time, e.g. booths = 4 (or bays = 4, off the lane)",
            );
            return Vec::new();
        };
        cx.under(&entry.name, |cx| {
            if entry.node.is_table() && entry.node.get("is").is_none() {
                return Tables::<BoothGroup>::read(&entry.node, cx);
            }
            let count = Live::<HowMany>::read(&entry.node, cx);
            vec![BoothGroup {
                name: String::new(),
                serves: None,
                count,
                max: max.unwrap_or(0).max(count).max(most_set(cx)),
                open: Vec::new(),
                span: entry.node.span,
            }]
        })
    }
    fn stand_in_flat() -> Vec<BoothGroup> {
        Vec::new()
    }
    fn properties(defs: &mut Defs, out: &mut Properties) {
        let number = Live::<HowMany>::schema(defs);
        let groups = Tables::<BoothGroup>::schema(defs);
        let booths = json!({ "anyOf": [number, groups], "x-live": true });
        out.add_schema("booths", "How many booths: a number, or groups `booths.<name>` in one line.", booths);
        out.add::<Live<HowMany>>(defs, "bays", "How many bays, off the lane: instead of `booths`.", false);
        out.add::<HowMany>(
            defs,
            "booths_max",
            "How many a run may open at most. Default: as many as there are.",
            false,
        );
        out.add::<Text>(defs, "reason", "Why there are none: needed for `booths = 0`.", false);
    }
}

/// The most that interventions set the value at this path to.
fn most_set(cx: &Reader<'_>) -> u32 {
    let path = cx.path();
    let interventions = cx.root.get("intervention").map(Node::elements).unwrap_or_default();
    let set = interventions.iter().filter_map(|intervention| intervention.get("set")?.get(&path));
    let number = |node: &Node| match node.kind {
        Kind::Whole(number) => u32::try_from(number).ok(),
        _ => None,
    };
    set.filter_map(number).max().unwrap_or(0)
}

/// The last step of a lane: its roster is that of its booths; there must be a booth.
pub(crate) fn finish_lane<'d>(lane: &mut Lane, node: &'d Node, cx: &mut Reader<'d>) {
    let open = lane.open.clone();
    let plain = lane.booths.len() == 1 && lane.booths[0].name.is_empty();
    if plain {
        lane.booths[0].open = open;
    }
    for group in &lane.booths {
        let roster = if plain { node.get("open").map(|open| open.span) } else { None };
        check_group(group, roster, node.get("reason").is_some(), cx);
    }
}

/// The last step of a named group of booths.
pub(crate) fn finish_group(group: &mut BoothGroup, _: &Node, cx: &mut Reader<'_>) {
    let set = cx.under("count", |cx| most_set(cx));
    group.max = group.max.max(group.count).max(set);
}

fn check_group(group: &BoothGroup, roster: Option<Span>, reason: bool, cx: &mut Reader<'_>) {
    let roster = roster.unwrap_or(group.span);
    if cx.diags.has_error_at(group.span) {
        return;
    }
    let help =
        "add reason = \"…\", booths_max for an intervention to open some, or take the stage out of `stages`";
    if group.max == 0 && !reason {
        cx.error(group.span, "no booth", "nobody could ever pass", help);
    } else if is_never_open(&group.open) && !reason {
        cx.error(roster, "no booth is ever open", "its roster has no line with a booth", help);
    } else if most(&group.open) > group.max {
        let label = format!("its roster opens {}, there are {}", most(&group.open), group.max);
        cx.error(roster, "more booths open than there are", &label, "add booths, or open fewer");
    }
}

/// `length` of a lane.
#[derive(Debug)]
pub(crate) struct LaneLength;

impl Flat for LaneLength {
    type Out = Size;
    fn keys(out: &mut Vec<&'static str>) {
        out.push("length");
    }
    fn read_flat<'d>(node: &'d Node, cx: &mut Reader<'d>) -> Size {
        if let Some(length) = node.get("length") {
            return cx.under("length", |cx| Extent::read(length, cx));
        }
        if cx.name_at(3) == "lanes" {
            cx.missing(
                node,
                "length",
                "every lane states how much fits: \"100 m\", \"8 trucks\" or \"unlimited\"",
            );
        }
        Size::Unlimited
    }
    fn stand_in_flat() -> Size {
        Size::Unlimited
    }
    fn properties(defs: &mut Defs, out: &mut Properties) {
        out.add::<Extent>(defs, "length", "", false);
    }
}

/// Whether a lane has a length of its own.
#[derive(Debug)]
pub(crate) struct HasLength;

impl Flat for HasLength {
    type Out = bool;
    fn keys(_: &mut Vec<&'static str>) {}
    fn read_flat<'d>(node: &'d Node, _: &mut Reader<'d>) -> bool {
        node.get("length").is_some()
    }
    fn stand_in_flat() -> bool {
        false
    }
    fn properties(_: &mut Defs, _: &mut Properties) {}
}

// ---- places aside

/// The names that `refer` sends to, with the values that say them.
fn referred(stage: &Node) -> Vec<(&str, &Node)> {
    let Some(refer) = stage.get("refer") else { return Vec::new() };
    let tables: Vec<&Node> = match &refer.kind {
        Kind::List(elements) => elements.iter().collect(),
        _ => vec![refer],
    };
    tables.into_iter().filter_map(|table| table.get("to")).filter_map(|to| Some((to.text()?, to))).collect()
}

/// The tables that `refer` names.
#[derive(Debug)]
pub(crate) struct AsideTables;

impl Flat for AsideTables {
    type Out = Vec<Aside>;
    const OPEN: bool = true;
    fn keys(_: &mut Vec<&'static str>) {}
    fn read_flat<'d>(node: &'d Node, cx: &mut Reader<'d>) -> Vec<Aside> {
        let names = referred(node);
        let unclaimed = cx.unclaimed(node);
        for (name, at) in &names {
            if !unclaimed.iter().any(|entry| entry.name == *name) {
                let known: Vec<&str> = unclaimed.iter().map(|entry| entry.name.as_str()).collect();
                let help = match super::diagnostics::nearest(name, known.iter().copied()) {
                    Some(near) => format!("did you mean `{near}`?"),
                    None => format!("add {name} = {{ rooms = 2, lasts = {{ exponential = \"25 min\" }} }}"),
                };
                cx.error(at.span, &format!("`{name}` has no table in this stage"), "sent where?", &help);
            }
        }
        let mut out = Vec::new();
        for entry in unclaimed {
            if names.iter().any(|(name, _)| *name == entry.name) {
                out.push(cx.under(&entry.name, |cx| Aside::read(&entry.node, cx)));
            } else {
                let mut known: Vec<&str> = cx.known();
                known.extend(names.iter().map(|(name, _)| *name));
                cx.unknown_key(&entry.name, entry.at, &known);
            }
        }
        out
    }
    fn stand_in_flat() -> Vec<Aside> {
        Vec::new()
    }
    fn properties(defs: &mut Defs, out: &mut Properties) {
        out.others(Aside::schema(defs));
    }
}

/// `rooms` or `bays` of a place aside.
#[derive(Debug)]
pub(crate) struct RoomKeys;

impl Flat for RoomKeys {
    type Out = u32;
    fn keys(out: &mut Vec<&'static str>) {
        out.extend(["rooms", "bays"]);
    }
    fn read_flat<'d>(node: &'d Node, cx: &mut Reader<'d>) -> u32 {
        let Some(entry) = node.entry("rooms").or_else(|| node.entry("bays")) else {
            cx.missing(node, "rooms", "how many at the same time, e.g. rooms = 2 (or bays = 2)");
            return 1;
        };
        let rooms = cx.under(&entry.name, |cx| HowMany::read(&entry.node, cx));
        if rooms == 0 {
            cx.error(entry.node.span, "no room aside", "nobody could ever return", "write at least 1");
        }
        rooms
    }
    fn stand_in_flat() -> u32 {
        1
    }
    fn properties(defs: &mut Defs, out: &mut Properties) {
        out.add::<HowMany>(defs, "rooms", "How many at the same time.", false);
        out.add::<HowMany>(defs, "bays", "How many at the same time (vehicles).", false);
    }
}

// ---- paths

/// What a path must lead to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Goal {
    /// `UA.exit`.
    Post,
    /// `UA.exit.customs`.
    Stage,
    /// Either.
    PostOrStage,
}

/// Checks a path to a post or a stage.
pub(crate) fn check_path(path: &str, goal: Goal, at: Span, cx: &mut Reader<'_>) {
    let parts: Vec<&str> = path.split('.').collect();
    let depth_fits = match goal {
        Goal::Post => parts.len() == 2,
        Goal::Stage => parts.len() == 3,
        Goal::PostOrStage => parts.len() == 2 || parts.len() == 3,
    };
    let example = if goal == Goal::Post { "\"UA.exit\"" } else { "\"PL.entry.customs\"" };
    if !depth_fits {
        let help = format!("write side, post and stage, as in {example}");
        cx.error(at, &format!("`{path}` is not a path"), "cannot be found", &help);
        return;
    }
    let mut node = cx.root;
    let mut sofar = String::new();
    for (depth, part) in parts.iter().enumerate() {
        let known: Vec<&str> = match depth {
            0 => cx.sides.iter().map(String::as_str).collect(),
            1 => vec!["exit", "entry"],
            _ => node.entries().iter().filter(|e| e.node.is_table()).map(|e| e.name.as_str()).collect(),
        };
        let found = if known.contains(part) { node.get(part) } else { None };
        let Some(next) = found else {
            let place = if sofar.is_empty() { "the file".to_owned() } else { format!("[{sofar}]") };
            let help = suggestion(part, &known);
            cx.error(at, &format!("`{path}` leads nowhere"), &format!("no `{part}` in {place}"), &help);
            return;
        };
        if depth > 0 {
            sofar.push('.');
        }
        sofar.push_str(part);
        node = next;
    }
}

/// A path to a stage.
#[derive(Debug)]
pub(crate) struct StagePath;

/// A path to a post.
#[derive(Debug)]
pub(crate) struct PostPath;

macro_rules! path_form {
    ($Name:ident, $goal:expr) => {
        impl Form for $Name {
            type Out = String;
            fn read<'d>(node: &'d Node, cx: &mut Reader<'d>) -> String {
                let text = Text::read(node, cx);
                if !text.is_empty() {
                    check_path(&text, $goal, node.span, cx);
                }
                text
            }
            fn stand_in() -> String {
                String::new()
            }
            fn schema(_: &mut Defs) -> Value {
                schema::text()
            }
        }
    };
}

path_form!(StagePath, Goal::Stage);
path_form!(PostPath, Goal::Post);

/// Where one goes: a stage of this post, a path, `"back to UA"`, `"out"`.
#[derive(Debug)]
pub(crate) struct Target;

impl Form for Target {
    type Out = String;
    fn read<'d>(node: &'d Node, cx: &mut Reader<'d>) -> String {
        let text = Text::read(node, cx);
        if text.is_empty() || text == "out" {
            return text;
        }
        if let Some(code) = text.strip_prefix("back to ") {
            super::sides::side_of(code.trim(), node, cx);
            return text;
        }
        if text.contains('.') {
            check_path(&text, Goal::Stage, node.span, cx);
            return text;
        }
        let post = cx.root.get(cx.name_at(0)).and_then(|side| side.get(cx.name_at(1)));
        let mut known: Vec<&str> =
            post.map(listed).unwrap_or_default().iter().map(|(name, _)| *name).collect();
        if !known.contains(&text.as_str()) {
            known.push("out");
            let help = format!("{}; or a path, or \"back to UA\"", suggestion(&text, &known));
            cx.error(node.span, &format!("`{text}` is no place to go"), "not a stage of this post", &help);
        }
        text
    }
    fn stand_in() -> String {
        "out".to_owned()
    }
    fn schema(_: &mut Defs) -> Value {
        schema::text()
    }
}
