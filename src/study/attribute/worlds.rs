//! Worlds: the same travellers with some causes removed. The only place where a removal is carried out.
//!
//! Most of it is done to the scenario, before it is compiled: rosters, counts, events, rules. Two removals are done to the
//! plan, where what they name is one number: room ([`Container::size`](crate::crossing::plan::Container::size)) and the
//! time at which the k-th traveller of a source appears (`levelled`). No draw moves: the same truck has the same papers
//! and needs the same minutes in every world.
//!
//! *As many as are needed* is a number that comes from the traffic: what would be served at once in the busiest hour if
//! nobody waited, half as many again and six standard deviations, and all who stand there at the start. A run in which
//! they were all taken at once is counted and reported.
//!
//! A removal that changes nothing in a file is told apart beforehand ([`Base::changes`]): its worlds are those without it,
//! and it gets exactly 0.

use super::causes::{Cause, OfSide, Removal};
use super::levelled;
use crate::crossing::compile;
use crate::crossing::plan::{Lever, NONE16, Outage, OutageTimes, Plan, Schedule};
use crate::scenario::{
    AtGate, Calls, Clock, Diagnostics, Handover, Post, Scenario, Shift, Side, Stage, Value,
};
use crate::study::capacity::{capacity, work_by_group};

/// With what the removal of a side's own causes is compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Reference {
    /// Nobody waits there.
    NoWaiting,
    /// The agreed level (`[reference]`); without one, what the other side can clear.
    Agreed,
}

/// A scenario from which worlds are made.
#[derive(Debug, Clone)]
pub struct Base<'a> {
    scenario: Scenario,
    clock: &'a Clock,
    diagnostics: Diagnostics,
    /// Nothing removed.
    pub plan: Plan,
    /// Booths that would be enough, by station.
    enough: Vec<u32>,
    /// Booths that the agreed level takes, by station and group.
    agreed: Vec<Vec<u32>>,
}

impl<'a> Base<'a> {
    /// From what was read, perhaps with other numbers in place of the inputs.
    ///
    /// # Errors
    /// What does not fit together.
    pub fn new(
        mut scenario: Scenario,
        clock: &'a Clock,
        diagnostics: Diagnostics,
    ) -> Result<Self, Diagnostics> {
        spell_out_handovers(&mut scenario);
        let plan = compile(&scenario, clock, diagnostics.clone())?;
        let (enough, agreed) = (enough(&plan), agreed(&scenario, &plan));
        Ok(Self { scenario, clock, diagnostics, plan, enough, agreed })
    }

    /// The plan of a world.
    ///
    /// # Errors
    /// When what is left makes no crossing.
    pub fn world(&self, removed: &[&Removal], reference: Reference) -> Result<Plan, Diagnostics> {
        let scenario = self.without(removed, reference);
        let mut plan = compile(&scenario, self.clock, self.diagnostics.clone())?;
        for removal in removed {
            match removal {
                Removal::OfSide(of) => {
                    if of.outages {
                        self.never_breaks(&mut plan, of);
                    }
                    if reference == Reference::Agreed {
                        self.raise(&mut plan, of.side);
                    }
                }
                Removal::Whole(Cause::Peak) => {
                    levelled::level(&mut plan, &self.scenario, self.clock);
                }
                Removal::Whole(Cause::Room) => make_room(&mut plan),
                Removal::Whole(_) => {}
            }
        }
        Ok(plan)
    }

    /// Does this removal change anything in this file?
    pub fn changes(&self, removal: &Removal, reference: Reference) -> bool {
        match removal {
            // At the agreed level it is the numbers of the plan that change.
            Removal::OfSide(_) if reference == Reference::Agreed => true,
            Removal::Whole(Cause::Peak) => {
                levelled::level(&mut self.plan.clone(), &self.scenario, self.clock)
            }
            Removal::Whole(Cause::Room) => {
                let live = self.plan.interventions.iter().any(|i| matches!(i.set, Lever::Room { .. }));
                live || self.plan.containers.iter().any(|c| !c.unlimited())
            }
            Removal::OfSide(of) if of.outages && self.plan.outages.iter().any(|o| self.breaks(of, o)) => true,
            _ => self.without(&[removal], reference) != self.scenario,
        }
    }

