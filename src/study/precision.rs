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

/// The next round's end.
fn after(done: u64) -> u64 {
    done + (done / 4).max(AT_LEAST)
}

fn floor_of(unit: Unit) -> f64 {
    match unit {
        Unit::Seconds => 1.0,
        Unit::Share => 0.001,
        Unit::Count | Unit::PerHour | Unit::Hours => 0.01,
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
    let (mut until, mut rounds, mut held) = (AT_LEAST.min(precision.cap), 0, 0);
    loop {
        let ended = run_to(plan, &mut fold, until, control)?;
        if ended == Ended::Interrupted {
            return fold.study(plan, precision.cap, ended);
        }
        rounds += 1;
        let summary = Summary::of(fold.values(kpi));
        let relative = if summary.half == 0.0 { 0.0 } else { summary.half / summary.mean.abs() };
        let by_floor = summary.half <= floor && (relative.is_nan() || relative > precision.relative);
        let met = relative <= precision.relative || by_floor;
        held = if met { held + 1 } else { 0 };
        let headline = precision.headline.clone();
        let reached = Reached { headline, target: precision.relative, relative, floor, by_floor, rounds };
        if held > LOOK_AHEAD {
            return fold.study(plan, until, Ended::Precise(reached));
        }
        if until >= precision.cap {
            return fold.study(plan, until, Ended::Cap(reached));
        }
        until = after(until).min(precision.cap);
    }
}
