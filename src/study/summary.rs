//! What the numbers of many replications say together.
//!
//! Each replication contributes one number per KPI; the interval is across replications (Student's t with n − 1
//! degrees of freedom). Within-run intervals would call dependent travellers independent.

use statrs::distribution::{ContinuousCDF, StudentsT};

use crate::kernel::tallies::Welford;

/// Confidence of the intervals by chance.
pub const CONFIDENCE: f64 = 0.95;

/// Mean, spread and interval over replications.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Summary {
    /// Replications that have the number.
    pub n: u64,
    /// Replications that have none (nobody of that kind appeared, no knot was found, …).
    pub without: u64,
    /// Mean over the replications that have it; NaN without any.
    pub mean: f64,
    /// Standard deviation between replications; NaN below two.
    pub sd: f64,
    /// Standard error of the mean; NaN below two.
    pub se: f64,
    /// Half the width of the 95 % interval of the mean; NaN below two.
    pub half: f64,
    /// Least value of a replication.
    pub least: f64,
    /// Greatest value of a replication.
    pub greatest: f64,
}

impl Summary {
    /// Over values in the order of the replications; those that are not finite are counted apart.
    pub fn of(values: impl IntoIterator<Item = f64>) -> Self {
        let (mut tally, mut without) = (Welford::new(), 0);
        let (mut least, mut greatest) = (f64::NAN, f64::NAN);
        for value in values {
            if value.is_finite() {
                tally.push(value);
                (least, greatest) = (least.min(value), greatest.max(value));
            } else {
                without += 1;
            }
        }
        let se = tally.standard_error();
        Self {
            n: tally.count(),
            without,
            mean: tally.mean(),
            sd: tally.standard_deviation(),
            se,
            half: se * t_quantile(tally.count()),
            least,
            greatest,
        }
    }

    /// Does it differ between replications?
    pub fn varies(&self) -> bool {
        self.greatest > self.least
    }

    /// The 95 % interval of the mean: (low, high); `None` below two values.
    pub fn interval(&self) -> Option<(f64, f64)> {
        self.half.is_finite().then_some((self.mean - self.half, self.mean + self.half))
    }
}

/// Squared deviations from the mean, so scaled that their mean is the (unbiased) variance: a variance between
/// replications as a mean over them, with its standard error. Values that are not finite are left out.
pub fn squared_deviations(values: &[f64]) -> Vec<f64> {
    let finite = || values.iter().copied().filter(|v| v.is_finite());
    let tally: Welford = finite().collect();
    let n = tally.count() as f64;
    finite().map(|v| (v - tally.mean()).powi(2) * n / (n - 1.0)).collect()
}

/// The two-sided 95 % point of Student's t for a mean of `n` values; NaN below two.
pub fn t_quantile(n: u64) -> f64 {
    if n < 2 {
        return f64::NAN;
    }
    let p = 0.5 + CONFIDENCE / 2.0;
    StudentsT::new(0.0, 1.0, (n - 1) as f64).map_or(f64::NAN, |t| t.inverse_cdf(p))
}

/// The `q`-quantile of finite values (type 7, as numpy and R have it); sorts them. NaN without any.
pub fn quantile(values: &mut [f64], q: f64) -> f64 {
    values.sort_unstable_by(f64::total_cmp);
    let Some(last) = values.len().checked_sub(1) else { return f64::NAN };
    let h = last as f64 * q.clamp(0.0, 1.0);
    let below = h.floor() as usize;
    let above = (below + 1).min(last);
    values[below] + (h - below as f64) * (values[above] - values[below])
}

/// Correlation of two rows of values, over the places where both are finite; NaN where one of them does not vary.
pub fn correlation(a: &[f64], b: &[f64]) -> f64 {
    let pairs: Vec<(f64, f64)> =
        a.iter().copied().zip(b.iter().copied()).filter(|(x, y)| x.is_finite() && y.is_finite()).collect();
    let mean = |f: fn(&(f64, f64)) -> f64| pairs.iter().map(f).collect::<Welford>().mean();
    let (ma, mb) = (mean(|p| p.0), mean(|p| p.1));
    let (mut ab, mut aa, mut bb) = (0.0, 0.0, 0.0);
    for (x, y) in pairs {
        ab += (x - ma) * (y - mb);
        aa += (x - ma) * (x - ma);
        bb += (y - mb) * (y - mb);
    }
    if aa > 0.0 && bb > 0.0 { ab / (aa * bb).sqrt() } else { f64::NAN }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Law's example of ten delays: mean 1.343, s² 0.16751, 90 % half-width 0.23725 (here at 95 %).
    #[test]
    fn ten_delays() {
        let s = Summary::of([1.20, 1.50, 1.68, 1.89, 0.95, 1.49, 1.58, 1.55, 0.50, 1.09]);
        assert!((s.mean - 1.343).abs() < 1e-12);
        assert!((s.sd * s.sd - 0.167_512_222_222_222).abs() < 1e-12);
        let t = StudentsT::new(0.0, 1.0, 9.0).unwrap().inverse_cdf(0.95);
        assert!((s.se * t - 0.237_253_414_489_394).abs() < 1e-9);
    }

    #[test]
    fn quantiles_of_type_seven() {
        let mut v = [2., 7., 1., 8., 2., 8., 1., 8., 2., 8., 4., 5., 9., 0., 4., 5.];
        let expected = [(0.05, 0.75), (0.25, 2.0), (0.5, 4.5), (0.9, 8.0), (0.95, 8.25)];
        for (q, is) in expected {
            assert!((quantile(&mut v, q) - is).abs() < 1e-12, "{q}");
        }
    }

    #[test]
    fn a_variance_is_a_mean_of_squares() {
        let values = [1.0, 2.0, 4.0, f64::NAN, 9.0];
        let mean = Summary::of(squared_deviations(&values)).mean;
        assert!((mean - Summary::of(values).sd.powi(2)).abs() < 1e-12);
    }

    #[test]
    fn nothing_is_not_zero() {
        let s = Summary::of([f64::NAN, f64::NAN]);
        assert_eq!((s.n, s.without), (0, 2));
        assert!(s.mean.is_nan() && s.interval().is_none());
    }
}
