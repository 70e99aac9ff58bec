//! Gates: admission in groups, by number, by time-out, by free places or at set times.

use super::state::{GateRun, Task};
use super::{Observer, Simulation};
use crate::crossing::ledger::Kind;
use crate::crossing::plan::{Gate, NONE, NONE16};

impl<O: Observer> Simulation<'_, O> {
    pub(super) fn build_gates(&mut self) {
        let plan = self.plan;
        for (c, container) in plan.containers.iter().enumerate() {
            if let Some(gate) = &container.gate {
                let loss = self.ledger.add_loss(self.ledger.colour(Kind::Rule, container.owner), 1);
                self.rooms[c].gate = self.gates.len() as u16;
                self.add_gate(gate, c as u16, NONE, loss);
            }
        }
        for station in &plan.stations {
            if let Some(gate) = &station.gate {
                let loss = self.ledger.add_loss(self.ledger.colour(Kind::Rule, station.owner), 1);
                let line = station.lanes[0].lines.start;
                for line in station.lanes.iter().flat_map(|l| l.lines.clone()) {
                    self.lines[line as usize].gate = self.gates.len() as u16;
                }
                self.add_gate(gate, NONE16, line, loss);
            }
        }
    }

    fn add_gate(&mut self, gate: &Gate, container: u16, line: u32, loss: u32) {
        self.gate_slots.push((gate.slot, self.gates.len() as u16));
        self.gates.push(GateRun { credit: 0, cursor: 0, container, line, loss });
    }

    pub(super) fn reset_gates(&mut self) {
        for gate in &mut self.gates {
            (gate.credit, gate.cursor) = (0, 0);
        }
    }

    pub(super) fn begin_gates(&mut self) {
        for g in 0..self.gates.len() {
            if let Some(first) = self.gate_plan(g as u16).slots.first() {
                self.calendar.set(self.gate_plan(g as u16).slot, first.0);
            }
        }
    }

    fn gate_plan(&self, gate: u16) -> &Gate {
        let run = &self.gates[gate as usize];
        let plan = if run.container == NONE16 {
            let station = self.lines[run.line as usize].station;
            self.plan.stations[station as usize].gate.as_ref()
        } else {
            self.plan.containers[run.container as usize].gate.as_ref()
        };
        plan.unwrap_or(&NO_GATE)
    }

    /// May one more pass?
    pub(super) fn gate_lets(&self, gate: u16) -> bool {
        gate == NONE16 || self.gates[gate as usize].credit > 0
    }

    /// One has passed.
    pub(super) fn use_gate(&mut self, gate: u16) {
        if gate != NONE16 {
            self.gates[gate as usize].credit -= 1;
        }
    }

    fn waiting_at(&self, gate: u16) -> u32 {
        let run = &self.gates[gate as usize];
        if run.container == NONE16 {
            let station = self.lines[run.line as usize].station;
            let lanes = &self.plan.stations[station as usize].lanes;
            lanes.iter().flat_map(|l| l.lines.clone()).map(|l| self.lines[l as usize].waiting).sum()
        } else {
            self.rooms[run.container as usize].waiters.len
        }
    }

    /// Somebody waits before a container with a gate, or room behind it came free.
    pub(super) fn gate_sees(&mut self, container: u16) {
        let gate = self.rooms[container as usize].gate;
        if gate != NONE16 {
            self.gate_looks(gate);
        }
    }

    /// Somebody joined a line with a gate.
    pub(super) fn line_grew(&mut self, line: u32) {
        let gate = self.lines[line as usize].gate;
        if gate != NONE16 {
            self.gate_looks(gate);
        }
    }

    fn gate_looks(&mut self, gate: u16) {
        let waiting = self.waiting_at(gate);
        let credit = self.gates[gate as usize].credit;
        let plan = self.gate_plan(gate);
        let (group, at_most, slot) = (plan.group, plan.wait_at_most, plan.slot);
        let places = plan.when_free;
        if let (Some(places), true) = (places, credit == 0) {
            let container = self.gates[gate as usize].container;
            if container != NONE16 && waiting > 0 {
                let room = &self.rooms[container as usize];
                let free = room.size.saturating_sub(room.used).min(u64::from(u32::MAX)) as u32;
                if free >= places {
                    self.open_gate(gate, free.min(waiting));
                }
            }
        } else if group > 0 && waiting >= group + credit {
            self.open_gate(gate, group);
            self.calendar.clear(slot);
        } else if let (Some(at_most), 1) = (at_most, waiting.saturating_sub(credit)) {
            self.calendar.set(slot, self.now + at_most);
        }
        self.gate_loss(gate);
    }

    fn open_gate(&mut self, gate: u16, lets: u32) {
        self.gates[gate as usize].credit += lets;
        let run = &self.gates[gate as usize];
        if run.container == NONE16 {
            let station = self.lines[run.line as usize].station;
            for booth in self.plan.stations[station as usize].booths.clone() {
                self.agenda.push(Task::Booth(booth, true));
            }
        } else {
            self.agenda.push(Task::Room(run.container, true));
        }
    }

    fn gate_loss(&mut self, gate: u16) {
        let shut = self.waiting_at(gate) > 0 && self.gates[gate as usize].credit == 0;
        self.ledger.losing(self.gates[gate as usize].loss, self.now, u32::from(shut));
    }

    /// A set time of a gate, or its time-out.
    pub(super) fn gate_time(&mut self, gate: u16) {
        let cursor = self.gates[gate as usize].cursor;
        let plan = self.gate_plan(gate);
        let slot = plan.slot;
        if let Some(&(_, lets)) = plan.slots.get(cursor) {
            let next = plan.slots.get(cursor + 1).map(|s| s.0);
            self.gates[gate as usize].cursor += 1;
            // Whoever comes later has missed this opening.
            let lets = lets.min(self.waiting_at(gate));
            self.gates[gate as usize].credit = 0;
            match next {
                Some(at) => self.calendar.set(slot, at),
                None => self.calendar.clear(slot),
            }
            self.open_gate(gate, lets);
        } else {
            self.calendar.clear(slot);
            let waiting = self.waiting_at(gate);
            let credit = self.gates[gate as usize].credit;
            self.open_gate(gate, waiting.saturating_sub(credit));
        }
        self.gate_loss(gate);
    }
}

static NO_GATE: Gate = Gate { group: 0, wait_at_most: None, when_free: None, slots: Vec::new(), slot: 0 };
