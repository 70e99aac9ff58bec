//! Tokens: the right to a booth, an officer, a place or some metres, each with the clock of whoever gave it back.

use std::collections::VecDeque;

use super::{Admission, Clock, Ledger};
use crate::kernel::time::Tick;

/// Tokens of a bench of equal booths (or of a pool of officers), least clock first.
///
/// Of the free tokens one takes the latest that is not later than one's own clock, and only if there is none the least.
/// For the taker this is the same as the least; but whoever is on time leaves the early tokens to those who are late
/// (the other direction, say, that draws on the same officers), as the undisturbed world would.
///
/// When somebody on time takes a token that was free long before, the time in between is remembered as a *gap*: whoever
/// is so late that its clock still stands there (another queue into the same stage) was served in it, undisturbed.
#[derive(Debug, Default)]
pub struct Bench {
    fresh: u32,
    used: Vec<(Tick, u32)>,
    size: u32,
    /// Idle stretches, oldest first.
    gaps: VecDeque<Gap>,
    /// Own need of those who used the bench, a running mean.
    hold: Tick,
}

/// An idle stretch of a token on the undisturbed clock.
#[derive(Debug, Clone, Copy)]
struct Gap {
    from: Tick,
    until: Tick,
}

/// Gaps kept for each token of a bench.
const GAPS: usize = 4;

/// Tokens of a container: free pieces with the clock of whoever left them, least clock first.
#[derive(Debug, Default)]
pub struct Pieces {
    fresh: u64,
    used: VecDeque<(Tick, u64, u32)>,
}

impl Pieces {
    pub(super) fn reset(&mut self, size: u64) {
        self.fresh = size;
        self.used.clear();
    }
}

impl Ledger {
    /// Adds a bench of `size` tokens that are free from the start; its index.
    pub fn add_bench(&mut self, size: u32) -> u32 {
        self.benches.push(Bench {
            fresh: size,
            used: Vec::with_capacity(size as usize + 1),
            size,
            gaps: VecDeque::with_capacity(GAPS * size as usize + 1),
            ..Bench::default()
        });
        self.benches.len() as u32 - 1
    }

    /// Adds a container's tokens; its index.
    pub fn add_pieces(&mut self, size: u64) -> u32 {
        self.pieces.push(Pieces { fresh: size, used: VecDeque::new() });
        self.pieces.len() as u32 - 1
    }

    /// A live change makes a container larger.
    pub fn grow_room(&mut self, pieces: u32, size: u64) {
        self.pieces[pieces as usize].fresh += size;
    }

    #[inline(always)]
    pub(super) fn take_block(&mut self, clock: Clock, from: usize) -> u32 {
        let block = self.free_blocks.pop().unwrap_or_else(|| {
            self.blocks.push(Clock::default());
            self.block_made_of.resize(self.blocks.len() * self.owners, 0);
            self.blocks.len() as u32 - 1
        });
        self.blocks[block as usize] = clock;
        let to = block as usize * self.owners;
        self.block_made_of[to..to + self.owners]
            .copy_from_slice(&self.made_of[from * self.owners..(from + 1) * self.owners]);
        block
    }

    pub(super) fn copy_block(&mut self, block: u32) -> u32 {
        let clock = self.blocks[block as usize];
        let copy = self.free_blocks.pop().unwrap_or_else(|| {
            self.blocks.push(Clock::default());
            self.block_made_of.resize(self.blocks.len() * self.owners, 0);
            self.blocks.len() as u32 - 1
        });
        self.blocks[copy as usize] = clock;
        let (from, to) = (block as usize * self.owners, copy as usize * self.owners);
        self.block_made_of.copy_within(from..from + self.owners, to);
        copy
    }

    /// Traveller `i` gives a booth's (or officer's) token back (rule 4).
    #[inline]
    pub fn give_back(&mut self, i: u32, bench: u32) {
        let clock = self.carried[i as usize].clock;
        let block = self.take_block(clock, i as usize);
        let bench = &mut self.benches[bench as usize];
        bench.hold = (7 * bench.hold + clock.last) / 8;
        let later = bench.used.iter().rev().take_while(|free| free.0 > clock.z).count();
        if later == 0 {
            bench.used.push((clock.z, block));
        } else {
            bench.used.insert(bench.used.len() - later, (clock.z, block));
        }
    }

