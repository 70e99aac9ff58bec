//! Scenario → plan: names become numbers, rosters become changes of level, selectors become bits.
//!
//! Each room compiles one thing: `words` (selectors), `rosters` (levels over time), `stations` (stages), `queues` (the
//! virtual queues and their rules), `routes` (the order of steps, and where one may be sent), `demand` (who comes). What a file can get wrong only here, because two of
//! its parts must fit, is reported with the span of the words at fault, all at once.

mod demand;
mod queues;
mod rosters;
mod routes;
mod stations;
mod words;

use super::plan::{
    Asked, Cohort, Container, Intervention, Lever, NONE16, Outage, OutageTimes, Owner, OwnerId, Plan, Pool,
    Schedule, Slots, Spot, SpotKind, Station, Strip, Test, Unit,
};
use crate::kernel::laws::Law;
use crate::kernel::random::name_key;
use crate::kernel::time::{HOUR, MAX_RUN, NEVER, Tick};
use crate::scenario::{self, Clock, Diagnostics, EventTimes, Scenario, Size, Span, Value};
use words::Words;

/// Most intervals of `counts_every`.
const MOST_COUNTS: Tick = 10_000;

/// Compiles a scenario.
///
/// # Errors
/// Everything that does not fit, each with the place in the file.
pub fn compile(scenario: &Scenario, clock: &Clock, diagnostics: Diagnostics) -> Result<Plan, Diagnostics> {
    let mut compiler = Compiler::new(scenario, clock, diagnostics);
    compiler.all();
    compiler.finish()
}

pub(super) struct Compiler<'s> {
    scenario: &'s Scenario,
    clock: &'s Clock,
    errors: Diagnostics,
    words: Words,
    plan: Plan,
    until: Tick,
    /// Containers of the posts: (road, room) by post number.
    posts: [Option<PostRooms>; 4],
}

#[derive(Debug, Clone, Copy)]
struct PostRooms {
    road: u16,
    road_spot: u16,
    room: u16,
}

/// Post number: side × 2 + (0 exit, 1 entry).
fn post_number(side: usize, entry: bool) -> usize {
    side * 2 + usize::from(entry)
}

impl<'s> Compiler<'s> {
    fn new(scenario: &'s Scenario, clock: &'s Clock, errors: Diagnostics) -> Self {
        let run = &scenario.run;
        let until = run.length.saturating_add(run.follow).min(NEVER - 1);
        let plan = Plan {
            name: scenario.name.clone(),
            sides: scenario.sides.clone(),
            warmup: run.warmup,
            window: run.length,
            until,
            arrivals_stop: run.drains,
            max_inside: run.max_inside,
            max_events: run.max_events,
            words: vec![],
            owners: vec![Owner { name: "demand".into(), side: None }],
            spots: vec![],
            containers: vec![],
            pools: vec![],
            stations: vec![],
            strips: vec![],
            queues: vec![],
            routes: vec![],
            sources: vec![],
            outages: vec![],
            interventions: vec![],
            standing: vec![],
            cohorts: vec![],
            shared_owner: 0,
            carrier_owner: 0,
            series_every: scenario.output.series_every.unwrap_or_else(|| (run.length / 200).max(HOUR)),
            counted_at_most: run.travellers.map_or(u64::MAX, u64::from),
            asked: Asked::default(),
            slots: Slots::default(),
            booths: 0,
            lines: 0,
        };
        let words = Words::new(scenario);
        Self { scenario, clock, errors, words, plan, until, posts: [None; 4] }
    }

    fn all(&mut self) {
        if self.until > MAX_RUN {
            let span = self.scenario.run.span;
            self.error(
                span,
                "the run is too long",
                "length + follow",
                "a run may last 8.9 years at most (48 bits of microseconds)",
            );
        }
        if self.words.names.len() > 128 {
            let span = self.scenario.run.span;
            self.error(
                span,
                "more than 128 words describe travellers",
                "",
                "use fewer mixes or fewer words in them",
            );
            return;
        }
        self.refuse_what_is_not_there();
        self.asked();
        self.owners();
        self.posts();
        self.stations();
        self.strips();
        self.pools();
        self.queues();
        self.routes();
        self.targets();
        self.sources();
        self.standing();
        self.cohorts();
        self.outages();
        self.number_slots();
        self.interventions();
        self.coverage();
        self.plan.words.clone_from(&self.words.names);
    }

