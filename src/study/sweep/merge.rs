//! One folder of several: shards that were simulated apart.
//!
//! Every unit that the sweep asks for is taken once. Where several folders have it, all must have it bit for bit the same,
//! since a unit is a function of the study; if not, nothing is written.

use std::path::{Path, PathBuf};

use super::SweepError;
use super::manifest::{Manifest, Often};
use super::results::Results;
use super::run::open_for;
use super::standing::{Block, Standing};

/// What a merge made.
#[derive(Debug)]
pub struct Merged {
    /// The folder of all units.
    pub results: Results,
    /// How far it is: not complete where folders were missing.
    pub standing: Standing,
    /// Units that stood in several folders, the same in all.
    pub repeated: u64,
    /// Shards that are missing units, as an array range: `2,5-7`; none if the folders were no shards.
    pub missing_shards: Option<MissingShards>,
}

/// Shards that are missing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MissingShards {
    /// Which, as an array range: `2,5-7`.
    pub range: String,
    /// Of how many.
    pub of: u64,
}

/// Puts the units of several folders into one.
///
/// # Errors
/// The folders are not of one sweep; two have a different result for one unit; the system says no.
pub fn merge(folders: &[PathBuf], out: &Path) -> Result<Merged, SweepError> {
    let mut parts = Vec::new();
    for folder in folders {
        parts.push(Results::open(folder)?);
    }
    let Some(first) = parts.first() else { return Err(SweepError::NoSweep(out.to_owned())) };
    let whole = Manifest { shard: None, ..first.manifest.clone() };
    for part in &parts[1..] {
        let what = not_one(&whole, &Manifest { shard: None, ..part.manifest.clone() });
        if let Some(what) = what {
            let (first, other) = (first.folder.clone(), part.folder.clone());
            return Err(SweepError::NotOne { first, other, what });
        }
    }
    let shards = parts.iter().find_map(|part| part.manifest.shard).map(|shard| shard.of);
    let mut journal = open_for(&whole, out)?;
    let mut repeated = 0;
    for part in &mut parts {
        for (point, replication) in part.units() {
            let unit = part.unit(u64::from(point), u64::from(replication))?;
            if journal.has(point, replication) {
                let known = journal.unit(point, replication)?;
                if !known.same_as(&unit) {
                    let what = format!("replication {replication} of point {point} is not the same in both");
                    return Err(SweepError::NotOne {
                        first: out.to_owned(),
                        other: part.folder.clone(),
                        what,
                    });
                }
                repeated += 1;
            } else {
                journal.add(&unit)?;
            }
        }
    }
    journal.sync()?;
    let results = Results::over(out, whole, journal)?;
    let standing = results.standing();
    let missing_shards = shards.map(|of| missing_shards(&results, &standing, of));
    Ok(Merged { results, standing, repeated, missing_shards })
}

fn not_one(a: &Manifest, b: &Manifest) -> Option<String> {
    match a.continues_as(b) {
        Err(what) => Some(what),
        Ok(()) if a != b => {
            Some("how often or how far it has grown, or its objectives, are not the same".to_owned())
        }
        Ok(()) => None,
    }
}

/// Which of `of` shards the missing units belong to.
fn missing_shards(results: &Results, standing: &Standing, of: u64) -> MissingShards {
    let lacks = |number: &u64| {
        let shard = super::Shard { number: *number, of };
        let (points, n) = match results.manifest.often {
            Often::Fixed(n) => (shard.part(results.points() * n), n),
            Often::Until { .. } => (shard.part(results.points()), 1),
        };
        let touches = |block: &Block| {
            let first = u64::from(block.point) * n;
            let (from, to) = match results.manifest.often {
                Often::Fixed(_) => (u64::from(block.replications.start), u64::from(block.replications.end)),
                Often::Until { .. } => (0, 1),
            };
            first + from < points.end && first + to > points.start
        };
        standing.missing.iter().any(touches)
    };
    MissingShards { range: array_range((1..=of).filter(lacks)), of }
}

/// `2,5-7`: as schedulers of arrays take it.
fn array_range(numbers: impl Iterator<Item = u64>) -> String {
    let mut stretches: Vec<(u64, u64)> = Vec::new();
    for number in numbers {
        match stretches.last_mut() {
            Some((_, last)) if *last + 1 == number => *last = number,
            _ => stretches.push((number, number)),
        }
    }
    let word = |(first, last): &(u64, u64)| {
        if first == last { first.to_string() } else { format!("{first}-{last}") }
    };
    stretches.iter().map(word).collect::<Vec<_>>().join(",")
}
