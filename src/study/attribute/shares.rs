//! Alone, after all others, shared out: what a cause is worth in a game of removals.
//!
//! The value of a set of causes is what would be waited with exactly these removed; what a set *saves* is the value of
//! the empty set less its own. *Alone* is what one saves when nothing else is removed, *after all others* what it saves
//! when everything else already is. *Shared out* is the mean of what it saves over all orders of removing (Shapley 1953);
//! these sum to what all save together. Where causes are divided into parts, orders in which the parts of a cause stand
//! together are taken (Owen 1977), so that the parts of a cause sum to the cause.

/// What a cause, or a part of one, saves.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Saved {
    /// Removed alone.
    pub alone: f64,
    /// Removed when all others are.
    pub after: f64,
    /// Mean over the orders.
    pub shared: f64,
}

impl Saved {
    /// In another unit, of which there are so many.
    pub(super) fn over(self, units: f64) -> Self {
        Self { alone: self.alone / units, after: self.after / units, shared: self.shared / units }
    }

    /// The three, in the order of every output.
    pub fn columns(self) -> [f64; 3] {
        [self.alone, self.after, self.shared]
    }
}

/// The players: unions of parts, each part a bit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unions {
    /// Bits of each union's parts.
    pub of: Vec<u32>,
}

impl Unions {
    /// From the union that each part belongs to.
    pub fn new(union_of_part: &[usize]) -> Self {
        let unions = union_of_part.iter().max().map_or(0, |u| u + 1);
        let bits = |u: usize| {
            union_of_part.iter().enumerate().filter(|(_, of)| **of == u).map(|(p, _)| 1_u32 << p).sum()
        };
        Self { of: (0..unions).map(bits).collect() }
    }

    /// Every part.
    pub fn all(&self) -> u32 {
        self.of.iter().sum()
    }

    /// The parts of a set of unions (a bit for each union).
    fn parts_of(&self, unions: u32) -> u32 {
        let of = self.of.iter().enumerate();
        of.filter(|(u, _)| unions & (1 << u) != 0).map(|(_, bits)| *bits).sum()
    }

    /// Every set that is needed: complete unions, with any subset of one more.
    pub fn sets(&self) -> Vec<u32> {
        let mut sets = Vec::new();
        for unions in 0..1_u32 << self.of.len() {
            let complete = self.parts_of(unions);
            sets.push(complete);
            for u in (0..self.of.len()).filter(|u| unions & (1 << u) == 0) {
                sets.extend(subsets(self.of[u]).map(|subset| complete | subset));
            }
        }
        sets.sort_unstable();
        sets.dedup();
        sets
    }

    /// What each union saves. Sets of one size are summed first: of whole numbers exactly, so that the order of the
    /// unions changes no digit.
    pub fn saved(&self, value: &dyn Fn(u32) -> f64) -> Vec<Saved> {
        let n = self.of.len();
        let one = |u: usize| {
            let mut by_size = vec![0.0; n];
            for others in (0..1_u32 << n).filter(|s| s & (1 << u) == 0) {
                let before = self.parts_of(others);
                by_size[others.count_ones() as usize] += value(before) - value(before | self.of[u]);
            }
            let shared = by_size.iter().enumerate().map(|(size, sum)| weight(size, n) * sum).sum();
            self.with(self.of[u], shared, value)
        };
        (0..n).map(one).collect()
    }

    /// What each part of a union saves, in the order of their bits.
    pub fn saved_by_parts(&self, union: usize, value: &dyn Fn(u32) -> f64) -> Vec<Saved> {
        let (n, own) = (self.of.len(), self.of[union]);
        let parts = (0..u32::BITS).map(|p| 1_u32 << p).filter(|bit| own & bit != 0);
        let one = |bit: u32| {
            let mut shared = 0.0;
            for others in (0..1_u32 << n).filter(|s| s & (1 << union) == 0) {
                let complete = self.parts_of(others);
                let outer = weight(others.count_ones() as usize, n);
                for inner in subsets(own & !bit) {
                    let weight = outer * weight(inner.count_ones() as usize, own.count_ones() as usize);
                    let before = complete | inner;
                    shared += weight * (value(before) - value(before | bit));
                }
            }
            self.with(bit, shared, value)
        };
        parts.map(one).collect()
    }

    fn with(&self, bits: u32, shared: f64, value: &dyn Fn(u32) -> f64) -> Saved {
        let all = self.all();
        Saved { alone: value(0) - value(bits), after: value(all & !bits) - value(all), shared }
    }
}

