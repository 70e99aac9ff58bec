//! Areas, histograms and moments against naive computation.

use kordon::kernel::tallies::RELATIVE_WIDTH;
use kordon::kernel::time::{MAX_RUN, NEVER, SECOND};
use kordon::kernel::{Area, Histogram, Tick, Welford};
use proptest::prelude::*;

proptest! {
    #[test]
    fn an_area_is_the_sum_of_its_rectangles(steps in prop::collection::vec((0..1_000_u64, 0..50_i64), 0..100), rest in 0..1_000_u64) {
        let (mut area, mut naive, mut now, mut level, mut most) = (Area::new(), 0_u128, 0, 0, 0);
        for (wait, to) in steps {
            naive += u128::from(wait) * level as u128;
            now += wait;
            area.change(now, to - level);
            level = to;
            most = most.max(level);
        }
        naive += u128::from(rest) * level as u128;
        prop_assert_eq!(area.area_until(now + rest), naive);
        prop_assert_eq!((area.level(), area.max()), (level, most));
    }
}

#[test]
fn steps_of_the_validation_table() {
    // Level 0 from 0, 3 from 2, 1 from 5, 4 from 9, until 12: 25/12.
    let mut area = Area::new();
    for (at, level) in [(2, 3), (5, 1), (9, 4)] {
        area.set(at * SECOND, level);
    }
    assert_eq!(area.area_until(12 * SECOND), u128::from(25 * SECOND));
    assert!((area.mean_since(0, 0, 12 * SECOND) - 25.0 / 12.0).abs() < 1e-15);
    let at_nine = u128::from(13 * SECOND);
    assert!((area.mean_since(9 * SECOND, at_nine, 12 * SECOND) - 4.0).abs() < 1e-15);
    assert_eq!(area.mean_since(5, 0, 5), 0.0);
}

#[test]
fn an_area_does_not_overflow() {
    let mut area = Area::new();
    area.change(0, i64::from(u32::MAX));
    assert_eq!(area.area_until(MAX_RUN), u128::from(MAX_RUN) * u128::from(u32::MAX));
}

/// Type 7 on the values themselves.
fn exact_quantile(sorted: &[Tick], q: f64) -> f64 {
    let h = (sorted.len() - 1) as f64 * q;
    let below = sorted[h as usize] as f64;
    let above = sorted[(h as usize + 1).min(sorted.len() - 1)] as f64;
    below + (h - (h as usize) as f64) * (above - below)
}

fn ticks() -> impl Strategy<Value = Tick> {
    prop_oneof![
        0..5_u64,
        0..3_000_u64,
        (0..48_u32, any::<u64>()).prop_map(|(bits, word)| word >> (63 - bits))
    ]
}

fn histogram(values: &[Tick]) -> Histogram {
    let mut histogram = Histogram::new();
    values.iter().for_each(|&value| histogram.record(value));
    histogram
}

