//! `scenarios/claims/not-separated`: two files that show the same queue and say the opposite of each other.
//!
//! `cargo test --test not_separated -- --nocapture` prints the figures of the folder's README.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test that cannot read its file has failed")]

use std::path::{Path, PathBuf};

use kordon::crossing::{Blind, Simulation};
use kordon::study::attribute::causes::{CAUSES, Cause, Split};
use kordon::study::attribute::verdict::Verdict;
use kordon::study::attribute::{Class, Settings};
use kordon::study::{Case, Control, attribute};
use rayon::prelude::*;

const REPLICATIONS: u64 = 12;
/// Hours from the file's start (Wednesday 10:00 in Kyiv, 07:00 UTC) within which the series is compared.
const WEEK_H: usize = 168;

fn case(name: &str) -> Case {
    let path = format!("scenarios/claims/not-separated/{name}.toml");
    Case::load(Path::new(&path), &[]).unwrap_or_else(|errors| panic!("{}", errors.render(false)))
}

/// Loaded trucks in the eQueue (waiting, or called and on the way), hour by hour, in each replication.
fn queues(case: &Case) -> Vec<Vec<f64>> {
    let spots = ["UA.equeue.loaded", "UA.equeue.loaded.way"];
    let spots = spots.map(|name| case.plan.spots.iter().position(|s| s.name == name).unwrap());
    let one = |replication: u64| {
        let mut simulation = Simulation::new(&case.plan, 1, replication, Blind);
        simulation.run().unwrap();
        let books = simulation.books();
        assert!(books.marks_passed() > WEEK_H);
        let at = |mark| spots.iter().map(|&s| f64::from(books.number_at_mark(mark, s))).sum();
        (0..=WEEK_H).map(at).collect()
    };
    (0..REPLICATIONS).into_par_iter().map(one).collect()
}

fn mean(of: &[Vec<f64>]) -> Vec<f64> {
    (0..=WEEK_H).map(|h| of.iter().map(|q| q[h]).sum::<f64>() / of.len() as f64).collect()
}

fn apart(a: &[f64], b: &[f64]) -> f64 {
    (a.iter().zip(b).map(|(a, b)| (a - b) * (a - b)).sum::<f64>() / a.len() as f64).sqrt()
}

/// Root mean square over the rows of week 1 of the eCherha series; none where the series is not there.
fn error(queue: &[f64]) -> Option<f64> {
    let beside = || PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../shared");
    let shared = std::env::var_os("KORDON_SHARED").map_or_else(beside, PathBuf::from);
    let text =
        std::fs::read_to_string(shared.join("data/echerha_yahodyn_loaded_2025-06-11_06-24.csv")).ok()?;
    let start: jiff::civil::DateTime = "2025-06-11 07:00:00".parse().unwrap();
    let rows = text.lines().skip(1).filter(|line| !line.trim().is_empty()).take(72).map(|line| {
        let cells: Vec<&str> = line.trim().split(',').collect();
        let at: jiff::civil::DateTime = cells[0].parse().unwrap();
        let hours = at.duration_since(start).as_secs_f64() / 3600.0;
        (hours, cells[2].parse::<f64>().unwrap())
    });
    let inside = rows.filter(|(hours, _)| *hours < WEEK_H as f64);
    let (model, seen): (Vec<f64>, Vec<f64>) = inside
        .map(|(hours, seen)| {
            let at = hours.max(0.0) as usize;
            (queue[at] + (queue[at + 1] - queue[at]) * (hours.max(0.0) - at as f64), seen)
        })
        .unzip();
    Some(apart(&model, &seen))
}

/// The two mean queues lie four times closer to each other than one simulated week of either lies to its own mean:
/// whoever sees one week of the queue cannot tell the files apart.
#[test]
fn the_same_queue() {
    let (pl, ua) = (queues(&case("held-at-pl")), queues(&case("held-at-ua")));
    let (mean_pl, mean_ua) = (mean(&pl), mean(&ua));
    let weeks =
        |of: &[Vec<f64>], mean: &[f64]| of.iter().map(|q| apart(q, mean)).sum::<f64>() / of.len() as f64;
    let (between, own_pl, own_ua) = (apart(&mean_pl, &mean_ua), weeks(&pl, &mean_pl), weeks(&ua, &mean_ua));
    let most = mean_pl.iter().copied().fold(0.0, f64::max);
    println!(
        "between the mean queues {between:.1} trucks (the most is {most:.0}); one week from its own mean: {own_pl:.1} and {own_ua:.1}"
    );
    assert!(between < 0.25 * own_pl.min(own_ua), "{between} {own_pl} {own_ua}");
    match (error(&mean_pl), error(&mean_ua)) {
        (Some(pl), Some(ua)) => {
            println!("against the series: held at PL {pl:.1} trucks, held at UA {ua:.1} trucks");
            assert!(pl < 15.0 && ua < 15.0 && (pl - ua).abs() < 2.0, "{pl} {ua}");
        }
        _ => println!("skipped: the eCherha series is not beside the checkout (../shared/data)"),
    }
}

/// As they stand they say the opposite; over the ranges, which are the same, neither is more than one of two answers.
#[test]
fn opposite_answers_not_separated() {
    let alone = |name: &str| {
        let case = case(name);
        let settings = Settings { seed: 1, replications: 1, draws: 6, split: Split::No };
        let found = attribute(&case, settings, Control::quiet()).unwrap();
        let class = &found.classes[0];
        assert_eq!(case.plan.cohorts[class.base].name, "UA>PL truck");
        assert_eq!(class.grounds.verdict, Verdict::NotSeparated, "{name}: {:?}", class.grounds);
        assert_eq!(class.separating.len(), 2, "what would separate them is named");
        let of = |class: &Class, side| {
            let row = class.compared[0].rows.iter().find(|r| CAUSES[r.cause] == Cause::Side(side)).unwrap();
            row.saved[2].chance.mean
        };
        let (ua, pl) = (of(class, 0), of(class, 1));
        println!("{name}: shared out to UA {:.0} h, to PL {:.0} h", ua / 3600.0, pl / 3600.0);
        (ua, pl)
    };
    let ((ua, pl), (ua_too, pl_too)) = (alone("held-at-pl"), alone("held-at-ua"));
    assert!(pl > 2.0 * ua && ua_too > 2.0 * pl_too, "{ua} {pl} {ua_too} {pl_too}");
}
