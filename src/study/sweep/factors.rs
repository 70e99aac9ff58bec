//! What is varied: the study's levers and uncertainties, held against the scenario's inputs.
//!
//! A factor is a range of numbers or a list of values. Its *coordinate* at a point is the number, or the place in the
//! list; none means "as the scenario has it". Designs know coordinates only; what is put where is known here.

use serde::{Deserialize, Serialize};

use crate::scenario::diagnostics::Diagnostics;
use crate::scenario::study::{At, Factor as Stated, Put};
use crate::scenario::{Document, LoadedStudy, Scenario, Setting, When};
use crate::study::Case;

/// Values of a list at most: more are a range in disguise.
const LISTED_AT_MOST: usize = 10_000;

/// Who decides a factor.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Role {
    /// One decides it.
    Lever,
    /// One does not.
    Uncertainty,
}

impl Role {
    /// As files spell it.
    pub fn word(self) -> &'static str {
        match self {
            Self::Lever => "lever",
            Self::Uncertainty => "uncertainty",
        }
    }
}

/// A lever or an uncertainty.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Factor {
    /// Its name in the study; of an uncertainty that the study does not name, its path.
    pub name: String,
    /// Who decides it.
    pub role: Role,
    /// The path it varies; none where options set several.
    pub path: Option<String>,
    /// Unit of its numbers; empty for pure numbers and for values that are none.
    pub unit: String,
    /// As the scenario has it, in `unit`; none for what is no input.
    pub base: Option<f64>,
    /// What it may be.
    pub values: Values,
}

/// What a factor may be.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Values {
    /// Any number of a range, in the factor's unit.
    Range {
        /// Least.
        low: f64,
        /// Greatest.
        high: f64,
        /// Only whole ones.
        whole: bool,
        /// How many of them a full factorial takes, both ends included.
        levels: u32,
    },
    /// One of these.
    Listed(Vec<Listed>),
}

/// A value of a list.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Listed {
    /// As the study writes it; of an option, its name.
    pub label: String,
    /// The number in the factor's unit, where it is one.
    pub number: Option<f64>,
    /// What it puts where: (path, value as it would stand in the scenario).
    pub puts: Vec<(String, String)>,
}

/// A factor's value at a point; none: as the scenario has it.
pub type Coordinate = Option<f64>;

/// What is written of a factor at a point.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Told<'a> {
    /// A number in the factor's unit.
    Number(f64),
    /// Words.
    Words(&'a str),
}

/// What stands for a value that is left as the scenario has it and is no number.
pub const AS_IT_IS: &str = "as in the scenario";

impl Factor {
    /// Are all its values numbers?
    pub fn is_number(&self) -> bool {
        match &self.values {
            Values::Range { .. } => true,
            Values::Listed(listed) => self.base.is_some() && listed.iter().all(|l| l.number.is_some()),
        }
    }

    /// The coordinate at a share of the way, 0 ≤ `u` < 1, through what it may be.
    pub fn at(&self, u: f64) -> f64 {
        match &self.values {
            Values::Range { low, high, whole: false, .. } => low + u * (high - low),
            Values::Range { low, high, whole: true, .. } => {
                let (first, last) = (low.ceil(), high.floor());
                (first + (u * (last - first + 1.0)).floor()).min(last)
            }
            Values::Listed(listed) => (u * listed.len() as f64).floor().min(listed.len() as f64 - 1.0),
        }
    }

    /// Its coordinates in a full factorial.
    pub fn levels(&self) -> Vec<f64> {
        let Values::Range { low, high, whole, levels } = self.values else {
            return (0..self.listed().len()).map(|k| k as f64).collect();
        };
        let level = |k: u32| {
            let value = low + (high - low) * f64::from(k) / f64::from(levels - 1);
            if whole { value.round().clamp(low.ceil(), high.floor()) } else { value }
        };
        let mut all: Vec<f64> = (0..levels).map(level).collect();
        all.dedup();
        all
    }

