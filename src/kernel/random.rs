//! Keyed randomness: a draw is a pure function of who asks, and for what.
//!
//! # No streams
//!
//! The usual arrangement, one running generator or one per purpose, ties a number to the *order* in which things happen. Under another
//! policy the order changes, and with it every later number; and since rejection samplers take a varying number of words, giving some
//! travellers another law shifts the draws of all others. Here nothing runs and nothing is stored:
//!
//! ```text
//! draw = f(seed, replication, source's name, traveller's index, purpose's name, attempt)
//! ```
//!
//! A return visit, a resampled service, the 37th passenger are further *attempts*. A breakdown belongs to a booth, not to a traveller:
//! [`RunKey::shock`] is keyed by the booth's name and the number of the event. Because keys are names, adding a stage or a lane moves
//! no other draw.
//!
//! # The function
//!
//! * Names become words by FNV-1a and a finaliser ([`name_key`]).
//! * Every step of the chain seed → run → source → traveller goes through [`mix`], the 64-bit finaliser of SplitMix64 (variant 13 of
//!   D. Stafford's mixers; G. Steele, D. Lea, C. Flood, "Fast splittable pseudorandom number generators", OOPSLA 2014). It is a
//!   bijection, so two travellers of one source, or two replications of one seed, never share a key.
//! * A [`Draw`] is SplitMix64 started at (traveller's key ⊕ purpose) + attempt · odd constant: each word is a counter step and one
//!   [`mix`]. Counter steps and attempt steps use different constants, so the words of one attempt are not the words of the next.
//!
//! Cost: the key of a traveller twice a mix, once per traveller; a word one mix, about a nanosecond and a half.
//!
//! # Stability
//!
//! The values are pinned by tests (`tests/kernel_random.rs`): a change here changes every result of every scenario, and needs a new
//! engine version.

use std::convert::Infallible;

use rand::TryRng;

/// 2⁶⁴ / golden ratio, odd: the counter step of SplitMix64.
const STEP: u64 = 0x9e37_79b9_7f4a_7c15;
/// 2⁶⁴ · (√2 − 1) made odd: the step from one attempt to the next.
const ATTEMPT_STEP: u64 = 0x6a09_e667_f3bc_c909;
/// 2⁶⁴ · (√3 − 1) made odd: sets the chain of shocks apart from the chain of travellers.
const SHOCK: u64 = 0xbb67_ae85_84ca_a73b;

