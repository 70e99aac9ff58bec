//! The same travellers under two scenarios.
//!
//! Both run with the same seed, so that traveller *k* of a source has the same papers, needs and arrival in replication *r*
//! of either. What is looked at is the difference of each replication from its twin; its interval is that of a
//! difference of *pairs*. How much the pairing gained is measured, not promised: the correlation between twins, and
//! how many times smaller the variance of the difference is than it would be between strangers.

use std::collections::HashMap;

use super::case::Case;
use super::kpis::Unit;
use super::replicate::{Control, Study, StudyError, named, replicate};
use super::summary::{Summary, correlation};
use crate::scenario::Input;

/// An input or a rule that is not the same in both.
#[derive(Debug, Clone, PartialEq)]
pub struct Changed {
    /// Its path.
    pub path: String,
    /// As written in the base; none where it is not there.
    pub base: Option<String>,
    /// As written in the variant; none where it is not there.
    pub variant: Option<String>,
}

/// A number under both.
#[derive(Debug, Clone, PartialEq)]
pub struct Pair {
    /// Its name.
    pub name: String,
    /// Its unit.
    pub unit: Unit,
    /// In the base.
    pub base: Summary,
    /// In the variant.
    pub variant: Summary,
    /// Variant less base, replication by replication.
    pub difference: Summary,
    /// Between the twins; NaN where one does not vary.
    pub correlation: f64,
    /// Variance of a difference between strangers over that between twins; NaN where it is not defined.
    pub reduction: f64,
}

/// A variant held against the base.
#[derive(Debug, Clone, PartialEq)]
pub struct Comparison {
    /// Numbers that both have, in the order of the base.
    pub pairs: Vec<Pair>,
    /// Index of the headline among them.
    pub headline: usize,
    /// Inputs that differ, then rules.
    pub changed: Vec<Changed>,
    /// Numbers that only one of them has: (in the base only, in the variant only).
    pub unpaired: (Vec<String>, Vec<String>),
    /// Pairs of replications.
    pub replications: u64,
}

/// Runs the base and its variants with the same seeds; answers the studies, the base first, as far as they came.
///
/// # Errors
/// Scenarios of other sides; a headline that one of them does not have; a run that cannot go on.
pub fn compare(
    cases: &[Case],
    seed: u64,
    replications: u64,
    control: Control<'_>,
) -> Result<Vec<Study>, StudyError> {
    let Some(base) = cases.first() else { return Ok(Vec::new()) };
    for case in cases {
        same_sides(base, case)?;
        same_time(base, case)?;
        named(&super::kpis::Kpis::of(&case.plan), &base.headline())?;
    }
    cases.iter().map(|case| replicate(&case.plan, seed, replications, control)).collect()
}

fn same_sides(base: &Case, variant: &Case) -> Result<(), StudyError> {
    let (a, b) = (&base.plan.sides, &variant.plan.sides);
    if a == b {
        return Ok(());
    }
    let same_two = a.iter().all(|side| b.contains(side));
    let why = if same_two { "list them in the same order" } else { "they are different borders" };
    Err(StudyError::NotComparable(format!(
        "`{}` has the sides {} and {}, `{}` has {} and {}: {why}",
        base.label, a[0], a[1], variant.label, b[0], b[1]
    )))
}

/// Travellers can only be paired if they appear in the same stretch of time.
fn same_time(base: &Case, variant: &Case) -> Result<(), StudyError> {
    let of = |case: &Case| (case.scenario().run.start, case.plan.warmup, case.plan.window);
    if of(base) == of(variant) {
        return Ok(());
    }
    Err(StudyError::NotComparable(format!(
        "`{}` and `{}` do not count the same stretch of time: make `run.start`, `run.warmup` and `run.length` equal",
        base.label, variant.label
    )))
}

/// Holds a variant against the base.
///
/// # Errors
/// When the base's headline is no number of both.
pub fn against(
    (base, base_study): (&Case, &Study),
    (variant, variant_study): (&Case, &Study),
) -> Result<Comparison, StudyError> {
    let replications = base_study.replications().min(variant_study.replications());
    let mut pairs = Vec::new();
    let mut unpaired = (Vec::new(), Vec::new());
    for (k, kpi) in base_study.kpis.list().iter().enumerate() {
        let name = &base_study.kpis.names()[k];
        match variant_study.kpis.names().iter().position(|n| n == name) {
            Some(j) => {
                let rows =
                    |study: &Study, at| study.values(at).take(replications as usize).collect::<Vec<_>>();
                pairs.push(pair(name.clone(), kpi.unit, &rows(base_study, k), &rows(variant_study, j)));
            }
            None => unpaired.0.push(name.clone()),
        }
    }
    let base_names = base_study.kpis.names();
    unpaired.1 = variant_study.kpis.names().iter().filter(|n| !base_names.contains(n)).cloned().collect();
    let wanted = &base_names[base_study.named(&base.headline())?];
    let headline = pairs.iter().position(|p| p.name == *wanted);
    let headline = headline.ok_or_else(|| StudyError::NoSuchKpi { name: wanted.clone(), nearest: None })?;
    let mut changed = changed(&base.scenario().inputs, &variant.scenario().inputs);
    changed.extend(rules(&base.loaded.document.rules(), &variant.loaded.document.rules()));
    Ok(Comparison { pairs, headline, changed, unpaired, replications })
}

fn pair(name: String, unit: Unit, base: &[f64], variant: &[f64]) -> Pair {
    let difference = Summary::of(variant.iter().zip(base).map(|(v, b)| v - b));
    let (of_base, of_variant) = (Summary::of(base.iter().copied()), Summary::of(variant.iter().copied()));
    let strangers = of_base.sd * of_base.sd + of_variant.sd * of_variant.sd;
    let twins = difference.sd * difference.sd;
    let reduction = if twins > 0.0 { strangers / twins } else { f64::NAN };
    let correlation = correlation(base, variant);
    Pair { name, unit, base: of_base, variant: of_variant, difference, correlation, reduction }
}

/// Inputs that are written differently, in the order of the base, then those that only the variant has.
pub fn changed(base: &[Input], variant: &[Input]) -> Vec<Changed> {
    let mut out = Vec::new();
    for input in base {
        let other = variant.iter().find(|o| o.path == input.path);
        let same =
            other.is_some_and(|o| o.value == input.value && o.unit == input.unit && o.text == input.text);
        if !same {
            let variant = other.map(|o| o.text.clone());
            out.push(Changed { path: input.path.clone(), base: Some(input.text.clone()), variant });
        }
    }
    for input in variant.iter().filter(|v| !base.iter().any(|b| b.path == v.path)) {
        out.push(Changed { path: input.path.clone(), base: None, variant: Some(input.text.clone()) });
    }
    out
}

/// Rules that are written differently, in the order of the base, then those that only the variant has.
fn rules(base: &[(String, String)], variant: &[(String, String)]) -> Vec<Changed> {
    let in_base: HashMap<&String, &String> = base.iter().map(|(path, text)| (path, text)).collect();
    let in_variant: HashMap<&String, &String> = variant.iter().map(|(path, text)| (path, text)).collect();
    let paths = base.iter().chain(variant.iter().filter(|(path, _)| !in_base.contains_key(path)));
    let changed = paths.map(|(path, _)| Changed {
        path: path.clone(),
        base: in_base.get(path).map(|text| (*text).clone()),
        variant: in_variant.get(path).map(|text| (*text).clone()),
    });
    changed.filter(|change| change.base != change.variant).collect()
}
