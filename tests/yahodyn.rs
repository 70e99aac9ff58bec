//! `yahodyn-week` beside the real eCherha series of 11 to 24 June 2025 (`../shared/data`, skipped where absent).
//!
//! Four kinds of number, never mixed, each printed with its label:
//!
//! * **fitted**: week 1, on which the scenario's bookings were inferred; shows that the fit is one, predicts nothing.
//! * **driven**: week 2 with bookings inferred from week 2's own queue; only the displayed wait is judged.
//! * **forecast**: from a state of week 2, reading nothing after it; bookings as in week 1; beside naive forecasts.
//! * **given**: computed from an observed number (the queue, or Saturday's peak) that is named.
//!
//! `cargo test --test yahodyn -- --nocapture` prints them; `docs/yahodyn.md` says what they mean.
//! `KORDON_SHARED` names another folder than `../shared`; `KORDON_YAHODYN_ROWS` prints the curves as well.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test that cannot read its file has failed")]

use std::path::PathBuf;

use jiff::ToSpan as _;
use jiff::civil::DateTime;
use kordon::crossing::{Blind, Plan, Simulation, compile};
use kordon::kernel::laws::Law;
use kordon::kernel::time::{HOUR, SECOND, Tick};
use kordon::scenario::{Clock, Demand, Loaded, RateStep, When, load_str};
use rayon::prelude::*;

/// Runs of each scenario; the mean over them is what is compared.
const REPLICATIONS: u64 = 12;
const SEED: u64 = 1;
/// Start of the file's run on the series' clock (UTC): 10:00 in Kyiv.
const START: &str = "2025-06-11 07:00:00";
const UTC_TO_KYIV_H: i64 = 3;
/// Rows before this one are week 1: the first row at least 168 h after the first.
const WEEK_1_ROWS: usize = 72;
/// The service's time per vehicle behind the displayed wait.
const HEADWAY_H: f64 = 240.0 / 3600.0;
/// What the fit took for calls in an hour while anybody waits, and hours from a call to the gate (no-shows included).
const CALLS_PER_HOUR: f64 = 15.5;
const WAY_H: f64 = 3.0;

/// One moment of the series.
#[derive(Debug, Clone, PartialEq)]
struct Row {
    utc: DateTime,
    /// Hours since the file's start.
    at: f64,
    /// Displayed wait in hours.
    wait: f64,
    /// Vehicles in the queue, the called ones who are not at the gate yet included.
    queue: f64,
}

/// The series; none, with the reason printed, where it is not there.
fn series() -> Option<Vec<Row>> {
    let beside = || PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../shared");
    let shared = std::env::var_os("KORDON_SHARED").map_or_else(beside, PathBuf::from);
    let file = shared.join("data/echerha_yahodyn_loaded_2025-06-11_06-24.csv");
    let Ok(text) = std::fs::read_to_string(&file) else {
        println!(
            "skipped: the eCherha series is not beside the checkout (../shared/data, see docs/yahodyn.md)"
        );
        return None;
    };
    let rows: Vec<Row> = text.lines().skip(1).filter(|line| !line.trim().is_empty()).map(row).collect();
    assert_eq!(rows.len(), 144, "another series than the one that was fitted");
    Some(rows)
}

fn row(line: &str) -> Row {
    let cells: Vec<&str> = line.trim().split(',').collect();
    let utc: DateTime = cells[0].parse().unwrap();
    let number = |k: usize| cells[k].parse::<f64>().unwrap();
    Row { utc, at: hours_between(START.parse().unwrap(), utc), wait: number(1) / 3600.0, queue: number(2) }
}

fn hours_between(from: DateTime, to: DateTime) -> f64 {
    to.duration_since(from).as_secs_f64() / 3600.0
}

fn rmse(errors: impl IntoIterator<Item = f64>) -> f64 {
    let errors: Vec<f64> = errors.into_iter().collect();
    (errors.iter().map(|e| e * e).sum::<f64>() / errors.len() as f64).sqrt()
}