/// The 64-bit finaliser of SplitMix64: a bijection in which every input bit moves every output bit with probability close to ½.
#[inline]
#[must_use]
pub const fn mix(word: u64) -> u64 {
    let word = (word ^ (word >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let word = (word ^ (word >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    word ^ (word >> 31)
}

/// The key of a name: FNV-1a over its UTF-8 bytes (64 bits, offset basis `0xcbf29ce484222325`, prime `0x100000001b3`), then [`mix`].
///
/// The same on every machine and in every version. `const`, so that a purpose costs nothing:
///
/// ```
/// use kordon::kernel::random::name_key;
/// const SERVICE: u64 = name_key("service");
/// assert_ne!(SERVICE, name_key("patience"));
/// ```
#[must_use]
pub const fn name_key(name: &str) -> u64 {
    let bytes = name.as_bytes();
    let mut hash = 0xcbf2_9ce4_8422_2325_u64;
    let mut i = 0;
    while i < bytes.len() {
        hash = (hash ^ bytes[i] as u64).wrapping_mul(0x0000_0100_0000_01b3);
        i += 1;
    }
    mix(hash)
}

/// The key of one replication under one seed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct RunKey(u64);

/// The key of one source of travellers within a replication.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct SourceKey(u64);

/// The key of one traveller within a replication.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct TravellerKey(u64);

impl RunKey {
    /// Of a master seed and a replication's number. Different replications of a seed have different keys.
    #[must_use]
    pub const fn new(seed: u64, replication: u64) -> Self {
        let master = mix(seed.wrapping_add(STEP));
        Self(mix(master.wrapping_add(replication.wrapping_mul(STEP))))
    }

    /// The key of a source; `source` is the [`name_key`] of its name. Keep it where many travellers follow.
    #[inline]
    #[must_use]
    pub const fn source(self, source: u64) -> SourceKey {
        SourceKey(mix(self.0 ^ source))
    }

    /// The key of traveller number `index` of a source; `source` is the [`name_key`] of its name.
    #[inline]
    #[must_use]
    pub const fn traveller(self, source: u64, index: u64) -> TravellerKey {
        self.source(source).traveller(index)
    }

    /// The draw of the `k`-th event of a thing that is not a traveller: a booth's breakdown, an agency's late shift. `thing` is the
    /// [`name_key`] of its name.
    #[inline]
    #[must_use]
    pub const fn shock(self, thing: u64, k: u64) -> Draw {
        Draw { state: mix(mix(self.0 ^ thing ^ SHOCK).wrapping_add(k.wrapping_mul(STEP))) }
    }
}

impl SourceKey {
    /// The key of this source's traveller number `index`, from 0. Different indices have different keys.
    #[inline]
    #[must_use]
    pub const fn traveller(self, index: u64) -> TravellerKey {
        TravellerKey(mix(self.0.wrapping_add(index.wrapping_mul(STEP))))
    }
}

impl TravellerKey {
    /// The draw of this traveller for a purpose; `purpose` is a [`name_key`], `attempt` counts from 0.
    #[inline]
    #[must_use]
    pub const fn draw(self, purpose: u64, attempt: u32) -> Draw {
        Draw { state: (self.0 ^ purpose).wrapping_add((attempt as u64).wrapping_mul(ATTEMPT_STEP)) }
    }
}

/// A small generator that yields as many words as a sampler takes: SplitMix64.
///
/// It implements [`rand::Rng`] (through [`TryRng`] with an error that cannot happen), so every sampler of `rand_distr` runs on it.
/// Deliberately not `Copy`: a copied generator repeats itself unnoticed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Draw {
    state: u64,
}

impl Draw {
    /// A generator from a bare word, for what has no name: bootstraps, benchmarks, tests.
    #[must_use]
    pub const fn from_word(word: u64) -> Self {
        Self { state: mix(word.wrapping_add(STEP)) }
    }

    /// The next 64 random bits.
    #[inline]
    pub fn word(&mut self) -> u64 {
        self.state = self.state.wrapping_add(STEP);
        mix(self.state)
    }

    /// Uniform on the 2⁵³ multiples of 2⁻⁵³ in [0, 1).
    #[inline]
    pub fn unit(&mut self) -> f64 {
        (self.word() >> 11) as f64 * (1.0 / (1_u64 << 53) as f64)
    }

    /// Uniform on the 2⁵² midpoints (k + ½) · 2⁻⁵²: strictly between 0 and 1, so that its logarithm is finite.
    #[inline]
    pub fn open_unit(&mut self) -> f64 {
        ((self.word() >> 12) as f64 + 0.5) * (1.0 / (1_u64 << 52) as f64)
    }

    /// Uniform on the 2⁵³ multiples of 2⁻⁵³ in (0, 1].
    #[inline]
    pub fn unit_above_zero(&mut self) -> f64 {
        ((self.word() >> 11) + 1) as f64 * (1.0 / (1_u64 << 53) as f64)
    }

    /// A whole number in 0 .. `n`, and 0 when `n` is 0. Takes exactly one word; no value is favoured by more than `n` · 2⁻⁶⁴.
    #[inline]
    pub fn below(&mut self, n: u64) -> u64 {
        ((u128::from(self.word()) * u128::from(n)) >> 64) as u64
    }

    /// True with probability `share` (0 to 1; outside, never or always). Reads one [`Draw::unit`] against a threshold, so that a larger
    /// share makes it true for the same travellers and some more.
    #[inline]
    pub fn chance(&mut self, share: f64) -> bool {
        self.unit() < share
    }
}

impl TryRng for Draw {
    type Error = Infallible;

    #[inline]
    fn try_next_u32(&mut self) -> Result<u32, Infallible> {
        Ok((self.word() >> 32) as u32)
    }

    #[inline]
    fn try_next_u64(&mut self) -> Result<u64, Infallible> {
        Ok(self.word())
    }

    fn try_fill_bytes(&mut self, bytes: &mut [u8]) -> Result<(), Infallible> {
        for chunk in bytes.chunks_mut(8) {
            let word = self.word().to_le_bytes();
            chunk.copy_from_slice(&word[..chunk.len()]);
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The published sequence of SplitMix64 from 1234567 (Rosetta Code, "Pseudo-random numbers/Splitmix64").
    #[test]
    fn is_splitmix64() {
        let mut draw = Draw { state: 1_234_567 };
        let expected = [
            6_457_827_717_110_365_317,
            3_203_168_211_198_807_973,
            9_817_491_932_198_370_423,
            4_593_380_528_125_082_431,
            16_408_922_859_458_223_821,
        ];
        assert_eq!(std::array::from_fn(|_| draw.word()), expected);
    }
}
