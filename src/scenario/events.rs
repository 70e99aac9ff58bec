//! `[policy.<name>]`, `[[event]]`, `[[intervention]]`: what is decided, what happens, what is done about it.

use super::Span;
use super::actions::{EventKeys, RuleForm, SetTable, TargetKeys};
use super::declare::section;
use super::equeue::RulePath;
use super::forms::{Flag, OneOrMore, Status, Text};
use super::law::Law;
use super::layout::StagePath;
use super::numbers::Percent;
use super::post::Size;
use super::selector::{Select, Selector};
use super::when::{Moment, Until, When};

section! {
    /// A policy: it has a name, a period, a legal basis and a level of compliance.
    pub struct Policy {
        /// The policy's name.
        name: String = own_name(),
        /// For whom. Default: everyone.
        of("for"): Option<Selector> = may(Select),
        /// From when. Default: from the start.
        from: Option<When> = may(Moment),
        /// Until when (a bare date: until its end). Default: to the end.
        until: Option<When> = may(Until),
        /// Its legal basis: `{ text = "SBC18", status = "proposed" }`.
        basis: Option<Basis> = may(Basis),
        /// The share of cases in which it is really done so, e.g. `"85 %"`. Default `"100 %"`.
        compliance: f64 = or(Percent, 1.0),
        /// Paths of the stages that travellers under it pass additionally, e.g. `"PL.entry.one_stop"`.
        stops: Vec<String> = or(OneOrMore<StagePath>, Vec::new()),
        /// Paths of the stages that travellers under it pass by.
        skips: Vec<String> = or(OneOrMore<StagePath>, Vec::new()),
        /// Paths of rules of a virtual queue that are in force for those under it, e.g. `"UA.equeue.turns.loaded"`; for
        /// nobody else.
        rules: Vec<String> = or(OneOrMore<RulePath>, Vec::new()),
        /// Where it stands in the file.
        span: Span = here(),
    }
}

section! {
    /// The legal basis of a policy.
    pub struct Basis {
        /// The text: a key of `[sources]`, or in words.
        text: String = need(Text),
        /// `"in force"`, `"adopted"` or `"proposed"`.
        status: String = need(Status),
    }
}

section! {
    /// Something that happens: an outage, a strike, a slow system.
    pub struct Event {
        /// What happens, in words.
        what: String = need(Text),
        /// Whom or what it hits: `agency = "PL customs"` or `place = "PL.entry.customs"`.
        target: String = flat(TargetKeys),
        /// Only these travellers are affected. Default: all.
        of("for"): Option<Selector> = may(Select),
        /// Only these travellers are still served; all others are affected.
        only: Option<Selector> = may(Select),
        /// When: `from` and `lasts`, or at random: `every` and `lasts`.
        when: EventTimes = flat(EventKeys),
        /// How fast work goes on meanwhile: `rule = "stop"` (default) or `rule = "slow x 0.5"`.
        speed("rule"): f64 = or(RuleForm, 0.0),
        /// Whether each booth has its own such event, instead of all at once. Default `false`.
        per_booth: bool = or(Flag, false),
        /// Where it stands in the file.
        span: Span = here(),
    }
}

/// When an event happens.
#[derive(Debug, Clone, PartialEq)]
pub enum EventTimes {
    /// At a given moment.
    Listed {
        /// Beginning.
        from: When,
        /// How long.
        lasts: Law,
    },
    /// At random.
    Random {
        /// Time from the end of one to the beginning of the next.
        every: Law,
        /// How long.
        lasts: Law,
    },
}

section! {
    /// A change of a value while the run goes on.
    pub struct Intervention {
        /// When, in the clock of the first side unless it sets a value of one side: `"Fri 14:00"`, a date, `"90 min"`.
        at: When = need(Moment),
        /// Which values: `set = { "PL.entry.customs.booths" = 3 }`. The schema marks those that may be set (`x-live`).
        set: Vec<(String, Value)> = need(SetTable),
        /// Where it stands in the file.
        span: Span = here(),
    }
}

/// A value that an intervention sets.
#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    /// A number of booths or officers.
    Count(u32),
    /// A room or the places of a strip.
    Size(Size),
}
