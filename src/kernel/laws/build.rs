//! The constructors of [`Law`]: what is checked, and how a mean and a coefficient of variation become parameters.

use super::{Empirical, Gamma, HyperExponential, Law, LawError, LogNormal, Triangular, Uniform, Weibull};
use crate::kernel::time::{MAX_RUN, SECOND};

/// The longest mean or bound a law accepts, in seconds: the longest run.
pub const MAX_MEAN: f64 = (MAX_RUN / SECOND) as f64;

/// The largest coefficient of variation a law accepts.
pub const MAX_CV: f64 = 20.0;

const MAX_PHASES: u32 = 100_000;

impl Law {
    /// Always `seconds`. 0 gives [`Law::Zero`].
    ///
    /// # Errors
    ///
    /// Not a number, negative, or above [`MAX_MEAN`]: so for every constructor, for each duration it is given.
    pub fn deterministic(seconds: f64) -> Result<Self, LawError> {
        check_seconds("the duration", seconds)?;
        Ok(constant(seconds))
    }

    /// Uniform between `low` and `high` seconds. Equal bounds give a constant.
    ///
    /// # Errors
    ///
    /// A bad duration, or `low > high`.
    pub fn uniform(low: f64, high: f64) -> Result<Self, LawError> {
        check_seconds("the lower bound", low)?;
        check_seconds("the upper bound", high)?;
        if low > high {
            let values = [low, high, high];
            return Err(LawError::Order { what: "uniform", expected: "lower bound ≤ upper bound", values });
        }
        Ok(if low == high { constant(low) } else { Self::Uniform(Uniform::new(low, high)) })
    }

    /// Triangular between `low` and `high` seconds with its peak at `mode`. Equal bounds give a constant.
    ///
    /// # Errors
    ///
    /// A bad duration, or not `low ≤ mode ≤ high`.
    pub fn triangular(low: f64, mode: f64, high: f64) -> Result<Self, LawError> {
        check_seconds("the lower bound", low)?;
        check_seconds("the most frequent value", mode)?;
        check_seconds("the upper bound", high)?;
        if low > mode || mode > high {
            let values = [low, mode, high];
            return Err(LawError::Order {
                what: "triangular",
                expected: "least ≤ most frequent ≤ greatest",
                values,
            });
        }
        Ok(if low == high { constant(low) } else { Self::Triangular(Triangular::new(low, mode, high)) })
    }

    /// Exponential with `mean` seconds.
    ///
    /// # Errors
    ///
    /// A bad duration.
    pub fn exponential(mean: f64) -> Result<Self, LawError> {
        check_seconds("the mean", mean)?;
        Ok(if mean == 0.0 { Self::Zero } else { Self::Exponential(mean) })
    }

    /// Erlang: the sum of `phases` exponential phases with `mean` seconds *in all*; cv = 1/√phases.
    ///
    /// # Errors
    ///
    /// A bad duration, or not 1 to 100,000 phases.
    pub fn erlang(phases: u32, mean: f64) -> Result<Self, LawError> {
        check_seconds("the mean", mean)?;
        if !(1..=MAX_PHASES).contains(&phases) {
            return Err(LawError::Phases { is: phases });
        }
        let shape = f64::from(phases);
        Ok(if mean == 0.0 { Self::Zero } else { Self::Erlang(Gamma::new(shape, mean / shape)) })
    }

    /// Gamma with `mean` seconds: shape = 1/cv², scale = mean · cv².
    ///
    /// # Errors
    ///
    /// A bad duration; a cv that is not a number, negative or above [`MAX_CV`]; a cv above 0 with a mean of 0. So for every law by mean and cv.
    pub fn gamma(mean: f64, cv: f64) -> Result<Self, LawError> {
        check_spread(mean, cv)?;
        if cv == 0.0 {
            return Ok(constant(mean));
        }
        // Below this the law is its mean to within a microsecond in a second, and the shape would overflow.
        let shape = 1.0 / (cv * cv).max(1e-12);
        Ok(Self::Gamma(Gamma::new(shape, mean / shape)))
    }

