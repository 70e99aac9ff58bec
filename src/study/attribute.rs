//! Who is waited for: the same travellers with causes removed, alone, after all others, and shared out.
//!
//! * [`causes`]: what is removed, in words and as parts.
//! * [`worlds`]: how it is removed; [`levelled`](self) holds the one about the peak.
//! * [`shares`]: the arithmetic of removals (Shapley, Owen).
//! * [`runs`]: all worlds of every replication and of every draw of the inputs.
//! * [`verdict`]: what may be said, and what would separate the sides.
//!
//! The ledger explains a run, traveller by traveller; what is here re-runs it. Where they differ by much, neither is
//! a verdict.

pub mod causes;
mod levelled;
pub mod runs;
pub mod shares;
pub mod verdict;
pub mod worlds;

use super::case::Case;
use super::replicate::{Control, StudyError};
use super::summary::{Summary, quantile};
use crate::crossing::Plan;
use crate::crossing::ledger::{KINDS, Kind};
use causes::{CAUSES, Cause, Part, Split, parts};
use runs::{Found, Game, Runs};
use verdict::{Grounds, Observation, Verdict};
use worlds::Reference;

/// How much is run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Settings {
    /// Seed of all draws.
    pub seed: u64,
    /// Replications of the file as it stands.
    pub replications: u64,
    /// Draws of the inputs over their ranges.
    pub draws: u64,
    /// How the sides' own causes are divided.
    pub split: Split,
}

/// Replications unless said otherwise.
pub const REPLICATIONS: u64 = 20;
/// Draws unless said otherwise: a side that holds the larger share in 95 % of them does so in all but one.
pub const DRAWS: u64 = 30;

/// A number of an attribution, with its two bands; seconds, or a share of the seconds waited.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Number {
    /// 5 % to 95 % over the draws; none without two of them.
    pub assumptions: Option<(f64, f64)>,
    /// Over the replications.
    pub chance: Summary,
}

/// A cause, or a part of one, for one class of travellers.
#[derive(Debug, Clone, PartialEq)]
pub struct Row {
    /// Index in [`CAUSES`].
    pub cause: usize,
    /// The part's name; empty for the whole cause.
    pub part: String,
    /// Does removing it change anything in this file?
    pub in_file: bool,
    /// Seconds saved: alone, after all others, shared out.
    pub saved: [Number; 3],
    /// Shared out, over the seconds waited.
    pub share: Number,
    /// Removed alone, over the seconds waited.
    pub share_alone: Number,
    /// Traced to it by the ledger, over the seconds waited; none for what the ledger does not know.
    pub traced: Option<f64>,
    /// A cause without which it saves less than half of what it saves with it, or more than twice.
    pub with: Option<usize>,
}

/// A reference, for one class of travellers.
#[derive(Debug, Clone, PartialEq)]
pub struct Compared {
    /// Compared with what.
    pub reference: Reference,
    /// Seconds waited as it stands.
    pub whole: Number,
    /// Seconds waited with everything removed.
    pub rest: Number,
    /// Seconds saved by removing both sides' own causes together.
    pub both_sides: Number,
    /// The causes, in their order; where a side is divided, its parts follow it.
    pub rows: Vec<Row>,
    /// Greatest difference, over all runs, between what is shared out with the rest and the whole; over the whole.
    pub inefficiency: f64,
}

/// One direction and class.
#[derive(Debug, Clone, PartialEq)]
pub struct Class {
    /// Base cohort of the plan.
    pub base: usize,
    /// The references.
    pub compared: Vec<Compared>,
    /// What may be said.
    pub grounds: Grounds,
    /// What would separate the sides, where they are not.
    pub separating: Vec<Observation>,
}

/// All of it.
#[derive(Debug, Clone)]
pub struct Attribution {
    /// How much was asked for.
    pub settings: Settings,
    /// Which worlds.
    pub game: Game,
    /// The runs.
    pub runs: Runs,
    /// Paths of the inputs that were drawn.
    pub inputs: Vec<String>,
    /// Every direction and class, in their order.
    pub classes: Vec<Class>,
}

impl Attribution {
    /// Runs of a crossing behind it (without those that looked for what would separate).
    pub fn runs_made(&self) -> u64 {
        self.runs.all().map(|f| f.runs).sum()
    }

    /// Distinct worlds of a replication of the file as it stands.
    pub fn worlds(&self) -> u64 {
        self.runs.replications.first().map_or(0, |f| f.runs)
    }

