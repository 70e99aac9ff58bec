//! Mean and variance of a handful of floating-point values, across replications.

/// Running mean and variance.
///
/// One value: B. P. Welford, Technometrics 1962. Two tallies: T. F. Chan, G. H. Golub, R. J. LeVeque, "Updating formulae and a pairwise
/// algorithm for computing sample variances", 1979. Both keep the sum of squared *deviations*, so that values near 10⁹ lose nothing,
/// where a sum of squares would lose everything.
///
/// Merging is associative only up to rounding: merge in the order of the replications, whatever the number of threads.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Welford {
    count: u64,
    mean: f64,
    /// Σ (x − mean)².
    deviations: f64,
}

impl Welford {
    /// Nothing seen yet.
    #[must_use]
    pub const fn new() -> Self {
        Self { count: 0, mean: 0.0, deviations: 0.0 }
    }

    /// Adds a value. A value that is not finite makes the results so: exclude it before, and count it.
    #[inline]
    pub fn push(&mut self, value: f64) {
        self.count += 1;
        let before = value - self.mean;
        self.mean += before / self.count as f64;
        self.deviations += before * (value - self.mean);
    }

    /// Adds what another tally has seen.
    pub fn merge(&mut self, other: &Self) {
        if other.count == 0 {
            return;
        }
        let (n, m) = (self.count as f64, other.count as f64);
        let apart = other.mean - self.mean;
        self.count += other.count;
        self.mean += apart * m / (n + m);
        self.deviations += other.deviations + apart * apart * n * m / (n + m);
    }

    /// How many values.
    #[must_use]
    pub fn count(&self) -> u64 {
        self.count
    }

    /// The mean; NaN when nothing was seen, so that nobody takes it for a 0.
    #[must_use]
    pub fn mean(&self) -> f64 {
        if self.count == 0 { f64::NAN } else { self.mean }
    }

    /// The sample variance (divided by n − 1); NaN below two values.
    #[must_use]
    pub fn variance(&self) -> f64 {
        if self.count < 2 { f64::NAN } else { self.deviations / (self.count - 1) as f64 }
    }

    /// The sample standard deviation; NaN below two values.
    #[must_use]
    pub fn standard_deviation(&self) -> f64 {
        self.variance().sqrt()
    }

    /// The standard error of the mean, s/√n; NaN below two values.
    #[must_use]
    pub fn standard_error(&self) -> f64 {
        (self.variance() / self.count as f64).sqrt()
    }
}

impl Extend<f64> for Welford {
    fn extend<I: IntoIterator<Item = f64>>(&mut self, values: I) {
        for value in values {
            self.push(value);
        }
    }
}

impl FromIterator<f64> for Welford {
    fn from_iter<I: IntoIterator<Item = f64>>(values: I) -> Self {
        let mut tally = Self::new();
        tally.extend(values);
        tally
    }
}
