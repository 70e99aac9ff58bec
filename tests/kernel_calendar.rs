//! The calendar and the timers against a plain model: same order, same ties, same cancellations.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use kordon::kernel::time::NEVER;
use kordon::kernel::{Calendar, Slot, Tick, Timers};
use proptest::prelude::*;

#[derive(Debug, Clone)]
enum Step {
    Set(Slot, Tick),
    Clear(Slot),
    Fire,
}

/// Few distinct ticks, so that ties are the rule.
fn calendar_steps(slots: Slot) -> impl Strategy<Value = Vec<Step>> {
    let step = prop_oneof![
        4 => (0..slots, 0..12_u64).prop_map(|(slot, at)| Step::Set(slot, at)),
        1 => (0..slots, any::<u64>()).prop_map(|(slot, at)| Step::Set(slot, at)),
        1 => (0..slots).prop_map(Step::Clear),
        3 => Just(Step::Fire),
    ];
    prop::collection::vec(step, 1..300)
}

/// A binary heap with dead entries that are skipped: what the winner tree replaces.
#[derive(Default)]
struct LazyHeap {
    heap: BinaryHeap<Reverse<(Tick, Slot, u64)>>,
    alive: std::collections::HashMap<Slot, u64>,
    sequence: u64,
}

impl LazyHeap {
    fn set(&mut self, slot: Slot, at: Tick) {
        self.sequence += 1;
        self.alive.insert(slot, self.sequence);
        if at >= NEVER {
            self.alive.remove(&slot);
        }
        self.heap.push(Reverse((at, slot, self.sequence)));
    }

    fn next(&mut self) -> Option<(Tick, Slot)> {
        while let Some(&Reverse((at, slot, sequence))) = self.heap.peek() {
            if self.alive.get(&slot) == Some(&sequence) {
                return Some((at, slot));
            }
            self.heap.pop();
        }
        None
    }
}

proptest! {
    #[test]
    fn calendar_agrees_with_a_binary_heap((slots, steps) in (1..70_u32).prop_flat_map(|n| (Just(n), calendar_steps(n)))) {
        let mut calendar = Calendar::new(slots as usize);
        let mut model = LazyHeap::default();
        for step in steps {
            match step {
                Step::Set(slot, at) => { calendar.set(slot, at); model.set(slot, at); }
                Step::Clear(slot) => { calendar.clear(slot); model.set(slot, NEVER); }
                Step::Fire => if let Some((_, slot)) = calendar.next() { calendar.clear(slot); model.set(slot, NEVER); },
            }
            prop_assert_eq!(calendar.next(), model.next());
        }
        calendar.reset();
        prop_assert_eq!(calendar.next(), None);
        prop_assert!((0..slots).all(|slot| calendar.at(slot) == NEVER));
    }
}

#[test]
fn the_lowest_slot_goes_first_whatever_was_scheduled_first() {
    let mut calendar = Calendar::new(9);
    for slot in [7, 3, 8, 5] {
        calendar.set(slot, 42);
    }
    let mut order = Vec::new();
    while let Some((at, slot)) = calendar.next() {
        assert_eq!(at, 42);
        order.push(slot);
        calendar.clear(slot);
    }
    assert_eq!(order, [3, 5, 7, 8]);
}

#[test]
fn a_calendar_without_slots_has_nothing_pending() {
    assert_eq!(Calendar::new(0).next(), None);
}

#[test]
fn the_last_slot_of_the_largest_calendar_works() {
    let mut calendar = Calendar::new(1 << 16);
    calendar.set(65_535, NEVER - 1);
    assert_eq!(calendar.next(), Some((NEVER - 1, 65_535)));
}

#[derive(Debug, Clone)]
enum TimerStep {
    Push(u32, Tick),
    Cancel(u32),
    Pop,
    Clear,
}

fn timer_steps() -> impl Strategy<Value = Vec<TimerStep>> {
    let step = prop_oneof![
        30 => (0..60_u32, 0..10_u64).prop_map(|(id, at)| TimerStep::Push(id, at)),
        10 => (0..60_u32, 0..1_000_000_u64).prop_map(|(id, at)| TimerStep::Push(id, at)),
        20 => (0..60_u32).prop_map(TimerStep::Cancel),
        20 => Just(TimerStep::Pop),
        1 => Just(TimerStep::Clear),
    ];
    prop::collection::vec(step, 1..400)
}

proptest! {
    #[test]
    fn timers_agree_with_a_sorted_list(steps in timer_steps(), capacity in 0..100_usize) {
        let mut timers = Timers::with_capacity(capacity);
        // (tick, sequence, id): the model is a list that is searched.
        let mut model: Vec<(Tick, u64, u32)> = Vec::new();
        for (sequence, step) in (0_u64..).zip(steps) {
            match step {
                TimerStep::Push(id, at) => {
                    timers.push(id, at);
                    model.retain(|entry| entry.2 != id);
                    model.push((at, sequence, id));
                }
                TimerStep::Cancel(id) => {
                    let before = model.len();
                    model.retain(|entry| entry.2 != id);
                    prop_assert_eq!(timers.cancel(id), model.len() < before);
                }
                TimerStep::Pop => {
                    model.sort_unstable();
                    let expected = (!model.is_empty()).then(|| model.remove(0));
                    prop_assert_eq!(timers.pop(), expected.map(|(at, _, id)| (at, id)));
                }
                TimerStep::Clear => { timers.clear(); model.clear(); }
            }
            prop_assert_eq!(timers.len(), model.len());
            prop_assert_eq!(timers.peek(), model.iter().min().map(|&(at, _, id)| (at, id)));
            for id in 0..60 {
                let expected = model.iter().find(|entry| entry.2 == id).map(|entry| entry.0);
                prop_assert_eq!(timers.at(id), expected);
                prop_assert_eq!(timers.contains(id), expected.is_some());
            }
        }
    }
}

#[test]
fn timers_of_one_tick_fire_in_the_order_of_pushing_and_a_second_push_goes_behind() {
    let mut timers = Timers::default();
    for id in [5, 900, 2, 7] {
        timers.push(id, 10);
    }
    timers.push(5, 10);
    let fired: Vec<_> = std::iter::from_fn(|| timers.pop()).map(|(_, id)| id).collect();
    assert_eq!(fired, [900, 2, 7, 5]);
    assert!(!timers.cancel(5));
    assert!(!timers.cancel(u32::MAX));
}
