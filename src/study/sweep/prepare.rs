//! From a study file to a sweep: factors, numbers, objectives, points.

use std::path::Path;

use super::SweepError;
use super::design::{Design, POINTS_AT_MOST, Points};
use super::factors;
use super::manifest::{About, FORMAT, Manifest, Number, Objective, Often, Register, Shard};
use crate::scenario::diagnostics::Diagnostics;
use crate::scenario::study::At;
use crate::scenario::{Input, LoadedStudy, Scenario, load_study};
use crate::study::evidence::word;
use crate::study::kpis::{Kpis, Subject};
use crate::study::precision::floor_of;
use crate::study::{Case, StudyError};

/// A sweep ready to run.
#[derive(Debug)]
pub struct Sweep {
    /// The scenario, compiled.
    pub case: Case,
    /// What the sweep is.
    pub manifest: Manifest,
    pub(super) points: Points,
}

/// Of each direction and class: measures, with the statistics that are kept unless the study says otherwise.
const OF_CLASSES: [(&str, &[&str]); 9] = [
    ("appeared", &[""]),
    ("crossed", &["", "share"]),
    ("gave_up", &["share"]),
    ("still_inside", &[""]),
    ("booking_to_exit", &["mean", "p95"]),
    ("arrival_to_exit", &["mean", "p50", "p95"]),
    ("wait", &["mean", "p50", "p95", "max"]),
    ("between_posts", &["mean"]),
    ("traced_to", &[]),
];
/// The same of each stage.
const OF_STAGES: [(&str, &[&str]); 6] = [
    ("wait", &["mean", "p95"]),
    ("queue", &["mean", "max"]),
    ("utilisation", &[""]),
    ("held", &["share"]),
    ("throughput", &[""]),
    ("open", &["mean"]),
];

impl Sweep {
    /// Reads a study file; `sets` are overrides of its scenario (path, value).
    ///
    /// # Errors
    /// Everything that is wrong with the file, at once.
    pub fn load(path: &Path, sets: &[(String, String)], shard: Option<Shard>) -> Result<Self, Diagnostics> {
        let study = load_study(path, sets)?;
        let case = Case::of(study.file.scenario.is.clone(), study.scenario.clone())?;
        let factors = factors::resolve(&study, &case)?;
        let mut diags = study.diagnostics();
        let numbers = Numbers::of(&study, &case, &mut diags);
        design_fits(&study, &factors, &mut diags);
        if !diags.is_empty() {
            return Err(diags);
        }
        let file = &study.file;
        let seed = file.seed.unwrap_or(case.scenario().run.seed);
        let file_name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        let manifest = Manifest {
            format: FORMAT,
            kordon: env!("CARGO_PKG_VERSION").to_owned(),
            study: About { name: file.name.clone(), question: file.question.clone(), file: file_name },
            scenario: about(case.scenario(), &file.scenario.is),
            sides: case.scenario().sides.clone(),
            scenario_hash: case.loaded.hash.clone(),
            set: sets.to_vec(),
            seed,
            often: numbers.often,
            shard,
            design: Design::of(&file.design),
            factors,
            kpis: numbers.kept,
            headline: numbers.headline,
            objectives: numbers.objectives,
            inputs: case.scenario().inputs.iter().map(|input| register(input, case.scenario())).collect(),
        };
        match manifest.points() {
            Ok(points) => Ok(Self { case, manifest, points }),
            Err(size) => {
                let title = format!("the design has {size} points; at most {POINTS_AT_MOST} are simulated");
                let help = "fewer values or levels, or a sampled design";
                diags.push(file.design.span, title, "too many", help);
                Err(diags)
            }
        }
    }

    /// Points there are.
    pub fn points(&self) -> u64 {
        self.points.rows.len() as u64
    }

    /// Settings of the levers and futures of the uncertainties that are crossed.
    pub fn settings_and_futures(&self) -> (u64, u64) {
        (self.points.settings, self.points.futures)
    }
}

fn about(scenario: &Scenario, file: &str) -> About {
    About { name: scenario.name.clone(), question: scenario.question.clone(), file: file.to_owned() }
}

fn register(input: &Input, scenario: &Scenario) -> Register {
    Register {
        path: input.path.clone(),
        text: input.text.clone(),
        value: input.value,
        unit: input.unit.to_owned(),
        range: input.range,
        evidence: word(input.source).to_owned(),
        source: input.source_text.clone(),
        side: input.about.map(|side| scenario.sides[side].clone()),
    }
}

/// Factors without a design, a design without factors.
fn design_fits(study: &LoadedStudy, factors: &[factors::Factor], diags: &mut Diagnostics) {
    let file = &study.file;
    let design = &file.design;
    if let (None, None, Some(first)) = (&design.uncertainties, &design.together, file.uncertainty.first()) {
        let help = "say [design] uncertainties = { kind = \"latin hypercube\", points = 64 }";
        diags.push(first.span, "uncertainties are named but no design varies them", "not varied", help);
    }
    if factors.is_empty() {
        let help = "name a lever ([lever.<name>] with `path` and `values`), or say [design] uncertainties = ... of a \
                    scenario whose inputs state ranges";
        diags.push(design.span, "nothing is varied", "no factor for this design", help);
    }
}

