//! Service: checks at booths, and what they lead to.

use super::state::{Booth, BoothState, Line, Next, Queue, Task, Waits, Work};
use super::{Observer, Simulation};
use crate::crossing::ledger::{Admission, Base, Colour, Kind};
use crate::crossing::observe::Happened;
use crate::crossing::plan::{Check, NONE, NONE16, Plan, Station, Step, Target, Victim, Work as OnClosing};
use crate::kernel::laws::Law;
use crate::kernel::time::{Tick, ticks_from_seconds};

impl<O: Observer> Simulation<'_, O> {
    pub(super) fn count_work(plan: &Plan) -> usize {
        plan.stations.iter().map(|s| s.booths.len() * s.checks.len()).sum()
    }

    /// Lines and booths of all stations, in the plan's numbering.
    pub(super) fn build_stations(plan: &Plan) -> (Vec<Line>, Vec<Booth>, Vec<usize>) {
        let mut lines = vec![];
        let mut booths = Vec::with_capacity(plan.booths as usize);
        let mut group_first = vec![];
        let mut groups = 0;
        for (s, station) in plan.stations.iter().enumerate() {
            group_first.push(groups);
            groups += station.groups.len();
            for (l, lane) in station.lanes.iter().enumerate() {
                build_lane(s as u16, station, l as u16, &mut lines, &mut booths);
                debug_assert_eq!(lines.len() as u32, lane.lines.end);
            }
            let checks = station.checks.len() as u32;
            for (n, booth) in booths[station.booths.start as usize..].iter_mut().enumerate() {
                booth.slot = station.slots + n as u32 * checks;
                booth.work = booth.slot - plan.slots.services;
            }
        }
        (lines, booths, group_first)
    }

    pub(super) fn reset_stations(&mut self) {
        for line in &mut self.lines {
            for queue in &mut line.queues {
                *queue = Queue::new(queue.level, queue.mask);
            }
            (line.nonempty, line.overtaking) = (0, false);
            (line.waiting, line.busy, line.last_z) = (0, 0, 0);
        }
        for booth in &mut self.booths {
            booth.traveller = NONE;
            booth.state = BoothState::Idle;
            (booth.open, booth.overtime, booth.down) = (false, false, false);
            (booth.held_closed, booth.held_pool) = (false, false);
            booth.lost.clear();
        }
        self.work.fill(Work::NONE);
        self.idle.fill(0);
    }

    /// The tokens of every group and pool, and who looks at which losses.
    pub(super) fn build_tokens(&mut self) {
        for container in &self.plan.containers {
            self.ledger.add_pieces(container.size);
        }
        let mut station_losses: Vec<Vec<u32>> = vec![];
        for station in &self.plan.stations {
            let colour = self.ledger.colour(Kind::Staffing, station.owner);
            let mut losses = vec![];
            for group in &station.groups {
                self.ledger.add_bench(group.reference);
                let loss = self.ledger.add_loss(colour, group.reference);
                self.group_loss.push(loss);
                losses.push(loss);
            }
            let down = self.ledger.colour(Kind::Disruption, station.owner);
            let loss = self.ledger.add_loss(down, Self::loss_units());
            self.station_open_loss.push(loss);
            losses.push(loss);
            station_losses.push(losses);
        }
        for (p, pool) in self.plan.pools.iter().enumerate() {
            self.ledger.add_bench(pool.reference);
            let loss = self.ledger.add_loss(self.ledger.colour(Kind::Staffing, pool.owner), pool.reference);
            let interrupts = pool.level.changes.iter().any(|change| change.2 != OnClosing::Finish);
            self.pools.push(super::shifts::PoolRun { level: 0, busy: 0, loss, interrupts });
            for &station in &pool.stations {
                station_losses[station as usize].push(loss);
            }
            debug_assert_eq!(self.pools.len(), p + 1);
        }
        for line in &mut self.lines {
            line.watch = self.ledger.add_watch(&station_losses[line.station as usize]);
        }
        self.build_room_watches(&station_losses);
    }

    fn build_room_watches(&mut self, station_losses: &[Vec<u32>]) {
        for (c, container) in self.plan.containers.iter().enumerate() {
            let closed = self.ledger.colour(Kind::Staffing, container.owner);
            let closed = self.ledger.add_loss(closed, 1);
            let mut losses = vec![closed];
            if let Some(&queue) = container.called_by.first() {
                let owner = self.plan.queues[queue as usize].owner;
                let places = u32::try_from(container.size.min(1 << 20)).unwrap_or(1);
                let calls = self.ledger.add_loss(self.ledger.colour(Kind::Rule, owner), places);
                let broken = self.ledger.add_loss(self.ledger.colour(Kind::Disruption, owner), places);
                (self.rooms[c].call_loss, self.rooms[c].outage_loss) = (calls, broken);
                losses.extend([calls, broken]);
            }
            for (s, station) in self.plan.stations.iter().enumerate() {
                if station.lanes.iter().any(|lane| lane.container == c as u16) {
                    losses.extend(&station_losses[s]);
                }
            }
            self.rooms[c].closed_loss = closed;
            self.rooms[c].watch = self.ledger.add_watch(&losses);
        }
    }

    #[inline(always)]
    fn bench_of(&self, station: u16, group: u16) -> u32 {
        (self.group_first[station as usize] + group as usize) as u32
    }

    fn pool_bench(&self, pool: u16) -> u32 {
        self.group_level.len() as u32 + u32::from(pool)
    }

    /// Has every pool of the station an officer to give?
    #[inline(always)]
    pub(super) fn officers_free(&self, station: u16) -> bool {
        !self.shapes[station as usize].pooled
            || self.plan.stations[station as usize].pools.iter().all(|&pool| {
                let pool = &self.pools[pool as usize];
                pool.busy < pool.level
            })
    }

    /// The ledger's admission from a line to a booth.
    pub(super) fn take_booth_tokens(
        &mut self,
        i: u32,
        booth: u32,
        waited: Tick,
        spot: u16,
        watch: u32,
        owed: Tick,
    ) {
        let admission = self.ledger.admit();
        self.admit_to_booth(i, booth, admission, waited, spot, watch, owed);
    }

    /// Takes the tokens of a booth (and of its officers) and ends the admission.
    ///
    /// The token is the least clock among the free ones of booths with the same rights, and of closed booths elsewhere in
    /// the stage that may serve `i`; the right to a booth that is closed is a right all the same.
    #[expect(clippy::too_many_arguments, reason = "one admission is one act")]
    #[inline(always)]
    pub(super) fn admit_to_booth(
        &mut self,
        i: u32,
        booth: u32,
        mut admission: Admission,
        waited: Tick,
        spot: u16,
        watch: u32,
        owed: Tick,
    ) {
        let (station, group) = (self.booths[booth as usize].station, self.booths[booth as usize].group);
        let st = &self.plan.stations[station as usize];
        let bench = self.best_bench(i, station, group, st);
        let took = bench != NONE && self.ledger.take(i, &mut admission, bench);
        let mut missing = 0u8;
        for (k, &pool) in st.pools.iter().enumerate() {
            let bench = self.pool_bench(pool);
            if !self.ledger.take(i, &mut admission, bench) {
                missing |= 1 << k;
            }
        }
        let b = &mut self.booths[booth as usize];
        b.bench = if took { bench } else { NONE };
        b.no_officer_token = missing;
        self.ledger.admitted(i, self.now, waited, admission, self.cause, watch, 0, owed, st.owner);
        self.file(i, spot);
    }

    #[inline(always)]
    fn best_bench(&self, i: u32, station: u16, group: u16, st: &Station) -> u32 {
        let own = self.bench_of(station, group);
        if st.groups.len() == 1 { own } else { self.best_of_groups(i, station, group, st, own) }
    }

    fn best_of_groups(&self, i: u32, station: u16, group: u16, st: &Station, own: u32) -> u32 {
        let words = self.travellers[i as usize].words;
        let first = self.group_first[station as usize];
        // What counts is when it could start: for any token that is free by its own time, that is its own time.
        let mine = self.ledger.z(i);
        let begins = |z: Tick| z.max(mine);
        let mut best = (self.ledger.least(i, own).map_or(Tick::MAX, begins), own);
        for (g, other) in st.groups.iter().enumerate() {
            let closed = self.group_level[first + g] < other.reference || self.outages.stops(station);
            if g as u16 == group || !closed || !other.serves.holds(words) {
                continue;
            }
            let bench = self.bench_of(station, g as u16);
            if let Some(z) = self.ledger.least(i, bench) {
                best = if begins(z) < best.0 { (begins(z), bench) } else { best };
            }
        }
        if best.0 < Tick::MAX {
            return best.1;
        }
        let free = (0..st.groups.len()).map(|g| self.bench_of(station, g as u16));
        free.filter_map(|b| self.ledger.least(i, b).map(|z| (z, b))).min().map_or(NONE, |(_, b)| b)
    }

    /// `i` is admitted: its service begins.
    pub(super) fn begin_service(&mut self, i: u32, booth: u32) {
        let b = &mut self.booths[booth as usize];
        b.traveller = i;
        b.state = BoothState::Serving;
        b.started = self.now;
        b.overtime = false;
        b.lost.clear();
        let (station, line) = (b.station, b.line);
        self.idle[booth as usize / 64] &= !(1 << (booth % 64));
        self.lines[line as usize].busy += 1;
        let st = &self.plan.stations[station as usize];
        for &pool in &st.pools {
            self.pools[pool as usize].busy += 1;
            self.books.officer(pool, self.now, 1);
        }
        self.at_spot(i, st.booth_spot);
        self.books.serving(station, self.now, 1);
        self.tell(i, Happened::Starts { booth });
        self.note_first_service(i, booth, self.shapes[station as usize].entry);
        if let [check] = st.checks.as_slice() {
            self.start_check(i, booth, station, check);
        } else {
            self.start_checks(i, booth, station);
        }
    }

    #[inline(always)]
    fn note_first_service(&mut self, i: u32, booth: u32, entry: bool) {
        let now = self.now;
        let me = &mut self.travellers[i as usize];
        me.booth = booth;
        if entry && me.released != Tick::MAX && me.admitted == Tick::MAX {
            me.admitted = now;
        }
        if me.first_service == Tick::MAX {
            me.first_service = now;
            if !self.patience.is_empty() && self.patience.cancel(i) {
                self.arm_patience();
            }
        }
    }

    /// The only check of a stage begins.
    #[inline(always)]
    fn start_check(&mut self, i: u32, booth: u32, station: u16, check: &Check) {
        let left = std::mem::take(&mut self.travellers[i as usize].work_left);
        let need = if left > 0 { left - 1 } else { self.need_for(i, station, check) };
        let b = &mut self.booths[booth as usize];
        b.need = need;
        let at = b.work as usize;
        self.work[at] = Work { left: need, since: self.now, speed: 1.0, running: false, done: false, need };
        self.run_check(booth, 0);
    }

    fn start_checks(&mut self, i: u32, booth: u32, station: u16) {
        let st = &self.plan.stations[station as usize];
        let first = self.first_work(booth);
        let left = std::mem::take(&mut self.travellers[i as usize].work_left);
        let mut ends: [Tick; 16] = [0; 16];
        let mut whole = 0;
        for (k, check) in st.checks.iter().enumerate() {
            let need = if left > 0 { left - 1 } else { self.need_for(i, station, check) };
            let begins = check.after.iter().map(|&a| ends[a]).max().unwrap_or(0);
            ends[k] = begins + need;
            whole = whole.max(ends[k]);
            self.work[first + k] =
                Work { left: need, since: self.now, speed: 1.0, running: false, done: false, need };
        }
        self.booths[booth as usize].need = whole;
        for k in 0..st.checks.len() {
            if st.checks[k].after.is_empty() {
                self.run_check(booth, k);
            }
        }
    }

    #[inline]
    pub(super) fn first_work(&self, booth: u32) -> usize {
        self.booths[booth as usize].work as usize
    }

    /// The time `i` needs for a check: a function of its own draws, whoever serves it and when.
    #[inline(always)]
    fn need_for(&self, i: u32, station: u16, check: &Check) -> Tick {
        let me = &self.travellers[i as usize];
        let attempt = me.loops << 12 | me.person;
        match check.services.as_slice() {
            [service] if self.shapes[station as usize].one_draw => {
                service.law.ticks(&mut me.key.draw(check.purpose, attempt))
            }
            _ => self.whole_need_for(i, check, &self.plan.stations[station as usize]),
        }
    }

    /// The same with everything that a law of the plan may have beside its one draw.
    fn whole_need_for(&self, i: u32, check: &Check, st: &Station) -> Tick {
        let me = &self.travellers[i as usize];
        let Some(service) = check.services.iter().find(|s| s.serves.holds(me.words)) else { return 0 };
        let attempt = me.loops << 12 | me.person;
        let draw = |law: &Law, purpose: u64, attempt: u32| law.sample(&mut me.key.draw(purpose, attempt));
        let persons = if st.per_person { me.persons } else { 1 };
        let mut seconds: f64 = (0..persons).map(|p| draw(&service.law, check.purpose, attempt + p)).sum();
        for (test, factor) in &service.factor {
            if test.holds(me.words) {
                seconds *= factor;
            }
        }
        for (k, (test, law)) in service.add.iter().enumerate() {
            if test.holds(me.words) {
                let purpose = check.purpose ^ (0xadd0 + k as u64);
                seconds += (0..persons).map(|p| draw(law, purpose, attempt + p)).sum::<f64>();
            }
        }
        if let Some(law) = &service.per_person {
            seconds += (0..me.persons).map(|p| draw(law, check.purpose ^ 0xea, attempt + p)).sum::<f64>();
        }
        ticks_from_seconds(seconds)
    }

    #[inline]
    pub(super) fn slot_of(&self, booth: u32, check: usize) -> u32 {
        self.booths[booth as usize].slot + check as u32
    }

    /// A check runs, at the speed its agency works with just now.
    #[inline]
    pub(super) fn run_check(&mut self, booth: u32, check: usize) {
        let b = &self.booths[booth as usize];
        let stands = b.held_closed || b.held_pool || b.down;
        let speed = if stands {
            0.0
        } else if self.outages.none_on() {
            1.0
        } else {
            let owners = &self.plan.stations[b.station as usize].checks[check].owners;
            self.speed_of(b.station, owners, self.travellers[b.traveller as usize].words)
        };
        let (at, slot) = (b.work as usize + check, b.slot + check as u32);
        if slot == self.fired {
            self.fired = NONE;
        }
        let work = &mut self.work[at];
        work.running = true;
        work.since = self.now;
        work.speed = speed;
        if work.left == 0 {
            // What is done at the tick at which work stops is done.
            self.calendar.set(slot, self.now);
        } else if speed <= 0.0 {
            self.calendar.clear(slot);
        } else if speed >= 1.0 {
            self.calendar.set(slot, self.now + work.left);
        } else {
            self.calendar.set(slot, self.now + ticks_from_seconds(work.left as f64 / 1e6 / speed));
        }
    }

    /// Why work at a booth stands still or is slow.
    fn colour_of_delay(&self, booth: u32) -> Colour {
        let b = &self.booths[booth as usize];
        let st = &self.plan.stations[b.station as usize];
        if b.held_closed || b.held_pool {
            self.ledger.colour(Kind::Staffing, st.owner)
        } else {
            let owner = self.outages.first_on(b.station).map(|o| self.plan.outages[o as usize].owner);
            self.ledger.colour(Kind::Disruption, owner.filter(|&o| o != NONE16).unwrap_or(st.owner))
        }
    }

    /// Brings the work left at a booth up to date; what was not worked meanwhile is lost.
    pub(super) fn bring_up_to_date(&mut self, booth: u32) {
        let colour = self.colour_of_delay(booth);
        let b = &self.booths[booth as usize];
        let st = &self.plan.stations[b.station as usize];
        let first = self.first_work(booth);
        let mut lost = 0;
        for k in 0..st.checks.len() {
            let work = &mut self.work[first + k];
            if !work.running || work.done {
                continue;
            }
            let elapsed = self.now - work.since;
            let done =
                if work.speed >= 1.0 { elapsed } else { (elapsed as f64 * work.speed).round() as Tick };
            work.left = work.left.saturating_sub(done);
            work.since = self.now;
            lost = lost.max(elapsed - done.min(elapsed));
        }
        if lost > 0 {
            self.booths[booth as usize].lost.push((colour, lost));
        }
    }

    /// Runs all running checks of a booth again, after their speed may have changed.
    pub(super) fn rerun_checks(&mut self, booth: u32) {
        let st = &self.plan.stations[self.booths[booth as usize].station as usize];
        let first = self.first_work(booth);
        for k in 0..st.checks.len() {
            if self.work[first + k].running && !self.work[first + k].done {
                self.run_check(booth, k);
            }
        }
    }

    /// A check has ended; with the last one the service is complete.
    #[inline(always)]
    pub(super) fn check_ends(&mut self, slot: u32) {
        let (booth, check) = self.booth_of_work[(slot - self.plan.slots.services) as usize];
        self.fired = slot;
        let check = check as usize;
        let station = self.booths[booth as usize].station;
        let st = &self.plan.stations[station as usize];
        if st.checks.len() > 1 {
            let first = self.first_work(booth);
            if self.work[first + check].speed < 1.0 {
                self.bring_up_to_date(booth);
            }
            self.work[first + check].done = true;
            let mut complete = true;
            for k in 0..st.checks.len() {
                let work = self.work[first + k];
                complete &= work.done;
                let ready = st.checks[k].after.iter().all(|&a| self.work[first + a].done);
                if !work.done && !work.running && ready {
                    self.run_check(booth, k);
                }
            }
            if !complete {
                return;
            }
        } else {
            let first = self.first_work(booth);
            if self.work[first].speed < 1.0 {
                self.bring_up_to_date(booth);
            }
            self.work[first].done = true;
        }
        self.service_is_complete(booth);
    }

    /// The booth and check of every service slot.
    pub(super) fn list_work(&mut self) {
        self.booth_of_work = vec![(NONE, 0); self.work.len()];
        for (b, booth) in self.booths.iter().enumerate() {
            for check in 0..self.plan.stations[booth.station as usize].checks.len() {
                self.booth_of_work[booth.work as usize + check] = (b as u32, check as u32);
            }
        }
    }

    #[inline(always)]
    fn service_is_complete(&mut self, booth: u32) {
        let b = &mut self.booths[booth as usize];
        b.state = BoothState::Holding;
        let (i, station, started, need) = (b.traveller, b.station, b.started, b.need);
        let st = &self.plan.stations[station as usize];
        self.tell(i, Happened::Done { booth });
        if let [check] = st.checks.as_slice() {
            self.book_equally(i, &check.owners, need);
        } else {
            self.book_need(i, booth, st);
        }
        let delay = (self.now - started).saturating_sub(need);
        if delay > 0 {
            let parts = std::mem::take(&mut self.booths[booth as usize].lost);
            self.ledger.delayed(i, delay, &parts);
            self.booths[booth as usize].lost = parts;
            let spot = self.travellers[i as usize].spot;
            self.file(i, spot);
        }
        self.books.served(station, self.now, need, self.travellers[i as usize].counted);
        self.release_officers(i, booth, st);
        self.decide(i, station, st);
        self.cause = Base::Own;
        self.travellers[i as usize].waits = Waits::No;
        self.try_go(i);
    }

    /// Own need along the checks that decided when the service was over.
    fn book_need(&mut self, i: u32, booth: u32, st: &Station) {
        let first = self.first_work(booth);
        let mut ends: [Tick; 16] = [0; 16];
        for (k, check) in st.checks.iter().enumerate() {
            let begins = check.after.iter().map(|&a| ends[a]).max().unwrap_or(0);
            ends[k] = begins + self.work[first + k].need;
        }
        let mut path: [usize; 16] = [0; 16];
        let mut steps = 0;
        let mut at = (0..st.checks.len()).max_by_key(|&k| (ends[k], std::cmp::Reverse(k)));
        while let Some(k) = at {
            path[steps] = k;
            steps += 1;
            at = st.checks[k].after.iter().copied().max_by_key(|&a| (ends[a], std::cmp::Reverse(a)));
        }
        for &k in path[..steps].iter().rev() {
            let need = self.work[first + k].need;
            self.book_equally(i, &st.checks[k].owners, need);
        }
    }

    /// Several agencies at one desk, one after the other, share its time in equal parts.
    fn book_equally(&mut self, i: u32, owners: &[u16], need: Tick) {
        let spot = self.travellers[i as usize].spot;
        if let [owner] = owners {
            self.file_need(i, spot, *owner, need);
            return;
        }
        let n = owners.len() as u64;
        for (k, &owner) in owners.iter().enumerate() {
            let upto = |k: u64| need * k / n;
            self.file_need(i, spot, owner, upto(k as u64 + 1) - upto(k as u64));
        }
    }

    #[inline(always)]
    fn release_officers(&mut self, i: u32, booth: u32, st: &Station) {
        if st.pools.is_empty() {
            return;
        }
        let missing = self.booths[booth as usize].no_officer_token;
        // Officers whose shift ended have gone already.
        let gone = std::mem::take(&mut self.booths[booth as usize].held_pool);
        for (k, &pool) in st.pools.iter().enumerate() {
            if !gone {
                self.pools[pool as usize].busy -= 1;
                self.books.officer(pool, self.now, -1);
            }
            if missing & 1 << k == 0 {
                let bench = self.pool_bench(pool);
                self.ledger.give_back(i, bench);
            }
            self.ledger.left(i, self.pool_point(pool));
            self.agenda.push(Task::Pool(pool, false));
        }
    }

    pub(super) fn pool_point(&self, pool: u16) -> u32 {
        (self.plan.stations.len() + self.plan.containers.len()) as u32 + u32::from(pool)
    }

    /// Where `i` goes after a service: what the service itself says, then the shares sent elsewhere, then onward.
    #[inline(always)]
    fn decide(&mut self, i: u32, station: u16, st: &Station) {
        let target = if self.shapes[station as usize].sends { self.target(i, st) } else { None };
        let me = &self.travellers[i as usize];
        let (route, step) = (me.route, me.step);
        match target {
            Some(target) => self.send(i, target),
            None if self.is_part(i) => self.travellers[i as usize].next = Next::Joined,
            None => self.travellers[i as usize].next = self.onward(i, route, step + 1),
        }
    }

    fn target(&self, i: u32, st: &Station) -> Option<Target> {
        let me = &self.travellers[i as usize];
        let words = me.words;
        let service = st.checks[0].services.iter().find(|s| s.serves.holds(words));
        let mut target = service.and_then(|s| s.then);
        if let (None, Some((share, to))) = (target, st.refused) {
            let draw = me.key.draw(st.sends_purpose ^ 1, me.loops << 12 | me.person).unit();
            target = (draw < share).then_some(to);
        }
        if target.is_none() && !st.sends.is_empty() {
            let mut draw = me.key.draw(st.sends_purpose, me.loops << 12 | me.person).unit();
            for send in st.sends.iter().filter(|s| s.serves.holds(words)) {
                if draw < send.share {
                    target = Some(send.to);
                    break;
                }
                draw -= send.share;
            }
        }
        target
    }

    fn send(&mut self, i: u32, target: Target) {
        let (next, _) = Self::target_of(target);
        let me = &mut self.travellers[i as usize];
        if let Next::Step(route, step) = next {
            if me.route == route && step <= me.step {
                me.loops += 1;
            }
            if matches!(target, Target::Back { .. }) {
                self.books.refused(me);
                let next = self.onward(i, route, step);
                self.travellers[i as usize].next = next;
                return;
            }
        }
        self.travellers[i as usize].next = next;
    }

    /// Is `i` a passenger, or a vehicle at a stage beside which its passengers are checked?
    fn is_part(&self, i: u32) -> bool {
        let me = &self.travellers[i as usize];
        me.parent != NONE || matches!(self.step_of(me.route, me.step), Step::Fork { .. })
    }

    /// `i` has left its booth, which may serve the next.
    pub(super) fn vacate(&mut self, i: u32, booth: u32) {
        let b = &mut self.booths[booth as usize];
        let (station, line, bench) = (b.station, b.line, b.bench);
        b.traveller = NONE;
        b.state = BoothState::Idle;
        b.overtime = false;
        b.held_closed = false;
        b.held_pool = false;
        if b.open && !b.down {
            self.idle[booth as usize / 64] |= 1 << (booth % 64);
        }
        self.lines[line as usize].busy -= 1;
        self.books.vacated(station, self.now);
        if bench != NONE {
            self.ledger.give_back(i, bench);
        }
        self.ledger.left(i, u32::from(station));
        self.agenda.push(Task::Booth(booth, false));
    }

    /// A booth may serve the next: from its line, or whoever waits for room in its lane.
    #[inline(always)]
    pub(super) fn booth_is_free(&mut self, booth: u32, reopened: bool) {
        let b = &self.booths[booth as usize];
        let (station, lane, line) = (b.station, b.lane, b.line);
        let st = &self.plan.stations[station as usize];
        if !b.open || b.down || b.state != BoothState::Idle {
            return;
        }
        self.because(reopened, u32::from(station));
        if let [pool, ..] = st.pools.as_slice() {
            self.officer_is_free(*pool, reopened);
        } else if let Some(i) = self.next_for(booth) {
            self.start_from_line(i, booth);
        }
        let space = st.lanes[lane as usize].container;
        if space != NONE16 && self.out_of_service(booth) && self.rooms[space as usize].waiters.len > 0 {
            // Whoever waits upstream for the lane finds a free booth behind it.
            self.let_in(space, reopened, u32::from(station));
        }
        self.jockey(line);
    }

    /// `i` has just joined a line and may preempt: of those it may displace (whoever may not preempt, and those of a
    /// worse level of priority) the one of the worst level makes way, and of these the last to start.
    pub(super) fn try_to_preempt(&mut self, i: u32) {
        let line = self.travellers[i as usize].line;
        let station = self.lines[line as usize].station;
        if !self.shapes[station as usize].preempts {
            return;
        }
        let st = &self.plan.stations[station as usize];
        let Some((test, victim)) = &st.preempts else { return };
        let words = self.travellers[i as usize].words;
        // An officer in overtime, or at a stage that stands still, has nothing to hand over.
        let on_duty = |&pool: &u16| self.pools[pool as usize].busy <= self.pools[pool as usize].level;
        let works = st.pools.iter().all(on_duty) && !self.stopped_for(station, words);
        if !test.holds(words) || st.checks.len() != 1 || !works {
            return;
        }
        let rights = Self::rights(st, self.lines[line as usize].lane as usize, words);
        let level =
            |words: u128| st.priority.iter().position(|p| p.holds(words)).unwrap_or(st.priority.len());
        let served = |b: u32| self.travellers[self.booths[b as usize].traveller as usize].words;
        let booth = self.lines[line as usize]
            .booths
            .clone()
            .filter(|&b| {
                let booth = &self.booths[b as usize];
                booth.state == BoothState::Serving
                    && booth.open
                    && !booth.held_pool
                    && !booth.down
                    && rights & 1 << booth.group != 0
                    && (!test.holds(served(b)) || level(served(b)) > level(words))
            })
            .max_by_key(|&b| (level(served(b)), self.booths[b as usize].started, std::cmp::Reverse(b)));
        if let Some(booth) = booth {
            self.preempt(i, booth, *victim);
        }
    }

    fn preempt(&mut self, i: u32, booth: u32, rule: Victim) {
        let out = self.booths[booth as usize].traveller;
        let need = self.work[self.first_work(booth)].need;
        self.send_to_head(out, booth, rule != Victim::Resume);
        match rule {
            Victim::Resume => {}
            Victim::Restart => self.travellers[out as usize].work_left = need + 1,
            Victim::Resample => {
                self.travellers[out as usize].work_left = 0;
                self.travellers[out as usize].person += 256;
            }
        }
        self.travellers[out as usize].bumped = true;
        if self.booths[booth as usize].state == BoothState::Idle
            && self.travellers[i as usize].waits == Waits::Booth
        {
            self.cause = Base::Own;
            self.start_from_line(i, booth);
        }
    }

    /// Work at a booth stops and its traveller goes to the head of the line, with what is left or (`wasted`) from the
    /// beginning.
    pub(super) fn send_to_head(&mut self, out: u32, booth: u32, wasted: bool) {
        self.bring_up_to_date(booth);
        let (station, line) = (self.booths[booth as usize].station, self.booths[booth as usize].line);
        let st = &self.plan.stations[station as usize];
        let first = self.first_work(booth);
        let work = std::mem::replace(&mut self.work[first], Work::NONE);
        let slot = self.slot_of(booth, 0);
        self.calendar.clear(slot);
        self.tell(out, Happened::Stops { booth });
        // What is left, plus one to tell "nothing left" from "not begun".
        self.travellers[out as usize].work_left = work.left + 1;
        self.book_stopped(out, booth, work.need - work.left, wasted, st);
        self.release_officers(out, booth, st);
        self.travellers[out as usize].booth = NONE;
        self.vacate(out, booth);
        self.join_line(out, line, true);
    }

    /// Books a service that stopped: work done is own need, unless it is wasted.
    fn book_stopped(&mut self, out: u32, booth: u32, done: Tick, wasted: bool, st: &Station) {
        let elapsed = self.now - self.booths[booth as usize].started;
        let mut parts = std::mem::take(&mut self.booths[booth as usize].lost);
        if wasted {
            parts.push((self.ledger.colour(Kind::Rule, st.owner), done));
            self.ledger.delayed(out, elapsed, &parts);
        } else {
            self.book_equally(out, &st.checks[0].owners, done);
            self.ledger.delayed(out, elapsed.saturating_sub(done), &parts);
        }
        self.booths[booth as usize].lost = parts;
        let spot = self.travellers[out as usize].spot;
        self.file(out, spot);
        self.books.stopped(self.booths[booth as usize].station, self.now);
    }
}

