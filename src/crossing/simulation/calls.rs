//! The virtual queue: bookings wait elsewhere and are called as room comes free.
//!
//! A call takes a place in the post's room at once and keeps it while the traveller is on its way. Calls and the
//! travellers who wait on the road for the same room are one line in order of appearance. The *displayed wait* is what
//! the service tells at booking: number waiting ahead times the headway, in whole minutes; the wait experienced is
//! another number.

use std::collections::VecDeque;

use super::state::{Doing, List, Task, Waits};
use super::{Observer, Simulation};
use crate::crossing::ledger::{Admission, Base};
use crate::crossing::observe::Outcome;
use crate::crossing::plan::{NONE, NONE16, Step};
use crate::kernel::time::{MINUTE, Tick};

/// Calls that a rolling headway looks back on.
const LOOK_BACK: usize = 20;

/// A virtual queue at run time.
#[derive(Debug)]
pub(super) struct Waiting {
    list: List,
    calls: VecDeque<Tick>,
    /// Called, and not yet through the post.
    called: u32,
    /// Bench of its places' tokens; none without a limit.
    bench: u32,
}

impl Default for Waiting {
    fn default() -> Self {
        Self { list: List::EMPTY, calls: VecDeque::with_capacity(LOOK_BACK + 1), called: 0, bench: NONE }
    }
}

impl Waiting {
    pub(super) fn reset(&mut self) {
        self.list = List::EMPTY;
        self.calls.clear();
        self.called = 0;
    }

    /// Minutes per vehicle that the service reckons with.
    fn headway(&self, fixed: Tick) -> Tick {
        if fixed > 0 {
            return fixed;
        }
        let (Some(first), Some(last)) = (self.calls.front(), self.calls.back()) else { return 0 };
        let gaps = self.calls.len() as u64 - 1;
        if gaps == 0 {
            return 0;
        }
        let gap = (last - first) / gaps;
        (gap + MINUTE / 2) / MINUTE * MINUTE
    }
}

