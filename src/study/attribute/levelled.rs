//! Without a peak: the same travellers in the same stretch of time, their starts spread evenly.
//!
//! The k-th traveller of a source stays the k-th, with all its draws: only the clock by which they come is another. A
//! Poisson source gets the constant rate with the same expected number in the measured window, so that inverting it finds
//! exactly as many travellers there; counts keep their sum; listed times are put at equal distances. What comes after the
//! window stays as it is. Where the first post is not always open, "evenly" is over its opening hours.

use crate::crossing::Plan;
use crate::crossing::plan::Demand;
use crate::kernel::arrivals::{Arrivals, Counts, Profile};
use crate::kernel::random::Draw;
use crate::kernel::time::{HOUR, Tick};
use crate::scenario::{Clock, Scenario, Shift, Side, Stage, Step};

/// Stretches of time, ascending, without overlaps.
type Stretches = Vec<(Tick, Tick)>;

/// Levels every source of a plan; did anything change?
pub(super) fn level(plan: &mut Plan, scenario: &Scenario, clock: &Clock) -> bool {
    let (warmup, window, until) = (plan.warmup, plan.window, plan.until);
    let mut changed = false;
    for source in &mut plan.sources {
        let open = opening_hours(scenario, clock, source.route as usize, until);
        let before = inside(&open, 0, warmup);
        let counted = inside(&open, warmup, window);
        let Demand::Arrivals(arrivals) = &mut source.demand else { continue };
        let levelled = match &*arrivals {
            Arrivals::Poisson(profile) => poisson(profile, &before, &counted, (warmup, window, until)),
            Arrivals::Counts(counts) => exact(counts, &before, &counted, (warmup, window, until)),
            Arrivals::Scheduled(_) | Arrivals::Gaps(_) => {
                Some(listed(arrivals, &counted, (warmup, window, until)))
            }
            // At equal distances already, or with gaps of one law all the time.
            _ => None,
        };
        if let Some(levelled) = levelled.filter(|l| l != arrivals) {
            *arrivals = levelled;
            changed = true;
        }
    }
    changed
}

fn length(stretches: &[(Tick, Tick)]) -> Tick {
    stretches.iter().map(|(from, to)| to - from).sum()
}

fn inside(open: &[(Tick, Tick)], from: Tick, to: Tick) -> Stretches {
    let cut: Stretches = open.iter().map(|&(a, b)| (a.max(from), b.min(to))).filter(|(a, b)| a < b).collect();
    // A stretch in which the post never opens is taken as a whole: somebody comes all the same.
    if cut.is_empty() && from < to { vec![(from, to)] } else { cut }
}

fn poisson(
    profile: &Profile,
    before: &Stretches,
    counted: &Stretches,
    (warmup, window, until): (Tick, Tick, Tick),
) -> Option<Arrivals> {
    let mut steps = vec![(0, 0.0)];
    for (stretches, from, to) in [(before, 0, warmup), (counted, warmup, window)] {
        let expected = profile.mean_count(from, to);
        let rate = expected / crate::kernel::time::seconds(length(stretches).max(1));
        for &(from, to) in stretches {
            put(&mut steps, from, rate);
            put(&mut steps, to, 0.0);
        }
    }
    steps.retain(|step| step.0 < window);
    let levelled = profile.with_other_steps(steps, window, until).ok()?;
    let hours = (0..window).step_by(HOUR as usize / 4);
    let same = |at: Tick| {
        let (a, b) = (profile.mean_count(0, at), levelled.mean_count(0, at));
        (a - b).abs() < 1e-6 * (1.0 + a)
    };
    let already_level = hours.into_iter().all(same);
    (!already_level).then_some(Arrivals::Poisson(levelled))
}

/// A step at `at`; one that stood there gives way.
fn put(steps: &mut Vec<(Tick, f64)>, at: Tick, rate: f64) {
    match steps.last_mut() {
        Some(last) if last.0 == at => last.1 = rate,
        _ => steps.push((at, rate)),
    }
}

/// The same whole numbers, in rows of the opening hours by their lengths (largest remainders).
fn exact(
    counts: &Counts,
    before: &Stretches,
    counted: &Stretches,
    (warmup, window, until): (Tick, Tick, Tick),
) -> Option<Arrivals> {
    let mut rows = Vec::new();
    for (stretches, from, to) in [(before, 0, warmup), (counted, warmup, window)] {
        let total = counts.mean_count(from, to).round() as u64;
        let lengths: Vec<f64> = stretches.iter().map(|(from, to)| (to - from) as f64).collect();
        let numbers = apportioned(total, &lengths);
        rows.extend(stretches.iter().zip(numbers).map(|(&(from, to), n)| (from, to, n)));
    }
    let later = counts.mean_count(window, until).round() as u64;
    if until > window {
        rows.push((window, until, later));
    }
    Counts::from_rows(&rows).ok().map(Arrivals::Counts)
}

