//! Promises of the trace: the same everywhere, visits that partition a stay, a state that replays, a journey told.

mod common;
mod trace_scenarios;

use std::collections::BTreeMap;

use common::plan_of;
use kordon::crossing::plan::SpotKind;
use kordon::crossing::{Happened, Plan};
use kordon::kernel::time::{DAY, HOUR, Tick};
use kordon::trace::{self, Doing, State, Told, Trace, first_difference, told};
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
    format!("{}d{:02}:{:02}", tick / DAY, tick / HOUR % 24, tick / (HOUR / 60) % 60)
}

#[test]
fn visits_partition_a_stay_and_what_is_booked_sums_to_each() {
    for text in [WEEK, BUSES] {
        let (plan, trace) = traced(text);
        let mut seen = 0;
        for (i, life) in trace.travellers() {
            let visits = trace.visits(&plan, i);
            let mut at = life.appeared;
            for visit in &visits {
                assert_eq!(visit.from, at, "traveller {i}: a gap before {visit:?}");
                let parts: Tick = visit.parts.iter().map(trace::Part::ticks).sum();
                assert_eq!(parts, visit.ticks(), "traveller {i}: parts of {visit:?}");
                let name = &plan.spots[visit.spot as usize].name;
                assert_eq!(visit.booked_ticks(), visit.ticks(), "traveller {i} at {name}: {visit:?}");
                at = visit.to;
            }
            assert_eq!(at, life.until(trace.end()), "traveller {i}");
            seen += 1;
        }
        assert!(seen > 300, "{seen}");
    }
}

#[test]
fn the_same_run_has_the_same_hash_on_any_thread() {
    let (plan, first) = traced(WEEK);
    let hashes: Vec<_> = std::thread::scope(|scope| {
        let run = || trace::record(&plan, 7, 0).map(|t| t.hash());
        let threads = [scope.spawn(run), scope.spawn(run)];
        threads.into_iter().map(|t| t.join().ok().and_then(Result::ok)).collect()
    });
    assert_eq!(hashes, vec![Some(first.hash()); 2]);
    let other = trace::record(&plan, 7, 1).map(|t| t.hash());
    assert_ne!(other.ok(), Some(first.hash()));
}

#[test]
fn two_runs_part_at_the_first_event_that_differs() {
    let (plan, trace) = traced(WEEK);
    let all: Vec<Told> = told(&plan, &trace, &label).collect();
    assert_eq!(all.len(), trace.records().len());
    assert!(all.iter().all(|event| Told::parse(&event.line()).as_ref() == Some(event)));
    assert_eq!(first_difference(all.clone(), all.clone(), 4), None);

    let k = all.len() / 2;
    let mut other = all.clone();
    other[k].at += 1;
    let parts =
        first_difference(all.clone(), other.clone(), 4).unwrap_or_else(|| panic!("they are the same"));
    assert_eq!(parts.same as usize, k);
    assert_eq!(parts.before, all[k - 4..k]);
    assert_eq!((&parts.first[..], &parts.second[..]), (&all[k..k + 5], &other[k..k + 5]));
    // What the one concerned did before is shown, too, wherever it stands in the trace.
    let own: Vec<&Told> = all[..k].iter().filter(|event| event.who == all[k].who).collect();
    assert!(!all[k].who.is_empty() && !own.is_empty());
    assert!(
        own[own.len().saturating_sub(4)..]
            .iter()
            .all(|e| parts.of_them.contains(e) || parts.before.contains(e))
    );
    let words = parts.between("a.toml", "b.toml").to_string();
    assert!(words.contains("then in a.toml:") && words.contains(&all[k].what), "{words}");

    let shorter = first_difference(all.clone(), all[..k].to_vec(), 4);
    let words = shorter.map(|d| d.between("a", "b").to_string()).unwrap_or_default();
    assert!(words.contains("then in b:\n+ (nothing more)"), "{words}");
}

