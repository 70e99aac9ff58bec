//! Promises of the scene: the layout stays, everybody present is drawn once and in true lengths, nobody else is.

#[path = "common/mod.rs"]
mod common;
#[path = "trace_scenarios.rs"]
mod trace_scenarios;

use common::plan_of;
use kordon::crossing::Plan;
use kordon::crossing::ledger::Kind;
use kordon::crossing::plan::SpotKind;
use kordon::kernel::time::{HOUR, Tick};
use kordon::scene::{self, LampState, Layout, Picture, Tint};
use kordon::trace::{self, Trace};
use trace_scenarios::{BUSES, WEEK};

fn traced(text: &str) -> (Plan, Trace) {
    let plan = plan_of(text);
    let trace = match trace::record(&plan, 7, 0) {
        Ok(trace) => trace,
        Err(error) => panic!("{error}"),
    };
    (plan, trace)
}

fn label(tick: Tick) -> String {
    format!("hour {}", tick / HOUR)
}

#[test]
fn everybody_present_is_drawn_once_or_counted() {
    for text in [WEEK, BUSES] {
        let (plan, trace) = traced(text);
        let layout = Layout::new(&plan);
        let mut picture = Picture::new();
        let mut state = trace.at(0);
        for k in 0..200 {
            trace.seek(&mut state, k * plan.window / 200);
            picture.draw(&plan, &layout, &trace, &state);
            let elsewhere = |s: &&trace::Stand| {
                let kind = plan.spots[s.spot as usize].kind;
                matches!(kind, SpotKind::VirtualQueue | SpotKind::OnTheWay)
            };
            let present = state.stands().iter().filter(|s| !elsewhere(s)).count();
            let counted: u32 = picture.beyond.iter().map(|b| b.count).sum();
            assert_eq!(picture.figures.len() + counted as usize, present, "at {k}");
            let mut drawn: Vec<u32> = picture.figures.iter().map(|f| f.traveller).collect();
            drawn.sort_unstable();
            drawn.dedup();
            assert_eq!(drawn.len(), picture.figures.len(), "somebody is drawn twice at {k}");
            assert_eq!(picture.lamps.len(), plan.booths as usize);
        }
    }
}

#[test]
fn vehicles_in_one_file_do_not_stand_in_each_other() {
    let (plan, trace) = traced(WEEK);
    let layout = Layout::new(&plan);
    let mut picture = Picture::new();
    let mut state = trace.at(0);
    for k in 0..300 {
        trace.seek(&mut state, k * plan.window / 300);
        picture.draw(&plan, &layout, &trace, &state);
        let mut files: Vec<_> =
            picture.figures.iter().map(|f| ((f.y * 100.0) as i64, f.x, f.length)).collect();
        files.sort_by(|a, b| (a.0, a.1).partial_cmp(&(b.0, b.1)).unwrap_or(std::cmp::Ordering::Equal));
        for pair in files.windows(2) {
            let apart = pair[1].1 - pair[0].1;
            let needed = (pair[0].2 + pair[1].2) / 2.0;
            assert!(pair[0].0 != pair[1].0 || apart > needed - 0.05, "at {k}: {pair:?}");
        }
    }
}

#[test]
fn the_layout_stays_when_rosters_and_rules_change() {
    let before = Layout::new(&plan_of(WEEK));
    let changed = WEEK
        .replace("count = 11, handover", "count = 4, handover")
        .replace("no_show = \"5 %\"", "no_show = \"0 %\"")
        .replace("books = { per_week = 3600 }", "books = { per_week = 900 }");
    let after = Layout::new(&plan_of(&changed));
    assert_eq!(format!("{before:?}"), format!("{after:?}"));
}

