//! A run of a scenario text with everything that was told about it, for tests.
#![allow(dead_code, reason = "each test file uses its own part of this")]
#![allow(
    missing_docs,
    unreachable_pub,
    missing_debug_implementations,
    clippy::unwrap_used,
    clippy::panic,
    reason = "test helpers"
)]

use kordon::crossing::{Happened, Observer, Outcome, Plan, Record, Simulation, compile};
use kordon::scenario::{Clock, load_str};

pub const MINUTE: u64 = kordon::kernel::time::MINUTE;

/// Minutes as ticks.
pub fn m(minutes: &[u64]) -> Vec<u64> {
    minutes.iter().map(|t| t * MINUTE).collect()
}

/// Compiles a scenario text or fails with its errors.
pub fn plan_of(text: &str) -> Plan {
    let loaded = match load_str("test.toml", text, &[]) {
        Ok(loaded) => loaded,
        Err(errors) => panic!("{}", errors.render(false)),
    };
    let clock = Clock::new(&loaded.scenario.run, &loaded.scenario.side).unwrap();
    match compile(&loaded.scenario, &clock, loaded.document.diagnostics()) {
        Ok(plan) => plan,
        Err(errors) => panic!("{}", errors.render(false)),
    }
}

#[derive(Debug, Default)]
pub struct All(pub Vec<Record>);

impl Observer for All {
    const WATCHES: bool = true;
    fn record(&mut self, record: Record) {
        self.0.push(record);
    }
}

/// A finished run.
pub struct Run {
    pub plan: Plan,
    pub records: Vec<Record>,
    pub audit: Vec<String>,
}

impl Run {
    pub fn of(text: &str) -> Self {
        Self::seeded(text, 1, 0)
    }

    pub fn seeded(text: &str, seed: u64, replication: u64) -> Self {
        Self::of_plan(plan_of(text), seed, replication)
    }

    pub fn of_plan(plan: Plan, seed: u64, replication: u64) -> Self {
        let mut simulation = Simulation::new(&plan, seed, replication, All::default());
        simulation.run().unwrap();
        let audit = simulation.books().audit.failures.clone();
        let records = simulation.into_observer().0;
        assert_eq!(audit, Vec::<String>::new(), "the audit failed");
        Self { plan, records, audit }
    }

    fn appeared(&self, passengers: bool) -> Vec<u32> {
        let is =
            |r: &&Record| matches!(r.what, Happened::Appeared { of, .. } if (of != u32::MAX) == passengers);
        self.records.iter().filter(is).map(|r| r.traveller).collect()
    }

    fn what(&self, owner: &str, kind: &str) -> u16 {
        let owners = self.plan.owners.len() as u16;
        let owner = self.plan.owners.iter().position(|o| o.name == owner).unwrap() as u16;
        let kinds = ["own need", "capacity", "roster", "outage", "rule", "papers"];
        kinds.iter().position(|k| *k == kind).unwrap() as u16 * owners + owner
    }

    fn sum(&self, who: u32, test: impl Fn(u16, u16) -> bool) -> u64 {
        let booked = |r: &Record| match r.what {
            Happened::Booked { spot, what, ticks } if r.traveller == who && test(spot, what.0) => ticks,
            _ => 0,
        };
        self.records.iter().map(booked).sum()
    }

    /// What was not own need, for each traveller in order of appearance.
    pub fn waits(&self) -> Vec<u64> {
        let owners = self.plan.owners.len() as u16;
        self.appeared(false).into_iter().map(|who| self.sum(who, |_, what| what >= owners)).collect()
    }

    /// What was traced to this, for each traveller in order of appearance.
    pub fn traced(&self, owner: &str, kind: &str) -> Vec<u64> {
        let wanted = self.what(owner, kind);
        self.appeared(false).into_iter().map(|who| self.sum(who, |_, what| what == wanted)).collect()
    }

    /// The same for passengers.
    pub fn passengers(&self, owner: &str, kind: &str) -> Vec<u64> {
        let wanted = self.what(owner, kind);
        self.appeared(true).into_iter().map(|who| self.sum(who, |_, what| what == wanted)).collect()
    }

    /// The same for the n-th traveller at the spots whose name begins so.
    pub fn traced_at(&self, n: usize, spot: &str, owner: &str, kind: &str) -> u64 {
        let (who, wanted) = (self.appeared(false)[n], self.what(owner, kind));
        self.sum(who, |s, what| what == wanted && self.plan.spots[s as usize].name.starts_with(spot))
    }

    /// When each left, in order of appearance.
    pub fn exits(&self) -> Vec<u64> {
        let left = |who: u32| {
            self.records
                .iter()
                .find(|r| r.traveller == who && matches!(r.what, Happened::Left(_)))
                .map_or(u64::MAX, |r| r.at)
        };
        self.appeared(false).into_iter().map(left).collect()
    }

    /// Who left how, in order of appearance.
    pub fn outcomes(&self) -> Vec<Option<Outcome>> {
        let how = |who: u32| {
            self.records.iter().find_map(|r| match r.what {
                Happened::Left(outcome) if r.traveller == who => Some(outcome),
                _ => None,
            })
        };
        self.appeared(false).into_iter().map(how).collect()
    }

    /// Every service start, in order of time.
    pub fn starts(&self) -> Vec<(u32, u64)> {
        self.records
            .iter()
            .filter(|r| matches!(r.what, Happened::Starts { .. }))
            .map(|r| (r.traveller, r.at))
            .collect()
    }
}