    /// Lognormal with `mean` seconds: σ² = ln(1 + cv²), μ = ln(mean) − σ²/2.
    ///
    /// # Errors
    ///
    /// As [`Law::gamma`].
    pub fn lognormal(mean: f64, cv: f64) -> Result<Self, LawError> {
        check_spread(mean, cv)?;
        Ok(if cv == 0.0 { constant(mean) } else { Self::LogNormal(LogNormal::new(mean, cv)) })
    }

    /// Weibull with `mean` seconds: the shape k solves Γ(1 + 2/k) / Γ(1 + 1/k)² = 1 + cv², the scale is mean / Γ(1 + 1/k).
    ///
    /// # Errors
    ///
    /// As [`Law::gamma`].
    pub fn weibull(mean: f64, cv: f64) -> Result<Self, LawError> {
        check_spread(mean, cv)?;
        Ok(if cv == 0.0 { constant(mean) } else { Self::Weibull(Weibull::new(mean, cv)) })
    }

    /// Hyperexponential of two phases with *balanced means* (each phase contributes half of the mean):
    /// p = (1 + √((cv² − 1)/(cv² + 1)))/2, phase means mean/2p and mean/2(1 − p). A cv of 1 is exponential.
    ///
    /// # Errors
    ///
    /// As [`Law::gamma`], and a cv below 1.
    pub fn hyperexponential(mean: f64, cv: f64) -> Result<Self, LawError> {
        check_spread(mean, cv)?;
        if cv < 1.0 {
            return Err(LawError::NotVariableEnough { is: cv });
        }
        Ok(Self::HyperExponential(HyperExponential::balanced(mean, cv)))
    }

    /// Observed durations in seconds, each as likely as any other. Their order does not matter.
    ///
    /// # Errors
    ///
    /// A bad duration, or no value.
    pub fn empirical(values: &[f64]) -> Result<Self, LawError> {
        let weighted: Vec<_> = values.iter().map(|&value| (value, 1.0)).collect();
        Self::empirical_weighted(&weighted)
    }

    /// Observed (seconds, weight) pairs; a value is returned with probability weight / sum of the weights.
    ///
    /// # Errors
    ///
    /// A bad duration, a weight that is not a number or negative, or no weight above 0.
    pub fn empirical_weighted(values: &[(f64, f64)]) -> Result<Self, LawError> {
        for &(value, weight) in values {
            check_seconds("an observed duration", value)?;
            check_number("a weight", weight)?;
        }
        Empirical::new(values).map(Self::Empirical).ok_or(LawError::NoValues)
    }
}

pub(super) fn check_factor(factor: f64, mean: f64) -> Result<(), LawError> {
    check_number("a factor", factor)?;
    check_seconds("the scaled mean", mean * factor)
}

fn constant(seconds: f64) -> Law {
    if seconds == 0.0 { Law::Zero } else { Law::Deterministic(seconds) }
}

fn check_number(what: &'static str, is: f64) -> Result<(), LawError> {
    if !is.is_finite() {
        Err(LawError::NotANumber { what })
    } else if is < 0.0 {
        Err(LawError::Negative { what, is })
    } else {
        Ok(())
    }
}

fn check_seconds(what: &'static str, is: f64) -> Result<(), LawError> {
    check_number(what, is)?;
    if is > MAX_MEAN { Err(LawError::TooLong { what, is }) } else { Ok(()) }
}

fn check_spread(mean: f64, cv: f64) -> Result<(), LawError> {
    check_seconds("the mean", mean)?;
    check_number("the coefficient of variation", cv)?;
    if cv > MAX_CV {
        Err(LawError::TooVariable { is: cv })
    } else if mean == 0.0 && cv > 0.0 {
        Err(LawError::ZeroVaries)
    } else {
        Ok(())
    }
}
