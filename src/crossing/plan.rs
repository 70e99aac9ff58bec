//! The compiled scenario: what the engine reads while it runs.
//!
//! A [`Plan`] holds numbers and indices only. Names stand beside them for reports; the hot loop never looks at a
//! string. A plan is immutable and shared by all replications; everything that changes lives in
//! [`Simulation`](super::Simulation).
//!
//! # The shape of a crossing
//!
//! * A **route** is the list of steps one direction may pass: virtual queue, road, stages, strip, stages.
//! * A **spot** is where time is spent. Every traveller is at exactly one spot at any tick, so times at spots partition
//!   its stay, and the numbers at spots partition those inside.
//! * A **container** is finite room: the road before a post, the post's room, a lane, a strip of the zone. Whoever
//!   moves on takes the room ahead before it gives up the room behind (blocking after service, spill-back).
//! * A **station** is a stage as compiled: lanes, lines, booths in groups of equal rights, pools of officers.
//!
//! # Tie rule
//!
//! Events at the same tick happen in the order of their slots: interventions, shift changes and outages, service ends
//! (downstream first), moves of single travellers, arrivals, patience. A service due at the tick of a shift end is
//! therefore complete, and a booth that becomes free serves whoever arrives at that very tick.

use super::calling::CallRules;
use crate::kernel::arrivals::Arrivals;
use crate::kernel::laws::Law;
use crate::kernel::time::Tick;

/// Index of an owner of time; 0 is "before the crossing" (demand).
pub type OwnerId = u16;
/// Index into [`Plan::spots`].
pub type SpotId = u16;
/// Index into [`Plan::containers`].
pub type ContainerId = u16;
/// Index into [`Plan::stations`].
pub type StationId = u16;
/// "None" for any index of sixteen bits.
pub const NONE16: u16 = u16::MAX;
/// "None" for any index of thirty-two bits.
pub const NONE: u32 = u32::MAX;

/// A test on the words that describe a traveller: any of several conjunctions.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Test {
    /// The first conjunction stands in the test itself: most tests have no other.
    first: (u128, u128),
    more: Box<[(u128, u128)]>,
}

/// A word that must hold and must not: nobody passes.
const NOBODY: (u128, u128) = (1, 1);

impl Test {
    /// Whoever passes any of these: (words that must hold, words that must not hold), as bits of [`Plan::words`].
    pub fn any_of(terms: impl IntoIterator<Item = (u128, u128)>) -> Self {
        let mut terms = terms.into_iter();
        Self { first: terms.next().unwrap_or(NOBODY), more: terms.collect() }
    }

    /// The test everybody passes.
    pub fn everyone() -> Self {
        Self::any_of([(0, 0)])
    }

    /// The conjunctions, any of which is enough.
    pub fn terms(&self) -> impl Iterator<Item = (u128, u128)> + '_ {
        let all = std::iter::once(self.first).chain(self.more.iter().copied());
        all.filter(|&term| term != NOBODY)
    }

    /// Does a traveller described by `words` pass?
    #[inline]
    pub fn holds(&self, words: u128) -> bool {
        let holds = |(all, none): (u128, u128)| (all & !words) | (none & words) == 0;
        holds(self.first) || (!self.more.is_empty() && self.more.iter().any(|&term| holds(term)))
    }

    /// Whether travellers pass who are described by `words` and perhaps some of `maybe`; none where that depends.
    pub fn certain(&self, words: u128, maybe: u128) -> Option<bool> {
        let surely = |(all, none): (u128, u128)| (all & !words) | (none & (words | maybe)) == 0;
        let never = |(all, none): (u128, u128)| all & !(words | maybe) != 0 || none & words != 0;
        if self.terms().any(surely) { Some(true) } else { self.terms().all(never).then_some(false) }
    }

    /// The test nobody passes.
    pub fn nobody() -> Self {
        Self::any_of([])
    }

    /// Does nobody pass?
    pub fn is_nobody(&self) -> bool {
        self.terms().next().is_none()
    }

    /// Does everybody pass?
    pub fn is_everyone(&self) -> bool {
        self.terms().any(|term| term == (0, 0))
    }
}

/// Who owns a stretch of time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Owner {
    /// Agency, "shared zone", "carrier" or "demand".
    pub name: String,
    /// Side 0 or 1; none for what belongs to neither.
    pub side: Option<usize>,
}

