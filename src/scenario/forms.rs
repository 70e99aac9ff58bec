//! The forms of values that sections are made of: texts, words, numbers, quantities, lists, tables of names.

use std::marker::PhantomData;

use serde_json::{Value, json};

use super::Tick;
use super::inputs::How;
use super::post::Size;
use super::quantity::{self, Amount, DURATION, Dimension, EXTENT, HEADS, LENGTH, SHARE, SPEED, wrong};
use super::read::{Form, Reader};
use super::schema::{self, Defs};
use super::tree::{Hop, Kind, Node};

/// Reads the value of a key of a table.
pub(crate) fn field<'d, F: Form>(table: &'d Node, value: &'d Node, key: &str, cx: &mut Reader<'d>) -> F::Out {
    let range = if F::RANGED { table.get("range") } else { None };
    let read = |cx: &mut Reader<'d>| cx.with_range(range, |cx| F::read(value, cx));
    if std::ptr::eq(table, value) {
        read(cx)
    } else if key == "is" {
        cx.deeper(Hop::Key("is".into()), read)
    } else {
        cx.under(key, read)
    }
}

// ---- what is said about another form

/// A structural number: not an input of the model.
#[derive(Debug)]
pub(crate) struct Fixed<F>(PhantomData<F>);

impl<F: Form> Form for Fixed<F> {
    type Out = F::Out;
    fn read<'d>(node: &'d Node, cx: &mut Reader<'d>) -> F::Out {
        cx.quietly(|cx| F::read(node, cx))
    }
    fn stand_in() -> F::Out {
        F::stand_in()
    }
    fn schema(defs: &mut Defs) -> Value {
        F::schema(defs)
    }
    const RANGED: bool = F::RANGED;
}

/// A value that may be set while a run goes on.
#[derive(Debug)]
pub(crate) struct Live<F>(PhantomData<F>);

impl<F: Form> Form for Live<F> {
    type Out = F::Out;
    fn read<'d>(node: &'d Node, cx: &mut Reader<'d>) -> F::Out {
        F::read(node, cx)
    }
    fn stand_in() -> F::Out {
        F::stand_in()
    }
    fn schema(defs: &mut Defs) -> Value {
        let inner = F::schema(defs);
        let mut schema = if inner.get("$ref").is_some() { json!({ "allOf": [inner] }) } else { inner };
        schema["x-live"] = Value::Bool(true);
        schema
    }
    const RANGED: bool = F::RANGED;
}

/// A number whose range may stand beside it, under the key `range`.
#[derive(Debug)]
pub(crate) struct Ranged<F>(PhantomData<F>);

impl<F: Form> Form for Ranged<F> {
    type Out = F::Out;
    fn read<'d>(node: &'d Node, cx: &mut Reader<'d>) -> F::Out {
        F::read(node, cx)
    }
    fn stand_in() -> F::Out {
        F::stand_in()
    }
    fn schema(defs: &mut Defs) -> Value {
        F::schema(defs)
    }
    const RANGED: bool = true;
}

// ---- several

/// A list, or a single one.
#[derive(Debug)]
pub(crate) struct OneOrMore<F>(PhantomData<F>);

impl<F: Form> Form for OneOrMore<F> {
    type Out = Vec<F::Out>;
    fn read<'d>(node: &'d Node, cx: &mut Reader<'d>) -> Vec<F::Out> {
        match &node.kind {
            Kind::List(elements) => each::<F>(elements, cx),
            _ => vec![F::read(node, cx)],
        }
    }
    fn stand_in() -> Vec<F::Out> {
        Vec::new()
    }
    fn schema(defs: &mut Defs) -> Value {
        schema::one_or_more(F::schema(defs))
    }
}

/// A list.
#[derive(Debug)]
pub(crate) struct List<F>(PhantomData<F>);

impl<F: Form> Form for List<F> {
    type Out = Vec<F::Out>;
    fn read<'d>(node: &'d Node, cx: &mut Reader<'d>) -> Vec<F::Out> {
        match &node.kind {
            Kind::List(elements) => each::<F>(elements, cx),
            _ => {
                let name = cx.own_name();
                cx.wrong_kind(node, "a list", &format!("write each as [[{name}]], with two brackets"));
                Vec::new()
            }
        }
    }
    fn stand_in() -> Vec<F::Out> {
        Vec::new()
    }
    fn schema(defs: &mut Defs) -> Value {
        json!({ "type": "array", "items": F::schema(defs) })
    }
}

