//! Study files: which scenario, what is varied in it, how often, and what is looked at.
//!
//! A *lever* is what one decides, an *uncertainty* what one does not. Both are factors: a path into the scenario and the
//! values it may take, or named options that set several paths at once. What a path means, only the scenario knows; a
//! study is therefore read together with it ([`load_study`]), and the floor above holds the factors against its inputs.

use std::path::Path;
use std::sync::Arc;

use serde_json::{Value, json};

use super::declare::{section, words};
use super::diagnostics::{Diagnostics, Span};
use super::document::{Loaded, Loader, load};
use super::forms::{Fixed, List, Named, OneOrMore, Pointed, Tables, Text};
use super::numbers::{AnyNumber, Between, Percent, Seed};
use super::read::{Form, Reader};
use super::schema::{self, Defs};
use super::sides::Version;
use super::source::{self, Sources};
use super::tree::{Kind, Node};

/// Something and where it stands in the file.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct At<T> {
    /// What stands there.
    pub is: T,
    /// Where.
    pub span: Span,
}

section! {
    /// A whole study: one scenario, what is varied in it, how often, and what is looked at.
    pub struct StudyFile {
        /// The version of the grammar; every file begins `kordon = 1`.
        kordon: u32 = need(Version),
        /// What is studied, in a line.
        name: String = need(Text),
        /// The question it is to answer.
        question: Option<String> = may(Text),
        /// The scenario, as a file name relative to this file: `"../scenarios/yahodyn-week.toml"`.
        scenario: At<String> = need(Pointed<Text>),
        /// The seed of all draws. A number; default: the scenario's. All points see the same travellers.
        seed: Option<u64> = may(Fixed<Seed>),
        /// Replications of each point: a number, or a table with `until`. Default 10.
        replications: Often = or(Often, Often::default()),
        /// Numbers to keep, by name or by what they begin with: `["UA>PL truck", "PL.entry.customs wait"]`; `"*"` keeps
        /// all. Default: spans, outcomes and ledger of each class, load and wait of each stage.
        kpis: Vec<At<String>> = or(OneOrMore<Pointed<Text>>, Vec::new()),
        /// What is to become small or large: `[[objective]]`. Default: the scenario's headline, small.
        objective: Vec<Objective> = or(List<Objective>, Vec::new()),
        /// What one decides: `[lever.<name>]`.
        lever: Vec<Factor> = or(Tables<Factor>, Vec::new()),
        /// What one does not decide: `[uncertainty.<name>]`. Default: every input of the scenario with a range.
        uncertainty: Vec<Factor> = or(Tables<Factor>, Vec::new()),
        /// Which points are simulated.
        design: Design = or(Design, Design::default()),
    }
}

section! {
    /// Replications of each point.
    pub struct Often short "fixed" then check_often {
        /// So many. A number from 1 to 10 000 000.
        fixed: Option<u32> = may(Fixed<Between<1, 10_000_000>>),
        /// Until the 95 % interval of `of` has this half-width, as a share of the mean, for three rounds: `"2 %"`.
        until: Option<f64> = may(Fixed<Percent>),
        /// The number whose interval is looked at. Default: the scenario's headline.
        of: Option<At<String>> = may(Pointed<Text>),
        /// Half-width that is narrow enough whatever the mean: `"2 min"`. Default: a tenth of what `matters`.
        floor: Option<f64> = may(Fixed<AnyNumber>),
        /// Most replications of a point with `until`. A number; default 10 000. A point that stops here says so.
        cap: u32 = or(Fixed<Between<2, 10_000_000>>, 10_000),
    }
}

section! {
    /// A number that is to become small or large.
    pub struct Objective then check_objective {
        /// Name of a number that is to become small: `"UA>PL truck wait mean"`.
        minimise: Option<At<String>> = may(Pointed<Text>),
        /// Name of a number that is to become large: `"PL.entry.customs throughput"`.
        maximise: Option<At<String>> = may(Pointed<Text>),
        /// The smallest difference that matters, e.g. `"30 min"`. Default: none, or the scenario's for its headline.
        matters: Option<f64> = may(Fixed<AnyNumber>),
        /// Where it stands in the file.
        span: Span = here(),
    }
}