/// What kind of place a spot is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SpotKind {
    /// In the virtual queue: somewhere else, with a booking.
    VirtualQueue,
    /// Called, on the way to the post.
    OnTheWay,
    /// On the approach road of a post.
    Road,
    /// In the line before a stage.
    Line,
    /// At a booth (or bay): in service, or done and held from ahead.
    Booth,
    /// On a strip of the zone.
    Strip,
    /// Waiting for the other part of a bus.
    Join,
}

/// A place where time is spent.
#[derive(Debug, Clone)]
pub struct Spot {
    /// Dotted path, for example `PL.entry.customs`.
    pub name: String,
    /// Kind of place.
    pub kind: SpotKind,
    /// Side on whose ground it lies; none in the zone.
    pub side: Option<usize>,
    /// "indoors", "roof", "none", or unknown.
    pub shelter: Option<String>,
    /// Station it belongs to, if any.
    pub station: StationId,
    /// Between the two posts?
    pub between_posts: bool,
}

/// Finite (or unlimited) room.
#[derive(Debug, Clone)]
pub struct Container {
    /// Dotted path.
    pub name: String,
    /// Capacity in millimetres of road, places or persons; [`u64::MAX`] when unlimited.
    pub size: u64,
    /// What one traveller takes of it.
    pub unit: Unit,
    /// May one that is ready pass one ahead that cannot leave yet?
    pub passing: bool,
    /// Hours in which it may be entered: level 0 or 1.
    pub open: Option<Schedule>,
    /// Time from a vehicle's leaving until its metres are free again.
    pub moves_up: Tick,
    /// Owner of this room when it is the room itself that is waited for.
    pub owner: OwnerId,
    /// Admission in groups.
    pub gate: Option<Gate>,
    /// Places that can be called to from a virtual queue: the queue's index.
    pub called_by: Vec<u16>,
}

impl Container {
    /// Is there always room?
    pub fn unlimited(&self) -> bool {
        self.size == u64::MAX
    }
}

/// What one traveller takes of a container.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unit {
    /// One place each.
    Places,
    /// One for each person.
    Persons,
    /// Its length of road, in millimetres.
    Millimetres,
}

/// Admission in groups.
#[derive(Debug, Clone)]
pub struct Gate {
    /// Opens when so many wait (0: not by number).
    pub group: u32,
    /// ... or when the first has waited so long.
    pub wait_at_most: Option<Tick>,
    /// Opens when so many places beyond are free.
    pub when_free: Option<u32>,
    /// Opens at these times for so many.
    pub slots: Vec<(Tick, u32)>,
    /// Calendar slot of the timed openings and time-outs.
    pub slot: u32,
}

/// How work in progress is treated when its booth closes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Work {
    /// It is finished first.
    Finish,
    /// It stops, and goes on at the same booth when that reopens.
    Interrupt,
    /// The traveller goes back to the head of the line; any booth goes on with what is left.
    HandOver,
}

/// A level over time: booths open, officers on duty, a strip's barrier.
#[derive(Debug, Clone)]
pub struct Schedule {
    /// (from, level, treatment of work in progress when the level falls), first at tick 0.
    pub changes: Vec<(Tick, u32, Work)>,
    /// Calendar slot of the changes; none when there is only one.
    pub slot: u32,
}

impl Schedule {
    /// The highest level it ever has.
    pub fn fullest(&self) -> u32 {
        self.changes.iter().map(|c| c.1).max().unwrap_or(0)
    }
}

/// A pool of officers.
#[derive(Debug, Clone)]
pub struct Pool {
    /// Dotted path, for example `UA.officers.customs`.
    pub name: String,
    /// Whose officers.
    pub owner: OwnerId,
    /// On duty over time.
    pub level: Schedule,
    /// Officers that the ledger counts as present in the undisturbed world.
    pub reference: u32,
    /// Stations that draw on it.
    pub stations: Vec<StationId>,
}

/// Booths with the same rights, fed by the same lane.
#[derive(Debug, Clone)]
pub struct Group {
    /// Name within the stage, may be empty.
    pub name: String,
    /// Who may be served here.
    pub serves: Test,
    /// Index of its first booth.
    pub first: u32,
    /// Number of booths built (the highest a live change may open).
    pub booths: u32,
    /// Open over time.
    pub level: Schedule,
    /// Booths that the ledger counts as open in the undisturbed world.
    pub reference: u32,
}

