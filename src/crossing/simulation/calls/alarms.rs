//! Times at which something happens to a virtual queue that no traveller's clock tells.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use super::super::state::Task;
use super::super::{Observer, Simulation};
use crate::kernel::time::Tick;

/// What happens then.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(in crate::crossing::simulation) enum Alarm {
    /// The headway of a lost turn has passed: its place may be given to another.
    TurnIsOver { queue: u16, size: u64 },
    /// Papers are there: somebody may be called.
    MayCall { room: u16 },
    /// The service works in another mode from now on.
    ModeChanges { queue: u16, to: u16 },
    /// A window of slots begins.
    WindowBegins { book: u16, window: u32 },
}

/// What is still to come, the earliest first; of one tick, in the order in which it was set.
pub(in crate::crossing::simulation) type Alarms = BinaryHeap<Reverse<(Tick, u64, Alarm)>>;

impl<O: Observer> Simulation<'_, O> {
    pub(super) fn set_alarm(&mut self, at: Tick, alarm: Alarm) {
        let seq = self.next_seq();
        self.call_alarms.push(Reverse((at, seq, alarm)));
        self.arm_alarms();
    }

    fn arm_alarms(&mut self) {
        let slot = self.plan.slots.calls;
        match self.call_alarms.peek() {
            Some(Reverse((at, ..))) => self.calendar.set(slot, *at),
            None => self.calendar.clear(slot),
        }
    }

    pub(in crate::crossing::simulation) fn alarm_rings(&mut self) {
        let Some(Reverse((_, _, alarm))) = self.call_alarms.pop() else { return };
        self.arm_alarms();
        match alarm {
            Alarm::TurnIsOver { queue, size } => self.turn_is_over(queue, size),
            Alarm::MayCall { room } => self.agenda.push(Task::Calls(room)),
            Alarm::WindowBegins { book, window } => self.begin_window(book, window),
            Alarm::ModeChanges { queue, to } => self.mode_changes(queue, to),
        }
    }
}
