//! Known answers: what `[[expect]]` says a number should be, beside what it is.
//!
//! The rule is that of `docs/validation.md`: a statistical answer agrees when the mean over replications lies within
//! 3.5 standard errors of it; where nothing varies between replications, when it is equal to a millionth.

use super::case::Case;
use super::replicate::Study;
use super::summary::Summary;

/// Standard errors within which a mean agrees.
pub const WITHIN: f64 = 3.5;

/// A known answer and what was simulated.
#[derive(Debug, Clone, PartialEq)]
pub struct Answer {
    /// The number's name, as the file has it.
    pub name: String,
    /// Its index; none when no number is called so.
    pub kpi: Option<usize>,
    /// The known answer, in the number's unit.
    pub is: f64,
    /// Where it is from.
    pub source: String,
    /// What was simulated.
    pub summary: Summary,
}

impl Answer {
    /// How many standard errors the mean is away; NaN where nothing varies or nothing is known.
    pub fn standard_errors(&self) -> f64 {
        let apart = (self.summary.mean - self.is).abs();
        if self.summary.se > 0.0 { apart / self.summary.se } else { f64::NAN }
    }

    /// Does the simulation agree with it?
    pub fn agrees(&self) -> bool {
        let apart = (self.summary.mean - self.is).abs();
        apart <= WITHIN * self.summary.se || apart <= 1e-6 * self.is.abs().max(1e-6)
    }
}

/// The known answers of a scenario, in the order of the file.
pub fn answers(case: &Case, study: &Study) -> Vec<Answer> {
    let one = |expect: &crate::scenario::Expect| {
        let kpi = study.kpis.find(&expect.value);
        let summary = kpi.map_or_else(|| Summary::of([]), |k| study.summary(k));
        Answer { name: expect.value.clone(), kpi, is: expect.is, source: expect.source.clone(), summary }
    };
    case.scenario().expect.iter().map(one).collect()
}
