//! An oracle that shares nothing with the engine: a station of *c* booths, first come first served, is a recursion over
//! its travellers (J. Kiefer, J. Wolfowitz, "On the theory of queues with many servers", Trans. AMS 78, 1955). Fed with
//! the arrivals of a run and with the needs that the public draws give, it says when every service begins and ends, and
//! the run must say the same, to the tick: for any number of booths, any law, one station or several in a row.

#![allow(clippy::unwrap_used, clippy::panic, reason = "tests")]

mod common;

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::fmt::Write as _;

use common::Run;
use kordon::crossing::plan::{Source, Station};
use kordon::crossing::{Happened, Plan};
use kordon::kernel::random::{RunKey, TravellerKey};
use kordon::kernel::time::{Tick, ticks_from_seconds};
use proptest::prelude::*;
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};

const TRAVELLERS: f64 = 250.0;

/// When each service begins. `work` is what each booth has still to do, least first, as the traveller before arrived.
fn recursion(booths: usize, arrivals: &[Tick], needs: &[Tick]) -> Vec<Tick> {
    let mut work = vec![0; booths];
    let mut before = 0;
    let begins = |(&arrives, &need): (&Tick, &Tick)| {
        for left in &mut work {
            *left = Tick::saturating_sub(*left, arrives - before);
        }
        before = arrives;
        work.sort_unstable();
        let wait = work[0];
        work[0] += need;
        arrives + wait
    };
    arrivals.iter().zip(needs).map(begins).collect()
}

/// What a traveller needs at a station, from its own draws.
fn need(station: &Station, words: u128, key: TravellerKey) -> Tick {
    let check = &station.checks[0];
    let service = check.services.iter().find(|s| s.serves.holds(words)).unwrap();
    let factor: f64 = service.factor.iter().filter(|f| f.0.holds(words)).map(|f| f.1).product();
    ticks_from_seconds(service.law.sample(&mut key.draw(check.purpose, 0)) * factor)
}

/// Which of its mix's words a traveller is described by.
fn words(source: &Source, key: TravellerKey) -> u128 {
    let drawn = source.mixes.iter().map(|mix| {
        let draw = key.draw(mix.purpose, 0).unit();
        mix.words.iter().find(|w| draw < w.0).or(mix.words.last()).unwrap().1
    });
    drawn.fold(source.words, |words, word| words | word)
}

/// (traveller, when) of everybody who appeared, with the key of its draws.
fn arrivals(run: &Run, key: RunKey) -> Vec<(u32, Tick, TravellerKey)> {
    let source = run.plan.sources[0].key;
    let appeared = run.records.iter().filter_map(|r| match r.what {
        Happened::Appeared { index, .. } => Some((r.traveller, r.at, key.traveller(source, index.into()))),
        _ => None,
    });
    appeared.collect()
}

/// (begin, end) of each traveller's service at each station, as the run told it; what the run did not reach is absent.
fn told(plan: &Plan, run: &Run) -> BTreeMap<(usize, u32), (Tick, Option<Tick>)> {
    let station = |booth: u32| plan.stations.iter().position(|s| s.booths.contains(&booth)).unwrap();
    let mut services = BTreeMap::new();
    for r in &run.records {
        match r.what {
            Happened::Starts { booth } => {
                assert!(services.insert((station(booth), r.traveller), (r.at, None)).is_none());
            }
            Happened::Done { booth } => {
                services.get_mut(&(station(booth), r.traveller)).unwrap().1 = Some(r.at);
            }
            _ => {}
        }
    }
    services
}

/// A row of stations and who comes to it.
#[derive(Debug, Clone)]
struct Row {
    booths: Vec<u32>,
    laws: Vec<(usize, f64, f64)>,
    mixed: bool,
    batch: bool,
    load: f64,
    seed: u64,
}

