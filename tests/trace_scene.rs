//! Promises of the scene: the layout stays, everybody present is drawn once and in true lengths, nobody else is.

mod common;
mod generator;
mod trace_scenarios;

use common::plan_of;
use kordon::crossing::Plan;
use kordon::crossing::plan::{NONE, SpotKind};
use kordon::kernel::time::{HOUR, SECOND, Tick};
use kordon::scene::{self, CAUSES, ColourBy, Film, Ground, LampState, Layout, Look, MOVE, Manner, Picture};
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

fn filmed(text: &str) -> (Plan, Trace, Film) {
    let (plan, trace) = traced(text);
    let film = Film::new(&plan, &trace);
    (plan, trace, film)
}

/// A file of the repository.
fn ready(name: &str) -> String {
    let path = format!("{}/scenarios/{name}.toml", env!("CARGO_MANIFEST_DIR"));
    std::fs::read_to_string(path).unwrap_or_default()
}

/// Times that look random and are not.
fn times(count: u64, end: Tick) -> impl Iterator<Item = Tick> {
    (0..count).map(move |k| k.wrapping_mul(0x9e37_79b9_7f4a_7c15) % end.max(1))
}

fn label(tick: Tick) -> String {
    format!("hour {}", tick / HOUR)
}

#[test]
fn stays_follow_each_other_from_the_first_to_the_last() {
    for text in [WEEK, BUSES] {
        let (_, trace, film) = filmed(text);
        let milli = |at: Tick| at - at % 1000;
        for (i, life) in trace.travellers() {
            let mut next = milli(life.until(trace.end()));
            for stay in film.journey(i) {
                assert_eq!(stay.to, next, "traveller {i}: a gap");
                assert!(stay.from < stay.to && stay.from <= stay.ready && stay.ready <= stay.to);
                next = stay.from;
            }
            assert!(next >= milli(life.appeared), "traveller {i} is there before it appears");
        }
    }
}

#[test]
fn everybody_present_is_drawn_once_or_counted() {
    for text in [WEEK, BUSES] {
        let (plan, trace, film) = filmed(text);
        let mut picture = Picture::new();
        let mut state = trace.at(0);
        for at in times(200, plan.window) {
            // The film has whole milliseconds; so has this time, and nothing happens within it.
            let at = at - at % 1000 + 999;
            trace.seek(&mut state, at);
            picture.draw(&film, at, Look::default());
            let elsewhere = |s: &&trace::Stand| {
                let kind = plan.spots[s.spot as usize].kind;
                matches!(kind, SpotKind::VirtualQueue | SpotKind::OnTheWay)
            };
            let present = state.stands().iter().filter(|s| !elsewhere(s)).count();
            let counted: u32 = picture.beyond.iter().map(|b| b.count).sum();
            assert_eq!(picture.figures.len() + counted as usize, present, "at {at}");
            let mut drawn: Vec<u32> = picture.figures.iter().map(|f| f.traveller).collect();
            drawn.sort_unstable();
            drawn.dedup();
            assert_eq!(drawn.len(), picture.figures.len(), "somebody is drawn twice at {at}");
            assert_eq!(picture.lamps.len(), plan.booths as usize);
        }
    }
}

#[test]
fn on_a_track_nobody_stands_in_another_and_the_order_is_kept() {
    for text in
        [WEEK.to_owned(), BUSES.to_owned(), ready("laredo-world-trade-bridge"), ready("shehyni-on-foot")]
    {
        let (plan, _, film) = filmed(&text);
        for at in times(400, plan.window) {
            for (t, track) in film.tracks.iter().enumerate() {
                if !matches!(track.manner, Manner::Queue | Manner::Strip) {
                    continue;
                }
                let mut tail = 0.0;
                film.along(t as u32, at, |k, nose| {
                    let stay = &film.stays[k as usize];
                    let grows = stay.returns && at < stay.from + MOVE;
                    assert!(nose >= tail - 1e-9, "at {at} on {track:?}: {nose} after {tail}");
                    tail = nose + if grows { 0.0 } else { stay.length };
                    true
                });
            }
        }
    }
}