    /// Is this coordinate what the scenario has anyway?
    pub fn is_base(&self, coordinate: f64) -> bool {
        let number = match &self.values {
            Values::Range { .. } => Some(coordinate),
            Values::Listed(listed) => {
                let chosen = &listed[coordinate as usize];
                if chosen.puts.is_empty() { return true } else { chosen.number }
            }
        };
        number.is_some() && number == self.base
    }

    fn listed(&self) -> &[Listed] {
        match &self.values {
            Values::Listed(listed) => listed,
            Values::Range { .. } => &[],
        }
    }

    /// What is put where at a coordinate.
    pub fn settings(&self, coordinate: f64) -> Vec<(&str, Setting<'_>)> {
        let path = self.path.as_deref();
        match (&self.values, path) {
            (Values::Range { .. }, Some(path)) => vec![(path, Setting::Number(coordinate))],
            (Values::Range { .. }, None) => Vec::new(),
            (Values::Listed(listed), path) => {
                let chosen = &listed[coordinate as usize];
                match (chosen.number, path) {
                    (Some(number), Some(path)) => vec![(path, Setting::Number(number))],
                    _ => chosen.puts.iter().map(|(p, v)| (p.as_str(), Setting::Text(v.as_str()))).collect(),
                }
            }
        }
    }

    /// What is written of it at a coordinate.
    pub fn told(&self, coordinate: Coordinate) -> Told<'_> {
        match (coordinate, &self.values) {
            (Some(number), Values::Range { .. }) => Told::Number(number),
            (Some(place), Values::Listed(listed)) => {
                let chosen = &listed[place as usize];
                match chosen.number.filter(|_| self.is_number()) {
                    Some(number) => Told::Number(number),
                    None => Told::Words(&chosen.label),
                }
            }
            (None, _) if self.is_number() => Told::Number(self.base.unwrap_or(f64::NAN)),
            (None, _) => Told::Words(AS_IT_IS),
        }
    }
}

/// The factors of a study, levers first; errors point into the study file.
pub(super) fn resolve(study: &LoadedStudy, case: &Case) -> Result<Vec<Factor>, Diagnostics> {
    let file = &study.file;
    let mut diags = study.diagnostics();
    let mut factors = Vec::new();
    let stated = file.lever.iter().map(|f| (Role::Lever, f));
    for (role, stated) in stated.chain(file.uncertainty.iter().map(|f| (Role::Uncertainty, f))) {
        factors.extend(one(role, stated, case, &mut diags));
    }
    let varied = file.design.uncertainties.is_some() || file.design.together.is_some();
    if varied && file.uncertainty.is_empty() {
        let taken: Vec<String> = factors.iter().flat_map(paths_of).collect();
        factors.extend(ranged(case.scenario(), &case.loaded.document, &taken));
    }
    twice(file, &mut diags);
    if diags.is_empty() { Ok(factors) } else { Err(diags) }
}

fn paths_of(factor: &Factor) -> Vec<String> {
    let put = factor.listed().iter().flat_map(|l| l.puts.iter().map(|(path, _)| path.clone()));
    factor.path.iter().cloned().chain(put).collect()
}

/// Every input that states a range and is no lever.
fn ranged(scenario: &Scenario, document: &Document, taken: &[String]) -> Vec<Factor> {
    let inputs = scenario.inputs.iter().filter(|input| !taken.contains(&input.path));
    let factor = |input: &crate::scenario::Input| {
        let (low, high) = input.range?;
        let whole = document.is_whole(&input.path);
        Some(Factor {
            name: input.path.clone(),
            role: Role::Uncertainty,
            path: Some(input.path.clone()),
            unit: input.unit.to_owned(),
            base: Some(input.value),
            values: Values::Range { low, high, whole, levels: 2 },
        })
    };
    inputs.filter_map(factor).collect()
}

