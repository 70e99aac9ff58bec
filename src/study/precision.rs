//! Replications until the headline's interval is narrow enough.
//!
//! In rounds: after each the half-width of the 95 % interval is held against the target. It must hold for this round
//! *and the two after it* (look-ahead), since an interval that is narrow by luck in an early round is not narrow. The
//! rounds depend on nothing but their number, so threads and shards cannot change where a study stops.
//!
//! The target is relative to the mean. Where the mean is near nothing a relative target can never be met, so a half
//! width below an absolute floor also counts: a second for durations, a thousandth for shares, a hundredth for numbers,
//! or a tenth of what `matters`. And there is a cap, in any case.

use super::kpis::Unit;
use super::replicate::fold::Fold;
use super::replicate::{Control, Ended, Study, StudyError, named, run_to};
use super::summary::Summary;
use crate::crossing::Plan;

/// Fewest replications before the first look.
pub const AT_LEAST: u64 = 10;
/// Rounds for which the target must go on being met.
pub const LOOK_AHEAD: u32 = 2;
/// Most replications, unless another cap is given.
pub const CAP: u64 = 10_000;

/// What is asked for.
#[derive(Debug, Clone, PartialEq)]
pub struct Precision {
    /// Name of the number.
    pub headline: String,
    /// Half-width over |mean|, for example 0.02.
    pub relative: f64,
    /// Half-width that is narrow enough whatever the mean, in the number's unit; none for the default floor.
    pub absolute: Option<f64>,
    /// Most replications.
    pub cap: u64,
}

/// Where it stopped.
#[derive(Debug, Clone, PartialEq)]
pub struct Reached {
    /// Name of the number.
    pub headline: String,
    /// Target, relative.
    pub target: f64,
    /// Half-width over |mean| at the end; NaN without a value.
    pub relative: f64,
    /// The absolute floor, in the number's unit.
    pub floor: f64,
    /// Was it the floor, not the relative target, that was met?
    pub by_floor: bool,
    /// Rounds.
    pub rounds: u32,
}

/// Half-width that is narrow enough whatever the mean, where nobody says another.
pub(crate) fn floor_of(unit: Unit) -> f64 {
    match unit {
        Unit::Seconds => 1.0,
        Unit::Share => 0.001,
        Unit::Count | Unit::PerHour | Unit::Hours => 0.01,
    }
}

/// When a row of replications is long enough: a function of its values and of nothing else.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Rule {
    /// Half-width over |mean|.
    pub(crate) relative: f64,
    /// Half-width that is narrow enough whatever the mean.
    pub(crate) floor: f64,
    /// Most replications.
    pub(crate) cap: u64,
}

/// What the rule says of the replications there are.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Verdict {
    /// Go on until there are so many.
    More(u64),
    /// The target held long enough at so many.
    Precise(u64, Width),
    /// It did not, and there are as many as may be.
    Cap(u64, Width),
}

/// How narrow an interval is.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Width {
    /// Half-width over |mean|; NaN without a value.
    pub(crate) relative: f64,
    /// Was it the floor, not the relative target, that was met?
    pub(crate) by_floor: bool,
    /// Rounds looked at.
    pub(crate) rounds: u32,
}

impl Rule {
    /// The end of the round in which replication number `of` is simulated.
    pub(crate) fn round_end(&self, of: u64) -> u64 {
        let mut end = AT_LEAST.min(self.cap);
        while end <= of && end < self.cap {
            end = self.after(end);
        }
        end
    }

    fn after(&self, done: u64) -> u64 {
        (done + (done / 4).max(AT_LEAST)).min(self.cap)
    }

    /// Looks at the ends of the rounds, one after the other, as far as there are values; values beyond the end at which
    /// it is satisfied do not count.
    pub(crate) fn judge(&self, values: &[f64]) -> Verdict {
        let (mut until, mut rounds, mut held) = (AT_LEAST.min(self.cap), 0, 0);
        loop {
            let Some(so_far) = values.get(..until as usize) else { return Verdict::More(until) };
            rounds += 1;
            let summary = Summary::of(so_far.iter().copied());
            let relative = if summary.half == 0.0 { 0.0 } else { summary.half / summary.mean.abs() };
            let by_floor = summary.half <= self.floor && (relative.is_nan() || relative > self.relative);
            held = if relative <= self.relative || by_floor { held + 1 } else { 0 };
            let width = Width { relative, by_floor, rounds };
            if held > LOOK_AHEAD {
                return Verdict::Precise(until, width);
            }
            if until >= self.cap {
                return Verdict::Cap(until, width);
            }
            until = self.after(until);
        }
    }
}

/// Runs replications in rounds until the target is met, or the cap.
///
/// # Errors
/// When the headline names no number, or a replication cannot go on.
pub fn until_precision(
    plan: &Plan,
    seed: u64,
    precision: &Precision,
    control: Control<'_>,
) -> Result<Study, StudyError> {
    let mut fold = Fold::new(plan, seed);
    let kpi = named(fold.kpis(), &precision.headline)?;
    let floor = precision.absolute.unwrap_or_else(|| floor_of(fold.kpis().list()[kpi].unit));
    let rule = Rule { relative: precision.relative, floor, cap: precision.cap };
    let reached = |width: Width| Reached {
        headline: precision.headline.clone(),
        target: rule.relative,
        relative: width.relative,
        floor,
        by_floor: width.by_floor,
        rounds: width.rounds,
    };
    loop {
        let values: Vec<f64> = fold.values(kpi).collect();
        let (until, ended) = match rule.judge(&values) {
            Verdict::More(until) => (until, run_to(plan, &mut fold, until, control)?),
            Verdict::Precise(n, width) => return fold.study(plan, n, Ended::Precise(reached(width))),
            Verdict::Cap(n, width) => return fold.study(plan, n, Ended::Cap(reached(width))),
        };
        debug_assert!(ended == Ended::Interrupted || fold.done() == until);
        if ended == Ended::Interrupted {
            return fold.study(plan, precision.cap, ended);
        }
    }
}