/// A lane of a stage: a finite (or shared) waiting space that feeds booths.
#[derive(Debug, Clone)]
pub struct Lane {
    /// Name within the stage, may be empty.
    pub name: String,
    /// Who may use it.
    pub serves: Test,
    /// Groups of booths it feeds: a range of [`Station::groups`].
    pub groups: std::ops::Range<usize>,
    /// Its own waiting space; none when one waits in the post's room.
    pub container: ContainerId,
    /// Time to drive its length before one can be served.
    pub drive: Tick,
    /// First line and number of lines.
    pub lines: std::ops::Range<u32>,
    /// Hours in which it may be entered.
    pub open: Option<Schedule>,
}

/// Which line a traveller joins where there are several.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Choice {
    /// The shortest (ties: the first).
    Shortest,
    /// Any open one, by a draw of its own.
    Random,
}

/// How long one kind of traveller needs.
#[derive(Debug, Clone)]
pub struct Service {
    /// For whom.
    pub serves: Test,
    /// Time needed.
    pub law: Law,
    /// Multipliers for what is known in advance.
    pub factor: Vec<(Test, f64)>,
    /// Additions.
    pub add: Vec<(Test, Law)>,
    /// Addition for each person.
    pub per_person: Option<Law>,
    /// Where it goes next whatever its draws say.
    pub then: Option<Target>,
}

/// One agency's part of a service.
#[derive(Debug, Clone)]
pub struct Check {
    /// Name within the stage.
    pub name: String,
    /// Agencies that share the time in equal parts.
    pub owners: Vec<OwnerId>,
    /// Laws, first match.
    pub services: Vec<Service>,
    /// Checks (indices) that must be done before.
    pub after: Vec<usize>,
    /// Key of its draws.
    pub purpose: u64,
}

/// Where someone is sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Target {
    /// A step of a route.
    Step {
        /// Route index.
        route: u16,
        /// Step index in it.
        step: u16,
    },
    /// Out of the model.
    Out,
    /// Refused, and out of the model.
    Refused,
    /// Refused, and back to the side it came from (the step of the other route where it goes on).
    Back {
        /// Route index of the other direction.
        route: u16,
        /// Step index in it.
        step: u16,
    },
}

/// A share sent somewhere after service.
#[derive(Debug, Clone)]
pub struct Send {
    /// Whom.
    pub serves: Test,
    /// With which probability.
    pub share: f64,
    /// Where to.
    pub to: Target,
}

/// What happens to work that is preempted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Victim {
    /// Goes on where it stopped.
    Resume,
    /// Starts again with the same need.
    Restart,
    /// Starts again with a new draw.
    Resample,
}

/// A stage as compiled.
#[derive(Debug, Clone)]
pub struct Station {
    /// Dotted path.
    pub name: String,
    /// Side whose ground it stands on.
    pub side: usize,
    /// Post: side × 2 + (0 exit, 1 entry).
    pub post: u16,
    /// Whom it serves; others pass without time.
    pub serves: Test,
    /// Shares sent here, first match; empty: everybody it serves.
    pub takes: Vec<(Test, f64)>,
    /// Key of the draw for `takes`.
    pub takes_purpose: u64,
    /// Each person is checked one by one?
    pub per_person: bool,
    /// Persons leave the vehicle and queue here as travellers of their own (inside a side-by-side group).
    pub persons_apart: bool,
    /// Lanes.
    pub lanes: Vec<Lane>,
    /// Groups of booths of all lanes.
    pub groups: Vec<Group>,
    /// First booth and one past the last, over the plan.
    pub booths: std::ops::Range<u32>,
    /// Checks done at one booth.
    pub checks: Vec<Check>,
    /// Calendar slot of booth `booths.start`'s first check; booths × checks slots follow.
    pub slots: u32,
    /// Pools that must each give an officer.
    pub pools: Vec<u16>,
    /// Priority levels: first match is the level; none: the last level.
    pub priority: Vec<Test>,
    /// Who preempts, and what becomes of the victim.
    pub preempts: Option<(Test, Victim)>,
    /// How the line is chosen.
    pub choice: Choice,
    /// Difference at which the last of a longer line moves over.
    pub jockey: Option<u32>,
    /// Shares sent elsewhere after service.
    pub sends: Vec<Send>,
    /// Key of the draw for `sends`.
    pub sends_purpose: u64,
    /// For a second line: what the refused do, and the share of them.
    pub refused: Option<(f64, Target)>,
    /// Only reached by being sent here (second line, policy stop).
    pub only_sent: bool,
    /// Gate before the booths, as index into [`Plan::containers`]; none without.
    pub gate: Option<Gate>,
    /// Line spot and booth spot.
    pub line_spot: SpotId,
    /// Where service happens.
    pub booth_spot: SpotId,
    /// Owner for staffing losses (the first agency).
    pub owner: OwnerId,
    /// Agencies whose outage stops it.
    pub owners: Vec<OwnerId>,
}

