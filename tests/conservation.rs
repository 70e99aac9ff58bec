//! Kleinrock's conservation law: whoever is served first, Σ ρᵢ·Wqᵢ is the same, as long as no booth is idle while
//! somebody waits and nobody is interrupted (L. Kleinrock, "A conservation law for a wide class of queueing disciplines",
//! Naval Research Logistics Quarterly 12, 1965). What one class gains, others pay.
//!
//! Two forms of it are tested, on the same travellers under each discipline:
//!
//! * on every path, to the tick: the unfinished work before one booth is the same function of time under each discipline,
//!   interrupting ones too; and, interrupting ones apart, so is Σ Sₖ·Wqₖ over all travellers of a path that ends empty;
//! * in the mean: Σ ρᵢ·Wqᵢ differs between disciplines by no more than chance, and is what Pollaczek and Khinchine say.
//!
//! Why Σ Sₖ·Wqₖ is exact: traveller *k* adds its whole need Sₖ to the work during its wait and a triangle Sₖ²/2 during its
//! service, so ∫ V(t) dt = Σ Sₖ·Wqₖ + Σ Sₖ²/2; the left side and the last sum depend on no discipline.

#![allow(clippy::unwrap_used, clippy::panic, reason = "tests")]

mod common;

use std::collections::BTreeMap;

use common::{Run, plan_of};
use kordon::crossing::Happened;
use kordon::kernel::time::Tick;
use kordon::study::Summary;
use kordon::study::replicate::{Control, replicate};

/// Name, lines of the stage, and whether services are interrupted.
type Discipline = (&'static str, &'static str, bool);

const FIRST_COME: Discipline = ("first come, first served", "booths = 1", false);
const ONE_BOOTH: [Discipline; 7] = [
    FIRST_COME,
    ("strict priority: short", "booths = 1\npriority = \"short\"", false),
    ("strict priority: long", "booths = 1\npriority = \"long\"", false),
    ("two levels: long, mid", "booths = 1\npriority = [\"long\", \"mid\"]", false),
    ("two levels: short, mid", "booths = 1\npriority = [\"short\", \"mid\"]", false),
    (
        // The same order by another mechanism: the pool gives its officer to whoever waits longest, over all lanes.
        "one officer for three lanes",
        "officers = \"one\"\nlanes.a = { for = \"short\", booths = 1, length = \"unlimited\" }\n\
         lanes.b = { for = \"mid\", booths = 1, length = \"unlimited\" }\n\
         lanes.c = { for = \"long\", booths = 1, length = \"unlimited\" }",
        false,
    ),
    (
        "interrupting: short",
        "booths = 1\npriority = \"short\"\npreempts = { for = \"short\", work = \"resume\" }",
        true,
    ),
];

/// Three classes: share of arrivals, law, mean and second moment of the need in minutes.
const CLASSES: [(&str, f64, &str, f64, f64); 3] = [
    ("short", 0.5, "exponential = \"1 min\"", 1.0, 2.0),
    ("mid", 0.3, "uniform = [\"1 min\", \"5 min\"]", 3.0, 9.0 + 16.0 / 12.0),
    ("long", 0.2, "deterministic = \"6 min\"", 6.0, 36.0),
];

fn text(run: &str, per_minute: f64, stage: &str, service: &str) -> String {
    let mix: Vec<String> = CLASSES.iter().map(|c| format!("{} = \"{} %\"", c.0, c.1 * 100.0)).collect();
    format!(
        "kordon = 1\nname = \"conservation\"\nsides = [\"UA\", \"PL\"]\n[run]\nstart = \"Mon 00:00\"\nreplications = 1\n{run}\n\
         [traffic.t]\nclass = \"truck\"\nfrom = \"UA\"\narrives = {{ per_minute = {per_minute} }}\nmix.kind = {{ {} }}\n\
         [UA]\nofficers.one = {{ count = 1 }}\n[UA.exit]\nstages = [\"customs\"]\nroom = \"unlimited\"\n\
         [UA.exit.customs]\nagency = \"UA customs\"\nservice = {service}\n{stage}\n",
        mix.join(", ")
    )
}

