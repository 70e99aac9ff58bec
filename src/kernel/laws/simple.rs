//! Laws with a closed formula from a uniform, a normal or an exponential draw.

use super::{standard_exponential, standard_normal};
use crate::kernel::random::Draw;

/// Uniform between two bounds, in seconds.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Uniform {
    low: f64,
    high: f64,
}

impl Uniform {
    pub(super) fn new(low: f64, high: f64) -> Self {
        Self { low, high }
    }

    #[inline]
    pub(super) fn sample(&self, draw: &mut Draw) -> f64 {
        self.low + draw.unit() * (self.high - self.low)
    }

    pub(super) fn mean(&self) -> f64 {
        (self.low + self.high) / 2.0
    }

    pub(super) fn scv(&self) -> f64 {
        let width = self.high - self.low;
        width * width / 12.0 / (self.mean() * self.mean())
    }

    pub(super) fn scaled(&self, factor: f64) -> Self {
        Self::new(self.low * factor, self.high * factor)
    }
}

/// Triangular between two bounds with a peak, in seconds; by inversion, so that a larger word is a longer duration.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Triangular {
    low: f64,
    mode: f64,
    high: f64,
}

impl Triangular {
    pub(super) fn new(low: f64, mode: f64, high: f64) -> Self {
        Self { low, mode, high }
    }

    #[inline]
    pub(super) fn sample(&self, draw: &mut Draw) -> f64 {
        let range = self.high - self.low;
        let rise = self.mode - self.low;
        let run = draw.unit() * range;
        if run < rise {
            self.low + (run * rise).sqrt()
        } else {
            self.high - ((range - run) * (self.high - self.mode)).sqrt()
        }
    }

    pub(super) fn mean(&self) -> f64 {
        (self.low + self.mode + self.high) / 3.0
    }

    pub(super) fn scv(&self) -> f64 {
        let (a, m, b) = (self.low, self.mode, self.high);
        (a * a + m * m + b * b - a * m - a * b - m * b) / 18.0 / (self.mean() * self.mean())
    }

    pub(super) fn scaled(&self, factor: f64) -> Self {
        Self::new(self.low * factor, self.mode * factor, self.high * factor)
    }
}

/// Lognormal by its mean and coefficient of variation; sampled as exp(μ + σ · normal).
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct LogNormal {
    mean: f64,
    scv: f64,
    mu: f64,
    sigma: f64,
}

impl LogNormal {
    pub(super) fn new(mean: f64, cv: f64) -> Self {
        Self::from_scv(mean, cv * cv)
    }

    fn from_scv(mean: f64, scv: f64) -> Self {
        let variance = libm::log1p(scv);
        Self { mean, scv, mu: libm::log(mean) - variance / 2.0, sigma: variance.sqrt() }
    }

    #[inline]
    pub(super) fn sample(&self, draw: &mut Draw) -> f64 {
        libm::exp(self.mu + self.sigma * standard_normal(draw))
    }

    pub(super) fn mean(&self) -> f64 {
        self.mean
    }

    pub(super) fn scv(&self) -> f64 {
        self.scv
    }

    pub(super) fn scaled(&self, factor: f64) -> Self {
        Self::from_scv(self.mean * factor, self.scv)
    }
}

/// Weibull by its mean and coefficient of variation; sampled as scale · (−ln u)^(1/shape).
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Weibull {
    mean: f64,
    scale: f64,
    inverse_shape: f64,
}

impl Weibull {
    pub(super) fn new(mean: f64, cv: f64) -> Self {
        let inverse_shape = inverse_shape(cv * cv);
        Self { mean, scale: mean / libm::tgamma(1.0 + inverse_shape), inverse_shape }
    }

    #[inline]
    pub(super) fn sample(&self, draw: &mut Draw) -> f64 {
        // x^y as exp(y · ln x): cheaper than `pow`, whose extra digits nobody sees in a draw.
        self.scale * libm::exp(self.inverse_shape * libm::log(-libm::log(draw.unit_above_zero())))
    }

    pub(super) fn mean(&self) -> f64 {
        self.mean
    }

    pub(super) fn scv(&self) -> f64 {
        weibull_scv(self.inverse_shape)
    }

    pub(super) fn scaled(&self, factor: f64) -> Self {
        Self { mean: self.mean * factor, scale: self.scale * factor, inverse_shape: self.inverse_shape }
    }
}

/// Γ(1 + 2y) / Γ(1 + y)² − 1, with y = 1/shape: rises from 0 with y.
fn weibull_scv(y: f64) -> f64 {
    libm::expm1(libm::lgamma(1.0 + 2.0 * y) - 2.0 * libm::lgamma(1.0 + y))
}

/// Solves [`weibull_scv`] = `scv` by bisection to the last bit: some sixty steps when a file is read, and nothing that can diverge.
fn inverse_shape(scv: f64) -> f64 {
    let (mut low, mut high) = (0.0, 1.0);
    while weibull_scv(high) < scv {
        high *= 2.0;
    }
    loop {
        let middle = low + (high - low) / 2.0;
        if middle <= low || middle >= high {
            return high;
        }
        if weibull_scv(middle) < scv {
            low = middle;
        } else {
            high = middle;
        }
    }
}

/// Two exponential phases, one of which is drawn each time.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct HyperExponential {
    /// Probability of the first phase.
    share: f64,
    /// Mean of the first phase, in seconds.
    quick: f64,
    /// Mean of the second phase, in seconds.
    slow: f64,
}

impl HyperExponential {
    pub(super) fn balanced(mean: f64, cv: f64) -> Self {
        let scv = cv * cv;
        let share = (1.0 + ((scv - 1.0) / (scv + 1.0)).sqrt()) / 2.0;
        Self { share, quick: mean / (2.0 * share), slow: mean / (2.0 * (1.0 - share)) }
    }

    #[inline]
    pub(super) fn sample(&self, draw: &mut Draw) -> f64 {
        let mean = if draw.unit() < self.share { self.quick } else { self.slow };
        mean * standard_exponential(draw)
    }

    pub(super) fn mean(&self) -> f64 {
        self.share * self.quick + (1.0 - self.share) * self.slow
    }

    pub(super) fn scv(&self) -> f64 {
        let second =
            2.0 * (self.share * self.quick * self.quick + (1.0 - self.share) * self.slow * self.slow);
        second / (self.mean() * self.mean()) - 1.0
    }

    pub(super) fn scaled(&self, factor: f64) -> Self {
        Self { share: self.share, quick: self.quick * factor, slow: self.slow * factor }
    }
}
