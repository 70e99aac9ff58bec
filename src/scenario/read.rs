//! The reader: walks the tree by the declared sections, and gathers every error instead of stopping at the first.
//!
//! A [`Form`] reads one value; a [`Flat`] reads several keys of the table it stands in. Both always answer: where the
//! file is wrong they add an error and answer a stand-in, so that the rest is still looked at.

use super::Tick;
use super::diagnostics::{Diagnostics, Span, suggestion};
use super::inputs::{Evidence, How, Input, Noted};
use super::quantity::{self, Amount, Dimension, Wrong};
use super::schema::{Defs, Properties};
use super::selector::Selector;
use super::source::Tables;
use super::tree::{Hop, Kind, Node};
use super::when::When;

/// Reads one value.
pub(crate) trait Form {
    /// What comes out.
    type Out;
    /// Reads it; on error says so and answers a stand-in.
    fn read<'d>(node: &'d Node, cx: &mut Reader<'d>) -> Self::Out;
    /// What stands in where nothing could be read.
    fn stand_in() -> Self::Out;
    /// JSON Schema.
    fn schema(defs: &mut Defs) -> serde_json::Value;
    /// Whether the key `range` beside it belongs to it.
    const RANGED: bool = false;
}

/// Reads several keys of one table.
pub(crate) trait Flat {
    /// What comes out.
    type Out;
    /// Whether every key that no one else claims belongs to it.
    const OPEN: bool = false;
    /// The keys that belong to it.
    fn keys(out: &mut Vec<&'static str>);
    /// Reads them.
    fn read_flat<'d>(node: &'d Node, cx: &mut Reader<'d>) -> Self::Out;
    /// What stands in where nothing could be read.
    fn stand_in_flat() -> Self::Out;
    /// JSON Schema of the keys.
    fn properties(defs: &mut Defs, out: &mut Properties);
}

/// A table that is being read.
struct Frame {
    known: Vec<&'static str>,
    evidence: Option<(Evidence, String)>,
}

/// State of a reading.
pub(crate) struct Reader<'d> {
    /// The whole document.
    pub(crate) root: &'d Node,
    /// Texts of tables of counts, by the place that names them.
    pub(crate) tables: &'d Tables,
    /// Errors so far.
    pub(crate) diags: Diagnostics,
    /// Numbers so far.
    pub(crate) noted: Vec<Noted>,
    /// The two sides, once read.
    pub(crate) sides: [String; 2],
    /// `[sources]`, once read.
    pub(crate) sources: Vec<(String, String)>,
    /// Length of the run with its follow-up, once read.
    pub(crate) horizon: Tick,
    /// Every selector, so that its words can be checked once all are declared.
    pub(crate) selectors: Vec<Selector>,
    /// Values were drawn over their ranges: a range need not hold its value.
    pub(crate) drawn: bool,
    /// The run starts in a generic week, which has no dates.
    pub(crate) generic: bool,
    names: Vec<String>,
    hops: Vec<Hop>,
    frames: Vec<Frame>,
    range: Option<&'d Node>,
    quiet: u32,
}

impl<'d> Reader<'d> {
    pub(crate) fn new(root: &'d Node, tables: &'d Tables, diags: Diagnostics) -> Self {
        Self {
            root,
            tables,
            diags,
            noted: Vec::new(),
            sides: [String::new(), String::new()],
            sources: Vec::new(),
            horizon: 0,
            selectors: Vec::new(),
            drawn: false,
            generic: root
                .get("run")
                .and_then(|run| run.get("start")?.text())
                .is_some_and(|start| matches!(When::parse(start), Ok(When::Weekly { .. }))),
            names: Vec::new(),
            hops: Vec::new(),
            frames: Vec::new(),
            range: None,
            quiet: 0,
        }
    }

    // ---- where we are

    /// The path of the value that is being read, e.g. `PL.entry.first_line.service[eu]`.
    pub(crate) fn path(&self) -> String {
        let mut path = String::new();
        for name in &self.names {
            if !path.is_empty() && !name.starts_with('[') {
                path.push('.');
            }
            path.push_str(name);
        }
        path
    }

    /// The last name of the path.
    pub(crate) fn own_name(&self) -> String {
        self.names.last().cloned().unwrap_or_default()
    }

    /// The `n`-th name of the path.
    pub(crate) fn name_at(&self, n: usize) -> &str {
        self.names.get(n).map_or("", String::as_str)
    }