#[test]
fn days_are_hashed_as_far_as_the_runs_are_one() {
    let (_, trace) = traced(WEEK);
    let hashes = trace.hashes();
    assert_eq!(hashes.days.len() as u64, trace.records().last().map_or(0, |r| r.at) / DAY);
    let at = trace.records().partition_point(|r| r.at < 3 * DAY);
    let mut records = trace.records().to_vec();
    records[at].at += 1;
    let other = Trace::new(records, trace.end()).hashes();
    let differs: Vec<bool> = hashes.days.iter().zip(&other.days).map(|(a, b)| a != b).collect();
    assert_eq!(differs.iter().position(|d| *d), Some(3), "{differs:?}");
    assert!(differs[3..].iter().all(|d| *d) && hashes.whole != other.whole);
    let later = Trace::new(trace.records().to_vec(), trace.end() + 1).hashes();
    assert!(later.days == hashes.days && later.whole != hashes.whole);
}

/// What a state shows, in an order of its own.
fn picture(state: &State) -> BTreeMap<u32, String> {
    state.stands().iter().map(|s| (s.traveller, format!("{s:?}"))).collect()
}

#[test]
fn a_seek_shows_what_a_replay_from_the_start_shows() {
    let (plan, trace) = traced(WEEK);
    let mut jumping = trace.at(0);
    let mut playing = trace.at(0);
    let times: Vec<Tick> = (0..60).map(|k| k * trace.end() / 59).collect();
    let shuffled: Vec<Tick> = (0..60).map(|k| times[k * 37 % 60]).collect();
    let mut pictures = BTreeMap::new();
    for &at in &times {
        trace.seek(&mut playing, at);
        pictures.insert(at, (picture(&playing), counts(&plan, &playing)));
    }
    for &at in &shuffled {
        trace.seek(&mut jumping, at);
        let here = (picture(&jumping), counts(&plan, &jumping));
        assert_eq!(pictures.get(&at), Some(&here), "at {at}");
        for (spot, _) in plan.spots.iter().enumerate() {
            assert_eq!(jumping.number_at(spot as u16), trace.number_at(spot as u16, at));
        }
    }
    let inside: u32 = (0..plan.spots.len()).map(|s| playing.number_at(s as u16)).sum();
    assert_eq!(inside as usize, playing.stands().len());
}

fn counts(plan: &Plan, state: &State) -> (Vec<u32>, Vec<bool>, Vec<u32>) {
    let spots = (0..plan.spots.len()).map(|s| state.number_at(s as u16)).collect();
    let open = (0..plan.booths).map(|b| state.booth(b).open).collect();
    let who = (0..plan.booths).map(|b| state.booth(b).traveller).collect();
    (spots, open, who)
}

#[test]
fn nobody_is_in_two_booths_and_no_booth_holds_two() {
    let (plan, trace) = traced(WEEK);
    let mut state = trace.at(0);
    for k in 0..500 {
        trace.seek(&mut state, k * trace.end() / 500);
        for stand in state.stands() {
            let in_booth = plan.spots[stand.spot as usize].kind == SpotKind::Booth;
            assert_eq!(in_booth, stand.booth != u32::MAX, "{stand:?}");
            if in_booth {
                assert_eq!(state.booth(stand.booth).traveller, stand.traveller);
            }
        }
        let occupied = (0..plan.booths).filter(|&b| state.booth(b).traveller != u32::MAX).count();
        assert_eq!(occupied, state.stands().iter().filter(|s| s.booth != u32::MAX).count());
    }
}

#[test]
fn the_line_shows_its_next_ahead() {
    // Whoever starts from a line stood first in it, but for priority and rights: this scenario has neither.
    let (plan, trace) = traced(WEEK);
    let mut state = trace.at(0);
    let mut line = Vec::new();
    for (k, record) in trace.records().iter().enumerate() {
        let Happened::Starts { booth } = record.what else { continue };
        let Some(came) = trace.previous_of_same(k as u32) else { continue };
        let station = plan.stations.iter().find(|s| s.booths.contains(&booth)).map(|s| s.line_spot);
        let Some(spot) = station.filter(|_| record.at > 0 && came.1.at == record.at) else { continue };
        trace.seek(&mut state, record.at - 1);
        line.clear();
        state.at_spot(spot, &mut line);
        let Some(place) = line.iter().position(|s| s.traveller == record.traveller) else { continue };
        let started_too = |i: u32| {
            let starts = |(_, r): (u32, &kordon::crossing::Record)| {
                r.at == record.at && matches!(r.what, Happened::Starts { .. })
            };
            trace.records_of(i).any(starts)
        };
        assert!(line[..place].iter().all(|s| started_too(s.traveller)), "at {}: {place}", record.at);
    }
}

