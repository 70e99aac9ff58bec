//! One journey in words: where, how long, what for, and held by whom.

use std::fmt::Write as _;

use crate::crossing::plan::{NONE16, SpotId, SpotKind};
use crate::crossing::{Outcome, Plan};
use crate::kernel::time::{MINUTE, Tick};

use super::chain::{Freed, Holders, Link};
use super::visits::{Doing, Part, Visit};
use super::words::{booth_name, duration, split_what, traveller_name, what_words};
use super::{Trace, waited};
use crate::crossing::ledger::Kind;

/// Waits shorter than this are not explained, only listed.
const SHORT: Tick = MINUTE;

/// Tells the journey of one traveller. `label` says what a tick is called.
///
/// What a wait is *traced to* is the ledger's answer; the chain of holders beside it is this traveller's own story. A
/// number that nobody has gives a sentence that says so.
pub fn why(plan: &Plan, trace: &Trace, label: &dyn Fn(Tick) -> String, traveller: u32) -> String {
    let Some(life) = trace.life(traveller) else {
        let last = trace.travellers().last().map_or(0, |(i, _)| i);
        return format!("No traveller has the number {traveller}; numbers go from 0 to {last}.\n");
    };
    let teller = Teller { plan, trace, label, holders: Holders::new(plan, trace) };
    let mut text = String::new();
    teller.headline(&mut text, traveller);
    for visit in trace.visits(plan, traveller).iter().filter(|v| v.ticks() > 0) {
        teller.visit(&mut text, visit);
    }
    teller.ending(&mut text, life.left.is_none());
    text
}

struct Teller<'a> {
    plan: &'a Plan,
    trace: &'a Trace,
    label: &'a dyn Fn(Tick) -> String,
    holders: Holders<'a>,
}

/// Writing to a String cannot fail.
macro_rules! line {
    ($text:expr, $($arg:tt)*) => {{ let _ = writeln!($text, $($arg)*); }};
}

