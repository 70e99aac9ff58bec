//! A film as bytes: numbers of seven bits with a flag, differences where what follows is near.
//!
//! Times are whole milliseconds, as in the film; metres whole centimetres; what was booked is in tenths of a second.

use std::collections::BTreeMap;

use crate::crossing::plan::{NONE, NONE16};
use crate::kernel::time::Tick;
use crate::scene::{Film, MOVE, Stay};

const MILLI: Tick = 1_000;
const TENTH: Tick = 100_000;

/// Numbers written one after the other.
#[derive(Debug, Default)]
pub(super) struct Bytes(pub(super) Vec<u8>);

impl Bytes {
    /// A number from 0 on.
    fn number(&mut self, mut n: u64) {
        while n >= 0x80 {
            self.0.push((n as u8 & 0x7f) | 0x80);
            n >>= 7;
        }
        self.0.push(n as u8);
    }

    /// A number that may be negative.
    fn signed(&mut self, n: i64) {
        self.number(((n << 1) ^ (n >> 63)) as u64);
    }
}

/// Who and what is on the page.
pub(super) struct Encoded {
    /// Everything, to be read by `film.js`.
    pub(super) bytes: Vec<u8>,
    /// How many travellers.
    pub(super) travellers: usize,
}

/// Flags of a stay.
const RETURNS: u64 = 1;
const UNDER_WAY: u64 = 2;
const LEFT_FROM: u64 = 4;
const WAITS_FOR: u64 = 8;
const PARTS: u32 = 4;

/// The film between two times: everybody who is there in between, with all of its journey.
pub(super) fn film(film: &Film, from: Tick, to: Tick) -> Encoded {
    let mut shown = vec![false; film.who.len()];
    for stay in &film.stays {
        if stay.from <= to && stay.to + MOVE >= from {
            shown[stay.traveller as usize] = true;
            // Whoever is a passenger has a vehicle.
            let of = film.who[stay.traveller as usize].of;
            if let Some(vehicle) = shown.get_mut(of as usize) {
                *vehicle = true;
            }
        }
    }
    let mut bytes = Bytes::default();
    let numbers = travellers(film, &shown, &mut bytes);
    for track in 0..film.tracks.len() as u32 {
        let stays: Vec<&Stay> = film.of_track(track).iter().filter(|s| shown[s.traveller as usize]).collect();
        bytes.number(stays.len() as u64);
        let mut last = (0i64, 0i64);
        for stay in stays {
            last = one_stay(film, stay, &numbers, last, &mut bytes);
        }
    }
    lamps(film, from, to, &mut bytes);
    Encoded { bytes: bytes.0, travellers: numbers.len() }
}

/// Everybody shown, in the order of the run; answers with their numbers on the page.
fn travellers(film: &Film, shown: &[bool], bytes: &mut Bytes) -> BTreeMap<u32, u32> {
    let all: Vec<u32> = (0..shown.len() as u32).filter(|&i| shown[i as usize]).collect();
    let numbers: BTreeMap<u32, u32> = all.iter().enumerate().map(|(k, &i)| (i, k as u32)).collect();
    bytes.number(all.len() as u64);
    let mut last = 0;
    for &i in &all {
        let who = &film.who[i as usize];
        bytes.number(u64::from(i - last));
        last = i;
        bytes.number(u64::from(who.kind));
        bytes.number(u64::from(who.persons));
        bytes.number((who.length * 100.0).round() as u64);
        bytes.number(u64::from(who.rank));
        let of = if who.of == NONE { None } else { numbers.get(&who.of) };
        bytes.number(of.map_or(0, |&v| u64::from(v) + 1));
    }
    numbers
}

fn one_stay(
    film: &Film,
    stay: &Stay,
    numbers: &BTreeMap<u32, u32>,
    (who, from): (i64, i64),
    bytes: &mut Bytes,
) -> (i64, i64) {
    let number = i64::from(numbers.get(&stay.traveller).copied().unwrap_or(0));
    let came = (stay.from / MILLI) as i64;
    bytes.signed(number - who);
    bytes.signed(came - from);
    bytes.number((stay.to - stay.from) / MILLI);
    let parts = &film.parts[stay.parts.start as usize..stay.parts.end as usize];
    let mut flags = (parts.len() as u64) << PARTS;
    let left = (stay.left_at * 100.0).round() as u64;
    flags |= if stay.returns { RETURNS } else { 0 };
    flags |= if stay.ready > stay.from { UNDER_WAY } else { 0 };
    flags |= if left > 0 { LEFT_FROM } else { 0 };
    flags |= if stay.waits_for == NONE16 { 0 } else { WAITS_FOR };
    bytes.number(flags);
    if stay.ready > stay.from {
        bytes.number((stay.ready - stay.from) / MILLI);
    }
    if left > 0 {
        bytes.number(left);
    }
    if stay.waits_for != NONE16 {
        bytes.number(u64::from(stay.waits_for));
    }
    for part in parts {
        bytes.number(u64::from(part.what.0));
        bytes.number((part.ticks + TENTH / 2) / TENTH);
    }
    (number, came)
}

/// Every booth's lamp: what it shows at first, then each change.
fn lamps(film: &Film, from: Tick, to: Tick, bytes: &mut Bytes) {
    for (booth, changes) in film.lamps.iter().enumerate() {
        let (state, _) = film.lamp(booth as u32, from);
        let within = changes.iter().filter(|c| c.0 > from && c.0 <= to);
        bytes.number(within.clone().count() as u64 + 1);
        bytes.number(state as u64);
        let mut last = from / MILLI;
        for &(at, state) in within {
            bytes.number((at / MILLI - last) * 4 + state as u64);
            last = at / MILLI;
        }
    }
}
