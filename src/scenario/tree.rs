//! The document as a tree of values, each of which knows where it stands; merging, paths, canonical form.

use toml::de::{DeTable, DeValue};

use super::diagnostics::Span;

/// A value and where it stands.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Node {
    pub(crate) span: Span,
    pub(crate) kind: Kind,
}

/// The kinds of values of TOML.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Kind {
    Table(Vec<Entry>),
    List(Vec<Node>),
    Text(String),
    Whole(i64),
    Real(f64),
    Flag(bool),
    /// A bare date or time, as written.
    Date(String),
    /// A number that is too large, as written.
    TooLarge(String),
}

/// A key with its value.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Entry {
    pub(crate) name: String,
    /// Where the key stands.
    pub(crate) at: Span,
    pub(crate) node: Node,
}

/// A step from a value to one inside it.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) enum Hop {
    Key(String),
    Index(usize),
}

impl Node {
    /// An empty table.
    pub(crate) fn empty(span: Span) -> Self {
        Self { span, kind: Kind::Table(Vec::new()) }
    }

    /// The entries of a table; none of anything else.
    pub(crate) fn entries(&self) -> &[Entry] {
        match &self.kind {
            Kind::Table(entries) => entries,
            _ => &[],
        }
    }

    /// The elements of a list; none of anything else.
    pub(crate) fn elements(&self) -> &[Self] {
        match &self.kind {
            Kind::List(elements) => elements,
            _ => &[],
        }
    }

    pub(crate) fn entry(&self, name: &str) -> Option<&Entry> {
        self.entries().iter().find(|entry| entry.name == name)
    }

    pub(crate) fn get(&self, name: &str) -> Option<&Self> {
        self.entry(name).map(|entry| &entry.node)
    }

    pub(crate) fn is_table(&self) -> bool {
        matches!(self.kind, Kind::Table(_))
    }

    pub(crate) fn text(&self) -> Option<&str> {
        match &self.kind {
            Kind::Text(text) => Some(text),
            _ => None,
        }
    }

    /// What it is, for people.
    pub(crate) fn what(&self) -> &'static str {
        match &self.kind {
            Kind::Table(_) => "a table",
            Kind::List(_) => "a list",
            Kind::Text(_) => "a text",
            Kind::Whole(_) | Kind::Real(_) => "a number",
            Kind::Flag(_) => "true or false",
            Kind::Date(_) => "a bare date",
            Kind::TooLarge(_) => "a number that is too large",
        }
    }

    pub(crate) fn at(&self, hops: &[Hop]) -> Option<&Self> {
        hops.iter().try_fold(self, |node, hop| match hop {
            Hop::Key(name) => node.get(name),
            Hop::Index(index) => node.elements().get(*index),
        })
    }

    pub(crate) fn at_mut(&mut self, hops: &[Hop]) -> Option<&mut Self> {
        hops.iter().try_fold(self, |node, hop| match (&mut node.kind, hop) {
            (Kind::Table(entries), Hop::Key(name)) => {
                entries.iter_mut().find(|entry| entry.name == *name).map(|entry| &mut entry.node)
            }
            (Kind::List(elements), Hop::Index(index)) => elements.get_mut(*index),
            _ => None,
        })
    }

    /// Whether this table is one value: a quantity or a law.
    fn is_quantity(&self) -> bool {
        super::law::KINDS.iter().any(|(mark, _)| self.get(mark).is_some())
    }
}

/// The tree of a parsed file.
pub(crate) fn from_toml(file: u32, table: &DeTable<'_>, span: Span) -> Node {
    let mut entries: Vec<Entry> = table
        .iter()
        .map(|(key, value)| Entry {
            name: key.get_ref().to_string(),
            at: span_of(file, key.span()),
            node: value_of(file, value.get_ref(), span_of(file, value.span())),
        })
        .collect();
    entries.sort_by_key(|entry| entry.at.start);
    Node { span, kind: Kind::Table(entries) }
}

pub(crate) fn value_of(file: u32, value: &DeValue<'_>, span: Span) -> Node {
    let kind = match value {
        DeValue::Table(table) => return from_toml(file, table, span),
        DeValue::Array(list) => Kind::List(
            list.iter().map(|item| value_of(file, item.get_ref(), span_of(file, item.span()))).collect(),
        ),
        DeValue::String(text) => Kind::Text(text.to_string()),
        DeValue::Boolean(flag) => Kind::Flag(*flag),
        DeValue::Datetime(date) => Kind::Date(date.to_string()),
        DeValue::Integer(number) => match i64::from_str_radix(number.as_str(), number.radix()) {
            Ok(number) => Kind::Whole(number),
            Err(_) => Kind::TooLarge(number.as_str().to_owned()),
        },
        DeValue::Float(number) => match number.as_str().parse() {
            Ok(number) => Kind::Real(number),
            Err(_) => Kind::TooLarge(number.as_str().to_owned()),
        },
    };
    Node { span, kind }
}