/// Everybody's metres from the end of its track, and where it is drawn.
fn places(film: &Film, at: Tick) -> std::collections::HashMap<u32, (f64, f64, f64)> {
    let mut places = std::collections::HashMap::new();
    for (t, track) in film.tracks.iter().enumerate().filter(|(_, t)| t.manner != Manner::Unseen) {
        film.along(t as u32, at, |k, nose| {
            let (x, y, _) = film.at(&film.stays[k as usize], nose, at);
            if nose <= track.room {
                places.insert(k, (nose, x, y));
            }
            true
        });
    }
    places
}

#[test]
fn nobody_goes_backwards_on_a_track() {
    for text in [WEEK.to_owned(), ready("laredo-world-trade-bridge"), ready("krakivets-cars")] {
        let (plan, _, film) = filmed(&text);
        // Whoever comes back to the head of its line makes those behind back up.
        let returned: Vec<_> = film.stays.iter().filter(|s| s.returns).map(|s| (s.track, s.from)).collect();
        for at in times(60, plan.window) {
            let mut before = places(&film, at);
            for step in 1..20 {
                let now = at + step * 3 * SECOND;
                let after = places(&film, now);
                for (k, (nose, ..)) in &after {
                    let track = film.stays[*k as usize].track;
                    let pushed = returned.iter().any(|r| r.0 == track && r.1 <= now && r.1 + 2 * MOVE >= at);
                    if let Some((earlier, ..)) = before.get(k).filter(|_| !pushed) {
                        assert!(*nose <= earlier + 1e-9, "{k} from {earlier} to {nose} at {now}");
                    }
                }
                before = after;
            }
        }
    }
}

/// From one tick to the next nobody goes further than a vehicle could drive in it, not where it comes to another place
/// either (but for the centimetre to which its place there is rounded).
#[test]
fn nobody_jumps() {
    for text in
        [WEEK.to_owned(), BUSES.to_owned(), ready("laredo-world-trade-bridge"), ready("shehyni-on-foot")]
    {
        let (_, _, film) = filmed(&text);
        let step: Tick = 1;
        let (from, to) = film.layout.posts_span();
        let longest = (to - from) + film.layout.roads.iter().map(|r| r.stretch.length()).fold(0.0, f64::max);
        let mut seen = 0;
        let moments = film.stays.iter().step_by(film.stays.len() / 300 + 1).map(|s| s.from.saturating_sub(1));
        for at in moments {
            let by_traveller = |at: Tick| -> std::collections::HashMap<u32, (u32, f64, f64)> {
                let here = places(&film, at).into_iter();
                here.map(|(k, (_, x, y))| (film.stays[k as usize].traveller, (k, x, y))).collect()
            };
            let (before, after) = (by_traveller(at), by_traveller(at + step));
            for (i, (k, x, y)) in &after {
                let Some((old, x0, y0)) = before.get(i) else { continue };
                // A stay of less than a move is driven in its own time.
                let (a, b) = (&film.stays[*old as usize], &film.stays[*k as usize]);
                let quickest = (b.to - b.from).min(a.to - a.from).min(MOVE) as f64;
                let strip = |s: &scene::Stay| (s.ready - s.from).max(1) as f64;
                let (quickest, crossing) = (quickest, strip(a).min(strip(b)).max(SECOND as f64));
                let most = longest * (step as f64 / quickest + step as f64 / crossing) + 0.011;
                let way = (x - x0).hypot(y - y0);
                assert!(way <= most, "traveller {i} jumps {way} m (at most {most}) at {at}");
                seen += usize::from(k != old);
            }
        }
        assert!(seen > 0, "nobody went from one place to the next");
    }
}