/// Linear between rows; the first or last value outside.
fn interpolated(rows: &[Row], at: f64, value: fn(&Row) -> f64) -> f64 {
    let after = rows.partition_point(|r| r.at < at);
    let (Some(a), Some(b)) = (rows.get(after.wrapping_sub(1)), rows.get(after)) else {
        return value(if after == 0 { &rows[0] } else { &rows[rows.len() - 1] });
    };
    value(a) + (value(b) - value(a)) * (at - a.at) / (b.at - a.at)
}

/// Friday 18:00 to Saturday 15:00 in Kyiv, when the displayed wait lags behind the queue by hours.
fn in_surge(row: &Row) -> bool {
    let kyiv = row.utc.checked_add(UTC_TO_KYIV_H.hours()).unwrap();
    let of_week = i64::from(kyiv.weekday().to_monday_zero_offset()) * 24 + i64::from(kyiv.hour());
    (4 * 24 + 18..5 * 24 + 15).contains(&of_week)
}

fn scenario() -> Loaded {
    let file = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("scenarios/yahodyn-week.toml");
    let text = std::fs::read_to_string(file).unwrap();
    match load_str("yahodyn-week.toml", &text, &[]) {
        Ok(loaded) => loaded,
        Err(errors) => panic!("{}", errors.render(false)),
    }
}

/// Another beginning of the same crossing.
#[derive(Debug, Clone)]
struct Beginning {
    /// On the clock of Kyiv.
    start: DateTime,
    queue: f64,
    at_the_post: f64,
    bookings: Demand,
}

impl Beginning {
    /// A state of the series: all of its queue waits (as many as there are places are called at once), and while
    /// anybody waits the posts are as full as in the file.
    fn of(loaded: &Loaded, row: &Row, bookings: Demand) -> Self {
        Self {
            start: start_at(row),
            queue: row.queue,
            at_the_post: row.queue.min(at_the_post(loaded)),
            bookings,
        }
    }
}

/// Trucks at the gate and in the posts while the queue is long, as the file assumes; the series does not count them.
fn at_the_post(loaded: &Loaded) -> f64 {
    f64::from(loaded.scenario.begin.iter().find(|b| b.place == "UA.exit.road").unwrap().count)
}

/// Runs start at a full minute: the one of the row.
fn start_at(row: &Row) -> DateTime {
    let kyiv = row.utc.checked_add(UTC_TO_KYIV_H.hours()).unwrap();
    kyiv.with().second(0).build().unwrap()
}

fn compiled(loaded: &Loaded, beginning: Option<&Beginning>) -> Plan {
    let mut scenario = loaded.scenario.clone();
    if let Some(beginning) = beginning {
        scenario.run.start = When::Date { date: beginning.start };
        for begin in &mut scenario.begin {
            let count = if begin.place == "UA.exit.road" { beginning.at_the_post } else { beginning.queue };
            begin.count = count as u32;
        }
        let loaded = scenario.traffic.iter_mut().find(|t| t.name == "loaded").unwrap();
        loaded.demand = beginning.bookings.clone();
    }
    let clock = Clock::new(&scenario.run, &scenario.side).unwrap();
    match compile(&scenario, &clock, loaded.document.diagnostics()) {
        Ok(plan) => plan,
        Err(errors) => panic!("{}", errors.render(false)),
    }
}

/// The file's bookings, their weekly steps turned to another beginning; peaks go by the clock anyway.
fn bookings_of_week_1(loaded: &Loaded, start: DateTime) -> Demand {
    let demand = &loaded.scenario.traffic.iter().find(|t| t.name == "loaded").unwrap().demand;
    let Demand::Poisson { steps, period: Some(period), local: false, peaks } = demand else {
        panic!("the bookings of loaded trucks are not steps that repeat");
    };
    let file = DateTime::constant(2025, 6, 11, 10, 0, 0, 0);
    let offset = ticks(hours_between(file, start)) % period;
    let now = steps.partition_point(|s| s.from <= offset) - 1;
    let mut turned = vec![RateStep { from: 0, ..steps[now] }];
    turned.extend(steps[now + 1..].iter().map(|s| RateStep { from: s.from - offset, ..*s }));
    let again = steps[..=now].iter().map(|s| RateStep { from: s.from + period - offset, ..*s });
    turned.extend(again.filter(|s| s.from < *period));
    Demand::Poisson { steps: turned, period: Some(*period), local: false, peaks: peaks.clone() }
}

