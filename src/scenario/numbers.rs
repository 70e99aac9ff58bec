//! The forms of numbers: quantities with a unit, counts, rates; each notes itself in the register of inputs.

use serde_json::{Value, json};

use super::Tick;
use super::inputs::How;
use super::post::Size;
use super::quantity::{self, Amount, DURATION, Dimension, EXTENT, HEADS, LENGTH, SHARE, SPEED, wrong};
use super::read::{Form, Reader};
use super::schema::{self, Defs};
use super::tree::{Hop, Kind, Node};

/// Reads a quantity: the value itself, or `{ is, range, source }`; notes it as an input.
fn quantity_of<'d, T>(
    node: &'d Node,
    cx: &mut Reader<'d>,
    read: impl Fn(&'d Node, Option<&'d Node>, &mut Reader<'d>) -> Option<T>,
) -> Option<T> {
    if !node.is_table() {
        return read(node, None, cx);
    }
    if !cx.enter(node, vec!["is", "range"], false) {
        return None;
    }
    let out = match node.get("is") {
        Some(value) => cx.deeper(Hop::Key("is".into()), |cx| read(value, node.get("range"), cx)),
        None => {
            cx.missing(node, "is", "the value, e.g. { is = \"4 min\", range = \"3 .. 6 min\" }");
            None
        }
    };
    cx.leave();
    out
}

/// Reads a number with a unit; notes it.
pub(crate) fn measured<'d>(
    node: &'d Node,
    cx: &mut Reader<'d>,
    dimension: &'static Dimension,
) -> Option<Amount> {
    quantity_of(node, cx, |value, range, cx| {
        let amount = amount_of(value, cx, dimension)?;
        cx.note(value, range, amount, Some(dimension), How::Text);
        Some(amount)
    })
}

/// Reads a number with a unit.
pub(crate) fn amount_of(node: &Node, cx: &mut Reader<'_>, dimension: &'static Dimension) -> Option<Amount> {
    let parsed = match &node.kind {
        Kind::Text(text) => dimension.parse(text),
        Kind::Whole(_) | Kind::Real(_) => Err(wrong("which unit?", dimension.write())),
        Kind::TooLarge(_) => Err(wrong("too large", dimension.write())),
        _ => {
            cx.wrong_kind(node, dimension.what, &dimension.write());
            return None;
        }
    };
    parsed.map_err(|wrong| cx.wrong_quantity(node.span, dimension.what, &wrong)).ok()
}

/// Declares a form that is a number with a unit.
macro_rules! measure_form {
    ($(#[doc = $doc:literal])* $Name:ident -> $ty:ty = $dimension:ident, $stand_in:expr, $make:expr) => {
        $(#[doc = $doc])*
        #[derive(Debug)]
        pub(crate) struct $Name;

        impl Form for $Name {
            type Out = $ty;
            fn read<'d>(node: &'d Node, cx: &mut Reader<'d>) -> $ty {
                let make: fn(f64) -> $ty = $make;
                measured(node, cx, &$dimension).map_or($stand_in, |amount| make(amount.base()))
            }
            fn stand_in() -> $ty {
                $stand_in
            }
            fn schema(_: &mut Defs) -> Value {
                schema::measure(&$dimension)
            }
        }
    };
}

measure_form! {
    /// A duration, in ticks.
    Duration -> Tick = DURATION, 1_000_000, quantity::ticks
}
measure_form! {
    /// A length, in metres.
    Metres -> f64 = LENGTH, 1.0, |metres| metres
}
measure_form! {
    /// A speed, in metres per second.
    Speed -> f64 = SPEED, 1.0, |speed| speed
}
measure_form! {
    /// A share, from 0 to 1.
    Percent -> f64 = SHARE, 0.0, |percent| percent / 100.0
}

/// A number of travellers with its noun: `"325 trucks"`.
#[derive(Debug)]
pub(crate) struct Heads;

impl Form for Heads {
    type Out = u32;
    fn read<'d>(node: &'d Node, cx: &mut Reader<'d>) -> u32 {
        quantity_of(node, cx, |value, range, cx| {
            let amount = amount_of(value, cx, &HEADS)?;
            let heads = whole_heads(value, amount, cx)?;
            cx.note(value, range, amount, Some(&HEADS), How::WholeText);
            Some(heads)
        })
        .unwrap_or(1)
    }
    fn stand_in() -> u32 {
        1
    }
    fn schema(_: &mut Defs) -> Value {
        schema::measure(&HEADS)
    }
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "within the limits of HEADS")]
fn whole_heads(node: &Node, amount: Amount, cx: &mut Reader<'_>) -> Option<u32> {
    if amount.value.fract() == 0.0 {
        return Some(amount.value as u32);
    }
    cx.error(node.span, "not a whole number", "half of one cannot come", "write a whole number");
    None
}

