//! Words that describe travellers, as bits; selectors as tests on them.

use crate::crossing::plan::Test;
use crate::scenario::{Scenario, Selector};

/// The words of a scenario and the bits they have.
pub(super) struct Words {
    pub names: Vec<String>,
    categories: Vec<(String, Vec<String>)>,
}

impl Words {
    pub(super) fn new(scenario: &Scenario) -> Self {
        let mut words = Self { names: vec![], categories: scenario.categories.clone() };
        for t in &scenario.traffic {
            words.add(&t.class);
        }
        let sides = &scenario.sides;
        words.add(&format!("{}>{}", sides[0], sides[1]));
        words.add(&format!("{}>{}", sides[1], sides[0]));
        for (word, _) in scenario.traffic.iter().flat_map(|t| &t.mix).flat_map(|m| &m.words) {
            words.add(word);
        }
        for policy in &scenario.policy {
            words.add(&format!("policy {}", policy.name));
        }
        words
    }

    fn add(&mut self, word: &str) {
        if !self.names.iter().any(|w| w == word) {
            self.names.push(word.to_owned());
        }
    }

    /// The bit of a word; 0 for one that nobody has.
    pub(super) fn bit(&self, word: &str) -> u128 {
        self.names.iter().position(|w| w == word).map_or(0, |k| 1 << k)
    }

    pub(super) fn all_of(&self, words: &[&str]) -> Test {
        let all = words.iter().fold(0, |bits, w| bits | self.bit(w));
        Test::any_of([(all, 0)])
    }

    /// A selector as a test: categories stand for any of their words.
    pub(super) fn test(&self, selector: &Selector) -> Test {
        Test::any_of(selector.any.iter().flat_map(|all| self.conjunction(all)))
    }

    fn conjunction(&self, literals: &[(String, bool)]) -> Vec<(u128, u128)> {
        let mut terms = vec![(0u128, 0u128)];
        for (word, must) in literals {
            let members = self.members(word);
            terms = if *must {
                let with = |&(all, none): &(u128, u128)| {
                    members.iter().map(move |b| (all | b, none)).collect::<Vec<_>>()
                };
                terms.iter().flat_map(with).collect()
            } else {
                let out = members.iter().fold(0, |bits, b| bits | b);
                terms.iter().map(|&(all, none)| (all, none | out)).collect()
            };
        }
        // A term that asks for a word nobody has (bit 0 was asked for) cannot hold.
        terms.retain(|&(all, none)| all & none == 0);
        terms
    }

    /// The bits a word stands for: its own, or those of a category's words.
    fn members(&self, word: &str) -> Vec<u128> {
        match self.categories.iter().find(|c| c.0 == word) {
            Some((_, members)) => members.iter().flat_map(|m| self.members(m)).collect(),
            None => vec![self.bit(word)],
        }
    }
}

/// Both tests hold.
pub(super) fn both(a: &Test, b: &Test) -> Test {
    let any = a.terms().flat_map(|x| b.terms().map(move |y| (x.0 | y.0, x.1 | y.1)));
    Test::any_of(any.filter(|t| t.0 & t.1 == 0))
}

/// The test does not hold.
pub(super) fn not(test: &Test) -> Test {
    let mut result = Test::everyone();
    for (all, none) in test.terms() {
        let single = |bits: u128| (0..128).filter(move |k| bits & 1 << k != 0).map(|k| 1u128 << k);
        let mut any: Vec<(u128, u128)> = single(all).map(|b| (0, b)).collect();
        any.extend(single(none).map(|b| (b, 0)));
        result = both(&result, &Test::any_of(any));
    }
    result
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn not_is_the_complement_on_every_combination_of_three_words() {
        let test = Test::any_of([(0b011, 0b100), (0b100, 0b001)]);
        let complement = not(&test);
        for words in 0..8 {
            assert_ne!(test.holds(words), complement.holds(words), "words {words:03b}");
        }
    }
}
