//! What may be said: a side, shared, not separated; and which observations would separate.
//!
//! * **A side**: of the two sides' own causes, this one's shared-out hours are the greater in at least 95 % of the draws over
//!   the ranges, *and* ledger and re-run divide what is traced to the two sides within 25 points of each other.
//! * **Shared**: removing either side's own causes alone removes over 20 % of the hours, and neither is that much greater.
//! * **Not separated**: neither of these.
//! * **Neither side**: more than half of the hours are shared out to causes that are neither's own, in at least 95 % of the
//!   draws. Then this comes first: the tool, the peak or the bridge can be what is waited for.
//!
//! Where no input states a range the replications take the place of the draws, and the output says so.
//!
//! What would separate: of the ranged inputs the two with the greatest *total effect* on the difference of what the two
//! sides' removals save (Homma and Saltelli 1996, by Jansen's 1999 estimator: the mean square of what changes when this
//! input alone is drawn again, over twice the variance), and how many observations of each would halve its range.

use super::causes::{CAUSES, Cause, OfSide, Removal};
use super::runs::{Found, Game, base, in_parallel, run_one, waited};
use super::worlds::Reference;
use crate::kernel::tallies::Welford;
use crate::kernel::time::Tick;
use crate::scenario::{Check, Input, Law, Scenario, Stage};
use crate::study::assumptions::drawn;
use crate::study::case::Case;
use crate::study::replicate::{Control, StudyError};

/// In this share of the draws a side must hold the larger part.
pub const SURE: f64 = 0.95;
/// Ledger and re-run may differ by this much.
pub const AGREE: f64 = 0.25;
/// Either side's removal removes more than this: shared.
pub const BOTH: f64 = 0.20;
/// A base draw is drawn again in one input at a time, at most so many times.
const DRAWN_AGAIN: usize = 16;
/// Draws beyond those of the band, for drawing again.
const AGAIN: u64 = 1 << 32;

/// What may be said about a class of travellers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// Nobody waited.
    NobodyWaited,
    /// This side's own causes hold the larger share.
    Side(usize),
    /// More than half is shared out to causes that are neither side's own.
    NeitherSide,
    /// Both sides' own causes count, neither dominates.
    Shared,
    /// The data do not separate the sides.
    NotSeparated,
}

/// What a verdict rests on.
#[derive(Debug, Clone, PartialEq)]
pub struct Grounds {
    /// What may be said.
    pub verdict: Verdict,
    /// In which share of the draws each side holds the larger of the two shares.
    pub larger: [f64; 2],
    /// The second side's share of the hours that are traced to the two sides.
    pub ledger: f64,
    /// The second side's share of what is shared out to the two sides' own causes.
    pub rerun: f64,
}

fn sides() -> [usize; 2] {
    let at = |side| CAUSES.iter().position(|c| *c == Cause::Side(side)).unwrap_or(0);
    [at(0), at(1)]
}

/// Judges a class by its draws; `traced` are the seconds that the ledger traces to each side's own causes.
pub(super) fn judge(
    game: &Game,
    draws: &[&Found],
    mean: [f64; 2],
    traced: [f64; 2],
    class: usize,
) -> Grounds {
    let [a, b] = sides();
    let part = |of: [f64; 2]| {
        let of = of.map(|v| v.max(0.0));
        of[1] / (of[0] + of[1])
    };
    let mut grounds =
        Grounds { verdict: Verdict::NotSeparated, larger: [0.0; 2], ledger: part(traced), rerun: part(mean) };
    let whole = |f: &&Found| f.waited(game, Reference::NoWaiting, 0, class);
    let draws: Vec<(&Found, f64)> = draws.iter().map(|f| (*f, whole(f))).filter(|(_, w)| *w > 0.0).collect();
    if draws.is_empty() {
        grounds.verdict = Verdict::NobodyWaited;
        return grounds;
    }
    let n = draws.len() as f64;
    let saved: Vec<Vec<f64>> = draws
        .iter()
        .map(|(f, w)| f.saved(game, Reference::NoWaiting, class).iter().map(|s| s.shared / w).collect())
        .collect();
    let share = |test: &dyn Fn(&Vec<f64>) -> bool| saved.iter().filter(|s| test(s)).count() as f64 / n;
    grounds.larger = [share(&|s| s[a] > s[b]), share(&|s| s[b] > s[a])];
    let others =
        |s: &Vec<f64>| CAUSES.iter().zip(s).filter(|(c, _)| c.side().is_none()).map(|(_, s)| s).sum();
    let neither = share(&|s| {
        let others: f64 = others(s);
        others > 0.5
    });
    let agree = (grounds.ledger - grounds.rerun).abs() <= AGREE;
    let alone = |cause: usize| {
        let of = draws.iter().map(|(f, w)| f.saved(game, Reference::NoWaiting, class)[cause].alone / w);
        of.collect::<Welford>().mean()
    };
    grounds.verdict = if neither >= SURE {
        Verdict::NeitherSide
    } else if agree && grounds.larger[0] >= SURE {
        Verdict::Side(0)
    } else if agree && grounds.larger[1] >= SURE {
        Verdict::Side(1)
    } else if alone(a) > BOTH && alone(b) > BOTH {
        Verdict::Shared
    } else {
        Verdict::NotSeparated
    };
    grounds
}