/// Reads elements, each named by its selector where that says which one it is, else by its number.
fn each<'d, F: Form>(elements: &'d [Node], cx: &mut Reader<'d>) -> Vec<F::Out> {
    let read = |(index, node): (usize, &'d Node)| {
        let name = format!("[{}]", label_of(elements, index));
        cx.named(&name, |cx| cx.deeper(Hop::Index(index), |cx| F::read(node, cx)))
    };
    elements.iter().enumerate().map(read).collect()
}

/// How paths name an element of a list: by its selector if no other has the same, else by its number from 0.
pub(crate) fn label_of(elements: &[Node], index: usize) -> String {
    const FEW: usize = 64;
    let selector = |node: &Node| node.get("for").and_then(Node::text).map(str::to_owned);
    match elements.get(index).and_then(selector) {
        Some(own)
            if elements.len() <= FEW
                && elements.iter().filter(|other| selector(other).as_ref() == Some(&own)).count() == 1 =>
        {
            own
        }
        _ => index.to_string(),
    }
}

/// A table from names to values of one form, in file order.
#[derive(Debug)]
pub(crate) struct Named<F>(PhantomData<F>);

impl<F: Form> Form for Named<F> {
    type Out = Vec<(String, F::Out)>;
    fn read<'d>(node: &'d Node, cx: &mut Reader<'d>) -> Self::Out {
        if !cx.enter(node, Vec::new(), true) {
            return Vec::new();
        }
        let mut out = Vec::new();
        for entry in node.entries().iter().filter(|entry| entry.name != "source") {
            check_name(&entry.name, entry.at, cx);
            out.push((entry.name.clone(), cx.under(&entry.name, |cx| F::read(&entry.node, cx))));
        }
        cx.leave();
        out
    }
    fn stand_in() -> Self::Out {
        Vec::new()
    }
    fn schema(defs: &mut Defs) -> Value {
        schema::named(F::schema(defs))
    }
}

/// A table of tables, each of which knows its own name.
#[derive(Debug)]
pub(crate) struct Tables<F>(PhantomData<F>);

impl<F: Form> Form for Tables<F> {
    type Out = Vec<F::Out>;
    fn read<'d>(node: &'d Node, cx: &mut Reader<'d>) -> Self::Out {
        <Named<F> as Form>::read(node, cx).into_iter().map(|(_, value)| value).collect()
    }
    fn stand_in() -> Self::Out {
        Vec::new()
    }
    fn schema(defs: &mut Defs) -> Value {
        schema::named(F::schema(defs))
    }
}

/// Names are parts of paths and words of selectors: letters, digits and `_`.
pub(crate) fn check_name(name: &str, at: super::Span, cx: &mut Reader<'_>) {
    let fits = name.chars().next().is_some_and(|c| c.is_ascii_alphanumeric())
        && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
    if !fits || name == "not" {
        let help = "letters, digits and `_`, e.g. `first_line`";
        cx.error(at, &format!("`{name}` cannot be a name"), "paths and selectors could not say it", help);
    }
}

// ---- texts and words

/// A text of at least one character.
#[derive(Debug)]
pub(crate) struct Text;

impl Form for Text {
    type Out = String;
    fn read<'d>(node: &'d Node, cx: &mut Reader<'d>) -> String {
        match node.text() {
            Some(text) if text.trim().is_empty() => {
                cx.error(node.span, "an empty text", "nothing is said here", "say it, or leave the key out");
                String::new()
            }
            Some(text) => text.trim().to_owned(),
            None => {
                cx.wrong_kind(node, "a text", "put it in quotes");
                String::new()
            }
        }
    }
    fn stand_in() -> String {
        String::new()
    }
    fn schema(_: &mut Defs) -> Value {
        json!({ "type": "string", "minLength": 1 })
    }
}

/// A word: what a class or an attribute may be called.
#[derive(Debug)]
pub(crate) struct Word;

