//! Deadlock: a knot of travellers each of whom waits for room that only others of the knot could free.
//!
//! Looked for whenever somebody begins to wait for room, in crossings where it is possible at all, while other traffic
//! runs on. Everybody who waits is taken to be stuck, then freed again wherever something could still move; what
//! remains is the knot.

use super::state::{BoothState, Traveller, Waits};
use super::{Observer, Simulation};
use crate::crossing::observe::Happened;
use crate::crossing::plan::{NONE, NONE16, Plan, Step, Target};

/// Can a knot form at all? Only where somebody may be sent back, or two directions share a strip.
pub(super) fn possible(plan: &Plan) -> bool {
    let back = |route: usize, step: usize, to: Target| match to {
        Target::Step { route: r, step: s } => r as usize == route && s as usize <= step,
        Target::Back { .. } => true,
        Target::Out | Target::Refused => false,
    };
    plan.routes.iter().enumerate().any(|(r, route)| {
        route.steps.iter().enumerate().any(|(s, step)| {
            let Step::Stage { station, .. } = step else { return false };
            let st = &plan.stations[*station as usize];
            let laws = st.checks.iter().flat_map(|c| &c.services).filter_map(|s| s.then);
            let sends = st.sends.iter().map(|s| s.to).chain(laws).chain(st.refused.map(|r| r.1));
            sends.into_iter().any(|to| back(r, s, to))
        })
    })
}

impl<O: Observer> Simulation<'_, O> {
    pub(super) fn look_for_knot(&mut self) {
        let mut stuck = std::mem::take(&mut self.stuck_rooms);
        stuck.clear();
        stuck.extend(self.rooms.iter().map(|room| room.waiters.len > 0 && room.open));
        while self.one_pass(&mut stuck) {}
        let is_member = |t: &Traveller| matches!(t.waits, Waits::Room(c) if stuck[c as usize]);
        let members = || self.travellers.iter().filter(|t| is_member(t));
        let new = members().any(|t| !self.knotted.contains(&t.serial));
        let count = members().count() as u32;
        if count > 0 && new {
            self.knotted.extend(self.travellers.iter().filter(|t| is_member(t)).map(|t| t.serial));
            self.books.knot(self.now, count);
            self.tell(NONE, Happened::Knot { members: count });
        }
        self.stuck_rooms = stuck;
    }

    /// A room is not stuck if any of its holders can still move, or if it has room for the first who waits.
    fn one_pass(&self, stuck: &mut [bool]) -> bool {
        let mut freed = false;
        for c in 0..stuck.len() {
            if stuck[c] && self.may_move(c as u16, stuck) {
                stuck[c] = false;
                freed = true;
            }
        }
        freed
    }

    fn may_move(&self, container: u16, stuck: &[bool]) -> bool {
        let holders = self.travellers.iter().filter(|t| {
            t.spot != NONE16 && (t.room == container || t.lane_room == container || t.way == container)
        });
        let mut any = false;
        for holder in holders {
            any = true;
            if !self.is_stuck(holder, stuck) {
                return true;
            }
        }
        // An empty lane of no length frees nothing itself: it is stuck while its booths are.
        !any && !self.booths_stuck(container, stuck)
    }

    fn is_stuck(&self, t: &Traveller, stuck: &[bool]) -> bool {
        match t.waits {
            Waits::Room(c) => stuck[c as usize],
            Waits::Booth => self.line_stuck(t.line, stuck),
            Waits::Behind => true,
            Waits::No | Waits::Call(_) | Waits::Others => false,
        }
    }

    /// A line is stuck when every booth that feeds it is held by somebody stuck.
    fn line_stuck(&self, line: u32, stuck: &[bool]) -> bool {
        self.lines[line as usize].booths.clone().all(|b| {
            let booth = &self.booths[b as usize];
            booth.state == BoothState::Holding
                && matches!(self.travellers[booth.traveller as usize].waits, Waits::Room(c) if stuck[c as usize])
        })
    }

    fn booths_stuck(&self, container: u16, stuck: &[bool]) -> bool {
        let mut lanes = self.plan.stations.iter().flat_map(|s| &s.lanes).filter(|l| l.container == container);
        lanes.any(|lane| lane.lines.clone().all(|line| self.line_stuck(line, stuck)))
    }
}