#[test]
fn the_event_log_has_every_second_of_every_stay() {
    let (plan, trace) = traced(BUSES);
    let mut bytes = Vec::new();
    let written = trace::events::write(&plan, &trace, &label, &mut bytes);
    assert!(written.is_ok());
    let mut reader = csv::Reader::from_reader(bytes.as_slice());
    let mut stays: BTreeMap<u32, f64> = BTreeMap::new();
    for row in reader.records() {
        let row = match row {
            Ok(row) => row,
            Err(error) => panic!("{error}"),
        };
        let number = |k: usize| row.get(k).and_then(|cell| cell.parse::<f64>().ok()).unwrap_or(f64::NAN);
        *stays.entry(number(0) as u32).or_default() += number(12) - number(11);
    }
    for (i, life) in trace.travellers() {
        let stay = (life.until(trace.end()) - life.appeared) as f64 / 1e6;
        let logged = stays.get(&i).copied().unwrap_or(0.0);
        assert!((stay - logged).abs() < 1e-3, "{i}: {stay} {logged}");
    }
}

#[test]
fn every_journey_can_be_told_in_allowed_words() {
    let banned = [
        "blame",
        "fault",
        "guilt",
        "culprit",
        "responsible",
        "fails",
        "inefficient",
        "bottleneck",
        "because",
        "caused",
        "will ",
        "forecast",
        "predict",
    ];
    for text in [WEEK, BUSES] {
        let (plan, trace) = traced(text);
        let everyone = |_: &trace::Life| true;
        let longest = trace::longest(&plan, &trace, &everyone);
        let median = trace::median(&plan, &trace, &everyone);
        let numbers = trace.travellers().map(|(i, _)| i).step_by(97).chain(longest).chain(median);
        for i in numbers {
            let told = trace::why(&plan, &trace, &label, i);
            assert!(told.len() > 100, "{told}");
            for word in banned {
                assert!(!told.to_lowercase().contains(word), "{word}: {told}");
            }
        }
        assert!(
            trace::waited(&plan, &trace, longest.unwrap_or(0))
                >= trace::waited(&plan, &trace, median.unwrap_or(0))
        );
        assert!(trace::why(&plan, &trace, &label, 9_999_999).starts_with("No traveller"));
    }
}

#[test]
fn a_held_truck_names_who_held_it() {
    let text = "kordon = 1\nname = \"bridge\"\nsides = [\"UA\", \"PL\"]\n\
        [run]\nstart = \"Mon 00:00\"\nlength = \"20 h\"\nreplications = 1\n\
        [traffic.t]\nclass = \"truck\"\nfrom = \"UA\"\narrives = { at = [\"0 min\", \"1 min\", \"2 min\"] }\n\
        [UA.exit]\nstages = [\"home\"]\nroom = \"unlimited\"\n\
        [UA.exit.home]\nagency = \"UA home\"\nbooths = 1\nservice = \"2 min\"\n\
        [zone]\nstrips.bridge = { each_way = \"1 truck\" }\n\
        [PL.entry]\nstages = [\"far\"]\nroom = \"unlimited\"\n\
        [PL.entry.far]\nagency = \"PL far\"\nbooths = 1\nlength = \"0 trucks\"\nservice = \"5 min\"\n\
        open = [{ from = \"Mon 00:20\", to = \"Mon 20:00\" }]";
    let (plan, trace) = traced(text);
    let third = trace::why(&plan, &trace, &label, 2);
    assert!(third.contains("when truck 1 left the booth of UA.exit.home, where it had been held 16 min for room on zone.bridge"), "{third}");
    assert!(third.contains("until truck 0 left zone.bridge"), "{third}");
    let first = trace::why(&plan, &trace, &label, 0);
    assert!(first.contains("opened"), "{first}");
    let held = trace
        .visits(&plan, 1)
        .iter()
        .flat_map(|v| v.parts.clone())
        .find(|p| matches!(p.doing, Doing::Held { .. }));
    assert_eq!(held.map(|p| p.ticks()), Some(16 * HOUR / 60));
}
