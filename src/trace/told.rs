//! A trace in words: one line for each record, with names where the record has numbers.
//!
//! Lines say all that records say, so that two runs are the same if and only if their lines are. And they say it without
//! the numbering of a plan: lines of two scenarios, or of two versions of the program, can be held against each other.
//!
//! # The file
//!
//! A first line `# kordon trace 1`, further lines that begin with `#` (what was run), then one line for each record: tick,
//! clock, who and what, separated by tabs. `docs/event-log.md` describes it.

use std::fmt;

use crate::crossing::{Happened, Plan, Record};
use crate::kernel::time::{SECOND, Tick};

use super::Trace;
use super::words::{booth_name, traveller_name, what_words};

/// The first line of a trace in words.
pub const FIRST_LINE: &str = "# kordon trace 1";

/// One thing that happened, in words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Told {
    /// When, in ticks since the start.
    pub at: Tick,
    /// The same on the clock of the first side.
    pub clock: String,
    /// Whom: `truck 1041 (loaded 17)`, class and number in the run, then source and number in the source; empty: nobody.
    pub who: String,
    /// What: `service begins at booth 3 of UA.exit.customs`.
    pub what: String,
}

impl Told {
    /// Reads a line of the file; none for a line that is not of that shape.
    pub fn parse(line: &str) -> Option<Self> {
        let mut cells = line.split('\t');
        let at = cells.next()?.parse().ok()?;
        let mut text = || cells.next().map(str::to_owned);
        let told = Self { at, clock: text()?, who: text()?, what: text()? };
        cells.next().is_none().then_some(told)
    }

    /// The line of the file, without its end.
    pub fn line(&self) -> String {
        format!("{}\t{}\t{}\t{}", self.at, self.clock, self.who, self.what)
    }
}

impl fmt::Display for Told {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let who = if self.who.is_empty() { String::new() } else { format!("{}: ", self.who) };
        write!(f, "{}  {who}{}", self.clock, self.what)
    }
}

/// Every record of a trace in words, in order. `label` says what a tick is called on the clock of the first side.
pub fn told<'a>(
    plan: &'a Plan,
    trace: &'a Trace,
    label: &'a dyn Fn(Tick) -> String,
) -> impl Iterator<Item = Told> + 'a {
    let names =
        Names { plan, trace, booths: (0..plan.booths).map(|booth| booth_name(plan, booth)).collect() };
    trace.records().iter().map(move |record| Told {
        at: record.at,
        clock: label(record.at),
        who: names.who(record),
        what: names.what(record),
    })
}

struct Names<'a> {
    plan: &'a Plan,
    trace: &'a Trace,
    booths: Vec<String>,
}

impl Names<'_> {
    fn who(&self, record: &Record) -> String {
        let Some(life) = self.trace.life(record.traveller) else { return String::new() };
        let name = traveller_name(self.plan, self.trace, record.traveller);
        match self.plan.sources.get(life.source as usize) {
            Some(source) if life.is_whole() => format!("{name} ({} {})", source.name, life.index),
            _ => name,
        }
    }

    fn what(&self, record: &Record) -> String {
        match record.what {
            Happened::Appeared { source, .. } => format!("appears, {}", self.direction(source)),
            Happened::At(spot) => format!("is at {}", self.spot(spot)),
            Happened::Starts { booth } => format!("service begins at {}", self.booth(booth)),
            Happened::Stops { booth } => format!("service stops at {}", self.booth(booth)),
            Happened::GoesOn { booth } => format!("service goes on at {}", self.booth(booth)),
            Happened::Done { booth } => format!("service is done at {}", self.booth(booth)),
            Happened::Held { by } => match self.plan.containers.get(by as usize) {
                Some(container) => format!("is held until there is room on {}", container.name),
                None => "is held".to_owned(),
            },
            Happened::Booked { spot, what, ticks } => {
                let (whole, micros) = (ticks / SECOND, ticks % SECOND);
                let what = what_words(self.plan, what);
                format!("{whole}.{micros:06} s at {} booked to {what}", self.spot(spot))
            }
            Happened::Left(outcome) => format!("leaves: {}", outcome.word()),
            Happened::Booth { booth, open } => {
                format!("{} {}", self.booth(booth), if open { "opens" } else { "closes" })
            }
            Happened::Outage { outage, begins } => {
                let what = self.plan.outages.get(outage as usize).map_or("an outage", |o| o.what.as_str());
                format!("{what}: {}", if begins { "begins" } else { "ends" })
            }
            Happened::Knot { members } => format!("{members} are in a knot and will not move again"),
        }
    }

    fn direction(&self, source: u16) -> &str {
        let route =
            self.plan.sources.get(source as usize).and_then(|s| self.plan.routes.get(s.route as usize));
        route.map_or("", |route| route.name.as_str())
    }

    fn spot(&self, spot: u16) -> &str {
        self.plan.spots.get(spot as usize).map_or("no place yet", |spot| spot.name.as_str())
    }

    fn booth(&self, booth: u32) -> &str {
        self.booths.get(booth as usize).map_or("a booth", String::as_str)
    }
}
