//! What the ledger promises, against paired re-runs of the same travellers with a cause removed.
//!
//! * One booth a stage, first come first served, finite bridge and plaza, stops on both sides: everybody's undisturbed
//!   clock at the exit *is* the exit of the re-run without stops, to the tick (promised of 300 random tandems,
//!   counted below where it does not hold yet).
//! * Several booths: within 5 % of the re-run.
//! * The tests of a sound rule: swapped parameters swap the sides; no effect, no share; a longer bridge moves no blame;
//!   a wasteful call-up books to the queue's rules; the names of the sides change nothing.

#![allow(clippy::unwrap_used, clippy::panic, reason = "tests")]

mod common;

use std::collections::BTreeMap;
use std::fmt::Write as _;

use common::{Run, plan_of};
use kordon::crossing::{Blind, Happened, Simulation};
use kordon::kernel::Draw;
use kordon::study::replicate::{Control, replicate};

/// What was traced to (owner, kind), in seconds over all replications, for trucks of UA>PL; and the wait per truck.
struct Traced {
    by: BTreeMap<(String, String), f64>,
    wait: f64,
    trucks: f64,
}

impl Traced {
    fn of(text: &str, replications: u64) -> Self {
        let plan = plan_of(text);
        let study = replicate(&plan, 1, replications, Control::quiet()).unwrap();
        assert!(study.audit_passed(), "{:?}", study.failures.first());
        let total = |name: &str| study.values(study.named(name).unwrap()).sum::<f64>();
        let mut by = BTreeMap::new();
        for owner in &plan.owners {
            for kind in ["capacity", "roster", "outage", "rule", "papers"] {
                let name = format!("UA>PL truck traced_to {} {kind}", owner.name);
                by.insert((owner.name.clone(), kind.to_owned()), total(&name));
            }
        }
        let mean = study.values(study.named("UA>PL truck wait mean").unwrap()).collect::<Vec<_>>();
        let n = study.values(study.named("UA>PL truck wait n").unwrap()).collect::<Vec<_>>();
        let trucks: f64 = n.iter().sum();
        let wait = mean.iter().zip(&n).map(|(m, n)| m * n).sum::<f64>() / trucks;
        Self { by, wait, trucks }
    }

    /// Seconds per truck traced to whoever `test` holds of.
    fn to(&self, test: impl Fn(&str, &str) -> bool) -> f64 {
        let sum: f64 = self.by.iter().filter(|((owner, kind), _)| test(owner, kind)).map(|(_, s)| s).sum();
        sum / self.trucks
    }

    /// The share of the wait that is a side's.
    fn side(&self, side: &str) -> f64 {
        self.to(|owner, _| owner.starts_with(side)) / self.to(|_, _| true)
    }
}

fn head(run: &str) -> String {
    format!(
        "kordon = 1\nname = \"ledger\"\nsides = [\"UA\", \"PL\"]\n[run]\nstart = \"Mon 00:00\"\n{run}\nreplications = 1\n"
    )
}

// ---- exact: random tandems

