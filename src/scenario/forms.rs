//! The forms of values that sections are made of: texts, words, lists, tables of names, and what is said about another
//! form.

use std::marker::PhantomData;

use serde_json::{Value, json};

use super::read::{Form, Reader};
use super::schema::{self, Defs};
use super::study::At;
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

/// A value that knows where it stands.
#[derive(Debug)]
pub(crate) struct Pointed<F>(PhantomData<F>);

impl<F: Form> Form for Pointed<F> {
    type Out = At<F::Out>;
    fn read<'d>(node: &'d Node, cx: &mut Reader<'d>) -> At<F::Out> {
        At { is: F::read(node, cx), span: node.span }
    }
    fn stand_in() -> At<F::Out> {
        At { is: F::stand_in(), span: super::Span::default() }
    }
    fn schema(defs: &mut Defs) -> Value {
        F::schema(defs)
    }
    const RANGED: bool = F::RANGED;
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