/// An input that would separate, and how much of it.
#[derive(Debug, Clone, PartialEq)]
pub struct Observation {
    /// Its path.
    pub input: String,
    /// As written, with its range in its unit.
    pub range: (f64, f64),
    /// Unit of the range; empty for pure numbers.
    pub unit: &'static str,
    /// The share of the variance in which it has a part, alone or with others.
    pub total_effect: f64,
    /// What is to be observed.
    pub what: Observed,
    /// How many would halve its range (95 % interval half as wide); none for what is looked up once.
    pub number: Option<u64>,
}

/// What an observation of an input is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Observed {
    /// How long one of them takes.
    Timed,
    /// Whether it is so for one of them.
    Seen,
    /// One that comes.
    Counted,
    /// Looked up, or told.
    LookedUp,
}

/// For every class: the two inputs with the greatest total effect. Empty where no input states a range.
///
/// # Errors
/// When no threads can be started.
pub(super) fn separating(
    case: &Case,
    game: &Game,
    seed: u64,
    draws: &[(u64, Found)],
    control: Control<'_>,
) -> Result<Vec<Vec<Observation>>, StudyError> {
    let ranged: Vec<&Input> = case.scenario().inputs.iter().filter(|i| i.range.is_some()).collect();
    let classes = case.plan.bases();
    let again = &draws[..draws.len().min(DRAWN_AGAIN)];
    let units = (again.len() * ranged.len()) as u64;
    let redrawn = |unit: u64| {
        let (at, which) = (unit as usize / ranged.len(), unit as usize % ranged.len());
        let (draw, _) = &again[at];
        let mut values = drawn(&case.scenario().inputs, seed, *draw);
        values[which] = drawn(&case.scenario().inputs, seed, *draw + AGAIN)[which];
        difference(case, &values, seed, *draw)
    };
    let done = in_parallel(units, control, &redrawn)?;
    let of_class = |class: usize| {
        let first: Vec<f64> = again.iter().map(|(_, f)| of_found(game, f, class)).collect();
        let all: Welford =
            draws.iter().map(|(_, f)| of_found(game, f, class)).filter(|f| f.is_finite()).collect();
        let variance = all.standard_deviation() * all.standard_deviation();
        let mut squares = vec![Welford::new(); ranged.len()];
        for (unit, found) in &done {
            let (at, which) = (*unit as usize / ranged.len(), *unit as usize % ranged.len());
            let Ok(second) = found else { continue };
            let changed = second[class] - first[at];
            if changed.is_finite() {
                squares[which].push(changed * changed);
            }
        }
        let effect = |w: &Welford| if variance > 0.0 { w.mean() / (2.0 * variance) } else { f64::NAN };
        let mut effects: Vec<(f64, usize)> =
            squares.iter().enumerate().map(|(k, w)| (effect(w), k)).filter(|e| e.0 > 0.0).collect();
        effects.sort_by(|x, y| y.0.total_cmp(&x.0).then(x.1.cmp(&y.1)));
        effects.truncate(2);
        effects.iter().filter_map(|&(e, k)| observation(case.scenario(), ranged[k], e)).collect()
    };
    Ok((0..classes).map(of_class).collect())
}