    /// Runs in which "as many as are needed" were all taken at once.
    pub fn ran_short(&self) -> u64 {
        self.runs.all().map(|f| f.short).sum()
    }
}

/// Removes causes from a case, in all worlds, and takes the shares.
///
/// # Errors
/// When no threads can be started; when no replication gave a result.
pub fn attribute(case: &Case, settings: Settings, control: Control<'_>) -> Result<Attribution, StudyError> {
    let parts = parts(&case.plan, settings.split);
    for side in 0..2 {
        let own = parts.iter().filter(|p| CAUSES[p.cause] == Cause::Side(side)).count();
        if own > causes::PARTS_AT_MOST || own == 0 {
            return Err(StudyError::NotComparable(format!(
                "{} has {own} agencies in this file: from 1 to {} can be told apart; leave `--split` out",
                case.plan.sides[side],
                causes::PARTS_AT_MOST
            )));
        }
    }
    let inputs = &case.scenario().inputs;
    let inputs: Vec<String> = inputs.iter().filter(|i| i.range.is_some()).map(|i| i.path.clone()).collect();
    let draws = if inputs.is_empty() { 0 } else { settings.draws };
    let game = Game::new(parts);
    let runs = runs::run(case, &game, settings.seed, (settings.replications, draws), control)?;
    if runs.replications.is_empty() && !runs.interrupted {
        let why = runs.failures.first().map_or_else(String::new, |(which, why)| format!(": {which}: {why}"));
        return Err(StudyError::NotComparable(format!("no replication gave a result in all worlds{why}")));
    }
    let mut classes: Vec<Class> =
        (0..case.plan.bases()).map(|base| class(case, &game, &runs, base)).collect();
    let open = classes.iter().any(|c| matches!(c.grounds.verdict, Verdict::NotSeparated | Verdict::Shared));
    if open && !runs.interrupted {
        let found = verdict::separating(case, &game, settings.seed, &runs.draws, control)?;
        for (class, found) in classes.iter_mut().zip(found) {
            if matches!(class.grounds.verdict, Verdict::NotSeparated | Verdict::Shared) {
                class.separating = found;
            }
        }
    }
    Ok(Attribution { settings, game, runs, inputs, classes })
}

fn class(case: &Case, game: &Game, runs: &Runs, base: usize) -> Class {
    let view = View { plan: &case.plan, game, runs, base };
    let compared: Vec<Compared> = game.references.iter().map(|&r| view.compared(r)).collect();
    let draws: Vec<&Found> = if runs.draws.is_empty() {
        runs.replications.iter().collect()
    } else {
        runs.draws.iter().map(|(_, f)| f).collect()
    };
    let sides = [0, 1].map(|side| CAUSES.iter().position(|c| *c == Cause::Side(side)).unwrap_or(0));
    let rows: Vec<&Row> = compared[0].rows.iter().filter(|r| r.part.is_empty()).collect();
    let mean = sides.map(|c| rows[c].saved[2].chance.mean);
    let traced = sides.map(|c| rows[c].traced.unwrap_or(0.0));
    let grounds = verdict::judge(game, &draws, mean, traced, base);
    Class { base, compared, grounds, separating: Vec::new() }
}

/// A class of travellers in all runs.
struct View<'a> {
    plan: &'a Plan,
    game: &'a Game,
    runs: &'a Runs,
    base: usize,
}