section! {
    /// A lever or an uncertainty: a path and its values, or options that set several paths at once.
    pub struct Factor then check_factor {
        /// Its name: the column of the files.
        name: String = own_name(),
        /// The path of the value: `"PL.entry.customs.lanes.loaded.booths"`, `"run.start"`.
        path: Option<At<String>> = may(Pointed<Text>),
        /// The values it may take, as they would stand in the scenario: `[6, 8, 10]`, `["20 trucks", "40 trucks"]`.
        values: Vec<At<String>> = or(OneOrMore<Setting>, Vec::new()),
        /// The range it may lie in: `"14 .. 28 min"`, `"4 .. 12"`, `"2025-06-11 .. 2025-07-02"`. Default: the input's own.
        range: Option<At<String>> = may(Pointed<Text>),
        /// Only every so many of the range, from its lower end: `"2 min"`, `2`, `"7 d"`.
        step: Option<At<String>> = may(Setting),
        /// Values of a range in `full factorial` and `one at a time`, its ends included. A number; default 2.
        levels: u32 = or(Fixed<Between<2, 1_000>>, 2),
        /// Named options, each setting any number of paths: `options.second_shift = { "PL.officers.customs.count" = 20 }`.
        options: Vec<(String, Vec<Put>)> = or(Named<Puts>, Vec::new()),
        /// Where it stands in the file.
        span: Span = here(),
    }
}

section! {
    /// Which points are simulated. Levers and uncertainties are crossed: each setting meets each future.
    pub struct Design then check_design {
        /// Settings of the levers. Default `"full factorial"`.
        levers: Option<Sample> = may(Sample),
        /// Futures: values of the uncertainties. Default: each stays as the scenario has it.
        uncertainties: Option<Sample> = may(Sample),
        /// Levers and uncertainties in one design, not crossed, instead of the two.
        together: Option<Sample> = may(Sample),
        /// Where it stands in the file.
        span: Span = here(),
    }
}

section! {
    /// A design over several factors.
    pub struct Sample short "kind" then check_sample {
        /// Which design.
        kind: DesignKind = need(DesignKind),
        /// Points of a Latin hypercube or a Sobol' sequence; rows of the first matrix of `saltelli`. A number.
        points: Option<u32> = may(Fixed<Between<1, 10_000_000>>),
        /// Points of a Latin hypercube that has grown: the first `points` stay as they are. A number.
        grown_to: Option<u32> = may(Fixed<Between<1, 10_000_000>>),
        /// Where it stands in the file.
        span: Span = here(),
    }
}

words! {
    /// Designs.
    pub enum DesignKind {
        /// Every value with every other.
        FullFactorial = "full factorial",
        /// The scenario as it is, then each value of each factor alone.
        OneAtATime = "one at a time",
        /// Every factor in as many equal parts as there are points, each part once.
        LatinHypercube = "latin hypercube",
        /// The Sobol' sequence: fills evenly, and goes on where it stopped.
        Sobol = "sobol",
        /// Rows of two Sobol' matrices and their mixtures, for first-order and total-effect indices.
        Saltelli = "saltelli",
    }
}

/// A value put at a path.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Put {
    /// The path.
    pub path: String,
    /// The value, as it would stand in the scenario.
    pub value: String,
    /// Where it stands in the file.
    pub span: Span,
}

impl Default for Often {
    fn default() -> Self {
        Self { fixed: Some(10), until: None, of: None, floor: None, cap: 10_000 }
    }
}

#[expect(clippy::derivable_impls, reason = "the type is declared by a macro that does not derive it")]
impl Default for Design {
    fn default() -> Self {
        Self { levers: None, uncertainties: None, together: None, span: Span::default() }
    }
}