/// A path that two factors vary: the later would win unseen.
fn twice(file: &crate::scenario::StudyFile, diags: &mut Diagnostics) {
    let mut seen: Vec<(&str, &str)> = Vec::new();
    for factor in file.lever.iter().chain(&file.uncertainty) {
        let own = factor.path.iter().map(|p| (p.is.as_str(), p.span));
        let mut puts: Vec<_> = factor.options.iter().flat_map(|(_, puts)| puts).collect();
        puts.sort_by(|a, b| a.path.cmp(&b.path));
        puts.dedup_by(|a, b| a.path == b.path);
        for (path, span) in own.chain(puts.into_iter().map(|p| (p.path.as_str(), p.span))) {
            if let Some((_, other)) = seen.iter().find(|(known, name)| *known == path && *name != factor.name)
            {
                let title = format!("`{path}` is varied by `{other}` and by `{}`", factor.name);
                diags.push(
                    span,
                    title,
                    "for the second time",
                    "one factor per path; `options` set several together",
                );
            }
            seen.push((path, &factor.name));
        }
    }
}

fn one(role: Role, stated: &Stated, case: &Case, diags: &mut Diagnostics) -> Option<Factor> {
    let name = stated.name.clone();
    let Some(path) = &stated.path else {
        let listed = stated.options.iter().map(|(label, puts)| option(label, puts, case, diags)).collect();
        let values = Values::Listed(listed);
        return Some(Factor { name, role, path: None, unit: String::new(), base: None, values });
    };
    let input = case.scenario().inputs.iter().find(|input| input.path == path.is);
    if input.is_none()
        && let Err((label, help)) = case.loaded.document.could_stand(&path.is)
    {
        diags.push(path.span, format!("`{}` leads nowhere in the scenario", path.is), label, help);
        return None;
    }
    let (unit, base) = input.map_or((String::new(), None), |i| (i.unit.to_owned(), Some(i.value)));
    let values = if !stated.values.is_empty() {
        let listed = stated.values.iter().map(|value| listed(path, value, case, diags)).collect();
        Values::Listed(listed)
    } else {
        range(path, stated, case, diags)?
    };
    let path = Some(path.is.clone());
    Some(Factor { name, role, path, unit, base, values })
}

fn option(label: &str, puts: &[Put], case: &Case, diags: &mut Diagnostics) -> Listed {
    let settings: Vec<_> = puts.iter().map(|put| (put.path.as_str(), Setting::Text(&put.value))).collect();
    if let (Err(errors), Some(put)) = (case.varied(&settings), puts.first()) {
        refused(&errors, put.span, &format!("option `{label}`"), diags);
    }
    let puts = puts.iter().map(|put| (put.path.clone(), put.value.clone())).collect();
    Listed { label: label.to_owned(), number: None, puts }
}

fn listed(path: &At<String>, value: &At<String>, case: &Case, diags: &mut Diagnostics) -> Listed {
    let number = case.loaded.document.number(&path.is, &value.is);
    let setting = number.map_or(Setting::Text(&value.is), Setting::Number);
    if let Err(errors) = case.varied(&[(&path.is, setting)]) {
        refused(&errors, value.span, &format!("`{}` = {}", path.is, value.is), diags);
    }
    Listed { label: value.is.clone(), number, puts: vec![(path.is.clone(), value.is.clone())] }
}

/// Says of a value that it makes no scenario, in the scenario's own words.
fn refused(errors: &Diagnostics, span: crate::scenario::Span, what: &str, diags: &mut Diagnostics) {
    let Some(first) = errors.iter().next() else { return };
    let help = if first.help.is_empty() { &first.label } else { &first.help };
    diags.push(span, format!("{what} makes no scenario: {}", first.title), first.label.clone(), help.clone());
}