    /// Keys of the grammar whose mechanism this version does not have: refused rather than ignored.
    fn refuse_what_is_not_there(&mut self) {
        let span = self.scenario.run.span;
        if self.scenario.reference.staffing == scenario::Staffing::AsRostered {
            self.error(
                span,
                "`[reference] staffing = \"as rostered\"` is not in this version",
                "",
                "leave it out: the fullest roster of the week is the reference",
            );
        }
        let posts = self.scenario.side.iter().flat_map(|s| [&s.exit, &s.entry]).flatten();
        let checks = posts.flat_map(|p| &p.stage).flat_map(|s| &s.checks);
        let sent: Vec<Span> =
            checks.filter(|c| c.service.iter().any(|s| s.then.is_some())).map(|c| c.span).collect();
        for span in sent {
            self.error(span, "a check within a stage cannot send anybody on", "", "put `then` on the stage");
        }
    }

    /// `[output]`: what is written beside the summary.
    fn asked(&mut self) {
        let (scenario, until) = (self.scenario, self.until);
        let output = &scenario.output;
        let counts = match output.counts_every {
            Some(0) => {
                self.error(scenario.run.span, "`counts_every` is 0", "", "write e.g. counts_every = \"1 h\"");
                Vec::new()
            }
            Some(_) if !output.counts_between.is_empty() => {
                self.error(
                    scenario.run.span,
                    "`[output]` has both `counts_every` and `counts_between`",
                    "",
                    "keep one of them",
                );
                Vec::new()
            }
            Some(every) if self.plan.window / every > MOST_COUNTS => {
                let most =
                    format!("at most {MOST_COUNTS} intervals are counted; write a longer `counts_every`");
                self.error(scenario.run.span, "`counts_every` is too short for `length`", "", most);
                Vec::new()
            }
            Some(every) => (0..=self.plan.window / every).map(|k| k * every).collect(),
            None => sorted(&output.counts_between),
        };
        let number_at = sorted(&output.number_at);
        if let Some(&late) = number_at.iter().chain(&counts).find(|&&at| at > until) {
            let title =
                format!("`[output]` asks for {} h after the start, when the run is over", late / HOUR);
            self.error(scenario.run.span, title, "", "a run lasts `length` and `follow` at most");
        }
        self.plan.asked = Asked {
            visits: output.visits,
            trace: output.visits || scenario.expect.iter().any(|e| e.are.is_some()),
            number_at,
            number_up_to: output.number_up_to,
            even_counts: output.counts_every.is_some(),
            counts,
            first: output.first.clone(),
            shares: output.shares,
        };
    }

    fn finish(self) -> Result<Plan, Diagnostics> {
        if self.errors.errors() == 0 { Ok(self.plan) } else { Err(self.errors) }
    }

    fn error(&mut self, span: Span, title: impl Into<String>, label: &str, help: impl Into<String>) {
        self.errors.push(span, title, label, help);
    }

    /// The owner of that name, made on first use. An agency's first word is its side.
    fn owner(&mut self, name: &str) -> OwnerId {
        if let Some(known) = self.plan.owners.iter().position(|o| o.name == name) {
            return known as OwnerId;
        }
        let first = name.split(' ').next().unwrap_or("");
        let side = self.scenario.sides.iter().position(|s| s == first);
        self.plan.owners.push(Owner { name: name.to_owned(), side });
        self.plan.owners.len() as OwnerId - 1
    }

    /// Owners in the order of the sides, so that every output lists them so.
    fn owners(&mut self) {
        let scenario = self.scenario;
        for (s, side) in scenario.side.iter().enumerate() {
            for pool in &side.officers {
                if let Some(agency) = &pool.agency {
                    self.owner(agency);
                }
            }
            for post in [&side.exit, &side.entry].into_iter().flatten() {
                for stage in &post.stage {
                    for agency in stages_agencies(stage) {
                        self.owner(&agency);
                    }
                }
            }
            if let Some(equeue) = &side.equeue {
                for agency in equeue.papers.iter().filter_map(|(_, papers)| papers.agency.as_ref()) {
                    self.owner(agency);
                }
                self.owner(&format!("{} eQueue", scenario.sides[s]));
            }
        }
        self.plan.shared_owner = self.owner("shared zone");
        self.plan.carrier_owner = self.owner("carrier");
    }