    /// Were all booths of somebody who is to have enough taken at once, although none was held from ahead?
    pub fn ran_short(&self, plan: &Plan, books: &crate::crossing::Books, removed: &[&Removal]) -> bool {
        let unlimited = |s: usize| {
            removed.iter().any(|r| matches!(r, Removal::OfSide(of) if of.posts && self.holds_station(of, s)))
        };
        (0..plan.stations.len()).any(|s| {
            let spot = plan.stations[s].booth_spot as usize;
            let most = u64::try_from(books.spots[spot].number.max()).unwrap_or(0);
            unlimited(s) && most >= u64::from(self.enough[s]) && books.stations[s].window[1] == 0
        })
    }

    /// What is done to the scenario.
    fn without(&self, removed: &[&Removal], reference: Reference) -> Scenario {
        let mut scenario = self.scenario.clone();
        for removal in removed {
            match removal {
                Removal::OfSide(of) => match reference {
                    Reference::NoWaiting if of.hours => self.open_all_the_time(&mut scenario, of),
                    Reference::NoWaiting => {}
                    Reference::Agreed => self.build_what_is_agreed(&mut scenario, of),
                },
                Removal::Whole(Cause::Rules) => scenario.side.iter_mut().for_each(without_rules),
                Removal::Whole(Cause::Papers) => {
                    let equeues = scenario.side.iter_mut().filter_map(|side| side.equeue.as_mut());
                    equeues.for_each(|equeue| equeue.papers.clear());
                }
                // Peak and room are numbers of the plan.
                Removal::Whole(_) => {}
            }
        }
        // A roster removed and a count raised do not depend on which of the two was done first.
        for removal in removed {
            if let (Removal::OfSide(of), Reference::NoWaiting) = (removal, reference)
                && of.posts
            {
                self.with_enough_booths(&mut scenario, of);
            }
        }
        scenario
    }

    /// Their outages never begin. They stay in the plan, so that no other outage gets another key.
    fn never_breaks(&self, plan: &mut Plan, of: &OfSide) {
        let never = plan.until + 1;
        for outage in &mut plan.outages {
            if self.breaks(of, outage) {
                outage.times = OutageTimes::Listed(never);
            }
        }
    }

    /// Is it theirs: of their agency, or at a place whose booths they hold?
    fn breaks(&self, of: &OfSide, outage: &Outage) -> bool {
        if outage.owner != NONE16 {
            return concerns(of, &self.plan.owners[outage.owner as usize].name, &self.scenario);
        }
        outage.stations.first().is_some_and(|&s| self.holds_station(of, s as usize))
    }

    fn open_all_the_time(&self, scenario: &mut Scenario, of: &OfSide) {
        let codes = scenario.sides.clone();
        for (s, side) in scenario.side.iter_mut().enumerate() {
            // A holiday closes whatever stands on the side's ground; it goes with the side, or its first agency.
            let first = || self.plan.owners.iter().find(|o| o.side == Some(s)).map(|o| &o.name);
            if s == of.side && (of.agency.is_none() || of.agency.as_ref() == first()) {
                side.closed.clear();
            }
            for (entry, post) in posts(side) {
                for stage in &mut post.stage {
                    if self.holds(of, &path(&codes[s], entry, stage)) {
                        stage.handover = None;
                        for lane in &mut stage.lanes {
                            for group in &mut lane.booths {
                                let open = if group.open.is_empty() { &lane.open } else { &group.open };
                                group.count = fullest(open, group.count);
                                group.open.clear();
                            }
                            lane.open.clear();
                        }
                    }
                }
            }
            for pool in &mut side.officers {
                if self.holds_pool(of, s, &pool.name) {
                    pool.count = fullest(&pool.open, pool.count);
                    pool.open.clear();
                    pool.handover = None;
                }
            }
        }
        scenario.intervention.iter_mut().for_each(|i| i.set.retain(|(path, _)| !self.sets_staff(of, path)));
        scenario.intervention.retain(|i| !i.set.is_empty());
    }

