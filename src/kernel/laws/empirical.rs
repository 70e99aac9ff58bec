//! Observed durations, resampled.

use crate::kernel::random::Draw;

/// Observed values with their weights; sampled by inversion, so that a larger word is a longer duration.
///
/// Equal weights: one multiplication. Otherwise a search, *O*(log values).
#[derive(Debug, Clone, PartialEq)]
pub struct Empirical {
    /// Seconds, ascending.
    values: Box<[f64]>,
    /// `upto[i]`: probability of `values[0..=i]`; empty when all weights are equal.
    upto: Box<[f64]>,
    mean: f64,
    scv: f64,
}

impl Empirical {
    /// `None` when no weight is above 0. Values and weights are finite and not negative.
    pub(super) fn new(observed: &[(f64, f64)]) -> Option<Self> {
        let mut observed: Vec<_> = observed.iter().copied().filter(|&(_, weight)| weight > 0.0).collect();
        let first = observed.first()?.1;
        observed.sort_by(|a, b| a.0.total_cmp(&b.0));
        let total: f64 = observed.iter().map(|pair| pair.1).sum();
        let mean = observed.iter().map(|(value, weight)| value * weight).sum::<f64>() / total;
        let variance =
            observed.iter().map(|(value, weight)| (value - mean) * (value - mean) * weight).sum::<f64>()
                / total;
        let upto = if observed.iter().all(|pair| pair.1 == first) {
            Box::default()
        } else {
            cumulated(&observed, total)
        };
        let scv = if mean > 0.0 { variance / (mean * mean) } else { 0.0 };
        Some(Self { values: observed.iter().map(|pair| pair.0).collect(), upto, mean, scv })
    }

    #[inline]
    pub(super) fn sample(&self, draw: &mut Draw) -> f64 {
        let place = if self.upto.is_empty() {
            draw.below(self.values.len() as u64) as usize
        } else {
            let u = draw.unit();
            // The last entry is 1 but for rounding, so a word beyond it belongs to the last value.
            self.upto.partition_point(|&upto| upto <= u).min(self.values.len() - 1)
        };
        self.values[place]
    }

    pub(super) fn mean(&self) -> f64 {
        self.mean
    }

    pub(super) fn scv(&self) -> f64 {
        self.scv
    }

    pub(super) fn scaled(&self, factor: f64) -> Self {
        let values = self.values.iter().map(|value| value * factor).collect();
        Self { values, upto: self.upto.clone(), mean: self.mean * factor, scv: self.scv }
    }
}

fn cumulated(observed: &[(f64, f64)], total: f64) -> Box<[f64]> {
    observed
        .iter()
        .scan(0.0, |sum, (_, weight)| {
            *sum += weight;
            Some(*sum / total)
        })
        .collect()
}
