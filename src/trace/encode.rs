//! The canonical encoding of a trace, and its hash.

use crate::crossing::{Happened, Record};

use super::Trace;

/// Version of the encoding: the first byte that is hashed.
const VERSION: u8 = 1;

impl Trace {
    /// The hash of all records: two runs are the same run if and only if theirs are equal.
    pub fn hash(&self) -> blake3::Hash {
        let mut hasher = blake3::Hasher::new();
        hasher.update(&[VERSION]);
        hasher.update(&(self.records().len() as u64).to_le_bytes());
        let mut buffer = Vec::with_capacity(1 << 16);
        for record in self.records() {
            encode(record, &mut buffer);
            if buffer.len() > (1 << 16) - 64 {
                hasher.update(&buffer);
                buffer.clear();
            }
        }
        hasher.update(&buffer);
        hasher.update(&self.end().to_le_bytes());
        hasher.finalize()
    }
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