/// Hours as ticks, to the second.
fn ticks(hours: f64) -> Tick {
    (hours * 3600.0).round() as Tick * SECOND
}

/// What the replications show at one moment.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Moment {
    /// Mean number waiting for a call.
    waiting: f64,
    /// Mean number in the queue as the service counts it: waiting, or called and on the way.
    queue: f64,
    /// The same in the replications with the fewest and the most.
    range: (u32, u32),
}

impl Moment {
    fn wait(&self) -> f64 {
        self.waiting * HEADWAY_H
    }
}

/// Means over the replications at moments in hours since the start of the run.
fn simulated(plan: &Plan, at: &[f64]) -> Vec<Moment> {
    let spot = |name: &str| plan.spots.iter().position(|s| s.name == name).unwrap() as u16;
    let (waiting, way) = (spot("UA.equeue.loaded"), spot("UA.equeue.loaded.way"));
    let one = |replication: u64| -> Vec<(u32, u32)> {
        let mut run = Simulation::new(plan, SEED, replication, Blind);
        let mut see = |at: &f64| {
            run.run_until(ticks(*at)).unwrap();
            (run.number_at(waiting), run.number_at(way))
        };
        at.iter().map(&mut see).collect()
    };
    let runs: Vec<Vec<(u32, u32)>> = (0..REPLICATIONS).into_par_iter().map(one).collect();
    (0..at.len()).map(|k| moment(runs.iter().map(|run| run[k]))).collect()
}

/// Sums of whole numbers, so that the mean does not depend on the order.
fn moment(runs: impl Iterator<Item = (u32, u32)>) -> Moment {
    let (mut waiting, mut queue, mut range, mut n) = (0, 0, (u32::MAX, 0), 0.0);
    for (w, way) in runs {
        waiting += w;
        queue += w + way;
        range = (range.0.min(w + way), range.1.max(w + way));
        n += 1.0;
    }
    Moment { waiting: f64::from(waiting) / n, queue: f64::from(queue) / n, range }
}

/// From the state of a row on: what the model shows at given hours after it. Reads this row and none after it.
fn forecast(loaded: &Loaded, state: &Row, hours: &[f64]) -> Vec<Moment> {
    let beginning = Beginning::of(loaded, state, bookings_of_week_1(loaded, start_at(state)));
    from_beginning(loaded, state, &beginning, hours)
}

fn from_beginning(loaded: &Loaded, state: &Row, beginning: &Beginning, hours: &[f64]) -> Vec<Moment> {
    let past_the_minute = f64::from(state.utc.second()) / 3600.0;
    let at: Vec<f64> = hours.iter().map(|h| h + past_the_minute).collect();
    simulated(&compiled(loaded, Some(beginning)), &at)
}

/// Rows as hours after a state.
fn after(state: &Row, rows: &[Row]) -> Vec<f64> {
    rows.iter().map(|r| r.at - state.at).collect()
}

fn print_rows(label: &str, rows: &[Row], moments: &[Moment]) {
    if std::env::var_os("KORDON_YAHODYN_ROWS").is_some() {
        for (r, m) in rows.iter().zip(moments) {
            let (low, high) = m.range;
            println!(
                "row,{label},{:.3},{},{:.1},{low},{high},{:.2},{:.2}",
                r.at,
                r.queue,
                m.queue,
                r.wait,
                m.wait()
            );
        }
    }
}

fn queue_error(rows: &[Row], moments: &[Moment]) -> f64 {
    rmse(rows.iter().zip(moments).map(|(r, m)| r.queue - m.queue))
}