/// A random tandem, with its stops or without.
fn tandem(seed: u64, stops: bool) -> String {
    let mut draw = Draw::from_word(seed);
    let mut text = head("length = \"30 h\"\nfollow = \"600 h\"\narrivals_stop = true");
    let gap = 4 + draw.below(6);
    let _ = writeln!(
        text,
        "[traffic.t]\nclass = \"truck\"\nfrom = \"UA\"\narrives = {{ per_hour = {} }}",
        60 / gap
    );
    let bridge = 1 + draw.below(6);
    let _ = writeln!(text, "[zone]\nstrips.bridge = {{ each_way = \"{bridge} trucks\" }}");
    let mut events = String::new();
    for (side, post) in [("UA", "exit"), ("PL", "entry")] {
        let stages = 1 + draw.below(2);
        let names: Vec<String> = (0..stages).map(|k| format!("\"s{k}\"")).collect();
        let plaza = stages + draw.below(6);
        let room = if draw.below(2) == 0 { "unlimited".into() } else { format!("{plaza} trucks") };
        let _ = writeln!(text, "[{side}.{post}]\nstages = [{}]\nroom = \"{room}\"", names.join(", "));
        for k in 0..stages {
            let mean = 2 + draw.below(6);
            let law = match draw.below(3) {
                0 => format!("\"{mean} min\""),
                1 => format!("{{ exponential = \"{mean} min\" }}"),
                _ => format!("{{ lognormal = \"{mean} min\", cv = 0.7 }}"),
            };
            let lane = match draw.below(3) {
                0 => String::new(),
                _ => format!("length = \"{} trucks\"\n", draw.below(4)),
            };
            let work = ["finish", "interrupt", "hand over"][draw.below(3) as usize];
            let (from, hours) = (1 + draw.below(20), 1 + draw.below(4));
            let roster = format!(
                "open = [{{ from = \"00:00\", to = \"{from:02}:30\" }}, {{ from = \"{:02}:30\", to = \"24:00\" }}]\nwork_at_close = \"{work}\"\n",
                (from + hours).min(23)
            );
            let closes = draw.below(2) == 0;
            let _ = writeln!(
                text,
                "[{side}.{post}.s{k}]\nagency = \"{side} a{k}\"\nbooths = 1\n{lane}service = {law}"
            );
            if closes && stops {
                text.push_str(&roster);
            }
            let event = match draw.below(3) {
                0 => format!("from = \"{} min\"\nlasts = \"{} min\"", draw.below(1200), 10 + draw.below(200)),
                1 => "every = { exponential = \"5 h\" }\nlasts = { exponential = \"40 min\" }".to_owned(),
                _ => continue,
            };
            let _ = writeln!(
                events,
                "[[event]]\nwhat = \"stop {k}\"\nplace = \"{side}.{post}.s{k}\"\n{event}\nrule = \"stop\""
            );
        }
    }
    if stops {
        text.push_str(&events);
    }
    text
}

/// The undisturbed clock of everybody at the exit, in order of exit: what the books gain with each exit.
fn undisturbed(text: &str, run: &Run) -> Vec<u64> {
    let plan = plan_of(text);
    let mut simulation = Simulation::new(&plan, 1, 0, Blind);
    let mut before = 0;
    let appeared: BTreeMap<u32, u64> = run
        .records
        .iter()
        .filter(|r| matches!(r.what, Happened::Appeared { .. }))
        .map(|r| (r.traveller, r.at))
        .collect();
    let left = run.records.iter().filter(|r| matches!(r.what, Happened::Left(_)));
    left.map(|r| {
        simulation.run_until(r.at).unwrap();
        let now = simulation.books().cohorts[0].undisturbed;
        let stay = (now - before) as u64;
        before = now;
        appeared[&r.traveller] + stay
    })
    .collect()
}

#[test]
fn in_tandems_of_one_booth_the_undisturbed_clock_is_the_re_run() {
    let (mut travellers, mut late, mut wrong) = (0, 0, vec![]);
    for seed in 0..300 {
        let (with, without) = (tandem(seed, true), tandem(seed, false));
        let (run, re_run) = (Run::of(&with), Run::of(&without));
        let clocks = undisturbed(&with, &run);
        let exits: Vec<u64> = re_run.exits();
        assert_eq!(clocks.len(), exits.len(), "seed {seed}: not everybody is out");
        travellers += exits.len();
        late += run.exits().iter().zip(&exits).filter(|(a, b)| a > b).count();
        let first = clocks.iter().zip(&exits).position(|(a, b)| a != b);
        if let Some(at) = first {
            let off = clocks.iter().zip(&exits).filter(|(a, b)| a != b).count();
            wrong.push(format!(
                "seed {seed}: {off} of {}, first the {at}th: clock {}, re-run {}, real {}",
                exits.len(),
                clocks[at],
                exits[at],
                run.exits()[at]
            ));
        }
    }
    println!("{travellers} travellers, {late} of them late");
    assert!(late * 10 > travellers, "hardly anybody was late: {late} of {travellers}");
    println!("{} of 300 are not exact", wrong.len());
    let first = wrong.iter().take(10).cloned().collect::<Vec<_>>().join("\n");
    assert!(wrong.is_empty(), "{} of 300\n{first}", wrong.len());
}

// ---- several booths: within 5 % of the re-run