impl Form for Word {
    type Out = String;
    fn read<'d>(node: &'d Node, cx: &mut Reader<'d>) -> String {
        let text = Text::read(node, cx);
        let fits = text.chars().next().is_some_and(|c| c.is_ascii_lowercase())
            && text.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_');
        if !text.is_empty() && (!fits || text == "not") {
            let help = "one word of small letters, digits and `_`, e.g. \"truck\"";
            cx.error(node.span, "not a word", "selectors could not say it", help);
        }
        text
    }
    fn stand_in() -> String {
        String::new()
    }
    fn schema(_: &mut Defs) -> Value {
        schema::text_like("^[a-z][a-z0-9_]*$")
    }
}

/// Reads one of several words.
pub(crate) fn one_word<'d, T: Copy>(
    node: &'d Node,
    cx: &mut Reader<'d>,
    words: &[(&'static str, T, &'static str)],
) -> T {
    let known: Vec<&str> = words.iter().map(|(word, _, _)| *word).collect();
    let found = node.text().and_then(|text| words.iter().find(|(word, _, _)| *word == text.trim()));
    match (found, node.text()) {
        (Some((_, value, _)), _) => return *value,
        (None, Some(text)) => {
            let all = schema_words(&known);
            let near = super::diagnostics::nearest(text, known.iter().copied());
            let help = near.map_or_else(|| all.clone(), |near| format!("did you mean \"{near}\"? {all}"));
            cx.error(node.span, "unknown word", "not one of the words that may stand here", &help);
        }
        (None, None) => cx.wrong_kind(node, "a word", &schema_words(&known)),
    }
    words[0].1
}

fn schema_words(known: &[&str]) -> String {
    format!("write {}", known.iter().map(|word| format!("\"{word}\"")).collect::<Vec<_>>().join(" or "))
}

/// Declares a form that is one of several words and means a value.
macro_rules! word_form {
    ($(#[doc = $doc:literal])* $Name:ident -> $ty:ty { $($word:literal => $value:expr, $about:literal);* $(;)? }) => {
        $(#[doc = $doc])*
        #[derive(Debug)]
        pub(crate) struct $Name;

        impl Form for $Name {
            type Out = $ty;
            fn read<'d>(node: &'d Node, cx: &mut Reader<'d>) -> $ty {
                let words: &[(&'static str, fn() -> $ty, &'static str)] = &[$(($word, || $value, $about)),*];
                one_word(node, cx, words)()
            }
            fn stand_in() -> $ty {
                <$ty>::default()
            }
            fn schema(_: &mut Defs) -> Value {
                schema::one_of([$(($word, $about)),*].into_iter())
            }
        }
    };
}

word_form! {
    /// What one waits under.
    Shelter -> String {
        "indoors" => "indoors".into(), "a hall";
        "roof" => "roof".into(), "a roof without walls";
        "none" => "none".into(), "the open sky";
    }
}

word_form! {
    /// Who is one service.
    Per -> bool {
        "vehicle" => false, "each vehicle, or party on foot";
        "person" => true, "each person";
    }
}

word_form! {
    /// Order of the checks of a stage.
    CheckOrder -> bool {
        "side by side" => false, "at the same time; done when the last has finished";
        "one after the other" => true, "each begins when the one before it has finished";
    }
}

word_form! {
    /// Status of a legal basis.
    Status -> String {
        "in force" => "in force".into(), "it applies";
        "adopted" => "adopted".into(), "it is decided and will apply";
        "proposed" => "proposed".into(), "it is a proposal";
    }
}

/// `true` or `false`.
#[derive(Debug)]
pub(crate) struct Flag;

impl Form for Flag {
    type Out = bool;
    fn read<'d>(node: &'d Node, cx: &mut Reader<'d>) -> bool {
        if let Kind::Flag(flag) = node.kind {
            return flag;
        }
        cx.wrong_kind(node, "true or false", "without quotes");
        false
    }
    fn stand_in() -> bool {
        false
    }
    fn schema(_: &mut Defs) -> Value {
        json!({ "type": "boolean" })
    }
}

// ---- numbers

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
            if value.text().is_some_and(|text| is_length(text)) {
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
