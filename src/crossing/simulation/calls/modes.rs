//! The service paused, read only, broken down, switched off, or no longer obeyed.

use super::super::state::{Doing, Task, Waits};
use super::super::{Observer, Simulation};
use super::alarms::Alarm;
use crate::crossing::calling::{Booking, Mode};
use crate::crossing::plan::{NONE, NONE16, Step, Unit};
use crate::kernel::random::name_key;

const DRIVES_UP: u64 = name_key("drives up unbooked");
const JUMPS: u64 = name_key("jumps the queue");

impl<O: Observer> Simulation<'_, O> {
    /// The modes at the start, and the alarms for their changes.
    pub(in crate::crossing::simulation) fn begin_modes(&mut self) {
        for (q, plan) in self.plan.queues.iter().enumerate() {
            self.queues[q].mode = plan.rules.modes.first().map_or(Mode::ORDINARY, |first| first.1);
            for next in 1..plan.rules.modes.len() {
                let at = plan.rules.modes[next].0;
                self.set_alarm(at, Alarm::ModeChanges { queue: q as u16, to: next as u16 });
            }
        }
    }

    pub(super) fn mode_changes(&mut self, queue: u16, to: u16) {
        let plan = &self.plan.queues[queue as usize];
        let mode = plan.rules.modes[to as usize].1;
        self.queues[queue as usize].mode = mode;
        if mode.booking == Booking::None {
            while let Some(i) = self.queues[queue as usize].anybody() {
                self.queues[queue as usize].give_up(&mut self.travellers, i);
                self.drives_up(i, queue);
            }
        }
        if mode.booking != Booking::Waits {
            self.let_the_held_book(queue);
        }
        if plan.room != NONE16 {
            self.call_loss(plan.room);
            self.agenda.push(Task::Calls(plan.room));
        }
    }

    /// Those who could not book do so now, or drive up.
    fn let_the_held_book(&mut self, queue: u16) {
        loop {
            let i = self.queues[queue as usize].held.head;
            if i == NONE {
                return;
            }
            self.queues[queue as usize].held.remove(&mut self.travellers, i);
            if !self.does_not_book(i, queue) {
                self.makes_a_booking(i, queue);
            }
        }
    }

    /// Does `i`, who wants to book, wait until it is possible again, or drive up without a booking?
    pub(super) fn does_not_book(&mut self, i: u32, queue: u16) -> bool {
        let booking = self.queues[queue as usize].mode.booking;
        if booking == Booking::Waits {
            let row = &mut self.queues[queue as usize];
            row.held.push_back(&mut self.travellers, i);
            let room = self.plan.queues[queue as usize].room;
            self.ledger.note(i, self.rooms[room as usize].point);
            self.call_loss(room);
            return true;
        }
        let share = booking.drives_up(self.now);
        let me = &self.travellers[i as usize];
        if share <= 0.0 || me.key.draw(DRIVES_UP, me.loops).unit() >= share {
            return false;
        }
        self.drives_up(i, queue);
        true
    }

    /// Is `i` one of those who are let in ahead of all while nobody enforces the rules?
    pub(super) fn jumps(&self, i: u32, queue: u16) -> bool {
        let share = self.queues[queue as usize].mode.jumping;
        let me = &self.travellers[i as usize];
        share > 0.0 && me.key.draw(JUMPS, me.loops).unit() < share
    }

    /// `i` drives to the road without having been called.
    fn drives_up(&mut self, i: u32, queue: u16) {
        let plan = &self.plan.queues[queue as usize];
        let own = self.book_own_part(i, queue);
        let me = &self.travellers[i as usize];
        let waited = self.now - me.wait_since - own;
        self.book_open(i, waited);
        self.file(i, plan.spot);
        self.moves.cancel(i);
        let me = &mut self.travellers[i as usize];
        me.waits = Waits::No;
        me.doing = Doing::DrivesToRoad;
        me.work_left = plan.travel.ticks(&mut me.key.draw(plan.purposes.0, me.loops));
        let travel = me.work_left;
        self.at_spot(i, plan.way_spot);
        self.set_timer(i, travel);
    }

    /// `i`, who was not called, is at the road.
    pub(in crate::crossing::simulation) fn comes_uncalled(&mut self, i: u32) {
        let me = &mut self.travellers[i as usize];
        let (travel, spot) = (std::mem::take(&mut me.work_left), me.spot);
        me.step += 1;
        let (route, step) = (me.route, me.step);
        self.file_need(i, spot, self.plan.carrier_owner, travel);
        if let Step::Road { container, spot } = self.step_of(route, step) {
            self.come_to_the_road(i, *container, *spot);
        }
    }

    /// Has any queue that is called to a room modes of its own?
    pub(super) fn has_modes(&self, room: u16) -> bool {
        let called_by = &self.plan.containers[room as usize].called_by;
        called_by.iter().any(|&q| !self.plan.queues[q as usize].rules.modes.is_empty())
    }

    /// Places of a room that stand idle as nobody is called to them, or nobody may book; and is it an outage?
    pub(super) fn idle_by_mode(&self, room: u16) -> (u32, bool) {
        let state = &self.rooms[room as usize];
        let places = self.plan.containers[room as usize].unit == Unit::Places;
        let free = if places { state.size.saturating_sub(state.used).min(1 << 20) as u32 } else { 1 };
        let (mut idle, mut broken) = (0, false);
        for &q in &self.plan.containers[room as usize].called_by {
            let row = &self.queues[q as usize];
            idle += if row.mode.calls { row.held.len } else { row.len + row.held.len };
            broken |= row.mode.broken;
        }
        (idle.min(free), broken)
    }
}