impl Teller<'_> {
    fn headline(&self, text: &mut String, traveller: u32) {
        let Some(life) = self.trace.life(traveller) else { return };
        let name = capital(&traveller_name(self.plan, self.trace, traveller));
        let direction = self.direction(life.source);
        let (from, until) = (life.appeared, life.until(self.trace.end()));
        let ended = match life.left {
            Some((at, outcome)) => format!("{} {}", outcome.word(), (self.label)(at)),
            None => format!("still inside at the end of the run, {}", (self.label)(until)),
        };
        let waits = waited(self.plan, self.trace, traveller).unwrap_or(0);
        let began = if self.begins_with_booking(traveller) { "booked" } else { "arrived" };
        line!(text, "{name}, {direction}: {began} {}, {ended}.", (self.label)(from));
        line!(text, "{} in all, {} of it waiting.", duration(until - from), duration(waits));
        self.totals(text, traveller);
    }

    fn direction(&self, source: u16) -> &str {
        let source = self.plan.sources.get(source as usize);
        source.and_then(|s| self.plan.routes.get(s.route as usize)).map_or("", |r| r.name.as_str())
    }

    fn begins_with_booking(&self, traveller: u32) -> bool {
        let first = self.trace.visits(self.plan, traveller).first().map_or(NONE16, |v| v.spot);
        self.kind(first) == Some(SpotKind::VirtualQueue)
    }

    fn kind(&self, spot: SpotId) -> Option<SpotKind> {
        self.plan.spots.get(spot as usize).map(|s| s.kind)
    }

    fn totals(&self, text: &mut String, traveller: u32) {
        let mut sums = Vec::new();
        for visit in self.trace.visits(self.plan, traveller) {
            for (what, ticks) in visit.booked {
                match sums.iter_mut().find(|(w, _)| *w == what) {
                    Some((_, sum)) => *sum += ticks,
                    None => sums.push((what, ticks)),
                }
            }
        }
        if let Some(words) = self.traced_to(&sums) {
            line!(text, "All its waiting is traced to: {words}.");
        }
        line!(text, "");
    }

    /// "roster of PL customs 2 h, capacity of UA customs 40 min": all that was not own need, the longest first.
    fn traced_to(&self, booked: &[(crate::crossing::ledger::What, Tick)]) -> Option<String> {
        let mut waits: Vec<_> = booked
            .iter()
            .filter(|(what, ticks)| *ticks > 0 && split_what(self.plan, *what).0 != Kind::Need)
            .collect();
        waits.sort_by_key(|(what, ticks)| (std::cmp::Reverse(*ticks), *what));
        let words = waits
            .iter()
            .map(|(what, ticks)| format!("{} {}", what_words(self.plan, *what), duration(*ticks)));
        let words: Vec<_> = words.collect();
        (!words.is_empty()).then(|| words.join(", "))
    }

    fn visit(&self, text: &mut String, visit: &Visit) {
        for (k, part) in visit.parts.iter().enumerate() {
            line!(text, "{}  {}", (self.label)(part.from), self.part(visit, part));
            if part.doing.waits() && part.ticks() >= SHORT {
                self.explain(text, visit, part);
            }
            let last = k + 1 == visit.parts.len();
            let long = visit.parts.iter().any(|p| !matches!(p.doing, Doing::Served { .. } | Doing::Travels));
            if let (true, true, Some(words)) = (last, long, self.traced_to(&visit.booked)) {
                line!(text, "    traced to: {words}");
            }
        }
    }

    fn part(&self, visit: &Visit, part: &Part) -> String {
        let time = duration(part.ticks());
        let place = self.place(visit.spot);
        match part.doing {
            Doing::Waits { by } => format!("waited {time} {place}{}", self.what_for(visit.spot, by)),
            Doing::Travels => self.under_way(visit.spot, &time),
            Doing::Served { booth } => format!("was served for {time} at {}", booth_name(self.plan, booth)),
            Doing::Stopped { booth } => {
                format!("stood {time} at {} while work had stopped", booth_name(self.plan, booth))
            }
            Doing::Held { by, .. } => {
                let place = match part.doing.booth() {
                    Some(booth) => format!("at {}", booth_name(self.plan, booth)),
                    None => format!("at the end of {}", self.spot_name(visit.spot)),
                };
                format!(
                    "was held {time} {place}, done,{}",
                    self.what_for(visit.spot, by).replacen(',', "", 1)
                )
            }
        }
    }

    fn under_way(&self, spot: SpotId, time: &str) -> String {
        let name = self.spot_name(spot);
        match self.kind(spot) {
            Some(SpotKind::OnTheWay) => format!("was called, and on the way for {time}"),
            Some(SpotKind::Strip) => format!("crossed {name} in {time}"),
            _ => format!("drove up to {name} in {time}"),
        }
    }

    fn spot_name(&self, spot: SpotId) -> &str {
        let Some(place) = self.plan.spots.get(spot as usize) else { return "somewhere" };
        self.plan.stations.get(place.station as usize).map_or(&place.name, |station| &station.name)
    }

    fn place(&self, spot: SpotId) -> String {
        let name = self.spot_name(spot);
        match self.kind(spot) {
            Some(SpotKind::VirtualQueue) => format!("in the virtual queue {name}"),
            Some(SpotKind::OnTheWay) => format!("after the call ({name})"),
            Some(SpotKind::Road) => format!("on the road ({name})"),
            Some(SpotKind::Line) => format!("in the line of {name}"),
            Some(SpotKind::Strip) => format!("on {name}"),
            Some(SpotKind::Join) => "for the rest of its party".to_owned(),
            Some(SpotKind::Booth) | None => format!("at {name}"),
        }
    }

    fn what_for(&self, spot: SpotId, by: u16) -> String {
        let queue = self.plan.queues.iter().find(|q| q.spot == spot);
        let room = queue.map_or(by, |q| q.room);
        match (self.plan.containers.get(room as usize), self.kind(spot)) {
            (Some(container), _) => format!(", for room {}", self.room_words(&container.name)),
            (None, Some(SpotKind::Line)) => ", for a booth".to_owned(),
            (None, Some(SpotKind::Strip)) => ", behind those ahead".to_owned(),
            _ => String::new(),
        }
    }

    fn room_words(&self, name: &str) -> String {
        if name.starts_with("zone.") { format!("on {name}") } else { format!("at {name}") }
    }

    /// How a wait ended, and what had held that up.
    fn explain(&self, text: &mut String, visit: &Visit, part: &Part) {
        let thing = match self.kind(visit.spot) {
            Some(SpotKind::Line) => "the booth",
            Some(SpotKind::Strip | SpotKind::Road) if part.doing == (Doing::Waits { by: NONE16 }) => {
                "the way"
            }
            _ => "the place",
        };
        let freed = self.holders.freed(visit.spot, part);
        let words = match freed {
            Freed::Left { .. } | Freed::Officer { .. } | Freed::Party { .. } => {
                let links = self.holders.holders(visit.spot, part);
                self.links(thing, freed, &links)
            }
            Freed::Opened { booth } => format!("it ended when {} opened", booth_name(self.plan, booth)),
            Freed::Restored { outage } => {
                let what = self.plan.outages.get(outage as usize).map_or("an outage", |o| o.what.as_str());
                format!("it ended when this was over: {what}")
            }
            Freed::OnDuty { pool } => {
                let name = self.plan.pools.get(pool as usize).map_or("", |p| p.name.as_str());
                format!("it ended when officers came on duty ({name})")
            }
            Freed::Turn => return,
        };
        line!(text, "    {words}");
        self.over_the_wait(text, visit, part);
    }

    fn links(&self, thing: &str, freed: Freed, links: &[Link]) -> String {
        let Some(first) = links.first() else {
            return format!("{thing} came free");
        };
        let who = traveller_name(self.plan, self.trace, first.who);
        let mut words = match freed {
            Freed::Officer { booth, .. } => {
                format!("an officer came free when {who} was done at {}", booth_name(self.plan, booth))
            }
            Freed::Party { .. } => {
                format!("the last of its party, {who}, came back from {}", self.left(first))
            }
            _ => {
                format!("{thing} came free when {who} left {}", self.left(first))
            }
        };
        for pair in links.windows(2) {
            let next = traveller_name(self.plan, self.trace, pair[1].who);
            let (held, how) = (duration(pair[0].part.ticks()), self.held_for(&pair[0]));
            let _ = write!(
                words,
                ", where it had been held {held}{how} until {next} left {}",
                self.left(&pair[1])
            );
        }
        if let Some(last) = links.last().filter(|l| !l.part.doing.waits()) {
            let _ = write!(words, ", {}", self.ended(last));
        }
        words
    }

    fn left(&self, link: &Link) -> String {
        match link.part.doing.booth() {
            Some(booth) => booth_name(self.plan, booth),
            None => self.spot_name(link.spot).to_owned(),
        }
    }

    fn held_for(&self, link: &Link) -> String {
        match link.part.doing {
            Doing::Held { by, .. } | Doing::Waits { by } => match self.plan.containers.get(by as usize) {
                Some(container) => format!(" for room {}", self.room_words(&container.name)),
                None => String::new(),
            },
            _ => String::new(),
        }
    }

    fn ended(&self, link: &Link) -> String {
        let time = duration(link.part.ticks());
        let never_came = self.trace.life(link.who).and_then(|life| life.left);
        if let (Some((_, Outcome::NoShow)), Doing::Travels) = (never_came, link.part.doing) {
            return format!("having been called {time} before and never come (no-show)");
        }
        match link.part.doing {
            Doing::Served { .. } => format!("served for {time}"),
            Doing::Stopped { .. } => format!("where work had stood still for {time}"),
            _ => format!("after {time} under way"),
        }
    }

    /// "Walked back over these 3 h, holder by holder: 2 h service at PL.entry.customs".
    fn over_the_wait(&self, text: &mut String, visit: &Visit, part: &Part) {
        let chain = self.holders.chain(visit.spot, part);
        let told: Tick = chain.iter().map(|c| c.2).sum();
        if chain.is_empty() || told * 2 < part.ticks() {
            return;
        }
        let words = chain.iter().take(4).map(|&(spot, doing, ticks)| {
            format!("{} of {} at {}", duration(ticks), self.doing_words(doing), self.spot_name(spot))
        });
        let words: Vec<_> = words.collect();
        line!(text, "    walked back holder by holder: {}", words.join(", "));
    }

    fn doing_words(&self, doing: Doing) -> &'static str {
        match doing {
            Doing::Served { .. } => "service",
            Doing::Stopped { .. } => "work standing still",
            Doing::Travels => "travel",
            Doing::Waits { .. } | Doing::Held { .. } => "waiting",
        }
    }

    fn ending(&self, text: &mut String, inside: bool) {
        if inside {
            line!(text, "\nThe run ended first: what is booked for its last wait is a lower bound.");
        }
        line!(
            text,
            "\nOne journey of one simulated run (seed {}, replication {}). The chain of holders is its own story;",
            self.trace.seed,
            self.trace.replication
        );
        line!(text, "what waiting is traced to is the ledger's answer for it.");
    }
}

fn capital(words: &str) -> String {
    let mut letters = words.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}
