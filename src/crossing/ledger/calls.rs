//! What only a call-up does to the clocks: a wait of one's own choice, a place held for nothing, a hold for papers.

use super::{Colour, Kind, Ledger};
use crate::crossing::plan::OwnerId;
use crate::kernel::time::Tick;

impl Ledger {
    /// A stretch that traveller `i` chose to wait: its own need, and before the crossing, so that nobody who waits for it
    /// later has waited for that.
    pub fn chosen(&mut self, i: u32, owner: OwnerId, ticks: Tick) {
        self.made_of[i as usize * self.owners] += ticks;
        self.carried[i as usize].clock.z += ticks;
        self.book(Kind::Need, owner, ticks);
    }

    /// A stretch in which traveller `i` held what others waited for, and did not use it: for itself its own need, for
    /// whoever takes it next lateness of this colour.
    pub fn wasted(&mut self, i: u32, owner: OwnerId, ticks: Tick, colour: Colour) {
        if ticks > 0 {
            self.lose();
            self.activate(colour);
            self.late[i as usize * self.colours + colour as usize] += ticks;
            self.carried[i as usize].late_sum += ticks;
            self.book(Kind::Need, owner, ticks);
        }
    }

    /// Lateness of traveller `i` that is handed on as another's: what it was booked for itself stays as it is.
    pub fn recolour(&mut self, i: u32, from: Colour, to: Colour) {
        self.activate(to);
        let first = i as usize * self.colours;
        let ticks = std::mem::take(&mut self.late[first + from as usize]);
        self.late[first + to as usize] += ticks;
    }
}
