//! Words that mean a side or belong to one: codes, agencies, pools of officers; `[sources]` and the version.

use serde_json::{Value, json};

use super::diagnostics::suggestion;
use super::forms::Text;
use super::post::{Side, TimeZone};
use super::read::{Flat, Form, Reader};
use super::schema::{self, Defs, Properties};
use super::tree::{Kind, Node};

/// The version of the grammar.
#[derive(Debug)]
pub(crate) struct Version;

impl Form for Version {
    type Out = u32;
    fn read<'d>(node: &'d Node, cx: &mut Reader<'d>) -> u32 {
        if node.kind != Kind::Whole(1) {
            let help = "write `kordon = 1`; a newer grammar needs a newer program";
            cx.error(node.span, "unknown version of the grammar", "this program reads version 1", help);
        }
        1
    }
    fn stand_in() -> u32 {
        1
    }
    fn schema(_: &mut Defs) -> Value {
        json!({ "type": "integer", "enum": [1] })
    }
}

/// Whether a code is two capital letters.
pub(crate) fn is_code(code: &str) -> bool {
    code.len() == 2 && code.chars().all(|c| c.is_ascii_uppercase())
}

/// `sides = ["UA", "PL"]`.
#[derive(Debug)]
pub(crate) struct SideCodes;

impl Form for SideCodes {
    type Out = [String; 2];
    fn read<'d>(node: &'d Node, cx: &mut Reader<'d>) -> [String; 2] {
        const HELP: &str = "two ISO 3166 codes in capital letters, e.g. [\"UA\", \"PL\"]";
        let [first, second] = node.elements() else {
            cx.error(node.span, "not the two sides", "exactly two belong here", HELP);
            return Self::stand_in();
        };
        let mut codes = Self::stand_in();
        for (code, node) in codes.iter_mut().zip([first, second]) {
            match node.text() {
                Some(text) if is_code(text) => text.clone_into(code),
                Some(_) => cx.error(node.span, "not a side's code", "two capital letters belong here", HELP),
                None => cx.wrong_kind(node, "a side's code", HELP),
            }
        }
        if codes[0] == codes[1] && !codes[0].is_empty() {
            cx.error(second.span, "the two sides are the same", "a border has two", HELP);
        }
        cx.sides.clone_from(&codes);
        codes
    }
    fn stand_in() -> [String; 2] {
        [String::new(), String::new()]
    }
    fn schema(_: &mut Defs) -> Value {
        let code = schema::text_like("^[A-Z]{2}$");
        json!({ "type": "array", "items": code, "minItems": 2, "maxItems": 2, "uniqueItems": true })
    }
}

/// A side, by its code; its index.
#[derive(Debug)]
pub(crate) struct SideCode;

impl Form for SideCode {
    type Out = usize;
    fn read<'d>(node: &'d Node, cx: &mut Reader<'d>) -> usize {
        let text = Text::read(node, cx);
        side_of(&text, node, cx).unwrap_or(0)
    }
    fn stand_in() -> usize {
        0
    }
    fn schema(_: &mut Defs) -> Value {
        schema::text_like("^[A-Z]{2}$")
    }
}

/// The index of a side, with an error if there is none. Silent where the sides themselves could not be read.
pub(crate) fn side_of(code: &str, node: &Node, cx: &mut Reader<'_>) -> Option<usize> {
    let found = cx.sides.iter().position(|side| side == code);
    if found.is_none() && !code.is_empty() && cx.sides.iter().all(|side| !side.is_empty()) {
        let [first, second] = cx.sides.clone();
        let help = format!("the sides are \"{first}\" and \"{second}\"");
        cx.error(node.span, &format!("`{code}` is not one of the sides"), "a side belongs here", &help);
    }
    found
}

/// An agency; its first word is the side it belongs to.
#[derive(Debug)]
pub(crate) struct Agency;

impl Form for Agency {
    type Out = String;
    fn read<'d>(node: &'d Node, cx: &mut Reader<'d>) -> String {
        let text = Text::read(node, cx);
        let first = text.split_whitespace().next().unwrap_or("").to_owned();
        let [a, b] = cx.sides.clone();
        if !first.is_empty() && !a.is_empty() && !b.is_empty() && first != a && first != b {
            // A state's agency counts for its side ("Texas DPS"), but the file must say which.
            let help =
                format!("e.g. \"{a} customs\" or \"{b} customs\": the first word says whose time it is");
            cx.error(node.span, "the agency does not say its side", "its first word is neither side", &help);
        }
        text
    }
    fn stand_in() -> String {
        String::new()
    }
    fn schema(_: &mut Defs) -> Value {
        schema::text_like("^[A-Z]{2} ")
    }
}

/// A pool of officers: `"customs"` is one of the side in whose table we are; normalised to `"UA.customs"`.
#[derive(Debug)]
pub(crate) struct Pool;

impl Form for Pool {
    type Out = String;
    fn read<'d>(node: &'d Node, cx: &mut Reader<'d>) -> String {
        let text = Text::read(node, cx);
        if text.is_empty() {
            return text;
        }
        let (side, name) = match text.split_once('.') {
            Some((side, name)) => (side.to_owned(), name.to_owned()),
            None => (cx.name_at(0).to_owned(), text),
        };
        if side_of(&side, node, cx).is_some() {
            check_pool(&side, &name, node, cx);
        }
        format!("{side}.{name}")
    }
    fn stand_in() -> String {
        String::new()
    }
    fn schema(_: &mut Defs) -> Value {
        schema::text()
    }
}