    fn spot(&mut self, name: String, kind: SpotKind, side: Option<usize>, shelter: Option<&String>) -> u16 {
        let between_posts = kind == SpotKind::Strip;
        let shelter = shelter.cloned();
        self.plan.spots.push(Spot { name, kind, side, shelter, station: NONE16, between_posts });
        self.plan.spots.len() as u16 - 1
    }

    fn container(&mut self, name: String, size: Size, times: u64, owner: OwnerId) -> u16 {
        let (size, unit) = match size {
            Size::Unlimited => (u64::MAX, Unit::Places),
            Size::Places(n) => (u64::from(n) * times, Unit::Places),
            Size::Persons(n) => (u64::from(n) * times, Unit::Persons),
            Size::Metres(m) => ((m * 1000.0).round() as u64 * times, Unit::Millimetres),
        };
        self.plan.containers.push(Container {
            name,
            size,
            unit,
            passing: true,
            open: None,
            moves_up: 0,
            owner,
            gate: None,
            called_by: vec![],
        });
        self.plan.containers.len() as u16 - 1
    }

    fn posts(&mut self) {
        for (s, side) in self.scenario.side.iter().enumerate() {
            for (entry, post) in [(false, &side.exit), (true, &side.entry)] {
                let Some(post) = post else { continue };
                let path = format!("{}.{}", self.scenario.sides[s], if entry { "entry" } else { "exit" });
                let owner = post
                    .stage
                    .first()
                    .map_or(0, |st| stages_agencies(st).first().map_or(0, |a| self.owner(a)));
                let road_spot =
                    self.spot(format!("{path}.road"), SpotKind::Road, Some(s), post.road.shelter.as_ref());
                let road = self.container(format!("{path}.road"), post.road.length, 1, owner);
                let room = self.container(path, post.room.size, 1, owner);
                if let Some(gate) = &post.gate {
                    self.plan.containers[room as usize].gate = Some(stations::gate(gate));
                }
                self.posts[post_number(s, entry)] = Some(PostRooms { road, road_spot, room });
            }
        }
    }

    fn strips(&mut self) {
        let owner = self.plan.shared_owner;
        for strip in &self.scenario.zone.strips {
            let travel = strip.travel.as_ref().map_or(Law::Zero, |law| self.law(law));
            let serves = self.test_of(strip.serves.as_ref());
            let lanes = if matches!(strip.size, Size::Metres(_)) { u64::from(strip.lanes) } else { 1 };
            let mut shared = None;
            for direction in 0..2 {
                let name = format!("zone.{}.{}", strip.name, self.direction(direction));
                let container = match shared {
                    Some(container) if strip.shared => container,
                    _ => {
                        let own = if strip.shared { format!("zone.{}", strip.name) } else { name.clone() };
                        let container = self.container(own, strip.size, lanes, owner);
                        self.plan.containers[container as usize].passing = strip.passing || strip.shared;
                        if !strip.open.is_empty() {
                            let changes = self.barrier(&strip.open);
                            self.plan.containers[container as usize].open = Some(changes);
                        }
                        container
                    }
                };
                shared = Some(container);
                let spot = self.spot(name.clone(), SpotKind::Strip, None, strip.shelter.as_ref());
                let purpose = name_key(&format!("zone.{}", strip.name));
                self.plan.strips.push(Strip {
                    name,
                    serves: serves.clone(),
                    container,
                    lanes: strip.lanes,
                    travel: travel.clone(),
                    purpose,
                    spot,
                    owner,
                });
            }
        }
    }

    fn direction(&self, route: usize) -> String {
        let sides = &self.scenario.sides;
        format!("{}>{}", sides[route], sides[1 - route])
    }

    fn pools(&mut self) {
        let scenario = self.scenario;
        for (s, side) in scenario.side.iter().enumerate() {
            for pool in &side.officers {
                let name = format!("{}.{}", scenario.sides[s], pool.name);
                let users: Vec<u16> = self.stations_of_pool(&name);
                let owner = match &pool.agency {
                    Some(agency) => self.owner(agency),
                    None => self.owner_of_pool(s, &users),
                };
                let level = self.roster(s, &pool.open, pool.count, pool.when_closed, pool.handover.as_ref());
                let reference = rosters::fullest(&pool.open, pool.count);
                let index = self.plan.pools.len() as u16;
                for &user in &users {
                    self.plan.stations[user as usize].pools.push(index);
                }
                self.plan.pools.push(Pool {
                    name: format!("{}.officers.{}", scenario.sides[s], pool.name),
                    owner,
                    level,
                    reference,
                    stations: users,
                });
            }
        }
    }

