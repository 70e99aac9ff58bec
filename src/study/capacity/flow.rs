//! How much of whom comes where, by means: shares sent, referred, refused, sent back.

use super::kinds;
use crate::crossing::Plan;
use crate::crossing::plan::{Check, Demand, NONE16, Service, Source, Station, Step, Target, Unit};
use crate::kernel::arrivals::Arrivals;
use crate::kernel::time::{HOUR, Tick};

/// Flow that is left when this share of the travellers is still under way is dropped (loops that hardly end).
const REST: f64 = 1e-9;
/// ... and after so many rounds in any case.
const ROUNDS: u32 = 1_000;

/// Work that one kind of traveller brings to a stage.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Work {
    /// The kind.
    pub(super) words: u128,
    /// Visits per second.
    pub(super) visits: f64,
    /// Booth-seconds per second.
    pub(super) seconds: f64,
}

/// The flow of a plan.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Flow {
    /// Travellers that appear per second, by route.
    pub(super) demand: Vec<f64>,
    /// The busiest hour, by route: per second, and when.
    pub(super) peak: Vec<(f64, Tick)>,
    /// Work, by station and kind.
    pub(super) works: Vec<Vec<Work>>,
    /// What is held of each container if nobody waits, in its unit.
    pub(super) held: Vec<f64>,
    /// Travellers inside if nobody waits.
    pub(super) inside: f64,
}

/// One kind of one source under way.
struct Walker<'p> {
    plan: &'p Plan,
    source: &'p Source,
    words: u128,
    persons: f64,
}

impl Flow {
    pub(super) fn of(plan: &Plan) -> Self {
        let mut flow = Self {
            demand: vec![0.0; plan.routes.len()],
            peak: vec![(0.0, plan.warmup); plan.routes.len()],
            works: vec![Vec::new(); plan.stations.len()],
            held: vec![0.0; plan.containers.len()],
            inside: 0.0,
        };
        for source in &plan.sources {
            let rate = rate(source, plan.warmup, plan.window);
            flow.demand[source.route as usize] += rate;
            let persons = mean_of(&source.party);
            for (words, share) in kinds::of_source(plan, source) {
                let walker = Walker { plan, source, words, persons };
                flow.walk(&walker, rate * share);
            }
        }
        for route in 0..plan.routes.len() {
            flow.peak[route] = peak(plan, route);
        }
        flow
    }

    /// Follows a kind from where it appears until next to nothing is left of it.
    fn walk(&mut self, walker: &Walker<'_>, rate: f64) {
        // (route, step, sent there) → per second
        let mut under_way = vec![(walker.source.route, walker.source.first_step, false, rate)];
        for _ in 0..ROUNDS {
            let mut next: Vec<(u16, u16, bool, f64)> = Vec::new();
            for (route, step, sent, mass) in under_way.drain(..) {
                for (route, step, sent, mass) in self.step(walker, route, step, sent, mass) {
                    match next.iter_mut().find(|n| (n.0, n.1, n.2) == (route, step, sent)) {
                        Some(same) => same.3 += mass,
                        None => next.push((route, step, sent, mass)),
                    }
                }
            }
            next.retain(|n| n.3 > rate * REST);
            if next.is_empty() {
                break;
            }
            under_way = next;
        }
    }

    /// One step: what it takes, and where its flow goes on.
    fn step(
        &mut self,
        w: &Walker<'_>,
        route: u16,
        step: u16,
        sent: bool,
        mass: f64,
    ) -> Vec<(u16, u16, bool, f64)> {
        let steps = &w.plan.routes[route as usize].steps;
        let beyond = route == w.source.route && step > w.source.last_step && !sent;
        let Some(at) = steps.get(step as usize).filter(|_| !beyond) else { return Vec::new() };
        let on = (route, step + 1, false, mass);
        match at {
            Step::Call { queues } => self.call(w, queues, on),
            Step::Road { .. } => vec![on],
            Step::Strip { strips } => {
                let found =
                    strips.iter().map(|&s| &w.plan.strips[s as usize]).find(|s| s.serves.holds(w.words));
                if let Some(strip) = found {
                    self.hold(w, strip.container, mass, strip.travel.mean());
                    self.inside += mass * strip.travel.mean();
                }
                vec![on]
            }
            Step::Fork { vehicle, persons, room, .. } => {
                let times = vehicle.iter().chain(persons).map(|&s| self.visit(w, s as usize, mass).1);
                let longest = times.collect::<Vec<_>>().into_iter().fold(0.0, f64::max);
                self.hold(w, *room, mass, longest);
                self.inside += mass * longest;
                vec![on]
            }
            Step::Stage { station, room } => self.stage(w, *station as usize, *room, sent, on),
        }
    }

