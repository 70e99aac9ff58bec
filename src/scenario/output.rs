//! `[output]`, `[reference]`, `[[expect]]`: what is recorded, and what results are measured against.

use super::actions::AgreedRates;
use super::declare::{section, words};
use super::forms::{Fixed, Flag, OneOrMore, Text};
use super::numbers::{AnyNumber, Duration};
use super::selector::{EachSelect, Selector};
use super::{Span, Tick};

section! {
    /// Agreed levels, against which delays are attributed.
    pub struct Reference {
        /// Which staffing counts as agreed: `"fullest roster"` (default) or `"as rostered"`.
        staffing: Staffing = or(Staffing, Staffing::FullestRoster),
        /// Agreed throughput by side (index, per second): `PL = "680 trucks/day"`.
        agreed: Vec<(usize, f64)> = flat(AgreedRates),
    }
}

words! {
    /// Which staffing counts as agreed.
    pub enum Staffing {
        /// The most that any line of the roster has.
        FullestRoster = "fullest roster",
        /// What the roster says, hour by hour.
        AsRostered = "as rostered",
    }
}

section! {
    /// What is recorded beside the summary.
    pub struct Output {
        /// Whether every visit to a stage is written. Default `false`.
        visits: bool = or(Flag, false),
        /// Moments since the start at which the numbers inside are written: `["1 h", "2 h"]`.
        number_at: Vec<Tick> = or(Fixed<OneOrMore<Duration>>, Vec::new()),
        /// Interval of the counts in and out, e.g. `"1 h"`. Default: none.
        counts_every: Option<Tick> = may(Fixed<Duration>),
        /// Interval of the series of queues and waits, e.g. `"15 min"`. Default: none.
        series_every: Option<Tick> = may(Fixed<Duration>),
        /// Further groups to report, as selectors: `["loaded t1"]`.
        groups: Vec<Selector> = or(EachSelect, Vec::new()),
    }
}

section! {
    /// A known answer with which a run of this file is compared.
    pub struct Expect {
        /// What: `"UA>PL truck wait mean"`, `"UA.exit.hall queue mean"`.
        value: String = need(Text),
        /// Its value: a duration (`"4 min"`; seconds in the model), a share or a pure number.
        is: f64 = need(Fixed<AnyNumber>),
        /// Where it is from.
        source: String = need(Text),
        /// Where it stands in the file.
        span: Span = here(),
    }
}

#[expect(clippy::derivable_impls, reason = "the type is declared by a macro that does not derive it")]
impl Default for Output {
    fn default() -> Self {
        Self {
            visits: false,
            number_at: Vec::new(),
            counts_every: None,
            series_every: None,
            groups: Vec::new(),
        }
    }
}

impl Default for Reference {
    fn default() -> Self {
        Self { staffing: Staffing::FullestRoster, agreed: Vec::new() }
    }
}