/// One step of a route.
#[derive(Debug, Clone)]
pub enum Step {
    /// Joins a virtual queue (the first that serves), is called, drives to the post.
    Call {
        /// Virtual queues in order; the first whose test holds takes the traveller.
        queues: Vec<u16>,
    },
    /// The approach road of a post.
    Road {
        /// Its container.
        container: ContainerId,
        /// Its spot.
        spot: SpotId,
    },
    /// A stage in a post.
    Stage {
        /// Which.
        station: StationId,
        /// Room of the post.
        room: ContainerId,
    },
    /// Stages side by side: vehicle and persons.
    Fork {
        /// The vehicle's stage, if any takes it.
        vehicle: Vec<StationId>,
        /// The persons' stage.
        persons: Vec<StationId>,
        /// Room of the post.
        room: ContainerId,
        /// Where the first to be ready waits for the others.
        spot: SpotId,
    },
    /// A strip of the zone.
    Strip {
        /// Strips in order; the first open one that serves takes the traveller.
        strips: Vec<u16>,
    },
}

/// One way of a strip of the zone (a shared strip has two that name the same container).
#[derive(Debug, Clone)]
pub struct Strip {
    /// Dotted path.
    pub name: String,
    /// Who may use it.
    pub serves: Test,
    /// Its room.
    pub container: ContainerId,
    /// Lanes side by side, each way.
    pub lanes: u32,
    /// Time to cross it.
    pub travel: Law,
    /// Key of the draw.
    pub purpose: u64,
    /// Its spot.
    pub spot: SpotId,
    /// Owner of the time to cross.
    pub owner: OwnerId,
}

/// The steps of one direction.
#[derive(Debug, Clone)]
pub struct Route {
    /// "UA>PL".
    pub name: String,
    /// Side it starts on.
    pub from: usize,
    /// Steps in order.
    pub steps: Vec<Step>,
    /// First step that lies beyond the zone (in the entry post).
    pub entry: u16,
    /// First step that lies in the zone or beyond it.
    pub zone: u16,
}

/// A virtual queue.
#[derive(Debug, Clone)]
pub struct VirtualQueue {
    /// Dotted path, for example `UA.equeue.loaded`.
    pub name: String,
    /// Who books here.
    pub serves: Test,
    /// Room that calls are made against; none: called at once.
    pub room: ContainerId,
    /// That many more may be called than there is room.
    pub ahead: u32,
    /// So many of this queue may be called and not yet through the room's post.
    pub places: u32,
    /// From where it waits to the gate.
    pub travel: Law,
    /// Share that never shows up.
    pub no_show: f64,
    /// Time after which the place of a no-show is given back.
    pub show_up_within: Tick,
    /// Minutes per vehicle in the displayed wait; 0: rolling.
    pub headway: Tick,
    /// Spots: waiting, and on the way.
    pub spot: SpotId,
    /// On the way.
    pub way_spot: SpotId,
    /// Owner of its rules.
    pub owner: OwnerId,
    /// Keys of the draws for travel and no-show.
    pub purposes: (u64, u64),
    /// In which order, and under which further rules, one is called.
    pub rules: CallRules,
}

/// How travellers come about.
#[derive(Debug, Clone)]
pub enum Demand {
    /// By an arrival process.
    Arrivals(Arrivals),
    /// A finite fleet that returns `away` after it left.
    Fleet {
        /// Number of vehicles.
        size: u32,
        /// Time away.
        away: Law,
    },
}

/// One mix: exactly one of its words for each traveller (none when `given` does not hold).
#[derive(Debug, Clone)]
pub struct Mix {
    /// Key of the draw.
    pub purpose: u64,
    /// Cumulated shares and the word's bit.
    pub words: Vec<(f64, u128)>,
    /// Only for these.
    pub given: Test,
}