#[test]
fn any_crossing_can_be_drawn() {
    let (mut drawn, mut seeks) = (0, 0);
    for seed in 0..120 {
        let text = generator::crossing(seed, generator::ALL).text;
        let Ok(loaded) = kordon::scenario::load_str("generated.toml", &text, &[]) else { continue };
        let Ok(clock) = kordon::scenario::Clock::new(&loaded.scenario.run, &loaded.scenario.side) else {
            continue;
        };
        let compiled = kordon::crossing::compile(&loaded.scenario, &clock, loaded.document.diagnostics());
        let Ok(plan) = compiled else { continue };
        let Ok(trace) = trace::record(&plan, seed, 0) else { continue };
        let film = Film::new(&plan, &trace);
        let _ = scene::Timeline::new(&plan, &film, 0, film.end);
        let mut picture = Picture::new();
        for at in times(20, film.end) {
            picture.draw(&film, at, Look { colour: ColourBy::Attribute(0) });
            let counted: u32 = picture.beyond.iter().map(|b| b.count).sum();
            let at = at - at % 1000 + 999;
            picture.draw(&film, at, Look::default());
            let state = trace.at(at);
            let here = state.stands().iter().filter(|s| {
                !matches!(plan.spots[s.spot as usize].kind, SpotKind::VirtualQueue | SpotKind::OnTheWay)
            });
            let now: u32 = picture.beyond.iter().map(|b| b.count).sum();
            assert_eq!(picture.figures.len() as u32 + now, here.count() as u32, "seed {seed} at {at}");
            seeks += counted.min(1);
        }
        drawn += 1;
    }
    assert!(drawn > 80, "{drawn} {seeks}");
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
    let (plan, trace, film) = filmed(WEEK);
    let mut picture = Picture::new();
    let mut state = trace.at(0);
    let mut seen = std::collections::HashSet::new();
    for at in times(400, plan.window) {
        let at = at - at % 1000 + 999;
        trace.seek(&mut state, at);
        picture.draw(&film, at, Look::default());
        for lamp in &picture.lamps {
            seen.insert(lamp.state);
            let now = state.booth(lamp.booth);
            let phase = state.stand(now.traveller).map(|s| s.phase);
            match lamp.state {
                LampState::Serving => assert_eq!(phase, Some(trace::Phase::Served)),
                LampState::Held => assert_eq!(phase, Some(trace::Phase::Held)),
                LampState::Waiting => assert!(phase.is_none() && now.open),
                LampState::OffRoster => assert_ne!(phase, Some(trace::Phase::Held)),
            }
        }
    }
    assert_eq!(seen.len(), 4, "{seen:?}");
}

/// What those who wait at a time wait for, by cause, straight from the visits of the trace.
fn booked(plan: &Plan, trace: &Trace, film: &Film, who: &[u32], at: Tick) -> [f64; CAUSES] {
    let mut sums = [0.0; CAUSES];
    for &i in who {
        let visits = trace.visits(plan, i);
        let Some(visit) = visits.iter().find(|v| v.from <= at && at < v.to) else { continue };
        let waits = visit.booked.iter().map(|&(what, ticks)| (film.causes.of(what).0, ticks as f64));
        let waits: Vec<_> = waits.filter(|w| w.0 != 0).collect();
        let all: f64 = waits.iter().map(|w| w.1).sum();
        waits.iter().for_each(|w| sums[usize::from(w.0)] += w.1 / all);
    }
    sums
}

