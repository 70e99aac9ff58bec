//! Where two traces part.

use std::fmt;

use crate::crossing::Record;
use crate::kernel::time::Tick;

use super::Trace;

/// Records of context before the first difference.
const CONTEXT: usize = 4;

/// The first record at which two traces differ, with what was the same just before.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Difference {
    /// Place of the record in both lists.
    pub index: usize,
    /// The earlier of the two times; up to here the runs are one.
    pub at: Tick,
    /// The last records that are the same.
    pub before: Vec<Record>,
    /// What the first trace has from there on: up to five records, none at its end.
    pub first: Vec<Record>,
    /// What the second has.
    pub second: Vec<Record>,
}

impl Trace {
    /// Compares two traces record by record; none when they are the same.
    pub fn first_difference(&self, other: &Self) -> Option<Difference> {
        let (mine, theirs) = (self.records(), other.records());
        let index = mine.iter().zip(theirs).position(|(a, b)| a != b);
        let index = index.unwrap_or(mine.len().min(theirs.len()));
        if index == mine.len() && index == theirs.len() {
            return None;
        }
        let after = |list: &[Record]| list[index..(index + CONTEXT + 1).min(list.len())].to_vec();
        let at = [mine.get(index), theirs.get(index)].into_iter().flatten().map(|r| r.at).min();
        Some(Difference {
            index,
            at: at.unwrap_or(self.end()),
            before: mine[index.saturating_sub(CONTEXT)..index].to_vec(),
            first: after(mine),
            second: after(theirs),
        })
    }
}

impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let line = |record: &Record| format!("{} {} {:?}", record.at, record.traveller as i32, record.what);
        writeln!(f, "the traces part at record {} (tick {}); the same before:", self.index, self.at)?;
        for record in &self.before {
            writeln!(f, "    {}", line(record))?;
        }
        for (name, list) in [("first", &self.first), ("second", &self.second)] {
            writeln!(f, "  {name}:")?;
            for record in list {
                writeln!(f, "    {}", line(record))?;
            }
            if list.is_empty() {
                writeln!(f, "    (ends here)")?;
            }
        }
        Ok(())
    }
}
