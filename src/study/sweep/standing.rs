//! How far a sweep is: a function of its manifest and of the units there are.
//!
//! A point is simulated a fixed number of times, or in rounds until an interval is narrow enough. In the second case the
//! number of replications follows from the values of the point's own units and from nothing else; so it does not matter
//! who simulated them, in which order, or how often they were interrupted. A point of which a unit went wrong is
//! not simulated beyond the round in which that happened.

use std::ops::Range;

use super::journal::Journal;
use super::manifest::{Manifest, Often};
use crate::study::precision::{Verdict, Width};

/// How a point came to its number of replications.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum PointEnd {
    /// The study says how many.
    Fixed,
    /// Its interval is narrow enough.
    Precise {
        /// Half-width over |mean|.
        relative: f64,
    },
    /// It is not, and there are as many as may be.
    Cap {
        /// Half-width over |mean|; NaN without a value.
        relative: f64,
    },
    /// A unit went wrong.
    Failed,
    /// Not known yet.
    Open,
}

impl PointEnd {
    /// As tables spell it.
    pub fn word(self) -> &'static str {
        match self {
            Self::Fixed => "as asked",
            Self::Precise { .. } => "precise",
            Self::Cap { .. } => "stopped at the cap",
            Self::Failed => "without a result",
            Self::Open => "open",
        }
    }

    /// Half-width over |mean|, where it was looked at.
    pub fn relative(self) -> Option<f64> {
        match self {
            Self::Precise { relative } | Self::Cap { relative } => Some(relative),
            _ => None,
        }
    }
}

/// A stretch of replications of a point.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Block {
    /// The point.
    pub point: u32,
    /// Its replications.
    pub replications: Range<u32>,
}

impl Block {
    fn len(&self) -> u64 {
        u64::from(self.replications.end - self.replications.start)
    }
}

/// How far a sweep is, over the points of its shard.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Standing {
    /// Units asked for as far as is known by now.
    pub asked: u64,
    /// Those that are there.
    pub done: u64,
    /// Those of them that have no result.
    pub failed: u64,
    /// Points that came to their end.
    pub points_ended: u64,
    /// Points.
    pub points: u64,
    /// Points that stopped at the cap.
    pub capped: u64,
    /// What is to be simulated next.
    pub missing: Vec<Block>,
}

impl Standing {
    /// Is every unit there?
    pub fn complete(&self) -> bool {
        self.missing.is_empty()
    }

    /// How many units are known to be missing.
    pub fn missing_units(&self) -> u64 {
        self.missing.iter().map(Block::len).sum()
    }
}

/// How often a point is to be simulated, by the units there are.
pub fn asked(manifest: &Manifest, journal: &Journal, point: u32) -> (u64, PointEnd) {
    let (Some(rule), Often::Until { .. }) = (manifest.rule(), &manifest.often) else {
        let Often::Fixed(n) = manifest.often else { return (0, PointEnd::Fixed) };
        return (n, PointEnd::Fixed);
    };
    let mut values = Vec::new();
    for (replication, slot) in journal.of_point(point) {
        if replication as usize != values.len() {
            break;
        }
        values.push(slot.watched);
        if slot.failed {
            return (rule.round_end(u64::from(replication)), PointEnd::Failed);
        }
    }
    let relative = |width: Width| width.relative;
    match rule.judge(&values) {
        Verdict::More(until) => (until, PointEnd::Open),
        Verdict::Precise(n, width) => (n, PointEnd::Precise { relative: relative(width) }),
        Verdict::Cap(n, width) => (n, PointEnd::Cap { relative: relative(width) }),
    }
}

/// How far a sweep of so many points is.
pub fn standing(manifest: &Manifest, points: u64, journal: &Journal) -> Standing {
    let mine = Mine::of(manifest, points);
    let mut all = Standing::default();
    for point in mine.points.clone() {
        let (n, end) = asked(manifest, journal, point as u32);
        let replications = mine.replications(point, n);
        if replications.is_empty() {
            continue;
        }
        let before = all.missing_units();
        let (done, failed) = count(journal, point as u32, &replications, &mut all.missing);
        all.asked += replications.end - replications.start;
        (all.done, all.failed, all.points) = (all.done + done, all.failed + failed, all.points + 1);
        if all.missing_units() == before && end != PointEnd::Open {
            all.points_ended += 1;
            all.capped += u64::from(matches!(end, PointEnd::Cap { .. }));
        }
    }
    all
}

/// Counts the units of a point that are there and those that went wrong; adds the stretches that are missing.
fn count(journal: &Journal, point: u32, wanted: &Range<u64>, missing: &mut Vec<Block>) -> (u64, u64) {
    let (mut done, mut failed) = (0, 0);
    let mut next = wanted.start as u32;
    let mut gap = |from: u32, to: u32| {
        if from < to {
            missing.push(Block { point, replications: from..to });
        }
    };
    for (replication, slot) in journal.of_point(point) {
        if !wanted.contains(&u64::from(replication)) {
            continue;
        }
        gap(next, replication);
        next = replication + 1;
        (done, failed) = (done + 1, failed + u64::from(slot.failed));
    }
    gap(next, wanted.end as u32);
    (done, failed)
}

/// What belongs to a shard: a stretch of the units in the order of points and replications; where each point decides
/// itself how often it is simulated, a stretch of the points.
struct Mine {
    points: Range<u64>,
    units: Option<(Range<u64>, u64)>,
}

impl Mine {
    fn of(manifest: &Manifest, points: u64) -> Self {
        match (manifest.shard, &manifest.often) {
            (None, _) => Self { points: 0..points, units: None },
            (Some(shard), Often::Until { .. }) => Self { points: shard.part(points), units: None },
            (Some(shard), Often::Fixed(n)) => {
                let units = shard.part(points * n);
                let to = units.end.div_ceil(*n);
                Self { points: units.start / n..to, units: Some((units, *n)) }
            }
        }
    }

    fn replications(&self, point: u64, asked: u64) -> Range<u64> {
        match &self.units {
            None => 0..asked,
            Some((units, n)) => {
                let first = point * n;
                let within = |unit: u64| unit.clamp(first, first + n) - first;
                within(units.start)..within(units.end)
            }
        }
    }
}
