//! Instructions for each unit of work, counted by callgrind and compared with `benches/instructions.toml`.
//!
//! Times of shared machines say little; the number of instructions of the same program on the same draws is the same
//! number each time. More than 10 % above the baseline fails; more than 10 % below asks for a lower baseline.
//! `KORDON_BLESS=1 cargo bench --bench instructions` writes the baseline anew: do it on purpose, and say why.
//!
//! # How it goes
//!
//! This program starts itself under callgrind once for each measurement. With `--only NAME` it does that one piece of
//! work: everything before [`counted`] (reading, compiling, a first replication) is not counted.

mod common;

use std::collections::BTreeMap;
use std::error::Error;
use std::hint::black_box;
use std::path::Path;
use std::process::{Command, ExitCode};

use common::{CROSSINGS, Gaps, HOLDS, SERVICE, plan, run, worker};
use kordon::kernel::{Calendar, RunKey, name_key};

/// What callgrind counts in; the name of the function as it stands in the program.
const COUNTED: &str = "instructions::counted";
/// Before the name of the one measurement that is to be made.
const ONE: &str = "--only";
const BASELINE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/benches/instructions.toml");
/// How far a count may move, as a share of the baseline.
const ALLOWED: f64 = 0.1;
const HOLD: &str = "hold in the calendar, 128 pending";
const DRAW: &str = "draw by keys";

const HEAD: &str = "\
# Instructions for each unit of work (a stage visit of a crossing, a hold, a draw), counted by callgrind.
# Compared by `.ci/run instructions`: more than 10 % above fails. Written anew by `KORDON_BLESS=1 .ci/run instructions`;
# a higher number here is a decision, and the commit says for what.
";

type Anything = Box<dyn Error>;

/// Does work and says how many units of it.
#[inline(never)]
fn counted(work: &mut dyn FnMut() -> u64) -> u64 {
    black_box(work())
}

fn names() -> impl Iterator<Item = &'static str> {
    CROSSINGS.iter().map(|(name, ..)| *name).chain([HOLD, DRAW])
}

/// One measurement, already under callgrind: the number of units.
fn measure(name: &str) -> Result<u64, Anything> {
    match name {
        HOLD => Ok(holds()),
        DRAW => Ok(draws()),
        _ => {
            let (_, file, _) = CROSSINGS.iter().find(|(n, ..)| *n == name).ok_or("no such measurement")?;
            let plan = plan(file).ok_or_else(|| format!("{file} cannot be read"))?;
            let mut simulation = worker(&plan);
            Ok(counted(&mut || run(&mut simulation, 0)))
        }
    }
}

fn holds() -> u64 {
    let mut gaps = Gaps::new();
    let mut calendar = Calendar::new(128);
    (0..128).for_each(|slot| calendar.set(slot, gaps.next()));
    counted(&mut || {
        for _ in 0..HOLDS {
            let Some((now, slot)) = calendar.next() else { break };
            calendar.set(slot, now + gaps.next());
        }
        HOLDS
    })
}

fn draws() -> u64 {
    let key = RunKey::new(1, 0).source(name_key("bench"));
    counted(&mut || {
        for traveller in 0..HOLDS {
            black_box(key.traveller(traveller).draw(SERVICE, 0).word());
        }
        HOLDS
    })
}

/// Instructions for each unit of one measurement.
fn count(name: &str) -> Result<f64, Anything> {
    let written = tempfile::NamedTempFile::new()?;
    let done = Command::new("valgrind")
        .args(["--tool=callgrind", "--collect-atstart=no"])
        .arg(format!("--toggle-collect={COUNTED}"))
        .arg(format!("--callgrind-out-file={}", written.path().display()))
        .arg(std::env::current_exe()?)
        .args([ONE, name])
        .output()
        .map_err(|e| format!("valgrind could not be started ({e}); its Debian package is called valgrind"))?;
    if !done.status.success() {
        return Err(String::from_utf8_lossy(&done.stderr).into());
    }
    let units: f64 = String::from_utf8(done.stdout)?.trim().parse()?;
    let profile = std::fs::read_to_string(written.path())?;
    let total =
        profile.lines().find_map(|line| line.strip_prefix("totals: ")).ok_or("no totals by callgrind")?;
    let instructions: f64 = total.trim().parse()?;
    // A renamed function would leave everything uncounted, and every measurement would pass for ever.
    if instructions < units {
        return Err(format!("callgrind counted nothing: is the function still called {COUNTED}?").into());
    }
    Ok(instructions / units)
}

/// Counts everything and compares: true if nothing is too high.
fn compare(baseline: &BTreeMap<String, f64>) -> Result<bool, Anything> {
    let mut in_order = true;
    for name in names() {
        let now = count(name)?;
        let (said, fails) = match baseline.get(name) {
            None => ("NOT IN THE BASELINE".to_owned(), true),
            Some(was) if now > was * (1.0 + ALLOWED) => {
                (format!("{:+.1} %: TOO MANY", percent(now, *was)), true)
            }
            Some(was) if now < was * (1.0 - ALLOWED) => {
                (format!("{:+.1} %: lower the baseline", percent(now, *was)), false)
            }
            Some(was) => (format!("{:+.1} %", percent(now, *was)), false),
        };
        println!("{name:<36} {now:>10.1} instructions  {said}");
        in_order &= !fails;
    }
    for name in baseline.keys().filter(|name| !names().any(|n| n == *name)) {
        println!("{name:<36} is in the baseline, and nothing measures it");
        in_order = false;
    }
    Ok(in_order)
}

fn percent(now: f64, was: f64) -> f64 {
    (now / was - 1.0) * 100.0
}

fn bless() -> Result<(), Anything> {
    let mut text = HEAD.to_owned();
    for name in names() {
        let line = format!("\"{name}\" = {:.1}\n", count(name)?);
        print!("{line}");
        text.push_str(&line);
    }
    std::fs::write(BASELINE, text)?;
    println!("{}: written anew", Path::new(BASELINE).display());
    Ok(())
}

fn all() -> Result<bool, Anything> {
    if std::env::var_os("KORDON_BLESS").is_some() {
        return bless().map(|()| true);
    }
    let baseline: BTreeMap<String, f64> = toml::from_str(&std::fs::read_to_string(BASELINE)?)?;
    let in_order = compare(&baseline)?;
    if !in_order {
        println!(
            "more than {:.0} % above benches/instructions.toml; if that is meant: KORDON_BLESS=1 .ci/run instructions",
            ALLOWED * 100.0
        );
    }
    Ok(in_order)
}

fn main() -> ExitCode {
    // Cargo passes `--bench`, and whatever is meant for the other benches.
    let done = match std::env::args().skip_while(|a| a != ONE).nth(1) {
        Some(name) => measure(&name).map(|units| {
            println!("{units}");
            true
        }),
        None => all(),
    };
    match done {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}