fn range(path: &At<String>, stated: &Stated, case: &Case, diags: &mut Diagnostics) -> Option<Values> {
    let document = &case.loaded.document;
    let input = case.scenario().inputs.iter().find(|input| input.path == path.is);
    if let Some(text) = &stated.range
        && let Some(values) = dates(path, text, stated, diags)
    {
        return values;
    }
    let Some(input) = input else {
        let errors = document.with(&[(&path.is, 0.0)]).err()?;
        let first = errors.iter().next()?;
        let help = format!(
            "{}{}a range needs a number at its path; else give `values`",
            first.help,
            sep(&first.help)
        );
        diags.push(path.span, first.title.clone(), "no number stands there", help);
        return None;
    };
    let span = stated.range.as_ref().map_or(path.span, |text| text.span);
    let (low, high) = match (&stated.range, input.range) {
        (Some(text), _) => match document.range(&path.is, &text.is) {
            Ok(range) => range,
            Err((label, help)) => {
                diags.push(text.span, format!("`{}`: not a range", path.is), label, help);
                return None;
            }
        },
        (None, Some(range)) => range,
        (None, None) => {
            let help = "say `values = [...]` or `range = \"low .. high\"`; the scenario states none";
            diags.push(path.span, format!("`{}` has no range", path.is), "nothing says what it may be", help);
            return None;
        }
    };
    for end in [low, high] {
        if let Err(errors) = case.varied(&[(&path.is, Setting::Number(end))]) {
            refused(&errors, span, &format!("`{}` = {end} {}", path.is, input.unit), diags);
        }
    }
    let whole = document.is_whole(&path.is);
    match &stated.step {
        None => Some(Values::Range { low, high, whole, levels: stated.levels }),
        Some(step) => {
            let Some(by) = document.number(&path.is, &step.is).filter(|by| *by > 0.0) else {
                let help = format!("write a step in the unit of the range, e.g. {}", (high - low) / 4.0);
                diags.push(step.span, format!("`{}`: not a step", path.is), "not more than 0", help);
                return None;
            };
            let n = ((high - low) / by + 1e-9).floor() as usize + 1;
            let number = |k: usize| low + k as f64 * by;
            let text = |k| format!("{} {}", number(k), input.unit).trim().to_owned();
            let one = |k| Listed {
                label: text(k),
                number: Some(number(k)),
                puts: vec![(path.is.clone(), text(k))],
            };
            few(n, step, diags).then(|| Values::Listed((0..n).map(one).collect()))
        }
    }
}

fn sep(help: &str) -> &'static str {
    if help.is_empty() { "" } else { " " }
}

fn few(n: usize, at: &At<String>, diags: &mut Diagnostics) -> bool {
    if n > LISTED_AT_MOST {
        let title = format!("{n} values, at most {LISTED_AT_MOST}");
        diags.push(at.span, title, "too small a step", "a larger step, or none for any number of the range");
    }
    n <= LISTED_AT_MOST
}

/// A range of dates, one for each step (a day unless said otherwise); none if the text is no range of dates.
fn dates(
    path: &At<String>,
    text: &At<String>,
    stated: &Stated,
    diags: &mut Diagnostics,
) -> Option<Option<Values>> {
    let (low, high) = text.is.split_once("..")?;
    let date = |text: &str| match When::parse(text) {
        Ok(When::Date { date }) => Some(date),
        _ => None,
    };
    let (low, high) = (date(low)?, date(high)?);
    let step = stated.step.as_ref().map_or(Some(86_400_000_000), |step| match When::parse(&step.is) {
        Ok(When::Since(ticks)) if ticks > 0 => i64::try_from(ticks).ok(),
        _ => None,
    });
    let Some(step) = step else {
        let at = stated.step.as_ref().unwrap_or(text);
        diags.push(at.span, format!("`{}`: not a step of dates", path.is), "not a duration", "e.g. \"7 d\"");
        return Some(None);
    };
    let mut listed = Vec::new();
    let mut date = low;
    while date <= high && listed.len() <= LISTED_AT_MOST {
        let label = When::Date { date }.to_string();
        listed.push(Listed { number: None, puts: vec![(path.is.clone(), label.clone())], label });
        let Ok(next) = date.checked_add(jiff::SignedDuration::from_micros(step)) else { break };
        date = next;
    }
    if listed.is_empty() {
        diags.push(
            text.span,
            format!("`{}`: an empty range", path.is),
            "the first date is the later one",
            "swap them",
        );
        return Some(None);
    }
    let few = few(listed.len(), text, diags);
    Some(few.then_some(Values::Listed(listed)))
}
