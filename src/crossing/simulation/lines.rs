//! Lines: who joins where, and who is served next.
//!
//! A line holds one list for each priority level and set of rights; the head of each is the longest waiting of its kind.
//! The next is the head with the best level, then the earliest to join.

use super::state::{BoothState, Line, List, Queue, Waits};
use super::{Observer, Simulation};
use crate::crossing::ledger::Base;
use crate::crossing::plan::{Choice, NONE, NONE16, Station};
use crate::kernel::random::name_key;

/// A line has at most this many lists: priority levels × sets of rights.
pub(crate) const LISTS: usize = 64;

impl<O: Observer> Simulation<'_, O> {
    /// The groups of `station` that may serve `words`, among the groups of a lane.
    pub(super) fn rights(station: &Station, lane: usize, words: u128) -> u32 {
        station.lanes[lane]
            .groups
            .clone()
            .filter(|&g| station.groups[g].serves.holds(words))
            .fold(0, |mask, g| mask | 1 << g)
    }

    /// The lane and line that `i` would join at a station: the first lane that serves it and has an open booth.
    #[inline(always)]
    pub(super) fn choose_line(&self, i: u32, station: u16) -> (u16, u32) {
        let only = self.shapes[station as usize].only_line;
        if only == NONE { self.choose_lane(i, station) } else { (0, only) }
    }

    fn choose_lane(&self, i: u32, station: u16) -> (u16, u32) {
        let plan = self.plan;
        let st = &plan.stations[station as usize];
        let words = self.travellers[i as usize].words;
        let serving =
            |lane: &usize| st.lanes[*lane].serves.holds(words) && Self::rights(st, *lane, words) != 0;
        let mut lanes = (0..st.lanes.len()).filter(serving);
        let Some(first) = lanes.next() else { return (NONE16, NONE) };
        let lane = if st.lanes.len() == 1 || self.lane_is_open(station, first) {
            first
        } else {
            lanes.find(|&lane| self.lane_is_open(station, lane)).unwrap_or(first)
        };
        let lines = st.lanes[lane].lines.clone();
        let line = if lines.len() == 1 { lines.start } else { self.choose_among(i, station, lane) };
        (lane as u16, line)
    }

    fn lane_is_open(&self, station: u16, lane: usize) -> bool {
        let first = self.group_first[station as usize];
        let groups = self.plan.stations[station as usize].lanes[lane].groups.clone();
        groups.into_iter().any(|g| self.group_level[first + g] > 0)
    }

    fn choose_among(&self, i: u32, station: u16, lane: usize) -> u32 {
        let st = &self.plan.stations[station as usize];
        let me = &self.travellers[i as usize];
        let usable = |line: &u32| {
            let booth = &self.booths[self.lines[*line as usize].booths.start as usize];
            st.groups[booth.group as usize].serves.holds(me.words)
        };
        let open = |line: &u32| self.booths[self.lines[*line as usize].booths.start as usize].open;
        let lines = st.lanes[lane].lines.clone();
        let count = lines.clone().filter(usable).filter(open).count();
        if st.choice == Choice::Random && count > 0 {
            let mut draw = me.key.draw(name_key(&st.name) ^ 0x6c69_6e65, me.loops);
            let wanted = draw.below(count as u64) as usize;
            if let Some(line) = lines.clone().filter(usable).filter(open).nth(wanted) {
                return line;
            }
        }
        let length = |line: &u32| self.lines[*line as usize].waiting + self.lines[*line as usize].busy;
        let shortest = lines.clone().filter(usable).filter(open).min_by_key(length);
        shortest.or_else(|| lines.clone().filter(usable).min_by_key(length)).unwrap_or(lines.start)
    }

    /// The list of a line that `i` belongs to.
    #[inline(always)]
    fn list_of(&self, i: u32, line: &Line, station: &Station) -> usize {
        if line.queues.len() == 1 {
            return 0;
        }
        let words = self.travellers[i as usize].words;
        let levels = station.priority.len() + 1;
        let level = station.priority.iter().position(|p| p.holds(words)).unwrap_or(levels - 1);
        if line.queues.len() == levels {
            return level;
        }
        let sets = line.queues.len() / levels;
        let mask = Self::rights(station, line.lane as usize, words);
        let set = line.queues[..sets].iter().position(|q| q.mask == mask).unwrap_or(0);
        level * sets + set
    }

    /// `i` joins a line; whoever is bumped from a booth joins at the head.
    pub(super) fn join_line(&mut self, i: u32, line: u32, at_head: bool) {
        let seq = self.next_seq();
        let station = self.lines[line as usize].station;
        let st = &self.plan.stations[station as usize];
        let queue = self.list_of(i, &self.lines[line as usize], st);
        self.at_spot(i, st.line_spot);
        self.tell_line(i, line);
        let me = &mut self.travellers[i as usize];
        if !at_head {
            me.seq = seq;
        }
        me.line = line;
        me.queue = queue as u8;
        me.waits = Waits::Booth;
        me.wait_since = self.now;
        self.ledger.note(i, u32::from(station));
        let row = &mut self.lines[line as usize];
        if row.waiting == 0 {
            self.ledger.seen(row.watch, self.now);
        }
        row.waiting += 1;
        row.nonempty |= 1 << queue;
        if at_head {
            row.queues[queue].list.push_front(&mut self.travellers, i);
        } else {
            row.queues[queue].list.push_back(&mut self.travellers, i);
        }
        self.line_grew(line);
    }

    /// `i` leaves the line it stands in, served or not.
    #[inline(always)]
    pub(super) fn leave_line(&mut self, i: u32) {
        let (line, queue) = (self.travellers[i as usize].line, self.travellers[i as usize].queue as usize);
        let row = &mut self.lines[line as usize];
        row.queues[queue].list.remove(&mut self.travellers, i);
        row.waiting -= 1;
        if row.queues[queue].list.len == 0 {
            row.nonempty &= !(1 << queue);
        }
        self.travellers[i as usize].waits = Waits::No;
    }

    /// The next for `booth` from its line, if anybody may start there now.
    #[inline(always)]
    pub(super) fn next_for(&self, booth: u32) -> Option<u32> {
        let b = &self.booths[booth as usize];
        let line = &self.lines[b.line as usize];
        if line.waiting == 0 || !self.gate_lets(line.gate) || self.outages.stops(b.station) {
            return None;
        }
        match line.queues.as_slice() {
            [only] if self.outages.none_on() => (only.mask & 1 << b.group != 0).then_some(only.list.head),
            _ => self.first_of_lists(line, b.station, b.group),
        }
    }

    /// The best level first, then whoever joined earliest.
    fn first_of_lists(&self, line: &Line, station: u16, group: u16) -> Option<u32> {
        let right = 1u32 << group;
        let partial = self.outages.partial(station);
        let mut best: Option<(u32, u64, u32)> = None;
        let mut lists = line.nonempty;
        while lists != 0 {
            let Queue { list, mask, level, .. } = line.queues[lists.trailing_zeros() as usize];
            lists &= lists - 1;
            if best.is_some_and(|(l, ..)| l < level) {
                break;
            }
            if mask & right == 0 {
                continue;
            }
            let Some(i) = self.first_startable(list, station, partial) else { continue };
            let seq = self.travellers[i as usize].seq;
            if best.is_none_or(|(_, s, _)| seq < s) {
                best = Some((level, seq, i));
            }
        }
        best.map(|(.., i)| i)
    }

    /// The first of a list whom no outage keeps from being served.
    fn first_startable(&self, list: List, station: u16, partial: bool) -> Option<u32> {
        let mut i = list.head;
        if !partial {
            return Some(i);
        }
        while i != NONE {
            if !self.stopped_for(station, self.travellers[i as usize].words) {
                return Some(i);
            }
            i = self.travellers[i as usize].list_next;
        }
        None
    }

    /// An open idle booth of `line` at which `i` could start at once, ahead of nobody.
    #[inline(always)]
    pub(super) fn idle_booth(&self, i: u32, station: u16, line: u32) -> Option<u32> {
        let row = &self.lines[line as usize];
        if row.gate != NONE16 || !self.officers_free(station) {
            return None;
        }
        if self.outages.none_on() && self.shapes[station as usize].only_line != NONE {
            return if row.waiting > 0 { None } else { self.first_idle(row.booths.start, row.booths.end) };
        }
        self.idle_booth_for(i, station, row)
    }

    fn idle_booth_for(&self, i: u32, station: u16, row: &Line) -> Option<u32> {
        let st = &self.plan.stations[station as usize];
        let words = self.travellers[i as usize].words;
        if self.stopped_for(station, words) {
            return None;
        }
        let mask = Self::rights(st, row.lane as usize, words);
        let partial = self.outages.partial(station);
        for booth in self.idle_booths(row.booths.clone()) {
            let group = 1u32 << self.booths[booth as usize].group;
            if mask & group == 0 {
                continue;
            }
            let others = row.waiting > 0
                && !partial
                && row.queues.iter().any(|q| q.mask & group != 0 && q.list.len > 0);
            if !others {
                return Some(booth);
            }
        }
        None
    }

    /// The first idle open booth of a range.
    #[inline(always)]
    pub(super) fn first_idle(&self, from: u32, to: u32) -> Option<u32> {
        if from >= to {
            return None;
        }
        let mut word = from as usize / 64;
        let mut bits = self.idle[word] & u64::MAX << (from % 64);
        while bits == 0 {
            word += 1;
            if word as u32 * 64 >= to {
                return None;
            }
            bits = self.idle[word];
        }
        let booth = word as u32 * 64 + bits.trailing_zeros();
        (booth < to).then_some(booth)
    }

    /// Idle open booths of a range, lowest number first.
    pub(super) fn idle_booths(&self, range: std::ops::Range<u32>) -> impl Iterator<Item = u32> + '_ {
        let (from, to) = (range.start as usize, range.end as usize);
        let words = from / 64..to.div_ceil(64);
        words.flat_map(move |word| {
            let mut bits = self.idle[word];
            if word == from / 64 {
                bits &= u64::MAX << (from % 64);
            }
            if word == to / 64 {
                bits &= (1u64 << (to % 64)) - 1;
            }
            std::iter::from_fn(move || {
                if bits == 0 {
                    return None;
                }
                let bit = bits.trailing_zeros();
                bits &= bits - 1;
                Some(word as u32 * 64 + bit)
            })
        })
    }

    /// Everybody in a line whom an idle booth may serve starts.
    pub(super) fn try_line(&mut self, line: u32) {
        let station = self.lines[line as usize].station;
        while self.lines[line as usize].waiting > 0 && self.officers_free(station) {
            let range = self.lines[line as usize].booths.clone();
            let found = self.idle_booths(range).find_map(|booth| self.next_for(booth).map(|i| (booth, i)));
            let Some((booth, i)) = found else { return };
            self.start_from_line(i, booth);
        }
    }

    /// `i` leaves its line and starts at `booth`.
    pub(super) fn start_from_line(&mut self, i: u32, booth: u32) {
        let (line, queue) = (self.travellers[i as usize].line, self.travellers[i as usize].queue as usize);
        self.count_overtaking(line);
        let seq = self.travellers[i as usize].seq;
        self.leave_line(i);
        self.note_overtaken(line, queue, seq, booth);
        self.use_gate(self.lines[line as usize].gate);
        let me = &self.travellers[i as usize];
        let (waited, spot, bump) = (self.now - me.wait_since, me.spot, me.bump);
        let row = &mut self.lines[line as usize];
        let counted = &mut row.queues[queue].bump_sum;
        let owed = if me.bumped { u64::MAX } else { *counted };
        *counted -= bump.min(*counted);
        let watch = row.watch;
        self.take_booth_tokens(i, booth, waited, spot, watch, owed);
        self.lines[line as usize].last_z = self.ledger.z(i);
        self.travellers[i as usize].bump = 0;
        self.travellers[i as usize].bumped = false;
        let lane_room = std::mem::replace(&mut self.travellers[i as usize].lane_room, NONE16);
        self.books.waited(self.lines[line as usize].station, waited, self.travellers[i as usize].counted);
        self.begin_service(i, booth);
        if lane_room != NONE16 {
            self.give_room(i, lane_room);
        }
        self.jockey(line);
    }

    /// Rule 5 of the ledger: the interval that now ends was spent on somebody who came later.
    fn count_overtaking(&mut self, line: u32) {
        let row = &mut self.lines[line as usize];
        if !std::mem::take(&mut row.overtaking) {
            return;
        }
        for queue in &mut row.queues {
            let who = std::mem::replace(&mut queue.overtaken, NONE);
            if who != NONE && queue.list.len > 0 {
                self.travellers[who as usize].bump += self.now - queue.since;
                queue.bump_sum += self.now - queue.since;
            }
        }
    }

    /// Rule 5: remembers the last of those who came before `seq` and still wait in other lists of the line.
    fn note_overtaken(&mut self, line: u32, queue: usize, seq: u64, booth: u32) {
        let row = &mut self.lines[line as usize];
        if row.queues.len() == 1 || row.waiting == 0 {
            return;
        }
        let right = 1u32 << self.booths[booth as usize].group;
        for (other, list) in row.queues.iter_mut().enumerate() {
            if other == queue || list.mask & right == 0 {
                continue;
            }
            let mut who = list.list.tail;
            while who != NONE && self.travellers[who as usize].seq > seq {
                who = self.travellers[who as usize].list_prev;
            }
            if who != NONE {
                (list.overtaken, list.since) = (who, self.now);
                row.overtaking = true;
            }
        }
    }

    /// After somebody left a line: the last of the longest may move to the shortest.
    #[inline(always)]
    pub(super) fn jockey(&mut self, line: u32) {
        if self.shapes[self.lines[line as usize].station as usize].jockeys {
            self.change_to_shorter(line);
        }
    }

    fn change_to_shorter(&mut self, line: u32) {
        let (station, lane) = (self.lines[line as usize].station, self.lines[line as usize].lane);
        let st = &self.plan.stations[station as usize];
        let Some(least) = st.jockey else { return };
        let lines = st.lanes[lane as usize].lines.clone();
        loop {
            let length = |l: &u32| self.lines[*l as usize].waiting + self.lines[*l as usize].busy;
            let open = |l: &u32| self.booths[self.lines[*l as usize].booths.start as usize].open;
            let longest = lines.clone().filter(|l| self.lines[*l as usize].waiting > 0).max_by_key(length);
            let shortest = lines.clone().filter(open).min_by_key(length);
            let (Some(from), Some(to)) = (longest, shortest) else { return };
            if from == to || length(&from) < length(&to) + least {
                return;
            }
            let tail = self.lines[from as usize].queues.iter().map(|q| q.list.tail).filter(|&t| t != NONE);
            let Some(i) = tail.max_by_key(|&t| self.travellers[t as usize].seq) else { return };
            self.change_line(i, to);
        }
    }

    /// `i` moves to another line of its lane, at its tail, and goes on waiting.
    pub(super) fn change_line(&mut self, i: u32, to: u32) {
        self.leave_line(i);
        let since = self.travellers[i as usize].wait_since;
        self.join_line(i, to, false);
        self.travellers[i as usize].wait_since = since;
        self.try_line(to);
    }

    /// Which wait ended a line's wait: used as the base of its lateness.
    #[inline(always)]
    pub(super) fn because(&mut self, reopened: bool, point: u32) {
        self.cause = if reopened { Base::Own } else { Base::Left(point) };
    }

    #[inline]
    pub(super) fn set_idle(&mut self, booth: u32) {
        let b = &self.booths[booth as usize];
        let idle = b.open && !b.down && b.state == BoothState::Idle;
        let (word, bit) = (booth as usize / 64, 1u64 << (booth % 64));
        if idle {
            self.idle[word] |= bit;
        } else {
            self.idle[word] &= !bit;
        }
    }
}