fn wait_error(rows: &[Row], moments: &[Moment], when: impl Fn(&Row) -> bool) -> f64 {
    rmse(rows.iter().zip(moments).filter(|(r, _)| when(r)).map(|(r, m)| r.wait - m.wait()))
}

/// Week 1 as the file has it.
fn fitted_week(loaded: &Loaded, rows: &[Row]) -> Vec<Moment> {
    let week = &rows[..WEEK_1_ROWS];
    let at: Vec<f64> = week.iter().map(|r| r.at).collect();
    simulated(&compiled(loaded, None), &at)
}

/// How many of the queue are on the way while somebody waits, in the simulated week 1.
fn called_in_week_1(moments: &[Moment]) -> f64 {
    let busy: Vec<f64> = moments.iter().filter(|m| m.waiting > 20.0).map(|m| m.queue - m.waiting).collect();
    busy.iter().sum::<f64>() / busy.len() as f64
}

#[test]
fn fitted_the_first_week() {
    let Some(rows) = series() else { return };
    let week = &rows[..WEEK_1_ROWS];
    let moments = fitted_week(&scenario(), &rows);
    print_rows("fitted", week, &moments);
    let queue = queue_error(week, &moments);
    let (all, calm) = (wait_error(week, &moments, |_| true), wait_error(week, &moments, |r| !in_surge(r)));
    println!("fitted: queue of week 1, RMSE over {} rows: {queue:.1} trucks", week.len());
    println!(
        "fitted: displayed wait of week 1, RMSE: {all:.2} h; without Fri 18:00 to Sat 15:00: {calm:.2} h"
    );
    println!("fitted: called and on the way while somebody waits: {:.1}", called_in_week_1(&moments));
    assert!(queue < 30.0, "the fit of week 1 is broken: {queue}");
    assert!(calm < 2.5, "the displayed wait of week 1 is broken: {calm}");
}

/// Bookings between rows that give a queue its course: growth plus what went from the queue to the gate; then set
/// right three times by how far the simulated queue still was from the observed one.
fn inferred_bookings(loaded: &Loaded, rows: &[Row]) -> Demand {
    let gone = |a: &Row, b: &Row| CALLS_PER_HOUR.min((a.queue + b.queue) / 2.0 / WAY_H) * (b.at - a.at);
    let mut net: Vec<f64> = rows.windows(2).map(|p| p[1].queue - p[0].queue + gone(&p[0], &p[1])).collect();
    for _ in 0..3 {
        let beginning = Beginning::of(loaded, &rows[0], as_bookings(rows, &net));
        let moments = from_beginning(loaded, &rows[0], &beginning, &after(&rows[0], rows));
        let off: Vec<f64> = rows.iter().zip(&moments).map(|(r, m)| r.queue - m.queue).collect();
        for (k, net) in net.iter_mut().enumerate() {
            // While nobody waits, whoever books is gone within hours and an error heals by itself.
            *net += if rows[k + 1].queue > WAY_H * CALLS_PER_HOUR { off[k + 1] - off[k] } else { 0.0 };
        }
    }
    as_bookings(rows, &net)
}

/// Numbers between rows as rates. Negative ones are cancellations: they are set off against what is booked next.
fn as_bookings(rows: &[Row], net: &[f64]) -> Demand {
    let mut owed = 0.0;
    let step = |(pair, net): (&[Row], &f64)| {
        let booked = net + owed;
        owed = booked.min(0.0);
        let per_second = booked.max(0.0) / (pair[1].at - pair[0].at) / 3600.0;
        RateStep { from: ticks(pair[0].at - rows[0].at), per_second }
    };
    Demand::Poisson {
        steps: rows.windows(2).zip(net).map(step).collect(),
        period: None,
        local: false,
        peaks: vec![],
    }
}

