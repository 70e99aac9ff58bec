//! The ready scenarios: every class that belongs to each is there, crosses, and the books agree.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test that cannot read its file has failed")]

use std::path::Path;

use kordon::crossing::{Blind, Outcome, Simulation, compile};
use kordon::scenario::{Clock, load};

/// Runs a ready scenario once; the directions and classes of which somebody crossed.
fn crossed(name: &str) -> Vec<String> {
    let loaded = load(Path::new(&format!("scenarios/{name}.toml")), &[]).unwrap();
    let clock = Clock::new(&loaded.scenario.run, &loaded.scenario.side).unwrap();
    let plan = compile(&loaded.scenario, &clock, loaded.document.diagnostics())
        .unwrap_or_else(|e| panic!("{}", e.render(false)));
    let mut simulation = Simulation::new(&plan, 1, 0, Blind);
    simulation.run().unwrap();
    let books = simulation.books();
    assert_eq!(books.audit.failures, Vec::<String>::new(), "{name}");
    let cohorts = plan.cohorts.iter().zip(&books.cohorts);
    cohorts
        .filter(|(_, book)| book.left[Outcome::Crossed as usize] > 0)
        .map(|(c, _)| c.name.clone())
        .collect()
}

fn all_cross(name: &str, classes: &[&str]) {
    let found = crossed(name);
    for class in classes {
        assert!(found.iter().any(|c| c == class), "{name}: no {class} among {found:?}");
    }
}

#[test]
fn hello() {
    all_cross("hello", &["UA>PL truck"]);
}

#[test]
fn yahodyn_week() {
    let classes = ["UA>PL truck loaded", "UA>PL truck perishable", "UA>PL truck empty", "UA>PL truck sps"];
    all_cross("yahodyn-week", &classes);
    all_cross(
        "yahodyn-week",
        &["PL>UA truck loaded", "PL>UA truck empty", "UA>PL truck t1", "UA>PL truck aeo"],
    );
}

#[test]
fn shehyni_on_foot() {
    all_cross(
        "shehyni-on-foot",
        &["UA>PL pedestrian ua", "UA>PL pedestrian eu", "UA>PL pedestrian with_infant"],
    );
}

#[test]
fn laredo_world_trade_bridge() {
    let classes = ["MX>US truck standard", "MX>US truck fast", "MX>US truck empty", "MX>US truck missing"];
    all_cross("laredo-world-trade-bridge", &classes);
}

#[test]
fn krakivets_with_and_without_joint_control() {
    for name in ["krakivets-cars", "krakivets-joint-control"] {
        all_cross(name, &["UA>PL car", "PL>UA car"]);
    }
}