/// Who turns round at the sight of a queue: of the last step that is exceeded, a share leaves at once.
#[derive(Debug, Clone, PartialEq)]
pub struct Balk {
    /// Exceeded when more than so many are at these spots (the road: none named).
    pub above: u32,
    /// With this probability.
    pub share: f64,
    /// Where is counted; empty: on the road.
    pub spots: Vec<SpotId>,
}

/// A source of travellers.
#[derive(Debug, Clone)]
pub struct Source {
    /// Name of the traffic.
    pub name: String,
    /// Key of its travellers' draws.
    pub key: u64,
    /// Class name.
    pub class: String,
    /// Bits of class and direction.
    pub words: u128,
    /// Route.
    pub route: u16,
    /// Step at which it appears (a `Call`, a `Road`, or a stage).
    pub first_step: u16,
    /// Step after which it leaves; none: after the last.
    pub last_step: u16,
    /// How they come about.
    pub demand: Demand,
    /// Travellers per arrival: (value, cumulated share).
    pub batch: Vec<(u32, f64)>,
    /// Persons per traveller.
    pub party: Vec<(u32, f64)>,
    /// Length of road, millimetres.
    pub length: u64,
    /// Mixes.
    pub mixes: Vec<Mix>,
    /// Who turns round at the sight of a queue.
    pub balks: Vec<Balk>,
    /// Leaves when the first service has not begun by then.
    pub patience: Option<Law>,
    /// At most so many appear.
    pub limit: u64,
    /// Calendar slot.
    pub slot: u32,
    /// Index of its direction and class among the base cohorts.
    pub base_cohort: u16,
    /// Policies that may apply: (policy's bit, test, from, until, compliance, key).
    pub policies: Vec<PolicyDraw>,
}

/// A policy that some of a source's travellers are under.
#[derive(Debug, Clone)]
pub struct PolicyDraw {
    /// Bit of the word "policy:NAME".
    pub bit: u128,
    /// To whom it may apply.
    pub serves: Test,
    /// For those who appear from here ...
    pub from: Tick,
    /// ... until here.
    pub until: Tick,
    /// Share of cases in which it is followed.
    pub compliance: f64,
    /// Key of the draw.
    pub purpose: u64,
}

/// When an outage happens.
#[derive(Debug, Clone)]
pub enum OutageTimes {
    /// At a known time.
    Listed(Tick),
    /// After random up-times.
    Random(Law),
}

/// A stop or a slow-down.
#[derive(Debug, Clone)]
pub struct Outage {
    /// What happened, in words.
    pub what: String,
    /// Stations concerned, with the owner who stops there.
    pub stations: Vec<StationId>,
    /// Only this booth; none: the whole station.
    pub booth: Option<u32>,
    /// Owner whose time is lost; none: whoever works there.
    pub owner: OwnerId,
    /// Who is concerned.
    pub serves: Test,
    /// When.
    pub times: OutageTimes,
    /// How long.
    pub lasts: Law,
    /// Speed while it lasts: 0 stops, 0.5 halves.
    pub speed: f64,
    /// Key of its draws.
    pub key: u64,
    /// Calendar slot.
    pub slot: u32,
}

/// A live change.
#[derive(Debug, Clone)]
pub struct Intervention {
    /// When.
    pub at: Tick,
    /// What.
    pub set: Lever,
}

/// What may be changed while running.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lever {
    /// Booths open in a group of a station.
    Booths {
        /// Station.
        station: StationId,
        /// Group index.
        group: usize,
        /// New number.
        count: u32,
    },
    /// Officers on duty in a pool.
    Officers {
        /// Pool.
        pool: u16,
        /// New number.
        count: u32,
    },
    /// Size of a container; smaller: drains.
    Room {
        /// Which.
        container: ContainerId,
        /// New size in its unit.
        size: u64,
    },
}

/// Travellers standing in a place at the start.
#[derive(Debug, Clone)]
pub struct Standing {
    /// Source they belong to.
    pub source: u16,
    /// How many.
    pub count: u32,
    /// Where: at which step of the source's route.
    pub step: u16,
    /// Who may stand there.
    pub serves: Test,
}

/// A group of travellers that is reported on.
///
/// The first of a plan's cohorts are the *base cohorts*, one for each direction and class; they partition everybody.
#[derive(Debug, Clone)]
pub struct Cohort {
    /// "UA>PL truck loaded".
    pub name: String,
    /// Who belongs to it.
    pub serves: Test,
    /// Route index.
    pub route: u16,
    /// The base cohort it is part of.
    pub base: u16,
}