    fn call(
        &mut self,
        w: &Walker<'_>,
        queues: &[u16],
        on: (u16, u16, bool, f64),
    ) -> Vec<(u16, u16, bool, f64)> {
        let (route, step, sent, mass) = on;
        let found = queues.iter().map(|&q| &w.plan.queues[q as usize]).find(|q| q.serves.holds(w.words));
        let Some(queue) = found else { return vec![on] };
        // Bookings that are given up bring nobody to the post.
        let mass = mass * (1.0 - queue.rules.given_up(w.words));
        let gone = queue.no_show * seconds_or(queue.show_up_within, queue.travel.mean());
        let way = (1.0 - queue.no_show) * queue.travel.mean() + gone;
        self.hold(w, queue.room, mass, way);
        self.inside += mass * way;
        vec![(route, step, sent, mass * (1.0 - queue.no_show))]
    }

    fn stage(
        &mut self,
        w: &Walker<'_>,
        s: usize,
        room: u16,
        sent: bool,
        on: (u16, u16, bool, f64),
    ) -> Vec<(u16, u16, bool, f64)> {
        let (route, step, _, mass) = on;
        let station = &w.plan.stations[s];
        let share = if sent { 1.0 } else { taken(station, w.words) };
        let taken = mass * share;
        if taken <= 0.0 {
            return vec![on];
        }
        let (service, time) = self.visit(w, s, taken);
        self.hold(w, room, taken, time);
        for lane in station.lanes.iter().filter(|lane| lane.serves.holds(w.words)).take(1) {
            self.hold(w, lane.container, taken, time);
        }
        self.inside += taken * time;
        let mut out = Vec::new();
        let mut rest = taken;
        let mut send = |share: f64, to: Target, rest: &mut f64| {
            let part = *rest * share;
            *rest -= part;
            match to {
                Target::Step { route, step } => out.push((route, step, true, part)),
                Target::Back { route, step } => out.push((route, step, false, part)),
                Target::Out | Target::Refused => {}
            }
        };
        if let Some(to) = service.and_then(|s| s.then) {
            send(1.0, to, &mut rest);
        }
        if let Some((share, to)) = station.refused {
            send(share, to, &mut rest);
        }
        let mut passed = 1.0;
        for s in station.sends.iter().filter(|s| s.serves.holds(w.words)) {
            if passed > 0.0 {
                send((s.share / passed).min(1.0), s.to, &mut rest);
                passed -= s.share;
            }
        }
        out.push((route, step, false, mass - taken + rest));
        out.retain(|o| o.3 > 0.0);
        // "On" is the step after this one; `step` has been raised already.
        out
    }

    /// Notes visits to a station; answers its service and the mean time at the booth.
    fn visit<'p>(&mut self, w: &Walker<'p>, s: usize, mass: f64) -> (Option<&'p Service>, f64) {
        let station = &w.plan.stations[s];
        let times = if station.per_person || station.persons_apart { w.persons } else { 1.0 };
        let once = mean_service(station, w.words, if times > 1.0 { 1.0 } else { w.persons });
        let of_first = station.checks.first().and_then(|c| service_of(c, w.words));
        let apart = if station.persons_apart { w.persons } else { 1.0 };
        self.works[s].push(Work { words: w.words, visits: mass * apart, seconds: mass * once * times });
        (of_first, if station.persons_apart { once } else { once * times })
    }

    fn hold(&mut self, w: &Walker<'_>, container: u16, mass: f64, time: f64) {
        if container != NONE16 {
            let unit = match w.plan.containers[container as usize].unit {
                Unit::Places => 1.0,
                Unit::Persons => w.persons,
                Unit::Millimetres => w.source.length as f64,
            };
            self.held[container as usize] += mass * time * unit;
        }
    }
}

