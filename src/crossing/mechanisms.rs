//! Which of the engine's mechanisms a plan uses.
//!
//! A list for people who ask "is the part that my scenario uses known to be right?": every mechanism here has a case with
//! an exact answer in `tests/oracles/`, or the output says which has none. It is read off the compiled plan, so that it
//! says what the engine will do, not what a file mentions.

use super::plan::{
    Choice, Container, Demand, Group, Lever, NONE16, OutageTimes, Plan, Schedule, Source, Station, Step,
    Target, Unit, Victim, Work,
};
use crate::kernel::arrivals::Arrivals;
use crate::kernel::laws::Law;

macro_rules! mechanisms {
    ($( $Name:ident = $words:literal ),* $(,)?) => {
        /// A mechanism of the engine.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        #[expect(missing_docs, reason = "each is said by its words")]
        pub enum Mechanism { $( $Name, )* }

        /// All mechanisms, in the order of output.
        pub const MECHANISMS: &[Mechanism] = &[ $( Mechanism::$Name, )* ];

        impl Mechanism {
            /// As outputs say it.
            pub fn words(self) -> &'static str {
                match self { $( Self::$Name => $words, )* }
            }
        }
    };
}

mechanisms! {
    Poisson = "Poisson arrivals",
    ChangingRate = "arrival rates that change",
    FixedTimes = "arrivals at fixed times",
    GapsByTime = "gaps by time of day",
    Renewal = "independent gaps of one law",
    Counted = "arrivals from a table of counts",
    Fleet = "fleet that returns",
    Batches = "batches",
    Parties = "parties of several persons",
    Limit = "limit of a stream",
    Midway = "entering or leaving at a stage",
    Standing = "queues that stand at the start",
    Attributes = "attributes",
    AttributesGiven = "attributes of some only",
    Policy = "policy",
    Compliance = "compliance in part",
    Balking = "balking",
    Patience = "patience",
    TurnedAway = "turning away from a full road",
    Deterministic = "constant times",
    Exponential = "exponential law",
    Erlang = "Erlang law",
    Gamma = "gamma law",
    Lognormal = "lognormal law",
    Weibull = "Weibull law",
    Hyperexponential = "hyperexponential law",
    Triangular = "triangular law",
    Uniform = "uniform law",
    Empirical = "empirical law",
    SeveralBooths = "several booths",
    LinePerBooth = "line per booth",
    RandomLine = "line chosen at random",
    Jockeying = "changing lines",
    SeveralLanes = "several lanes",
    BoothRights = "booths of different rights",
    Priority = "strict priority",
    PreemptResume = "preemption, resumed",
    PreemptRestart = "preemption, begun anew",
    PreemptResample = "preemption, drawn anew",
    ServesSome = "stage that serves some",
    Takes = "shares sent to a stage",
    SendsOn = "shares sent on from a stage",
    ServiceThen = "sent on by kind of service",
    SecondLine = "second line",
    Refusal = "refusal",
    BackOver = "back to where one came from",
    ServiceByKind = "service by kind",
    Factor = "factors of a service",
    Additions = "additions to a service",
    AddPerPerson = "additions per person",
    PerPerson = "person by person",
    ForkJoin = "vehicle and persons side by side",
    SharedDesk = "several agencies at one desk",
    SideBySide = "checks side by side",
    OneAfterAnother = "checks one after the other",
    PostRoom = "room of a post",
    LaneRoom = "length of a lane",
    Metres = "metres of road",
    RoomForPersons = "room counted in persons",
    MovesUp = "room that comes free late",
    Drive = "driving up a lane",
    Blocking = "blocking after service",
    StripEachWay = "strip, each way",
    StripShared = "strip, shared",
    StripHours = "strip with hours",
    StripInOrder = "strip without passing",
    SeveralStrips = "several strips",
    Travel = "way over a strip",
    BoothsFinish = "booths by roster, work is finished",
    BoothsInterrupt = "booths by roster, work waits",
    BoothsHandOver = "booths by roster, work is handed over",
    Officers = "officers",
    SharedOfficers = "officers shared by stages",
    OfficersFinish = "officers by roster, work is finished",
    OfficersInterrupt = "officers by roster, work waits",
    OfficersHandOver = "officers by roster, work is handed over",
    GateGroup = "gate by number waiting",
    GateTimeOut = "gate by time waiting",
    GateWhenFree = "gate by room beyond",
    GateSlots = "gate by slots",
    PostGate = "gate of a post",
    VirtualQueue = "virtual queue",
    SeveralQueues = "several virtual queues",
    CallUp = "call-up while there is room",
    CallsAhead = "call-up ahead of room",
    QueuePlaces = "call-up by places of a queue",
    WayAfterCall = "way after the call",
    NoShow = "no-shows",
    Outage = "outage at a known time",
    RandomOutage = "outages at random",
    SlowDown = "slow-down",
    OutageOfSome = "outage for some",
    OutagePerBooth = "outage of a booth",
    LiveBooths = "intervention: booths",
    LiveOfficers = "intervention: officers",
    LiveRoom = "intervention: room",
}

