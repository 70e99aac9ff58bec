//! `turns.<queue>`: in which order the bookings of a queue are called, where it is not first come, first served.

use serde_json::{Value, json};

use crate::scenario::Span;
use crate::scenario::declare::words;
use crate::scenario::forms::Flag;
use crate::scenario::numbers::Between;
use crate::scenario::read::{Form, Reader};
use crate::scenario::schema::{self, Defs, Properties};
use crate::scenario::selector::Selector;
use crate::scenario::tree::{Entry, Hop};

words! {
    /// What becomes of a turn for which nobody waits.
    pub enum Unused {
        /// The next turn for which somebody waits is taken instead.
        NextInTurn = "next in turn",
        /// Nobody is called: the place stays empty for one headway.
        Lost = "lost",
    }
}

/// A cycle of turns: of each round so many calls go to each kind of booking, in this order.
#[derive(Debug, Clone, PartialEq)]
pub struct Turns {
    /// Who has how many turns in a round; a booking belongs to the first that fits.
    pub weights: Vec<(Selector, u32)>,
    /// What becomes of a turn for which nobody waits.
    pub unused: Unused,
    /// Whether whoever has turns of its own is also called in the last turns (the ordinary ones), in order of booking.
    pub falls_back: bool,
    /// Where it stands in the file.
    pub span: Span,
}

/// The keys of a cycle that are not selectors.
const OWN_KEYS: [&str; 3] = ["unused", "falls_back", "source"];
const HELP: &str = "e.g. { \"perishable\" = 1, \"trusted\" = 1, \"truck\" = 5, unused = \"next in turn\" }";

impl Form for Turns {
    type Out = Self;
    fn read<'d>(node: &'d crate::scenario::tree::Node, cx: &mut Reader<'d>) -> Self {
        let mut turns = Self { span: node.span, ..Self::stand_in() };
        if !cx.enter(node, vec!["unused", "falls_back"], true) {
            return turns;
        }
        if let Some(unused) = node.get("unused") {
            turns.unused = cx.under("unused", |cx| Unused::read(unused, cx));
        }
        if let Some(falls_back) = node.get("falls_back") {
            turns.falls_back = cx.under("falls_back", |cx| Flag::read(falls_back, cx));
        }
        let selectors = node.entries().iter().filter(|entry| !OWN_KEYS.contains(&entry.name.as_str()));
        turns.weights = selectors.map(|entry| weight(entry, cx)).collect();
        if turns.weights.is_empty() {
            cx.error(node.span, "nobody has a turn", "selectors with their weights belong here", HELP);
        }
        cx.leave();
        turns
    }
    fn stand_in() -> Self {
        Self { weights: Vec::new(), unused: Unused::NextInTurn, falls_back: false, span: Span::default() }
    }
    fn schema(defs: &mut Defs) -> Value {
        let mut out = Properties::default();
        out.add::<Unused>(
            defs,
            "unused",
            "What becomes of a turn for which nobody waits. Default \"next in turn\".",
            false,
        );
        out.add::<Flag>(
            defs,
            "falls_back",
            "Whether whoever has turns of its own is also called in the last (ordinary) turns, in order of booking. Default false.",
            false,
        );
        out.others(schema::quantity(json!({ "type": "integer", "minimum": 1, "maximum": 1000 })));
        out.object(true)
    }
}

/// `"perishable trusted" = 1`.
fn weight<'d>(entry: &'d Entry, cx: &mut Reader<'d>) -> (Selector, u32) {
    let selector = Selector::of_key(&entry.name, entry.at, cx);
    let quoted = format!("\"{}\"", entry.name);
    let weight = cx.named(&quoted, |cx| {
        cx.deeper(Hop::Key(entry.name.clone()), |cx| Between::<1, 1000>::read(&entry.node, cx))
    });
    (selector, weight)
}