fn seconds_or(ticks: Tick, otherwise: f64) -> f64 {
    if ticks == 0 || ticks >= crate::kernel::time::NEVER {
        otherwise
    } else {
        crate::kernel::time::seconds(ticks)
    }
}

/// The share of a kind that a stage takes.
fn taken(station: &Station, words: u128) -> f64 {
    if station.only_sent || !station.serves.holds(words) {
        return 0.0;
    }
    match station.takes.iter().find(|(test, _)| test.holds(words)) {
        Some((_, share)) => *share,
        None => f64::from(u8::from(station.takes.is_empty())),
    }
}

fn service_of(check: &Check, words: u128) -> Option<&Service> {
    check.services.iter().find(|s| s.serves.holds(words))
}

/// Mean time at the booth: checks side by side take as long as the longest chain of them (of means).
fn mean_service(station: &Station, words: u128, persons: f64) -> f64 {
    let mut ends: Vec<f64> = Vec::with_capacity(station.checks.len());
    for check in &station.checks {
        let own = service_of(check, words).map_or(0.0, |s| {
            let factor: f64 = s.factor.iter().filter(|(test, _)| test.holds(words)).map(|f| f.1).product();
            let add: f64 =
                s.add.iter().filter(|(test, _)| test.holds(words)).map(|(_, law)| law.mean()).sum();
            let people = s.per_person.as_ref().map_or(0.0, |law| law.mean() * persons);
            s.law.mean() * factor + add + people
        });
        let begins = check.after.iter().map(|&k| ends.get(k).copied().unwrap_or(0.0)).fold(0.0, f64::max);
        ends.push(begins + own);
    }
    ends.into_iter().fold(0.0, f64::max)
}

/// The mean of (value, cumulated share).
fn mean_of(shares: &[(u32, f64)]) -> f64 {
    let mut before = 0.0;
    let mut mean = 0.0;
    for &(value, upto) in shares {
        mean += f64::from(value) * (upto - before);
        before = upto;
    }
    if shares.is_empty() { 1.0 } else { mean }
}

/// Travellers per second of a source between two instants.
fn rate(source: &Source, from: Tick, to: Tick) -> f64 {
    let length = crate::kernel::time::seconds(to.saturating_sub(from).max(1));
    let mean = match &source.demand {
        Demand::Arrivals(Arrivals::Renewal(law)) => length / law.mean().max(1e-6),
        Demand::Arrivals(arrivals) => arrivals.mean_count(from, to).unwrap_or(0.0),
        // At most: as if crossing took no time.
        Demand::Fleet { size, away } => f64::from(*size) * length / away.mean().max(length * 1e-6),
    };
    (mean * mean_of(&source.batch)).min(source.limit as f64) / length
}

/// The busiest hour of the window.
fn peak(plan: &Plan, route: usize) -> (f64, Tick) {
    let sources = || plan.sources.iter().filter(move |s| s.route as usize == route);
    let hours = plan.window.saturating_sub(plan.warmup).div_ceil(HOUR).clamp(1, 24 * 31);
    let listed =
        |s: &Source| matches!(s.demand, Demand::Arrivals(Arrivals::Poisson(_) | Arrivals::Counts(_)));
    let mut best = (0.0, plan.warmup);
    for hour in 0..hours {
        let from = plan.warmup + hour * HOUR;
        let of = |s: &Source| {
            let (from, to) = if listed(s) { (from, from + HOUR) } else { (plan.warmup, plan.window) };
            rate(s, from, to)
        };
        let total: f64 = sources().map(of).sum();
        if total > best.0 * (1.0 + 1e-9) {
            best = (total, from);
        }
    }
    best
}