impl<O: Observer> Simulation<'_, O> {
    /// `i` books: it joins the first virtual queue that serves it.
    pub(super) fn book_a_place(&mut self, i: u32, queues: &[u16]) {
        let words = self.travellers[i as usize].words;
        let found = queues.iter().copied().find(|&q| self.plan.queues[q as usize].serves.holds(words));
        let Some(queue) = found else {
            self.exit(i, Outcome::TurnedAway);
            return;
        };
        let seq = self.next_seq();
        let plan = &self.plan.queues[queue as usize];
        self.at_spot(i, plan.spot);
        let row = &mut self.queues[queue as usize];
        let displayed = u64::from(row.list.len) * row.headway(plan.headway);
        row.list.push_back(&mut self.travellers, i);
        let me = &mut self.travellers[i as usize];
        me.displayed = displayed / MINUTE * MINUTE;
        me.seq = seq;
        me.waits = Waits::Call(queue);
        me.wait_since = self.now;
        self.cause = Base::Own;
        if plan.room == NONE16 {
            self.call(i, queue);
        } else {
            let room = &self.rooms[plan.room as usize];
            self.ledger.note(i, room.point);
            if room.waiters.len == 0 && self.waiting_for_calls(plan.room) == 1 {
                self.ledger.seen(room.watch, self.now);
            }
            self.call_loss(plan.room);
            self.agenda.push(Task::Calls(plan.room));
        }
    }

    fn waiting_for_calls(&self, room: u16) -> u32 {
        let called_by = &self.plan.containers[room as usize].called_by;
        called_by.iter().map(|&q| self.queues[q as usize].list.len).sum()
    }

    /// The tokens of places that are limited by queue.
    pub(super) fn build_places(&mut self) {
        for (queue, plan) in self.queues.iter_mut().zip(&self.plan.queues) {
            if plan.places < u32::MAX {
                queue.bench = self.ledger.add_bench(plan.places);
            }
        }
    }

    /// `i` is through the post it was called to: its queue's place is free.
    pub(super) fn give_place_back(&mut self, i: u32) {
        let queue = std::mem::replace(&mut self.travellers[i as usize].called_from, NONE16);
        if queue == NONE16 {
            return;
        }
        let row = &mut self.queues[queue as usize];
        row.called -= 1;
        if row.bench != NONE {
            let bench = row.bench;
            self.ledger.give_back(i, bench);
        }
    }

    /// The booking that is next for a room: the earliest, over all queues that are called to it and have a place.
    fn next_booking(&self, room: u16) -> Option<(u64, u16, u32)> {
        let called_by = &self.plan.containers[room as usize].called_by;
        called_by
            .iter()
            .filter_map(|&q| {
                let row = &self.queues[q as usize];
                let head =
                    if row.called < self.plan.queues[q as usize].places { row.list.head } else { NONE };
                (head != NONE).then(|| (self.travellers[head as usize].seq, q, head))
            })
            .min()
    }

    /// Is a booking's turn before that of `i`, who waits at the room's door?
    pub(super) fn calls_first(&self, room: u16, i: u32) -> bool {
        !self.plan.containers[room as usize].called_by.is_empty()
            && self.next_booking(room).is_some_and(|(seq, ..)| seq < self.travellers[i as usize].seq)
            && self.room_for_call(room).is_some()
    }

    /// Could one more be called? Some(true): a place is free; Some(false): it may be called ahead of room.
    fn room_for_call(&self, room: u16) -> Option<bool> {
        let (_, queue, head) = self.next_booking(room)?;
        let state = &self.rooms[room as usize];
        if state.used + self.size_of(head, room) <= state.size {
            Some(true)
        } else if state.called_ahead < self.plan.queues[queue as usize].ahead {
            Some(false)
        } else {
            None
        }
    }

    /// Calls while there is room, in order of booking.
    pub(super) fn call_next(&mut self, room: u16) {
        if self.plan.containers[room as usize].called_by.is_empty() {
            return;
        }
        while let Some((seq, queue, head)) = self.next_booking(room) {
            let door = self.rooms[room as usize].waiters.head;
            if door != NONE && self.travellers[door as usize].seq < seq {
                return;
            }
            match self.room_for_call(room) {
                None => return,
                Some(true) => self.call(head, queue),
                Some(false) => self.call_ahead(head, queue),
            }
        }
    }

    fn leave_queue(&mut self, i: u32, queue: u16) {
        let row = &mut self.queues[queue as usize];
        row.list.remove(&mut self.travellers, i);
        row.called += 1;
        self.travellers[i as usize].called_from = queue;
        row.calls.push_back(self.now);
        if row.calls.len() > LOOK_BACK {
            row.calls.pop_front();
        }
    }

    /// `i` is called: a place in the room is its own from now on.
    fn call(&mut self, i: u32, queue: u16) {
        let room = self.plan.queues[queue as usize].room;
        self.leave_queue(i, queue);
        let mut admission = self.ledger.admit();
        self.take_place(i, queue, &mut admission);
        if room != NONE16 {
            self.take_promised(i, room, &mut admission);
            self.travellers[i as usize].room = room;
        }
        self.set_out(i, queue, admission);
    }

    /// `i` is called although no place is free yet: it will wait at the door.
    fn call_ahead(&mut self, i: u32, queue: u16) {
        let room = self.plan.queues[queue as usize].room;
        self.leave_queue(i, queue);
        self.travellers[i as usize].called_ahead = true;
        self.rooms[room as usize].called_ahead += 1;
        let mut admission = self.ledger.admit();
        self.take_place(i, queue, &mut admission);
        self.set_out(i, queue, admission);
    }

    fn take_place(&mut self, i: u32, queue: u16, admission: &mut Admission) {
        let bench = self.queues[queue as usize].bench;
        if bench != NONE {
            self.ledger.take(i, admission, bench);
        }
    }

    /// The wait for the call is over; `i` drives to the post, or stays away.
    fn set_out(&mut self, i: u32, queue: u16, admission: Admission) {
        let plan = &self.plan.queues[queue as usize];
        let me = &self.travellers[i as usize];
        let waited = self.now - me.wait_since;
        let stays_away = me.key.draw(plan.purposes.1, me.loops).unit() < plan.no_show;
        let travel = plan.travel.ticks(&mut me.key.draw(plan.purposes.0, me.loops));
        let (watch, point) = if plan.room == NONE16 {
            (u32::MAX, None)
        } else {
            let room = &self.rooms[plan.room as usize];
            (room.watch, Some(room.point))
        };
        let base = match self.cause {
            Base::Own => Base::Own,
            Base::Left(_) | Base::Of(_) => point.map_or(Base::Own, Base::Left),
        };
        self.ledger.admitted(i, self.now, waited, admission, base, watch, travel, 0, plan.owner);
        self.file(i, plan.spot);
        if plan.room != NONE16 {
            self.rooms[plan.room as usize].last_z = self.ledger.z(i);
            self.rooms[plan.room as usize].called_out += 1;
            self.call_loss(plan.room);
        }
        self.at_spot(i, plan.way_spot);
        let me = &mut self.travellers[i as usize];
        me.waits = Waits::No;
        (me.doing, me.work_left) =
            if stays_away { (Doing::StaysAway, plan.show_up_within) } else { (Doing::Comes, travel) };
        let after = me.work_left;
        if after == 0 && !stays_away {
            me.doing = Doing::Nothing;
            self.comes_to_the_post(i);
        } else {
            self.set_timer(i, after);
        }
    }

    /// Places that are promised to somebody on the way are lost while others wait: the rule's doing.
    pub(super) fn call_loss(&mut self, room: u16) {
        let state = &self.rooms[room as usize];
        if state.call_loss == u32::MAX {
            return;
        }
        let others = state.waiters.len > 0 || self.waiting_for_calls(room) > 0;
        let lost = if others { state.called_out } else { 0 };
        self.ledger.losing(state.call_loss, self.now, lost);
    }

    /// `i` stands at the gate of the post.
    pub(super) fn comes_to_the_post(&mut self, i: u32) {
        let me = &mut self.travellers[i as usize];
        let (travel, spot, route, step) = (std::mem::take(&mut me.work_left), me.spot, me.route, me.step);
        me.arrived = self.now;
        self.ledger.need(i, self.plan.carrier_owner, travel);
        self.file(i, spot);
        self.no_longer_called(i);
        self.cause = Base::Own;
        let next = self.onward(i, route, step + 1);
        self.travellers[i as usize].next = next;
        if self.travellers[i as usize].called_ahead {
            self.wait_at_the_door(i, step);
        } else {
            self.try_go(i);
        }
    }

    /// Called ahead of room: it waits on the road like those who never booked.
    fn wait_at_the_door(&mut self, i: u32, call_step: u16) {
        let route = self.travellers[i as usize].route;
        if let Some(Step::Road { container, spot }) =
            self.plan.routes[route as usize].steps.get(call_step as usize + 1)
        {
            let mut admission = self.ledger.admit();
            self.take_space(i, *container, &mut admission);
            self.ledger.admitted(i, self.now, 0, admission, Base::Own, u32::MAX, 0, 0, 0);
            self.travellers[i as usize].way = *container;
            self.at_spot(i, *spot);
        }
        self.try_go(i);
    }

    fn no_longer_called(&mut self, i: u32) {
        let room = self.called_to(i);
        if room != NONE16 {
            self.rooms[room as usize].called_out -= 1;
            self.call_loss(room);
        }
    }

    fn called_to(&self, i: u32) -> u16 {
        let spot = self.travellers[i as usize].spot;
        self.plan.queues.iter().find(|q| q.way_spot == spot).map_or(NONE16, |q| q.room)
    }

    /// A no-show: its place is given back, and it leaves the model.
    pub(super) fn never_comes(&mut self, i: u32) {
        let me = &mut self.travellers[i as usize];
        let (spot, held) = (me.spot, std::mem::take(&mut me.work_left));
        self.ledger.need(i, self.plan.carrier_owner, held);
        self.file(i, spot);
        self.no_longer_called(i);
        if std::mem::take(&mut self.travellers[i as usize].called_ahead) {
            let room = self.called_to(i);
            self.rooms[room as usize].called_ahead -= 1;
            self.agenda.push(Task::Calls(room));
        }
        self.release_everything(i);
        self.exit(i, Outcome::NoShow);
    }
}