/// B4 of `tests/oracles`: two booths, two booths beyond with three places before them, and a second side that closes.
/// `places` says where those who wait between the sides stand.
fn border_that_closes(places: &str, closes: bool) -> String {
    let (strip, room, lane) = match places {
        "bridge" => {
            ("[zone]\nstrips.bridge = { each_way = \"3 trucks\" }\n", "unlimited", "length = \"0 trucks\"\n")
        }
        "room" => ("", "5 trucks", ""),
        _ => ("", "unlimited", "length = \"3 trucks\"\n"),
    };
    let mut text = head("length = \"3200 h\"\nwarmup = \"200 h\"")
        + &format!(
            "[traffic.out]\nclass = \"truck\"\nfrom = \"UA\"\narrives = {{ per_hour = 2.4 }}\n\
             [UA.exit]\nstages = [\"customs\"]\nroom = \"unlimited\"\n[UA.exit.customs]\nagency = \"UA customs\"\nbooths = 2\nservice = {{ exponential = \"30 min\" }}\n{strip}\
             [PL.entry]\nstages = [\"customs\"]\nroom = \"{room}\"\n[PL.entry.customs]\nagency = \"PL customs\"\nbooths = 2\n{lane}service = {{ exponential = \"24 min\" }}\n"
        );
    if closes {
        text.push_str("[[event]]\nwhat = \"closes\"\nagency = \"PL customs\"\nevery = { exponential = \"8 h\" }\nlasts = { exponential = \"2 h\" }\nrule = \"stop\"\n");
    }
    text
}

/// What the ledger books to the closing, as a share of what the re-run saves.
fn booked_of_truth(places: &str) -> f64 {
    let closing = Traced::of(&border_that_closes(places, true), 40);
    let open = Traced::of(&border_that_closes(places, false), 40);
    let truth = closing.wait - open.wait;
    let booked = closing.to(|owner, kind| owner == "PL customs" && (kind == "outage" || kind == "roster"));
    println!(
        "B4(b), {places}: re-run {:.4} h, ledger {:.4} h: {:.1} %",
        truth / 3600.0,
        booked / 3600.0,
        booked / truth * 100.0
    );
    booked / truth
}

#[test]
fn the_two_sided_border_that_closes() {
    let share = booked_of_truth("bridge");
    assert!((share - 1.0).abs() < 0.05, "booked {share} of the truth");
}

/// Where one waits in the other post's own line instead of on the bridge, the ledger finds less: known, and not to get
/// worse. (Two booths: whoever is on time makes room for whoever is late, and the rest is booked as capacity.)
#[test]
fn the_same_with_a_line_beyond_finds_less() {
    for places in ["room", "lane"] {
        let share = booked_of_truth(places);
        assert!((0.86..1.05).contains(&share), "{places}: booked {share} of the truth");
    }
}

fn four_and_four(stop: bool) -> String {
    let mut text = head("length = \"8 d\"\nwarmup = \"1 d\"\nfollow = \"14 d\"");
    text.push_str(
        "[traffic.t]\nclass = \"truck\"\nfrom = \"UA\"\narrives = { per_hour = 33.3333 }\n\
         [UA.exit]\nstages = [\"customs\"]\nroom = \"unlimited\"\n[UA.exit.customs]\nagency = \"UA customs\"\nbooths = 4\nservice = { exponential = \"388.8 s\" }\n\
         [zone]\nstrips.bridge = { each_way = \"20 trucks\" }\n\
         [PL.entry]\nstages = [\"customs\"]\nroom = \"unlimited\"\n[PL.entry.customs]\nagency = \"PL customs\"\nbooths = 4\nlength = \"0 trucks\"\nservice = { exponential = \"345.6 s\" }\n",
    );
    if stop {
        text.push_str("[[event]]\nwhat = \"stop\"\nagency = \"PL customs\"\nfrom = \"48 h\"\nlasts = \"6 h\"\nrule = \"stop\"\n");
    }
    text
}

