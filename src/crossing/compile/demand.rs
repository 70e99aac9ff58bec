//! Who comes: sources, standing queues, and whether everybody is served by somebody.

use super::Compiler;
use crate::crossing::plan::{Balk, Demand, Mix, PolicyDraw, Source, Standing, Step, Test};
use crate::kernel::arrivals::{Arrivals, Counts, CyclicGaps, Profile};
use crate::kernel::random::name_key;
use crate::kernel::time::{DAY, NEVER, Tick, ticks_from_seconds};
use crate::scenario::{self, Peak, RateStep, Traffic};

/// More combinations of attributes than this are not tried one by one.
const COMBINATIONS: usize = 20_000;

impl Compiler<'_> {
    pub(super) fn sources(&mut self) {
        for traffic in &self.scenario.traffic {
            let source = self.source(traffic);
            self.plan.sources.push(source);
        }
    }

    fn source(&mut self, t: &Traffic) -> Source {
        let (first_step, last_step) = self.first_and_last(t);
        let mixes = t.mix.iter().map(|m| self.mix(m)).collect();
        let route = t.from;
        let words = self.words.bit(&t.class) | self.words.bit(&self.direction(route));
        Source {
            name: t.name.clone(),
            key: name_key(t.draws_as.as_ref().unwrap_or(&t.name)),
            class: t.class.clone(),
            words,
            route: route as u16,
            first_step,
            last_step,
            demand: self.demand(t),
            batch: cumulated(&t.batch),
            party: cumulated(&t.party),
            length: (t.length.unwrap_or_else(|| default_length(&t.class)) * 1000.0).round() as u64,
            mixes,
            balks: t.balks.iter().map(|b| self.balk(b)).collect(),
            patience: t.patience.as_ref().map(|law| self.law(law)),
            limit: t.limit.unwrap_or(u64::MAX),
            slot: 0,
            base_cohort: 0,
            policies: self.policies(t),
        }
    }

    fn balk(&mut self, b: &scenario::Balk) -> Balk {
        let station = b.at.as_ref().map(|path| (path, self.stations_named(path)));
        let spots = match station {
            None => vec![],
            Some((_, Some(station))) => {
                let station = &self.plan.stations[station as usize];
                vec![station.line_spot, station.booth_spot]
            }
            Some((path, None)) => {
                self.error(
                    b.span,
                    format!("`{path}` is not a stage of this crossing"),
                    "",
                    "name a stage by its path, for example \"UA.exit.customs\"",
                );
                vec![]
            }
        };
        Balk { above: b.above, share: b.share, spots }
    }

    fn first_and_last(&mut self, t: &Traffic) -> (u16, u16) {
        let steps = &self.plan.routes[t.from].steps;
        let called = matches!(steps.first(), Some(Step::Call { .. }));
        if t.books && !called {
            self.error(
                t.span,
                format!("`{}` books, but {} has no virtual queue", t.name, self.scenario.sides[t.from]),
                "",
                "add `[UA.equeue]` with `queues` and `calls`, or write `arrives` instead of `books`",
            );
        }
        let road = u16::from(called);
        let mut first = if t.books { 0 } else { road };
        let mut last = u16::MAX;
        for (path, is_first) in [(&t.enters, true), (&t.leaves, false)] {
            let Some(path) = path else { continue };
            let step = self.stations_named(path).and_then(|station| self.step_on(t.from, station));
            match (step, is_first) {
                (Some(step), true) => first = step,
                (Some(step), false) => last = step,
                (None, _) => self.error(
                    t.span,
                    format!("`{path}` is not a stage on the way of `{}`", t.name),
                    "",
                    "name a stage of this direction by its path, for example \"UA.exit.customs\"",
                ),
            }
        }
        (first, last)
    }

    fn step_on(&self, route: usize, station: u16) -> Option<u16> {
        let steps = &self.plan.routes[route].steps;
        let at = steps.iter().position(|s| matches!(s, Step::Stage { station: st, .. } if *st == station));
        at.map(|s| s as u16)
    }

    fn mix(&mut self, mix: &scenario::Mix) -> Mix {
        let mut sum = 0.0;
        let words = mix.words.iter().map(|(word, share)| {
            sum += share;
            (sum, self.words.bit(word))
        });
        let words = words.collect();
        let given = self.test_of(mix.given.as_ref());
        Mix { purpose: name_key(&format!("mix {}", mix.attribute)), words, given }
    }

    fn policies(&mut self, t: &Traffic) -> Vec<PolicyDraw> {
        let scenario = self.scenario;
        let draws = scenario.policy.iter().map(|policy| PolicyDraw {
            bit: self.words.bit(&format!("policy {}", policy.name)),
            serves: self.test_of(policy.of.as_ref()),
            from: policy.from.as_ref().map_or(0, |w| self.clock.tick(t.from, w).unwrap_or(0)),
            until: policy.until.as_ref().map_or(NEVER, |w| self.clock.tick(t.from, w).unwrap_or(0)),
            compliance: policy.compliance,
            purpose: name_key(&format!("policy {}", policy.name)),
        });
        draws.collect()
    }

    fn demand(&mut self, t: &Traffic) -> Demand {
        use scenario::Demand as Written;
        let made = match &t.demand {
            Written::Poisson { steps, period, local, peaks } => {
                self.profile(t, steps, *period, *local, peaks).map(Arrivals::Poisson)
            }
            Written::Every { every, first, count } => Ok(match count {
                Some(count) => Arrivals::scheduled((0..*count).map(|k| first + every * k).collect()),
                None => Arrivals::Every { every: *every, offset: *first },
            }),
            Written::At(ticks) => Ok(Arrivals::scheduled(ticks.clone())),
            Written::Gaps { gaps } => {
                let minute = crate::kernel::time::MINUTE;
                let steps = gaps.iter().map(|g| (Tick::from(g.0) * minute, g.1)).collect();
                let local = self.clock.local(t.from, 0).time();
                let phase =
                    ticks_from_seconds(f64::from(local.hour()) * 3600.0 + f64::from(local.minute()) * 60.0);
                CyclicGaps::from_steps(steps, DAY)
                    .map(|g| Arrivals::Gaps(g.starting_at(phase)))
                    .map_err(|e| e.to_string())
            }
            Written::Renewal(law) => Ok(Arrivals::Renewal(self.law(law))),
            Written::Counts(rows) => counts(rows),
            Written::Fleet { size, away } => {
                let away = self.law(away);
                return Demand::Fleet { size: *size, away };
            }
        };
        match made {
            Ok(arrivals) => Demand::Arrivals(arrivals),
            Err(error) => {
                self.error(t.span, error, "", "");
                Demand::Arrivals(Arrivals::None)
            }
        }
    }

    /// A rate over time, with its peaks; a weekly rate runs on the clock of its side.
    fn profile(
        &mut self,
        t: &Traffic,
        steps: &[RateStep],
        period: Option<Tick>,
        local: bool,
        peaks: &[Peak],
    ) -> Result<Profile, String> {
        let absolute =
            |steps: Vec<RateStep>| steps.into_iter().map(|s| (s.from, s.per_second)).collect::<Vec<_>>();
        let (steps, period) = if local {
            (absolute(self.clock.weekly_rates(t.from, steps, self.until)), None)
        } else if let (Some(period), false) = (period, peaks.is_empty()) {
            (absolute(unrolled(steps, period, self.until)), None)
        } else {
            (absolute(steps.to_vec()), period)
        };
        let mut profile = Profile::from_steps(steps, period).map_err(|e| e.to_string())?;
        for peak in peaks {
            for (from, to) in self.clock.windows(t.from, &peak.from, &peak.to, self.until) {
                // A peak under way at the start brings the part of it that is still to come.
                let begins = from.max(0);
                let extra = peak.extra * (to - begins) as f64 / (to - from) as f64;
                let (from, to) = (Tick::try_from(begins).unwrap_or(0), Tick::try_from(to).unwrap_or(0));
                profile = profile.with_extra(from, to, extra).map_err(|e| e.to_string())?;
            }
        }
        Ok(profile)
    }

    pub(super) fn standing(&mut self) {
        let scenario = self.scenario;
        for begin in &scenario.begin {
            let mut found = None;
            for (s, t) in scenario.traffic.iter().enumerate() {
                if let Some((step, serves)) = self.standing_at(&begin.place, t) {
                    found = Some((s, step, serves));
                    break;
                }
            }
            let Some((source, step, serves)) = found else {
                self.error(begin.span, format!("nobody can stand at `{}`", begin.place), "", "name a queue (UA.equeue.loaded), a road (UA.exit.road) or a stage (UA.exit.customs) that some traffic passes");
                continue;
            };
            let asked = self.test_of(begin.of.as_ref());
            let serves = super::words::both(&serves, &asked);
            self.plan.standing.push(Standing { source: source as u16, count: begin.count, step, serves });
        }
    }

    fn standing_at(&mut self, place: &str, t: &Traffic) -> Option<(u16, Test)> {
        let steps = self.plan.routes[t.from].steps.clone();
        for (k, step) in steps.iter().enumerate() {
            let serves = match step {
                Step::Call { queues } if t.books => {
                    let queue = queues.iter().find(|&&q| self.plan.queues[q as usize].name == place);
                    queue.map(|&q| self.plan.queues[q as usize].serves.clone())
                }
                Step::Road { spot, .. } => {
                    (self.plan.spots[*spot as usize].name == place).then(Test::everyone)
                }
                Step::Stage { station, .. } => {
                    let st = &self.plan.stations[*station as usize];
                    (st.name == place).then(|| st.serves.clone())
                }
                _ => None,
            };
            if let Some(serves) = serves {
                return Some((k as u16, serves));
            }
        }
        None
    }

    /// Everybody is served by some stage of every post it passes, by a queue if it books, by a strip and a lane.
    pub(super) fn coverage(&mut self) {
        let scenario = self.scenario;
        let mut reached = vec![false; self.plan.stations.len()];
        let mut complete = true;
        for (s, t) in scenario.traffic.iter().enumerate() {
            if s >= self.plan.sources.len() {
                return;
            }
            let kinds = self.kinds(s);
            complete &= kinds.len() < COMBINATIONS;
            self.check_posts(t, &kinds, &mut reached);
            self.check_queues_and_strips(t, s, &kinds);
        }
        if complete && !scenario.traffic.is_empty() {
            self.check_reached(&reached);
        }
    }

    /// Every combination of words that a source can draw.
    fn kinds(&self, source: usize) -> Vec<u128> {
        let source = &self.plan.sources[source];
        let mut kinds = vec![source.words];
        for mix in &source.mixes {
            let mut next = vec![];
            for &words in &kinds {
                if mix.given.holds(words) {
                    let mut before = 0.0;
                    for &(upto, bit) in &mix.words {
                        if upto > before {
                            next.push(words | bit);
                        }
                        before = upto;
                    }
                } else {
                    next.push(words);
                }
                if next.len() > COMBINATIONS {
                    return kinds;
                }
            }
            kinds = next;
        }
        for policy in &source.policies {
            let under: Vec<u128> =
                kinds.iter().filter(|&&w| policy.serves.holds(w)).map(|w| w | policy.bit).collect();
            if policy.compliance >= 1.0 && policy.from == 0 && policy.until >= self.until {
                kinds.retain(|&w| !policy.serves.holds(w));
            }
            kinds.extend(under);
        }
        kinds
    }

    fn describe_kind(&self, words: u128) -> String {
        let names = self.words.names.iter().enumerate().filter(|(k, _)| words & 1 << k != 0);
        names.map(|(_, n)| n.as_str()).collect::<Vec<_>>().join(" ")
    }

    fn check_posts(&mut self, t: &Traffic, kinds: &[u128], reached: &mut [bool]) {
        let source = self.plan.sources.iter().find(|s| s.name == t.name).map(|s| (s.first_step, s.last_step));
        let (first, last) = source.unwrap_or((0, u16::MAX));
        for post in [t.from * 2, (1 - t.from) * 2 + 1] {
            let steps = self.plan.routes[t.from].steps.iter().enumerate();
            let on_way = steps.filter(|(k, _)| *k as u16 >= first && *k as u16 <= last);
            let stations: Vec<u16> = on_way.flat_map(|(_, step)| stations_of(step)).collect();
            let here: Vec<u16> = stations
                .into_iter()
                .filter(|&s| self.plan.stations[s as usize].post as usize == post)
                .collect();
            for &s in &here {
                let st = &self.plan.stations[s as usize];
                reached[s as usize] |= st.only_sent || kinds.iter().any(|&w| st.serves.holds(w));
            }
            let open = first == 0 || t.enters.is_none();
            let served = |w: u128| {
                here.iter().any(|&s| {
                    let st = &self.plan.stations[s as usize];
                    !st.only_sent && st.serves.holds(w)
                })
            };
            let skips = |w: u128| {
                self.scenario.policy.iter().any(|p| w & self.words.bit(&format!("policy {}", p.name)) != 0)
            };
            if let Some(&kind) = kinds.iter().find(|&&w| open && !here.is_empty() && !served(w) && !skips(w))
            {
                let who = self.describe_kind(kind);
                let side = &self.scenario.sides[post / 2];
                let post = if post % 2 == 0 { "exit" } else { "entry" };
                self.error(
                    t.span,
                    format!("no stage of {side}.{post} serves a traveller who is: {who}"),
                    "this traffic",
                    "let a stage serve it (`serves`), or leave the post out of its way",
                );
            }
            for &s in &here {
                self.check_lanes(t, s, kinds);
            }
        }
    }

    fn check_lanes(&mut self, t: &Traffic, station: u16, kinds: &[u128]) {
        let st = &self.plan.stations[station as usize];
        let stranded = kinds.iter().find(|&&w| {
            let lane = |l: &crate::crossing::plan::Lane| {
                l.serves.holds(w) && l.groups.clone().any(|g| st.groups[g].serves.holds(w))
            };
            st.serves.holds(w) && !st.only_sent && !st.lanes.iter().any(lane)
        });
        let lawless = kinds.iter().find(|&&w| {
            let check = |c: &crate::crossing::plan::Check| c.services.iter().any(|s| s.serves.holds(w));
            st.serves.holds(w) && !st.only_sent && !st.checks.iter().all(check)
        });
        let name = st.name.clone();
        if let Some(&kind) = stranded {
            let who = self.describe_kind(kind);
            self.error(
                t.span,
                format!("no lane or booth of {name} serves a traveller who is: {who}"),
                "this traffic",
                "add a lane or a group of booths for it, or narrow the stage's `serves`",
            );
        }
        if let Some(&kind) = lawless {
            let who = self.describe_kind(kind);
            self.error(
                t.span,
                format!("{name} does not say how long it takes for a traveller who is: {who}"),
                "this traffic",
                "add a last entry to `service` that holds for everybody",
            );
        }
    }

    fn check_queues_and_strips(&mut self, t: &Traffic, source: usize, kinds: &[u128]) {
        let steps = self.plan.routes[t.from].steps.clone();
        for step in &steps {
            let (stranded, what) = match step {
                Step::Call { queues } if t.books => {
                    let served =
                        |w: &&u128| !queues.iter().any(|&q| self.plan.queues[q as usize].serves.holds(**w));
                    (kinds.iter().find(served), "no virtual queue")
                }
                Step::Strip { strips } if self.plan.sources[source].last_step == u16::MAX => {
                    let served =
                        |w: &&u128| !strips.iter().any(|&s| self.plan.strips[s as usize].serves.holds(**w));
                    (kinds.iter().find(served), "no strip of the zone")
                }
                _ => (None, ""),
            };
            if let Some(&kind) = stranded {
                let who = self.describe_kind(kind);
                self.error(
                    t.span,
                    format!("{what} serves a traveller who is: {who}"),
                    "this traffic",
                    "add one whose `for` fits, or widen an existing one",
                );
            }
        }
    }

    fn check_reached(&mut self, reached: &[bool]) {
        let scenario = self.scenario;
        for (s, side) in scenario.side.iter().enumerate() {
            for (entry, post) in [("exit", &side.exit), ("entry", &side.entry)] {
                for stage in post.iter().flat_map(|p| &p.stage) {
                    let path = format!("{}.{entry}.{}", scenario.sides[s], stage.name);
                    let sent = self.plan.stations.iter().any(|st| {
                        let laws = st.checks.iter().flat_map(|c| &c.services).filter_map(|s| s.then);
                        st.sends.iter().map(|x| x.to).chain(laws).any(|to| self.leads_to(to, &path))
                    });
                    let found = self.stations_named(&path).is_some_and(|st| reached[st as usize]);
                    if !found && !sent {
                        self.error(stage.span, format!("nobody can reach the stage `{path}`"), "", "no traffic of this direction is served here; check `serves`, the directions of `[traffic]`, and the words of their mixes");
                    }
                }
            }
        }
    }

    fn leads_to(&self, to: crate::crossing::plan::Target, path: &str) -> bool {
        let crate::crossing::plan::Target::Step { route, step } = to else { return false };
        stations_of(&self.plan.routes[route as usize].steps[step as usize])
            .iter()
            .any(|&s| self.plan.stations[s as usize].name == path)
    }
}