proptest! {
    #[test]
    fn a_histogram_agrees_with_the_values(mut values in prop::collection::vec(ticks(), 1..200), q in 0.0..=1.0_f64) {
        for value in &mut values { *value = (*value).min(NEVER); }
        let histogram = histogram(&values);
        values.sort_unstable();
        let sum: u128 = values.iter().map(|&v| u128::from(v)).sum();
        prop_assert_eq!((histogram.count(), histogram.sum()), (values.len() as u64, sum));
        prop_assert_eq!((histogram.min(), histogram.max()), (values.first().copied(), values.last().copied()));
        for q in [q, 0.0, 0.5, 0.9, 0.95, 1.0] {
            let (exact, found) = (exact_quantile(&values, q), histogram.quantile(q).unwrap() as f64);
            prop_assert!((exact - found).abs() <= RELATIVE_WIDTH * exact + 0.5 + 1e-9, "q {}: {} not {}", q, found, exact);
        }
    }

    #[test]
    fn merging_is_recording_and_resetting_is_forgetting(a in prop::collection::vec(ticks(), 0..80), b in prop::collection::vec(ticks(), 0..80)) {
        let mut merged = histogram(&a);
        merged.merge(&histogram(&b));
        let together = histogram(&[a.clone(), b].concat());
        let facts = |h: &Histogram| {
            let quantiles = [0.0, 0.1, 0.5, 0.9, 1.0].map(|q| h.quantile(q));
            (h.count(), h.sum(), h.sum_of_squares(), h.min(), h.max(), quantiles)
        };
        prop_assert_eq!(facts(&merged), facts(&together));
        merged.reset();
        prop_assert_eq!(facts(&merged), facts(&Histogram::new()));
        a.iter().for_each(|&value| merged.record(value));
        prop_assert_eq!(facts(&merged), facts(&histogram(&a)));
    }

    /// With who is still inside at anything from the bound to infinity, the quantile lies at or above what is given, and a value that is called
    /// certain does not move.
    #[test]
    fn unfinished_observations_give_a_lower_bound(
        done in prop::collection::vec(0..900_u64, 0..30),
        inside in prop::collection::vec((0..900_u64, 0..2_000_u64), 0..20),
        further in 0..3_u64,
        q in 0.0..=1.0_f64,
    ) {
        let mut histogram = histogram(&done);
        inside.iter().for_each(|&(bound, _)| histogram.record_at_least(bound));
        let mut truth: Vec<Tick> = done.iter().copied().chain(inside.iter().map(|&(bound, more)| bound + more)).collect();
        truth.extend((0..further).map(|k| k * 700));
        truth.sort_unstable();
        let found = histogram.quantile_with_unresolved(q, further);
        prop_assert_eq!(found.is_none(), truth.is_empty());
        if let Some((value, at_least)) = found {
            let exact = exact_quantile(&truth, q);
            prop_assert!(value as f64 <= exact + 0.5 + 1e-9);
            prop_assert!(at_least || (value as f64 - exact).abs() <= 0.5 + 1e-9, "called certain: {} but {}", value, exact);
            prop_assert!(!inside.is_empty() || further > 0 || !at_least, "nothing is open, yet a bound");
        }
    }
}

#[test]
fn quantiles_of_the_validation_table() {
    // Type 7 of 16 values; a thousandfold, because a histogram holds whole ticks.
    let values = [2, 7, 1, 8, 2, 8, 1, 8, 2, 8, 4, 5, 9, 0, 4, 5].map(|v| v * 100);
    let histogram = histogram(&values);
    let found = [0.05, 0.25, 0.5, 0.9, 0.95].map(|q| histogram.quantile(q).unwrap());
    assert_eq!(found, [75, 200, 450, 800, 825]);
    assert_eq!(Histogram::new().quantile(0.5), None);
}

#[test]
fn variance_of_a_histogram_does_not_cancel() {
    let base = 1_000_000_000_000;
    let histogram = histogram(&[base + 4, base + 7, base + 13, base + 16]);
    assert_eq!(histogram.variance(), Some(30.0));
    assert_eq!(histogram.mean(), Some(base as f64 + 10.0));
}

#[test]
fn unresolved_means() {
    let mut histogram = histogram(&[10, 20]);
    assert_eq!(histogram.mean_with_unresolved(), Some((15.0, false)));
    histogram.record_at_least(60);
    assert_eq!(histogram.mean_with_unresolved(), Some((30.0, true)));
    assert_eq!((histogram.count(), histogram.unresolved(), histogram.sum_of_bounds()), (2, 1, 60));
    assert_eq!(histogram.quantile_with_unresolved(0.5, 0), Some((20, false)));
    assert_eq!(histogram.quantile_with_unresolved(1.0, 0), Some((60, true)));
}

#[test]
fn merged_moments_of_large_values() {
    let base = 1e9;
    let mut all: Welford = [4.0, 7.0, 13.0, 16.0].map(|x| base + x).into_iter().collect();
    all.merge(&[1.0, 2.0].map(|x| base + x).into_iter().collect());
    all.merge(&Welford::new());
    assert!((all.variance() / 37.366_666_666_666_66 - 1.0).abs() < 1e-9);
    assert!((all.mean() - base - 43.0 / 6.0).abs() < 1e-6);
    let mut empty = Welford::new();
    assert!(empty.mean().is_nan() && empty.variance().is_nan());
    empty.merge(&all);
    assert_eq!(empty, all);
}

#[test]
fn ten_delays() {
    let delays: Welford = [1.20, 1.50, 1.68, 1.89, 0.95, 1.49, 1.58, 1.55, 0.50, 1.09].into_iter().collect();
    assert!((delays.mean() - 1.343).abs() < 1e-12);
    assert!((delays.variance() - 0.167_512_222_222_222_23).abs() < 1e-12);
}
