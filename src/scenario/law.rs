//! Laws: how long something takes, as a distribution with its mean.
//!
//! A law is a duration (`"4 min"`: always that long) or a table whose one law key names the kind and gives the mean:
//! `{ lognormal = "4 min", cv = 0.5, range = "3 .. 6 min", source = "R1" }`. The range is that of the mean.

use serde_json::{Value, json};

use super::Span;
use super::inputs::How;
use super::numbers::{amount_of, measured, plain_number};
use super::quantity::{Amount, DURATION};
use super::read::{Flat, Form, Reader};
use super::schema::{self, Defs, Properties};
use super::tree::{Hop, Kind, Node};

/// The keys that name a kind of law, and what their values are.
pub(crate) const KINDS: [(&str, &str); 11] = [
    ("is", "Always as long as this, e.g. \"4 min\"."),
    ("deterministic", "Always as long as this, e.g. \"4 min\"."),
    ("exponential", "Exponential; the value is the mean, e.g. \"2 min\"."),
    ("lognormal", "Lognormal; the value is the mean, with `cv`."),
    ("gamma", "Gamma; the value is the mean, with `cv`."),
    ("weibull", "Weibull; the value is the mean, with `cv`."),
    ("erlang", "Erlang; the value is the mean, with `k` phases."),
    (
        "hyperexponential",
        "Two exponentials with balanced means; the value is the mean, with `cv` of at least 1.",
    ),
    ("triangular", "Triangular: [smallest, most frequent, largest], e.g. [\"30 min\", \"2 h\", \"6 h\"]."),
    ("uniform", "Uniform: [smallest, largest], e.g. [\"30 s\", \"120 s\"]."),
    ("empirical", "One of these values, each equally likely: [\"1 min\", \"2 min\"]."),
];

/// The distribution of a duration, as written; `kernel`'s sampler is made from it.
#[derive(Debug, Clone, PartialEq)]
pub struct Law {
    /// The kind, with its parameters.
    pub kind: LawKind,
    /// Mean, in seconds.
    pub mean: f64,
    /// Coefficient of variation (standard deviation over mean).
    pub cv: f64,
    /// Where it stands in the file.
    pub span: Span,
    /// Its path, e.g. `PL.entry.customs.service`.
    pub path: String,
}

/// Kinds of laws; parameters in seconds.
#[derive(Debug, Clone, PartialEq)]
pub enum LawKind {
    /// Always `mean`.
    Deterministic,
    /// Memoryless, with mean `mean`.
    Exponential,
    /// Lognormal with `mean` and `cv`.
    Lognormal,
    /// Gamma with `mean` and `cv`.
    Gamma,
    /// Weibull with `mean` and `cv`.
    Weibull,
    /// Sum of `k` exponential phases.
    Erlang {
        /// Number of phases.
        k: u32,
    },
    /// Two exponentials with balanced means, `cv` above 1.
    Hyperexponential,
    /// Triangular.
    Triangular {
        /// Smallest value.
        low: f64,
        /// Most frequent value.
        mode: f64,
        /// Largest value.
        high: f64,
    },
    /// Uniform.
    Uniform {
        /// Smallest value.
        low: f64,
        /// Largest value.
        high: f64,
    },
    /// One of the observed values, each equally likely.
    Empirical {
        /// The values, as written.
        values: Vec<f64>,
    },
}

impl Law {
    fn new(kind: LawKind, mean: f64, cv: f64, node: &Node, cx: &Reader<'_>) -> Self {
        Self { kind, mean, cv, span: node.span, path: cx.path() }
    }

    /// Always that many seconds.
    #[must_use]
    pub fn always(seconds: f64) -> Self {
        Self {
            kind: LawKind::Deterministic,
            mean: seconds,
            cv: 0.0,
            span: Span::default(),
            path: String::new(),
        }
    }
}

/// A law as the value of a key.
#[derive(Debug)]
pub(crate) struct LawForm;

impl Form for LawForm {
    type Out = Law;
    fn read<'d>(node: &'d Node, cx: &mut Reader<'d>) -> Law {
        if !node.is_table() {
            return LawKeys::read_flat(node, cx);
        }
        let mut known = Vec::new();
        LawKeys::keys(&mut known);
        cx.enter(node, known, false);
        let law = LawKeys::read_flat(node, cx);
        cx.leave();
        law
    }
    fn stand_in() -> Law {
        Law::always(1.0)
    }
    fn schema(defs: &mut Defs) -> Value {
        defs.section(
            "Law",
            "How long something takes: a duration, or a distribution with its mean.",
            Some("is"),
            false,
            |defs, out| {
                LawKeys::properties(defs, out);
            },
        )
    }
}

/// A law whose keys stand among others.
#[derive(Debug)]
pub(crate) struct LawKeys;