    /// Whose officers they are where the pool does not say: of the first agency of its side that draws on them.
    fn owner_of_pool(&self, side: usize, users: &[u16]) -> OwnerId {
        let agencies = || users.iter().flat_map(|&u| &self.plan.stations[u as usize].owners).copied();
        let own = agencies().find(|&o| self.plan.owners[o as usize].side == Some(side));
        own.or_else(|| agencies().next()).unwrap_or(0)
    }

    fn cohorts(&mut self) {
        let mut bases: Vec<(usize, String)> = vec![];
        for route in 0..2 {
            for t in self.scenario.traffic.iter().filter(|t| t.from == route) {
                if !bases.contains(&(route, t.class.clone())) {
                    bases.push((route, t.class.clone()));
                }
            }
        }
        for (base, (route, class)) in bases.iter().enumerate() {
            let serves = self.words.all_of(&[class, &self.direction(*route)]);
            let name = format!("{} {class}", self.direction(*route));
            self.plan.cohorts.push(Cohort { name, serves, route: *route as u16, base: base as u16 });
        }
        for (base, (route, class)) in bases.iter().enumerate() {
            self.cohorts_of_base(base as u16, *route, class);
        }
        for (k, t) in self.scenario.traffic.iter().enumerate() {
            let base = bases.iter().position(|b| *b == (t.from, t.class.clone())).unwrap_or(0);
            if let Some(source) = self.plan.sources.get_mut(k) {
                source.base_cohort = base as u16;
            }
        }
    }

    fn cohorts_of_base(&mut self, base: u16, route: usize, class: &str) {
        let direction = self.direction(route);
        let mut words: Vec<&str> = vec![];
        for t in self.scenario.traffic.iter().filter(|t| t.from == route && t.class == class) {
            for (word, _) in t.mix.iter().flat_map(|m| &m.words) {
                if !words.contains(&word.as_str()) {
                    words.push(word);
                }
            }
        }
        for word in words {
            let serves = self.words.all_of(&[class, &direction, word]);
            let name = format!("{direction} {class} {word}");
            self.plan.cohorts.push(Cohort { name, serves, route: route as u16, base });
        }
        for group in &self.scenario.output.groups {
            let own = self.words.all_of(&[class, &direction]);
            let serves = words::both(&own, &self.test(group));
            let name = format!("{direction} {class} {}", group.text);
            if !self.plan.cohorts.iter().any(|c| c.name == name) {
                self.plan.cohorts.push(Cohort { name, serves, route: route as u16, base });
            }
        }
    }

    fn outages(&mut self) {
        let scenario = self.scenario;
        for (k, event) in scenario.event.iter().enumerate() {
            let owner = self.plan.owners.iter().position(|o| o.name == event.target).map(|o| o as OwnerId);
            let stations: Vec<u16> = match owner {
                Some(owner) => self.stations_where(|s| s.owners.contains(&owner)),
                None => self.stations_where(|s| {
                    s.name == event.target || s.name.starts_with(&format!("{}.", event.target))
                }),
            };
            if stations.is_empty() {
                self.error(
                    event.span,
                    format!("`{}` is neither an agency nor a stage of this crossing", event.target),
                    "",
                    "name an agency as its stages do, or a stage by its path",
                );
                continue;
            }
            let mut serves = self.test_of(event.of.as_ref());
            if let Some(only) = &event.only {
                let spared = self.test(only);
                serves = words::both(&serves, &words::not(&spared));
            }
            let (times, lasts) = match &event.when {
                EventTimes::Listed { from, lasts } => {
                    let side = owner.and_then(|o| self.plan.owners[o as usize].side).unwrap_or(0);
                    match self.clock.tick(side, from) {
                        Some(at) => (OutageTimes::Listed(at), lasts),
                        None => continue,
                    }
                }
                EventTimes::Random { every, lasts } => (OutageTimes::Random(self.law(every)), lasts),
            };
            let lasts = self.law(lasts);
            let key = name_key(&format!("event {} {}", event.what, event.target)) ^ k as u64;
            let booths = if event.per_booth { self.each_booth(&stations) } else { vec![(stations, None)] };
            for (n, (stations, booth)) in booths.into_iter().enumerate() {
                self.plan.outages.push(Outage {
                    what: event.what.clone(),
                    stations,
                    booth,
                    owner: owner.unwrap_or(NONE16),
                    serves: serves.clone(),
                    times: times.clone(),
                    lasts: lasts.clone(),
                    speed: event.speed,
                    key: key ^ ((n as u64) << 32),
                    slot: 0,
                });
            }
        }
    }