pub(crate) fn span_of(file: u32, range: std::ops::Range<usize>) -> Span {
    let byte = |at: usize| u32::try_from(at).unwrap_or(u32::MAX);
    Span { file, start: byte(range.start), end: byte(range.end) }
}

/// Lays `over` upon `base`: tables key by key; anything else replaces, also a quantity, a law, or shares that must sum
/// to 100 %. `name` is the key of the two, `parent` the key of the table around it.
pub(crate) fn merge(base: &mut Node, over: Node, name: &str, parent: &str) {
    let shares = parent == "mix" || ["party", "batch"].contains(&name);
    let whole = shares || base.is_quantity() || over.is_quantity();
    let span = over.span;
    match (&mut base.kind, over.kind) {
        (Kind::Table(old), Kind::Table(new)) if !whole => {
            let index: std::collections::HashMap<String, usize> =
                old.iter().enumerate().map(|(at, entry)| (entry.name.clone(), at)).collect();
            for entry in new {
                match index.get(&entry.name) {
                    Some(&at) => {
                        old[at].at = entry.at;
                        merge(&mut old[at].node, entry.node, &entry.name, name);
                    }
                    None => old.push(entry),
                }
            }
            base.span = span;
        }
        (_, kind) => *base = Node { span, kind },
    }
}

/// Tells every value that is not made of tables and no empty list, with the way to it and as it would be written.
pub(crate) fn leaves(node: &Node, hops: &mut Vec<Hop>, tell: &mut dyn FnMut(&[Hop], String)) {
    let mut inside = |hop: Hop, node: &Node| {
        hops.push(hop);
        leaves(node, hops, tell);
        hops.pop();
    };
    match &node.kind {
        Kind::Table(entries) => {
            entries.iter().for_each(|entry| inside(Hop::Key(entry.name.clone()), &entry.node));
        }
        Kind::List(elements) if elements.iter().any(Node::is_table) => {
            elements.iter().enumerate().for_each(|(at, element)| inside(Hop::Index(at), element));
        }
        Kind::List(elements) if elements.is_empty() => {}
        _ => tell(hops, written(node)),
    }
}

/// A value that is not made of tables, as it would be written.
fn written(node: &Node) -> String {
    match &node.kind {
        Kind::List(elements) => {
            let all: Vec<String> = elements.iter().map(written).collect();
            format!("[{}]", all.join(", "))
        }
        Kind::Text(text) => format!("\"{text}\""),
        Kind::Date(text) | Kind::TooLarge(text) => text.clone(),
        Kind::Whole(number) => number.to_string(),
        Kind::Real(number) => number.to_string(),
        Kind::Flag(flag) => flag.to_string(),
        Kind::Table(_) => String::new(),
    }
}

/// A way as a path: `UA.exit.customs.lanes[0]`; a name with dots in it stands in quotes.
pub(crate) fn dotted(hops: &[Hop]) -> String {
    let mut path = String::new();
    for hop in hops {
        match hop {
            Hop::Index(at) => path.push_str(&format!("[{at}]")),
            Hop::Key(key) => {
                let dot = if path.is_empty() { "" } else { "." };
                let quote = if key.contains('.') { "\"" } else { "" };
                path.push_str(&format!("{dot}{quote}{key}{quote}"));
            }
        }
    }
    path
}

/// The canonical form, which the scenario's hash is taken of: values only, no positions, no comments.
pub(crate) fn canonical(node: &Node, out: &mut Vec<u8>) {
    match &node.kind {
        Kind::Table(entries) => {
            out.push(b'{');
            for entry in entries.iter().filter(|entry| entry.name != "extends") {
                text(&entry.name, out);
                canonical(&entry.node, out);
            }
            out.push(b'}');
        }
        Kind::List(elements) => {
            out.push(b'[');
            elements.iter().for_each(|element| canonical(element, out));
            out.push(b']');
        }
        Kind::Text(value) => text(value, out),
        Kind::Date(value) | Kind::TooLarge(value) => text(value, out),
        Kind::Whole(value) => {
            out.push(b'i');
            out.extend_from_slice(&value.to_le_bytes());
        }
        Kind::Real(value) => {
            out.push(b'f');
            out.extend_from_slice(&value.to_bits().to_le_bytes());
        }
        Kind::Flag(value) => out.extend_from_slice(&[b'b', u8::from(*value)]),
    }
}

fn text(value: &str, out: &mut Vec<u8>) {
    out.push(b's');
    out.extend_from_slice(&(value.len() as u64).to_le_bytes());
    out.extend_from_slice(value.as_bytes());
}
