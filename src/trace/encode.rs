//! The canonical encoding of a trace, and its hashes.

use crate::crossing::{Happened, Record};
use crate::kernel::time::DAY;

use super::Trace;

/// Version of the encoding: the first byte that is hashed.
const VERSION: u8 = 2;

/// The hashes of a run: of all of it, and of what it was until the end of each day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hashes {
    /// Of the whole run: two runs are the same if and only if theirs are equal.
    pub whole: blake3::Hash,
    /// Of the records up to 24 h, 48 h … after the start, for as long as there are records.
    pub days: Vec<blake3::Hash>,
}

impl Trace {
    /// The hash of all records: two runs are the same run if and only if theirs are equal.
    pub fn hash(&self) -> blake3::Hash {
        self.hashes().whole
    }

    /// The hash of the whole run and of each of its days.
    pub fn hashes(&self) -> Hashes {
        let mut hasher = blake3::Hasher::new();
        hasher.update(&[VERSION]);
        let mut days = Vec::new();
        let mut buffer = Vec::with_capacity(1 << 16);
        for record in self.records() {
            while record.at >= DAY * (days.len() as u64 + 1) {
                flush(&mut hasher, &mut buffer);
                days.push(hasher.finalize());
            }
            encode(record, &mut buffer);
            if buffer.len() > (1 << 16) - 64 {
                flush(&mut hasher, &mut buffer);
            }
        }
        flush(&mut hasher, &mut buffer);
        hasher.update(&(self.records().len() as u64).to_le_bytes());
        hasher.update(&self.end().to_le_bytes());
        Hashes { whole: hasher.finalize(), days }
    }
}

fn flush(hasher: &mut blake3::Hasher, buffer: &mut Vec<u8>) {
    hasher.update(buffer);
    buffer.clear();
}

fn encode(record: &Record, out: &mut Vec<u8>) {
    out.extend(record.at.to_le_bytes());
    out.extend(record.traveller.to_le_bytes());
    let booth = |out: &mut Vec<u8>, tag: u8, booth: u32| {
        out.push(tag);
        out.extend(booth.to_le_bytes());
    };
    match record.what {
        Happened::Appeared { source, index, of } => {
            out.push(1);
            out.extend(source.to_le_bytes());
            out.extend(index.to_le_bytes());
            out.extend(of.to_le_bytes());
        }
        Happened::At(spot) => {
            out.push(2);
            out.extend(spot.to_le_bytes());
        }
        Happened::Starts { booth: b } => booth(out, 3, b),
        Happened::Stops { booth: b } => booth(out, 4, b),
        Happened::GoesOn { booth: b } => booth(out, 5, b),
        Happened::Done { booth: b } => booth(out, 6, b),
        Happened::Held { by } => {
            out.push(7);
            out.extend(by.to_le_bytes());
        }
        Happened::Booked { spot, what, ticks } => {
            out.push(8);
            out.extend(spot.to_le_bytes());
            out.extend(what.0.to_le_bytes());
            out.extend(ticks.to_le_bytes());
        }
        Happened::Left(outcome) => out.extend([9, outcome as u8]),
        Happened::Booth { booth: b, open } => {
            booth(out, 10, b);
            out.push(u8::from(open));
        }
        Happened::Outage { outage, begins } => {
            out.push(11);
            out.extend(outage.to_le_bytes());
            out.push(u8::from(begins));
        }
        Happened::Knot { members } => booth(out, 12, members),
    }
}