    fn each_booth(&self, stations: &[u16]) -> Vec<(Vec<u16>, Option<u32>)> {
        let booths = |s: &u16| {
            let range = self.plan.stations[*s as usize].booths.clone();
            range.map(|b| (vec![*s], Some(b))).collect::<Vec<_>>()
        };
        stations.iter().flat_map(booths).collect()
    }

    fn stations_where(&self, test: impl Fn(&Station) -> bool) -> Vec<u16> {
        let found = self.plan.stations.iter().enumerate().filter(|(_, s)| test(s));
        found.map(|(k, _)| k as u16).collect()
    }

    /// The tie rule: slots in semantic order (see [`Slots`]).
    fn number_slots(&mut self) {
        let plan = &mut self.plan;
        let mut next = 1;
        plan.slots.shifts = next;
        let mut take = |slot: &mut u32| {
            *slot = next;
            next += 1;
        };
        for group in plan.stations.iter_mut().flat_map(|s| &mut s.groups) {
            take(&mut group.level.slot);
        }
        for pool in &mut plan.pools {
            take(&mut pool.level.slot);
        }
        for open in plan.containers.iter_mut().filter_map(|c| c.open.as_mut()) {
            take(&mut open.slot);
        }
        for gate in plan.containers.iter_mut().filter_map(|c| c.gate.as_mut()) {
            take(&mut gate.slot);
        }
        for gate in plan.stations.iter_mut().filter_map(|s| s.gate.as_mut()) {
            take(&mut gate.slot);
        }
        for outage in &mut plan.outages {
            take(&mut outage.slot);
        }
        plan.slots.calls = next;
        next += 1;
        plan.slots.services = next;
        let mut order: Vec<usize> = (0..plan.stations.len()).collect();
        order.sort_by_key(|&s| std::cmp::Reverse(routes::position(plan, s)));
        for s in order {
            let station = &mut plan.stations[s];
            station.slots = next;
            let slots = station.booths.len() * station.checks.len();
            next += slots as u32;
        }
        plan.slots.moves = next;
        plan.slots.sources = next + 2;
        next += 2;
        for source in &mut plan.sources {
            source.slot = next;
            next += 1;
        }
        plan.slots.patience = next;
        plan.slots.count = next + 1;
        if plan.slots.count > 65_000 {
            let span = self.scenario.run.span;
            let count = self.plan.slots.count;
            self.error(
                span,
                format!(
                    "the crossing has {count} things with a clock of their own, at most 65000 are possible"
                ),
                "",
                "use fewer booths (a stage whose booths never fill needs no more than its peak)",
            );
        }
    }

    fn interventions(&mut self) {
        let scenario = self.scenario;
        for change in &scenario.intervention {
            let Some(at) = self.clock.tick(0, &change.at) else { continue };
            for (path, value) in &change.set {
                match self.lever(path, value) {
                    Some(set) => {
                        let both = self.both_ways(path, set);
                        self.plan.interventions.extend(both.into_iter().map(|set| Intervention { at, set }));
                    }
                    None => self.error(change.span, format!("`{path}` cannot be set to this while running"), "", "live values are: `<stage>.booths` (up to its `booths_max`), `<side>.officers.<pool>.count`, `<post>.room`, `zone.strips.<name>.each_way|shared`"),
                }
            }
        }
        self.plan.interventions.sort_by_key(|c| c.at);
    }

    /// The places of a strip are set for each way.
    fn both_ways(&self, path: &str, set: Lever) -> Vec<Lever> {
        let Lever::Room { container, size } = set else { return vec![set] };
        if !path.ends_with(".each_way") {
            return vec![set];
        }
        let name = self.plan.containers[container as usize].name.clone();
        let stem = name.rsplit_once('.').map_or(name.as_str(), |(stem, _)| stem);
        let ways = self.plan.containers.iter().enumerate();
        let ways = ways.filter(|(_, c)| c.name.rsplit_once('.').is_some_and(|(s, _)| s == stem));
        ways.map(|(c, _)| Lever::Room { container: c as u16, size }).collect()
    }

