//! The gamma law by Marsaglia and Tsang's method.

use super::{standard_exponential, standard_normal};
use crate::kernel::random::Draw;

const THIRD: f64 = 1.0 / 3.0;

/// Gamma (or Erlang, when the shape is whole) in seconds.
///
/// For a shape above 1: with d = shape − ⅓ and c = 1/√(9d), v = (1 + c·normal)³ is accepted with probability close to 1, and d·v is
/// gamma. A shape below 1 draws at shape + 1 and multiplies by u^(1/shape). Shape 1 is exponential.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Gamma {
    shape: f64,
    scale: f64,
    c: f64,
    d: f64,
}

impl Gamma {
    /// Both parameters above 0; the constructors of `Law` see to that.
    pub(super) fn new(shape: f64, scale: f64) -> Self {
        let d = if shape < 1.0 { shape + 1.0 } else { shape } - THIRD;
        Self { shape, scale, c: 1.0 / (9.0 * d).sqrt(), d }
    }

    #[inline]
    pub(super) fn sample(&self, draw: &mut Draw) -> f64 {
        if self.shape > 1.0 {
            self.cubed(draw) * (self.d * self.scale)
        } else if self.shape == 1.0 {
            standard_exponential(draw) * self.scale
        } else {
            let u = draw.open_unit();
            let v = self.cubed(draw);
            v * libm::exp(libm::log(u) / self.shape) * self.d * self.scale
        }
    }

    /// The accepted v = (1 + c·normal)³.
    #[inline]
    fn cubed(&self, draw: &mut Draw) -> f64 {
        loop {
            let x = standard_normal(draw);
            let root = 1.0 + self.c * x;
            if root <= 0.0 {
                continue;
            }
            let v = root * root * root;
            let u = draw.open_unit();
            let square = x * x;
            // The first test is a cheap bound of the second and settles 98 % of the cases without a logarithm.
            if u < 1.0 - 0.0331 * square * square
                || libm::log(u) < 0.5 * square + self.d * (1.0 - v + libm::log(v))
            {
                return v;
            }
        }
    }

    pub(super) fn mean(&self) -> f64 {
        self.shape * self.scale
    }

    pub(super) fn scv(&self) -> f64 {
        1.0 / self.shape
    }

    pub(super) fn scaled(&self, factor: f64) -> Self {
        Self { scale: self.scale * factor, ..*self }
    }
}
