//! Arrival processes: T3, T4 and T5 of the validation table, and what a cursor promises.

use kordon::kernel::arrivals::{ArrivalError, Counts, CyclicGaps};
use kordon::kernel::time::{DAY, HOUR, MINUTE, NEVER, SECOND, WEEK, ticks_from_seconds};
use kordon::kernel::{ArrivalCursor, Arrivals, Draw, Law, Profile, RunKey, Tick, Welford, name_key};
use proptest::prelude::*;

const ARRIVAL: u64 = name_key("arrival");

/// All arrivals of one replication before `end`.
fn arrivals(process: &Arrivals, replication: u64, end: Tick) -> Vec<Tick> {
    let source = RunKey::new(1, replication).source(name_key("source"));
    let mut cursor = process.cursor();
    (0..)
        .map_while(|k| process.next(&mut cursor, &mut source.traveller(k).draw(ARRIVAL, 0)))
        .take_while(|&at| at < end)
        .collect()
}

fn within(arrivals: &[Tick], from: Tick, to: Tick) -> f64 {
    arrivals.iter().filter(|&&at| (from..to).contains(&at)).count() as f64
}

/// Mean and variance of a Poisson count, each within 4 of its standard errors.
fn assert_poisson(counts: &Welford, mean: f64, what: &str) {
    let n = counts.count() as f64;
    let error = (mean / n).sqrt();
    assert!((counts.mean() - mean).abs() < 4.0 * error, "{what}: mean {} not {mean}", counts.mean());
    // Var(s²) of a Poisson count is (mean + 2·mean²·n/(n − 1))/n.
    let error = ((mean + 2.0 * mean * mean) / n).sqrt();
    assert!(
        (counts.variance() - mean).abs() < 4.0 * error,
        "{what}: variance {} not {mean}",
        counts.variance()
    );
}

#[test]
fn t3_counts_of_a_cyclic_profile() {
    // Rates 5, 1.5, 3 an hour on (0, 3.2), (3.2, 7.9), (7.9, 10) hours, two cycles.
    let at = |hours: f64| ticks_from_seconds(hours * 3600.0);
    let steps = vec![(0, 5.0 / 3600.0), (at(3.2), 1.5 / 3600.0), (at(7.9), 3.0 / 3600.0)];
    let profile = Profile::from_steps(steps, Some(at(10.0))).unwrap();
    assert!((profile.mean_count(0, at(20.0)) - 58.7).abs() < 1e-9);
    assert!((profile.mean_count(at(12.0), at(13.5)) - (1.2 * 5.0 + 0.3 * 1.5)).abs() < 1e-9);
    let process = Arrivals::Poisson(profile);
    let mut tallies = [Welford::new(); 3];
    for replication in 0..4_000 {
        let arrivals = arrivals(&process, replication, at(20.0));
        for (tally, (from, to)) in tallies.iter_mut().zip([(0.0, 3.2), (3.2, 7.9), (7.9, 10.0)]) {
            tally.push(
                [0.0, 10.0].iter().map(|cycle| within(&arrivals, at(from + cycle), at(to + cycle))).sum(),
            );
        }
    }
    assert_poisson(&tallies[0], 32.0, "first");
    assert_poisson(&tallies[1], 14.1, "second");
    assert_poisson(&tallies[2], 12.6, "third");
}

#[test]
fn t4_a_rush_is_not_jumped_over() {
    let profile = Profile::from_steps(vec![(0, 0.1), (55 * SECOND, 10.0), (58 * SECOND, 0.1)], None).unwrap();
    let process = Arrivals::Poisson(profile);
    let rush: Welford =
        (0..2_000).map(|r| within(&arrivals(&process, r, 100 * SECOND), 55 * SECOND, 58 * SECOND)).collect();
    assert_poisson(&rush, 30.0, "rush");
}

#[test]
fn silence_is_jumped_over_exactly() {
    // One hour a week at one a second: the last arrival of a week and the first of the next are a week less an hour apart.
    let profile = Profile::from_steps(vec![(0, 0.0), (DAY, 1.0), (DAY + HOUR, 0.0)], Some(WEEK)).unwrap();
    let process = Arrivals::Poisson(profile);
    let all = arrivals(&process, 0, 52 * WEEK);
    assert!(all.iter().all(|at| (DAY..DAY + HOUR).contains(&(at % WEEK))));
    let expected = 52.0 * 3600.0_f64;
    assert!((all.len() as f64 - expected).abs() < 4.0 * expected.sqrt());
}

#[test]
fn a_source_without_traffic_ends_and_stays_ended() {
    for steps in [vec![(0, 0.0)], vec![(0, 0.0), (HOUR, 0.0)]] {
        for period in [None, Some(DAY)] {
            let process = Arrivals::Poisson(Profile::from_steps(steps.clone(), period).unwrap());
            let mut cursor = process.cursor();
            for k in 0..3 {
                assert_eq!(process.next(&mut cursor, &mut Draw::from_word(k)), None);
            }
        }
    }
    // One in a hundred billion years.
    let rare = Arrivals::Poisson(Profile::from_steps(vec![(0, 3e-19)], Some(HOUR)).unwrap());
    assert!(arrivals(&rare, 0, NEVER).is_empty());
}