impl DesignKind {
    /// Does it need to be told how many points?
    #[must_use]
    pub fn sampled(self) -> bool {
        matches!(self, Self::LatinHypercube | Self::Sobol | Self::Saltelli)
    }
}

// ---- forms

/// A value as it would stand in a scenario: a text, a number, true or false, a date.
#[derive(Debug)]
struct Setting;

impl Form for Setting {
    type Out = At<String>;
    fn read<'d>(node: &'d Node, cx: &mut Reader<'d>) -> At<String> {
        let is = match &node.kind {
            Kind::Text(text) | Kind::Date(text) => text.trim().to_owned(),
            Kind::Whole(number) => number.to_string(),
            Kind::Real(number) => number.to_string(),
            Kind::Flag(flag) => flag.to_string(),
            _ => {
                cx.wrong_kind(
                    node,
                    "one value",
                    "write it as it would stand in the scenario, e.g. 8 or \"4 min\"",
                );
                String::new()
            }
        };
        At { is, span: node.span }
    }
    fn stand_in() -> At<String> {
        At::default()
    }
    fn schema(_: &mut Defs) -> Value {
        json!({ "type": ["string", "number", "boolean"] })
    }
}

/// Paths and what is put there: `{ "PL.officers.customs.count" = 20 }`, dots in quotes or as nested tables.
#[derive(Debug)]
struct Puts;

impl Form for Puts {
    type Out = Vec<Put>;
    fn read<'d>(node: &'d Node, cx: &mut Reader<'d>) -> Vec<Put> {
        if !node.is_table() {
            cx.wrong_kind(node, "a table of paths", "e.g. { \"PL.officers.customs.count\" = 20 }");
        }
        let mut out = Vec::new();
        puts(node, "", cx, &mut out);
        out
    }
    fn stand_in() -> Vec<Put> {
        Vec::new()
    }
    fn schema(_: &mut Defs) -> Value {
        json!({ "type": "object" })
    }
}

fn puts<'d>(node: &'d Node, around: &str, cx: &mut Reader<'d>, out: &mut Vec<Put>) {
    for entry in node.entries() {
        let path = if around.is_empty() { entry.name.clone() } else { format!("{around}.{}", entry.name) };
        if entry.node.is_table() {
            puts(&entry.node, &path, cx, out);
        } else {
            let At { is: value, span } = Setting::read(&entry.node, cx);
            out.push(Put { path, value, span });
        }
    }
}

// ---- what must go together

fn check_often(often: &mut Often, node: &Node, cx: &mut Reader<'_>) {
    let help = "write `replications = 20`, or [replications] with `until = \"2 %\"` and a `cap`";
    match (often.fixed, often.until) {
        (Some(_), Some(_)) => {
            cx.error(node.span, "both `fixed` and `until`", "one of them decides how often", help);
        }
        (None, None) => cx.error(node.span, "neither `fixed` nor `until`", "nothing says how often", help),
        (None, Some(share)) if share <= 0.0 || share >= 1.0 => {
            cx.error(node.span, "no precision", "`until` lies between 0 and 100 %", help);
        }
        _ => {}
    }
}

fn check_objective(objective: &mut Objective, node: &Node, cx: &mut Reader<'_>) {
    if objective.minimise.is_some() == objective.maximise.is_some() {
        let help = "write `minimise = \"UA>PL truck wait mean\"`, or `maximise = ...`";
        cx.error(node.span, "an objective has one of `minimise` and `maximise`", "here", help);
    }
}