/// The share of orders of `n` players in which exactly a given set of `before` stands before a given player.
fn weight(before: usize, n: usize) -> f64 {
    // before! (n − 1 − before)! / n! = 1 / (n · C(n − 1, before))
    let choose = (0..before).fold(1.0, |c, k| c * (n - 1 - k) as f64 / (k + 1) as f64);
    1.0 / (n as f64 * choose)
}

/// All subsets of a set of bits, the empty one and itself included.
fn subsets(of: u32) -> impl Iterator<Item = u32> {
    let mut next = Some(0_u32);
    std::iter::from_fn(move || {
        let now = next?;
        next = (now != of).then(|| now.wrapping_sub(of) & of);
        Some(now)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The game whose *savings* are given by set of players.
    fn shared(players: usize, saves: impl Fn(u32) -> f64) -> Vec<f64> {
        let unions = Unions::new(&(0..players).collect::<Vec<_>>());
        unions.saved(&|set| -saves(set)).iter().map(|s| s.shared).collect()
    }

    fn close(is: &[f64], should: &[f64]) {
        for (a, b) in is.iter().zip(should) {
            assert!((a - b).abs() < 1e-12, "{is:?} {should:?}");
        }
        assert_eq!(is.len(), should.len());
    }

    /// The airport game with costs 1, 2, 3: 1/3, 5/6, 11/6.
    #[test]
    fn airport() {
        let saves = |set: u32| f64::from(u32::BITS - (set & 7).leading_zeros());
        close(&shared(3, saves), &[1.0 / 3.0, 5.0 / 6.0, 11.0 / 6.0]);
    }

    /// One left glove and two right ones: 2/3, 1/6, 1/6.
    #[test]
    fn gloves() {
        close(
            &shared(3, |set| f64::from(u32::from(set & 1 != 0 && set & 6 != 0))),
            &[2. / 3., 1. / 6., 1. / 6.],
        );
    }

    /// Savings 0, 10, 40, 90, 0, 10, 40, 100 by set: 33.33, 63.33, 3.33.
    #[test]
    fn a_tandem() {
        let saves = [0.0, 10.0, 40.0, 90.0, 0.0, 10.0, 40.0, 100.0];
        close(&shared(3, |set| saves[set as usize]), &[100. / 3., 190. / 3., 10. / 3.]);
    }

    /// Alone 10, after the other 50 − 40; and what neither does alone is shared equally.
    #[test]
    fn alone_and_after() {
        let unions = Unions::new(&[0, 1]);
        let value = |set: u32| [100.0, 90.0, 60.0, 50.0][set as usize];
        let saved = unions.saved(&value);
        assert_eq!(saved[0], Saved { alone: 10.0, after: 10.0, shared: 10.0 });
        assert_eq!(saved[1], Saved { alone: 40.0, after: 40.0, shared: 40.0 });
        let together = unions.saved(&|set| if set == 3 { 0.0 } else { 8.0 });
        assert_eq!(together, [Saved { alone: 0.0, after: 8.0, shared: 4.0 }; 2]);
    }

    /// Parts sum to their cause, whatever the game; causes do not move when one of them is divided.
    #[test]
    fn parts_sum_to_the_whole() {
        let value = |set: u32| f64::from((set.wrapping_mul(2_654_435_761) >> 7) % 1_000);
        let divided = Unions::new(&[0, 0, 0, 1, 1, 2]);
        let whole = Unions::new(&[0, 1, 2]);
        let of_unions = |set: u32| {
            let bits = [7, 24, 32];
            value((0..3).filter(|u| set & (1 << u) != 0).map(|u| bits[u]).sum())
        };
        let (a, b) = (divided.saved(&value), whole.saved(&of_unions));
        for (u, (a, b)) in a.iter().zip(b).enumerate() {
            assert!((a.shared - b.shared).abs() < 1e-9);
            let parts: f64 = divided.saved_by_parts(u, &value).iter().map(|p| p.shared).sum();
            assert!((parts - a.shared).abs() < 1e-9);
        }
        let sum: f64 = a.iter().map(|s| s.shared).sum();
        assert!((sum - (value(0) - value(divided.all()))).abs() < 1e-9);
    }

    /// 64 sets for six whole causes; with two of three parts each, those of either side with the other complete.
    #[test]
    fn only_sets_that_are_needed() {
        assert_eq!(Unions::new(&[0, 1, 2, 3, 4, 5]).sets().len(), 64);
        assert_eq!(Unions::new(&[0, 0, 0, 1, 1, 1, 2, 3, 4, 5]).sets().len(), 64 + 2 * 32 * 6);
    }
}