#[test]
fn a_stop_of_six_hours_a_week() {
    let (stopped, plain) = (Traced::of(&four_and_four(true), 100), Traced::of(&four_and_four(false), 100));
    let truth = stopped.wait - plain.wait;
    let booked = stopped.to(|_, kind| kind == "outage");
    println!(
        "6 h a week: re-run {:.4} h, ledger {:.4} h: {:.1} %",
        truth / 3600.0,
        booked / 3600.0,
        booked / truth * 100.0
    );
    assert!((booked / truth - 1.0).abs() < 0.05, "booked {booked}, truth {truth}");
}

#[test]
fn a_booth_that_is_not_staffed() {
    let text = head("length = \"6 d\"\nwarmup = \"1 d\"\nfollow = \"12 h\"")
        + "[traffic.t]\nclass = \"truck\"\nfrom = \"UA\"\narrives = { per_hour = 32 }\n\
           [UA.exit]\nstages = [\"customs\"]\nroom = \"unlimited\"\n[UA.exit.customs]\nagency = \"UA customs\"\nbooths = 5\nservice = { exponential = \"6 min\" }\n\
           open = [{ from = \"Mon 00:00\", to = \"Sun 22:00\", booths = 4 }, { from = \"Sun 22:00\", to = \"Mon 00:00\", booths = 5 }]\n";
    let traced = Traced::of(&text, 100);
    let share = traced.to(|_, kind| kind == "roster") / traced.wait;
    println!("five booths, one not staffed: roster {:.1} %", share * 100.0);
    assert!((0.70..=0.80).contains(&share), "roster holds {share}");
}

// ---- the rule is sound

/// Two sides with one booth each; rates per hour; `free`: sides whose posts hold nobody up.
fn two_sides(ua: f64, pl: f64, demand: f64, bridge: u32, free: &str) -> String {
    let booths = |side: &str| if free == side { 400 } else { 1 };
    let lane = if free == "PL" { "" } else { "length = \"0 trucks\"\n" };
    head("length = \"7 d\"\nfollow = \"60 d\"\narrivals_stop = true")
        + &format!(
            "[traffic.t]\nclass = \"truck\"\nfrom = \"UA\"\narrives = {{ per_hour = {demand} }}\n\
             [UA.exit]\nstages = [\"customs\"]\nroom = \"unlimited\"\n[UA.exit.customs]\nagency = \"UA customs\"\nbooths = {}\ndraws_as = \"first\"\nservice = {{ exponential = \"{} s\" }}\n\
             [zone]\nstrips.bridge = {{ each_way = \"{bridge} trucks\" }}\n\
             [PL.entry]\nstages = [\"customs\"]\nroom = \"unlimited\"\n[PL.entry.customs]\nagency = \"PL customs\"\nbooths = {}\n{lane}draws_as = \"second\"\nservice = {{ exponential = \"{} s\" }}\n",
            booths("UA"),
            3600.0 / ua,
            booths("PL"),
            3600.0 / pl,
        )
}

/// Rates an hour (those a day, 75, 45, 60, divided by 24).
const RATES: [(f64, f64, f64); 4] =
    [(3.125, 1.875, 2.5), (70.0, 40.0, 65.0), (40.0, 25.0, 27.0), (31.0, 25.0, 27.0)];

#[test]
fn swapped_parameters_swap_the_sides() {
    for (ua, pl, demand) in RATES.into_iter().chain([(28.0, 25.0, 27.0)]) {
        let there = Traced::of(&two_sides(ua, pl, demand, 10, ""), 40);
        let mirror = Traced::of(&two_sides(pl, ua, demand, 10, ""), 40);
        let (first, second) = (there.side("UA"), mirror.side("PL"));
        println!("{ua} {pl} {demand}: UA {:.1} %, swapped PL {:.1} %", first * 100.0, second * 100.0);
        let allowed = if ua / pl >= 1.25 { 0.08 } else { 0.20 };
        assert!((first - second).abs() <= allowed, "{ua} {pl} {demand}: {first} against {second}");
    }
}

