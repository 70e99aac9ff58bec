//! Times of one run by name: what `are` of an `[[expect]]` is compared with, tick by tick.
//!
//! A name is *about* and *measure*:
//!
//! | about | measure | the times |
//! | --- | --- | --- |
//! | a stage, `UA.exit.customs` | `starts`, `stops`, `ends` | at which a service begins, stops before its end, is done, in order of time |
//! | a place, `UA.exit.road`, `UA.exit.customs line` | `entered` | at which somebody comes to be there, in order of time |
//! | a direction and class, `UA>PL truck`; a stream, `traffic.out`; nothing: everybody | `appeared`, `left` | by traveller, in order of appearance |
//! | the same | `crossed`, `refused`, `turned_away`, `balked`, `gave_up`, `no_show` | at which somebody left so, in order of time |
//! | the same, or `passengers` | `waits`, `services` | how long each waited in all, was in service in all, in order of appearance |
//! | the same | `traced_to UA customs roster`, also `… at UA.exit.customs line` | how long of each wait was booked to that |

use crate::crossing::ledger::KINDS;
use crate::crossing::observe::OUTCOMES;
use crate::crossing::{Happened, Plan, Record};
use crate::kernel::time::Tick;
use crate::trace::{Life, Trace, Visit};

/// The times that a name stands for in a trace; none when nothing is called so.
pub fn times(plan: &Plan, trace: &Trace, name: &str) -> Option<Vec<Tick>> {
    let name = name.split_whitespace().collect::<Vec<_>>().join(" ");
    at_stage(plan, trace, &name)
        .or_else(|| at_place(plan, trace, &name))
        .or_else(|| of_whom(plan, trace, &name))
}

fn at(trace: &Trace, is: impl Fn(&Record) -> bool) -> Vec<Tick> {
    trace.records().iter().filter(|r| is(r)).map(|r| r.at).collect()
}

fn at_stage(plan: &Plan, trace: &Trace, name: &str) -> Option<Vec<Tick>> {
    let (about, measure) = name.rsplit_once(' ')?;
    let booths = &plan.stations.iter().find(|s| s.name == about)?.booths;
    let of = |is: fn(Happened) -> Option<u32>| {
        at(trace, |r| is(r.what).is_some_and(|booth| booths.contains(&booth)))
    };
    Some(match measure {
        "starts" => of(|what| if let Happened::Starts { booth } = what { Some(booth) } else { None }),
        "stops" => of(|what| if let Happened::Stops { booth } = what { Some(booth) } else { None }),
        "ends" => of(|what| if let Happened::Done { booth } = what { Some(booth) } else { None }),
        _ => return None,
    })
}

fn at_place(plan: &Plan, trace: &Trace, name: &str) -> Option<Vec<Tick>> {
    let place = name.strip_suffix(" entered")?;
    let spot = plan.spots.iter().position(|s| s.name == place)? as u16;
    Some(at(trace, |r| r.what == Happened::At(spot)))
}

fn of_whom(plan: &Plan, trace: &Trace, name: &str) -> Option<Vec<Tick>> {
    let (whom, measure) = whom(plan, name)?;
    let lives = || trace.travellers().filter(|(_, life)| whom.includes(plan, life));
    if let Some(booked) = measure.strip_prefix("traced_to ") {
        let (what, place) = traced(plan, booked)?;
        let of = |visit: &Visit| {
            let here = place.is_none_or(|p| plan.spots.get(visit.spot as usize).is_some_and(|s| s.name == p));
            let booked = visit.booked.iter().filter(|b| here && b.0.0 == what);
            booked.map(|b| b.1).sum()
        };
        return Some(lives().map(|(n, _)| sum(plan, trace, n, of)).collect());
    }
    let outcome = OUTCOMES.iter().find(|o| o.word().replace([' ', '-'], "_") == measure);
    if let Some(outcome) = outcome {
        let mut left: Vec<Tick> =
            lives().filter_map(|(_, l)| l.left).filter(|(_, how)| how == outcome).map(|(at, _)| at).collect();
        left.sort_unstable();
        return Some(left);
    }
    let owners = plan.owners.len() as u16;
    let waited = |v: &Visit| v.booked.iter().filter(|(what, _)| what.0 >= owners).map(|b| b.1).sum();
    Some(match measure {
        "appeared" => lives().map(|(_, life)| life.appeared).collect(),
        "left" => lives().filter_map(|(_, life)| life.left).map(|(at, _)| at).collect(),
        "waits" => lives().map(|(n, _)| sum(plan, trace, n, waited)).collect(),
        "services" => lives().map(|(n, _)| sum(plan, trace, n, Visit::served)).collect(),
        _ => return None,
    })
}

fn sum(plan: &Plan, trace: &Trace, traveller: u32, of: impl Fn(&Visit) -> Tick) -> Tick {
    trace.visits(plan, traveller).iter().map(of).sum()
}

/// Of whom the times are.
enum Whom {
    Everybody,
    Base(u16),
    Source(u16),
    Passengers,
}

impl Whom {
    fn includes(&self, plan: &Plan, life: &Life) -> bool {
        let base = plan.sources.get(life.source as usize).map(|s| s.base_cohort);
        match *self {
            Self::Everybody => life.is_whole(),
            Self::Base(of) => life.is_whole() && base == Some(of),
            Self::Source(of) => life.is_whole() && life.source == of,
            Self::Passengers => !life.is_whole(),
        }
    }
}

/// Whom a name is about, and the rest of it.
fn whom<'n>(plan: &Plan, name: &'n str) -> Option<(Whom, &'n str)> {
    let rest = |about: &str| name.strip_prefix(about)?.strip_prefix(' ');
    let bases = plan.cohorts.iter().take(plan.bases()).enumerate();
    let base = bases.filter_map(|(c, cohort)| Some((Whom::Base(c as u16), rest(&cohort.name)?))).next();
    let sources = plan.sources.iter().enumerate();
    let mut source = sources
        .filter_map(|(s, source)| Some((Whom::Source(s as u16), rest(&format!("traffic.{}", source.name))?)));
    let passengers = || Some((Whom::Passengers, rest("passengers")?));
    base.or_else(|| source.next()).or_else(passengers).or(Some((Whom::Everybody, name)))
}

/// `UA customs roster`, with ` at UA.exit.customs line` where only what was waited there is meant.
fn traced<'n>(plan: &Plan, booked: &'n str) -> Option<(u16, Option<&'n str>)> {
    let (booked, place) = booked.split_once(" at ").map_or((booked, None), |(b, p)| (b, Some(p)));
    let kind = KINDS.iter().position(|k| booked.replace("own_need", "own need").ends_with(k.word()))?;
    let word = KINDS[kind].word();
    let owner = booked.replace("own_need", "own need");
    let owner = owner.strip_suffix(word)?.trim();
    let owner = plan.owners.iter().position(|o| o.name == owner)?;
    Some((kind as u16 * plan.owners.len() as u16 + owner as u16, place))
}
