//! Outages: systems that stop or slow down, for everybody or for some.

use super::state::{BoothState, Task};
use super::{Observer, Simulation};
use crate::crossing::observe::Happened;
use crate::crossing::plan::{NONE, NONE16, OutageTimes, OwnerId, Plan};

/// Which outages are on.
#[derive(Debug)]
pub(super) struct Outages {
    on: Vec<bool>,
    count: Vec<u32>,
    any: u32,
    of_station: Vec<Vec<u16>>,
    whole_stops: Vec<u32>,
    partial: Vec<u32>,
}

impl Outages {
    pub(super) fn new(plan: &Plan) -> Self {
        let stations = plan.stations.len();
        let mut of_station = vec![vec![]; stations];
        for (o, outage) in plan.outages.iter().enumerate() {
            for &station in &outage.stations {
                of_station[station as usize].push(o as u16);
            }
        }
        let on = vec![false; plan.outages.len()];
        let count = vec![0; plan.outages.len()];
        Self { on, count, any: 0, of_station, whole_stops: vec![0; stations], partial: vec![0; stations] }
    }

    fn reset(&mut self) {
        self.on.fill(false);
        self.count.fill(0);
        self.any = 0;
        self.whole_stops.fill(0);
        self.partial.fill(0);
    }

    /// Is no outage on anywhere? (Booths that broke down by themselves aside.)
    #[inline]
    pub(super) fn none_on(&self) -> bool {
        self.any == 0
    }

    /// Does an outage stop some travellers at this station, but not all?
    #[inline]
    pub(super) fn partial(&self, station: u16) -> bool {
        self.any > 0 && self.partial[station as usize] > 0
    }

    /// Does an outage stop everybody at this station?
    #[inline]
    pub(super) fn stops(&self, station: u16) -> bool {
        self.any > 0 && self.whole_stops[station as usize] > 0
    }

    /// The first outage that is on at a station.
    pub(super) fn first_on(&self, station: u16) -> Option<u16> {
        if self.any == 0 {
            return None;
        }
        self.of_station[station as usize].iter().find(|&&o| self.on[o as usize]).copied()
    }
}

impl<O: Observer> Simulation<'_, O> {
    pub(super) fn begin_outages(&mut self) {
        self.outages.reset();
        for (o, outage) in self.plan.outages.iter().enumerate() {
            match &outage.times {
                OutageTimes::Listed(at) => self.calendar.set(outage.slot, *at),
                OutageTimes::Random(_) => self.next_failure(o),
            }
        }
    }

    /// Up-times and durations are draws of the outage itself: its k-th event is the same whatever the traffic does.
    fn next_failure(&mut self, o: usize) {
        let outage = &self.plan.outages[o];
        if let OutageTimes::Random(up) = &outage.times {
            let k = u64::from(self.outages.count[o]);
            let up = up.ticks(&mut self.key.shock(outage.key, 2 * k));
            self.calendar.set(outage.slot, self.now + up);
        }
    }

    pub(super) fn outage_changes(&mut self, o: u16) {
        let outage = &self.plan.outages[o as usize];
        let begins = !self.outages.on[o as usize];
        if let Some(booth) = outage.booth {
            self.booth_breaks(o, booth, begins);
            return;
        }
        for &station in &outage.stations {
            self.each_serving(station, Self::bring_up_to_date);
        }
        self.outages.on[o as usize] = begins;
        self.outages.any = if begins { self.outages.any + 1 } else { self.outages.any - 1 };
        self.tell(NONE, Happened::Outage { outage: o, begins });
        self.arm_outage(o, begins);
        for &station in &outage.stations {
            self.speed_changed(o, station, begins);
        }
    }

    /// The slot of an outage is armed for its end, or for the next one.
    fn arm_outage(&mut self, o: u16, begins: bool) {
        let outage = &self.plan.outages[o as usize];
        if begins {
            let k = u64::from(self.outages.count[o as usize]);
            let lasts = outage.lasts.ticks(&mut self.key.shock(outage.key, 2 * k + 1));
            self.outages.count[o as usize] += 1;
            self.calendar.set(outage.slot, self.now + lasts);
        } else {
            self.calendar.clear(outage.slot);
            self.next_failure(o as usize);
        }
    }

    /// A single booth breaks down, or is repaired.
    fn booth_breaks(&mut self, o: u16, booth: u32, begins: bool) {
        let serving = self.booths[booth as usize].state == BoothState::Serving;
        if serving {
            self.bring_up_to_date(booth);
        }
        self.outages.on[o as usize] = begins;
        self.booths[booth as usize].down = begins;
        self.tell(NONE, Happened::Outage { outage: o, begins });
        self.arm_outage(o, begins);
        let station = self.booths[booth as usize].station;
        let down = self.plan.stations[station as usize]
            .booths
            .clone()
            .filter(|&b| self.booths[b as usize].down)
            .count();
        let of = self.plan.stations[station as usize].booths.len().max(1);
        let loss = self.station_open_loss[station as usize];
        self.ledger.losing(loss, self.now, LOSS_UNITS * down as u32 / of as u32);
        self.set_idle(booth);
        if serving {
            self.rerun_checks(booth);
        } else if !begins {
            self.agenda.push(Task::Booth(booth, true));
        }
    }

    fn speed_changed(&mut self, o: u16, station: u16, begins: bool) {
        let outage = &self.plan.outages[o as usize];
        if outage.speed <= 0.0 {
            let counts = if outage.serves.is_everyone() {
                &mut self.outages.whole_stops
            } else {
                &mut self.outages.partial
            };
            let count = &mut counts[station as usize];
            *count = if begins { *count + 1 } else { *count - 1 };
        }
        let slowest = self.outages.of_station[station as usize]
            .iter()
            .filter(|&&o| self.outages.on[o as usize])
            .map(|&o| 1.0 - self.plan.outages[o as usize].speed)
            .fold(0.0, f64::max);
        let loss = self.station_open_loss[station as usize];
        self.ledger.losing(loss, self.now, (slowest * f64::from(LOSS_UNITS)) as u32);
        self.each_serving(station, Self::rerun_checks);
        if !begins {
            for booth in self.plan.stations[station as usize].booths.clone() {
                self.agenda.push(Task::Booth(booth, true));
            }
        }
    }

    fn each_serving(&mut self, station: u16, act: fn(&mut Self, u32)) {
        for booth in self.plan.stations[station as usize].booths.clone() {
            if self.booths[booth as usize].state == BoothState::Serving {
                act(self, booth);
            }
        }
    }

    /// The speed at which these agencies work for such a traveller just now.
    pub(super) fn speed_of(&self, station: u16, owners: &[OwnerId], words: u128) -> f64 {
        if self.outages.any == 0 {
            return 1.0;
        }
        let on = self.outages.of_station[station as usize].iter().filter(|&&o| self.outages.on[o as usize]);
        on.map(|&o| &self.plan.outages[o as usize])
            .filter(|outage| {
                (outage.owner == NONE16 || owners.contains(&outage.owner)) && outage.serves.holds(words)
            })
            .map(|outage| outage.speed)
            .product()
    }

    /// Is nobody like this served at the station just now?
    #[inline]
    pub(super) fn stopped_for(&self, station: u16, words: u128) -> bool {
        self.outages.any > 0
            && self.speed_of(station, &self.plan.stations[station as usize].owners, words) <= 0.0
    }

    /// A station's outage counts its booths as lost in these units (so that a slow-down can be a part of one).
    pub(super) const fn loss_units() -> u32 {
        LOSS_UNITS
    }
}

const LOSS_UNITS: u32 = 1000;
