//! Which place is the narrowest when the assumed inputs lie elsewhere in their ranges.

use super::capacity;
use crate::study::assumptions::drawn;
use crate::study::case::Case;

/// How often each place of a direction is the narrowest.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Narrowest {
    /// Draws that made a scenario.
    pub draws: usize,
    /// Draws that made none.
    pub refused: usize,
    /// By direction (route): places and how often, most often first.
    pub places: Vec<Vec<(String, usize)>>,
}

/// Draws the ranged inputs `draws` times and does the arithmetic for each; `None` when no input states a range.
pub fn narrowest_over_ranges(case: &Case, seed: u64, draws: u64) -> Option<Narrowest> {
    let inputs = &case.scenario().inputs;
    inputs.iter().find(|i| i.range.is_some())?;
    let mut all = Narrowest { places: vec![Vec::new(); case.plan.routes.len()], ..Narrowest::default() };
    for draw in 0..draws {
        let Ok(plan) = case.with(&drawn(inputs, seed, draw)) else {
            all.refused += 1;
            continue;
        };
        all.draws += 1;
        for direction in capacity(&plan).directions {
            let Some(place) = direction.narrowest() else { continue };
            let counts = &mut all.places[direction.route];
            match counts.iter_mut().find(|(name, _)| *name == place.name) {
                Some((_, n)) => *n += 1,
                None => counts.push((place.name.clone(), 1)),
            }
        }
    }
    for counts in &mut all.places {
        counts.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
    }
    Some(all)
}