fn each_its_law() -> String {
    let laws: Vec<String> = CLASSES.iter().map(|c| format!("{{ for = \"{}\", {} }}", c.0, c.2)).collect();
    format!("[{}]", laws.join(", "))
}

/// For each traveller (by its number in the source) when it came, and the stretches in which it was served.
type Path = BTreeMap<u32, (Tick, Vec<(Tick, Tick)>)>;

fn path(stage: &str, seed: u64) -> Path {
    let window = "length = \"8 h\"\nfollow = \"20 d\"\narrivals_stop = true";
    let run = Run::seeded(&text(window, 0.37, stage, &each_its_law()), seed, 0);
    let mut number = BTreeMap::new();
    let mut path = Path::new();
    for r in &run.records {
        match r.what {
            Happened::Appeared { index, .. } => {
                number.insert(r.traveller, index);
                path.insert(index, (r.at, Vec::new()));
            }
            Happened::Starts { .. } | Happened::GoesOn { .. } => {
                path.get_mut(&number[&r.traveller]).unwrap().1.push((r.at, Tick::MAX));
            }
            Happened::Stops { .. } | Happened::Done { .. } => {
                path.get_mut(&number[&r.traveller]).unwrap().1.last_mut().unwrap().1 = r.at;
            }
            _ => {}
        }
    }
    assert!(path.values().all(|(_, served)| served.iter().all(|s| s.1 < Tick::MAX)), "the path ends empty");
    path
}

fn need(served: &[(Tick, Tick)]) -> Tick {
    served.iter().map(|(from, to)| to - from).sum()
}

/// The unfinished work at each time at which it bends: the needs of all who came, less all that was served.
fn work(path: &Path) -> Vec<(Tick, Tick)> {
    let mut bends: Vec<(Tick, i64, Tick)> = vec![];
    for (came, served) in path.values() {
        bends.push((*came, 0, need(served)));
        for &(from, to) in served {
            bends.push((from, 1, 0));
            bends.push((to, -1, 0));
        }
    }
    bends.sort_unstable();
    let (mut now, mut busy, mut left) = (0, 0_i64, 0);
    let mut work: Vec<(Tick, Tick)> = vec![];
    for (at, step, adds) in bends {
        assert!((0..=1).contains(&busy) && (busy == 1) == (left > 0) || at == now, "idle with work at {at}");
        left = left + adds - (at - now) * busy.unsigned_abs();
        (now, busy) = (at, busy + step);
        match work.last_mut() {
            Some(last) if last.0 == at => last.1 = left,
            _ => work.push((at, left)),
        }
    }
    work
}

/// The work at a time, from where it bends: it falls by one a tick until it is gone.
fn work_at(work: &[(Tick, Tick)], at: Tick) -> Tick {
    match work.partition_point(|w| w.0 <= at) {
        0 => 0,
        k => work[k - 1].1.saturating_sub(at - work[k - 1].0),
    }
}

#[test]
fn on_every_path_the_work_is_the_same_to_the_tick() {
    let (mut bends, mut travellers, mut moved) = (0, 0, 0);
    for seed in 1..=20 {
        let base = path(FIRST_COME.1, seed);
        let base_work = work(&base);
        for &(name, stage, interrupts) in &ONE_BOOTH[1..] {
            let other = path(stage, seed);
            assert!(other.keys().eq(base.keys()), "{name}, seed {seed}: other travellers");
            let other_work = work(&other);
            for &(at, _) in base_work.iter().chain(&other_work) {
                let (mine, its) = (work_at(&base_work, at), work_at(&other_work, at));
                assert_eq!(mine, its, "{name}, seed {seed}: unfinished work at {at}");
                bends += 1;
            }
            let sum = |path: &Path| -> u128 {
                let wait = |(came, served): &(Tick, Vec<(Tick, Tick)>)| {
                    u128::from(served[0].0 - came) * u128::from(need(served))
                };
                path.values().map(wait).sum()
            };
            if interrupts {
                assert!(other.values().any(|(_, served)| served.len() > 1), "{name}: nobody was interrupted");
            } else {
                assert_eq!(sum(&base), sum(&other), "{name}, seed {seed}: the sum of needs times waits");
            }
            travellers += other.len();
            moved += base.iter().filter(|(k, s)| other[k].1 != s.1).count();
        }
    }
    println!(
        "{bends} times compared; {moved} of {travellers} were served at another time: the work is the same to the tick"
    );
    assert!(moved * 4 > travellers, "the disciplines hardly differ");
}

