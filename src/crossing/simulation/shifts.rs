//! Rosters: booths open and close, officers come and go, barriers lift; and the live changes that do the same by hand.

use super::state::{BoothState, Task};
use super::{Observer, Simulation};
use crate::crossing::observe::Happened;
use crate::crossing::plan::{Lever, NONE, Schedule, Work};

/// A pool of officers at run time.
#[derive(Debug, Clone)]
pub(super) struct PoolRun {
    pub level: u32,
    pub busy: u32,
    pub loss: u32,
    /// Its officers may go while they work.
    pub interrupts: bool,
}

/// What a slot of the rank "shifts" changes.
#[derive(Debug, Clone, Copy)]
pub(super) enum ShiftSlot {
    Group(u16, u16),
    Pool(u16),
    Barrier(u16),
    Gate(u16),
    Outage(u16),
}

impl<O: Observer> Simulation<'_, O> {
    /// The slots of the rank "shifts", in the order in which the plan numbered them.
    pub(super) fn build_shifts(&mut self) {
        let plan = self.plan;
        let mut slots: Vec<(u32, ShiftSlot)> = vec![];
        for (s, station) in plan.stations.iter().enumerate() {
            for (g, group) in station.groups.iter().enumerate() {
                slots.push((group.level.slot, ShiftSlot::Group(s as u16, g as u16)));
            }
        }
        slots.extend(
            plan.pools.iter().enumerate().map(|(p, pool)| (pool.level.slot, ShiftSlot::Pool(p as u16))),
        );
        for (c, container) in plan.containers.iter().enumerate() {
            if let Some(open) = &container.open {
                slots.push((open.slot, ShiftSlot::Barrier(c as u16)));
            }
        }
        slots.extend(self.gate_slots.iter().map(|&(slot, gate)| (slot, ShiftSlot::Gate(gate))));
        slots.extend(plan.outages.iter().enumerate().map(|(o, out)| (out.slot, ShiftSlot::Outage(o as u16))));
        slots.sort_by_key(|&(slot, _)| slot);
        debug_assert!(slots.iter().enumerate().all(|(k, s)| s.0 == plan.slots.shifts + k as u32));
        self.shift_slots = slots.into_iter().map(|(_, what)| what).collect();
        self.cursors = vec![0; self.shift_slots.len()];
    }

    pub(super) fn begin_shifts(&mut self) {
        self.cursors.fill(0);
        self.group_level.fill(0);
        for pool in &mut self.pools {
            (pool.level, pool.busy) = (0, 0);
        }
        for k in 0..self.shift_slots.len() {
            if matches!(
                self.shift_slots[k],
                ShiftSlot::Group(..) | ShiftSlot::Pool(_) | ShiftSlot::Barrier(_)
            ) {
                self.apply_change(k);
            }
        }
    }

    /// A slot of the rank "shifts" fires.
    pub(super) fn shift_changes(&mut self, slot: u32) {
        let k = (slot - self.plan.slots.shifts) as usize;
        match self.shift_slots[k] {
            ShiftSlot::Gate(gate) => self.gate_time(gate),
            ShiftSlot::Outage(outage) => self.outage_changes(outage),
            _ => self.apply_change(k),
        }
    }

    fn apply_change(&mut self, k: usize) {
        let plan = self.plan;
        match self.shift_slots[k] {
            ShiftSlot::Group(s, g) => {
                let group = &plan.stations[s as usize].groups[g as usize];
                let (level, work) = self.next_level(k, &group.level);
                self.set_group_level(s, g as usize, level.min(group.booths), work);
            }
            ShiftSlot::Pool(p) => {
                let (level, work) = self.next_level(k, &plan.pools[p as usize].level);
                self.set_pool_level(p, level, work);
            }
            ShiftSlot::Barrier(c) => {
                if let Some(open) = &plan.containers[c as usize].open {
                    let (level, _) = self.next_level(k, open);
                    self.set_barrier(c, level > 0);
                }
            }
            ShiftSlot::Gate(_) | ShiftSlot::Outage(_) => {}
        }
    }

    /// The level that begins now; arms the slot for the one after.
    fn next_level(&mut self, k: usize, schedule: &Schedule) -> (u32, Work) {
        let at = self.cursors[k];
        self.cursors[k] += 1;
        match schedule.changes.get(at + 1) {
            Some(next) => self.calendar.set(schedule.slot, next.0),
            None => self.calendar.clear(schedule.slot),
        }
        schedule.changes.get(at).map_or((0, Work::Finish), |c| (c.1, c.2))
    }

    /// Open booths of a group become `level`; those with the highest numbers close first.
    pub(super) fn set_group_level(&mut self, station: u16, g: usize, level: u32, work: Work) {
        let group = &self.plan.stations[station as usize].groups[g];
        let at = self.group_first[station as usize] + g;
        let old = std::mem::replace(&mut self.group_level[at], level);
        self.ledger.losing(self.group_loss[at], self.now, group.reference.saturating_sub(level));
        self.books.open_booths(station, self.now, i64::from(level) - i64::from(old));
        for n in level..old.max(level) {
            self.close_booth(group.first + n, work);
        }
        for n in old..level.max(old) {
            self.open_booth(group.first + n);
        }
        if level < old {
            self.rejoin_open_lines(station);
        }
    }

    fn open_booth(&mut self, booth: u32) {
        let b = &mut self.booths[booth as usize];
        b.open = true;
        b.overtime = false;
        self.tell(NONE, Happened::Booth { booth, open: true });
        if self.booths[booth as usize].held_closed {
            self.bring_up_to_date(booth);
            self.booths[booth as usize].held_closed = false;
            self.go_on(booth);
        }
        self.set_idle(booth);
        self.agenda.push(Task::Booth(booth, true));
    }

    fn close_booth(&mut self, booth: u32, work: Work) {
        let b = &mut self.booths[booth as usize];
        b.open = false;
        let (state, traveller, station) = (b.state, b.traveller, b.station);
        self.tell(NONE, Happened::Booth { booth, open: false });
        self.set_idle(booth);
        if state != BoothState::Serving {
            return;
        }
        let single = self.plan.stations[station as usize].checks.len() == 1;
        let work = if self.is_due(booth) { Work::Finish } else { work };
        match work {
            Work::Finish => self.booths[booth as usize].overtime = true,
            Work::HandOver if single => self.send_to_head(traveller, booth, false),
            Work::Interrupt | Work::HandOver => {
                self.bring_up_to_date(booth);
                self.booths[booth as usize].held_closed = true;
                self.stand_still(booth);
            }
        }
    }

    /// Is the service at a booth due at this very tick? Then it is complete, whatever else happens at it.
    fn is_due(&self, booth: u32) -> bool {
        let b = &self.booths[booth as usize];
        let st = &self.plan.stations[b.station as usize];
        let first = self.first_work(booth);
        b.state == BoothState::Serving
            && (0..st.checks.len()).all(|k| {
                let work = &self.work[first + k];
                work.done || (work.running && self.calendar.at(self.slot_of(booth, k)) == self.now)
            })
    }

    fn stand_still(&mut self, booth: u32) {
        let i = self.booths[booth as usize].traveller;
        self.tell(i, Happened::Stops { booth });
        self.rerun_checks(booth);
    }

    fn go_on(&mut self, booth: u32) {
        let i = self.booths[booth as usize].traveller;
        self.tell(i, Happened::GoesOn { booth });
        self.rerun_checks(booth);
    }

    /// Whoever stands at a booth of its own that has closed joins another line of the lane.
    fn rejoin_open_lines(&mut self, station: u16) {
        let plan = self.plan;
        for lane in plan.stations[station as usize].lanes.iter().filter(|l| l.lines.len() > 1) {
            let open = |line: &u32| self.booths[self.lines[*line as usize].booths.start as usize].open;
            if !lane.lines.clone().any(|l| open(&l)) {
                continue;
            }
            for line in lane.lines.clone() {
                if !self.booths[self.lines[line as usize].booths.start as usize].open {
                    self.empty_line(line, lane.lines.clone());
                }
            }
        }
    }

    fn empty_line(&mut self, line: u32, others: std::ops::Range<u32>) {
        for queue in 0..self.lines[line as usize].queues.len() {
            while self.lines[line as usize].queues[queue].list.head != NONE {
                let i = self.lines[line as usize].queues[queue].list.head;
                let open = |l: &u32| self.booths[self.lines[*l as usize].booths.start as usize].open;
                let length = |l: &u32| self.lines[*l as usize].waiting + self.lines[*l as usize].busy;
                let Some(to) = others.clone().filter(open).min_by_key(length) else { return };
                self.change_line(i, to);
            }
        }
    }

    /// Officers on duty in a pool become `level`.
    pub(super) fn set_pool_level(&mut self, pool: u16, level: u32, work: Work) {
        let reference = self.plan.pools[pool as usize].reference;
        let run = &mut self.pools[pool as usize];
        let old = std::mem::replace(&mut run.level, level);
        let (busy, loss) = (run.busy, run.loss);
        self.ledger.losing(loss, self.now, reference.saturating_sub(level));
        self.books.on_duty(pool, self.now, i64::from(level) - i64::from(old));
        if level < old && busy > level && work != Work::Finish {
            self.withdraw(pool, busy - level, work);
        }
        if level > old {
            self.agenda.push(Task::Pool(pool, true));
        }
    }

    /// `n` officers leave their booths: those who began last.
    fn withdraw(&mut self, pool: u16, n: u32, work: Work) {
        let plan = self.plan;
        let booths = || {
            plan.pools[pool as usize].stations.iter().flat_map(|&s| plan.stations[s as usize].booths.clone())
        };
        let due = booths().filter(|&b| self.is_due(b)).count();
        for _ in due..n as usize {
            let last = booths()
                .filter(|&b| {
                    self.booths[b as usize].state == BoothState::Serving
                        && !self.booths[b as usize].held_pool
                        && !self.is_due(b)
                })
                .max_by_key(|&b| (self.booths[b as usize].started, std::cmp::Reverse(b)));
            let Some(booth) = last else { return };
            let station = self.booths[booth as usize].station;
            let st = &plan.stations[station as usize];
            if work == Work::HandOver && st.checks.len() == 1 {
                self.send_to_head(self.booths[booth as usize].traveller, booth, false);
            } else {
                self.bring_up_to_date(booth);
                self.booths[booth as usize].held_pool = true;
                for &p in &st.pools {
                    self.pools[p as usize].busy -= 1;
                    self.books.officer(p, self.now, -1);
                }
                self.stand_still(booth);
            }
        }
    }

    /// An officer is free: interrupted work goes on first, then whoever has waited longest at any of the pool's stages.
    pub(super) fn officer_is_free(&mut self, pool: u16, reopened: bool) {
        let plan = self.plan;
        let point = self.pool_point(pool);
        while self.pools[pool as usize].busy < self.pools[pool as usize].level {
            if self.pools[pool as usize].interrupts && self.resume_interrupted(pool) {
                continue;
            }
            let best =
                plan.pools[pool as usize].stations.iter().filter_map(|&s| self.longest_waiting(s)).min();
            let Some((_, i, booth)) = best else { break };
            self.because(reopened, point);
            self.start_from_line(i, booth);
        }
        for &station in &plan.pools[pool as usize].stations {
            if self.officers_free(station) {
                self.let_in_upstream(station, reopened, point);
            }
        }
    }

    /// Who has waited longest at a station, of those who could start now: (order of joining, who, where).
    fn longest_waiting(&self, station: u16) -> Option<(u64, u32, u32)> {
        if !self.officers_free(station) {
            return None;
        }
        let (first, last) = self.shapes[station as usize].lines;
        let mut best = None;
        for row in &self.lines[first as usize..last as usize] {
            let mut booth =
                if row.waiting == 0 { None } else { self.first_idle(row.booths.start, row.booths.end) };
            while let Some(idle) = booth {
                if let Some(i) = self.next_for(idle) {
                    let found = (self.travellers[i as usize].seq, i, idle);
                    best = Some(best.map_or(found, |best| found.min(best)));
                }
                // Where all have the same rights, each idle booth would serve the same.
                let all_alike = row.queues.len() == 1;
                booth = if all_alike { None } else { self.first_idle(idle + 1, row.booths.end) };
            }
        }
        best
    }

    /// Whoever waits upstream for a lane of the station may find a booth and an officer.
    fn let_in_upstream(&mut self, station: u16, reopened: bool, point: u32) {
        let plan = self.plan;
        if !self.shapes[station as usize].spaced {
            return;
        }
        for lane in &plan.stations[station as usize].lanes {
            if lane.container != crate::crossing::plan::NONE16
                && self.rooms[lane.container as usize].waiters.len > 0
            {
                self.let_in(lane.container, reopened, point);
            }
        }
    }

    fn resume_interrupted(&mut self, pool: u16) -> bool {
        let plan = self.plan;
        let booths =
            plan.pools[pool as usize].stations.iter().flat_map(|&s| plan.stations[s as usize].booths.clone());
        let mut held = booths.filter(|&b| self.booths[b as usize].held_pool);
        let first = held.find(|&b| self.officers_free(self.booths[b as usize].station));
        let Some(booth) = first else { return false };
        self.bring_up_to_date(booth);
        self.booths[booth as usize].held_pool = false;
        for &p in &plan.stations[self.booths[booth as usize].station as usize].pools {
            self.pools[p as usize].busy += 1;
            self.books.officer(p, self.now, 1);
        }
        self.go_on(booth);
        true
    }

    fn set_barrier(&mut self, container: u16, open: bool) {
        let room = &mut self.rooms[container as usize];
        room.open = open;
        let loss = room.closed_loss;
        self.ledger.losing(loss, self.now, u32::from(!open));
        if open {
            self.agenda.push(Task::Room(container, true));
        }
    }

    /// The next live change.
    pub(super) fn intervene(&mut self) {
        let plan = self.plan;
        while let Some(change) = plan.interventions.get(self.next_intervention).filter(|c| c.at <= self.now) {
            self.next_intervention += 1;
            self.pull(change.set);
        }
        match plan.interventions.get(self.next_intervention) {
            Some(next) => self.calendar.set(0, next.at),
            None => self.calendar.clear(0),
        }
    }

    fn pull(&mut self, lever: Lever) {
        match lever {
            Lever::Booths { station, group, count } => {
                self.set_group_level(station, group, count, Work::Finish);
            }
            Lever::Officers { pool, count } => self.set_pool_level(pool, count, Work::Finish),
            Lever::Room { container, size } => self.resize(container, size),
        }
    }

    /// A place becomes larger at once; smaller, it drains.
    fn resize(&mut self, container: u16, size: u64) {
        let room = &mut self.rooms[container as usize];
        let old = std::mem::replace(&mut room.size, size);
        if size > old {
            self.ledger.grow_room(container.into(), size - old);
            self.agenda.push(Task::Room(container, true));
        }
    }
}