impl Flat for LawKeys {
    type Out = Law;
    fn keys(out: &mut Vec<&'static str>) {
        out.extend(KINDS.iter().map(|(key, _)| *key));
        out.extend(["cv", "k", "range"]);
    }
    fn read_flat<'d>(node: &'d Node, cx: &mut Reader<'d>) -> Law {
        if !node.is_table() {
            let mean = cx.named("mean", |cx| seconds(node, cx));
            return Law::new(LawKind::Deterministic, mean, 0.0, node, cx);
        }
        let given: Vec<&super::tree::Entry> =
            node.entries().iter().filter(|entry| KINDS.iter().any(|(key, _)| *key == entry.name)).collect();
        match given.as_slice() {
            [one] => read_kind(node, &one.name, &one.node, cx),
            [] => {
                let help =
                    "e.g. lognormal = \"4 min\", cv = 0.5; or exponential = \"4 min\"; or just \"4 min\"";
                cx.error(node.span, "says not how long it takes", "a law belongs here", help);
                Self::stand_in_flat()
            }
            [first, second, ..] => {
                let label = format!("and `{}` stands there too", first.name);
                cx.error(second.at, "has two laws", &label, "keep one of them");
                Self::stand_in_flat()
            }
        }
    }
    fn stand_in_flat() -> Law {
        Law::always(1.0)
    }
    fn properties(_: &mut Defs, out: &mut Properties) {
        let duration = schema::measure(&DURATION);
        for (key, doc) in KINDS {
            let value = match key {
                "triangular" => list(&duration, 3, 3),
                "uniform" => list(&duration, 2, 2),
                "empirical" => list(&duration, 1, 100_000),
                _ => duration.clone(),
            };
            out.add_schema(key, doc, value);
        }
        let positive = schema::quantity(json!({ "type": "number", "exclusiveMinimum": 0, "maximum": 20 }));
        out.add_schema("cv", "Coefficient of variation: standard deviation over mean, e.g. 0.5.", positive);
        out.add_schema("k", "Number of phases of an Erlang law, from 1 to 1000.", schema::whole(1, 1000));
        out.add_schema("range", "The range the mean may lie in: \"3 .. 6 min\".", schema::range());
    }
}

fn list(item: &Value, least: u64, most: u64) -> Value {
    json!({ "type": "array", "items": item, "minItems": least, "maxItems": most })
}

fn read_kind<'d>(table: &'d Node, key: &'d str, value: &'d Node, cx: &mut Reader<'d>) -> Law {
    unused_keys(table, key, cx);
    let range = table.get("range");
    match key {
        "triangular" | "uniform" => corners(table, key, value, cx),
        "empirical" => empirical(table, value, cx),
        _ => {
            let mean = cx.with_range(range, |cx| {
                cx.named("mean", |cx| cx.deeper(Hop::Key(key.to_owned()), |cx| seconds(value, cx)))
            });
            by_mean(table, key, mean, cx)
        }
    }
}

/// `cv` and `k` where the law has no use for them.
fn unused_keys(table: &Node, key: &str, cx: &mut Reader<'_>) {
    let takes_cv = ["lognormal", "gamma", "weibull", "hyperexponential"].contains(&key);
    for (parameter, takes) in [("cv", takes_cv), ("k", key == "erlang")] {
        if let (Some(entry), false) = (table.entry(parameter), takes) {
            let title = format!("a law `{key}` has no `{parameter}`");
            cx.error(entry.at, &title, "nothing would use it", "remove it, or name another law");
        }
    }
}

fn by_mean<'d>(table: &'d Node, key: &str, mean: f64, cx: &mut Reader<'d>) -> Law {
    let (kind, cv) = match key {
        "exponential" => (LawKind::Exponential, 1.0),
        "lognormal" => (LawKind::Lognormal, variation(table, key, 0.001, cx)),
        "gamma" => (LawKind::Gamma, variation(table, key, 0.001, cx)),
        "weibull" => (LawKind::Weibull, variation(table, key, 0.01, cx)),
        "hyperexponential" => (LawKind::Hyperexponential, variation(table, key, 1.0, cx)),
        "erlang" => {
            let k = phases(table, cx);
            (LawKind::Erlang { k }, 1.0 / f64::from(k).sqrt())
        }
        _ => (LawKind::Deterministic, 0.0),
    };
    if mean <= 0.0 && !matches!(kind, LawKind::Deterministic) {
        let value = table.get(key).map_or(table.span, |node| node.span);
        cx.error(
            value,
            "a mean of 0",
            "this law needs a mean above 0",
            "write \"0 s\" alone for no time at all",
        );
    }
    Law::new(kind, mean, cv, table, cx)
}

