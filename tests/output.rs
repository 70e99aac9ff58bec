//! What `[output]` asks for: the numbers agree with those the books keep on their own, and no thread changes a digit.

#![allow(clippy::unwrap_used, clippy::panic, reason = "tests")]

use kordon::report::{self, json};
use kordon::study::{Case, Control, Study, replicate};
use serde_json::Value;

/// Two stages with a bridge that fills between them; everything is asked for.
const ASKED: &str = r#"
kordon = 1
name = "asked"
sides = ["UA", "PL"]
[run]
start = "Mon 00:00"
length = "10 h"
warmup = "1 h"
replications = 40
[output]
visits = true
number_at = ["2 h", "90 min", "10 h"]
number_up_to = 200
counts_every = "1 h"
first = [5, 10]
shares = true
[begin]
"UA.exit.customs" = "3 trucks"
[traffic.out]
class = "truck"
from = "UA"
arrives = { per_hour = 20 }
patience = { exponential = "2 h" }
[UA.exit]
stages = ["customs"]
room = "unlimited"
[UA.exit.customs]
agency = "UA customs"
booths = 2
service = { exponential = "5 min" }
[zone]
strips.bridge = { each_way = "2 trucks", travel = "2 min" }
[PL.entry]
stages = ["customs"]
room = "1 truck"
[PL.entry.customs]
agency = "PL customs"
booths = 1
service = { exponential = "3 min" }
"#;

fn study(case: &Case, threads: usize) -> Study {
    replicate(&case.plan, 1, 40, Control { threads, ..Control::quiet() }).unwrap()
}

fn case() -> Case {
    Case::of_text("asked.toml", ASKED).unwrap_or_else(|e| panic!("{}", e.render(false)))
}

fn values(study: &Study, name: &str) -> Vec<f64> {
    study.values(study.named(name).unwrap()).collect()
}

fn close(a: &[f64], b: &[f64]) {
    assert_eq!(a.len(), b.len());
    for (a, b) in a.iter().zip(b) {
        assert!((a - b).abs() < 1e-9 * a.abs().max(1.0), "{a} {b}");
    }
}

/// Replication by replication: the mean of the distribution is the mean that the books keep by areas.
#[test]
fn a_distribution_has_the_mean_of_the_books() {
    let (case, name) = (case(), |place: &str, rest: &str| format!("{place} {rest}").trim().to_owned());
    let study = study(&case, 0);
    for place in ["UA.exit.customs", "zone.bridge.UA>PL", "PL.entry.customs", "UA>PL", ""] {
        let mut mean = vec![0.0; 40];
        for k in 0..=200 {
            let shares = values(&study, &name(place, &format!("number_is {k}")));
            mean.iter_mut().zip(shares).for_each(|(sum, share)| *sum += f64::from(k) * share);
        }
        close(&values(&study, &name(place, "number_above 200")), &vec![0.0; 40]);
        close(&mean, &values(&study, &name(place, "number mean")));
    }
}

#[test]
fn numbers_at_marks_are_those_of_the_series() {
    let case = case();
    let study = study(&case, 0);
    for (place, spots) in [
        ("zone.bridge.UA>PL", vec!["zone.bridge.UA>PL"]),
        ("UA.exit.customs", vec!["UA.exit.customs line", "UA.exit.customs"]),
    ] {
        let spots = spots.iter().map(|name| case.plan.spots.iter().position(|s| s.name == *name).unwrap());
        let at_two: f64 = spots.map(|s| study.series.number(s)[2].mean).sum();
        let mean = study.summary(study.named(&format!("{place} number_at 2 h")).unwrap()).mean;
        assert!((at_two - mean).abs() < 1e-9, "{place} {at_two} {mean}");
    }
}

#[test]
fn counts_and_shares_agree_with_the_books() {
    let study = study(&case(), 0);
    let sum = |measure: &str| {
        let mut sum = vec![0.0; 40];
        for hour in 1..10 {
            let counts = values(&study, &format!("{measure} {hour}h..{}h", hour + 1));
            sum.iter_mut().zip(counts).for_each(|(s, n)| *s += n);
        }
        sum
    };
    close(&sum("UA>PL truck appeared"), &values(&study, "UA>PL truck appeared"));
    let hourly: Vec<f64> =
        values(&study, "UA>PL truck appeared_per_interval mean").iter().map(|m| m * 9.0).collect();
    close(&hourly, &values(&study, "UA>PL truck appeared"));
    close(
        &values(&study, "UA.exit.customs was_held share")
            .iter()
            .map(|s| f64::from(*s > 0.0))
            .collect::<Vec<_>>(),
        &vec![1.0; 40],
    );
    let (any, held) =
        (values(&study, "PL.entry.customs any_held share"), values(&study, "PL.entry.customs held share"));
    close(&any, &held);
}

#[test]
fn the_same_bytes_on_any_thread_and_visits_partition_stays() {
    let case = case();
    let text = |threads| {
        let study = study(&case, threads);
        let run = report::Run { case: &case, study: &study, assumed: None, headline: 0 };
        json::run(&run, true).text()
    };
    let one = text(1);
    assert_eq!(one, text(3));
    let json: Value = serde_json::from_str(&one).unwrap();
    let output = &json["output"];
    assert_eq!(output["number_at"]["at_s"], serde_json::json!([5400.0, 7200.0, 36000.0]));
    assert_eq!(output["number_at"]["places"]["all"]["mean"].as_array().unwrap().len(), 3);
    assert_eq!(output["first"]["wait"]["UA>PL truck"]["mean_s"].as_array().unwrap().len(), 2);
    let rows = output["visits"]["rows"].as_array().unwrap();
    assert!(rows.len() > 500);
    for pair in rows.windows(2).filter(|pair| pair[0]["traveller"] == pair[1]["traveller"]) {
        assert_eq!(pair[0]["end_s"], pair[1]["start_s"]);
    }
}

/// With nothing asked for there is nothing more, and the run is not watched.
#[test]
fn off_by_default() {
    let text: String =
        ASKED.split("[output]").next().unwrap().to_owned() + ASKED.split("shares = true").nth(1).unwrap();
    let case = Case::of_text("plain.toml", &text).unwrap_or_else(|e| panic!("{}", e.render(false)));
    let study = study(&case, 0);
    assert!(study.kpis.asked().is_empty() && study.trace.is_none() && !case.plan.asked.watches());
}
