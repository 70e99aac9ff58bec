//! Selectors: which travellers are meant, in words that must all hold.

use serde_json::{Value, json};

use super::Span;
use super::read::{Form, Reader};
use super::schema::{self, Defs};
use super::tree::{Kind, Node};

/// Which travellers are meant: any of the alternatives, in each of which all words must (or must not) hold.
///
/// `"loaded t1"` is one alternative of two words, `"truck not empty"` one of a word that must and one that must not
/// hold, a list is several alternatives. Categories are not expanded here.
#[derive(Debug, Clone, PartialEq)]
pub struct Selector {
    /// Alternatives; in each, (word, must it hold).
    pub any: Vec<Vec<(String, bool)>>,
    /// As written; alternatives joined by `" | "`.
    pub text: String,
    /// Where it stands in the file.
    pub span: Span,
}

impl Selector {
    /// Reads the alternatives of a text: words that must all hold, `not` before one that must not.
    fn parse(text: &str) -> Result<Vec<(String, bool)>, &'static str> {
        let mut words = Vec::new();
        let mut holds = true;
        for word in text.split_whitespace() {
            match word {
                "not" if holds => holds = false,
                "not" => return Err("`not` stands there twice"),
                word if is_word(word) => {
                    words.push((word.to_owned(), holds));
                    holds = true;
                }
                _ => return Err("a word has letters, digits and `_`"),
            }
        }
        match (holds, words.is_empty()) {
            (false, _) => Err("nothing follows `not`"),
            (true, true) => Err("it names nobody"),
            (true, false) => Ok(words),
        }
    }

    fn gather(nodes: &[&Node], span: Span, cx: &mut Reader<'_>) -> Self {
        let mut texts = Vec::new();
        for node in nodes {
            match node.text() {
                Some(text) => texts.push((text, node.span)),
                None => cx.wrong_kind(node, "words", HELP),
            }
        }
        Self::of(&texts, span, cx)
    }

    /// A selector that is itself a key: `"perishable trusted" = 1`.
    pub(crate) fn of_key(text: &str, span: Span, cx: &mut Reader<'_>) -> Self {
        Self::of(&[(text, span)], span, cx)
    }

    fn of(alternatives: &[(&str, Span)], span: Span, cx: &mut Reader<'_>) -> Self {
        let mut any = Vec::new();
        let mut texts = Vec::new();
        for (text, at) in alternatives {
            match Self::parse(text) {
                Ok(words) => any.push(words),
                Err(label) => cx.error(*at, "not a selector", label, HELP),
            }
            texts.push(text.split_whitespace().collect::<Vec<_>>().join(" "));
        }
        let selector = Self { any, text: texts.join(" | "), span };
        cx.selectors.push(selector.clone());
        selector
    }
}

const HELP: &str =
    "write words that must all hold, e.g. \"loaded t1\" or \"truck not empty\"; a list means any";

/// A word of a selector; a direction (`UA>PL`) is one, too.
fn is_word(word: &str) -> bool {
    word.chars().all(|c| c.is_ascii_alphanumeric() || c == '_' || c == '>')
}

/// A selector: a text, or a list of texts of which any may hold.
#[derive(Debug)]
pub(crate) struct Select;

impl Form for Select {
    type Out = Selector;
    fn read<'d>(node: &'d Node, cx: &mut Reader<'d>) -> Selector {
        match &node.kind {
            Kind::List(elements) if elements.is_empty() => {
                cx.error(node.span, "not a selector", "an empty list means nobody", HELP);
                Self::stand_in()
            }
            Kind::List(elements) => Selector::gather(&elements.iter().collect::<Vec<_>>(), node.span, cx),
            _ => Selector::gather(&[node], node.span, cx),
        }
    }
    fn stand_in() -> Selector {
        Selector { any: Vec::new(), text: String::new(), span: Span::default() }
    }
    fn schema(_: &mut Defs) -> Value {
        schema::one_or_more(json!({ "type": "string", "pattern": "^[A-Za-z0-9_> ]+$" }))
    }
}

/// Several selectors, one after the other.
#[derive(Debug)]
pub(crate) struct EachSelect;

impl Form for EachSelect {
    type Out = Vec<Selector>;
    fn read<'d>(node: &'d Node, cx: &mut Reader<'d>) -> Vec<Selector> {
        match &node.kind {
            Kind::List(elements) => elements.iter().map(|element| Select::read(element, cx)).collect(),
            _ => vec![Select::read(node, cx)],
        }
    }
    fn stand_in() -> Vec<Selector> {
        Vec::new()
    }
    fn schema(defs: &mut Defs) -> Value {
        schema::one_or_more(Select::schema(defs))
    }
}