use Mechanism as M;

/// The mechanisms that a plan uses, in the order of output.
pub fn mechanisms(plan: &Plan) -> Vec<Mechanism> {
    let mut used = Used::default();
    plan.sources.iter().for_each(|source| used.source(plan, source));
    used.when(!plan.standing.is_empty(), M::Standing);
    plan.stations.iter().for_each(|station| used.station(plan, station));
    used.routes(plan);
    used.containers(plan);
    used.pools(plan);
    used.queues(plan);
    used.outages(plan);
    for change in &plan.interventions {
        used.add(match change.set {
            Lever::Booths { .. } => M::LiveBooths,
            Lever::Officers { .. } => M::LiveOfficers,
            Lever::Room { .. } => M::LiveRoom,
        });
    }
    used.0.into_iter().collect()
}

#[derive(Default)]
struct Used(std::collections::BTreeSet<Mechanism>);

impl Used {
    fn add(&mut self, mechanism: Mechanism) {
        self.0.insert(mechanism);
    }

    fn when(&mut self, used: bool, mechanism: Mechanism) {
        if used {
            self.add(mechanism);
        }
    }

    fn law(&mut self, law: &Law) {
        self.add(match law {
            Law::Zero | Law::Deterministic(_) => M::Deterministic,
            Law::Uniform(_) => M::Uniform,
            Law::Triangular(_) => M::Triangular,
            Law::Exponential(_) => M::Exponential,
            Law::Erlang(_) => M::Erlang,
            Law::Gamma(_) => M::Gamma,
            Law::LogNormal(_) => M::Lognormal,
            Law::Weibull(_) => M::Weibull,
            Law::HyperExponential(_) => M::Hyperexponential,
            Law::Empirical(_) => M::Empirical,
        });
    }

    fn source(&mut self, plan: &Plan, source: &Source) {
        match &source.demand {
            Demand::Fleet { away, .. } => {
                self.add(M::Fleet);
                self.law(away);
            }
            Demand::Arrivals(arrivals) => self.arrivals(arrivals),
        }
        self.when(source.batch.iter().any(|&(n, _)| n != 1), M::Batches);
        self.when(source.party.iter().any(|&(n, _)| n != 1), M::Parties);
        self.when(source.limit != u64::MAX, M::Limit);
        let steps = &plan.routes[source.route as usize].steps;
        let first = steps.get(source.first_step as usize);
        let midway = !matches!(first, Some(Step::Road { .. } | Step::Call { .. }));
        self.when(midway || source.last_step != u16::MAX, M::Midway);
        self.when(!source.mixes.is_empty(), M::Attributes);
        self.when(source.mixes.iter().any(|mix| !mix.given.is_everyone()), M::AttributesGiven);
        self.when(!source.policies.is_empty(), M::Policy);
        self.when(source.policies.iter().any(|p| p.compliance < 1.0), M::Compliance);
        self.when(!source.balks.is_empty(), M::Balking);
        if let Some(patience) = &source.patience {
            self.add(M::Patience);
            self.law(patience);
        }
    }

    fn arrivals(&mut self, arrivals: &Arrivals) {
        match arrivals {
            Arrivals::None => {}
            Arrivals::Poisson(profile) => {
                self.add(M::Poisson);
                self.when(!profile.is_constant(), M::ChangingRate);
            }
            Arrivals::Every { .. } | Arrivals::Scheduled(_) => self.add(M::FixedTimes),
            Arrivals::Gaps(_) => self.add(M::GapsByTime),
            Arrivals::Renewal(law) => {
                self.add(M::Renewal);
                self.law(law);
            }
            Arrivals::Counts(_) => self.add(M::Counted),
        }
    }