#[test]
fn a_rare_source_has_the_right_rate() {
    // 0.02 a week: most draws skip many whole periods.
    let rate = 0.02 / (DAY as f64 / 1e6);
    let profile = Profile::from_steps(vec![(0, 0.0), (2 * DAY, rate), (3 * DAY, 0.0)], Some(WEEK)).unwrap();
    let process = Arrivals::Poisson(profile);
    let counts: Welford = (0..2_000).map(|r| arrivals(&process, r, 400 * WEEK).len() as f64).collect();
    assert_poisson(&counts, 8.0, "rare");
}

#[test]
fn a_year_loses_no_microsecond() {
    // The positions against the sum of the gaps in exact integers of 2⁻⁶⁰ seconds.
    let rate = 1.0 / 7.3;
    let process = Arrivals::Poisson(Profile::constant(rate).unwrap());
    let source = RunKey::new(1, 0).source(name_key("source"));
    let (mut cursor, mut exact) = (process.cursor(), 0_u128);
    for k in 0..4_000_000_u64 {
        let mut draw = source.traveller(k).draw(ARRIVAL, 0);
        let gap = kordon::kernel::laws::standard_exponential(&mut draw.clone()) / (rate * 1e-6);
        exact += (gap * (1_u64 << 30) as f64) as u128;
        let at = process.next(&mut cursor, &mut draw).unwrap();
        assert!(at.abs_diff((exact >> 30) as Tick) <= 1, "arrival {k}");
    }
    assert!(exact >> 30 > u128::from(320 * DAY));
}

#[test]
fn peaks_add_what_they_say() {
    let flat = || Profile::from_steps(vec![(0, 0.005)], Some(WEEK)).unwrap();
    let (from, to) = (4 * DAY + 20 * HOUR, 5 * DAY);
    let peak = flat().with_extra(from, to, 780.0).unwrap();
    assert!((peak.mean_count(from, to) - 0.005 * 4.0 * 3600.0 - 780.0).abs() < 1e-9);
    assert!((peak.mean_count(0, 3 * WEEK) - flat().mean_count(0, 3 * WEEK) - 3.0 * 780.0).abs() < 1e-6);
    assert!((peak.mean_count(0, from) - flat().mean_count(0, from)).abs() < 1e-9);
    // Over the end of the week, Sunday 22:00 to Monday 02:00.
    let over = flat().with_extra(WEEK - 2 * HOUR, WEEK + 2 * HOUR, 100.0).unwrap();
    assert!((over.mean_count(0, 2 * HOUR) - 36.0 - 50.0).abs() < 1e-9);
    assert!((over.mean_count(0, WEEK) - flat().mean_count(0, WEEK) - 100.0).abs() < 1e-9);
    // Once, in a profile that does not repeat.
    let once = Profile::constant(0.0).unwrap().with_extra(HOUR, 2 * HOUR, 50.0).unwrap();
    assert!((once.mean_count(0, 10 * WEEK) - 50.0).abs() < 1e-9);
    assert!(flat().with_extra(5, 5, 1.0).is_err() && flat().with_extra(0, WEEK + 1, 1.0).is_err());
    assert!(flat().with_extra(0, 5, f64::NAN).is_err());
}

proptest! {
    #[test]
    fn another_phase_is_the_same_profile_seen_later(phase in 0..3 * WEEK, hour in 0..400_u64) {
        let steps = vec![(0, 0.1), (DAY, 0.7), (3 * DAY, 0.0), (5 * DAY, 0.3)];
        for period in [Some(WEEK), None] {
            let profile = Profile::from_steps(steps.clone(), period).unwrap();
            let shifted = profile.clone().starting_at(phase);
            let (from, to) = (hour * HOUR, (hour + 5) * HOUR);
            let expected = profile.mean_count(phase + from, phase + to);
            prop_assert!((shifted.mean_count(from, to) - expected).abs() < 1e-6 * (1.0 + expected));
            prop_assert_eq!(shifted.rate_at(from), profile.rate_at(phase + from));
        }
    }

    #[test]
    fn arrivals_never_go_back(word in any::<u64>(), rates in prop::collection::vec(prop_oneof![Just(0.0), 0.0..1e7_f64], 1..9)) {
        let steps = rates.iter().zip(0..).map(|(&rate, k)| (k * 977, rate)).collect();
        let process = Arrivals::Poisson(Profile::from_steps(steps, Some(9_000)).unwrap());
        let mut cursor = process.cursor();
        let mut draw = Draw::from_word(word);
        let mut before = 0;
        for _ in 0..500 {
            let Some(at) = process.next(&mut cursor, &mut draw) else { break };
            prop_assert!(at >= before && at < NEVER);
            let step = (at % 9_000 / 977).min(rates.len() as u64 - 1);
            prop_assert!(rates[step as usize] > 0.0);
            before = at;
        }
    }
}