    fn with_enough_booths(&self, scenario: &mut Scenario, of: &OfSide) {
        let codes = scenario.sides.clone();
        for (s, side) in scenario.side.iter_mut().enumerate() {
            for (entry, post) in posts(side) {
                for stage in &mut post.stage {
                    let path = path(&codes[s], entry, stage);
                    if self.holds(of, &path) {
                        let n = self.enough_at(&path);
                        for lane in &mut stage.lanes {
                            raise_roster(&mut lane.open, n);
                            for group in &mut lane.booths {
                                raise_roster(&mut group.open, n);
                                (group.count, group.max) = (n, group.max.max(n));
                            }
                        }
                    }
                    for aside in &mut stage.aside {
                        let path = format!("{path}.{}", aside.name);
                        if self.holds(of, &path) {
                            aside.rooms = self.enough_at(&path);
                        }
                    }
                }
            }
            for pool in &mut side.officers {
                if self.holds_pool(of, s, &pool.name) {
                    let n = self.enough_for_pool(&format!("{}.officers.{}", codes[s], pool.name));
                    raise_roster(&mut pool.open, n);
                    pool.count = n;
                }
            }
        }
        for (path, value) in scenario.intervention.iter_mut().flat_map(|i| &mut i.set) {
            if let Value::Count(count @ 1..) = value
                && self.sets_staff(of, path)
            {
                *count = self.pool_or_stage(path);
            }
        }
    }

    fn enough_at(&self, path: &str) -> u32 {
        let station = self.plan.stations.iter().position(|s| s.name == path);
        station.map_or(1, |s| self.enough[s])
    }

    fn enough_for_pool(&self, name: &str) -> u32 {
        let pool = self.plan.pools.iter().find(|p| p.name == name);
        let stations = pool.map_or(&[][..], |p| &p.stations);
        stations.iter().map(|&s| self.enough[s as usize]).sum::<u32>().max(1)
    }

    fn pool_or_stage(&self, path: &str) -> u32 {
        let pool = self.plan.pools.iter().find(|p| path.starts_with(&p.name));
        match pool {
            Some(pool) => self.enough_for_pool(&pool.name),
            None => self.stage_set_by(path).map_or(1, |s| self.enough[s]),
        }
    }

    fn stage_set_by(&self, path: &str) -> Option<usize> {
        self.plan.stations.iter().position(|s| path.starts_with(&format!("{}.", s.name)))
    }

    /// Is it staff of theirs that an intervention sets?
    fn sets_staff(&self, of: &OfSide, path: &str) -> bool {
        let code = &self.scenario.sides[of.side];
        if let Some(pool) = path.strip_prefix(&format!("{code}.officers.")) {
            return self.holds_pool(of, of.side, pool.split('.').next().unwrap_or(pool));
        }
        let sets_count = [".booths", ".bays", ".count"].iter().any(|end| path.ends_with(end));
        let stage = self.stage_set_by(path).map(|s| self.plan.stations[s].name.clone());
        sets_count && stage.is_some_and(|stage| self.holds(of, &stage))
    }

    fn holds(&self, of: &OfSide, path: &str) -> bool {
        self.plan.stations.iter().position(|s| s.name == path).is_some_and(|s| self.holds_station(of, s))
    }

    /// Are the booths of this stage theirs? Of a stage of several agencies: of the first that is of the ground's side.
    fn holds_station(&self, of: &OfSide, s: usize) -> bool {
        let station = &self.plan.stations[s];
        let owners = || station.owners.iter().map(|&o| &self.plan.owners[o as usize]);
        let own = owners().find(|o| o.side == Some(station.side)).or_else(|| owners().next());
        own.is_some_and(|owner| concerns(of, &owner.name, &self.scenario))
    }

