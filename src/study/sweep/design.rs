//! Which points are simulated.
//!
//! A point has a coordinate for each factor. Levers and uncertainties each have a design of their own and are crossed:
//! every *setting* of the levers meets every *future*, so that settings can be compared future by future. Futures vary
//! slowest, so that more futures only add points at the end:
//!
//! ```text
//! point = future × settings + setting
//! ```
//!
//! With `together` all factors are in one design; then every point is a setting of its own in the one "future".
//!
//! # Designs that grow
//!
//! Of `sobol` and `saltelli` more points keep the first ones: both go through the Sobol' sequence (unscrambled, direction
//! numbers of Joe and Kuo). A Latin hypercube of n points has one point in each n-th of each factor; grown to 2n it keeps
//! them and has one point in each 2n-th, and so on; in between, as many of the new ones as asked for.

use serde::{Deserialize, Serialize};
use sobol::Sobol;
use sobol::params::JoeKuoD6;

use super::factors::{Coordinate, Factor, Role};
use crate::kernel::random::{Draw, RunKey, name_key};
use crate::scenario::study::{Design as Stated, DesignKind, Sample};

/// Points of a study at most.
pub const POINTS_AT_MOST: u64 = 10_000_000;

const PURPOSE: u64 = name_key("a Latin hypercube over its factors");

/// How the points were chosen.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Design {
    /// Over the levers, or over all factors if there is nothing for the uncertainties.
    pub levers: Part,
    /// Over the uncertainties; none: not varied, or together with the levers.
    pub uncertainties: Option<Part>,
    /// Are all factors in one design?
    pub together: bool,
}

/// A design over several factors.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Part {
    /// Which, as the study spells it.
    #[serde(with = "spelled")]
    pub kind: DesignKind,
    /// Points asked for at first; 0 where values and levels of the factors say how many.
    pub points: u32,
    /// Points asked for by now.
    pub grown_to: u32,
}

/// A kind as its word.
mod spelled {
    use serde::{Deserialize, Deserializer, Serializer, de::Error};

    use super::DesignKind;

    pub(super) fn serialize<S: Serializer>(kind: &DesignKind, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_str(kind.word())
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<DesignKind, D::Error> {
        let word = String::deserialize(from)?;
        let all = [
            DesignKind::FullFactorial,
            DesignKind::OneAtATime,
            DesignKind::LatinHypercube,
            DesignKind::Sobol,
            DesignKind::Saltelli,
        ];
        all.into_iter()
            .find(|kind| kind.word() == word)
            .ok_or_else(|| D::Error::custom(format!("no design `{word}`")))
    }
}

/// The points: how many settings and futures, and the coordinates.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Points {
    pub(super) settings: u64,
    pub(super) futures: u64,
    pub(super) rows: Vec<Vec<Coordinate>>,
}

impl Design {
    pub(super) fn of(stated: &Stated) -> Self {
        match (&stated.together, &stated.levers) {
            (Some(sample), _) => Self { levers: Part::of(sample), uncertainties: None, together: true },
            (None, levers) => {
                let full = Part { kind: DesignKind::FullFactorial, points: 0, grown_to: 0 };
                Self {
                    levers: levers.as_ref().map_or(full, Part::of),
                    uncertainties: stated.uncertainties.as_ref().map(Part::of),
                    together: false,
                }
            }
        }
    }

    /// What must stay as it is when a sweep goes on: everything but how far it has grown.
    pub(super) fn seed_of_growth(&self) -> Self {
        let keep = |part: Part| {
            let points = if part.kind == DesignKind::LatinHypercube { part.points } else { 0 };
            Part { points, grown_to: 0, ..part }
        };
        // Settings vary fastest: more of them would number the points of later futures anew.
        let grows = self.uncertainties.is_none();
        Self {
            levers: if grows { keep(self.levers) } else { self.levers },
            uncertainties: self.uncertainties.map(keep),
            together: self.together,
        }
    }

    /// The points over the factors, levers first.
    ///
    /// # Errors
    /// When they are too many: how many.
    pub(super) fn points(&self, factors: &[Factor], seed: u64) -> Result<Points, u128> {
        let levers = factors.iter().take_while(|f| self.together || f.role == Role::Lever).count();
        let (levers, uncertainties) = factors.split_at(levers);
        let futures = |part: &Part| part.size(uncertainties);
        let size = self.levers.size(levers) * self.uncertainties.as_ref().map_or(1, futures);
        if size > u128::from(POINTS_AT_MOST) {
            return Err(size);
        }
        let settings = self.levers.rows(levers, seed);
        let futures = match &self.uncertainties {
            Some(part) => part.rows(uncertainties, seed),
            None => vec![vec![None; uncertainties.len()]],
        };
        let cross = |future: &Vec<Coordinate>| {
            let joined = |setting: &Vec<Coordinate>| setting.iter().chain(future).copied().collect();
            settings.iter().map(joined).collect::<Vec<_>>()
        };
        let rows = futures.iter().flat_map(cross).collect();
        Ok(Points { settings: settings.len() as u64, futures: futures.len() as u64, rows })
    }
}