    fn station(&mut self, plan: &Plan, station: &Station) {
        self.booths(station);
        self.when(!station.priority.is_empty(), M::Priority);
        if let Some((_, victim)) = &station.preempts {
            self.add(match victim {
                Victim::Resume => M::PreemptResume,
                Victim::Restart => M::PreemptRestart,
                Victim::Resample => M::PreemptResample,
            });
        }
        self.when(!station.serves.is_everyone(), M::ServesSome);
        self.when(!station.takes.is_empty(), M::Takes);
        self.when(station.per_person, M::PerPerson);
        self.when(station.only_sent, M::SecondLine);
        self.when(station.jockey.is_some(), M::Jockeying);
        self.targets(station);
        self.checks(station);
        if let Some(gate) = &station.gate {
            self.gate(gate);
        }
        let shared = station.pools.iter().any(|&p| plan.pools[p as usize].stations.len() > 1);
        self.when(shared, M::SharedOfficers);
    }

    fn booths(&mut self, station: &Station) {
        self.when(station.booths.len() > 1, M::SeveralBooths);
        self.when(station.lanes.len() > 1, M::SeveralLanes);
        self.when(station.groups.iter().any(|g| !g.serves.is_everyone()), M::BoothRights);
        for lane in &station.lanes {
            if lane.lines.len() > 1 {
                let random = station.choice == Choice::Random;
                self.add(if random { M::RandomLine } else { M::LinePerBooth });
            }
            self.when(lane.drive > 0, M::Drive);
            self.when(lane.container != NONE16, M::LaneRoom);
        }
        for Group { level, .. } in &station.groups {
            self.falls(level, [M::BoothsFinish, M::BoothsInterrupt, M::BoothsHandOver]);
        }
    }

    /// A level that changes; what becomes of work when it falls.
    fn falls(&mut self, level: &Schedule, [finish, interrupt, hand_over]: [Mechanism; 3]) {
        for pair in level.changes.windows(2) {
            self.add(match pair[1].2 {
                _ if pair[1].1 >= pair[0].1 => finish,
                Work::Finish => finish,
                Work::Interrupt => interrupt,
                Work::HandOver => hand_over,
            });
        }
    }

    fn targets(&mut self, station: &Station) {
        let services = station.checks.iter().flat_map(|c| &c.services);
        let then: Vec<Target> = services.filter_map(|s| s.then).collect();
        self.when(!then.is_empty(), M::ServiceThen);
        self.when(!station.sends.is_empty(), M::SendsOn);
        let refused = station.refused.iter().map(|(_, to)| *to);
        self.when(station.refused.is_some(), M::Refusal);
        let back = station.sends.iter().map(|s| s.to).chain(then).chain(refused);
        for to in back {
            self.when(matches!(to, Target::Back { .. }), M::BackOver);
        }
    }

    fn checks(&mut self, station: &Station) {
        for check in &station.checks {
            self.when(check.owners.len() > 1, M::SharedDesk);
            self.when(check.services.len() > 1, M::ServiceByKind);
            for service in &check.services {
                self.law(&service.law);
                self.when(!service.factor.is_empty(), M::Factor);
                self.when(!service.add.is_empty(), M::Additions);
                service.add.iter().for_each(|(_, law)| self.law(law));
                if let Some(law) = &service.per_person {
                    self.add(M::AddPerPerson);
                    self.law(law);
                }
            }
        }
        let first = station.checks.iter().filter(|c| c.after.is_empty()).count();
        self.when(first > 1, M::SideBySide);
        self.when(first < station.checks.len(), M::OneAfterAnother);
    }

    fn gate(&mut self, gate: &super::plan::Gate) {
        self.when(gate.group > 1, M::GateGroup);
        self.when(gate.wait_at_most.is_some(), M::GateTimeOut);
        self.when(gate.when_free.is_some(), M::GateWhenFree);
        self.when(!gate.slots.is_empty(), M::GateSlots);
    }