/// How much more the second side's removal saves than the first's, over the hours waited.
fn of_found(game: &Game, found: &Found, class: usize) -> f64 {
    let whole = found.waited(game, Reference::NoWaiting, 0, class);
    let saved = found.saved(game, Reference::NoWaiting, class);
    let [a, b] = sides();
    (saved[b].alone - saved[a].alone) / whole
}

/// The same from three runs, by class.
fn difference(case: &Case, values: &[(&str, f64)], seed: u64, draw: u64) -> Result<Vec<f64>, String> {
    let base = base(case, values)?;
    let all = |side| Removal::OfSide(OfSide { side, agency: None, posts: true, hours: true, outages: true });
    let (first, second) = (all(0), all(1));
    let mut ticks: Vec<Vec<Tick>> = Vec::new();
    for removed in [vec![], vec![&first], vec![&second]] {
        let plan = base.world(&removed, Reference::NoWaiting).map_err(|_| "no crossing".to_owned())?;
        run_one(&plan, seed, draw, &mut |books| ticks.push(waited(&plan, books)))?;
    }
    let ticks = |world: usize, class: usize| -> f64 { ticks[world][class] as f64 };
    let of_class = |class: usize| (ticks(1, class) - ticks(2, class)) / ticks(0, class);
    Ok((0..case.plan.bases()).map(of_class).collect())
}

/// What to observe, and how often: a mean of n observations has a 95 % interval of ± 1.96 σ / √n.
fn observation(scenario: &Scenario, input: &Input, total_effect: f64) -> Option<Observation> {
    let range = input.range?;
    let quarter = (range.1 - range.0) / 4.0;
    let middle = (range.0 + range.1) / 2.0;
    let (what, spread) = match law_of(scenario, &input.path) {
        Some(law) => (Observed::Timed, Some(law.cv * middle)),
        None if input.unit == "%" => (Observed::Seen, Some((middle * (100.0 - middle)).sqrt())),
        None if is_rate(input) => (Observed::Counted, None),
        None => (Observed::LookedUp, None),
    };
    let times = |spread: f64| (1.96 * spread / quarter).powi(2);
    let number = match (what, spread) {
        // Of n that come the rate is known to ± 1.96 / √n of itself.
        (Observed::Counted, _) => Some(times(middle)),
        (_, Some(spread)) => Some(times(spread)),
        _ => None,
    };
    let number = number.filter(|n| n.is_finite()).map(|n| (n - 1e-9).ceil().max(2.0) as u64);
    Some(Observation { input: input.path.clone(), range, unit: input.unit, total_effect, what, number })
}

fn is_rate(input: &Input) -> bool {
    ["books", "arrives", "extra"].iter().any(|word| input.path.contains(word))
}

/// The law whose mean an input is.
fn law_of<'s>(scenario: &'s Scenario, path: &str) -> Option<&'s Law> {
    let sides = scenario.side.iter().flat_map(|s| [&s.exit, &s.entry]).flatten();
    let of_stages = sides.flat_map(|p| &p.stage).flat_map(laws_of);
    let of_strips = scenario.zone.strips.iter().filter_map(|s| s.travel.as_ref());
    let of_calls = scenario.side.iter().filter_map(|s| s.equeue.as_ref()?.calls.travel.as_ref());
    let mut all = of_stages.chain(of_strips).chain(of_calls);
    all.find(|law| !law.path.is_empty() && (path == law.path || path == format!("{}.mean", law.path)))
}

fn laws_of(stage: &Stage) -> impl Iterator<Item = &Law> {
    let checks = stage.checks.iter().flat_map(|c: &Check| &c.service);
    let services = stage.services.iter().chain(checks);
    let each = services.flat_map(|s| {
        [Some(&s.law), s.add_per_person.as_ref()]
            .into_iter()
            .flatten()
            .chain(s.add.iter().map(|(_, law)| law))
    });
    each.chain(stage.aside.iter().map(|a| &a.lasts))
}
