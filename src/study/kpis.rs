//! The named numbers of a replication.
//!
//! Which numbers there are depends on the plan alone, not on what happened: a class nobody of which appeared has its
//! row, with no value. A name is three parts joined by spaces, *about* · *measure* · *stat*:
//!
//! ```text
//! UA>PL truck wait p95               a cohort, a span, a statistic of it
//! UA>PL truck turned_away share      a cohort, an outcome, its share of those who appeared
//! UA>PL truck traced_to PL customs capacity
//! PL.entry.customs utilisation       a stage (or a pool of officers, a strip, a queue) and a measure
//! UA>PL number mean                  a direction: how many are inside
//! ```
//!
//! Names are what `headline`, `[[expect]]`, `compare` and the JSON use. Inside, durations are seconds, shares are 0 to 1.

pub(crate) mod asked;
pub(crate) mod extract;
mod layout;

use std::ops::Range;

use crate::crossing::{Plan, SPANS};

/// What a KPI is counted in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Unit {
    /// Seconds; in files the key ends in `_s`.
    Seconds,
    /// A number of travellers, officers, events.
    Count,
    /// A share from 0 to 1.
    Share,
    /// Per hour; in files the key ends in `_per_h`.
    PerHour,
    /// Officer-hours; in files the key ends in `_h`.
    Hours,
}

impl Unit {
    /// What a key in a file ends with.
    pub fn suffix(self) -> &'static str {
        match self {
            Self::Seconds => "_s",
            Self::Count | Self::Share => "",
            Self::PerHour => "_per_h",
            Self::Hours => "_h",
        }
    }

    /// The unit as a word of a table.
    pub fn word(self) -> &'static str {
        match self {
            Self::Seconds => "s",
            Self::Count => "count",
            Self::Share => "share",
            Self::PerHour => "per h",
            Self::Hours => "h",
        }
    }
}

/// What a KPI is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Subject {
    /// A cohort of the plan.
    Cohort(usize),
    /// A direction (index of a route).
    Direction(usize),
    /// A station.
    Station(usize),
    /// A spot that is no stage.
    Spot(usize),
    /// A pool of officers.
    Pool(usize),
    /// The run as a whole.
    Run,
}

/// One named number.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Kpi {
    /// What it is about, for example `UA>PL truck` or `PL.entry.customs`; empty for the run as a whole.
    pub about: String,
    /// What is measured, for example `wait`.
    pub measure: String,
    /// Which statistic of it; empty where there is only one.
    pub stat: &'static str,
    /// Counted in.
    pub unit: Unit,
    /// What it is about, as an index.
    pub subject: Subject,
}

impl Kpi {
    /// The whole name.
    pub fn name(&self) -> String {
        let parts = [self.about.as_str(), self.measure.as_str(), self.stat];
        parts.iter().filter(|part| !part.is_empty()).copied().collect::<Vec<_>>().join(" ")
    }
}

/// The KPIs of a plan, in the order of output.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Kpis {
    list: Vec<Kpi>,
    names: Vec<String>,
    cohorts: Vec<usize>,
    ledger: Vec<usize>,
    directions: Vec<usize>,
    stations: Vec<usize>,
    spots: Vec<(usize, usize)>,
    pools: Vec<usize>,
    run: usize,
    asked: usize,
}

impl Kpis {
    /// The KPIs of a plan.
    pub fn of(plan: &Plan) -> Self {
        layout::layout(plan)
    }

    /// All, in order.
    pub fn list(&self) -> &[Kpi] {
        &self.list
    }

    /// How many.
    pub fn len(&self) -> usize {
        self.list.len()
    }

    /// None at all? (Never: a run always has its own.)
    pub fn is_empty(&self) -> bool {
        self.list.is_empty()
    }

    /// Names in order.
    pub fn names(&self) -> &[String] {
        &self.names
    }

    /// The index of a name. `crossing_time` stands for `arrival_to_exit`; a span without a statistic means its mean.
    pub fn find(&self, name: &str) -> Option<usize> {
        let name = name.split_whitespace().collect::<Vec<_>>().join(" ");
        let name = asked::with_labels(&name.replace(" crossing_time", " arrival_to_exit"));
        let at = |wanted: &str| self.names.iter().position(|n| n == wanted);
        at(&name).or_else(|| at(&format!("{name} mean")))
    }

    /// Where numbers of these names stand; none for those that this plan does not have.
    pub(crate) fn places(&self, names: &[String]) -> Vec<Option<usize>> {
        let place = |(k, name): (usize, &String)| {
            let here = self.names.get(k).filter(|own| *own == name).map(|_| k);
            here.or_else(|| self.names.iter().position(|own| own == name))
        };
        names.iter().enumerate().map(place).collect()
    }

    /// The name nearest to `name`, for an error that helps.
    pub fn nearest(&self, name: &str) -> Option<&str> {
        let distance = |known: &&String| strsim::osa_distance(known, name);
        self.names.iter().min_by_key(distance).map(String::as_str)
    }

    /// Where a cohort's numbers begin.
    pub fn cohort(&self, cohort: usize) -> usize {
        self.cohorts[cohort]
    }