    fn holds_pool(&self, of: &OfSide, side: usize, name: &str) -> bool {
        let path = format!("{}.officers.{name}", self.scenario.sides[side]);
        let pool = self.plan.pools.iter().find(|p| p.name == path);
        let agency = pool.map(|p| &self.plan.owners[p.owner as usize].name);
        side == of.side && of.agency.as_ref().is_none_or(|of| Some(of) == agency)
    }

    /// Booths that the agreed level takes are built, so that they can be opened.
    fn build_what_is_agreed(&self, scenario: &mut Scenario, of: &OfSide) {
        let codes = scenario.sides.clone();
        for (s, side) in scenario.side.iter_mut().enumerate() {
            for (entry, post) in posts(side) {
                for stage in &mut post.stage {
                    let path = path(&codes[s], entry, stage);
                    let station = self.plan.stations.iter().position(|s| s.name == path);
                    let Some(at) = station.filter(|_| self.holds(of, &path)) else { continue };
                    let groups = stage.lanes.iter_mut().flat_map(|lane| &mut lane.booths);
                    for (group, n) in groups.zip(&self.agreed[at]) {
                        group.max = group.max.max(group.count).max(*n);
                    }
                }
            }
        }
    }

    /// In every hour at least the booths, and officers for them, that the agreed level takes.
    fn raise(&self, plan: &mut Plan, side: usize) {
        let of = OfSide { side, agency: None, posts: true, hours: true, outages: true };
        let theirs: Vec<bool> = plan.stations.iter().map(|s| self.holds(&of, &s.name)).collect();
        for (s, station) in plan.stations.iter_mut().enumerate().filter(|(s, _)| theirs[*s]) {
            for (group, n) in station.groups.iter_mut().zip(&self.agreed[s]) {
                let n = (*n).min(group.booths);
                at_least(&mut group.level, n);
                group.reference = group.reference.max(n);
            }
        }
        let code = format!("{}.officers.", self.scenario.sides[side]);
        for pool in plan.pools.iter_mut().filter(|p| p.name.starts_with(&code)) {
            let n = pool.stations.iter().flat_map(|&s| &self.agreed[s as usize]).sum();
            at_least(&mut pool.level, n);
            pool.reference = pool.reference.max(n);
        }
        let code = &self.scenario.sides[side];
        for intervention in &mut plan.interventions {
            match &mut intervention.set {
                Lever::Booths { station, group, count } if theirs[*station as usize] => {
                    *count = (*count).max(self.agreed[*station as usize][*group]);
                }
                Lever::Officers { pool, count }
                    if plan.pools[*pool as usize].name.starts_with(code.as_str()) =>
                {
                    let stations = &plan.pools[*pool as usize].stations;
                    *count = (*count).max(stations.iter().flat_map(|&s| &self.agreed[s as usize]).sum());
                }
                _ => {}
            }
        }
    }
}

/// Does a side's virtual queue, or a rule of its posts, decide who goes when?
pub(super) fn has_rules(side: &Side) -> bool {
    let mut without = side.clone();
    without_rules(&mut without);
    without != *side
}

/// First come, first served; called at once, so that the way to the gate holds no place there.
fn without_rules(side: &mut Side) {
    if let Some(equeue) = &mut side.equeue {
        let calls = std::mem::take(&mut equeue.calls);
        equeue.calls = Calls {
            travel: calls.travel,
            no_show: calls.no_show,
            show_up_within: calls.show_up_within,
            headway: calls.headway,
            ..Calls::default()
        };
        (equeue.first, equeue.postponement, equeue.strikes, equeue.slots) = (None, None, None, None);
        equeue.turns.clear();
        equeue.modes.clear();
        // Whoever lacks papers then sets out like everybody else, and waits for them where they are looked at.
        for (_, papers) in &mut equeue.papers {
            (papers.integrated, papers.at_gate) = (false, AtGate::Held);
        }
    }
    for (_, post) in posts(side) {
        post.gate = None;
        for stage in &mut post.stage {
            (stage.gate, stage.preempts) = (None, None);
            stage.priority.clear();
        }
    }
}

/// No limit to any room, whatever was set while running.
fn make_room(plan: &mut Plan) {
    for container in &mut plan.containers {
        container.size = u64::MAX;
    }
    plan.interventions.retain(|i| !matches!(i.set, Lever::Room { .. }));
}

