//! The unit of the house's budgets: one *hold* (take the earliest event, draw, schedule again) in a binary heap, beside the calendar.

mod common;

use std::hint::black_box;
use std::time::Duration;

use common::{Gaps, HOLDS, Held, SERVICE};
use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use kordon::kernel::laws::{standard_exponential, standard_normal};
use kordon::kernel::{Arrivals, Calendar, Draw, Histogram, Law, Profile, RunKey, Timers, name_key};

fn hold(c: &mut Criterion) {
    let mut group = c.benchmark_group("hold");
    group.throughput(Throughput::Elements(HOLDS));
    for pending in [8, 128, 1000] {
        group.bench_function(BenchmarkId::new("binary heap", pending), |b| {
            let mut held = Held::new(pending);
            b.iter(|| held.hold());
        });
        group.bench_function(BenchmarkId::new("calendar", pending), |b| {
            let mut gaps = Gaps::new();
            let mut calendar = Calendar::new(pending as usize);
            (0..pending).for_each(|slot| calendar.set(slot, gaps.next()));
            let mut epoch = 0;
            b.iter(|| {
                for _ in 0..HOLDS {
                    let Some((now, slot)) = calendar.next() else { break };
                    calendar.set(slot, now + gaps.next());
                }
                // The clock of a calendar ends after 8.9 years: start it anew long before.
                if calendar.next().is_some_and(|(now, _)| now > 1 << 46) {
                    calendar.reset();
                    (0..pending).for_each(|slot| calendar.set(slot, gaps.next()));
                    epoch += 1;
                }
                black_box(epoch);
            });
        });
    }
    group.finish();
}

fn draws(c: &mut Criterion) {
    let mut group = c.benchmark_group("draw");
    let key = RunKey::new(1, 0).source(name_key("bench"));
    let mut index = 0;
    let mut next = move || {
        index += 1;
        key.traveller(index).draw(SERVICE, 0)
    };
    group.bench_function("key and word", |b| b.iter(|| next().word()));
    group.bench_function("exponential", |b| b.iter(|| standard_exponential(&mut next())));
    group.bench_function("normal", |b| b.iter(|| standard_normal(&mut next())));
    let laws =
        [Law::lognormal(600.0, 0.8), Law::gamma(600.0, 0.8), Law::erlang(4, 600.0), Law::weibull(600.0, 0.8)];
    for law in laws.into_iter().flatten() {
        group.bench_function(law.name(), |b| b.iter(|| law.ticks(&mut next())));
    }
    group.finish();
}

fn others(c: &mut Criterion) {
    let mut group = c.benchmark_group("others");
    let mut draw = Draw::from_word(1);
    group.bench_function("timers: push, push, cancel, pop at 1000", |b| {
        let mut timers = Timers::with_capacity(1000);
        (0..1000).for_each(|id| timers.push(id, draw.below(1 << 30)));
        b.iter(|| {
            let id = draw.below(1000) as u32;
            timers.cancel(id);
            if let Some((now, other)) = timers.pop() {
                timers.push(other, now + draw.below(1 << 30));
                timers.push(id, now + draw.below(1 << 30));
            }
        });
    });
    group.bench_function("histogram: record", |b| {
        let mut histogram = Histogram::new();
        b.iter(|| histogram.record(draw.below(1 << 36)));
    });
    group.bench_function("profile: next arrival", |b| {
        let steps = (0..168).map(|hour| (hour * 3_600_000_000, (hour % 24) as f64 / 100.0)).collect();
        let Ok(profile) = Profile::from_steps(steps, Some(168 * 3_600_000_000)) else { return };
        let process = Arrivals::Poisson(profile);
        let mut cursor = process.cursor();
        b.iter(|| {
            process.next(&mut cursor, &mut draw).unwrap_or_else(|| {
                cursor = process.cursor();
                0
            })
        });
    });
    group.finish();
}

fn quick() -> Criterion {
    Criterion::default()
        .sample_size(20)
        .warm_up_time(Duration::from_millis(300))
        .measurement_time(Duration::from_millis(700))
}

criterion_group! { name = benches; config = quick(); targets = hold, draws, others }
criterion_main!(benches);