impl Part {
    fn of(sample: &Sample) -> Self {
        let points = sample.points.unwrap_or(0);
        Self { kind: sample.kind, points, grown_to: sample.grown_to.unwrap_or(points) }
    }

    /// How many points over these factors.
    fn size(&self, factors: &[Factor]) -> u128 {
        let levels = factors.iter().map(|f| f.levels().len() as u128);
        match self.kind {
            DesignKind::FullFactorial => levels.fold(1, u128::saturating_mul),
            DesignKind::OneAtATime => 1 + levels.sum::<u128>(),
            DesignKind::LatinHypercube | DesignKind::Sobol => u128::from(self.grown_to),
            DesignKind::Saltelli => u128::from(self.grown_to) * (factors.len() as u128 + 2),
        }
    }

    fn rows(&self, factors: &[Factor], seed: u64) -> Vec<Vec<Coordinate>> {
        let place = |units: &[f64]| factors.iter().zip(units).map(|(f, u)| Some(f.at(*u))).collect();
        let n = self.grown_to as usize;
        match self.kind {
            DesignKind::FullFactorial => full_factorial(factors),
            DesignKind::OneAtATime => one_at_a_time(factors),
            DesignKind::LatinHypercube => {
                let keys: Vec<u64> = factors.iter().map(|f| name_key(&f.name)).collect();
                latin_hypercube(&keys, seed, self.points as usize, n).iter().map(|row| place(row)).collect()
            }
            DesignKind::Sobol => sobol(factors.len(), n).map(|row| place(&row)).collect(),
            DesignKind::Saltelli => saltelli(factors.len(), n).iter().map(|row| place(row)).collect(),
        }
    }
}

/// Every value with every other, the first factor slowest.
fn full_factorial(factors: &[Factor]) -> Vec<Vec<Coordinate>> {
    let mut rows = vec![Vec::new()];
    for factor in factors {
        let levels = factor.levels();
        let longer = |row: &Vec<Coordinate>| {
            let with = |level: &f64| row.iter().copied().chain([Some(*level)]).collect();
            levels.iter().map(with).collect::<Vec<_>>()
        };
        rows = rows.iter().flat_map(longer).collect();
    }
    rows
}

/// The scenario as it is, then each other value of each factor alone.
fn one_at_a_time(factors: &[Factor]) -> Vec<Vec<Coordinate>> {
    let base = vec![None; factors.len()];
    let mut rows = vec![base.clone()];
    for (k, factor) in factors.iter().enumerate() {
        for level in factor.levels().into_iter().filter(|level| !factor.is_base(*level)) {
            let mut row = base.clone();
            row[k] = Some(level);
            rows.push(row);
        }
    }
    rows
}

/// A Latin hypercube of `n` points that has grown, by doubling, to `grown_to`. A factor's draws are keyed by its name, so
/// that another factor moves none of them.
pub(super) fn latin_hypercube(keys: &[u64], seed: u64, n: usize, grown_to: usize) -> Vec<Vec<f64>> {
    let columns: Vec<Vec<f64>> = keys.iter().map(|key| stratified(*key, seed, n, grown_to)).collect();
    (0..grown_to).map(|row| columns.iter().map(|column| column[row]).collect()).collect()
}

/// One factor's column: strata and the place within each, halved as often as it grows.
fn stratified(key: u64, seed: u64, n: usize, grown_to: usize) -> Vec<f64> {
    let draw = |stage: u64| RunKey::new(seed, stage).shock(key ^ PURPOSE, 0);
    let mut first = draw(0);
    let mut strata: Vec<usize> = (0..n).collect();
    shuffle(&mut strata, &mut first);
    let mut cells: Vec<(usize, f64)> = strata.into_iter().map(|stratum| (stratum, first.unit())).collect();
    let mut stage = 0;
    while cells.len() < grown_to {
        stage += 1;
        let mut draw = draw(stage);
        let mut taken = vec![false; 2 * cells.len()];
        for (stratum, within) in &mut cells {
            let upper = *within >= 0.5;
            *stratum = 2 * *stratum + usize::from(upper);
            *within = 2.0 * *within - f64::from(u8::from(upper));
            taken[*stratum] = true;
        }
        let mut free: Vec<usize> = (0..taken.len()).filter(|stratum| !taken[*stratum]).collect();
        shuffle(&mut free, &mut draw);
        cells.extend(free.into_iter().map(|stratum| (stratum, draw.unit())));
    }
    let strata = cells.len() as f64;
    let below_one = 1.0 - f64::EPSILON / 2.0;
    cells.iter().take(grown_to).map(|(s, within)| ((*s as f64 + within) / strata).min(below_one)).collect()
}