    /// Reads something under a key: path and hops grow by it.
    pub(crate) fn under<T>(&mut self, key: &str, read: impl FnOnce(&mut Self) -> T) -> T {
        self.names.push(key.to_owned());
        self.hops.push(Hop::Key(key.to_owned()));
        let out = read(self);
        self.hops.pop();
        self.names.pop();
        out
    }

    /// Reads something that has a name in the path but stands in the same value.
    pub(crate) fn named<T>(&mut self, name: &str, read: impl FnOnce(&mut Self) -> T) -> T {
        self.names.push(name.to_owned());
        let out = read(self);
        self.names.pop();
        out
    }

    /// Reads something that stands deeper but has no name of its own in the path.
    pub(crate) fn deeper<T>(&mut self, hop: Hop, read: impl FnOnce(&mut Self) -> T) -> T {
        self.hops.push(hop);
        let out = read(self);
        self.hops.pop();
        out
    }

    /// Reads something that is no input: a structural number.
    pub(crate) fn quietly<T>(&mut self, read: impl FnOnce(&mut Self) -> T) -> T {
        self.quiet += 1;
        let out = read(self);
        self.quiet -= 1;
        out
    }

    /// Reads something whose range stands beside it.
    pub(crate) fn with_range<T>(&mut self, range: Option<&'d Node>, read: impl FnOnce(&mut Self) -> T) -> T {
        let before = std::mem::replace(&mut self.range, range);
        let out = read(self);
        self.range = before;
        out
    }

    // ---- tables

    /// Begins a table with these keys; `open`: others may occur. Answers `false`, with an error, if it is no table.
    pub(crate) fn enter(&mut self, node: &'d Node, known: Vec<&'static str>, open: bool) -> bool {
        if !node.is_table() {
            let help = format!("keys: {}", super::diagnostics::listing(&known));
            self.wrong_kind(node, "a table", &help);
            return false;
        }
        if !open {
            self.unknown_keys(node, &known);
        }
        let evidence = if known.contains(&"source") {
            None
        } else {
            node.get("source").and_then(|s| self.evidence_of(s))
        };
        self.frames.push(Frame { known, evidence });
        true
    }

    /// Ends a table.
    pub(crate) fn leave(&mut self) {
        self.frames.pop();
    }