impl View<'_> {
    /// A number of every run, with its bands.
    fn number(&self, of: &dyn Fn(&Found) -> f64) -> Number {
        let mut draws: Vec<f64> =
            self.runs.draws.iter().map(|(_, f)| of(f)).filter(|v| v.is_finite()).collect();
        let assumptions = (draws.len() > 1).then(|| (quantile(&mut draws, 0.05), quantile(&mut draws, 0.95)));
        Number { assumptions, chance: Summary::of(self.runs.replications.iter().map(of)) }
    }

    fn found(&self) -> impl Iterator<Item = &Found> {
        self.runs.all()
    }

    fn waited(&self, found: &Found, reference: Reference, set: u32) -> f64 {
        found.waited(self.game, reference, set, self.base)
    }

    fn compared(&self, reference: Reference) -> Compared {
        let all = self.game.unions.all();
        let waited = |set: u32| self.number(&|f| self.waited(f, reference, set));
        let own = |p: &(usize, &Part)| CAUSES[p.1.cause].side().is_some();
        let sides: u32 = self.game.parts.iter().enumerate().filter(own).map(|(p, _)| 1 << p).sum();
        let both_sides = self.number(&|f| self.waited(f, reference, 0) - self.waited(f, reference, sides));
        let inefficiency = |f: &Found| {
            let sum: f64 = f.saved(self.game, reference, self.base).iter().map(|s| s.shared).sum();
            let (whole, rest) = (self.waited(f, reference, 0), self.waited(f, reference, all));
            if whole > 0.0 { (sum + rest - whole).abs() / whole } else { 0.0 }
        };
        Compared {
            reference,
            whole: waited(0),
            rest: waited(all),
            both_sides,
            rows: (0..CAUSES.len()).flat_map(|cause| self.rows(reference, cause)).collect(),
            inefficiency: self.found().map(inefficiency).fold(0.0, f64::max),
        }
    }

    /// A cause, and its parts where it is divided.
    fn rows(&self, reference: Reference, cause: usize) -> Vec<Row> {
        let own: Vec<&Part> = self.game.parts.iter().filter(|p| p.cause == cause).collect();
        let of_cause = |f: &Found| f.saved(self.game, reference, self.base)[cause];
        let mut rows = vec![self.row(reference, cause, String::new(), &of_cause)];
        rows[0].traced = self.traced(cause);
        rows[0].with = self.with(reference, cause);
        if own.len() > 1 {
            for (k, part) in own.iter().enumerate() {
                let of_part = |f: &Found| f.saved_by_parts(self.game, cause, self.base)[k];
                rows.push(self.row(reference, cause, part.name.clone(), &of_part));
            }
        }
        rows
    }

    fn row(
        &self,
        reference: Reference,
        cause: usize,
        part: String,
        of: &dyn Fn(&Found) -> shares::Saved,
    ) -> Row {
        let whole = |f: &Found| self.waited(f, reference, 0);
        let saved = [0, 1, 2].map(|k| self.number(&|f| of(f).columns()[k]));
        Row {
            cause,
            part,
            in_file: self.found().any(|f| f.changes(self.game, reference, cause)),
            saved,
            share: self.number(&|f| of(f).shared / whole(f)),
            share_alone: self.number(&|f| of(f).alone / whole(f)),
            traced: None,
            with: None,
        }
    }

    /// The ledger's share of a cause: what it books on the owners and kinds that the removal takes away.
    fn traced(&self, cause: usize) -> Option<f64> {
        let owners = self.plan.owners.len();
        let holds = |kind: Kind, owner: usize| {
            let of = &self.plan.owners[owner];
            match CAUSES[cause] {
                Cause::Side(side) => of.side == Some(side) && !matches!(kind, Kind::Rule | Kind::Papers),
                Cause::Rules => kind == Kind::Rule,
                Cause::Papers => kind == Kind::Papers,
                Cause::Room => owner == self.plan.shared_owner as usize && kind != Kind::Rule,
                Cause::Peak => false,
            }
        };
        if CAUSES[cause] == Cause::Peak {
            return None;
        }
        let (mut own, mut all) = (0, 0);
        for found in &self.runs.replications {
            for (k, &kind) in KINDS.iter().enumerate().filter(|(_, kind)| **kind != Kind::Need) {
                for owner in 0..owners {
                    let ticks = found.ledger[self.base][k * owners + owner];
                    all += ticks;
                    own += if holds(kind, owner) { ticks } else { 0 };
                }
            }
        }
        (all > 0).then(|| own as f64 / all as f64)
    }

    /// The cause it acts together with, where alone and after all others differ by more than half of the hours.
    fn with(&self, reference: Reference, cause: usize) -> Option<usize> {
        let mean = |set: u32| {
            let of = self.runs.replications.iter().map(|f| self.waited(f, reference, set));
            Summary::of(of).mean
        };
        let bits = &self.game.unions.of;
        let (whole, all) = (mean(0), self.game.unions.all());
        let alone = whole - mean(bits[cause]);
        let after = mean(all & !bits[cause]) - mean(all);
        if (after - alone).abs() <= 0.5 * whole {
            return None;
        }
        let together = |&other: &usize| {
            let more = mean(bits[other]) - mean(bits[cause] | bits[other]) - alone;
            more * (after - alone).signum()
        };
        (0..bits.len()).filter(|other| *other != cause).max_by(|x, y| together(x).total_cmp(&together(y)))
    }
}
