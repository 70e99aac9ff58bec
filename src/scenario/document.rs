//! From files to a scenario: reading, extending, overriding, and reading again with other numbers.

use std::collections::{BTreeMap, HashSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::diagnostics::{Diagnostics, Span};
use super::inputs::{How, Input, Noted};
use super::quantity::{self, Amount, written};
use super::read::{Form as _, Reader};
use super::source::{self, Sources, Tables, Unreadable};
use super::tree::{self, Hop, Kind, Node};
use super::{Scenario, check, sets};

/// Top-level keys that say what a file is for and what is shown of it, and change no run.
const WORDS: [&str; 10] =
    ["kordon", "extends", "name", "question", "limits", "headline", "matters", "sources", "expect", "output"];

/// A scenario that was read.
#[derive(Debug, Clone)]
pub struct Loaded {
    /// What it says.
    pub scenario: Scenario,
    /// What the planner should know.
    pub warnings: Diagnostics,
    /// BLAKE3 of the canonical content, after `extends` and overrides: names a study.
    pub hash: String,
    /// The document, for spans and for reading again with other numbers.
    pub document: Document,
}

/// What was read, merged and overridden; every value knows where it stands.
#[derive(Debug, Clone)]
pub struct Document {
    root: Node,
    sources: Arc<Sources>,
    tables: Arc<Tables>,
    noted: Vec<Noted>,
}

/// Reads a scenario file, with what it extends and the tables it names; then applies `--set` overrides (path, value).
///
/// # Errors
/// Everything that is wrong with it, at once.
pub fn load(path: &Path, sets: &[(String, String)]) -> Result<Loaded, Diagnostics> {
    let mut loader = Loader::expecting(EMPTY);
    let root = match source::read_text(path, "the scenario") {
        Ok(text) => loader.file(path, &text, &mut Vec::new()),
        Err(error) => {
            loader.about_file(error);
            None
        }
    };
    loader.finish(root, sets, true)
}

/// Reads a scenario from a text. It cannot extend another file, nor name tables.
///
/// # Errors
/// Everything that is wrong with it, at once.
pub fn load_str(name: &str, text: &str, sets: &[(String, String)]) -> Result<Loaded, Diagnostics> {
    let mut loader = Loader::expecting(EMPTY);
    let text = source::text_of(name, text.as_bytes().to_vec());
    let root = match text {
        Ok(text) => loader.text(name, &text).map(|(mut root, _)| {
            if let Some(extends) = take_extends(&mut root) {
                let help = "save it as a file and load that";
                loader.push(extends.span, "`extends` needs a file", "this text stands in no folder", help);
            }
            root
        }),
        Err(error) => {
            loader.about_file(error);
            None
        }
    };
    loader.finish(root, sets, false)
}

impl Document {
    /// Reads the scenario again with other numbers: (path of an input, value in the unit of that input). Of shares that
    /// sum to 100 %, those that are not given give way in proportion; of a list, its mean is given.
    ///
    /// # Errors
    /// A path that is no input, or a value that cannot be.
    pub fn with(&self, values: &[(&str, f64)]) -> Result<Scenario, Diagnostics> {
        let settings: Vec<_> = values.iter().map(|(path, value)| (*path, Setting::Number(*value))).collect();
        self.varied(&settings)
    }

    /// Reads the scenario again with other values, applied in their order: numbers as by [`Document::with`], texts as
    /// by `--set`.
    ///
    /// # Errors
    /// A path that leads nowhere, or a value that cannot be.
    pub fn varied(&self, settings: &[(&str, Setting<'_>)]) -> Result<Scenario, Diagnostics> {
        let mut diags = self.diagnostics();
        let mut root = self.root.clone();
        let mut parts: BTreeMap<Vec<Hop>, Vec<Vec<Hop>>> = BTreeMap::new();
        for (path, setting) in settings {
            match setting {
                Setting::Text(text) => self.put_text(&mut root, path, text, &mut diags),
                Setting::Number(value) => {
                    let Some(noted) = self.put_number(&mut root, path, *value, &mut diags) else { continue };
                    if noted.how == How::Part {
                        parts.entry(around(&noted.hops)).or_default().push(noted.hops.clone());
                    }
                }
            }
        }
        for (table, given) in &parts {
            self.give_way(&mut root, table, given);
        }
        let (scenario, _, found) = read(&root, &self.tables, diags, true);
        let (errors, _) = found.split();
        if errors.is_empty() { Ok(scenario) } else { Err(errors) }
    }

    fn put_number(&self, root: &mut Node, path: &str, value: f64, diags: &mut Diagnostics) -> Option<&Noted> {
        let Some(noted) = self.noted.iter().find(|noted| noted.input.path == path) else {
            let known = self.noted.iter().map(|noted| noted.input.path.as_str());
            let near = super::diagnostics::nearest(path, known);
            let help = near.map_or_else(String::new, |near| format!("did you mean `{near}`?"));
            diags.push_about_file(format!("`{path}` is no input of this scenario"), help);
            return None;
        };
        if !value.is_finite() {
            diags.push(noted.input.span, format!("`{path}`: {value} is not a number"), "for this", "");
            return None;
        }
        replace(root, noted, value);
        Some(noted)
    }

    fn put_text(&self, root: &mut Node, path: &str, text: &str, diags: &mut Diagnostics) {
        let span = self.span(path).unwrap_or(root.span);
        let node = sets::value(text, span);
        if let Err((label, help)) = sets::set(root, path, span, node) {
            diags.push(span, format!("`{path}` leads nowhere"), label, help);
        }
    }

    /// A number as it would stand at an input, in the unit of that input; none where the text is none.
    #[must_use]
    pub fn number(&self, path: &str, text: &str) -> Option<f64> {
        let noted = self.noted.iter().find(|noted| noted.input.path == path)?;
        match noted.dimension() {
            Some((dimension, factor)) => dimension.parse(text).ok().map(|amount| amount.base() / factor),
            None => text.trim().parse().ok().filter(|number: &f64| number.is_finite()),
        }
    }

    /// A range that an input may lie in, such as `"14 .. 28 min"`, in the unit of that input.
    ///
    /// # Errors
    /// What is wrong with it and what to write.
    pub fn range(&self, path: &str, text: &str) -> Result<(f64, f64), (String, String)> {
        let Some(noted) = self.noted.iter().find(|noted| noted.input.path == path) else {
            return Err(("a range needs a number at its path".to_owned(), "give `values`".to_owned()));
        };
        let Input { value, unit, .. } = noted.input;
        let range = match noted.dimension() {
            Some((dimension, factor)) => dimension.parse_range(text, Amount { value, unit, factor }),
            None => quantity::plain_range(text),
        };
        let range = range.map_err(|wrong| (wrong.label, wrong.help))?;
        if range.0 < range.1 {
            Ok(range)
        } else {
            Err(("an empty range".to_owned(), "the first number must be the smaller one".to_owned()))
        }
    }

    /// Does the scenario have the table in which a value of this path stands, or could stand?
    ///
    /// # Errors
    /// What is not there, and what may be meant.
    pub fn could_stand(&self, path: &str) -> Result<(), (String, String)> {
        sets::could_stand(&self.root, path)
    }

    /// Is an input a whole number?
    #[must_use]
    pub fn is_whole(&self, path: &str) -> bool {
        let whole = |noted: &Noted| matches!(noted.how, How::Whole | How::WholeText);
        self.noted.iter().any(|noted| noted.input.path == path && whole(noted))
    }

    /// Scales the shares of a table that were not given, so that all sum to 100 %.
    fn give_way(&self, root: &mut Node, table: &[Hop], given: &[Vec<Hop>]) {
        let all: Vec<&Noted> = self
            .noted
            .iter()
            .filter(|noted| noted.how == How::Part && around(&noted.hops) == table)
            .collect();
        let (fixed, free): (Vec<&Noted>, Vec<&Noted>) =
            all.into_iter().partition(|noted| given.contains(&noted.hops));
        let fixed: f64 = fixed.iter().filter_map(|noted| share_at(root, &noted.hops)).sum();
        let sum: f64 = free.iter().map(|noted| noted.input.value).sum();
        let rest = (100.0 - fixed).max(0.0);
        for noted in free {
            let value = if sum > 0.0 { noted.input.value * rest / sum } else { 0.0 };
            replace(root, noted, value);
        }
    }

    /// Everything that decides a run and is no number of the register: rules, names, lists, as (path, written).
    #[must_use]
    pub fn rules(&self) -> Vec<(String, String)> {
        let numbers: HashSet<&[Hop]> = self.noted.iter().map(|noted| noted.hops.as_slice()).collect();
        let mut rules = Vec::new();
        for entry in self.root.entries().iter().filter(|entry| !WORDS.contains(&entry.name.as_str())) {
            tree::leaves(&entry.node, &mut vec![Hop::Key(entry.name.clone())], &mut |hops, written| {
                let about_a_number =
                    matches!(hops.last(), Some(Hop::Key(key)) if ["range", "source"].contains(&key.as_str()));
                if !about_a_number && !(1..=hops.len()).any(|n| numbers.contains(&hops[..n])) {
                    rules.push((tree::dotted(hops), written));
                }
            });
        }
        rules
    }

    /// Where a value stands, by its path; for errors of other floors.
    #[must_use]
    pub fn span(&self, path: &str) -> Option<Span> {
        let hops = sets::find(&self.root, path).ok()?;
        self.root.at(&hops).map(|node| node.span)
    }

    /// An empty list of errors about these files.
    #[must_use]
    pub fn diagnostics(&self) -> Diagnostics {
        Diagnostics::new(Arc::clone(&self.sources))
    }

    /// The files the scenario was read from, in the order they were opened.
    pub fn files(&self) -> impl Iterator<Item = &str> {
        (0..).map_while(|number| self.sources.file(number)).map(|(name, _)| name)
    }
}

/// What is put in the place of a value.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Setting<'a> {
    /// A number in the unit of the input.
    Number(f64),
    /// A value as it would stand in the file.
    Text(&'a str),
}

/// The table around a share: without the `is` of a quantity.
fn around(hops: &[Hop]) -> Vec<Hop> {
    let hops = match hops.split_last() {
        Some((Hop::Key(key), rest)) if key == "is" => rest,
        _ => hops,
    };
    hops.split_last().map(|(_, table)| table.to_vec()).unwrap_or_default()
}

fn share_at(root: &Node, hops: &[Hop]) -> Option<f64> {
    let text = root.at(hops)?.text()?;
    quantity::SHARE.parse(text).ok().map(|share| share.value)
}

/// Puts another number in the place of an input.
fn replace(root: &mut Node, noted: &Noted, value: f64) {
    let Some(node) = root.at_mut(&noted.hops) else { return };
    let unit = noted.input.unit;
    match noted.how {
        How::Text | How::Part => node.kind = Kind::Text(written(value, unit)),
        How::WholeText => node.kind = Kind::Text(written(value.round(), unit)),
        #[expect(clippy::cast_possible_truncation, reason = "out of range is said by the reader")]
        How::Whole => node.kind = Kind::Whole(value.round() as i64),
        How::Real => node.kind = Kind::Real(value),
        How::Scaled => {
            let factor = if noted.input.value == 0.0 { 1.0 } else { value / noted.input.value };
            scale(node, factor);
        }
    }
}

/// Multiplies every number of a list.
fn scale(node: &mut Node, factor: f64) {
    let Kind::List(elements) = &mut node.kind else { return };
    for element in elements {
        element.kind = match &element.kind {
            #[expect(clippy::cast_precision_loss, reason = "a weight")]
            Kind::Whole(number) => Kind::Real(*number as f64 * factor),
            Kind::Real(number) => Kind::Real(number * factor),
            Kind::Text(text) => match quantity::DURATION.parse(text) {
                Ok(amount) => Kind::Text(written(amount.value * factor, amount.unit)),
                Err(_) => continue,
            },
            _ => continue,
        };
    }
}

/// Reads a tree: the scenario (with stand-ins where it is wrong), its numbers, everything that is wrong.
fn read(
    root: &Node,
    tables: &Tables,
    diags: Diagnostics,
    drawn: bool,
) -> (Scenario, Vec<Noted>, Diagnostics) {
    let mut cx = Reader::new(root, tables, diags);
    cx.drawn = drawn;
    let mut scenario = Scenario::read(root, &mut cx);
    check::check(&scenario, &mut cx);
    scenario.inputs = cx.noted.iter().map(|noted| noted.input.clone()).collect();
    (scenario, cx.noted, cx.diags)
}

fn take_extends(root: &mut Node) -> Option<Node> {
    let Kind::Table(entries) = &mut root.kind else { return None };
    let at = entries.iter().position(|entry| entry.name == "extends")?;
    Some(entries.remove(at).node)
}

/// Levels of `extends`.
const DEEPEST: usize = 32;

/// What is said of a scenario without a word in it.
const EMPTY: &str =
    "begin with `kordon = 1`, `name`, `sides`, [run], [traffic.<name>]; see scenarios/hello.toml";

/// Gathers texts and what is wrong with them, before anything points anywhere.
pub(super) struct Loader {
    sources: Sources,
    /// Where each text is from.
    paths: Vec<PathBuf>,
    wrong: Vec<(Option<Span>, String, String, String)>,
    /// What an empty text should begin with.
    empty: &'static str,
}

impl Loader {
    pub(super) fn expecting(empty: &'static str) -> Self {
        Self { sources: Sources::default(), paths: Vec::new(), wrong: Vec::new(), empty }
    }

    /// Parses a file that extends no other. `what` says what it is, "the study".
    pub(super) fn plain(&mut self, path: &Path, what: &str) -> Option<Node> {
        match source::read_text(path, what) {
            Ok(text) => self.text(&path.display().to_string(), &text).map(|(root, _)| root),
            Err(error) => {
                self.about_file(error);
                None
            }
        }
    }

    /// The texts, and what is wrong with them so far.
    pub(super) fn diagnostics(self) -> (Arc<Sources>, Diagnostics) {
        let sources = Arc::new(self.sources);
        let mut diags = Diagnostics::new(Arc::clone(&sources));
        for (span, title, label, help) in self.wrong {
            match span {
                Some(span) => diags.push(span, title, label, help),
                None => diags.push_about_file(title, help),
            }
        }
        diags.sort();
        (sources, diags)
    }

    fn push(&mut self, span: Span, title: &str, label: &str, help: &str) {
        self.wrong.push((Some(span), title.to_owned(), label.to_owned(), help.to_owned()));
    }

    fn about_file(&mut self, error: Unreadable) {
        self.wrong.push((None, error.title, String::new(), error.help));
    }

    /// Parses a text. Answers its tree and its number.
    fn text(&mut self, name: &str, text: &str) -> Option<(Node, u32)> {
        let file = self.sources.add(name, text);
        self.paths.push(PathBuf::from(name));
        let (table, errors) = toml::de::DeTable::parse_recoverable(text);
        for error in &errors {
            let span = tree::span_of(file, error.span().unwrap_or(0..0));
            let message = error.message().lines().collect::<Vec<_>>().join("; ");
            self.push(span, &format!("not TOML: {message}"), "here", toml_help(&message));
        }
        let root = tree::from_toml(file, table.get_ref(), tree::span_of(file, 0..0));
        if errors.is_empty() && root.entries().is_empty() {
            let help = self.empty.to_owned();
            self.about_file(Unreadable { title: format!("`{name}` is empty"), help });
            return None;
        }
        errors.is_empty().then_some((root, file))
    }

    /// Parses a file's text and lays it upon what it extends. `open` are the files that extend it.
    fn file(&mut self, path: &Path, text: &str, open: &mut Vec<PathBuf>) -> Option<Node> {
        open.push(source::identity(path));
        let (mut root, _) = self.text(&path.display().to_string(), text)?;
        let Some(extends) = take_extends(&mut root) else { return Some(root) };
        let Some(named) = extends.text() else {
            self.push(
                extends.span,
                "`extends` names no file",
                "a file name belongs here",
                "extends = \"base.toml\"",
            );
            return None;
        };
        let base = match source::relative_to(path, named) {
            Ok(base) => base,
            Err(error) => {
                self.push(extends.span, &error.title, "named here", &error.help);
                return None;
            }
        };
        if open.contains(&source::identity(&base)) || open.len() > DEEPEST {
            let chain: Vec<String> = open.iter().map(|path| file_name(path)).collect();
            let label = format!("{} → {named}", chain.join(" → "));
            self.push(
                extends.span,
                "`extends` goes round in a circle",
                &label,
                "a base must not extend its variant",
            );
            return None;
        }
        match source::read_text(&base, "the file it extends,") {
            Ok(text) => {
                let mut base = self.file(&base, &text, open)?;
                tree::merge(&mut base, root, "", "");
                Some(base)
            }
            Err(error) => {
                self.push(extends.span, &error.title, "named here", &error.help);
                None
            }
        }
    }

    fn apply_sets(&mut self, root: &mut Node, sets: &[(String, String)]) {
        for (path, value) in sets {
            let file = self.sources.add("--set", format!("{path}={value}"));
            self.paths.push(PathBuf::new());
            let key = tree::span_of(file, 0..path.len());
            let node = sets::value(value, tree::span_of(file, path.len() + 1..path.len() + 1 + value.len()));
            if let Err((label, help)) = sets::set(root, path, key, node) {
                self.push(key, &format!("`{path}` leads nowhere"), &label, &help);
            }
        }
    }

    /// Reads the tables of counts that streams name.
    fn tables(&mut self, root: &Node) -> Tables {
        let mut tables = Tables::new();
        let streams = root.get("traffic").map(Node::entries).unwrap_or_default();
        let rates = streams.iter().flat_map(|stream| ["books", "arrives"].map(|key| stream.node.get(key)));
        for node in rates.flatten().filter_map(|rate| rate.get("table")) {
            let Some(name) = node.text() else { continue };
            let beside = self.paths.get(node.span.file as usize).cloned().unwrap_or_default();
            let read =
                source::relative_to(&beside, name).and_then(|path| source::read_text(&path, "the table"));
            match read {
                Ok(text) => tables.push((node.span, text)),
                Err(error) => self.push(node.span, &error.title, "named here", &error.help),
            }
        }
        tables
    }

    fn finish(
        mut self,
        root: Option<Node>,
        sets: &[(String, String)],
        files: bool,
    ) -> Result<Loaded, Diagnostics> {
        let root = root.map(|mut root| {
            self.apply_sets(&mut root, sets);
            root
        });
        let tables = root.as_ref().filter(|_| files).map(|root| self.tables(root)).unwrap_or_default();
        let (sources, diags) = self.diagnostics();
        let Some(root) = root else { return Err(diags) };
        let (scenario, noted, mut diags) = read(&root, &tables, diags, false);
        diags.sort();
        let (errors, warnings) = diags.split();
        if !errors.is_empty() {
            return Err(errors);
        }
        let hash = hash(&root, &tables);
        let document = Document { root, sources, tables: Arc::new(tables), noted };
        Ok(Loaded { scenario, warnings, hash, document })
    }
}

fn hash(root: &Node, tables: &Tables) -> String {
    let mut bytes = Vec::new();
    tree::canonical(root, &mut bytes);
    let mut hasher = blake3::Hasher::new();
    hasher.update(&bytes);
    for (_, text) in tables {
        hasher.update(&(text.len() as u64).to_le_bytes());
        hasher.update(text.as_bytes());
    }
    hasher.finalize().to_hex().to_string()
}

fn file_name(path: &Path) -> String {
    path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default()
}

/// What to do about an error of the TOML parser.
fn toml_help(message: &str) -> &'static str {
    if message.contains("duplicate key") {
        "a key or table may stand only once; put its keys together"
    } else if message.contains("string") || message.contains("quote") {
        "texts stand in quotes: \"4 min\""
    } else if message.contains("recurs") {
        "too many levels inside each other"
    } else {
        "a line is `key = value` or `[table]`; texts stand in quotes: \"4 min\""
    }
}