/// A law of the grammar, with a mean of about so many minutes.
fn law((kind, minutes, cv): (usize, f64, f64)) -> String {
    let mean = format!("{minutes:.3} min");
    let times = |by: f64| format!("{:.3} min", minutes * by);
    match kind {
        0 => format!("{{ deterministic = \"{mean}\" }}"),
        1 => format!("{{ exponential = \"{mean}\" }}"),
        2 => format!("{{ lognormal = \"{mean}\", cv = {cv:.2} }}"),
        3 => format!("{{ gamma = \"{mean}\", cv = {cv:.2} }}"),
        4 => format!("{{ weibull = \"{mean}\", cv = {cv:.2} }}"),
        5 => format!("{{ erlang = \"{mean}\", k = 3 }}"),
        6 => format!("{{ hyperexponential = \"{mean}\", cv = {:.2} }}", 1.0 + cv),
        7 => format!("{{ triangular = [\"{}\", \"{mean}\", \"{}\"] }}", times(0.4), times(1.6)),
        8 => format!("{{ uniform = [\"{}\", \"{}\"] }}", times(0.2), times(1.8)),
        _ => format!("{{ empirical = [\"{}\", \"{mean}\", \"{}\"] }}", times(0.5), times(1.5)),
    }
}

impl Row {
    /// Travellers that the narrowest station can serve in a minute.
    fn capacity(&self) -> f64 {
        let each = self.booths.iter().zip(&self.laws).map(|(&c, law)| f64::from(c) / law.1);
        each.fold(f64::INFINITY, f64::min)
    }

    fn text(&self) -> String {
        let per_minute = self.load * self.capacity();
        let minutes = (TRAVELLERS / per_minute).ceil();
        let stages: Vec<String> = (0..self.booths.len()).map(|k| format!("\"s{k}\"")).collect();
        let batch = if self.batch { 3.0 } else { 1.0 };
        let mut text = format!(
            "kordon = 1\nname = \"row\"\nsides = [\"UA\", \"PL\"]\n[run]\nstart = \"Mon 00:00\"\nlength = \"{minutes} min\"\nreplications = 1\n\
             [traffic.t]\nclass = \"truck\"\nfrom = \"UA\"\narrives = {{ per_minute = {:.6} }}\n{}{}\
             [UA.exit]\nstages = [{}]\nroom = \"unlimited\"\n",
            per_minute / batch,
            if self.batch { "batch = { 1 = \"25 %\", 3 = \"50 %\", 5 = \"25 %\" }\n" } else { "" },
            if self.mixed { "mix.load = { loaded = \"70 %\", empty = \"30 %\" }\n" } else { "" },
            stages.join(", "),
        );
        for (k, (booths, of)) in self.booths.iter().zip(&self.laws).enumerate() {
            let plain = law(*of);
            let service = if self.mixed {
                let other = law(((of.0 + 3) % 10, of.1 * 0.5, of.2));
                let factored = plain.replace(" }", ", factor = { loaded = 1.25 } }");
                format!("[{}, {factored}]", other.replacen("{ ", "{ for = \"empty\", ", 1))
            } else {
                plain
            };
            let _ = write!(
                text,
                "[UA.exit.s{k}]\nagency = \"UA customs\"\nbooths = {booths}\nservice = {service}\n"
            );
        }
        text
    }

    /// Runs it and holds every service against the recursion; answers (services, of them after a wait).
    fn agrees(&self) -> Result<(usize, usize), String> {
        let run = Run::seeded(&self.text(), self.seed, 0);
        let source = &run.plan.sources[0];
        let services = told(&run.plan, &run);
        let (mut compared, mut waited) = (0, 0);
        let mut coming = arrivals(&run, RunKey::new(self.seed, 0));
        for (k, &booths) in self.booths.iter().enumerate() {
            let station = run.plan.stations.iter().position(|s| s.name == format!("UA.exit.s{k}")).unwrap();
            let at: Vec<Tick> = coming.iter().map(|c| c.1).collect();
            let needs: Vec<Tick> = coming
                .iter()
                .map(|&(.., key)| need(&run.plan.stations[station], words(source, key), key))
                .collect();
            let begins = recursion(booths as usize, &at, &needs);
            let end = run.records.last().map_or(0, |r| r.at);
            for (n, (&(who, arrives, _), &begin)) in coming.iter().zip(&begins).enumerate() {
                match services.get(&(station, who)) {
                    Some(&(began, done)) if began == begin && done.is_none_or(|d| d == begin + needs[n]) => {}
                    None if begin > end => continue,
                    other => {
                        return Err(format!(
                            "stage s{k}, {n}-th to come, traveller {who} at {arrives}: the recursion says {begin} to {}, the run {other:?}",
                            begin + needs[n]
                        ));
                    }
                }
                compared += 1;
                waited += usize::from(begin > arrives);
            }
            // The next station sees them in the order in which they leave this one.
            for ((_, at, _), (begin, need)) in coming.iter_mut().zip(begins.iter().zip(&needs)) {
                *at = begin + need;
            }
            coming.retain(|c| c.1 <= end);
            coming.sort_by_key(|c| c.1);
        }
        Ok((compared, waited))
    }
}

