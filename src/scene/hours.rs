//! How many wait at a time, in each direction, and how much has been waited until then.

use crate::crossing::plan::SpotKind;
use crate::kernel::time::Tick;

use super::film::Film;
use super::lamps::LampState;
use super::stays::Stay;

/// How many wait from a time on, and what had been waited until then.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Waiting {
    /// From.
    pub at: Tick,
    /// How many of their own wait, wherever they are.
    pub count: u32,
    /// Ticks that all together have waited up to `at`.
    pub waited: u128,
}

/// The waiting of both directions over a run.
#[derive(Debug, Clone, Default)]
pub struct Hours {
    /// By the side one sets out from: changes, in order.
    pub from: [Vec<Waiting>; 2],
}

impl Hours {
    pub(super) fn new(film: &Film) -> Self {
        let mut steps: [Vec<(Tick, i32)>; 2] = [Vec::new(), Vec::new()];
        for stay in &film.stays {
            if !stay.whole {
                continue;
            }
            let side = film.side_of(stay);
            waits(film, stay, |from, to| {
                steps[side].push((from, 1));
                steps[side].push((to, -1));
            });
        }
        Self { from: steps.map(changes) }
    }

    fn last(&self, side: usize, at: Tick) -> Option<&Waiting> {
        let changes = self.from.get(side)?;
        changes.get(changes.partition_point(|c| c.at <= at).checked_sub(1)?)
    }

    /// How many who set out from a side wait at a time.
    pub fn count(&self, side: usize, at: Tick) -> u32 {
        self.last(side, at).map_or(0, |last| last.count)
    }

    /// What those who set out from a side have waited up to a time, in ticks of all together.
    pub fn waited(&self, side: usize, at: Tick) -> u128 {
        self.last(side, at).map_or(0, |last| last.waited + u128::from(at - last.at) * u128::from(last.count))
    }
}

/// Calls with each stretch in which somebody waits during a stay.
pub(super) fn waits(film: &Film, stay: &Stay, mut each: impl FnMut(Tick, Tick)) {
    let track = &film.tracks[stay.track as usize];
    match track.kind {
        SpotKind::OnTheWay => {}
        SpotKind::Booth => {
            let Some(lamps) = film.lamps.get(track.booth as usize) else { return };
            let first = lamps.partition_point(|c| c.0 <= stay.from).saturating_sub(1);
            for (k, &(at, state)) in lamps.iter().enumerate().skip(first) {
                let until = lamps.get(k + 1).map_or(Tick::MAX, |c| c.0);
                let (from, to) = (at.max(stay.from), until.min(stay.to));
                if from < to && state != LampState::Serving {
                    each(from, to);
                }
                if until >= stay.to {
                    break;
                }
            }
        }
        _ if stay.ready < stay.to => each(stay.ready, stay.to),
        _ => {}
    }
}

fn changes(mut steps: Vec<(Tick, i32)>) -> Vec<Waiting> {
    steps.sort_unstable();
    let mut changes: Vec<Waiting> = vec![Waiting { at: 0, count: 0, waited: 0 }];
    for (at, step) in steps {
        let last = changes[changes.len() - 1];
        let waited = last.waited + u128::from(at - last.at) * u128::from(last.count);
        let count = last.count.saturating_add_signed(step);
        if last.at == at {
            changes.pop();
        }
        changes.push(Waiting { at, count, waited });
    }
    changes
}