#[test]
fn driven_the_second_week_by_its_own_queue() {
    let Some(rows) = series() else { return };
    let (loaded, week) = (scenario(), &rows[WEEK_1_ROWS..]);
    let beginning = Beginning::of(&loaded, &week[0], inferred_bookings(&loaded, week));
    let moments = from_beginning(&loaded, &week[0], &beginning, &after(&week[0], week));
    print_rows("driven", week, &moments);
    let (all, calm) = (wait_error(week, &moments, |_| true), wait_error(week, &moments, |r| !in_surge(r)));
    println!(
        "driven: displayed wait of week 2, RMSE over {} rows: {all:.2} h; without Fri 18:00 to Sat 15:00: {calm:.2} h",
        week.len()
    );
    println!(
        "driven: (its queue is put in and not judged; it is followed within {:.1} trucks)",
        queue_error(week, &moments)
    );
    assert!(calm < 2.0, "the displayed wait of a driven week is broken: {calm}");
}

/// Origins in week 2 whose target, 24 h later, has a row within one hour: (origin, target).
fn origins(rows: &[Row]) -> Vec<(usize, usize)> {
    let target = |origin: usize| {
        let at = rows[origin].at + 24.0;
        let far = |k: &usize| ((rows[*k].at - at).abs() * 3600.0) as u64;
        let nearest = (0..rows.len()).min_by_key(far)?;
        ((rows[nearest].at - at).abs() <= 1.0).then_some((origin, nearest))
    };
    (WEEK_1_ROWS..rows.len()).filter_map(target).collect()
}

/// The state plus what the queue did in the same 24 h a week before: interpolated between rows, or by the last row at
/// or before the instant.
fn week_1_increments(rows: &[Row], origin: usize, last_known: bool) -> f64 {
    let week_1 = &rows[..origin];
    let known = |at: f64| week_1[week_1.partition_point(|r| r.at <= at) - 1].queue;
    let between = |at: f64| interpolated(week_1, at, |r| r.queue);
    let then = rows[origin].at - 168.0;
    let grew =
        if last_known { known(then + 24.0) - known(then) } else { between(then + 24.0) - between(then) };
    rows[origin].queue + grew
}

fn print_days(rows: &[Row], pairs: &[(usize, usize)], model: &[f64]) {
    if std::env::var_os("KORDON_YAHODYN_ROWS").is_some() {
        for (&(o, t), m) in pairs.iter().zip(model) {
            println!(
                "row,forecast,{:.3},{},{},{m:.1},{:.1}",
                rows[t].at,
                rows[o].queue,
                rows[t].queue,
                week_1_increments(rows, o, false)
            );
        }
    }
}

#[test]
fn forecast_of_a_day_from_each_state_of_the_second_week() {
    let Some(rows) = series() else { return };
    let (loaded, pairs) = (scenario(), origins(&rows));
    let day = |&(origin, _): &(usize, usize)| forecast(&loaded, &rows[origin], &[24.0])[0].queue;
    let model: Vec<f64> = pairs.iter().map(day).collect();
    let error =
        |of: &dyn Fn(usize) -> f64| rmse(pairs.iter().enumerate().map(|(k, &(_, t))| rows[t].queue - of(k)));
    let no_change = error(&|k| rows[pairs[k].0].queue);
    let increments = |last_known: bool, least: f64| {
        error(&|k| week_1_increments(&rows, pairs[k].0, last_known).max(least))
    };
    let (between, last) = (increments(false, f64::NEG_INFINITY), increments(true, f64::NEG_INFINITY));
    let (between_from_0, last_from_0) = (increments(false, 0.0), increments(true, 0.0));
    let model_error = error(&|k| model[k]);
    println!("forecast: 24 h ahead from {} states of week 2, RMSE in trucks:", pairs.len());
    println!("forecast:   no change {no_change:.1}");
    println!(
        "forecast:   week 1's increments, between rows {between:.1} (never below 0: {between_from_0:.1})"
    );
    println!(
        "forecast:   week 1's increments, by the last row before {last:.1} (never below 0: {last_from_0:.1})"
    );
    println!("forecast:   this model with week 1's bookings {model_error:.1}");
    print_days(&rows, &pairs, &model);
    assert!((478.0..480.0).contains(&no_change), "other origins than the ones described");
    assert!(model_error < no_change, "no better than no change");
}