/// How much fits: `"60 trucks"`, `"300 persons"`, `"900 m"`, `"unlimited"`.
#[derive(Debug)]
pub(crate) struct Extent;

impl Form for Extent {
    type Out = Size;
    fn read<'d>(node: &'d Node, cx: &mut Reader<'d>) -> Size {
        quantity_of(node, cx, |value, range, cx| {
            if value.text().is_some_and(|text| text.trim() == "unlimited") {
                return Some(Size::Unlimited);
            }
            if value.text().is_some_and(is_length) {
                let amount = amount_of(value, cx, &LENGTH)?;
                cx.note(value, range, amount, Some(&LENGTH), How::Text);
                return Some(Size::Metres(amount.base()));
            }
            let amount = amount_of(value, cx, &EXTENT)?;
            let places = whole_heads(value, amount, cx)?;
            cx.note(value, range, amount, Some(&EXTENT), How::WholeText);
            Some(if amount.unit == "persons" { Size::Persons(places) } else { Size::Places(places) })
        })
        .unwrap_or(Size::Unlimited)
    }
    fn stand_in() -> Size {
        Size::Unlimited
    }
    fn schema(_: &mut Defs) -> Value {
        schema::quantity(schema::text_like(r"^\s*([0-9]+(\.[0-9]+)?\s*[a-z]+|unlimited)\s*$"))
    }
}

/// Whether a text's unit is one of length.
fn is_length(text: &str) -> bool {
    let unit = text.trim().trim_start_matches(|c: char| c.is_ascii_digit() || "+-._, ".contains(c));
    ["m", "km", "metre", "metres", "meter", "meters"].contains(&unit)
}

/// A plain number in a file.
pub(crate) fn number_in(node: &Node) -> Option<f64> {
    match node.kind {
        #[expect(clippy::cast_precision_loss, reason = "beyond 2^53 a number is out of every range anyway")]
        Kind::Whole(number) => Some(number as f64),
        Kind::Real(number) => Some(number),
        _ => None,
    }
}

/// Reads a plain number from `least` to `most`; notes it.
pub(crate) fn plain_number<'d>(
    node: &'d Node,
    cx: &mut Reader<'d>,
    least: f64,
    most: f64,
    whole: bool,
) -> Option<f64> {
    let what = if whole { "a whole number" } else { "a number" };
    quantity_of(node, cx, |value, range, cx| {
        let Some(number) = number_in(value) else {
            let help = if value.text().is_some() { "without quotes and unit, e.g. 4" } else { "e.g. 4" };
            cx.wrong_kind(value, what, help);
            return None;
        };
        if !number.is_finite() || number < least || number > most {
            let label = if number < 0.0 { "must not be negative" } else { "out of range" };
            cx.error(value.span, &format!("not {what} that makes sense here"), label, &within(least, most));
            return None;
        }
        if whole && number.fract() != 0.0 {
            cx.error(value.span, "expected a whole number", "this has a fraction", &within(least, most));
            return None;
        }
        let how = if whole { How::Whole } else { How::Real };
        cx.note(value, range, Amount { value: number, unit: "", factor: 1.0 }, None, how);
        Some(number)
    })
}

fn within(least: f64, most: f64) -> String {
    format!("write a number from {least} to {most}")
}

/// A number of booths, officers, lanes …: whole, at most 100 000.
#[derive(Debug)]
pub(crate) struct HowMany;

impl Form for HowMany {
    type Out = u32;
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "from 0 to 100 000")]
    fn read<'d>(node: &'d Node, cx: &mut Reader<'d>) -> u32 {
        plain_number(node, cx, 0.0, 100_000.0, true).map_or(1, |number| number as u32)
    }
    fn stand_in() -> u32 {
        1
    }
    fn schema(_: &mut Defs) -> Value {
        schema::quantity(schema::whole(0, 100_000))
    }
}

