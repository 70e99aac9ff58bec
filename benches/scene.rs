//! What it costs to draw: everything at a time with ten thousand trucks on the plaza, and a seek to any time of a week.
//!
//! Criterion times each; at the end the figures stand beside the house's budgets: 100 ns a vehicle, 2 ms a seek.

use std::hint::black_box;
use std::path::Path;
use std::time::{Duration, Instant};

use criterion::{Criterion, Throughput};
use kordon::crossing::{Plan, compile};
use kordon::kernel::time::{HOUR, Tick};
use kordon::scenario::{Clock, load};
use kordon::scene::{Film, Look, Picture};
use kordon::trace;

const PLAZA: &str = "benches/scenes/full-plaza.toml";
const WEEK: &str = "scenarios/yahodyn-week.toml";
/// When the plaza is full.
const FULL: Tick = 4 * HOUR - 1;

fn plan(file: &str) -> Option<Plan> {
    let loaded = load(&Path::new(env!("CARGO_MANIFEST_DIR")).join(file), &[]).ok()?;
    let clock = Clock::new(&loaded.scenario.run, &loaded.scenario.side).ok()?;
    compile(&loaded.scenario, &clock, loaded.document.diagnostics()).ok()
}

fn film(file: &str) -> Option<Film> {
    let plan = plan(file)?;
    let trace = trace::record(&plan, 1, 0).ok()?;
    Some(Film::new(&plan, &trace))
}

fn seconds(mut work: impl FnMut(), times: u32) -> f64 {
    let began = Instant::now();
    for _ in 0..times {
        work();
    }
    began.elapsed().as_secs_f64() / f64::from(times)
}

fn main() {
    let mut criterion = Criterion::default()
        .configure_from_args()
        .warm_up_time(Duration::from_secs(1))
        .measurement_time(Duration::from_secs(3));
    let (Some(plaza), Some(week)) = (film(PLAZA), film(WEEK)) else {
        eprintln!("{PLAZA} or {WEEK} does not run");
        return;
    };
    let mut picture = Picture::new();
    picture.draw(&plaza, FULL, Look::default());
    let vehicles = picture.figures.len();
    let mut group = criterion.benchmark_group("scene");
    group.throughput(Throughput::Elements(vehicles as u64));
    group.bench_function("draw a full plaza", |b| {
        b.iter(|| picture.draw(black_box(&plaza), FULL, Look::default()));
    });
    group.throughput(Throughput::Elements(1));
    let mut k = 0u64;
    let mut seek = |picture: &mut Picture| {
        k = k.wrapping_add(0x9e37_79b9_7f4a_7c15);
        picture.draw(black_box(&week), k % week.end, Look::default());
    };
    group.bench_function("seek in a week of Yahodyn", |b| b.iter(|| seek(&mut picture)));
    group.finish();

    let draw = seconds(|| picture.draw(black_box(&plaza), FULL, Look::default()), 200);
    let seek = seconds(|| seek(&mut picture), 2_000);
    println!("{vehicles} vehicles drawn: {:.0} ns each (budget 100)", draw * 1e9 / vehicles as f64);
    println!("random seek in a week of Yahodyn: {:.3} ms (budget 2)", seek * 1e3);
}