fn build_lane(s: u16, station: &Station, l: u16, lines: &mut Vec<Line>, booths: &mut Vec<Booth>) {
    let lane = &station.lanes[l as usize];
    let queues = queues(station, lane.groups.clone());
    let per_booth = lane.lines.len() > 1;
    let first = station.groups[lane.groups.start].first;
    let last = station.groups[lane.groups.end - 1].first + station.groups[lane.groups.end - 1].booths;
    for (k, line) in lane.lines.clone().enumerate() {
        let range = if per_booth { first + k as u32..first + k as u32 + 1 } else { first..last };
        lines.push(Line {
            station: s,
            lane: l,
            booths: range,
            queues: queues.clone(),
            nonempty: 0,
            waiting: 0,
            busy: 0,
            watch: u32::MAX,
            last_z: 0,
            gate: NONE16,
            overtaking: false,
        });
        debug_assert_eq!(lines.len() as u32 - 1, line);
    }
    for g in lane.groups.clone() {
        let group = &station.groups[g];
        for n in 0..group.booths {
            let number = group.first + n;
            let line = if per_booth { lane.lines.start + (number - first) } else { lane.lines.start };
            booths.push(Booth {
                station: s,
                group: g as u16,
                line,
                lane: l,
                traveller: NONE,
                state: BoothState::Idle,
                open: false,
                overtime: false,
                bench: NONE,
                no_officer_token: 0,
                slot: 0,
                work: 0,
                started: 0,
                need: 0,
                held_closed: false,
                held_pool: false,
                down: false,
                lost: Vec::with_capacity(4),
            });
        }
    }
}

/// The lists of a line: for every priority level, every set of the lane's groups.
fn queues(station: &Station, groups: std::ops::Range<usize>) -> Vec<Queue> {
    let sets = 1..1u32 << groups.len();
    let levels = 0..=station.priority.len() as u32;
    levels.flat_map(|level| sets.clone().map(move |set| Queue::new(level, set << groups.start))).collect()
}
