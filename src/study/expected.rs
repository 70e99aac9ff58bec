//! Known answers: what `[[expect]]` says should come out, beside what did.
//!
//! * A **number** is one of the [`kpis`](super::kpis), or the `variance` between replications of one. A statistical
//!   answer agrees when the mean over replications lies within 3.5 standard errors of it. Where nothing varies between
//!   replications it must be equal: a duration to the tick, anything else to a billionth.
//! * **Times** (`are`) are those of replication 0 by their [name](super::times), equal tick by tick.
//!
//! [`validate`](super::validate()) asks more of a case: enough replications, and a standard error that is small enough.

use super::case::Case;
use super::kpis::{Kpis, Unit};
use super::replicate::{Study, StudyError, named};
use super::summary::{Summary, squared_deviations};
use super::times::times;
use crate::kernel::time::Tick;
use crate::scenario::Expect;
use crate::trace::Trace;

/// Standard errors within which a mean agrees.
pub const WITHIN: f64 = 3.5;
/// What follows the name of a number whose variance between replications is known.
const VARIANCE: &str = " variance";

/// A known answer and what was simulated.
#[derive(Debug, Clone, PartialEq)]
pub struct Answer {
    /// What is known, as the file has it.
    pub name: String,
    /// Where it is from.
    pub source: String,
    /// What is known of it.
    pub known: Known,
}

/// What is known, and what came out.
#[derive(Debug, Clone, PartialEq)]
pub enum Known {
    /// A number.
    Number {
        /// Its value, in its unit.
        is: f64,
        /// Counted in.
        unit: Unit,
        /// What was simulated.
        simulated: Summary,
    },
    /// Times of replication 0.
    Times {
        /// What they are.
        are: Vec<Tick>,
        /// What they were.
        simulated: Vec<Tick>,
    },
    /// Nothing is called so.
    Nothing,
}

/// Is a number what it should be, where nothing varies?
fn equal(is: f64, simulated: f64, unit: Unit) -> bool {
    let apart = (simulated - is).abs();
    apart <= 1e-9 * is.abs() || (unit == Unit::Seconds && apart <= 0.5e-6)
}

impl Answer {
    /// How many standard errors the mean is away (above: positive); NaN where nothing varies or nothing is known.
    pub fn standard_errors(&self) -> f64 {
        match &self.known {
            Known::Number { is, simulated, .. } if simulated.se > 0.0 => (simulated.mean - is) / simulated.se,
            _ => f64::NAN,
        }
    }

    /// Is chance involved?
    pub fn varies(&self) -> bool {
        matches!(&self.known, Known::Number { simulated, .. } if simulated.varies())
    }

    /// Does the simulation agree with it?
    pub fn agrees(&self) -> bool {
        match &self.known {
            Known::Number { simulated, .. } if simulated.n == 0 => false,
            Known::Number { simulated, .. } if simulated.varies() => self.standard_errors().abs() <= WITHIN,
            Known::Number { is, unit, simulated } => equal(*is, simulated.mean, *unit),
            Known::Times { are, simulated } => are == simulated,
            Known::Nothing => false,
        }
    }
}

/// The known answers of a scenario, in the order of the file.
pub fn answers(case: &Case, study: &Study) -> Vec<Answer> {
    let one = |expect: &Expect| Answer {
        name: expect.value.clone(),
        source: expect.source.clone(),
        known: known(case, study, expect).unwrap_or(Known::Nothing),
    };
    case.scenario().expect.iter().map(one).collect()
}

/// Is everything that a scenario expects called so?
///
/// # Errors
/// The first name that nothing has.
pub fn check_names(case: &Case, kpis: &Kpis) -> Result<(), StudyError> {
    let nothing = Trace::new(Vec::new(), 0);
    for expect in &case.scenario().expect {
        let name = &expect.value;
        if expect.are.is_some() {
            let missing = || StudyError::NoSuchKpi { name: name.clone(), nearest: None };
            times(&case.plan, &nothing, name).ok_or_else(missing)?;
        } else if kpis.find(name).is_none() {
            named(kpis, name.strip_suffix(VARIANCE).unwrap_or(name))?;
        }
    }
    Ok(())
}

fn known(case: &Case, study: &Study, expect: &Expect) -> Option<Known> {
    if let Some(are) = &expect.are {
        let simulated = times(&case.plan, study.trace.as_ref()?, &expect.value)?;
        return Some(Known::Times { are: are.clone(), simulated });
    }
    let is = expect.is?;
    if let Some(kpi) = study.kpis.find(&expect.value) {
        let unit = study.kpis.list()[kpi].unit;
        return Some(Known::Number { is, unit, simulated: study.summary(kpi) });
    }
    let kpi = study.kpis.find(expect.value.strip_suffix(VARIANCE)?)?;
    let values: Vec<f64> = study.values(kpi).collect();
    // A variance has no unit of its own.
    Some(Known::Number { is, unit: Unit::Count, simulated: Summary::of(squared_deviations(&values)) })
}
