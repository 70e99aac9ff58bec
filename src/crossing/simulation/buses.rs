//! Buses: the vehicle is checked while its persons queue at the booths with everybody else; it goes on when the last of
//! them is done (fork and join).

use super::state::{Next, Waits};
use super::{Observer, Simulation};
use crate::crossing::ledger::Base;
use crate::crossing::plan::{NONE, Step};

impl<O: Observer> Simulation<'_, O> {
    /// `i` has come to stages that stand side by side: its persons leave for theirs, the vehicle for its own.
    pub(super) fn split(&mut self, i: u32, vehicle: &[u16], persons: &[u16], spot: u16) {
        let own = vehicle.iter().copied().find(|&s| self.takes(i, s));
        let theirs = persons.iter().copied().find(|&s| self.takes(i, s));
        let count = if theirs.is_some() { self.travellers[i as usize].persons } else { 0 };
        let me = &mut self.travellers[i as usize];
        me.parts = count + u32::from(own.is_some());
        me.part_block = NONE;
        if me.entered == crate::kernel::time::Tick::MAX {
            me.entered = self.now;
        }
        if let Some(station) = theirs {
            for k in 0..count {
                let child = self.passenger(i, k);
                self.go_to_part(child, station);
            }
        }
        match own {
            Some(station) => self.go_to_part(i, station),
            None => self.wait_for_the_others(i, spot),
        }
    }

    fn passenger(&mut self, of: u32, k: u32) -> u32 {
        let parent = self.travellers[of as usize].clone();
        let i = self.new_traveller(parent.key);
        self.ledger.split(i, of);
        let me = &mut self.travellers[i as usize];
        (me.words, me.source, me.route, me.step) = (parent.words, parent.source, parent.route, parent.step);
        (me.loops, me.person, me.parent) = (parent.loops, k + 1, of);
        (me.appeared, me.counted, me.base_cohort) = (self.now, parent.counted, parent.base_cohort);
        (me.own_route, me.last_step) = (parent.own_route, parent.last_step);
        (me.index, me.room) = (parent.index, crate::crossing::plan::NONE16);
        // Its clock begins where the vehicle's stands.
        me.first_service = 0;
        self.tell_appeared(i, parent.serial);
        i
    }

    fn go_to_part(&mut self, i: u32, station: u16) {
        let (lane, line) = self.choose_line(i, station);
        let me = &mut self.travellers[i as usize];
        me.lane = lane;
        me.next = Next::Joined;
        if let Some(booth) = self.idle_booth(i, station, line) {
            let watch = self.lines[line as usize].watch;
            self.cause = Base::Own;
            let spot = self.plan.stations[station as usize].line_spot;
            self.take_booth_tokens(i, booth, 0, spot, watch, 0);
            self.books.waited(station, 0, self.travellers[i as usize].counted);
            self.begin_service(i, booth);
        } else {
            self.join_line(i, line, false);
        }
    }

    /// A part is done. The vehicle waits where it is until the others are; a person goes back to the vehicle.
    pub(super) fn part_is_done(&mut self, i: u32) {
        let parent = self.travellers[i as usize].parent;
        let vehicle = if parent == NONE { i } else { parent };
        if parent == NONE {
            let me = &self.travellers[i as usize];
            let spot = match self.step_of(me.route, me.step) {
                Step::Fork { spot, .. } => *spot,
                _ => me.spot,
            };
            self.travellers[i as usize].parts -= 1;
            if self.travellers[i as usize].parts > 0 {
                self.wait_for_the_others(i, spot);
                return;
            }
            self.at_spot(i, spot);
            self.join(vehicle, NONE);
            return;
        }
        self.travellers[vehicle as usize].parts -= 1;
        if self.travellers[vehicle as usize].parts == 0 {
            self.join(vehicle, i);
        } else {
            self.remember_part(vehicle, i);
        }
        self.exit(i, crate::crossing::observe::Outcome::Crossed);
    }

    /// The part with the latest undisturbed clock so far is remembered for the join.
    fn remember_part(&mut self, vehicle: u32, i: u32) {
        let kept = self.travellers[vehicle as usize].part_block;
        let kept = self.ledger.keep_latest(kept, i);
        self.travellers[vehicle as usize].part_block = kept;
    }

    fn wait_for_the_others(&mut self, i: u32, spot: u16) {
        self.at_spot(i, spot);
        let me = &mut self.travellers[i as usize];
        me.waits = Waits::Others;
        me.wait_since = self.now;
        me.booth = NONE;
        self.ledger.note_own(i);
    }

    /// All parts are done: the vehicle goes on. `last` is the person that came last, if one did.
    fn join(&mut self, vehicle: u32, last: u32) {
        let me = &self.travellers[vehicle as usize];
        let waited = if me.waits == Waits::Others { self.now - me.wait_since } else { 0 };
        let (spot, kept) = (me.spot, me.part_block);
        let mut admission = self.ledger.admit();
        self.ledger.take_kept(&mut admission, kept);
        self.travellers[vehicle as usize].part_block = NONE;
        let mut base = Base::Own;
        if last != NONE {
            self.ledger.behind(&mut admission, last);
            base = Base::Of(last);
        }
        self.ledger.admitted(vehicle, self.now, waited, admission, base, u32::MAX, 0, 0, 0);
        self.file(vehicle, spot);
        let me = &mut self.travellers[vehicle as usize];
        me.waits = Waits::No;
        me.booth = NONE;
        let (route, step) = (me.route, me.step);
        let next = self.onward(vehicle, route, step + 1);
        self.travellers[vehicle as usize].next = next;
        self.cause = Base::Own;
        self.try_go(vehicle);
    }
}