fn check_factor(factor: &mut Factor, node: &Node, cx: &mut Reader<'_>) {
    let own = [!factor.values.is_empty(), factor.range.is_some()].iter().filter(|is| **is).count();
    let help = "a path with `values` or a `range`, or `options` that set several paths";
    match (&factor.path, factor.options.is_empty()) {
        (None, true) => cx.error(node.span, "lacks `path`", "nothing says what is varied", help),
        (Some(path), false) => cx.error(path.span, "both `path` and `options`", "one of them", help),
        (None, false) if own > 0 => cx.error(node.span, "`options` have their own values", "here", help),
        _ if own > 1 => cx.error(node.span, "both `values` and a `range`", "one of them", help),
        _ => {}
    }
    if let Some(step) = factor.step.as_ref().filter(|_| factor.range.is_none()) {
        cx.error(step.span, "a step without a range", "steps of what?", "add `range = \"4 .. 12\"`");
    }
}

fn check_design(design: &mut Design, node: &Node, cx: &mut Reader<'_>) {
    if design.together.is_some() && (design.levers.is_some() || design.uncertainties.is_some()) {
        let help = "`together` puts all factors into one design; `levers` and `uncertainties` are crossed";
        cx.error(node.span, "`together` beside `levers` or `uncertainties`", "one or the other", help);
    }
}

fn check_sample(sample: &mut Sample, node: &Node, cx: &mut Reader<'_>) {
    let word = sample.kind.word();
    let say = |cx: &mut Reader<'_>, what: &str, help: &str| {
        cx.error(node.span, &format!("`{word}` {what}"), "here", help);
    };
    match (sample.points, sample.grown_to) {
        (None, _) if sample.kind.sampled() => {
            say(cx, "lacks `points`", &format!("e.g. {{ kind = \"{word}\", points = 64 }}"));
        }
        (Some(_), _) if !sample.kind.sampled() => {
            say(cx, "has no `points`", "values and levels of the factors say how many points there are");
        }
        (_, Some(_)) if sample.kind != DesignKind::LatinHypercube => {
            say(cx, "has no `grown_to`", "raise `points`: the first ones stay as they are");
        }
        (Some(points), Some(grown)) if grown < points => {
            say(cx, "grows to fewer points", "`grown_to` is at least `points`");
        }
        _ => {}
    }
}

// ---- reading

/// A study that was read, with its scenario.
#[derive(Debug, Clone)]
pub struct LoadedStudy {
    /// What it says.
    pub file: StudyFile,
    /// The scenario that is varied.
    pub scenario: Loaded,
    sources: Arc<Sources>,
}

impl LoadedStudy {
    /// An empty list of errors about the study file.
    #[must_use]
    pub fn diagnostics(&self) -> Diagnostics {
        Diagnostics::new(Arc::clone(&self.sources))
    }
}

/// Reads a study file and its scenario, with overrides of the scenario (path, value).
///
/// # Errors
/// Everything that is wrong with the study, at once; if nothing is, everything that is wrong with the scenario.
pub fn load_study(path: &Path, sets: &[(String, String)]) -> Result<LoadedStudy, Diagnostics> {
    const EMPTY: &str = "begin with `kordon = 1`, `name`, `scenario`, [lever.<name>]; see docs/studies.md";
    let mut loader = Loader::expecting(EMPTY);
    let root = loader.plain(path, "the study");
    let (sources, diags) = loader.diagnostics();
    let Some(root) = root else { return Err(diags) };
    let tables = Vec::new();
    let mut cx = Reader::new(&root, &tables, diags);
    let file = StudyFile::read(&root, &mut cx);
    let scenario = source::relative_to(path, &file.scenario.is)
        .and_then(|path| source::read_text(&path, "the scenario").map(|_| path));
    let scenario = scenario.map_err(|error| {
        if !file.scenario.is.is_empty() {
            cx.diags.push(file.scenario.span, error.title, "named here", error.help);
        }
    });
    cx.diags.sort();
    let (errors, _) = cx.diags.split();
    match scenario {
        Ok(scenario) if errors.is_empty() => {
            Ok(LoadedStudy { file, scenario: load(&scenario, sets)?, sources })
        }
        _ => Err(errors),
    }
}

/// The JSON Schema of a study file.
#[must_use]
pub fn study_schema() -> Value {
    schema::of::<StudyFile>("Kordon study")
}