#[test]
fn t5_gaps_by_time_of_day() {
    let steps =
        vec![(0, 30 * MINUTE), (12 * HOUR, 15 * MINUTE), (14 * HOUR, 45 * MINUTE), (20 * HOUR, 90 * MINUTE)];
    let gaps = CyclicGaps::from_steps(steps, DAY).unwrap();
    let process = Arrivals::Gaps(gaps.clone());
    let day = arrivals(&process, 0, DAY);
    assert_eq!(day.len(), 42);
    assert_eq!(day[0], 30 * MINUTE);
    assert_eq!([within(&day, 0, 12 * HOUR + 1), within(&day, 12 * HOUR + 1, 14 * HOUR + 1)], [24.0, 8.0]);
    assert_eq!([within(&day, 14 * HOUR + 1, 20 * HOUR + 1), within(&day, 20 * HOUR + 1, DAY)], [8.0, 2.0]);
    assert_eq!(process.mean_count(0, DAY), Some(42.0));
    assert_eq!(gaps.starting_at(13 * HOUR).gap_at(2 * HOUR), 45 * MINUTE);
}

#[test]
fn constant_and_scheduled() {
    let every = Arrivals::Every { every: 7, offset: 0 };
    assert_eq!(arrivals(&every, 0, 30), [0, 7, 14, 21, 28]);
    assert_eq!(arrivals(&Arrivals::Every { every: 0, offset: 5 }, 0, 30), [0; 0]);
    let schedule = Arrivals::scheduled(vec![5, 3, 5, 20]);
    assert_eq!(arrivals(&schedule, 0, NEVER), [3, 5, 5, 20]);
    assert_eq!(schedule.mean_count(4, 20), Some(2.0));
    let mut cursor: ArrivalCursor = schedule.cursor();
    let ended =
        (0..9).map(|_| schedule.next(&mut cursor, &mut Draw::from_word(0))).filter(Option::is_none).count();
    assert_eq!(ended, 5);
}

#[test]
fn renewal_gaps_have_their_law() {
    let process = Arrivals::Renewal(Law::erlang(4, 10.0).unwrap());
    let all = arrivals(&process, 0, 2 * WEEK);
    let gaps: Welford = all.windows(2).map(|pair| (pair[1] - pair[0]) as f64 / 1e6).collect();
    assert!((gaps.mean() - 10.0).abs() < 4.0 * gaps.standard_error());
    assert!((gaps.standard_deviation() / gaps.mean() - 0.5).abs() < 0.01);
}

#[test]
fn a_table_of_counts_is_met_exactly() {
    let counts =
        Counts::from_rows(&[(0, HOUR, 40), (HOUR, 2 * HOUR, 0), (5 * HOUR, 6 * HOUR, 1_000)]).unwrap();
    let process = Arrivals::Counts(counts);
    let mut places = Welford::new();
    for replication in 0..200 {
        let all = arrivals(&process, replication, NEVER);
        assert_eq!(all.len(), 1_040);
        assert!(all.is_sorted());
        assert_eq!(within(&all, 0, HOUR), 40.0);
        assert_eq!(within(&all, 5 * HOUR, 6 * HOUR), 1_000.0);
        places.extend(all[40..].iter().map(|at| (at - 5 * HOUR) as f64 / HOUR as f64));
    }
    assert!((places.mean() - 0.5).abs() < 4.0 * places.standard_error());
    assert!((places.variance() - 1.0 / 12.0).abs() < 0.001);
    assert_eq!(process.mean_count(HOUR / 2, 2 * HOUR), Some(20.0));
}

#[test]
fn nonsense_is_refused() {
    assert_eq!(Profile::from_steps(vec![], None), Err(ArrivalError::Empty));
    assert_eq!(Profile::from_steps(vec![(3, 1.0)], None), Err(ArrivalError::FirstStep { at: 3 }));
    assert_eq!(Profile::from_steps(vec![(0, -1.0)], None), Err(ArrivalError::Rate { at: 0, is: -1.0 }));
    assert_eq!(
        Profile::from_steps(vec![(0, 1.0), (5, 1.0), (5, 2.0)], None),
        Err(ArrivalError::Order { at: 5 })
    );
    assert_eq!(Profile::from_steps(vec![(0, 1.0), (5, 1.0)], Some(5)), Err(ArrivalError::Order { at: 5 }));
    assert_eq!(Profile::from_steps(vec![(0, 1.0)], Some(0)), Err(ArrivalError::Period { is: 0 }));
    assert_eq!(CyclicGaps::from_steps(vec![(0, 0)], DAY), Err(ArrivalError::Gap { at: 0 }));
    assert_eq!(Counts::from_rows(&[(0, 5, 1), (4, 6, 1)]), Err(ArrivalError::Order { at: 4 }));
}