/// What `[output]` asks for beside the summary; nothing by default.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Asked {
    /// Every visit of replication 0.
    pub visits: bool,
    /// The records of replication 0, for its visits or for known answers that are lists of times.
    pub trace: bool,
    /// The numbers present at these times, ascending.
    pub number_at: Vec<Tick>,
    /// Shares of time with 0 … so many present.
    pub number_up_to: Option<u32>,
    /// Bounds of the stretches in which is counted, ascending; a stretch holds its lower bound and not its upper.
    pub counts: Vec<Tick>,
    /// Are the stretches of one length, so that mean and variance over them make sense?
    pub even_counts: bool,
    /// Means of the first so many.
    pub first: Vec<u32>,
    /// Shares of those who waited and who were held.
    pub shares: bool,
}

impl Asked {
    /// Must a run be watched for it?
    pub fn watches(&self) -> bool {
        !self.number_at.is_empty()
            || self.number_up_to.is_some()
            || !self.counts.is_empty()
            || !self.first.is_empty()
            || self.shares
    }
}

/// A compiled scenario.
#[derive(Debug, Clone)]
pub struct Plan {
    /// Name of the scenario.
    pub name: String,
    /// Codes of the sides.
    pub sides: [String; 2],
    /// Who appears before is not counted.
    pub warmup: Tick,
    /// Who appears from here on is not counted.
    pub window: Tick,
    /// The run ends here at the latest.
    pub until: Tick,
    /// Sources stop at the end of the window?
    pub arrivals_stop: bool,
    /// Refuse to hold more travellers than this.
    pub max_inside: u32,
    /// Refuse to simulate more events than this.
    pub max_events: u64,
    /// Names of the bits in a traveller's words.
    pub words: Vec<String>,
    /// Owners; 0 is demand.
    pub owners: Vec<Owner>,
    /// Spots.
    pub spots: Vec<Spot>,
    /// Containers.
    pub containers: Vec<Container>,
    /// Pools.
    pub pools: Vec<Pool>,
    /// Stations.
    pub stations: Vec<Station>,
    /// Strips.
    pub strips: Vec<Strip>,
    /// Virtual queues.
    pub queues: Vec<VirtualQueue>,
    /// Routes.
    pub routes: Vec<Route>,
    /// Sources.
    pub sources: Vec<Source>,
    /// Outages.
    pub outages: Vec<Outage>,
    /// Live changes, sorted by time.
    pub interventions: Vec<Intervention>,
    /// Who stands where at the start.
    pub standing: Vec<Standing>,
    /// Groups reported on; the first of each direction and class come first.
    pub cohorts: Vec<Cohort>,
    /// Owner index of "shared zone" and of "carrier".
    pub shared_owner: OwnerId,
    /// Carrier.
    pub carrier_owner: OwnerId,
    /// Interval of the series by time.
    pub series_every: Tick,
    /// Only so many are counted; the run ends when the last of them is out ([`u64::MAX`]: whoever appears in the window).
    pub counted_at_most: u64,
    /// What is written beside the summary.
    pub asked: Asked,
    /// Slots of the calendar in use, and where each rank begins.
    pub slots: Slots,
    /// Total number of booths.
    pub booths: u32,
    /// Total number of lines.
    pub lines: u32,
}

/// How the calendar's slots are numbered: the tie rule.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Slots {
    /// First slot of shift changes (0 is interventions).
    pub shifts: u32,
    /// The slot of the alarms of virtual queues.
    pub calls: u32,
    /// First slot of service ends.
    pub services: u32,
    /// The slot of moves of single travellers.
    pub moves: u32,
    /// First slot of the sources.
    pub sources: u32,
    /// The slot of patience.
    pub patience: u32,
    /// Number of slots.
    pub count: u32,
}

impl Plan {
    /// Number of base cohorts.
    pub fn bases(&self) -> usize {
        self.cohorts.iter().enumerate().filter(|(k, c)| c.base as usize == *k).count()
    }

    /// The cohorts of each base cohort, itself included.
    pub fn cohorts_of_bases(&self) -> Vec<Vec<u16>> {
        let of = |base: usize| {
            let part = self.cohorts.iter().enumerate().filter(move |(_, c)| c.base as usize == base);
            part.map(|(k, _)| k as u16).collect()
        };
        (0..self.bases()).map(of).collect()
    }
}