    fn routes(&mut self, plan: &Plan) {
        for (r, route) in plan.routes.iter().enumerate() {
            if !plan.sources.iter().any(|s| s.route as usize == r) {
                continue;
            }
            let mut served = false;
            for step in &route.steps {
                if let Step::Strip { strips } = step {
                    self.when(strips.len() > 1, M::SeveralStrips);
                }
                self.when(matches!(step, Step::Fork { .. }), M::ForkJoin);
                self.when(served && can_fill(plan, step), M::Blocking);
                served |= matches!(step, Step::Stage { .. } | Step::Fork { .. });
                if let Step::Road { container, .. } = step {
                    self.when(!plan.containers[*container as usize].unlimited(), M::TurnedAway);
                }
            }
        }
    }

    fn containers(&mut self, plan: &Plan) {
        for container in &plan.containers {
            let Container { unit, gate, moves_up, .. } = container;
            self.when(*moves_up > 0, M::MovesUp);
            if let Some(gate) = gate {
                self.add(M::PostGate);
                self.gate(gate);
            }
            if container.unlimited() {
                continue;
            }
            self.when(*unit == Unit::Millimetres, M::Metres);
            self.when(*unit == Unit::Persons, M::RoomForPersons);
        }
        let rooms = plan.routes.iter().flat_map(|r| &r.steps).filter_map(room_of);
        let finite = |c: u16| c != NONE16 && !plan.containers[c as usize].unlimited();
        self.when(rooms.into_iter().any(finite), M::PostRoom);
        for (s, strip) in plan.strips.iter().enumerate() {
            let container = &plan.containers[strip.container as usize];
            let shared =
                plan.strips.iter().enumerate().any(|(o, x)| o != s && x.container == strip.container);
            self.add(if shared { M::StripShared } else { M::StripEachWay });
            self.when(container.open.is_some(), M::StripHours);
            self.when(!container.passing, M::StripInOrder);
            self.when(!matches!(strip.travel, Law::Zero), M::Travel);
            self.law(&strip.travel);
        }
    }

    fn pools(&mut self, plan: &Plan) {
        for pool in &plan.pools {
            self.add(M::Officers);
            self.falls(&pool.level, [M::OfficersFinish, M::OfficersInterrupt, M::OfficersHandOver]);
        }
    }

    fn queues(&mut self, plan: &Plan) {
        for queue in &plan.queues {
            self.add(M::VirtualQueue);
            self.when(queue.room != NONE16, M::CallUp);
            self.when(queue.ahead > 0, M::CallsAhead);
            self.when(queue.places != u32::MAX, M::QueuePlaces);
            self.when(queue.no_show > 0.0, M::NoShow);
            self.when(!matches!(queue.travel, Law::Zero), M::WayAfterCall);
            self.law(&queue.travel);
        }
        self.when(plan.queues.len() > 1, M::SeveralQueues);
    }

    fn outages(&mut self, plan: &Plan) {
        for outage in &plan.outages {
            match &outage.times {
                OutageTimes::Listed(_) => self.add(M::Outage),
                OutageTimes::Random(every) => {
                    self.add(M::RandomOutage);
                    self.law(every);
                }
            }
            self.law(&outage.lasts);
            self.when(outage.speed > 0.0, M::SlowDown);
            self.when(!outage.serves.is_everyone(), M::OutageOfSome);
            self.when(outage.booth.is_some(), M::OutagePerBooth);
        }
    }
}

fn room_of(step: &Step) -> Option<u16> {
    match step {
        Step::Stage { room, .. } | Step::Fork { room, .. } => Some(*room),
        _ => None,
    }
}

/// Can there be no room for who goes on to this step?
fn can_fill(plan: &Plan, step: &Step) -> bool {
    let finite = |c: u16| c != NONE16 && !plan.containers[c as usize].unlimited();
    match step {
        Step::Stage { station, room } => {
            finite(*room) || plan.stations[*station as usize].lanes.iter().any(|l| finite(l.container))
        }
        Step::Fork { room, .. } => finite(*room),
        Step::Strip { strips } => strips.iter().any(|&s| finite(plan.strips[s as usize].container)),
        Step::Call { .. } | Step::Road { .. } => false,
    }
}
