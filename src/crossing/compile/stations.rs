//! Stages as stations: lanes, groups of booths, checks.

use super::{Compiler, post_number, rosters, stages_agencies, words};
use crate::crossing::plan::{
    Check, Choice, Gate, Group, Lane, NONE16, Service, SpotKind, Station, Test, Victim,
};
use crate::kernel::random::name_key;
use crate::kernel::time::ticks_from_seconds;
use crate::scenario::{self, Aside, Post, Queue, Size, Stage};

/// Lists of a line: priority levels × sets of rights may not be more than this.
const LISTS: usize = crate::crossing::simulation::LISTS;

impl Compiler<'_> {
    pub(super) fn stations(&mut self) {
        let scenario = self.scenario;
        for (s, side) in scenario.side.iter().enumerate() {
            for (entry, post) in [(false, &side.exit), (true, &side.entry)] {
                let Some(post) = post else { continue };
                for stage in &post.stage {
                    self.station(s, entry, post, stage);
                    for aside in &stage.aside {
                        self.aside(s, entry, post, stage, aside);
                    }
                }
            }
        }
    }

    fn path(&self, side: usize, entry: bool, stage: &str) -> String {
        format!("{}.{}.{stage}", self.scenario.sides[side], if entry { "entry" } else { "exit" })
    }

    fn station(&mut self, s: usize, entry: bool, post: &Post, stage: &Stage) {
        let name = self.path(s, entry, &stage.name);
        let key = stage.draws_as.clone().unwrap_or_else(|| name.clone());
        let agencies = stages_agencies(stage);
        let agencies = if agencies.is_empty() {
            vec![format!("{} {}", self.scenario.sides[s], stage.name)]
        } else {
            agencies
        };
        let checks = self.checks(stage, &key, &agencies);
        let owners: Vec<u16> = checks.iter().flat_map(|c: &Check| c.owners.clone()).collect();
        let owner = owners.first().copied().unwrap_or(0);
        let shelter = stage.shelter.clone().or_else(|| post.room.shelter.clone());
        let takes = stage.takes.iter().map(|t| (self.test_of(t.of.as_ref()), t.share)).collect();
        let priority = stage.priority.iter().map(|p| self.test(p)).collect();
        let preempts = stage.preempts.as_ref().map(|p| (self.test(&p.of), victim(p.work)));
        if stage.preempts.is_some() && checks.len() > 1 {
            self.error(
                stage.span,
                "a stage with several checks cannot be preempted",
                "",
                "give the stage one `service`, or leave `preempts` out",
            );
        }
        let apart = stands_beside(post, &stage.name);
        if apart && !stage.refer.is_empty() {
            self.error(
                stage.span,
                "a stage that stands side by side with another cannot refer to a second line",
                "",
                "let the referral happen at a stage after it",
            );
        }
        let serves = self.serves(stage, &name);
        let mut station = Station {
            name: name.clone(),
            side: s,
            post: post_number(s, entry) as u16,
            serves,
            takes,
            takes_purpose: name_key(&format!("{key} takes")),
            per_person: stage.per_person && !apart,
            persons_apart: stage.per_person && apart,
            lanes: vec![],
            groups: vec![],
            booths: 0..0,
            checks,
            slots: 0,
            pools: vec![],
            priority,
            preempts,
            choice: if stage.choose == scenario::Choose::Random { Choice::Random } else { Choice::Shortest },
            jockey: stage.jockey,
            sends: vec![],
            sends_purpose: name_key(&format!("{key} sends")),
            refused: None,
            only_sent: false,
            gate: stage.gate.as_ref().map(gate),
            line_spot: 0,
            booth_spot: 0,
            owner,
            owners,
        };
        self.lanes(s, stage, &mut station, &name);
        self.add_station(station, shelter.as_ref());
    }

    /// Whom a stage serves: what it says, less those whom a policy lets skip it; a stop of a policy only those under it.
    fn serves(&mut self, stage: &Stage, path: &str) -> Test {
        let mut serves = self.test_of(stage.serves.as_ref());
        for policy in &self.scenario.policy {
            let bit = self.words.bit(&format!("policy {}", policy.name));
            if policy.skips.iter().any(|p| p == path) {
                serves = words::both(&serves, &Test::any_of([(0, bit)]));
            }
            if policy.stops.iter().any(|p| p == path) {
                serves = words::both(&serves, &Test::any_of([(bit, 0)]));
            }
        }
        serves
    }

    fn add_station(&mut self, mut station: Station, shelter: Option<&String>) {
        let index = self.plan.stations.len() as u16;
        station.line_spot =
            self.spot(format!("{} line", station.name), SpotKind::Line, Some(station.side), shelter);
        station.booth_spot = self.spot(station.name.clone(), SpotKind::Booth, Some(station.side), shelter);
        for spot in [station.line_spot, station.booth_spot] {
            self.plan.spots[spot as usize].station = index;
        }
        self.plan.stations.push(station);
    }

    fn lanes(&mut self, s: usize, stage: &Stage, station: &mut Station, path: &str) {
        let handover = match (&stage.handover, stage.officers.is_empty()) {
            (Some(own), _) => Some(own.clone()),
            (None, true) if stage.checks.iter().all(|c| c.officers.is_none()) => {
                self.scenario.side[s].handover.clone()
            }
            _ => None,
        };
        let first = self.plan.booths;
        let mut booths = first;
        for lane in &stage.lanes {
            let from = station.groups.len();
            let first_booth = booths;
            for group in &lane.booths {
                let open = if group.open.is_empty() { &lane.open } else { &group.open };
                let built = group.count.max(group.max);
                let level = self.roster(s, open, group.count, stage.when_closed, handover.as_ref());
                station.groups.push(Group {
                    name: group.name.clone(),
                    serves: self.test_of(group.serves.as_ref()),
                    first: booths,
                    booths: built,
                    level,
                    reference: rosters::fullest(open, group.count),
                });
                booths += built;
            }
            let lines = if stage.queue == Queue::LinePerBooth { (booths - first_booth).max(1) } else { 1 };
            let container = self.lane_container(lane, u64::from(lines), path, station.owner);
            let drive = match (lane.drive, lane.length) {
                (Some(speed), Size::Metres(m)) if speed > 0.0 => ticks_from_seconds(m / speed),
                _ => 0,
            };
            station.lanes.push(Lane {
                name: lane.name.clone(),
                serves: self.test_of(lane.serves.as_ref()),
                groups: from..station.groups.len(),
                container,
                drive,
                lines: self.plan.lines..self.plan.lines + lines,
                open: None,
            });
            self.plan.lines += lines;
            let lists = (stage.priority.len() + 1) * ((1usize << (station.groups.len() - from).min(20)) - 1);
            if lists > LISTS {
                self.error(
                    lane.span,
                    format!("this lane would need {lists} lists of waiting travellers, {LISTS} are possible"),
                    "",
                    "use fewer groups of booths in one lane, or fewer levels of priority",
                );
            }
        }
        station.booths = first..booths;
        self.plan.booths = booths;
    }

    /// A lane's own length; where every booth has its own line, each line has that length.
    fn lane_container(&mut self, lane: &scenario::Lane, lines: u64, path: &str, owner: u16) -> u16 {
        if !lane.own_length || lane.length == Size::Unlimited {
            return NONE16;
        }
        let name =
            if lane.name.is_empty() { format!("{path}.lane") } else { format!("{path}.lanes.{}", lane.name) };
        let container = self.container(name, lane.length, lines, owner);
        self.plan.containers[container as usize].moves_up = lane.moves_up;
        container
    }

    fn checks(&mut self, stage: &Stage, key: &str, agencies: &[String]) -> Vec<Check> {
        if stage.checks.is_empty() {
            if stage.services.is_empty() {
                self.error(
                    stage.span,
                    format!("the stage `{}` does not say how long it takes", stage.name),
                    "",
                    "add `service = { lognormal = \"4 min\", cv = 0.6 }`, or `checks`",
                );
            }
            let owners = agencies.iter().map(|a| self.owner(a)).collect();
            let services = stage.services.iter().map(|s| self.service(s)).collect();
            return vec![Check {
                name: String::new(),
                owners,
                services,
                after: vec![],
                purpose: name_key(key),
            }];
        }
        if stage.checks.len() > 16 {
            self.error(stage.span, "more than 16 checks at one stage", "", "split the stage");
            return vec![];
        }
        let mut checks = vec![];
        for (k, check) in stage.checks.iter().enumerate() {
            let mut after: Vec<usize> = check
                .after
                .iter()
                .filter_map(|a| stage.checks[..k].iter().position(|c| c.name == *a))
                .collect();
            if after.len() < check.after.len() {
                self.error(
                    check.span,
                    "`after` must name checks that stand before this one in the file",
                    "",
                    "put the earlier check first",
                );
            }
            if stage.one_after_the_other && k > 0 {
                after = vec![k - 1];
            }
            let owners = vec![self.owner(&check.agency)];
            let services = check.service.iter().map(|s| self.service(s)).collect();
            let purpose = name_key(&format!("{key}.checks.{}", check.name));
            checks.push(Check { name: check.name.clone(), owners, services, after, purpose });
        }
        checks
    }

    fn service(&mut self, service: &scenario::Service) -> Service {
        Service {
            serves: self.test_of(service.of.as_ref()),
            law: self.law(&service.law),
            factor: service.factor.iter().map(|(word, f)| (self.word_test(word), *f)).collect(),
            add: service.add.iter().map(|(word, law)| (self.word_test(word), self.law(law))).collect(),
            per_person: service.add_per_person.as_ref().map(|law| self.law(law)),
            then: None,
        }
    }

    fn word_test(&mut self, word: &str) -> Test {
        let any = vec![vec![(word.to_owned(), true)]];
        let selector = scenario::Selector { any, text: word.to_owned(), span: scenario::Span::default() };
        self.test(&selector)
    }

    /// A second line (or bays aside) is a station of its own that one only reaches by being sent.
    fn aside(&mut self, s: usize, entry: bool, post: &Post, stage: &Stage, aside: &Aside) {
        let name = format!("{}.{}", self.path(s, entry, &stage.name), aside.name);
        let agency = aside.agency.clone().or_else(|| stages_agencies(stage).into_iter().next());
        let agency = agency.unwrap_or_else(|| format!("{} {}", self.scenario.sides[s], stage.name));
        let owner = self.owner(&agency);
        let law = self.law(&aside.lasts);
        let first = self.plan.booths;
        let service = Service {
            serves: Test::everyone(),
            law,
            factor: vec![],
            add: vec![],
            per_person: None,
            then: None,
        };
        let check = Check {
            name: String::new(),
            owners: vec![owner],
            services: vec![service],
            after: vec![],
            purpose: name_key(&name),
        };
        let level = self.roster(s, &[], aside.rooms, scenario::Work::Finish, None);
        let group = Group {
            name: String::new(),
            serves: Test::everyone(),
            first,
            booths: aside.rooms,
            level,
            reference: aside.rooms,
        };
        let lines = self.plan.lines..self.plan.lines + 1;
        let lane = Lane {
            name: String::new(),
            serves: Test::everyone(),
            groups: 0..1,
            container: NONE16,
            drive: 0,
            lines,
            open: None,
        };
        self.plan.booths += aside.rooms;
        self.plan.lines += 1;
        let station = Station {
            name: name.clone(),
            side: s,
            post: post_number(s, entry) as u16,
            serves: Test::everyone(),
            takes: vec![],
            takes_purpose: 0,
            per_person: false,
            persons_apart: false,
            lanes: vec![lane],
            groups: vec![group],
            booths: first..self.plan.booths,
            checks: vec![check],
            slots: 0,
            pools: vec![],
            priority: vec![],
            preempts: None,
            choice: Choice::Shortest,
            jockey: None,
            sends: vec![],
            sends_purpose: name_key(&format!("{name} sends")),
            refused: None,
            only_sent: true,
            gate: None,
            line_spot: 0,
            booth_spot: 0,
            owner,
            owners: vec![owner],
        };
        self.add_station(station, post.room.shelter.as_ref());
    }

    /// The stations that draw on a pool ("UA.customs").
    pub(super) fn stations_of_pool(&self, pool: &str) -> Vec<u16> {
        let scenario = self.scenario;
        let mut users = vec![];
        for (s, side) in scenario.side.iter().enumerate() {
            for (entry, post) in [(false, &side.exit), (true, &side.entry)] {
                for stage in post.iter().flat_map(|p| &p.stage) {
                    let path = self.path(s, entry, &stage.name);
                    let named =
                        stage.officers.iter().chain(stage.checks.iter().filter_map(|c| c.officers.as_ref()));
                    if named.into_iter().any(|o| o == pool) {
                        users.extend(self.stations_named(&path));
                    }
                    for aside in stage.aside.iter().filter(|a| a.officers.as_deref() == Some(pool)) {
                        users.extend(self.stations_named(&format!("{path}.{}", aside.name)));
                    }
                }
            }
        }
        users
    }

    pub(super) fn stations_named(&self, path: &str) -> Option<u16> {
        self.plan.stations.iter().position(|s| s.name == path).map(|s| s as u16)
    }
}