fn stations_of(step: &Step) -> Vec<u16> {
    match step {
        Step::Stage { station, .. } => vec![*station],
        Step::Fork { vehicle, persons, .. } => vehicle.iter().chain(persons).copied().collect(),
        _ => vec![],
    }
}

fn cumulated(counts: &scenario::Counts) -> Vec<(u32, f64)> {
    let mut sum = 0.0;
    let cumulate = |(n, share): &(u32, f64)| {
        sum += share;
        (*n, sum)
    };
    counts.0.iter().map(cumulate).collect()
}

/// Metres of road by class; 25 m a truck is the field's own figure (four reports from one crossing agree).
fn default_length(class: &str) -> f64 {
    match class {
        "truck" => 25.0,
        "bus" => 15.0,
        "van" => 7.0,
        "pedestrian" => 0.5,
        _ => 5.0,
    }
}

/// A table of counts: exact numbers, each at a random place in its interval; or means, as a rate.
fn counts(rows: &[(Tick, Tick, f64, bool)]) -> Result<Arrivals, String> {
    if rows.iter().all(|r| r.3) {
        let rows: Vec<(Tick, Tick, u64)> =
            rows.iter().map(|r| (r.0, r.1, r.2.round().max(0.0) as u64)).collect();
        return Counts::from_rows(&rows).map(Arrivals::Counts).map_err(|e| e.to_string());
    }
    let mut steps = vec![];
    let mut end = 0;
    for &(from, to, mean, _) in rows {
        if from > end || steps.is_empty() && from > 0 {
            steps.push((end, 0.0));
        }
        steps.push((from, mean / crate::kernel::time::seconds(to - from)));
        end = to;
    }
    steps.push((end, 0.0));
    Profile::from_steps(steps, None).map(Arrivals::Poisson).map_err(|e| e.to_string())
}

/// A periodic rate written out to the end of the run.
fn unrolled(steps: &[RateStep], period: Tick, until: Tick) -> Vec<RateStep> {
    let starts = (0..).map(|k| k * period).take_while(|&start| start < until);
    starts.flat_map(|start| steps.iter().map(move |s| RateStep { from: start + s.from, ..*s })).collect()
}
