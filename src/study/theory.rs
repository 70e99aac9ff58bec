//! Formulas beside the simulation.
//!
//! Where a stage meets the assumptions of a formula, the formula's answer is printed beside the simulated one, so that a
//! reader sees both that the engine is right and what the difference between a formula and a crossing is. The check of the
//! assumptions is strict and reads the plan alone: a Poisson stream of constant rate from the start on, one law of
//! service, one line, equal booths that never close, room without limit before the stage and behind it, nobody who turns
//! round, gives up, is sent back or goes first.
//!
//! * exponential service: M/M/c, Erlang's C (A. K. Erlang, 1917);
//! * one booth, any law: M/G/1, Pollaczek–Khinchine (F. Pollaczek, 1930).
//!
//! The formulas are of the long run. A run that starts empty and is short against its busy periods lies below them.

mod assumptions;

use super::kpis::{Kpis, StationStat};
use crate::crossing::Plan;

/// A formula that applies to a stage.
#[derive(Debug, Clone, PartialEq)]
pub struct Theory {
    /// The stage's path.
    pub stage: String,
    /// The model with its numbers, for example `M/M/4, 12.0 an hour, service 15 min`.
    pub model: String,
    /// Whose formula.
    pub formula: &'static str,
    /// Numbers.
    pub rows: Vec<Row>,
}

/// One number of a formula.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Row {
    /// The simulated number that it stands beside.
    pub kpi: usize,
    /// By formula, in the number's unit.
    pub value: f64,
}

/// A stage as a queueing system.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct System {
    /// Arrivals per second.
    pub(super) rate: f64,
    /// Mean service, seconds.
    pub(super) service: f64,
    /// Squared coefficient of variation of service.
    pub(super) scv: f64,
    /// Is the service exponential?
    pub(super) exponential: bool,
    /// Booths.
    pub(super) booths: u32,
}

/// Erlang's C: the probability of waiting with an offered load of `load` on `booths`; by the recursion of Erlang's B.
pub fn erlang_c(booths: u32, load: f64) -> f64 {
    let b = (1..=booths).fold(1.0, |b, k| load * b / (f64::from(k) + load * b));
    let rho = load / f64::from(booths);
    b / (1.0 - rho * (1.0 - b))
}

/// The formulas that apply to the stages of a plan.
pub fn beside(plan: &Plan, kpis: &Kpis) -> Vec<Theory> {
    let systems = (0..plan.stations.len()).filter_map(|s| Some((s, assumptions::system(plan, s)?)));
    systems.filter_map(|(s, system)| theory(plan, kpis, s, system)).collect()
}

fn theory(plan: &Plan, kpis: &Kpis, s: usize, system: System) -> Option<Theory> {
    let System { rate, service, scv, exponential, booths } = system;
    let load = rate * service;
    let rho = load / f64::from(booths);
    if rho.is_nan() || rho <= 0.0 || rho >= 1.0 || !(exponential || booths == 1) {
        return None;
    }
    let (waited, wait) = if exponential {
        let c = erlang_c(booths, load);
        (c, c * service / (f64::from(booths) * (1.0 - rho)))
    } else {
        (rho, rho * service * (1.0 + scv) / (2.0 * (1.0 - rho)))
    };
    let model = if exponential { format!("M/M/{booths}") } else { "M/G/1".to_owned() };
    let row = |stat, value| Row { kpi: kpis.station(s, stat), value };
    Some(Theory {
        stage: plan.stations[s].name.clone(),
        model: format!("{model}, {:.1} an hour, load {rho:.3}", rate * 3600.0),
        formula: if exponential { "Erlang C" } else { "Pollaczek–Khinchine" },
        rows: vec![
            row(StationStat::WaitMean, wait),
            row(StationStat::WaitedShare, waited),
            row(StationStat::QueueMean, rate * wait),
            row(StationStat::NumberMean, rate * (wait + service)),
            row(StationStat::Utilisation, rho),
        ],
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Cases S1, S5, S7 and S8 of the page of exact answers.
    #[test]
    fn erlang_c_of_known_cases() {
        let cases = [(1, 0.5, 0.5), (3, 2.0, 0.444_444), (4, 3.0, 0.509_434), (10, 9.0, 0.668_732)];
        for (c, a, is) in cases {
            assert!((erlang_c(c, a) - is).abs() < 1e-6, "{c} {a}");
        }
    }
}