    /// Traveller `i` gives `size` of a container back (rule 4).
    #[inline]
    pub fn give_room_back(&mut self, i: u32, pieces: u32, size: u64) {
        let clock = self.carried[i as usize].clock;
        let block = self.take_block(clock, i as usize);
        let used = &mut self.pieces[pieces as usize].used;
        let mut at = used.len();
        while at > 0 && used[at - 1].0 > clock.z {
            at -= 1;
        }
        used.insert(at, (clock.z, size, block));
    }

    /// The clock of the token that `i` would take from a bench; none if no token is free.
    pub fn least(&self, i: u32, bench: u32) -> Option<Tick> {
        let bench = &self.benches[bench as usize];
        match bench.fitting(self.carried[i as usize].clock.z) {
            Some(at) => Some(bench.used[at].0),
            None if bench.fresh > 0 => Some(0),
            None => bench.used.first().map(|t| t.0),
        }
    }

    /// Traveller `i` takes a token from a bench; false if it takes none (no token is free, or a gap serves it).
    #[inline]
    pub fn take(&mut self, i: u32, admission: &mut Admission, bench: u32) -> bool {
        let z = self.carried[i as usize].clock.z;
        let lost = self.lost;
        let from = &mut self.benches[bench as usize];
        let at = match from.fitting(z) {
            Some(at) => at,
            None if from.fresh > 0 => {
                from.fresh -= 1;
                if lost {
                    from.remember_gap(0, z);
                }
                return true;
            }
            None if lost && from.use_gap(z) => return false,
            None if from.used.is_empty() => return false,
            None => 0,
        };
        let (free, block) = from.used[at];
        if at + 1 == from.used.len() {
            from.used.pop();
        } else {
            from.used.remove(at);
        }
        if lost {
            from.remember_gap(free, z);
        }
        self.consider(admission, block);
        true
    }

    /// Traveller `i` takes `size` of a container.
    #[inline]
    pub fn take_room(&mut self, i: u32, admission: &mut Admission, pieces: u32, size: u64) {
        let z = self.carried[i as usize].clock.z;
        let mut wanted = size;
        while wanted > 0 {
            let from = &mut self.pieces[pieces as usize];
            let at = match fitting(&from.used, z, |p| p.0) {
                Some(at) => at,
                None if from.fresh > 0 => {
                    let fresh = from.fresh.min(wanted);
                    from.fresh -= fresh;
                    wanted -= fresh;
                    continue;
                }
                None if from.used.is_empty() => return,
                None => 0,
            };
            let (_, piece, block) = from.used[at];
            if piece > wanted {
                from.used[at].1 = piece - wanted;
                let copy = self.copy_block(block);
                self.consider(admission, copy);
                return;
            }
            from.used.remove(at);
            wanted -= piece;
            self.consider(admission, block);
        }
    }
}

impl Bench {
    pub(super) fn reset(&mut self) {
        self.fresh = self.size;
        self.used.clear();
        self.gaps.clear();
        self.hold = 0;
    }

    /// The latest of the used tokens that is not later than `z`.
    #[inline]
    pub(super) fn fitting(&self, z: Tick) -> Option<usize> {
        let last = self.used.len().checked_sub(1)?;
        if self.used[last].0 <= z {
            Some(last)
        } else {
            self.used.partition_point(|t| t.0 <= z).checked_sub(1)
        }
    }

    /// A token that was free from `from` is taken at `until`.
    pub(super) fn remember_gap(&mut self, from: Tick, until: Tick) {
        if until <= from + self.hold {
            return;
        }
        if self.gaps.len() >= GAPS * self.size as usize {
            self.gaps.pop_front();
        }
        self.gaps.push_back(Gap { from, until });
    }

    /// Somebody whose clock shows `z` is served in a gap, if one is long enough; what follows of it remains.
    pub(super) fn use_gap(&mut self, z: Tick) -> bool {
        let hold = self.hold.max(1);
        let found = self.gaps.iter().position(|gap| gap.from <= z && z + hold <= gap.until);
        let Some(at) = found else { return false };
        self.gaps[at].from = z + hold;
        true
    }
}

/// The latest entry of a row sorted by clock that is not later than `z`.
#[inline]
fn fitting<T>(row: &VecDeque<T>, z: Tick, clock: impl Fn(&T) -> Tick) -> Option<usize> {
    if row.back().is_some_and(|last| clock(last) <= z) {
        return Some(row.len() - 1);
    }
    row.partition_point(|entry| clock(entry) <= z).checked_sub(1)
}