/// Fisher and Yates.
fn shuffle(items: &mut [usize], draw: &mut Draw) {
    for last in (1..items.len()).rev() {
        items.swap(last, draw.below(last as u64 + 1) as usize);
    }
}

/// The first `n` points of the Sobol' sequence, the origin included.
pub(super) fn sobol(dimensions: usize, n: usize) -> impl Iterator<Item = Vec<f64>> {
    let params = JoeKuoD6::extended();
    Sobol::<f64>::new(dimensions.max(1), &params).take(n)
}

/// For each of `n` rows of a Sobol' sequence in twice as many dimensions: A, A with each column from B in turn, B.
pub(super) fn saltelli(dimensions: usize, n: usize) -> Vec<Vec<f64>> {
    let mut rows = Vec::with_capacity(n * (dimensions + 2));
    for row in sobol(2 * dimensions, n) {
        let (a, b) = row.split_at(dimensions.min(row.len()));
        rows.push(a.to_vec());
        for k in 0..dimensions {
            let mut mixed = a.to_vec();
            mixed[k] = b[k];
            rows.push(mixed);
        }
        rows.push(b.to_vec());
    }
    rows
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Points 0 to 7 in five dimensions, as scipy's unscrambled `qmc.Sobol` has them.
    #[test]
    fn the_sobol_sequence_is_scipys() {
        let points: Vec<Vec<f64>> = sobol(5, 8).collect();
        let expected = [
            [0.0, 0.0, 0.0, 0.0, 0.0],
            [0.5, 0.5, 0.5, 0.5, 0.5],
            [0.75, 0.25, 0.25, 0.25, 0.75],
            [0.25, 0.75, 0.75, 0.75, 0.25],
            [0.375, 0.375, 0.625, 0.875, 0.375],
            [0.875, 0.875, 0.125, 0.375, 0.875],
            [0.625, 0.125, 0.875, 0.625, 0.625],
            [0.125, 0.625, 0.375, 0.125, 0.125],
        ];
        assert_eq!(points, expected.map(|p| p.to_vec()));
        let last = sobol(21, 1024).last().unwrap_or_default();
        assert_eq!(last[..3], [0.000_976_562_5, 0.752_929_687_5, 0.612_304_687_5]);
        let last = sobol(200, 100).last().unwrap_or_default();
        assert_eq!(last[195..], [0.820_312_5, 0.570_312_5, 0.695_312_5, 0.945_312_5, 0.007_812_5]);
    }

    fn strata(rows: &[Vec<f64>], column: usize, n: usize) -> Vec<usize> {
        let mut strata: Vec<usize> = rows.iter().map(|row| (row[column] * n as f64) as usize).collect();
        strata.sort_unstable();
        strata
    }

    #[test]
    fn a_latin_hypercube_has_one_point_in_each_part_and_keeps_its_first() {
        let keys = [name_key("a"), name_key("b"), name_key("c")];
        for n in [1, 2, 7, 50] {
            let small = latin_hypercube(&keys, 1, n, n);
            for times in [1, 2, 4, 8] {
                let grown = latin_hypercube(&keys, 1, n, n * times);
                assert_eq!(grown[..n], small[..], "the first {n} stay");
                for column in 0..3 {
                    let expected: Vec<usize> = (0..n * times).collect();
                    assert_eq!(strata(&grown, column, n * times), expected, "{n} x {times}, factor {column}");
                }
            }
            let between = latin_hypercube(&keys, 1, n, n + n / 2);
            assert_eq!(between[..], latin_hypercube(&keys, 1, n, 2 * n)[..n + n / 2]);
        }
    }

    #[test]
    fn another_factor_moves_no_column() {
        let both = latin_hypercube(&[name_key("a"), name_key("b")], 3, 20, 20);
        let alone = latin_hypercube(&[name_key("b")], 3, 20, 20);
        assert!(both.iter().zip(&alone).all(|(x, y)| x[1] == y[0]));
        assert!(both.iter().any(|row| row[0] != row[1]));
    }

    #[test]
    fn saltelli_mixes_one_column_at_a_time() {
        let rows = saltelli(3, 4);
        assert_eq!(rows.len(), 20);
        for block in rows.chunks(5) {
            for k in 0..3 {
                for column in 0..3 {
                    let from = if column == k { &block[4] } else { &block[0] };
                    assert_eq!(block[1 + k][column], from[column]);
                }
            }
        }
        assert_eq!(saltelli(3, 2)[..], rows[..10], "more rows keep the first ones");
    }
}