fn check_pool(side: &str, name: &str, node: &Node, cx: &mut Reader<'_>) {
    let pools = |side: &str| cx.root.get(side).and_then(|side| side.get("officers"));
    let known: Vec<&str> = pools(side)
        .map(|pools| pools.entries().iter().map(|e| e.name.as_str()).collect())
        .unwrap_or_default();
    if known.contains(&name) {
        return;
    }
    let title = format!("no pool of officers `{name}` in [{side}]");
    let help = if known.is_empty() {
        format!("add `officers.{name} = {{ count = 8 }}` to [{side}]")
    } else {
        suggestion(name, &known)
    };
    cx.error(node.span, &title, "nobody to draw on", &help);
}

/// `[sources]`.
#[derive(Debug)]
pub(crate) struct Sources;

impl Form for Sources {
    type Out = Vec<(String, String)>;
    fn read<'d>(node: &'d Node, cx: &mut Reader<'d>) -> Self::Out {
        if !cx.enter(node, vec!["source"], true) {
            return Vec::new();
        }
        let read = |entry: &'d super::tree::Entry| {
            super::forms::check_name(&entry.name, entry.at, cx);
            (entry.name.clone(), cx.under(&entry.name, |cx| Text::read(&entry.node, cx)))
        };
        let sources: Vec<_> = node.entries().iter().map(read).collect();
        cx.leave();
        cx.sources.clone_from(&sources);
        sources
    }
    fn stand_in() -> Self::Out {
        Vec::new()
    }
    fn schema(_: &mut Defs) -> Value {
        json!({ "type": "object", "additionalProperties": { "type": "string" } })
    }
}

/// The tables of the two sides.
#[derive(Debug)]
pub(crate) struct SideTables;

impl Flat for SideTables {
    type Out = [Side; 2];
    const OPEN: bool = true;
    fn keys(_: &mut Vec<&'static str>) {}
    fn read_flat<'d>(node: &'d Node, cx: &mut Reader<'d>) -> [Side; 2] {
        let codes = cx.sides.clone();
        for entry in cx.unclaimed(node) {
            if !codes.contains(&entry.name) && !codes[0].is_empty() {
                unknown_section(&entry.name, entry.at, cx);
            }
        }
        codes.map(|code| match node.get(&code).filter(|_| !code.is_empty()) {
            Some(table) => cx.under(&code, |cx| Side::read(table, cx)),
            None => Side { code, ..Side::stand_in() },
        })
    }
    fn stand_in_flat() -> [Side; 2] {
        [Side::stand_in(), Side::stand_in()]
    }
    fn properties(defs: &mut Defs, out: &mut Properties) {
        out.pattern("^[A-Z]{2}$", Side::schema(defs));
    }
}

fn unknown_section(name: &str, at: super::Span, cx: &mut Reader<'_>) {
    let [first, second] = cx.sides.clone();
    if is_code(name) {
        let title = format!("[{name}] is not one of the sides");
        cx.diags.push(at, title, "not in `sides`", format!("the sides are \"{first}\" and \"{second}\""));
        return;
    }
    let mut known: Vec<&str> = cx.known();
    known.push("extends");
    known.push(&first);
    known.push(&second);
    cx.unknown_key(name, at, &known);
}

/// A side's clock.
#[derive(Debug)]
pub(crate) struct ZoneForm;

impl Form for ZoneForm {
    type Out = TimeZone;
    fn read<'d>(node: &'d Node, cx: &mut Reader<'d>) -> TimeZone {
        let text = Text::read(node, cx);
        if text.is_empty() {
            return Self::stand_in();
        }
        if text.starts_with(['+', '-']) {
            return parse_offset(&text).map_or_else(
                || {
                    cx.error(
                        node.span,
                        "not an offset",
                        "cannot be read",
                        "write hours and minutes as \"+02:00\"",
                    );
                    Self::stand_in()
                },
                TimeZone::Offset,
            );
        }
        if jiff::tz::TimeZone::get(&text).is_ok() {
            return TimeZone::Iana(text);
        }
        let known: Vec<String> = jiff::tz::db().available().map(|name| name.as_str().to_owned()).collect();
        let same_city = |name: &&String| name.rsplit('/').next() == text.rsplit('/').next();
        let near = known.iter().find(same_city).map(String::as_str);
        let near = near.or_else(|| super::diagnostics::nearest(&text, known.iter().map(String::as_str)));
        let help = match near {
            Some(near) => format!("did you mean \"{near}\"?"),
            None => "write an IANA name, e.g. \"Europe/Kyiv\", or an offset, e.g. \"+02:00\"".to_owned(),
        };
        cx.error(node.span, "unknown time zone", "not in the time zone data base", &help);
        Self::stand_in()
    }
    fn stand_in() -> TimeZone {
        TimeZone::Offset(0)
    }
    fn schema(_: &mut Defs) -> Value {
        schema::text()
    }
}

/// `+02:00`, in seconds.
fn parse_offset(text: &str) -> Option<i32> {
    let sign = if text.starts_with('-') { -1 } else { 1 };
    let (hours, minutes) = text.get(1..)?.split_once(':').unwrap_or((text.get(1..)?, "00"));
    let (hours, minutes): (i32, i32) = (hours.parse().ok()?, minutes.parse().ok()?);
    ((0..=14).contains(&hours) && (0..60).contains(&minutes)).then_some(sign * (hours * 3600 + minutes * 60))
}
