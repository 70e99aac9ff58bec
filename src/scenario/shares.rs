//! Shares that sum to 100 %: `mix`, `party`, `batch`.

use serde_json::{Value, json};

use super::forms::check_name;
use super::inputs::How;
use super::numbers::Percent;
use super::read::{Form, Reader};
use super::schema::{self, Defs, Properties};
use super::selector::Select;
use super::traffic::{Counts, Mix};
use super::tree::{Entry, Kind, Node};

/// Reads `{ word = "70 %", … }`; the shares must sum to 100 %.
fn shares<'d>(node: &'d Node, reserved: &[&'static str], cx: &mut Reader<'d>) -> Vec<(&'d Entry, f64)> {
    let words = |entry: &&Entry| entry.name != "source" && !reserved.contains(&entry.name.as_str());
    let mut out: Vec<(&Entry, f64)> = Vec::new();
    let errors = cx.diags.errors();
    for entry in node.entries().iter().filter(words) {
        let noted = cx.noted.len();
        let share = cx.under(&entry.name, |cx| Percent::read(&entry.node, cx));
        cx.noted.iter_mut().skip(noted).for_each(|noted| noted.how = How::Part);
        out.push((entry, share));
    }
    let sum: f64 = out.iter().map(|(_, share)| share).sum();
    if cx.diags.errors() == errors && (sum - 1.0).abs() > 1e-4 {
        let percent = (sum * 1e4).round() / 1e2;
        let help = if sum < 1.0 {
            format!("add the rest, e.g. none = \"{} %\"", ((1.0 - sum) * 1e4).round() / 1e2)
        } else {
            "lower them until they sum to 100 %".to_owned()
        };
        cx.error(node.span, "shares do not sum to 100 %", &format!("they sum to {percent} %"), &help);
    }
    if sum > 0.0 {
        out.iter_mut().for_each(|(_, share)| *share /= sum);
    }
    out
}

/// A number, or shares by number.
#[derive(Debug)]
pub(crate) struct CountsForm;

impl Form for CountsForm {
    type Out = Counts;
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "from 1 to 10 000")]
    fn read<'d>(node: &'d Node, cx: &mut Reader<'d>) -> Counts {
        if !node.is_table() || node.get("is").is_some() {
            let number = super::numbers::plain_number(node, cx, 1.0, 10_000.0, true);
            return Counts(vec![(number.map_or(1, |number| number as u32), 1.0)]);
        }
        if !cx.enter(node, Vec::new(), true) {
            return Counts::one();
        }
        let mut out = Vec::new();
        for (entry, share) in shares(node, &[], cx) {
            match entry.name.parse::<u32>() {
                Ok(number) if (1..=10_000).contains(&number) => out.push((number, share)),
                _ => cx.error(
                    entry.at,
                    "not a number",
                    "a number from 1 belongs here",
                    "e.g. { 1 = \"70 %\", 2 = \"30 %\" }",
                ),
            }
        }
        cx.leave();
        Counts(out)
    }
    fn stand_in() -> Counts {
        Counts::one()
    }
    fn schema(_: &mut Defs) -> Value {
        let share = schema::measure(&super::quantity::SHARE);
        let shares = json!({
            "type": "object",
            "properties": { "source": { "type": "string" } },
            "patternProperties": { "^[0-9]+$": share },
            "additionalProperties": false,
        });
        json!({ "anyOf": [schema::quantity(schema::whole(1, 10_000)), shares] })
    }
}

/// `mix.<attribute>`.
#[derive(Debug)]
pub(crate) struct MixTables;

impl Form for MixTables {
    type Out = Vec<Mix>;
    fn read<'d>(node: &'d Node, cx: &mut Reader<'d>) -> Vec<Mix> {
        if !cx.enter(node, Vec::new(), true) {
            return Vec::new();
        }
        let mut out = Vec::new();
        for entry in node.entries().iter().filter(|entry| entry.name != "source") {
            check_name(&entry.name, entry.at, cx);
            out.extend(cx.under(&entry.name, |cx| mix(&entry.name, &entry.node, cx)));
        }
        cx.leave();
        out
    }
    fn stand_in() -> Vec<Mix> {
        Vec::new()
    }
    fn schema(defs: &mut Defs) -> Value {
        let mut out = Properties::default();
        out.add::<Select>(defs, "given", "Only travellers of whom this holds have the attribute.", false);
        out.others(schema::measure(&super::quantity::SHARE));
        schema::named(out.object(true))
    }
}

fn mix<'d>(attribute: &str, node: &'d Node, cx: &mut Reader<'d>) -> Option<Mix> {
    if !matches!(node.kind, Kind::Table(_)) {
        cx.wrong_kind(
            node,
            "words with their shares",
            "e.g. mix.load = { loaded = \"70 %\", empty = \"30 %\" }",
        );
        return None;
    }
    cx.enter(node, vec!["given"], true);
    let given = node.get("given").map(|given| cx.under("given", |cx| Select::read(given, cx)));
    let words = shares(node, &["given"], cx);
    for (entry, _) in &words {
        check_name(&entry.name, entry.at, cx);
    }
    cx.leave();
    let words = words.into_iter().map(|(entry, share)| (entry.name.clone(), share)).collect();
    Some(Mix { attribute: attribute.to_owned(), words, given, span: node.span })
}
