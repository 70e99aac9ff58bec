//! The virtual queue: bookings wait elsewhere and are called as room comes free.
//!
//! A call takes a place in the post's room at once and keeps it while the traveller is on its way. Calls and the
//! travellers who wait on the road for the same room are one line in order of appearance. The *displayed wait* is what
//! the service tells at booking: number waiting ahead times the headway, in whole minutes; the wait experienced is
//! another number.

mod alarms;
mod bookings;
mod modes;
mod slots;
mod turns;

pub(super) use alarms::Alarms;
pub(super) use bookings::{Booking, Records};
pub(super) use slots::SlotBook;
pub(super) use turns::Waiting;

use super::state::{Doing, Task, Waits};
use super::{Observer, Simulation};
use crate::crossing::calling::AHEAD_OF_ALL;
use crate::crossing::ledger::{Admission, Base, Kind};
use crate::crossing::observe::Outcome;
use crate::crossing::plan::{NONE, NONE16, Step};
use crate::kernel::time::{MINUTE, Tick};

/// Of a wait for a call, what had another reason than room.
#[derive(Clone, Copy)]
struct Apart {
    /// Its own choice, or its papers; booked already.
    own: Tick,
    /// Given to later bookings (rule 5 of the ledger).
    overtaken: Tick,
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
        let me = &mut self.travellers[i as usize];
        me.seq = seq;
        me.waits = Waits::Call(queue);
        me.wait_since = self.now;
        if plan.rules.modes.is_empty() || !self.does_not_book(i, queue) {
            self.makes_a_booking(i, queue);
        }
    }

    /// `i` can book: it reserves a slot, if there are such for it, or joins the queue.
    fn makes_a_booking(&mut self, i: u32, queue: u16) {
        if !self.reserves_a_slot(i, queue) {
            self.joins(i, queue);
        }
    }

    /// `i` has a booking in `queue`, and is told how long it will be.
    fn joins(&mut self, i: u32, queue: u16) {
        let plan = &self.plan.queues[queue as usize];
        let words = self.travellers[i as usize].words;
        let class = if self.jumps(i, queue) { AHEAD_OF_ALL } else { plan.rules.class_of(words) };
        let row = &mut self.queues[queue as usize];
        let displayed = u64::from(row.len) * row.headway(plan.headway);
        row.join(&mut self.travellers, i, class);
        let me = &mut self.travellers[i as usize];
        me.displayed = displayed / MINUTE * MINUTE;
        self.cause = Base::Own;
        self.begin_booking(i, queue);
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
        let waiting = |&q: &u16| self.queues[q as usize].len + self.queues[q as usize].held.len;
        called_by.iter().map(waiting).sum()
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

    /// The booking that is next for a room: of the queue with the earliest booking and a place, whoever's turn it is there.
    fn next_booking(&self, room: u16) -> Option<(u64, u16, u32)> {
        let called_by = &self.plan.containers[room as usize].called_by;
        let next = |&q: &u16| {
            let plan = &self.plan.queues[q as usize];
            let row = &self.queues[q as usize];
            let (seq, i) =
                if row.called < plan.places { row.next(self.view(), &plan.rules)? } else { return None };
            Some((seq, q, i))
        };
        called_by.iter().filter_map(next).min()
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
        loop {
            self.pass_over_the_unready(room);
            let Some((seq, queue, head)) = self.next_booking(room) else { break };
            let door = self.rooms[room as usize].waiters.head;
            if door != NONE && self.travellers[door as usize].seq < seq {
                return;
            }
            match self.room_for_call(room) {
                None => return,
                Some(_) if self.postpones(head, queue) => {}
                Some(true) if self.turn_is_lost(queue, head) => {}
                Some(true) => self.call(head, queue),
                Some(false) => self.call_ahead(head, queue),
            }
        }
        if self.has_modes(room) {
            self.call_loss(room);
        }
    }

    fn pass_over_the_unready(&mut self, room: u16) {
        let state = &self.rooms[room as usize];
        for &q in &self.plan.containers[room as usize].called_by {
            let row = &self.queues[q as usize];
            let plan = &self.plan.queues[q as usize];
            if plan.rules.sees_papers()
                && row.mode.calls
                && row.called < plan.places
                && state.used < state.size
            {
                row.pass_over(&self.travellers, &mut self.bookings, self.now);
            }
        }
    }

    /// `i` is called out of its queue; which part of its wait has another reason than room.
    fn leave_queue(&mut self, i: u32, queue: u16) -> Apart {
        let own = self.book_own_part(i, queue);
        let rules = &self.plan.queues[queue as usize].rules;
        let view = turns::View { all: &self.travellers, bookings: &self.bookings, now: self.now };
        let row = &mut self.queues[queue as usize];
        row.use_turn(view, i, rules);
        self.travellers[i as usize].called_from = queue;
        row.called += 1;
        row.note_call(self.now);
        Apart { own, overtaken: row.take_out(&mut self.travellers, i, rules, self.now) }
    }

    /// `i` is called: a place in the room is its own from now on.
    fn call(&mut self, i: u32, queue: u16) {
        let room = self.plan.queues[queue as usize].room;
        let apart = self.leave_queue(i, queue);
        let mut admission = self.ledger.admit();
        self.take_place(i, queue, &mut admission);
        if room != NONE16 {
            self.take_promised(i, room, &mut admission);
            self.travellers[i as usize].room = room;
        }
        self.set_out(i, queue, admission, apart);
    }

    /// `i` is called although no place is free yet: it will wait at the door.
    fn call_ahead(&mut self, i: u32, queue: u16) {
        let room = self.plan.queues[queue as usize].room;
        let apart = self.leave_queue(i, queue);
        self.travellers[i as usize].called_ahead = true;
        self.rooms[room as usize].called_ahead += 1;
        let mut admission = self.ledger.admit();
        self.take_place(i, queue, &mut admission);
        self.set_out(i, queue, admission, apart);
    }

    fn take_place(&mut self, i: u32, queue: u16, admission: &mut Admission) {
        let bench = self.queues[queue as usize].bench;
        if bench != NONE {
            self.ledger.take(i, admission, bench);
        }
    }

    /// The wait for the call is over; `i` drives to the post, or stays away.
    fn set_out(&mut self, i: u32, queue: u16, admission: Admission, apart: Apart) {
        let plan = &self.plan.queues[queue as usize];
        let speculative = self.was_speculative(i, queue);
        let me = &self.travellers[i as usize];
        let waited = self.now - me.wait_since - apart.own;
        let stays_away = speculative || me.key.draw(plan.purposes.1, me.loops).unit() < plan.no_show;
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
        // Whoever stays away would have set out for nothing: its place is another's as soon as it is free.
        let home = if stays_away { 0 } else { travel };
        self.ledger.admitted(i, self.now, waited, admission, base, watch, home, apart.overtaken, plan.owner);
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
        let lost = if others { state.called_out + state.kept_empty } else { 0 };
        let (calls, outages) = (state.call_loss, state.outage_loss);
        if !self.has_modes(room) {
            self.ledger.losing(calls, self.now, lost);
            return;
        }
        let (idle, broken) = self.idle_by_mode(room);
        let (rule, outage) = if broken { (0, idle) } else { (idle, 0) };
        self.ledger.losing(calls, self.now, lost + rule);
        self.ledger.losing(outages, self.now, outage);
    }

    /// `i` stands at the gate of the post.
    pub(super) fn comes_to_the_post(&mut self, i: u32) {
        let me = &mut self.travellers[i as usize];
        let (travel, spot, queue) = (std::mem::take(&mut me.work_left), me.spot, me.called_from);
        me.arrived = self.now;
        self.file_need(i, spot, self.plan.carrier_owner, travel);
        self.enters_the_gate(i, queue);
    }

    /// At the gate papers are looked at that the queue did not see.
    fn enters_the_gate(&mut self, i: u32, queue: u16) {
        match self.lacks_at_the_gate(i, queue) {
            None => self.comes_in(i),
            Some((until, _, true)) => self.hold_at_the_gate(i, until),
            Some((_, _, false)) => self.is_sent_away(i),
        }
    }

    /// Nothing is lacking: `i` goes into the post, or waits for room at its door.
    fn comes_in(&mut self, i: u32) {
        let (route, step) = (self.travellers[i as usize].route, self.travellers[i as usize].step);
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
        self.plan.queues[self.queue_called_from(i) as usize].room
    }

    /// The queue from which `i`, who is on the way, was called.
    fn queue_called_from(&self, i: u32) -> u16 {
        let spot = self.travellers[i as usize].spot;
        self.plan.queues.iter().position(|q| q.way_spot == spot).unwrap_or(0) as u16
    }

    /// A no-show: its place is given back, and it leaves the model.
    pub(super) fn never_comes(&mut self, i: u32) {
        self.misses_its_call(i);
        let me = &mut self.travellers[i as usize];
        let (spot, held) = (me.spot, std::mem::take(&mut me.work_left));
        let queue = self.queue_called_from(i);
        let rule = self.ledger.colour(Kind::Rule, self.plan.queues[queue as usize].owner);
        self.ledger.wasted(i, self.plan.carrier_owner, held, rule);
        self.file(i, spot);
        self.give_call_back(i);
        self.exit(i, Outcome::NoShow);
    }

    /// A call that led to nothing: the place it promised is another's.
    fn give_call_back(&mut self, i: u32) {
        self.no_longer_called(i);
        if std::mem::take(&mut self.travellers[i as usize].called_ahead) {
            let room = self.called_to(i);
            self.rooms[room as usize].called_ahead -= 1;
            self.agenda.push(Task::Calls(room));
        }
        self.release_everything(i);
    }
}