/// The numbers a sweep keeps, and which of them play a part.
struct Numbers {
    kept: Vec<Number>,
    headline: usize,
    objectives: Vec<Objective>,
    often: Often,
}

impl Numbers {
    fn of(study: &LoadedStudy, case: &Case, diags: &mut Diagnostics) -> Self {
        let kpis = Kpis::of(&case.plan);
        let headline = find(&kpis, &case.headline()).unwrap_or_else(|error| {
            diags.push_about_file(format!("the scenario's headline: {error}"), "");
            0
        });
        let mut wanted = vec![headline];
        let mut one = |name: &At<String>, diags: &mut Diagnostics| match find(&kpis, &name.is) {
            Ok(k) => {
                wanted.push(k);
                k
            }
            Err(error) => {
                diags.push(name.span, error.to_string(), "no number of this scenario", help_of(&kpis));
                0
            }
        };
        let stated = |o: &crate::scenario::study::Objective| {
            o.minimise.clone().map(|n| (n, false)).or(o.maximise.clone().map(|n| (n, true)))
        };
        let mut objectives: Vec<(usize, bool, Option<f64>)> = Vec::new();
        for objective in &study.file.objective {
            let Some((name, maximise)) = stated(objective) else { continue };
            let k = one(&name, diags);
            objectives.push((k, maximise, objective.matters.or(case.matters().filter(|_| k == headline))));
        }
        if objectives.is_empty() {
            objectives.push((headline, false, case.matters()));
        }
        let often = &study.file.replications;
        let watched = often.of.as_ref().map_or(headline, |name| one(name, diags));
        wanted.extend(kept(&study.file.kpis, case, &kpis, diags));
        wanted.sort_unstable();
        wanted.dedup();
        let place = |k: usize| wanted.binary_search(&k).unwrap_or(0);
        let unit = kpis.list()[watched].unit;
        let matters = case.matters().filter(|_| watched == headline).map(|m| m / 10.0);
        Self {
            headline: place(headline),
            objectives: objectives
                .into_iter()
                .map(|(k, maximise, matters)| Objective { kpi: place(k), maximise, matters })
                .collect(),
            often: match (often.until, often.fixed) {
                (Some(relative), _) => Often::Until {
                    of: place(watched),
                    relative,
                    floor: often.floor.or(matters).unwrap_or_else(|| floor_of(unit)),
                    cap: u64::from(often.cap),
                },
                (None, fixed) => Often::Fixed(u64::from(fixed.unwrap_or(1))),
            },
            kept: wanted.iter().map(|k| Number::of(&kpis.list()[*k])).collect(),
        }
    }
}

fn find(kpis: &Kpis, name: &str) -> Result<usize, StudyError> {
    crate::study::replicate::named(kpis, name)
}

fn help_of(kpis: &Kpis) -> String {
    let example = kpis.names().iter().find(|name| name.ends_with(" wait mean")).map_or("", String::as_str);
    format!("names are as in docs/output.md, e.g. `{example}`")
}

/// The numbers that the study asks for by name or beginning; without any, the usual ones.
fn kept(wanted: &[At<String>], case: &Case, kpis: &Kpis, diags: &mut Diagnostics) -> Vec<usize> {
    if wanted.is_empty() {
        return usual(case, kpis);
    }
    let mut all = Vec::new();
    for name in wanted {
        let begins =
            |known: &str| name.is == "*" || known == name.is || known.starts_with(&format!("{} ", name.is));
        let before = all.len();
        all.extend((0..kpis.len()).filter(|k| begins(&kpis.names()[*k])));
        if all.len() == before {
            match find(kpis, &name.is) {
                Ok(k) => all.push(k),
                Err(error) => {
                    diags.push(name.span, error.to_string(), "begins no name, either", help_of(kpis));
                }
            }
        }
    }
    all
}

fn usual(case: &Case, kpis: &Kpis) -> Vec<usize> {
    let bases = case.plan.bases();
    let usual = |(k, kpi): (usize, &crate::study::Kpi)| {
        let among = |list: &[(&str, &[&str])]| {
            list.iter().any(|(m, stats)| {
                kpi.measure.split(' ').next() == Some(m) && (stats.is_empty() || stats.contains(&kpi.stat))
            })
        };
        let kept = match kpi.subject {
            Subject::Cohort(c) => c < bases && among(&OF_CLASSES),
            Subject::Station(_) => among(&OF_STAGES),
            Subject::Direction(_) | Subject::Pool(_) => true,
            Subject::Spot(_) => kpi.stat == "mean",
            Subject::Run => ["number", "still_inside", "deadlocks"].contains(&kpi.measure.as_str()),
        };
        kept.then_some(k)
    };
    kpis.list().iter().enumerate().filter_map(usual).collect()
}

impl From<Diagnostics> for SweepError {
    fn from(errors: Diagnostics) -> Self {
        Self::Study(Box::new(errors))
    }
}
