//! Rosters, opening hours and hand-overs as one level over time.

use super::Compiler;
use crate::crossing::plan::{Schedule, Work};
use crate::kernel::time::Tick;
use crate::scenario::{self, Handover, Shift};

impl Compiler<'_> {
    /// The level over the run: the roster, and 0 while shifts are handed over.
    pub(super) fn roster(
        &mut self,
        side: usize,
        open: &[Shift],
        full: u32,
        when_closed: scenario::Work,
        handover: Option<&Handover>,
    ) -> Schedule {
        let closed = &self.scenario.side[side].closed;
        let levels = self.clock.expand(side, open, full, closed, self.until);
        let windows = handover.map_or_else(Vec::new, |h| self.clock.handover_windows(side, h, self.until));
        let in_handover = handover.map_or(Work::Finish, |h| work(h.work));
        Schedule { changes: merge(&levels, &windows, work(when_closed), in_handover), slot: 0 }
    }
}

/// The most that a roster ever has; without lines, all.
pub(super) fn fullest(open: &[Shift], full: u32) -> u32 {
    open.iter().map(|shift| shift.level.unwrap_or(full)).max().unwrap_or(full)
}

pub(super) fn work(work: scenario::Work) -> Work {
    match work {
        scenario::Work::Finish => Work::Finish,
        scenario::Work::Interrupt => Work::Interrupt,
        scenario::Work::HandOver => Work::HandOver,
    }
}

fn merge(
    levels: &[(Tick, u32)],
    windows: &[(Tick, Tick)],
    closing: Work,
    handing: Work,
) -> Vec<(Tick, u32, Work)> {
    let mut at: Vec<Tick> =
        levels.iter().map(|l| l.0).chain(windows.iter().flat_map(|w| [w.0, w.1])).collect();
    at.push(0);
    at.sort_unstable();
    at.dedup();
    let mut changes: Vec<(Tick, u32, Work)> = vec![];
    for t in at {
        let before = levels.partition_point(|l| l.0 <= t);
        let level = before.checked_sub(1).map_or(0, |k| levels[k].1);
        let hands_over = windows.iter().any(|w| w.0 <= t && t < w.1);
        let level = if hands_over { 0 } else { level };
        if changes.last().is_none_or(|c| c.1 != level) {
            changes.push((t, level, if hands_over { handing } else { closing }));
        }
    }
    changes
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hand_over_closes_everything_and_the_roster_comes_back() {
        let levels = [(0, 4), (100, 2)];
        let merged = merge(&levels, &[(90, 110)], Work::Finish, Work::Interrupt);
        assert_eq!(merged, [(0, 4, Work::Finish), (90, 0, Work::Interrupt), (110, 2, Work::Finish)]);
    }
}