#[test]
fn a_forecast_reads_nothing_after_its_state() {
    let Some(rows) = series() else { return };
    let loaded = scenario();
    for origin in [WEEK_1_ROWS, 90, 105, 130] {
        let mut later = rows.clone();
        for (k, row) in later.iter_mut().enumerate().skip(origin + 1) {
            (row.queue, row.wait) = (7.0 * k as f64, 1e3 - k as f64);
        }
        let day = |rows: &[Row]| forecast(&loaded, &rows[origin], &[24.0])[0].queue.to_bits();
        assert_eq!(day(&rows), day(&later), "from row {origin}");
    }
}

#[test]
fn forecast_of_the_second_week_as_a_whole() {
    let Some(rows) = series() else { return };
    let (loaded, week) = (scenario(), &rows[WEEK_1_ROWS..]);
    let moments = forecast(&loaded, &week[0], &after(&week[0], week));
    print_rows("week", week, &moments);
    let before = |at: f64, value: fn(&Row) -> f64| interpolated(&rows[..WEEK_1_ROWS + 1], at - 168.0, value);
    let naive_queue = rmse(week.iter().map(|r| r.queue - before(r.at, |r| r.queue)));
    let naive_wait = rmse(week.iter().map(|r| r.wait - before(r.at, |r| r.wait)));
    println!("forecast: week 2 from its first state, RMSE over {} rows:", week.len());
    println!("forecast:   last week repeated {naive_queue:.1} trucks, {naive_wait:.2} h");
    println!(
        "forecast:   this model {:.1} trucks, {:.2} h",
        queue_error(week, &moments),
        wait_error(week, &moments, |_| true)
    );
    assert!((222.0..225.0).contains(&naive_queue) && (15.7..15.9).contains(&naive_wait));
}

#[test]
fn displayed_wait_given_the_observed_queue() {
    let Some(rows) = series() else { return };
    let called = called_in_week_1(&fitted_week(&scenario(), &rows));
    let week = &rows[WEEK_1_ROWS..];
    let formula = |r: &Row| (r.queue - called).max(0.0) * HEADWAY_H;
    let error = |when: fn(&Row) -> bool| rmse(week.iter().filter(|r| when(r)).map(|r| r.wait - formula(r)));
    let (all, calm, surge) = (error(|_| true), error(|r| !in_surge(r)), error(in_surge));
    println!(
        "given the queue of week 2: displayed wait by (queue - {called:.1} called) x 240 s, RMSE {all:.2} h"
    );
    println!(
        "given the queue of week 2:   Fri 18:00 to Sat 15:00 {surge:.2} h, the rest of the week {calm:.2} h"
    );
    assert!(calm < 1.5, "the formula of the displayed wait is broken: {calm}");
}

#[test]
fn drain_given_the_peak_of_saturday() {
    let Some(rows) = series() else { return };
    let loaded = scenario();
    let peak = (WEEK_1_ROWS..rows.len()).max_by_key(|k| rows[*k].queue as u64).unwrap();
    let (state, later) = (&rows[peak], &rows[peak + 1..]);
    let moments = forecast(&loaded, state, &after(state, later));
    print_rows("drain", later, &moments);
    let then = |at: f64| interpolated(&rows[..peak], at - 168.0, |r| r.queue);
    let increments = rmse(later.iter().map(|r| r.queue - (state.queue + then(r.at) - then(state.at))));
    let (last, end) = (&later[later.len() - 1], moments[moments.len() - 1]);
    let per_hour = |queue: f64| (state.queue - queue) / (last.at - state.at);
    println!(
        "given Saturday's peak ({} at {} UTC): drain to {} UTC, {} rows",
        state.queue,
        state.utc,
        last.utc,
        later.len()
    );
    println!(
        "given Saturday's peak:   RMSE this model {:.1} trucks, week 1's increments {increments:.1}",
        queue_error(later, &moments)
    );
    println!(
        "given Saturday's peak:   net drain an hour: series {:.1}, model {:.1}",
        per_hour(last.queue),
        per_hour(end.queue)
    );
}

