//! Which journey to tell.

use crate::crossing::{Happened, Plan};
use crate::kernel::time::Tick;

use super::{Life, Trace};

/// All that a traveller waited: its stay less its own need. None for a number nobody has.
pub fn waited(plan: &Plan, trace: &Trace, traveller: u32) -> Option<Tick> {
    trace.life(traveller)?;
    let booked = trace.records_of(traveller).map(|(_, record)| match record.what {
        Happened::Booked { what, ticks, .. } if usize::from(what.0) >= plan.owners.len() => ticks,
        _ => 0,
    });
    Some(booked.sum())
}

/// (wait, number) of everybody of its own who has left and passes `serves`, shortest wait first.
fn by_wait(plan: &Plan, trace: &Trace, serves: &dyn Fn(&Life) -> bool) -> Vec<(Tick, u32)> {
    let whole = trace.travellers().filter(|(_, life)| life.is_whole() && life.left.is_some() && serves(life));
    let mut waits: Vec<_> = whole.map(|(i, _)| (waited(plan, trace, i).unwrap_or(0), i)).collect();
    waits.sort_unstable();
    waits
}

/// Who waited longest of those who left and pass `serves`; of several, the first to appear.
pub fn longest(plan: &Plan, trace: &Trace, serves: &dyn Fn(&Life) -> bool) -> Option<u32> {
    let waits = by_wait(plan, trace, serves);
    let most = waits.last()?.0;
    waits.iter().find(|w| w.0 == most).map(|w| w.1)
}

/// Who waited as long as half of those who left and pass `serves`.
pub fn median(plan: &Plan, trace: &Trace, serves: &dyn Fn(&Life) -> bool) -> Option<u32> {
    let waits = by_wait(plan, trace, serves);
    waits.get(waits.len().saturating_sub(1) / 2).map(|w| w.1)
}
