//! `[output]`, `[reference]`, `[[expect]]`: what is recorded, and what results are measured against.

use super::actions::AgreedRates;
use super::declare::{section, words};
use super::forms::{Fixed, Flag, List, OneOrMore, Text};
use super::numbers::{AnyNumber, Between, Duration};
use super::read::Reader;
use super::selector::{EachSelect, Selector};
use super::tree::Node;
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
        /// Whether every visit of replication 0 is written, with its start and end. Default `false`.
        visits: bool = or(Flag, false),
        /// Moments since the start at which the numbers present are written: `["1 h", "2 h"]`. Default: none.
        number_at: Vec<Tick> = or(Fixed<OneOrMore<Duration>>, Vec::new()),
        /// The shares of time with 0, 1, … up to this number present are written, and with more. A number up to 1000;
        /// default: none.
        number_up_to: Option<u32> = may(Fixed<Between<0, 1000>>),
        /// Interval of the counts of who appeared, left and was served, e.g. `"1 h"`. Default: none.
        counts_every: Option<Tick> = may(Fixed<Duration>),
        /// The same between these moments since the start: `["0 h", "3.2 h", "7.9 h"]`. Default: none.
        counts_between: Vec<Tick> = or(Fixed<OneOrMore<Duration>>, Vec::new()),
        /// The means of the first so many of the counted are written: `[10, 25]`. Default: none.
        first: Vec<u32> = or(Fixed<OneOrMore<Between<1, 10_000_000>>>, Vec::new()),
        /// Whether the shares of the counted who waited, and who were held after a service, are written. Default `false`.
        shares: bool = or(Flag, false),
        /// Interval of the series of queues and waits, e.g. `"15 min"`. Default: none.
        series_every: Option<Tick> = may(Fixed<Duration>),
        /// Further groups to report, as selectors: `["loaded t1"]`.
        groups: Vec<Selector> = or(EachSelect, Vec::new()),
    }
}

section! {
    /// A known answer with which a run of this file is compared.
    pub struct Expect then one_answer {
        /// What: `"UA>PL truck wait mean"`, `"UA.exit.hall queue mean"`.
        value: String = need(Text),
        /// Its value: a duration (`"4 min"`; seconds in the model), a share or a pure number.
        is: Option<f64> = may(Fixed<AnyNumber>),
        /// Instead of `is`, of a trace without chance: the times of replication 0, in order, exactly: `["1 min", "3 min"]`.
        are: Option<Vec<Tick>> = may(Fixed<List<Duration>>),
        /// Where it is from.
        source: String = need(Text),
        /// Where it stands in the file.
        span: Span = here(),
    }
}

/// A number, or a list of times.
fn one_answer(expect: &mut Expect, node: &Node, cx: &mut Reader<'_>) {
    let help =
        "write `is = \"4 min\"` for a number, or `are = [\"1 min\", \"3 min\"]` for the times of a trace";
    match (&expect.is, &expect.are) {
        (None, None) => cx.error(node.span, "an answer without a value", "`is` or `are` belongs here", help),
        (Some(_), Some(_)) => {
            cx.error(node.span, "has both `is` and `are`", "one of them belongs here", help);
        }
        _ => {}
    }
}

#[expect(clippy::derivable_impls, reason = "the type is declared by a macro that does not derive it")]
impl Default for Output {
    fn default() -> Self {
        Self {
            visits: false,
            number_at: Vec::new(),
            number_up_to: None,
            counts_every: None,
            counts_between: Vec::new(),
            first: Vec::new(),
            shares: false,
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