fn variation<'d>(table: &'d Node, key: &str, least: f64, cx: &mut Reader<'d>) -> f64 {
    let Some(node) = table.get("cv") else {
        let doc = format!("the coefficient of variation of the {key} law, e.g. cv = 0.5");
        cx.missing(table, "cv", &doc);
        return 1.0;
    };
    cx.under("cv", |cx| plain_number(node, cx, least, 20.0, false)).unwrap_or(1.0)
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "from 1 to 1000")]
fn phases<'d>(table: &'d Node, cx: &mut Reader<'d>) -> u32 {
    let Some(node) = table.get("k") else {
        cx.missing(table, "k", "the number of phases of the Erlang law, e.g. k = 4");
        return 1;
    };
    cx.under("k", |cx| cx.quietly(|cx| plain_number(node, cx, 1.0, 1000.0, true))).map_or(1, |k| k as u32)
}

/// A duration in seconds, noted as an input.
fn seconds<'d>(node: &'d Node, cx: &mut Reader<'d>) -> f64 {
    measured(node, cx, &DURATION).map_or(1.0, in_seconds)
}

fn in_seconds(amount: Amount) -> f64 {
    amount.base() / 1e6
}

/// The durations of a list. With a range they are one input, their mean; else each is its own, under its name.
fn durations<'d>(
    table: &'d Node,
    key: &str,
    list: &'d Node,
    names: &[&str],
    mean: impl Fn(&[f64]) -> f64,
    cx: &mut Reader<'d>,
) -> Vec<f64> {
    let one_by_one = table.get("range").is_none() && !names.is_empty();
    let mut amounts = Vec::new();
    cx.deeper(Hop::Key(key.to_owned()), |cx| {
        for (index, node) in list.elements().iter().enumerate() {
            let amount = if one_by_one {
                let name = names.get(index).copied().unwrap_or("more");
                cx.named(name, |cx| cx.deeper(Hop::Index(index), |cx| measured(node, cx, &DURATION)))
            } else {
                amount_of(node, cx, &DURATION)
            };
            amounts.extend(amount);
        }
        if let (false, Some(last)) = (one_by_one, amounts.last()) {
            let values: Vec<f64> = amounts.iter().map(|amount| amount.base() / last.factor).collect();
            let amount = Amount { value: mean(&values), ..*last };
            cx.named("mean", |cx| cx.note(list, table.get("range"), amount, Some(&DURATION), How::Scaled));
        }
    });
    amounts.into_iter().map(in_seconds).collect()
}

fn average(values: &[f64]) -> f64 {
    #[expect(clippy::cast_precision_loss, reason = "far fewer than 2^53")]
    let number = values.len().max(1) as f64;
    values.iter().sum::<f64>() / number
}

fn corners<'d>(table: &'d Node, key: &str, list: &'d Node, cx: &mut Reader<'d>) -> Law {
    let names: &[&str] = if key == "uniform" { &["low", "high"] } else { &["low", "mode", "high"] };
    let help = if key == "uniform" {
        "write [smallest, largest], e.g. [\"30 s\", \"120 s\"]"
    } else {
        "write [smallest, most frequent, largest], e.g. [\"30 min\", \"2 h\", \"6 h\"]"
    };
    if list.elements().len() != names.len() {
        let label = format!("{key} needs {} durations", names.len());
        cx.error(list.span, "not a law", &label, help);
        return LawKeys::stand_in_flat();
    }
    let values = durations(table, key, list, names, average, cx);
    if values.len() != names.len() {
        return LawKeys::stand_in_flat();
    }
    let ascending = values.windows(2).all(|pair| pair[0] <= pair[1]);
    let (low, high) = (values[0], values[values.len() - 1]);
    if !ascending || low >= high {
        cx.error(list.span, "not a law", "the durations must ascend", help);
        return LawKeys::stand_in_flat();
    }
    let mean = average(&values);
    let (kind, variance) = if let [low, mode, high] = values[..] {
        let variance = (low * low + mode * mode + high * high - low * mode - low * high - mode * high) / 18.0;
        (LawKind::Triangular { low, mode, high }, variance)
    } else {
        (LawKind::Uniform { low, high }, (high - low) * (high - low) / 12.0)
    };
    Law::new(kind, mean, variance.max(0.0).sqrt() / mean, table, cx)
}

fn empirical<'d>(table: &'d Node, list: &'d Node, cx: &mut Reader<'d>) -> Law {
    let Kind::List(elements) = &list.kind else {
        cx.wrong_kind(list, "a list of durations", "e.g. [\"1 min\", \"2 min\"]");
        return LawKeys::stand_in_flat();
    };
    if elements.is_empty() || elements.len() > 100_000 {
        cx.error(list.span, "not a law", "from 1 to 100 000 values", "e.g. [\"1 min\", \"2 min\"]");
        return LawKeys::stand_in_flat();
    }
    let values = durations(table, "empirical", list, &[], average, cx);
    let mean = average(&values);
    let squares: Vec<f64> = values.iter().map(|value| (value - mean) * (value - mean)).collect();
    let cv = if mean > 0.0 { average(&squares).sqrt() / mean } else { 0.0 };
    Law::new(LawKind::Empirical { values }, mean, cv, table, cx)
}
