//! Laws: how long things take, as people know it and as a generator samples it.
//!
//! # Given by mean and coefficient of variation
//!
//! A planner knows "about ten minutes, and it varies a lot", not a shape parameter. So the constructors take a *mean* in seconds and,
//! where the law has a second parameter, the *coefficient of variation* (cv = standard deviation / mean). A cv of 0 is a constant.
//! Bounds are checked here
//! once ([`LawError`]), so that sampling has nothing to check.
//!
//! # Same digits everywhere
//!
//! The platform's `exp` and `ln` differ in the last bit between systems, and cargo's feature unification can silently switch a
//! dependency from `libm` to the platform (9.8 % of lognormal draws then differ in the last bit). So the samplers are here and call
//! `libm` by name; `+ − × ÷ √` are exact by IEEE 754 and need no such care. The algorithms and the words they consume are those of
//! `rand_distr` 0.6, and tests compare the two value by value.
//!
//! # Speed
//!
//! Exponential and normal by ziggurat ([`standard_exponential`], [`standard_normal`]; J. Doornik, "An improved ziggurat method to
//! generate normal random samples", 2005) from tables computed when the program is compiled: 98 to 99 % of the draws take one word, a
//! multiplication and a comparison. Gamma by G. Marsaglia, W. W. Tsang, "A simple method for generating gamma variables", ACM TOMS 2000.

mod build;
mod empirical;
mod error;
mod gamma;
mod simple;
mod ziggurat;

pub use build::{MAX_CV, MAX_MEAN};
pub use empirical::Empirical;
pub use error::LawError;
pub use gamma::Gamma;
pub use simple::{HyperExponential, LogNormal, Triangular, Uniform, Weibull};
pub use ziggurat::{standard_exponential, standard_normal};

use super::random::Draw;
use super::time::{Tick, ticks_from_seconds};

/// A law of non-negative durations in seconds. Made by the constructors ([`Law::lognormal`] and so on), which check what they are given.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum Law {
    /// No time at all, and no draw.
    Zero,
    /// Always the same number of seconds.
    Deterministic(f64),
    /// Every value between two bounds is as likely as any other.
    Uniform(Uniform),
    /// Between two bounds, most often near a third value.
    Triangular(Triangular),
    /// Memoryless; the mean in seconds. Coefficient of variation 1.
    Exponential(f64),
    /// A sum of equal exponential phases: a gamma law with a whole shape. Coefficient of variation 1/√phases.
    Erlang(Gamma),
    /// Any coefficient of variation, light tail.
    Gamma(Gamma),
    /// Any coefficient of variation, heavy tail: the usual shape of a border check.
    LogNormal(LogNormal),
    /// Lifetimes: repair and failure.
    Weibull(Weibull),
    /// Two kinds mixed, quick and slow, that nobody told apart. Coefficient of variation above 1.
    HyperExponential(HyperExponential),
    /// Observed values, each returned as often as it was seen.
    Empirical(Empirical),
}

impl Law {
    /// One duration in seconds, finite and at least 0.
    #[inline]
    pub fn sample(&self, draw: &mut Draw) -> f64 {
        match self {
            Self::Zero => 0.0,
            Self::Deterministic(seconds) => *seconds,
            Self::Uniform(law) => law.sample(draw),
            Self::Triangular(law) => law.sample(draw),
            Self::Exponential(mean) => standard_exponential(draw) * mean,
            Self::Erlang(law) | Self::Gamma(law) => law.sample(draw),
            Self::LogNormal(law) => law.sample(draw),
            Self::Weibull(law) => law.sample(draw),
            Self::HyperExponential(law) => law.sample(draw),
            Self::Empirical(law) => law.sample(draw),
        }
    }

    /// One duration in ticks: [`Law::sample`], rounded to the nearest microsecond.
    #[inline]
    pub fn ticks(&self, draw: &mut Draw) -> Tick {
        ticks_from_seconds(self.sample(draw))
    }

    /// The mean, in seconds, by formula.
    #[must_use]
    pub fn mean(&self) -> f64 {
        match self {
            Self::Zero => 0.0,
            Self::Deterministic(mean) | Self::Exponential(mean) => *mean,
            Self::Uniform(law) => law.mean(),
            Self::Triangular(law) => law.mean(),
            Self::Erlang(law) | Self::Gamma(law) => law.mean(),
            Self::LogNormal(law) => law.mean(),
            Self::Weibull(law) => law.mean(),
            Self::HyperExponential(law) => law.mean(),
            Self::Empirical(law) => law.mean(),
        }
    }

    /// The squared coefficient of variation, variance / mean², by formula; 0 for a law whose mean is 0.
    #[must_use]
    pub fn scv(&self) -> f64 {
        match self {
            Self::Zero | Self::Deterministic(_) => 0.0,
            Self::Exponential(mean) => f64::from(u8::from(*mean > 0.0)),
            Self::Uniform(law) => law.scv(),
            Self::Triangular(law) => law.scv(),
            Self::Erlang(law) | Self::Gamma(law) => law.scv(),
            Self::LogNormal(law) => law.scv(),
            Self::Weibull(law) => law.scv(),
            Self::HyperExponential(law) => law.scv(),
            Self::Empirical(law) => law.scv(),
        }
    }

    /// The same law with every duration multiplied by `factor`; the same draw gives `factor` times the duration, so that paired runs
    /// stay paired. The coefficient of variation stays.
    ///
    /// A factor of 0 gives [`Law::Zero`].
    ///
    /// # Errors
    ///
    /// When `factor` is not a number, negative, or so large that the mean exceeds [`MAX_MEAN`].
    pub fn scaled(&self, factor: f64) -> Result<Self, LawError> {
        build::check_factor(factor, self.mean())?;
        if factor == 0.0 {
            return Ok(Self::Zero);
        }
        Ok(match self {
            Self::Zero => Self::Zero,
            Self::Deterministic(seconds) => Self::Deterministic(seconds * factor),
            Self::Exponential(mean) => Self::Exponential(mean * factor),
            Self::Uniform(law) => Self::Uniform(law.scaled(factor)),
            Self::Triangular(law) => Self::Triangular(law.scaled(factor)),
            Self::Erlang(law) => Self::Erlang(law.scaled(factor)),
            Self::Gamma(law) => Self::Gamma(law.scaled(factor)),
            Self::LogNormal(law) => Self::LogNormal(law.scaled(factor)),
            Self::Weibull(law) => Self::Weibull(law.scaled(factor)),
            Self::HyperExponential(law) => Self::HyperExponential(law.scaled(factor)),
            Self::Empirical(law) => Self::Empirical(law.scaled(factor)),
        })
    }

    /// The law's name in lower case, as a scenario file writes it.
    #[must_use]
    pub fn name(&self) -> &'static str {
        match self {
            Self::Zero => "zero",
            Self::Deterministic(_) => "deterministic",
            Self::Uniform(_) => "uniform",
            Self::Triangular(_) => "triangular",
            Self::Exponential(_) => "exponential",
            Self::Erlang(_) => "erlang",
            Self::Gamma(_) => "gamma",
            Self::LogNormal(_) => "lognormal",
            Self::Weibull(_) => "weibull",
            Self::HyperExponential(_) => "hyperexponential",
            Self::Empirical(_) => "empirical",
        }
    }
}