fn apportioned(total: u64, weights: &[f64]) -> Vec<u64> {
    let sum: f64 = weights.iter().sum();
    let mut upto = 0.0;
    let mut given = 0;
    let part = |weight: &f64| {
        upto += weight / sum;
        let all = (total as f64 * upto).round() as u64;
        let own = all - given;
        given = all;
        own
    };
    weights.iter().map(part).collect()
}

/// Listed times: those of the window at equal distances over the opening hours, all others as they are.
fn listed(arrivals: &Arrivals, counted: &Stretches, (warmup, window, until): (Tick, Tick, Tick)) -> Arrivals {
    let mut cursor = arrivals.cursor();
    let mut unused = Draw::from_word(0);
    let times = std::iter::from_fn(|| arrivals.next(&mut cursor, &mut unused));
    let times: Vec<Tick> = times.take_while(|&at| at < until).collect();
    let n = times.iter().filter(|at| (warmup..window).contains(at)).count() as u64;
    let open = length(counted);
    let mut spread = (0..n).map(|k| at_open(counted, (2 * k + 1) * open / (2 * n)));
    let moved =
        times.iter().map(|&at| if (warmup..window).contains(&at) { spread.next().unwrap_or(at) } else { at });
    Arrivals::scheduled(moved.collect())
}

/// The instant at which `into` of the open time has passed.
fn at_open(stretches: &[(Tick, Tick)], into: Tick) -> Tick {
    let mut left = into;
    for &(from, to) in stretches {
        if left < to - from {
            return from + left;
        }
        left -= to - from;
    }
    stretches.last().map_or(0, |s| s.1 - 1)
}

/// When everybody can pass the first post of a direction: when each of the stages that serve all has somebody on its roster.
fn opening_hours(scenario: &Scenario, clock: &Clock, from: usize, until: Tick) -> Stretches {
    let first = match (&scenario.side[from].exit, &scenario.side[1 - from].entry) {
        (Some(post), _) => Some((from, post)),
        (None, entry) => entry.as_ref().map(|post| (1 - from, post)),
    };
    let Some((side, post)) = first else { return vec![(0, until)] };
    let listed = |stage: &&Stage| {
        let own = |step: &Step| matches!(step, Step::One(name) if *name == stage.name);
        post.stages.iter().any(own) && stage.serves.is_none() && stage.takes.is_empty()
    };
    let mut open = vec![(0, until)];
    for stage in post.stage.iter().filter(listed) {
        open = both(&open, &open_hours(&scenario.side[side], side, stage, clock, until));
    }
    open
}

fn open_hours(side: &Side, s: usize, stage: &Stage, clock: &Clock, until: Tick) -> Stretches {
    let hours = |open: &[Shift], full: u32| {
        let levels = clock.expand(s, open, full, &side.closed, until);
        let ends = levels.iter().skip(1).map(|l| l.0).chain([until]);
        let open = levels.iter().zip(ends).filter(|(l, _)| l.1 > 0);
        open.map(|(l, end)| (l.0, end)).collect::<Stretches>()
    };
    let mut booths = Vec::new();
    for lane in &stage.lanes {
        for group in &lane.booths {
            let open = if group.open.is_empty() { &lane.open } else { &group.open };
            booths.extend(hours(open, group.count));
        }
    }
    let mut open = merged(booths);
    for pool in
        side.officers.iter().filter(|p| stage.officers.iter().any(|o| o.ends_with(&format!(".{}", p.name))))
    {
        open = both(&open, &hours(&pool.open, pool.count));
    }
    open
}

fn merged(mut all: Stretches) -> Stretches {
    all.sort_unstable();
    let mut out: Stretches = Vec::new();
    for (from, to) in all {
        match out.last_mut() {
            Some(last) if from <= last.1 => last.1 = last.1.max(to),
            _ => out.push((from, to)),
        }
    }
    out
}

fn both(a: &[(Tick, Tick)], b: &[(Tick, Tick)]) -> Stretches {
    let pairs = a.iter().flat_map(|x| b.iter().map(move |y| (x.0.max(y.0), x.1.min(y.1))));
    merged(pairs.filter(|(from, to)| from < to).collect())
}