    fn unknown_keys(&mut self, node: &'d Node, known: &[&'static str]) {
        for entry in node.entries() {
            if entry.name != "source" && !known.contains(&entry.name.as_str()) {
                self.unknown_key(&entry.name, entry.at, known);
            }
        }
    }

    /// An error: nobody knows this key here.
    pub(crate) fn unknown_key(&mut self, name: &str, at: Span, known: &[&str]) {
        let path = self.path();
        let place = if path.is_empty() { "the file".to_owned() } else { format!("`{path}`") };
        self.diags.push(
            at,
            format!("unknown key `{name}` in {place}"),
            "not a key here",
            suggestion(name, known),
        );
    }

    /// Entries of the table being read that none of its known keys claims.
    pub(crate) fn unclaimed(&self, node: &'d Node) -> Vec<&'d super::tree::Entry> {
        let known = self.known();
        node.entries()
            .iter()
            .filter(|entry| entry.name != "source" && !known.contains(&entry.name.as_str()))
            .collect()
    }

    /// Keys of the table being read.
    pub(crate) fn known(&self) -> Vec<&'static str> {
        self.frames.last().map(|frame| frame.known.clone()).unwrap_or_default()
    }

    // ---- errors

    /// An error at a value, titled with its path.
    pub(crate) fn error(&mut self, span: Span, what: &str, label: &str, help: &str) {
        let path = self.path();
        let title = if path.is_empty() { what.to_owned() } else { format!("`{path}`: {what}") };
        self.diags.push(span, title, label, help);
    }

    /// An error: this is not what is expected here.
    pub(crate) fn wrong_kind(&mut self, node: &Node, expected: &str, help: &str) {
        self.error(node.span, &format!("expected {expected}"), &format!("this is {}", node.what()), help);
    }

    /// An error of a quantity.
    pub(crate) fn wrong_quantity(&mut self, span: Span, what: &str, wrong: &Wrong) {
        self.error(span, &format!("not {what}"), &wrong.label, &wrong.help);
    }

    /// An error: a key is missing. `doc` says what it is for.
    pub(crate) fn missing(&mut self, node: &Node, key: &str, doc: &str) {
        let what = format!("lacks `{key}`");
        let path = self.path();
        let title = if path.is_empty() { format!("the file {what}") } else { format!("`{path}` {what}") };
        let text: Vec<&str> = doc.split_whitespace().collect();
        self.diags.push(
            node.span,
            title,
            format!("`{key}` belongs here"),
            format!("`{key}`: {}", text.join(" ")),
        );
    }

    // ---- numbers

    /// Notes a number of the file, checks its range.
    pub(crate) fn note(
        &mut self,
        node: &'d Node,
        own_range: Option<&'d Node>,
        amount: Amount,
        dimension: Option<&'static Dimension>,
        how: How,
    ) {
        let range_node = own_range.or(self.range.take());
        let range = range_node.and_then(|range| self.read_range(range, amount, dimension));
        if self.quiet > 0 {
            return;
        }
        let (source, source_text) = match self.frames.iter().rev().find_map(|frame| frame.evidence.clone()) {
            Some((evidence, text)) => (evidence, Some(text)),
            None => (Evidence::Assumed, None),
        };
        let input = Input {
            path: self.path(),
            text: text_of(node),
            unit: amount.unit,
            value: amount.value,
            range,
            source,
            source_text,
            about: self.about(),
            span: node.span,
        };
        self.noted.push(Noted { input, hops: self.hops.clone(), how });
    }

    fn about(&self) -> Option<usize> {
        let code = if self.name_at(0) == "reference" { self.name_at(1) } else { self.name_at(0) };
        self.sides.iter().position(|side| !side.is_empty() && side == code)
    }

    fn read_range(
        &mut self,
        node: &'d Node,
        of: Amount,
        dimension: Option<&'static Dimension>,
    ) -> Option<(f64, f64)> {
        let Some(text) = node.text() else {
            self.wrong_kind(node, "a range", "write a range as \"3 .. 6 min\"");
            return None;
        };
        let range = match dimension {
            Some(dimension) => dimension.parse_range(text, of),
            None => quantity::plain_range(text),
        };
        let checked = range.and_then(|range| {
            if self.drawn {
                Ok(range)
            } else {
                quantity::check_range(range, of.value, of.unit).map(|()| range)
            }
        });
        match checked {
            Ok(range) => Some(range),
            Err(wrong) => {
                self.wrong_quantity(node.span, "a range", &wrong);
                None
            }
        }
    }

    // ---- evidence

    fn evidence_of(&mut self, node: &'d Node) -> Option<(Evidence, String)> {
        let Some(text) = node.text() else {
            self.wrong_kind(
                node,
                "a source",
                "a key of [sources], `expert`, `fitted`, or the source in words",
            );
            return None;
        };
        if let Some((key, said)) = self.sources.iter().find(|(key, _)| key == text) {
            let evidence = by_first_word(said).filter(|evidence| *evidence == Evidence::Measured);
            return Some((evidence.unwrap_or(Evidence::Published), format!("{key}: {said}")));
        }
        if let Some(evidence) = by_first_word(text) {
            return Some((evidence, text.to_owned()));
        }
        if !text.trim().contains(' ') {
            let mut known: Vec<&str> = self.sources.iter().map(|(key, _)| key.as_str()).collect();
            known.extend(["expert", "fitted"]);
            let help = format!("{}; or say the source in words", suggestion(text, &known));
            let title = format!("source `{text}` is not in [sources]");
            self.diags.push(node.span, title, "nobody says what this is", help);
            return None;
        }
        Some((Evidence::Published, text.to_owned()))
    }
}

/// `fitted to P14: …`, `measured: …`, `expert`.
fn by_first_word(text: &str) -> Option<Evidence> {
    let first: String = text.chars().take_while(char::is_ascii_alphabetic).collect();
    match first.as_str() {
        "expert" => Some(Evidence::Expert),
        "fitted" => Some(Evidence::Fitted),
        "measured" => Some(Evidence::Measured),
        "assumed" => Some(Evidence::Assumed),
        _ => None,
    }
}

/// A value as written, in a line.
fn text_of(node: &Node) -> String {
    match &node.kind {
        Kind::Text(text) | Kind::Date(text) | Kind::TooLarge(text) => text.clone(),
        Kind::Whole(number) => number.to_string(),
        Kind::Real(number) => number.to_string(),
        Kind::Flag(flag) => flag.to_string(),
        Kind::List(elements) => {
            let texts: Vec<String> = elements.iter().take(24).map(text_of).collect();
            format!("[{}{}]", texts.join(", "), if elements.len() > 24 { ", ..." } else { "" })
        }
        Kind::Table(_) => String::new(),
    }
}

/// The value of a key; of something that is no table, the value itself where the key is the one it is short for.
pub(crate) fn lookup<'d>(node: &'d Node, key: &str, short: Option<&str>) -> Option<&'d Node> {
    if node.is_table() { node.get(key) } else { (short == Some(key)).then_some(node) }
}