/// A whole number from `A` to `B`.
#[derive(Debug)]
pub(crate) struct Between<const A: u32, const B: u32>;

impl<const A: u32, const B: u32> Form for Between<A, B> {
    type Out = u32;
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "from A to B")]
    fn read<'d>(node: &'d Node, cx: &mut Reader<'d>) -> u32 {
        plain_number(node, cx, f64::from(A), f64::from(B), true).map_or(A, |number| number as u32)
    }
    fn stand_in() -> u32 {
        A
    }
    fn schema(_: &mut Defs) -> Value {
        schema::whole(A.into(), B.into())
    }
}

/// A whole number from 0 to 2^63 - 1, as TOML has them: a seed, a bound.
#[derive(Debug)]
pub(crate) struct Seed;

impl Form for Seed {
    type Out = u64;
    fn read<'d>(node: &'d Node, cx: &mut Reader<'d>) -> u64 {
        if let Kind::Whole(number) = node.kind
            && let Ok(number) = u64::try_from(number)
        {
            return number;
        }
        let help = "write a whole number from 0 to 9223372036854775807, without quotes";
        match node.kind {
            Kind::Whole(_) => cx.error(node.span, "out of range", "must not be negative", help),
            Kind::TooLarge(_) => cx.error(node.span, "out of range", "too large", help),
            _ => cx.wrong_kind(node, "a whole number", help),
        }
        1
    }
    fn stand_in() -> u64 {
        1
    }
    fn schema(_: &mut Defs) -> Value {
        schema::whole(0, i64::MAX as u64)
    }
}

/// A pure number from 0.
#[derive(Debug)]
pub(crate) struct Number;

impl Form for Number {
    type Out = f64;
    fn read<'d>(node: &'d Node, cx: &mut Reader<'d>) -> f64 {
        plain_number(node, cx, 0.0, 1e12, false).unwrap_or(1.0)
    }
    fn stand_in() -> f64 {
        1.0
    }
    fn schema(_: &mut Defs) -> Value {
        schema::quantity(json!({ "type": "number", "minimum": 0 }))
    }
}

/// What a time is multiplied by.
#[derive(Debug)]
pub(crate) struct Factor;

impl Form for Factor {
    type Out = f64;
    fn read<'d>(node: &'d Node, cx: &mut Reader<'d>) -> f64 {
        plain_number(node, cx, 0.0, 1000.0, false).unwrap_or(1.0)
    }
    fn stand_in() -> f64 {
        1.0
    }
    fn schema(_: &mut Defs) -> Value {
        schema::quantity(json!({ "type": "number", "minimum": 0, "maximum": 1000 }))
    }
}

/// A number of any kind: a duration (in seconds), a share, a rate, a count or a pure number.
#[derive(Debug)]
pub(crate) struct AnyNumber;

impl Form for AnyNumber {
    type Out = f64;
    fn read<'d>(node: &'d Node, cx: &mut Reader<'d>) -> f64 {
        let Some(text) = node.text() else {
            return number_in(node).filter(|number| number.is_finite()).unwrap_or_else(|| {
                cx.wrong_kind(node, "a number", "e.g. 4.44, \"4 min\" or \"43 %\"");
                0.0
            });
        };
        let duration = DURATION.parse(text).map(|amount| amount.base() / 1e6);
        let share = || SHARE.parse(text).map(|amount| amount.base() / 100.0);
        let rate = || quantity::RATE.parse(text).map(Amount::base);
        let heads = || HEADS.parse(text).map(Amount::base);
        duration.or_else(|_| share()).or_else(|_| rate()).or_else(|_| heads()).unwrap_or_else(|_| {
            let help = "write for instance 4.44, \"4 min\", \"43 %\", \"680 trucks/day\" or \"12 trucks\"";
            cx.error(node.span, "not a number", "cannot be read", help);
            0.0
        })
    }
    fn stand_in() -> f64 {
        0.0
    }
    fn schema(_: &mut Defs) -> Value {
        json!({ "type": ["string", "number"] })
    }
}