    fn lever(&self, path: &str, value: &Value) -> Option<Lever> {
        let plan = &self.plan;
        match value {
            Value::Count(count) => {
                if let Some(pool) =
                    plan.pools.iter().position(|p| format!("{}.count", p.name) == path || p.name == path)
                {
                    return Some(Lever::Officers { pool: pool as u16, count: *count });
                }
                let stage = path
                    .strip_suffix(".booths")
                    .or_else(|| path.strip_suffix(".bays"))
                    .or_else(|| path.strip_suffix(".count"))?;
                plan.stations.iter().enumerate().find_map(|(s, station)| {
                    let group = station
                        .groups
                        .iter()
                        .position(|g| stations::group_paths(station, g).iter().any(|p| p == stage))?;
                    let fits = *count <= station.groups[group].booths;
                    fits.then_some(Lever::Booths { station: s as u16, group, count: *count })
                })
            }
            Value::Size(size) => {
                let name = path.strip_suffix(".room").unwrap_or(path);
                let name =
                    name.strip_suffix(".each_way").or_else(|| name.strip_suffix(".shared")).unwrap_or(name);
                let name = name.replace("zone.strips.", "zone.");
                let container = plan.containers.iter().position(|c| {
                    c.name == name || c.name.starts_with(&format!("{name}.")) && name.starts_with("zone.")
                })?;
                let size = match (*size, plan.containers[container].unit) {
                    (Size::Unlimited, _) => u64::MAX,
                    (Size::Places(n), Unit::Places) | (Size::Persons(n), Unit::Persons) => u64::from(n),
                    (Size::Metres(m), Unit::Millimetres) => (m * 1000.0).round() as u64,
                    _ => return None,
                };
                Some(Lever::Room { container: container as u16, size })
            }
        }
    }

    /// A law of the scenario as the kernel samples it.
    fn law(&mut self, law: &scenario::Law) -> Law {
        use crate::scenario::LawKind;
        let made = match &law.kind {
            LawKind::Deterministic if law.mean == 0.0 => Ok(Law::Zero),
            LawKind::Deterministic => Law::deterministic(law.mean),
            LawKind::Exponential => Law::exponential(law.mean),
            LawKind::Lognormal if law.cv == 0.0 => Law::deterministic(law.mean),
            LawKind::Lognormal => Law::lognormal(law.mean, law.cv),
            LawKind::Gamma => Law::gamma(law.mean, law.cv),
            LawKind::Weibull => Law::weibull(law.mean, law.cv),
            LawKind::Erlang { k } => Law::erlang(*k, law.mean),
            LawKind::Hyperexponential => Law::hyperexponential(law.mean, law.cv),
            LawKind::Triangular { low, mode, high } => Law::triangular(*low, *mode, *high),
            LawKind::Uniform { low, high } => Law::uniform(*low, *high),
            LawKind::Empirical { values } => Law::empirical(values),
        };
        made.unwrap_or_else(|error| {
            self.error(law.span, error.to_string(), "", "");
            Law::Zero
        })
    }

    fn test(&mut self, selector: &scenario::Selector) -> Test {
        self.words.test(selector)
    }

    fn test_of(&mut self, selector: Option<&scenario::Selector>) -> Test {
        selector.map_or_else(Test::everyone, |s| self.test(s))
    }

    fn barrier(&mut self, open: &[scenario::Shift]) -> Schedule {
        self.roster(0, open, 1, scenario::Work::Finish, None)
    }
}

/// Ascending, each once.
fn sorted(times: &[Tick]) -> Vec<Tick> {
    let mut times = times.to_vec();
    times.sort_unstable();
    times.dedup();
    times
}

/// The agencies of a stage; without any, the stage itself stands for one.
fn stages_agencies(stage: &scenario::Stage) -> Vec<String> {
    let mut agencies = stage.agencies.clone();
    agencies.extend(stage.checks.iter().map(|c| c.agency.clone()));
    agencies.extend(stage.aside.iter().filter_map(|a| a.agency.clone()));
    agencies
}