fn rows() -> impl Strategy<Value = Row> {
    let station = (1_u32..=12, (0_usize..10, 1.0..20.0_f64, 0.3..1.8_f64));
    let stations = proptest::collection::vec(station, 1..=3);
    (stations, any::<bool>(), any::<bool>(), 0.3..1.3_f64, any::<u64>()).prop_map(
        |(stations, mixed, batch, load, seed)| {
            let (booths, laws): (Vec<u32>, Vec<_>) = stations.into_iter().unzip();
            // Of several who leave a station at one tick nobody outside the engine knows the order.
            let batch = batch && booths.len() == 1;
            Row { booths, laws, mixed, batch, load, seed: seed >> 1 }
        },
    )
}

#[test]
fn every_service_begins_when_the_recursion_says() {
    let cases = std::env::var("KORDON_CASES").ok().and_then(|n| n.parse().ok()).unwrap_or(300);
    let config = Config { cases, failure_persistence: None, ..Config::default() };
    let mut runner = TestRunner::new_with_rng(config, TestRng::deterministic_rng(RngAlgorithm::ChaCha));
    let seen = RefCell::new((0, 0, BTreeMap::<String, u32>::new()));
    let result = runner.run(&rows(), |row| {
        let (compared, waited) =
            row.agrees().map_err(|words| TestCaseError::fail(format!("{words}\n{}", row.text())))?;
        let mut seen = seen.borrow_mut();
        seen.0 += compared;
        seen.1 += waited;
        *seen.2.entry(format!("{} in a row", row.booths.len())).or_default() += 1;
        for (booths, law) in row.booths.iter().zip(&row.laws) {
            *seen.2.entry(format!("{booths:>2} booths")).or_default() += 1;
            *seen.2.entry(format!("law {}", law.0)).or_default() += 1;
        }
        Ok(())
    });
    result.unwrap_or_else(|error| panic!("{error}"));
    let (compared, waited, kinds) = seen.into_inner();
    println!("{cases} rows, {compared} services, {waited} of them after a wait: all to the tick");
    println!("{kinds:?}");
    assert!(kinds.len() == 3 + 12 + 10, "not every kind was tried: {kinds:?}");
    assert!(compared > cases as usize * 200 && waited * 4 > compared, "{compared} {waited}");
}

/// By hand: two booths, needs 5 3 4 2 1, arrivals 0 1 2 3 9. Booths are free at 5 and 4, at 8 and 5, at 7.
#[test]
fn the_recursion_by_hand() {
    assert_eq!(recursion(2, &[0, 1, 2, 3, 9], &[5, 3, 4, 2, 1]), [0, 1, 4, 5, 9]);
    assert_eq!(recursion(1, &[0, 1, 2, 20], &[5, 3, 4, 2]), [0, 5, 8, 20]);
}

/// Fed with another need the recursion must not agree: the comparison is no tautology.
#[test]
fn one_microsecond_more_is_noticed() {
    let row =
        Row { booths: vec![2], laws: vec![(1, 10.0, 1.0)], mixed: false, batch: false, load: 0.95, seed: 3 };
    let run = Run::seeded(&row.text(), row.seed, 0);
    let coming = arrivals(&run, RunKey::new(row.seed, 0));
    let at: Vec<Tick> = coming.iter().map(|c| c.1).collect();
    let station = &run.plan.stations[0];
    let mut needs: Vec<Tick> =
        coming.iter().map(|c| need(station, words(&run.plan.sources[0], c.2), c.2)).collect();
    let begins = |needs: &[Tick]| recursion(2, &at, needs);
    let services = told(&run.plan, &run);
    let said: Vec<Tick> = coming.iter().filter_map(|c| services.get(&(0, c.0)).map(|s| s.0)).collect();
    let reached = said.len();
    assert!(begins(&needs)[..reached] == said, "as drawn, both agree");
    // Of a traveller for whose booth another waits.
    let held_up = said.iter().zip(&at).position(|(begin, arrives)| begin > arrives).unwrap();
    let before = (0..held_up).find(|&k| said[k] + needs[k] == said[held_up]).unwrap();
    needs[before] += 1;
    assert!(begins(&needs)[..reached] != said, "another microsecond is noticed");
}