#[test]
fn no_effect_no_share() {
    let mut decided = 0;
    for (a, b, demand) in RATES {
        for (ua, pl) in [(a, b), (b, a)] {
            let all = Traced::of(&two_sides(ua, pl, demand, 10, ""), 40);
            for side in ["UA", "PL"] {
                let without = Traced::of(&two_sides(ua, pl, demand, 10, side), 40);
                let (effect, share) = (1.0 - without.wait / all.wait, all.side(side));
                println!(
                    "{ua} {pl} {demand}: without {side} {:.1} % less, holds {:.1} %",
                    effect * 100.0,
                    share * 100.0
                );
                if effect < 0.01 {
                    decided += 1;
                    assert!(
                        share < 0.08,
                        "{ua} {pl} {demand}: {side} has no effect ({effect}) and holds {share}"
                    );
                }
            }
        }
    }
    assert!(decided >= 2, "only {decided} sides had no effect");
}

#[test]
fn a_longer_bridge_moves_nothing_to_the_other_side() {
    let mut decided = 0;
    for (a, b, demand) in RATES {
        for (ua, pl) in [(a, b), (b, a)] {
            let short = Traced::of(&two_sides(ua, pl, demand, 10, ""), 40);
            let long = Traced::of(&two_sides(ua, pl, demand, 100, ""), 40);
            if (long.wait / short.wait - 1.0).abs() < 0.06 {
                decided += 1;
                let (before, after) = (short.side("UA"), long.side("UA"));
                println!(
                    "{ua} {pl} {demand}: UA {:.1} %, bridge of 100 {:.1} %",
                    before * 100.0,
                    after * 100.0
                );
                assert!((before - after).abs() <= 0.05, "{ua} {pl} {demand}: {before} became {after}");
            }
        }
    }
    assert!(decided >= 4, "only {decided} cases");
}

#[test]
fn the_accused_tool_can_lose() {
    let text = head("length = \"7 d\"\nfollow = \"60 d\"\narrivals_stop = true")
        + "[traffic.t]\nclass = \"truck\"\nfrom = \"UA\"\nbooks = { per_hour = 1 }\n\
           [UA.equeue]\nqueues = { all = \"truck\" }\ncalls = { while_room_in = \"UA.exit\", travel = \"6 h\" }\n\
           [UA.exit]\nstages = [\"customs\"]\nroom = \"2 trucks\"\n[UA.exit.customs]\nagency = \"UA customs\"\nbooths = 1\nservice = { exponential = \"20 min\" }\n";
    let traced = Traced::of(&text, 40);
    let share = traced.to(|owner, kind| owner == "UA eQueue" && kind == "rule") / traced.wait;
    println!("wasteful call-up: {:.1} % of {:.1} h", share * 100.0, traced.wait / 3600.0);
    assert!(share > 0.90, "the queue's rules hold {share}");
}

#[test]
fn booths_without_number_that_never_close_hold_nothing() {
    let traced = Traced::of(&two_sides(25.0, 30.0, 27.0, 10, "PL"), 10);
    assert!(traced.wait > 3600.0);
    assert!(traced.to(|owner, _| owner.starts_with("PL")) == 0.0, "{:?}", traced.by);
}

/// The names of the sides, exchanged together with the direction of the traffic, exchange the owners and nothing else.
#[test]
fn names_change_nothing() {
    for rates in [(25.0, 28.0, 27.0), (31.0, 25.0, 27.0)] {
        let mut text = two_sides(rates.0, rates.1, rates.2, 10, "");
        text.push_str("[[event]]\nwhat = \"stop\"\nagency = \"PL customs\"\nfrom = \"48 h\"\nlasts = \"3 h\"\nrule = \"stop\"\n");
        let other = text.replace("UA", "XX").replace("PL", "UA").replace("XX", "PL");
        let (one, two) = (plan_of(&text), plan_of(&other));
        let study = |plan| replicate(plan, 1, 5, Control::quiet()).unwrap();
        let (one, two) = (study(&one), study(&two));
        let relabelled = |name: &str| name.replace("UA", "XX").replace("PL", "UA").replace("XX", "PL");
        let mut compared = 0;
        for (k, name) in one.kpis.names().iter().enumerate() {
            let there = two.named(&relabelled(name)).unwrap();
            for (a, b) in one.values(k).zip(two.values(there)) {
                assert!(a == b || (a.is_nan() && b.is_nan()), "{name}: {a} became {b}");
                compared += 1;
            }
        }
        assert!(compared > 200, "only {compared} values");
    }
}