#[test]
fn lamps_say_what_the_trace_says() {
    let (plan, trace) = traced(WEEK);
    let layout = Layout::new(&plan);
    let mut picture = Picture::new();
    let mut state = trace.at(0);
    let mut seen = std::collections::HashSet::new();
    for k in 0..400 {
        trace.seek(&mut state, k * plan.window / 400);
        picture.draw(&plan, &layout, &trace, &state);
        for lamp in &picture.lamps {
            seen.insert(lamp.state);
            let busy = state.booth(lamp.booth).traveller != u32::MAX;
            match lamp.state {
                LampState::Serving | LampState::Held => assert!(busy),
                LampState::Waiting => assert!(!busy && state.booth(lamp.booth).open),
                LampState::OffRoster => {}
            }
        }
    }
    assert_eq!(seen.len(), 4, "{seen:?}");
}

#[test]
fn over_a_queue_the_drawn_share_is_the_booked_one() {
    // Shares are carried along a queue: a side is never off by more than a vehicle or so from what the waits there say.
    let (plan, trace) = traced(WEEK);
    let layout = Layout::new(&plan);
    let mut picture = Picture::new();
    let mut state = trace.at(0);
    for hour in (5..150).step_by(5) {
        trace.seek(&mut state, hour * HOUR);
        picture.draw(&plan, &layout, &trace, &state);
        let mut sums: std::collections::HashMap<String, [f64; 4]> = std::collections::HashMap::new();
        for figure in picture.figures.iter().filter(|f| f.tint != Tint::Own) {
            let sum = sums.entry(format!("{:?}", figure.place)).or_default();
            for side in 0..2 {
                sum[side] += share(&plan, &trace, figure.traveller, state.at(), side);
                sum[2 + side] += f64::from(u8::from(figure.tint == Tint::Side(side)));
            }
        }
        for (place, [first, second, drawn_first, drawn_second]) in sums {
            assert!((first - drawn_first).abs() < 2.0, "hour {hour}, {place}: {first} {drawn_first}");
            assert!((second - drawn_second).abs() < 2.0, "hour {hour}, {place}: {second} {drawn_second}");
        }
    }
}

/// The share of a side in what is booked for the waiting of the visit that somebody makes at a time.
fn share(plan: &Plan, trace: &Trace, traveller: u32, at: Tick, side: usize) -> f64 {
    let visits = trace.visits(plan, traveller);
    let visit = visits.iter().rev().find(|v| v.from <= at);
    let waits = visit.map(|v| v.booked.clone()).unwrap_or_default().into_iter();
    let waits = waits.map(|(what, ticks)| (trace::split_what(plan, what), ticks as f64));
    let waits: Vec<_> = waits.filter(|((kind, _), _)| *kind != Kind::Need).collect();
    let all: f64 = waits.iter().map(|w| w.1).sum();
    let of = waits.iter().filter(|((_, owner), _)| plan.owners[*owner as usize].side == Some(side));
    let of: f64 = of.map(|w| w.1).sum();
    if all > 0.0 { of / all } else { 0.0 }
}

#[test]
fn a_picture_is_wellformed_and_says_what_it_is() {
    for text in [WEEK, BUSES] {
        let (plan, trace) = traced(text);
        for hour in [0, 9, 30, 55] {
            let svg = scene::svg(&plan, &trace, hour * HOUR, &label);
            assert!(svg.starts_with("<svg ") && svg.trim_end().ends_with("</svg>"));
            for needed in [
                "<title id=\"title\">",
                "<desc id=\"desc\">",
                "role=\"img\"",
                "schematic: lengths true, buildings not",
            ] {
                assert!(svg.contains(needed), "{needed}");
            }
            assert!(svg.contains(&format!("seed {} · replication {}", trace.seed, trace.replication)));
            assert_eq!(svg.matches("<g").count(), svg.matches("</g>").count());
            assert_eq!(svg.matches("<text").count(), svg.matches("</text>").count());
            assert!(!svg.contains("NaN") && !svg.contains("inf"), "a number is none");
            for banned in ["blame", "because", "forecast", "predict", "red\"", "green\""] {
                assert!(!svg.contains(banned), "{banned}");
            }
        }
    }
}
