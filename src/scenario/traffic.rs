//! `[traffic.<name>]` and `[fleet.<name>]`: who comes, when, and with which attributes.

use super::declare::section;
use super::demand::{BooksKey, DemandKeys};
use super::forms::{Fixed, Flag, OneOrMore, Ranged, Text, Word};
use super::law::{Law, LawForm};
use super::layout::StagePath;
use super::numbers::{Heads, Metres, Number, Percent, Seed};
use super::selector::Selector;
use super::shares::{CountsForm, MixTables};
use super::sides::SideCode;
use super::when::{Moment, When};
use super::{Span, Tick};

section! {
    /// One stream of travellers: who comes, from which side, when, and what they are.
    pub struct Traffic {
        /// The stream's name: the last part of `[traffic.<name>]`.
        name: String = own_name(),
        /// Where it stands in the file.
        span: Span = here(),
        /// The name under which its random draws were keyed before it was renamed; keeps every digit.
        draws_as: Option<String> = may(Text),
        /// What travels: `"truck"`, `"car"`, `"bus"`, `"van"`, `"pedestrian"` or any other word.
        class: String = need(Word),
        /// The side it comes from, as its ISO code, e.g. `"UA"`.
        from: usize = need(SideCode),
        /// How many appear, and when: `books` or `arrives` with its `peaks`; of a fleet, its `size` and time `away`.
        demand: Demand = flat(DemandKeys),
        /// Whether it books (joins the virtual queue of the side it comes from) or drives up to the road.
        books: bool = flat(BooksKey),
        /// Travellers per arrival, each of whom then goes its own way. A number or shares by number; default 1.
        batch: Counts = or(CountsForm, Counts::one()),
        /// Persons who stay together to the end (on foot) or sit inside (vehicles). A number, or shares by number:
        /// `{ 1 = "70 %", 2 = "30 %" }`; default 1.
        party: Counts = or(CountsForm, Counts::one()),
        /// Metres of road one takes, gap included, e.g. `"25 m"`. Default by class: truck 25, bus 15, van 7, car 5,
        /// pedestrian 0.5, anything else 5.
        length: Option<f64> = may(Metres),
        /// Attributes: each draws exactly one word, `mix.load = { loaded = "70 %", empty = "30 %" }`.
        mix: Vec<Mix> = or(MixTables, Vec::new()),
        /// Who turns round at the sight of the queue; a list: the last whose `above` is exceeded counts.
        balks: Vec<Balk> = or(OneOrMore<Balk>, Vec::new()),
        /// How long one waits, until the first service begins, before giving up: a law, e.g. `{ exponential = "3 h" }`.
        patience: Option<Law> = may(LawForm),
        /// Travels as a convoy. Documentation only: precedence is given by `priority` and `preempts`. Default `false`.
        convoy: bool = or(Flag, false),
        /// Path of the stage where it appears, e.g. `"PL.entry.customs"`. Default: the road of the first post.
        enters: Option<String> = may(StagePath),
        /// Path of the stage after which it leaves. Default: the last one.
        leaves: Option<String> = may(StagePath),
        /// At most that many appear. A number; default: no limit.
        limit: Option<u64> = may(Fixed<Seed>),
    }
}

section! {
    /// Who turns round at the sight of the queue.
    pub struct Balk {
        /// The number waiting above which some turn round, e.g. `"300 persons"`.
        above: u32 = need(Heads),
        /// The share of those who then turn round, e.g. `"30 %"`.
        share: f64 = need(Ranged<Percent>),
        /// Path of a stage: what is seen is the number in its line and at its booths. Default: the number on the road.
        at: Option<String> = may(StagePath),
        /// Where it stands in the file.
        span: Span = here(),
    }
}

section! {
    /// A recurring or single peak on top of the rate.
    pub struct Peak {
        /// Beginning: `"Fri 20:00"` (each week), `"20:00"` (each day), a date, or `"90 min"` since the start.
        from: When = need(Moment),
        /// End, in the same form.
        to: When = need(Moment),
        /// How many more appear between `from` and `to`. A number.
        extra: f64 = need(Ranged<Number>),
    }
}

/// How many appear, and when.
#[derive(Debug, Clone, PartialEq)]
pub enum Demand {
    /// A Poisson stream whose rate is a step function of time.
    Poisson {
        /// Rates, by time of the local week (from Monday 00:00) if `period` is 7 days, or since the start of the run.
        steps: Vec<RateStep>,
        /// After which `steps` begin anew; `None`: the last one goes on for ever.
        period: Option<Tick>,
        /// `true`: offsets are of the local week of the side it comes from; `false`: since the start of the run.
        local: bool,
        /// What comes on top.
        peaks: Vec<Peak>,
    },
    /// One after the other at equal distances.
    Every {
        /// Distance.
        every: Tick,
        /// The first one, since the start.
        first: Tick,
        /// How many; `None`: no limit.
        count: Option<u64>,
    },
    /// At given times since the start, ascending.
    At(
        /// Times since the start.
        Vec<Tick>,
    ),
    /// A gap by time of day: the next gap is the one in force now.
    Gaps {
        /// (minute of the local day from which, gap), ascending.
        gaps: Vec<(u16, Tick)>,
    },
    /// Independent gaps of one law, the first from the start.
    Renewal(
        /// Of a gap.
        Law,
    ),
    /// Counts by interval.
    Counts(
        /// (from, to, mean count, whether the number is exact), since the start.
        Vec<(Tick, Tick, f64, bool)>,
    ),
    /// A finite set that returns.
    Fleet {
        /// How many there are.
        size: u32,
        /// Time from leaving the crossing until coming back.
        away: Law,
    },
}

/// A rate from a moment on.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct RateStep {
    /// Offset, in microseconds.
    pub from: Tick,
    /// Travellers per second.
    pub per_second: f64,
}

/// A number with its distribution: (value, share), shares summing to 1.
#[derive(Debug, Clone, PartialEq)]
pub struct Counts(
    /// Values and their shares.
    pub Vec<(u32, f64)>,
);

impl Counts {
    /// Always one.
    #[must_use]
    pub fn one() -> Self {
        Self(vec![(1, 1.0)])
    }
}

/// An attribute: exactly one of its words is true of a traveller.
#[derive(Debug, Clone, PartialEq)]
pub struct Mix {
    /// The attribute's name.
    pub attribute: String,
    /// Words and their shares, summing to 1, in file order.
    pub words: Vec<(String, f64)>,
    /// Only travellers of whom this holds have the attribute.
    pub given: Option<Selector>,
    /// Where it stands in the file.
    pub span: Span,
}