#[test]
fn the_drawn_share_of_each_cause_is_the_ledgers() {
    let (plan, trace, film) = filmed(WEEK);
    let mut picture = Picture::new();
    let (mut compared, mut large) = (0, 0);
    for at in times(60, plan.window) {
        picture.draw(&film, at, Look { colour: ColourBy::Cause });
        let waiting: Vec<_> = picture.figures.iter().filter(|f| f.cause.0 != 0).collect();
        if waiting.is_empty() {
            continue;
        }
        let who: Vec<u32> = waiting.iter().map(|f| f.traveller).collect();
        let ledger = booked(&plan, &trace, &film, &who, at);
        // Bodies filled in parts.
        let (mut filled, mut tinted) = ([0.0; CAUSES], [0.0; CAUSES]);
        for figure in &waiting {
            let parts = &film.parts[figure.parts.start as usize..figure.parts.end as usize];
            let all: f64 = parts.iter().map(|p| p.ticks as f64).sum();
            parts.iter().for_each(|p| filled[usize::from(film.cause(p).0)] += p.ticks as f64 / all);
            tinted[usize::from(figure.cause.0)] += 1.0;
        }
        let n = waiting.len() as f64;
        for cause in 1..CAUSES - 1 {
            let points = |drawn: f64| (drawn - ledger[cause]).abs() / n * 100.0;
            assert!(
                points(filled[cause]) < 2.0,
                "at {at}: {cause} filled {} {}",
                filled[cause],
                ledger[cause]
            );
            // One colour each: never off by more than a vehicle or two, so under two points from a hundred on.
            assert!((tinted[cause] - ledger[cause]).abs() < 2.0, "at {at}: {cause} {}", tinted[cause]);
            if n >= 100.0 {
                assert!(points(tinted[cause]) < 2.0);
                large += 1;
            }
        }
        compared += 1;
    }
    assert!(compared > 40 && large > 0, "{compared} {large}");
}

#[test]
fn both_bars_are_as_long_and_those_elsewhere_are_in_them() {
    let (plan, trace, film) = filmed(WEEK);
    let mut picture = Picture::new();
    let mut elsewhere = 0;
    for at in times(100, plan.window) {
        picture.draw(&film, at, Look::default());
        for (side, standing) in picture.standing.iter().enumerate() {
            let what_for: f64 = standing.causes.iter().sum();
            assert!((what_for - f64::from(standing.all())).abs() < 1e-6);
            assert_eq!(standing.all(), film.hours.count(side, at), "at {at}");
            elsewhere += standing.grounds[Ground::Elsewhere as usize];
        }
        let at = at - at % 1000 + 999;
        picture.draw(&film, at, Look::default());
        let queues = plan.queues.iter().map(|q| trace.number_at(q.spot, at)).sum::<u32>();
        let drawn: u32 = picture.standing.iter().map(|s| s.grounds[Ground::Elsewhere as usize]).sum();
        assert_eq!(drawn, queues, "at {at}");
    }
    assert!(elsewhere > 0);
}

/// The clock of hours waited ends where the ledger's sum of all waits ends: what booths were slowed by is no standing
/// still, and the film has whole milliseconds.
#[test]
fn the_hours_waited_are_the_ledgers() {
    let (plan, trace, film) = filmed(WEEK);
    let waited: u128 = (0..2).map(|side| film.hours.waited(side, trace.end())).sum();
    let whole = trace.travellers().filter(|(_, life)| life.is_whole());
    let booked: u128 = whole.map(|(i, _)| u128::from(trace::waited(&plan, &trace, i).unwrap_or(0))).sum();
    let off = (waited as f64 - booked as f64).abs() / booked as f64;
    assert!(off < 0.002, "{waited} {booked}");
}

#[test]
fn the_trace_notes_words_persons_and_lines() {
    let (plan, trace, film) = filmed(WEEK);
    let bit = |word: &str| 1u128 << plan.words.iter().position(|w| w == word).unwrap_or(127);
    let (loaded, empty) = (bit("loaded"), bit("empty"));
    for (i, life) in trace.travellers() {
        let words = trace.words(i);
        assert_ne!(words & loaded != 0, words & empty != 0, "{i}");
        let of = &film.who[i as usize];
        assert_eq!(of.of, NONE);
        assert_eq!(film.kinds.all[of.kind as usize].source, life.source);
    }
    assert!(!trace.lines_joined().is_empty());
    let (_, buses, _) = filmed(BUSES);
    assert!(buses.travellers().any(|(i, life)| life.is_whole() && buses.persons(i) > 1));
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