/// A plan in which one post takes no time, to see what the others let through.
fn without_wait_at(mut plan: Plan, posts: &[u16]) -> Plan {
    for station in plan.stations.iter_mut().filter(|s| posts.contains(&s.post)) {
        let services = station.checks.iter_mut().flat_map(|c| &mut c.services);
        services.for_each(|s| s.law = Law::Deterministic(1.0));
    }
    plan
}

/// Loaded trucks that go from the queue to the gate in an hour while it never runs empty, hours 24 to 96.
fn let_through(plan: &Plan) -> f64 {
    let moments = simulated(plan, &[24.0, 96.0]);
    (moments[0].queue - moments[1].queue) / 72.0
}

/// Trucks of every load at the places whose names begin so, 2 to 4 days after the start, every 6 hours.
fn standing_at(plan: &Plan, place: &str) -> f64 {
    let mut run = Simulation::new(plan, SEED, 0, Blind);
    let mut sum = 0;
    for k in 8..16 {
        run.run_until(6 * k * HOUR).unwrap();
        let here = (0_u16..).zip(&plan.spots).filter(|(_, s)| s.name.starts_with(place));
        sum += here.map(|(k, _)| run.number_at(k)).sum::<u32>();
    }
    f64::from(sum) / 8.0
}

#[test]
fn capacity_of_each_side() {
    let loaded = scenario();
    let none = vec![RateStep { from: 0, per_second: 0.0 }];
    let beginning = Beginning {
        start: DateTime::constant(2025, 6, 11, 10, 0, 0, 0),
        queue: 4000.0,
        at_the_post: at_the_post(&loaded),
        bookings: Demand::Poisson { steps: none, period: None, local: false, peaks: vec![] },
    };
    let plan = || compiled(&loaded, Some(&beginning));
    let (ua_exit, pl_entry) = (0, 3);
    let both = let_through(&plan());
    let ua = let_through(&without_wait_at(plan(), &[pl_entry]));
    let pl = let_through(&without_wait_at(plan(), &[ua_exit]));
    let calls = let_through(&without_wait_at(plan(), &[ua_exit, pl_entry]));
    println!(
        "capacity: loaded trucks an hour with a queue that never ends, empty and other trucks as in the file:"
    );
    println!(
        "capacity:   as in the file {both:.1}; if PL entry took no time {ua:.1}; if UA exit took no time {pl:.1}; the call-up alone {calls:.1}"
    );
    for place in ["UA.exit", "zone", "PL.entry"] {
        println!("capacity:   then there stand at {place}: {:.0} trucks", standing_at(&plan(), place));
    }
    assert!((14.5..16.5).contains(&both), "the fitted rate of calls is 15.5 an hour, not {both}");
}

/// The rows are where the naive figures say they are.
#[test]
fn the_series_is_the_one_described() {
    let Some(rows) = series() else { return };
    assert_eq!((rows[0].queue, rows[0].wait * 3600.0), (325.0, 78_000.0));
    assert!(rows.windows(2).all(|pair| pair[0].at < pair[1].at));
    assert!(rows[WEEK_1_ROWS].at - rows[0].at >= 168.0 && rows[WEEK_1_ROWS - 1].at - rows[0].at < 168.0);
    let growth = |from: &str, to: &str| {
        let at = |utc: &str| rows.iter().find(|r| r.utc == utc.parse().unwrap()).unwrap().queue;
        at(to) - at(from)
    };
    // The pulse of Friday evening, in both weeks.
    assert_eq!(growth("2025-06-13T17:02:03", "2025-06-13T21:02:08"), 714.0);
    assert_eq!(growth("2025-06-20T17:02:14", "2025-06-20T21:02:03"), 381.0);
}
