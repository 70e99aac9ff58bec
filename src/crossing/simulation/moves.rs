//! From one place to the next: room ahead is taken before room behind is given up.

use super::state::{Doing, List, Next, Task, Waits};
use super::{Observer, Simulation};
use crate::crossing::ledger::{Admission, Base};
use crate::crossing::observe::{Happened, Outcome};
use crate::crossing::plan::{Intervention, Lever, NONE, NONE16, Plan, Step, Unit};
use crate::kernel::time::{NEVER, Tick};

use super::state::Room;

/// What a move takes, once nothing is lacking.
#[derive(Debug, Clone, Copy)]
pub(super) struct Way {
    /// The post's room, when it is not held already.
    room: u16,
    /// A lane's own length, a strip, or the road.
    space: u16,
    line: u32,
    lane: u16,
    /// Booth to start at directly.
    booth: u32,
    strip: u16,
}

const NO_WAY: Way = Way { room: NONE16, space: NONE16, line: NONE, lane: NONE16, booth: NONE, strip: NONE16 };

impl<O: Observer> Simulation<'_, O> {
    pub(super) fn build_rooms(plan: &Plan) -> Vec<Room> {
        let stations = plan.stations.len() as u32;
        (0..plan.containers.len())
            .map(|c| Room {
                size: plan.containers[c].size,
                used: 0,
                waiters: List::EMPTY,
                open: true,
                gate: NONE16,
                point: stations + c as u32,
                watch: u32::MAX,
                last_z: 0,
                closed_loss: u32::MAX,
                call_loss: u32::MAX,
                outage_loss: u32::MAX,
                called_out: 0,
                called_ahead: 0,
                kept_empty: 0,
                order_head: NONE,
                order_tail: NONE,
                endless: endless(plan, c),
            })
            .collect()
    }

    pub(super) fn reset_rooms(&mut self) {
        for (room, container) in self.rooms.iter_mut().zip(&self.plan.containers) {
            room.size = container.size;
            room.used = 0;
            room.waiters = List::EMPTY;
            room.open = true;
            room.last_z = 0;
            (room.called_out, room.called_ahead, room.kept_empty) = (0, 0, 0);
            (room.order_head, room.order_tail) = (NONE, NONE);
        }
    }

    /// What `i` takes of a container.
    #[inline]
    pub(super) fn size_of(&self, i: u32, container: u16) -> u64 {
        let me = &self.travellers[i as usize];
        match self.plan.containers[container as usize].unit {
            Unit::Places => 1,
            Unit::Persons => u64::from(me.persons),
            Unit::Millimetres => me.length,
        }
    }

    /// Is there room for `i`, and is it its turn? Whoever is longer than the whole place enters when it is empty.
    #[inline(always)]
    pub(super) fn fits(&self, i: u32, container: u16) -> bool {
        self.rooms[container as usize].endless || self.finds_room(i, container)
    }

    fn finds_room(&self, i: u32, container: u16) -> bool {
        let room = &self.rooms[container as usize];
        if room.waiters.len > 0 && room.waiters.head != i {
            return false;
        }
        if !room.open || !self.gate_lets(room.gate) {
            return false;
        }
        room.used.saturating_add(self.size_of(i, container)) <= room.size || (room.used == 0 && room.size > 0)
    }

    /// Does the stage take `i`? Draws only; never the state of the crossing.
    #[inline(always)]
    pub(super) fn takes(&self, i: u32, station: u16) -> bool {
        self.shapes[station as usize].takes_all || self.tests_and_draws(i, station)
    }

    fn tests_and_draws(&self, i: u32, station: u16) -> bool {
        let st = &self.plan.stations[station as usize];
        let me = &self.travellers[i as usize];
        if st.only_sent || !st.serves.holds(me.words) {
            return false;
        }
        let Some((_, share)) = st.takes.iter().find(|(test, _)| test.holds(me.words)) else {
            return st.takes.is_empty();
        };
        me.key.draw(st.takes_purpose, me.loops).unit() < *share
    }

    /// The first step from `step` on that takes `i`.
    #[inline]
    pub(super) fn onward(&self, i: u32, route: u16, step: u16) -> Next {
        let source = self.travellers[i as usize].source;
        self.ways.sure(source, route, step).unwrap_or_else(|| self.find_onward(i, route, step))
    }

    fn find_onward(&self, i: u32, route: u16, step: u16) -> Next {
        let me = &self.travellers[i as usize];
        let last = if me.own_route == route { me.last_step } else { u16::MAX };
        let words = me.words;
        let steps = &self.plan.routes[route as usize].steps;
        let until = steps.len().min(last as usize + 1);
        for (at, step) in steps[..until].iter().enumerate().skip(step as usize) {
            let taken = match step {
                Step::Call { .. } | Step::Road { .. } => false,
                Step::Stage { station, .. } => self.takes(i, *station),
                Step::Fork { vehicle, persons, .. } => {
                    vehicle.iter().chain(persons).any(|&station| self.takes(i, station))
                }
                Step::Strip { strips } => {
                    strips.iter().any(|&s| self.plan.strips[s as usize].serves.holds(words))
                }
            };
            if taken {
                return Next::Step(route, at as u16);
            }
        }
        // Whoever ends on the way of the other direction was sent back.
        Next::Out(if me.own_route == route { Outcome::Crossed } else { Outcome::Refused })
    }

    /// What the next place of `i` takes, or the container that lacks room.
    #[inline(always)]
    fn way(&mut self, i: u32) -> Result<Way, u16> {
        let Next::Step(route, step) = self.travellers[i as usize].next else { return Ok(NO_WAY) };
        match self.step_of(route, step) {
            Step::Stage { station, room } => self.way_to_stage(i, *station, *room),
            Step::Fork { room, .. } => {
                let room = self.room_wanted(i, *room)?;
                Ok(Way { room, ..NO_WAY })
            }
            Step::Strip { strips } => self.way_to_strip(i, strips),
            Step::Road { container, .. } => {
                if self.fits(i, *container) {
                    Ok(Way { space: *container, ..NO_WAY })
                } else {
                    Err(*container)
                }
            }
            Step::Call { .. } => Ok(NO_WAY),
        }
    }

    #[inline(always)]
    fn room_wanted(&self, i: u32, room: u16) -> Result<u16, u16> {
        if room == NONE16 || self.travellers[i as usize].room == room {
            Ok(NONE16)
        } else if self.fits(i, room) {
            Ok(room)
        } else {
            Err(room)
        }
    }

    #[inline(always)]
    fn way_to_stage(&self, i: u32, station: u16, room: u16) -> Result<Way, u16> {
        let room = self.room_wanted(i, room)?;
        let shape = &self.shapes[station as usize];
        if shape.direct {
            let line = shape.only_line;
            let booth = self.idle_booth(i, station, line).unwrap_or(NONE);
            return Ok(Way { room, line, lane: 0, booth, ..NO_WAY });
        }
        self.way_to_lane(i, station, room)
    }

    fn way_to_lane(&self, i: u32, station: u16, room: u16) -> Result<Way, u16> {
        let (lane, line) = self.choose_line(i, station);
        let way = Way { room, line, lane, ..NO_WAY };
        let lane = &self.plan.stations[station as usize].lanes[lane as usize];
        let space = lane.container;
        let first = space == NONE16 || {
            let waiters = self.rooms[space as usize].waiters;
            waiters.len == 0 || waiters.head == i
        };
        let booth = if first && lane.drive == 0 { self.idle_booth(i, station, line) } else { None };
        if let Some(booth) = booth {
            // It enters the lane all the same: what it leaves behind is free from then on, not from its service.
            let space = if space != NONE16 && self.fits(i, space) { space } else { NONE16 };
            return Ok(Way { booth, space, ..way });
        }
        if space == NONE16 {
            Ok(way)
        } else if self.fits(i, space) {
            Ok(Way { space, ..way })
        } else {
            Err(space)
        }
    }

    fn way_to_strip(&self, i: u32, strips: &[u16]) -> Result<Way, u16> {
        let words = self.travellers[i as usize].words;
        let mut lacking = NONE16;
        for &s in strips {
            let strip = &self.plan.strips[s as usize];
            if !strip.serves.holds(words) {
                continue;
            }
            if self.rooms[strip.container as usize].open {
                let space = strip.container;
                return if self.fits(i, space) { Ok(Way { space, strip: s, ..NO_WAY }) } else { Err(space) };
            }
            if lacking == NONE16 {
                lacking = strip.container;
            }
        }
        Err(lacking)
    }

    /// `i` is done where it is: it goes on, or waits for what lacks.
    pub(super) fn try_go(&mut self, i: u32) -> bool {
        match self.way(i) {
            Ok(way) => {
                self.go(i, way);
                true
            }
            Err(container) => {
                self.wait_for(i, container);
                false
            }
        }
    }

    /// `i` waits for room in a container, behind whoever waits for it already.
    pub(super) fn wait_for(&mut self, i: u32, container: u16) {
        let seq = self.next_seq();
        let me = &mut self.travellers[i as usize];
        if me.waits == Waits::No {
            me.wait_since = self.now;
            // Whoever was called ahead of room keeps its turn among the bookings.
            me.seq = if me.called_ahead { me.seq } else { seq };
        }
        me.waits = Waits::Room(container);
        let room = &mut self.rooms[container as usize];
        self.ledger.note(i, room.point);
        if room.waiters.len == 0 {
            self.ledger.seen(room.watch, self.now);
        }
        room.waiters.push_back(&mut self.travellers, i);
        self.tell(i, Happened::Held { by: container });
        self.gate_sees(container);
        self.call_loss(container);
        if self.may_knot {
            self.look_for_knot();
        }
    }

    /// There may be room: whoever waits longest goes in, and the next, until one does not fit.
    pub(super) fn room_is_free(&mut self, container: u16, reopened: bool) {
        self.gate_sees(container);
        if !self.slot_books.is_empty() {
            self.keep_places_of(container);
        }
        let point = self.rooms[container as usize].point;
        self.let_in(container, reopened, point);
        self.call_next(container);
    }

    /// Lets in whoever waits for a container, until one does not fit. `point`: what became free.
    pub(super) fn let_in(&mut self, container: u16, reopened: bool, point: u32) {
        loop {
            let i = self.rooms[container as usize].waiters.head;
            if i == NONE || self.calls_first(container, i) {
                break;
            }
            self.because(reopened, point);
            match self.way(i) {
                Ok(way) => {
                    self.stop_waiting(i, container);
                    self.go(i, way);
                }
                Err(lacking) if lacking == container => break,
                Err(lacking) => {
                    self.stop_waiting(i, container);
                    let since = self.travellers[i as usize].wait_since;
                    self.wait_for(i, lacking);
                    self.travellers[i as usize].wait_since = since;
                }
            }
        }
    }

    fn stop_waiting(&mut self, i: u32, container: u16) {
        self.rooms[container as usize].waiters.remove(&mut self.travellers, i);
        self.call_loss(container);
    }

    /// `i` gives up waiting for room.
    pub(super) fn leave_waiters(&mut self, i: u32, container: u16) {
        self.stop_waiting(i, container);
        self.agenda.push(Task::Room(container, false));
    }

    /// Takes what `i` needs of a container, through its gate.
    #[inline]
    pub(super) fn take_space(&mut self, i: u32, container: u16, admission: &mut Admission) {
        let room = &self.rooms[container as usize];
        if !room.endless {
            let gate = room.gate;
            self.take_promised(i, container, admission);
            self.use_gate(gate);
        }
    }

    /// The same past the gate: a call is a promise of its own.
    pub(super) fn take_promised(&mut self, i: u32, container: u16, admission: &mut Admission) {
        let size = self.size_of(i, container);
        let room = &mut self.rooms[container as usize];
        room.used += size;
        if room.size != u64::MAX {
            self.ledger.take_room(i, admission, container.into(), size);
        }
    }

    /// `i` gives up its part of a container.
    #[inline]
    pub(super) fn give_room(&mut self, i: u32, container: u16) {
        if !self.rooms[container as usize].endless {
            self.give_part(i, container);
        }
    }

    fn give_part(&mut self, i: u32, container: u16) {
        let size = self.size_of(i, container);
        let point = self.rooms[container as usize].point;
        self.ledger.left(i, point);
        if !self.plan.containers[container as usize].called_by.is_empty() {
            self.give_place_back(i);
        }
        if self.rooms[container as usize].size != u64::MAX {
            self.ledger.give_room_back(i, container.into(), size);
        }
        let later = self.plan.containers[container as usize].moves_up;
        if later > 0 {
            let seq = self.next_seq();
            self.late_room.push(std::cmp::Reverse((self.now + later, seq, container, size)));
            self.arm_late_room();
        } else {
            self.rooms[container as usize].used -= size;
            self.agenda.push(Task::Room(container, false));
        }
    }

    fn arm_late_room(&mut self) {
        let slot = self.plan.slots.moves + 1;
        match self.late_room.peek() {
            Some(first) => self.calendar.set(slot, first.0.0),
            None => self.calendar.clear(slot),
        }
    }

    /// Those behind have moved up: the metres of one that left are free.
    pub(super) fn room_is_free_late(&mut self) {
        if let Some(std::cmp::Reverse((_, _, container, size))) = self.late_room.pop() {
            self.rooms[container as usize].used -= size;
            self.agenda.push(Task::Room(container, false));
        }
        self.arm_late_room();
    }

    /// Nothing lacks: the move itself.
    fn go(&mut self, i: u32, way: Way) {
        let plan = self.plan;
        let me = &mut self.travellers[i as usize];
        let waited = if me.waits == Waits::No { 0 } else { self.now - me.wait_since };
        let (old_booth, old_room, old_way, old_lane) = (me.booth, me.room, me.way, me.lane_room);
        let (old_spot, next) = (me.spot, me.next);
        me.waits = Waits::No;
        (me.booth, me.way, me.lane_room) = (NONE, NONE16, NONE16);
        let keeps_room = match next {
            Next::Step(route, step) => {
                (me.route, me.step) = (route, step);
                keeps_room(old_room, &plan.routes[route as usize].steps[step as usize])
            }
            Next::Out(_) => false,
            Next::Joined => true,
        };
        if way.room != NONE16 || !keeps_room {
            me.room = way.room;
        }
        let new_room = me.room;
        self.be_admitted(i, way, waited, old_spot);
        // What lies ahead is held; now what lies behind is free.
        if old_booth != NONE {
            self.vacate(i, old_booth);
        }
        if old_way != NONE16 && !self.rooms[old_way as usize].endless {
            self.leave_way(i, old_way);
        }
        if old_lane != NONE16 {
            self.give_room(i, old_lane);
        }
        if old_room != NONE16 && new_room != old_room {
            self.give_room(i, old_room);
        }
        self.arrive(i, next, way);
    }

    /// The ledger's admission for a move: the latest of all tokens it takes.
    #[inline(always)]
    fn be_admitted(&mut self, i: u32, way: Way, waited: Tick, spot: u16) {
        if waited == 0 && way.space == NONE16 && self.takes_nothing(i, way.room) && !self.waits_upstream(way)
        {
            return;
        }
        self.be_admitted_to(i, way, waited, spot);
    }

    /// Is an admission to this room alone, without a wait, nothing that the ledger needs to know of?
    #[inline(always)]
    fn takes_nothing(&self, i: u32, room: u16) -> bool {
        room == NONE16
            || (self.rooms[room as usize].endless
                && !self.ledger.anything_lost()
                && self.ledger.lateness(i) == 0)
    }

    fn be_admitted_to(&mut self, i: u32, way: Way, waited: Tick, spot: u16) {
        let mut admission = self.ledger.admit();
        let mut place = NONE16;
        for container in [way.room, way.space] {
            if container != NONE16 {
                self.take_space(i, container, &mut admission);
                place = container;
            }
        }
        if self.waits_upstream(way) {
            self.admit_at_once(i, way.booth, admission, waited, spot);
            return;
        }
        if place == NONE16 && waited == 0 {
            return;
        }
        let (watch, owner) = if place == NONE16 {
            (u32::MAX, 0)
        } else {
            (self.rooms[place as usize].watch, self.plan.containers[place as usize].owner)
        };
        self.ledger.admitted(i, self.now, waited, admission, self.cause, watch, 0, 0, owner);
        self.file(i, spot);
        if place != NONE16 {
            self.rooms[place as usize].last_z = self.ledger.z(i);
        }
    }

    /// Does one wait for this booth before its lane, because nobody has room to wait in it?
    #[inline]
    fn waits_upstream(&self, way: Way) -> bool {
        way.booth != NONE && way.space == NONE16 && {
            let booth = &self.booths[way.booth as usize];
            let station = &self.plan.stations[booth.station as usize];
            station.lanes[booth.lane as usize].container != NONE16
        }
    }

    /// The admission to a booth that is idle.
    fn admit_at_once(&mut self, i: u32, booth: u32, admission: Admission, waited: Tick, spot: u16) {
        let line = self.booths[booth as usize].line;
        let watch = self.lines[line as usize].watch;
        self.admit_to_booth(i, booth, admission, waited, spot, watch, 0);
        self.lines[line as usize].last_z = self.ledger.z(i);
        self.books.waited(self.booths[booth as usize].station, 0, self.travellers[i as usize].counted);
    }

    /// `i` is where it wanted to be.
    #[inline(always)]
    fn arrive(&mut self, i: u32, next: Next, way: Way) {
        match next {
            Next::Out(outcome) => self.exit(i, outcome),
            Next::Joined => self.part_is_done(i),
            Next::Step(route, step) => match self.step_of(route, step) {
                Step::Stage { station, .. } => self.arrive_at_stage(i, *station, way),
                Step::Fork { vehicle, persons, spot, .. } => self.split(i, vehicle, persons, *spot),
                Step::Strip { .. } => self.arrive_on_strip(i, way),
                Step::Road { container, spot } => self.arrive_on_road(i, *container, *spot),
                Step::Call { queues } => self.book_a_place(i, queues),
            },
        }
    }

    #[inline(always)]
    fn arrive_at_stage(&mut self, i: u32, station: u16, way: Way) {
        let now = self.now;
        let me = &mut self.travellers[i as usize];
        if me.entered == Tick::MAX {
            me.entered = now;
        }
        if me.called_ahead {
            me.called_ahead = false;
            let room = me.room;
            self.rooms[room as usize].called_ahead -= 1;
            self.agenda.push(Task::Calls(room));
        }
        let me = &mut self.travellers[i as usize];
        me.lane = way.lane;
        if way.booth != NONE {
            if !self.waits_upstream(way) {
                let spot = self.plan.stations[station as usize].line_spot;
                let admission = self.ledger.admit();
                self.admit_at_once(i, way.booth, admission, 0, spot);
            }
            self.begin_service(i, way.booth);
            if way.space != NONE16 {
                self.give_room(i, way.space);
            }
            return;
        }
        me.lane_room = way.space;
        let st = &self.plan.stations[station as usize];
        let drive = st.lanes[way.lane as usize].drive;
        if drive > 0 {
            me.doing = Doing::DrivesUp;
            me.line = way.line;
            self.at_spot(i, st.line_spot);
            self.tell_line(i, way.line);
            self.set_timer(i, drive);
        } else {
            self.join_line(i, way.line, false);
            self.after_joining(i);
        }
    }

    /// Somebody has just joined a line: it may start (a gate opened, an officer is free) or preempt.
    #[inline(always)]
    fn after_joining(&mut self, i: u32) {
        let line = self.travellers[i as usize].line;
        self.cause = Base::Own;
        if self.lines[line as usize].gate == NONE16 {
            self.start_if_first(i, line);
            if self.travellers[i as usize].waits == Waits::Booth {
                self.try_to_preempt(i);
            }
        }
    }

    /// Starts `i` at an idle booth if it is the next there. Whoever stands before it is left to the booth's own task,
    /// which knows what ended the wait.
    #[inline(always)]
    fn start_if_first(&mut self, i: u32, line: u32) {
        let (station, booths) = (self.lines[line as usize].station, self.lines[line as usize].booths.clone());
        let Some(first) = self.first_idle(booths.start, booths.end) else { return };
        if !self.officers_free(station) {
            return;
        }
        let booth = self.idle_booths(first..booths.end).find(|&booth| self.next_for(booth) == Some(i));
        if let Some(booth) = booth {
            self.start_from_line(i, booth);
        }
    }

    fn arrive_on_strip(&mut self, i: u32, way: Way) {
        let strip = &self.plan.strips[way.strip as usize];
        let me = &mut self.travellers[i as usize];
        me.way = way.space;
        me.strip = way.strip;
        if me.released == Tick::MAX {
            me.released = self.now;
        }
        me.doing = Doing::Crosses;
        self.append_to_order(i, way.space);
        let me = &self.travellers[i as usize];
        let travel = strip.travel.ticks(&mut me.key.draw(strip.purpose, me.loops));
        self.travellers[i as usize].work_left = travel;
        self.at_spot(i, strip.spot);
        self.set_timer(i, travel);
    }

    pub(super) fn arrive_on_road(&mut self, i: u32, container: u16, spot: u16) {
        self.travellers[i as usize].way = container;
        self.at_spot(i, spot);
        let me = &self.travellers[i as usize];
        let next = self.onward(i, me.route, me.step + 1);
        self.travellers[i as usize].next = next;
        self.append_to_order(i, container);
        self.go_in_order(i, container);
    }

    #[inline(always)]
    fn append_to_order(&mut self, i: u32, container: u16) {
        if self.plan.containers[container as usize].passing {
            return;
        }
        let room = &mut self.rooms[container as usize];
        let tail = std::mem::replace(&mut room.order_tail, i);
        if tail == NONE {
            room.order_head = i;
        } else {
            self.travellers[tail as usize].order_next = i;
        }
        let me = &mut self.travellers[i as usize];
        (me.order_prev, me.order_next) = (tail, NONE);
    }

    /// Leaves a road or strip; where one cannot pass, the next in order becomes the head.
    fn leave_way(&mut self, i: u32, container: u16) {
        if !self.plan.containers[container as usize].passing {
            let (prev, next) = {
                let me = &self.travellers[i as usize];
                (me.order_prev, me.order_next)
            };
            let room = &mut self.rooms[container as usize];
            if prev == NONE {
                room.order_head = next;
            } else {
                self.travellers[prev as usize].order_next = next;
            }
            if next == NONE {
                room.order_tail = prev;
            } else {
                self.travellers[next as usize].order_prev = prev;
            }
            if prev == NONE && next != NONE {
                self.agenda.push(Task::Head(container));
            }
        }
        self.give_room(i, container);
    }

    /// Where one cannot pass, only the head may go on; the others wait behind it.
    fn go_in_order(&mut self, i: u32, container: u16) {
        if !self.plan.containers[container as usize].passing && self.rooms[container as usize].order_head != i
        {
            let me = &mut self.travellers[i as usize];
            me.waits = Waits::Behind;
            me.wait_since = self.now;
            let point = self.rooms[container as usize].point;
            self.ledger.note(i, point);
            return;
        }
        self.cause = Base::Own;
        self.try_go(i);
    }

    /// The head of a way that cannot be passed may go on, if it has arrived.
    pub(super) fn head_may_go(&mut self, container: u16) {
        let room = &self.rooms[container as usize];
        let (i, point) = (room.order_head, room.point);
        if i == NONE || self.travellers[i as usize].waits != Waits::Behind {
            return;
        }
        // Its wait goes on with the same beginning: what it waited behind counts with what it waits for now.
        self.cause = Base::Left(point);
        let way = self.way(i);
        match way {
            Ok(way) => self.go(i, way),
            Err(lacking) => {
                let since = self.travellers[i as usize].wait_since;
                self.wait_for(i, lacking);
                self.travellers[i as usize].wait_since = since;
            }
        }
    }

    pub(super) fn set_timer(&mut self, i: u32, after: Tick) {
        self.moves.push(i, self.now + after);
        self.arm_moves();
    }

    pub(super) fn arm_moves(&mut self) {
        let (slot, first) = (self.plan.slots.moves, self.moves.peek().map_or(NEVER, |first| first.0));
        if self.calendar.at(slot) != first {
            self.calendar.set(slot, first);
        }
    }

    /// A single traveller's timer has run out.
    pub(super) fn timer_fires(&mut self) {
        let Some((_, i)) = self.moves.pop() else { return };
        self.arm_moves();
        let doing = std::mem::replace(&mut self.travellers[i as usize].doing, Doing::Nothing);
        match doing {
            Doing::Crosses => self.has_crossed(i),
            Doing::DrivesUp => self.has_driven_up(i),
            Doing::Comes => self.comes_to_the_post(i),
            Doing::StaysAway => self.never_comes(i),
            Doing::Cancels => self.cancels(i),
            Doing::Postpones => self.may_come_now(i),
            Doing::IsHeld => self.papers_are_there(i),
            Doing::DrivesToRoad => self.comes_uncalled(i),
            Doing::HasSlot => self.sets_out_for_its_slot(i),
            Doing::ComesToSlot => self.comes_for_its_slot(i),
            Doing::MissesSlot => self.never_comes_to_its_slot(i),
            Doing::Away => self.comes_again(i),
            Doing::Nothing => {}
        }
    }

    fn has_crossed(&mut self, i: u32) {
        let me = &mut self.travellers[i as usize];
        let travel = std::mem::take(&mut me.work_left);
        let (strip, container, spot) = (me.strip, me.way, me.spot);
        self.file_need(i, spot, self.plan.strips[strip as usize].owner, travel);
        let me = &self.travellers[i as usize];
        let next = self.onward(i, me.route, me.step + 1);
        self.travellers[i as usize].next = next;
        self.travellers[i as usize].waits = Waits::No;
        self.go_in_order(i, container);
    }

    fn has_driven_up(&mut self, i: u32) {
        let me = &self.travellers[i as usize];
        let (line, spot, drive) = (me.line, me.spot, self.now - me.spot_since);
        self.file_need(i, spot, self.plan.carrier_owner, drive);
        self.join_line(i, line, false);
        self.after_joining(i);
    }

    /// Patience has run out for somebody whom nobody has served yet.
    pub(super) fn patience_ends(&mut self) {
        if let Some((_, i)) = self.patience.pop()
            && matches!(self.travellers[i as usize].waits, Waits::Room(_) | Waits::Booth)
        {
            self.give_up(i);
        }
        self.arm_patience();
    }

    pub(super) fn arm_patience(&mut self) {
        match self.patience.peek() {
            Some((at, _)) => self.calendar.set(self.plan.slots.patience, at),
            None => self.calendar.clear(self.plan.slots.patience),
        }
    }

    fn give_up(&mut self, i: u32) {
        let open = {
            let me = &self.travellers[i as usize];
            self.now - me.wait_since
        };
        let (waits, spot) = (self.travellers[i as usize].waits, self.travellers[i as usize].spot);
        self.book_open(i, open);
        self.file(i, spot);
        match waits {
            Waits::Room(container) => self.leave_waiters(i, container),
            Waits::Booth => {
                self.hand_bump_back(i);
                self.leave_line(i);
            }
            Waits::No | Waits::Call(_) | Waits::Behind | Waits::Others => return,
        }
        self.release_everything(i);
        self.exit(i, Outcome::GaveUp);
    }

    /// Whoever leaves a line early hands what was counted against it to the one ahead (rule 5).
    fn hand_bump_back(&mut self, i: u32) {
        let me = &self.travellers[i as usize];
        let (bump, ahead, line, queue) = (me.bump, me.list_prev, me.line, me.queue as usize);
        if bump == 0 {
            return;
        }
        if ahead == NONE {
            let counted = &mut self.lines[line as usize].queues[queue].bump_sum;
            *counted -= bump.min(*counted);
        } else {
            self.travellers[ahead as usize].bump += bump;
        }
    }

    /// Gives up every container `i` holds.
    pub(super) fn release_everything(&mut self, i: u32) {
        let me = &mut self.travellers[i as usize];
        let way = std::mem::replace(&mut me.way, NONE16);
        let lane = std::mem::replace(&mut me.lane_room, NONE16);
        let room = std::mem::replace(&mut me.room, NONE16);
        if way != NONE16 && !self.rooms[way as usize].endless {
            self.leave_way(i, way);
        }
        for container in [lane, room] {
            if container != NONE16 {
                self.give_room(i, container);
            }
        }
    }

    /// Would `i` find everything it needs where it goes next?
    pub(super) fn way_is_free(&mut self, i: u32) -> bool {
        self.way(i).is_ok()
    }
}

/// Does whoever holds this room of a post keep it for a step?
#[inline]
fn keeps_room(held: u16, step: &Step) -> bool {
    match step {
        Step::Stage { room, .. } | Step::Fork { room, .. } => held == *room,
        Step::Call { .. } | Step::Road { .. } => true,
        Step::Strip { .. } => false,
    }
}

/// Is there room in a container at any time and for anybody, with nothing behind it that could make somebody wait?
fn endless(plan: &Plan, container: usize) -> bool {
    let c = &plan.containers[container];
    let resized = |change: &Intervention| matches!(change.set, Lever::Room { container: of, .. } if of as usize == container);
    c.unlimited()
        && c.passing
        && c.open.is_none()
        && c.gate.is_none()
        && c.called_by.is_empty()
        && c.moves_up == 0
        && !plan.interventions.iter().any(resized)
}