/// Is this agency among those of whom something is removed?
fn concerns(of: &OfSide, agency: &str, scenario: &Scenario) -> bool {
    let code = agency.split([' ', '.']).next().unwrap_or("");
    code == scenario.sides[of.side] && of.agency.as_ref().is_none_or(|only| only == agency)
}

fn posts(side: &mut Side) -> impl Iterator<Item = (bool, &mut Post)> {
    let both = [(false, side.exit.as_mut()), (true, side.entry.as_mut())];
    both.into_iter().filter_map(|(entry, post)| Some((entry, post?)))
}

fn path(code: &str, entry: bool, stage: &Stage) -> String {
    format!("{code}.{}.{}", if entry { "entry" } else { "exit" }, stage.name)
}

/// A side's change of shift, written to each stage for which it holds: says the same, stage by stage.
fn spell_out_handovers(scenario: &mut Scenario) {
    for side in &mut scenario.side {
        let Some(handover): Option<Handover> = side.handover.take() else { continue };
        for (_, post) in posts(side) {
            for stage in &mut post.stage {
                let draws = !stage.officers.is_empty() || stage.checks.iter().any(|c| c.officers.is_some());
                if stage.handover.is_none() && !draws {
                    stage.handover = Some(handover.clone());
                }
            }
        }
    }
}

/// The most that a roster ever has; without lines, all.
fn fullest(open: &[Shift], full: u32) -> u32 {
    open.iter().map(|shift| shift.level.unwrap_or(full)).max().unwrap_or(full)
}

/// Whenever the roster has anybody, it has `n`.
fn raise_roster(open: &mut [Shift], n: u32) {
    for level in open.iter_mut().filter_map(|shift| shift.level.as_mut()).filter(|level| **level > 0) {
        *level = n;
    }
}

fn at_least(schedule: &mut Schedule, n: u32) {
    for change in &mut schedule.changes {
        change.1 = change.1.max(n);
    }
}

/// Booths that are enough for everybody at once, by station.
fn enough(plan: &Plan) -> Vec<u32> {
    let standing: u32 = plan.standing.iter().map(|s| s.count).sum();
    let mut offered = vec![0.0; plan.stations.len()];
    for direction in capacity(plan).directions {
        for stage in &direction.stages {
            offered[stage.station] += direction.peak.0.max(direction.demand) * stage.visits * stage.service;
        }
    }
    let number = |work: f64| (1.5 * work + 6.0 * work.sqrt() + 12.0).ceil().min(2_000.0) as u32 + standing;
    offered.into_iter().map(number).collect()
}

/// Booths that the agreed level takes, by station and group: its travellers a second times what each brings there.
fn agreed(scenario: &Scenario, plan: &Plan) -> Vec<Vec<u32>> {
    let directions = capacity(plan).directions;
    let of_station = |(s, work): (usize, Vec<f64>)| {
        let station = &plan.stations[s];
        let route = if station.post.is_multiple_of(2) { station.side } else { 1 - station.side };
        let Some(direction) = directions.iter().find(|d| d.route == route) else {
            return vec![0; work.len()];
        };
        let side = plan.owners[station.owner as usize].side.unwrap_or(station.side);
        let Some(rate) = level_of(scenario, direction, side) else { return vec![0; work.len()] };
        let booths = |w: f64| (w * rate / direction.demand - 1e-9).ceil().clamp(0.0, 2_000.0) as u32;
        work.into_iter().map(booths).collect()
    };
    work_by_group(plan).into_iter().enumerate().map(of_station).collect()
}

/// The level of a side in a direction, travellers a second: as agreed, else what the other side can clear.
pub(crate) fn level_of(
    scenario: &Scenario,
    direction: &crate::study::capacity::Direction,
    side: usize,
) -> Option<f64> {
    let agreed = scenario.reference.agreed.iter().find(|(s, _)| *s == side).map(|(_, rate)| *rate);
    agreed.or_else(|| direction.clears(1 - side))
}
