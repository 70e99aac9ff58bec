//! Rosters as they are written (`"08:00-16:00"`, `"closed"`, lists of lines), and slots of gates.

use serde_json::{Value, json};

use super::declare::section;
use super::forms::{Fixed, List};
use super::numbers::{Duration, HowMany};
use super::officers::Shift;
use super::read::{Flat, Form, Reader};
use super::schema::{Defs, Properties};
use super::tree::{Hop, Kind, Node};
use super::when::When;
use super::{Span, Tick};

impl Shift {
    /// Never open.
    #[must_use]
    pub fn never() -> Self {
        let day = |minute| When::Daily { minute };
        Self { from: day(0), to: day(1440), level: Some(0) }
    }
}

/// Whether a roster has lines, but none with anybody there.
pub(crate) fn is_never_open(open: &[Shift]) -> bool {
    !open.is_empty() && open.iter().all(|line| line.level == Some(0))
}

/// The most that any line asks for.
pub(crate) fn most(open: &[Shift]) -> u32 {
    open.iter().filter_map(|line| line.level).max().unwrap_or(0)
}

const HELP: &str = "write \"08:00-16:00\", \"closed\", or [{ from = \"08:00\", to = \"16:00\", booths = 2 }]";

/// When something is open.
#[derive(Debug)]
pub(crate) struct Roster;

impl Form for Roster {
    type Out = Vec<Shift>;
    fn read<'d>(node: &'d Node, cx: &mut Reader<'d>) -> Vec<Shift> {
        match &node.kind {
            Kind::List(lines) if lines.is_empty() => {
                let help = "write \"closed\" for never; leave the key out for always";
                cx.error(node.span, "an empty roster", "never or always?", help);
                Vec::new()
            }
            Kind::List(lines) => {
                let line = |(index, node): (usize, &'d Node)| {
                    cx.named(&format!("[{index}]"), |cx| cx.deeper(Hop::Index(index), |cx| line(node, cx)))
                };
                lines.iter().enumerate().map(line).collect()
            }
            _ => vec![line(node, cx)],
        }
    }
    fn stand_in() -> Vec<Shift> {
        Vec::new()
    }
    fn schema(defs: &mut Defs) -> Value {
        let line = json!({ "anyOf": [{ "type": "string" }, Shift::schema(defs)] });
        super::schema::one_or_more(line)
    }
}

fn line<'d>(node: &'d Node, cx: &mut Reader<'d>) -> Shift {
    let shift = match &node.kind {
        Kind::Table(_) => Shift::read(node, cx),
        Kind::Text(text) => parse_line(text).unwrap_or_else(|label| {
            cx.error(node.span, "not opening hours", &label, HELP);
            Shift::never()
        }),
        _ => {
            cx.wrong_kind(node, "opening hours", HELP);
            Shift::never()
        }
    };
    check_line(&shift, node, cx);
    shift
}

fn parse_line(text: &str) -> Result<Shift, String> {
    if text.trim() == "closed" {
        return Ok(Shift::never());
    }
    let (from, to) = text.split_once('-').ok_or("two times with `-` between belong here")?;
    let (from, to) = (When::parse(from)?, When::parse(to)?);
    Ok(Shift { from, to, level: None })
}

fn check_line(shift: &Shift, node: &Node, cx: &mut Reader<'_>) {
    let same_kind = matches!(
        (&shift.from, &shift.to),
        (When::Daily { .. }, When::Daily { .. })
            | (When::Weekly { .. }, When::Weekly { .. })
            | (When::Date { .. }, When::Date { .. })
    );
    if cx.diags.has_error_at(node.span) {
        return;
    }
    if !same_kind {
        let help = "both as \"08:00\", both as \"Mon 08:00\", or both as dates";
        cx.error(node.span, "a line of a roster mixes its times", "`from` and `to` differ in kind", help);
    } else if shift.from == shift.to {
        let help = "for the whole day write \"00:00-24:00\"";
        cx.error(node.span, "a line of a roster covers no time", "it ends when it begins", help);
    } else if let (When::Date { date: from }, When::Date { date: to }) = (shift.from, shift.to)
        && from > to
    {
        cx.error(
            node.span,
            "a line of a roster covers no time",
            "it ends before it begins",
            "exchange the dates",
        );
    }
}

/// `booths` or `count` of a line.
#[derive(Debug)]
pub(crate) struct LevelKeys;

impl Flat for LevelKeys {
    type Out = Option<u32>;
    fn keys(out: &mut Vec<&'static str>) {
        out.extend(["booths", "count"]);
    }
    fn read_flat<'d>(node: &'d Node, cx: &mut Reader<'d>) -> Option<u32> {
        if let (Some(_), Some(second)) = (node.get("booths"), node.entry("count")) {
            cx.error(second.at, "has `booths` and `count`", "they mean the same", "keep one of them");
        }
        let entry = node.entry("booths").or_else(|| node.entry("count"))?;
        Some(cx.under(&entry.name, |cx| HowMany::read(&entry.node, cx)))
    }
    fn stand_in_flat() -> Option<u32> {
        None
    }
    fn properties(defs: &mut Defs, out: &mut Properties) {
        out.add::<HowMany>(defs, "booths", "How many booths are open. Default: all.", false);
        out.add::<HowMany>(defs, "count", "How many officers are there. Default: all.", false);
    }
}

section! {
    /// A slot of a gate.
    pub(crate) struct Slot {
        /// When it opens, since the start.
        at: Tick = need(Fixed<Duration>),
        /// How many it lets in.
        lets: u32 = need(HowMany),
    }
}

section! {
    /// Slots of a gate at equal distances.
    pub(crate) struct EverySlot {
        /// The distance.
        every: Tick = need(Duration),
        /// How many each lets in.
        lets: u32 = need(HowMany),
        /// The first, since the start. Default `"0 min"`.
        first: Tick = or(Fixed<Duration>, 0),
        /// Where it stands in the file.
        span: Span = here(),
    }
}

/// Slots of a gate.
#[derive(Debug)]
pub(crate) struct Slots;

impl Form for Slots {
    type Out = Vec<(Tick, u32)>;
    fn read<'d>(node: &'d Node, cx: &mut Reader<'d>) -> Self::Out {
        if !node.is_table() {
            let mut slots: Vec<_> =
                List::<Slot>::read(node, cx).into_iter().map(|slot| (slot.at, slot.lets)).collect();
            slots.sort_by_key(|(at, _)| *at);
            return slots;
        }
        const MOST: u64 = 1_000_000;
        let slot = EverySlot::read(node, cx);
        let number = cx.horizon.saturating_sub(slot.first).checked_div(slot.every).unwrap_or(u64::MAX);
        if number > MOST {
            let label = "more than a million slots";
            cx.error(slot.span, "too many slots", label, "write a longer `every`, e.g. \"30 min\"");
            return Vec::new();
        }
        (0..=number).map(|n| (slot.first + n * slot.every, slot.lets)).collect()
    }
    fn stand_in() -> Self::Out {
        Vec::new()
    }
    fn schema(defs: &mut Defs) -> Value {
        let slots = List::<Slot>::schema(defs);
        json!({ "anyOf": [slots, EverySlot::schema(defs)] })
    }
}