    /// Index of a span's statistic of a cohort.
    pub fn span(&self, cohort: usize, span: crate::crossing::Span, stat: SpanStat) -> usize {
        let span = SPANS.iter().position(|s| *s == span).unwrap_or(0);
        self.cohorts[cohort] + span * SPAN_STATS.len() + stat as usize
    }

    /// Index of an outcome's count of a cohort (its share follows).
    pub fn outcome(&self, cohort: usize, outcome: usize) -> usize {
        self.cohorts[cohort] + SPANS.len() * SPAN_STATS.len() + 1 + outcome * 2
    }

    /// Index of the number of a cohort that appeared.
    pub fn appeared(&self, cohort: usize) -> usize {
        self.cohorts[cohort] + SPANS.len() * SPAN_STATS.len()
    }

    /// Index of the number of a cohort still inside at the end.
    pub fn still_inside(&self, cohort: usize) -> usize {
        self.outcome(cohort, crate::crossing::observe::OUTCOMES.len())
    }

    /// The ledger's totals of a base cohort: (kind × owner).
    pub fn ledger(&self, base: usize, owners: usize) -> Range<usize> {
        self.ledger[base]..self.ledger[base] + owners * crate::crossing::ledger::KINDS.len()
    }

    /// Index of a station's measure.
    pub fn station(&self, station: usize, stat: StationStat) -> usize {
        self.stations[station] + stat as usize
    }

    /// Index of a direction's mean number inside.
    pub fn direction(&self, route: usize) -> usize {
        self.directions[route]
    }

    /// Index of a pool's utilisation (its officer-hours follow).
    pub fn pool(&self, pool: usize) -> usize {
        self.pools[pool]
    }

    /// Spots that have numbers of their own: (spot, index of the mean; the maximum follows).
    pub fn spots(&self) -> &[(usize, usize)] {
        &self.spots
    }

    /// The numbers that `[output]` asks for beside the summary; they are the last.
    pub fn asked(&self) -> Range<usize> {
        self.asked..self.list.len()
    }

    /// Index of a number of the run as a whole.
    pub fn run(&self, stat: RunStat) -> usize {
        self.run + stat as usize
    }
}

/// Statistics of a span.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SpanStat {
    /// Number.
    N = 0,
    /// Mean.
    Mean = 1,
    /// Median.
    P50 = 2,
    /// 90 % are shorter.
    P90 = 3,
    /// 95 % are shorter.
    P95 = 4,
    /// Longest.
    Max = 5,
}

/// Names of [`SpanStat`], in order.
pub const SPAN_STATS: [&str; 6] = ["n", "mean", "p50", "p90", "p95", "max"];

macro_rules! numbered {
    ($(#[$meta:meta])* $Name:ident, $TABLE:ident: $( $(#[doc = $doc:literal])* $Variant:ident = $measure:literal $stat:literal $unit:ident ),* $(,)?) => {
        $(#[$meta])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub enum $Name { $( $(#[doc = $doc])* $Variant, )* }
        /// (measure, statistic, unit) of each, in order.
        pub(crate) const $TABLE: &[(&str, &str, Unit)] = &[ $( ($measure, $stat, Unit::$unit), )* ];
    };
}

numbered! {
    /// Measures of a stage.
    StationStat, STATION_STATS:
    /// Visits of the counted that had to queue or went straight through: how many.
    WaitN = "wait" "n" Count,
    /// Mean wait in line.
    WaitMean = "wait" "mean" Seconds,
    /// Median wait in line.
    WaitP50 = "wait" "p50" Seconds,
    /// 90 % waited less.
    WaitP90 = "wait" "p90" Seconds,
    /// 95 % waited less.
    WaitP95 = "wait" "p95" Seconds,
    /// Longest wait in line.
    WaitMax = "wait" "max" Seconds,
    /// Share of visits that waited at all.
    WaitedShare = "waited" "share" Share,
    /// Mean number in line over the window.
    QueueMean = "queue" "mean" Count,
    /// Most in line at any time.
    QueueMax = "queue" "max" Count,
    /// Mean number in line and at the booths over the window.
    NumberMean = "number" "mean" Count,
    /// Busy booth-time over open booth-time in the window.
    Utilisation = "utilisation" "" Share,
    /// Booth-time held from ahead over open booth-time in the window.
    HeldShare = "held" "share" Share,
    /// Mean own need per service of the counted.
    ServiceMean = "service" "mean" Seconds,
    /// Services of the counted.
    Served = "served" "" Count,
    /// Services per hour, over the run.
    Throughput = "throughput" "" PerHour,
    /// Mean number of booths open over the window.
    OpenMean = "open" "mean" Count,
}

numbered! {
    /// Measures of the run as a whole.
    RunStat, RUN_STATS:
    /// Mean number inside over the window, everybody.
    NumberMean = "number" "mean" Count,
    /// Of the counted, refused entry at least once.
    Refusals = "refusals" "" Count,
    /// When the first knot was found.
    DeadlockAt = "deadlock" "at" Seconds,
    /// Knots found.
    Deadlocks = "deadlocks" "" Count,
    /// Counted travellers still inside at the end.
    StillInside = "still_inside" "" Count,
    /// Clock at the end of the run.
    End = "end" "" Seconds,
    /// Events.
    Events = "events" "" Count,
    /// Stage visits.
    Visits = "visits" "" Count,
}