fn stands_beside(post: &Post, stage: &str) -> bool {
    post.stages
        .iter()
        .any(|step| matches!(step, scenario::Step::SideBySide(names) if names.iter().any(|n| n == stage)))
}

fn victim(work: scenario::Victim) -> Victim {
    match work {
        scenario::Victim::Resume => Victim::Resume,
        scenario::Victim::Restart => Victim::Restart,
        scenario::Victim::Resample => Victim::Resample,
    }
}

pub(super) fn gate(gate: &scenario::Gate) -> Gate {
    let by_number = gate.when_free.is_none() && gate.slots.is_empty();
    Gate {
        group: if by_number { gate.group } else { 0 },
        wait_at_most: gate.wait_at_most,
        when_free: gate.when_free,
        slots: gate.slots.clone(),
        slot: 0,
    }
}

/// The paths under which a group of booths may be named.
pub(super) fn group_paths(station: &Station, group: &Group) -> Vec<String> {
    let index = station.groups.iter().position(|g| g.first == group.first).unwrap_or(0);
    let lane = station.lanes.iter().find(|l| l.groups.contains(&index));
    let lane = lane.map_or("", |l| l.name.as_str());
    let base = if lane.is_empty() { station.name.clone() } else { format!("{}.lanes.{lane}", station.name) };
    if group.name.is_empty() { vec![base] } else { vec![format!("{base}.booths.{}", group.name)] }
}