/// Σ ρᵢ·Wqᵢ (Wq in minutes) of each replication.
fn sums(text: &str, rho: [f64; 3], replications: u64) -> Vec<f64> {
    let study = replicate(&plan_of(text), 1, replications, Control::quiet()).unwrap();
    assert!(study.audit_passed());
    let of = |name: &str| study.named(&format!("UA>PL truck {name} wait mean")).unwrap();
    let kpis = CLASSES.map(|c| of(c.0));
    let rows = (0..replications).map(|r| {
        let row = study.row(r);
        kpis.iter().zip(rho).map(|(&k, rho)| rho * row[k] / 60.0).sum()
    });
    rows.collect()
}

/// Runs all disciplines on the same travellers and holds each against the first and against theory.
fn conserved(disciplines: &[Discipline], per_minute: f64, service: &str, rho: [f64; 3], theory: f64) {
    const REPLICATIONS: u64 = 300;
    let window = "length = \"11000 min\"\nwarmup = \"1000 min\"";
    let run = |d: &Discipline| sums(&text(window, per_minute, d.1, service), rho, REPLICATIONS);
    let base = run(&disciplines[0]);
    for discipline in disciplines {
        let sums = run(discipline);
        let own = Summary::of(sums.iter().copied());
        let paired = Summary::of(sums.iter().zip(&base).map(|(a, b)| a - b));
        println!(
            "{:<28} sum of rho Wq {:.4} min (theory {theory:.4}, se {:.2} %), less first come {:+.4} ± {:.4}",
            discipline.0,
            own.mean,
            own.se / theory * 100.0,
            paired.mean,
            paired.se
        );
        assert!((own.mean - theory).abs() <= 3.5 * own.se && own.se <= 0.01 * theory, "{}", discipline.0);
        assert!(paired.mean.abs() <= 3.5 * paired.se && paired.se <= 0.005 * theory, "{}", discipline.0);
    }
}

#[test]
fn in_the_mean_one_booth() {
    let per_minute = 0.25;
    let rho = CLASSES.map(|c| per_minute * c.1 * c.3);
    let load: f64 = rho.iter().sum();
    let residual: f64 = CLASSES.iter().map(|c| per_minute * c.1 * c.4 / 2.0).sum();
    let uninterrupted: Vec<Discipline> = ONE_BOOTH.iter().filter(|d| !d.2).copied().collect();
    // Pollaczek and Khinchine: everybody waits W0 / (1 - rho) under first come, first served.
    conserved(&uninterrupted, per_minute, &each_its_law(), rho, load * residual / (1.0 - load));
}

/// Of several booths it holds where all have the same exponential law; M/M/3 with Erlang's C.
#[test]
fn in_the_mean_three_booths() {
    let disciplines: [Discipline; 3] = [
        ("first come, first served", "booths = 3", false),
        ("strict priority: short", "booths = 3\npriority = \"short\"", false),
        ("two levels: long, mid", "booths = 3\npriority = [\"long\", \"mid\"]", false),
    ];
    let (per_minute, mean) = (0.4_f64, 5.0_f64);
    let offered = per_minute * mean;
    let waits = offered.powi(3) / 6.0 / (1.0 - offered / 3.0);
    let erlang_c = waits / (1.0 + offered + offered * offered / 2.0 + waits);
    let wait = erlang_c * mean / (3.0 - offered);
    let rho = CLASSES.map(|c| per_minute * c.1 * mean);
    conserved(&disciplines, per_minute, "{ exponential = \"5 min\" }", rho, offered * wait);
}
