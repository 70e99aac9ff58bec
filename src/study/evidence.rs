//! What the numbers of a file rest on, by side.

use crate::scenario::{Evidence, Input, Scenario};

/// All kinds of evidence in the order of output, best first.
pub const EVIDENCE: [Evidence; 5] =
    [Evidence::Measured, Evidence::Published, Evidence::Fitted, Evidence::Expert, Evidence::Assumed];

/// The word used in every output.
pub fn word(evidence: Evidence) -> &'static str {
    match evidence {
        Evidence::Measured => "measured",
        Evidence::Published => "published",
        Evidence::Fitted => "fitted",
        Evidence::Expert => "expert",
        Evidence::Assumed => "assumed",
    }
}

/// How many inputs about something are measured, published, fitted, said by an expert, assumed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Strip {
    /// A side's code, or "traffic and zone" for what describes neither.
    pub about: String,
    /// The side's index; none for what describes neither.
    pub side: Option<usize>,
    /// Numbers, in the order of [`EVIDENCE`].
    pub counts: [usize; EVIDENCE.len()],
    /// How many of them state a range.
    pub ranged: usize,
}

impl Strip {
    /// All inputs about it.
    pub fn total(&self) -> usize {
        self.counts.iter().sum()
    }

    /// Those that nobody has a source for.
    pub fn assumed(&self) -> usize {
        self.counts[EVIDENCE.len() - 1]
    }

    /// `(14 of 16 inputs about UA are assumed)`.
    pub fn bracket(&self) -> String {
        format!("({} of {} inputs about {} are assumed)", self.assumed(), self.total(), self.about)
    }
}

/// The strips of a scenario: one for each side, in their order, then traffic and zone.
pub fn strips(scenario: &Scenario) -> Vec<Strip> {
    let strip = |about: &str, side: Option<usize>| {
        let inputs = || scenario.inputs.iter().filter(move |i: &&Input| i.about == side);
        let counts = EVIDENCE.map(|kind| inputs().filter(|i| i.source == kind).count());
        let ranged = inputs().filter(|i| i.range.is_some()).count();
        Strip { about: about.to_owned(), side, counts, ranged }
    };
    let [first, second] = &scenario.sides;
    vec![strip(first, Some(0)), strip(second, Some(1)), strip("traffic and zone", None)]
}
