//! A sweep's folder, read: points × replications × numbers, with the values of all factors.
//!
//! [`results()`] is for analysis: it answers only if every unit is there and went well, and otherwise says how many did not.
//! [`Results::open`] reads any folder, also of a sweep that is not done, for whoever shows how far it is.

use std::path::{Path, PathBuf};

use super::SweepError;
use super::design::Points;
use super::factors::{Coordinate, Factor, Told};
use super::journal::{Fate, Journal, Unit};
use super::manifest::{Manifest, Number};
use super::standing::{PointEnd, Standing, asked, standing};

/// A sweep's folder.
#[derive(Debug)]
pub struct Results {
    /// Where it is.
    pub folder: PathBuf,
    /// What the sweep is.
    pub manifest: Manifest,
    points: Points,
    journal: Journal,
}

/// Opens a finished sweep for analysis.
///
/// # Errors
/// Units are missing (how many, and what to do); units have no result (how many, and what became of the first); there is no
/// sweep, or another version wrote it.
pub fn results(folder: &Path) -> Result<Results, SweepError> {
    let mut results = Results::open(folder)?;
    let standing = results.standing();
    if let Some(shard) = results.manifest.shard {
        let how = format!("the folder holds shard {shard}: `kordon merge` makes one folder of all shards");
        return Err(SweepError::Missing { missing: standing.missing_units(), of: standing.asked, how });
    }
    if !standing.complete() {
        let how = "the same `kordon sweep` goes on where it ended".to_owned();
        return Err(SweepError::Missing { missing: standing.missing_units(), of: standing.asked, how });
    }
    if standing.failed > 0 {
        let (point, replication, fate) = results.first_without()?;
        let why = format!("{}: {}", fate.word(), fate.why());
        let (failed, of) = (standing.failed, standing.asked);
        return Err(SweepError::Failed { failed, of, point, replication, why });
    }
    Ok(results)
}

impl Results {
    /// Opens a folder, however far its sweep is.
    ///
    /// # Errors
    /// There is no sweep; another version wrote it; the system says no.
    pub fn open(folder: &Path) -> Result<Self, SweepError> {
        let manifest = Manifest::read(folder)?;
        let journal = Journal::read_only(folder, &manifest.identity(), manifest.watched())?;
        Self::over(folder, manifest, journal)
    }

    /// Over a journal that is open.
    ///
    /// # Errors
    /// When the manifest is not one that a study could have made.
    pub fn over(folder: &Path, manifest: Manifest, journal: Journal) -> Result<Self, SweepError> {
        let points = manifest.points().map_err(|_| SweepError::Foreign(folder.to_owned()))?;
        Ok(Self { folder: folder.to_owned(), manifest, points, journal })
    }

    /// How far the sweep is.
    pub fn standing(&self) -> Standing {
        standing(&self.manifest, self.points(), &self.journal)
    }

    /// Bytes at the end of the journal that are no whole record.
    pub fn torn(&self) -> u64 {
        self.journal.torn()
    }

    /// Points there are.
    pub fn points(&self) -> u64 {
        self.points.rows.len() as u64
    }

    /// Settings of the levers; point *p* has setting *p* mod this.
    pub fn settings(&self) -> u64 {
        self.points.settings
    }

    /// Futures of the uncertainties; point *p* is in future *p* div the number of settings.
    pub fn futures(&self) -> u64 {
        self.points.futures
    }

    /// What is varied, levers first.
    pub fn factors(&self) -> &[Factor] {
        &self.manifest.factors
    }

    /// A point's coordinate for each factor.
    pub fn coordinates(&self, point: u64) -> &[Coordinate] {
        &self.points.rows[point as usize]
    }

    /// What is written of each factor at a point.
    pub fn told(&self, point: u64) -> impl Iterator<Item = Told<'_>> {
        let factors = self.manifest.factors.iter();
        factors.zip(self.coordinates(point)).map(|(factor, coordinate)| factor.told(*coordinate))
    }

    /// The numbers of a unit.
    pub fn kpis(&self) -> &[Number] {
        &self.manifest.kpis
    }

    /// A number by its name; `crossing_time` stands for `arrival_to_exit`, a span without a statistic means its mean.
    ///
    /// # Errors
    /// When the sweep does not have it.
    pub fn kpi(&self, name: &str) -> Result<usize, SweepError> {
        let wanted = name.split_whitespace().collect::<Vec<_>>().join(" ");
        let wanted = wanted.replace(" crossing_time", " arrival_to_exit");
        let at = |wanted: &str| self.manifest.kpis.iter().position(|kpi| kpi.name == wanted);
        at(&wanted).or_else(|| at(&format!("{wanted} mean"))).ok_or_else(|| {
            let names = self.manifest.kpis.iter().map(|kpi| kpi.name.as_str());
            let nearest = crate::scenario::diagnostics::nearest(name, names).map(str::to_owned);
            SweepError::NoSuchKpi { name: name.to_owned(), nearest }
        })
    }

    /// Replications of a point, and how it came to them.
    pub fn replications(&self, point: u64) -> (u64, PointEnd) {
        asked(&self.manifest, &self.journal, point as u32)
    }

    /// A unit.
    ///
    /// # Errors
    /// It is not there or damaged; the system says no.
    pub fn unit(&mut self, point: u64, replication: u64) -> Result<Unit, SweepError> {
        self.journal.unit(point as u32, replication as u32)
    }

    /// One number of all units: by point, then by replication; NaN where a replication has none.
    ///
    /// # Errors
    /// A unit is not there or damaged; the system says no.
    pub fn values(&mut self, kpi: usize) -> Result<Vec<Vec<f64>>, SweepError> {
        let mut all = Vec::with_capacity(self.points.rows.len());
        for point in 0..self.points() {
            let (n, _) = self.replications(point);
            let of = (0..n).map(|r| Ok(self.unit(point, r)?.values.get(kpi).copied().unwrap_or(f64::NAN)));
            all.push(of.collect::<Result<Vec<f64>, SweepError>>()?);
        }
        Ok(all)
    }

    /// Which units there are: (point, replication), in order.
    pub(super) fn units(&self) -> Vec<(u32, u32)> {
        self.journal.units().collect()
    }

    fn first_without(&mut self) -> Result<(u32, u32, Fate), SweepError> {
        for point in 0..self.points.rows.len() as u32 {
            let failed = self.journal.of_point(point).find(|(_, slot)| slot.failed).map(|(r, _)| r);
            if let Some(replication) = failed {
                return Ok((point, replication, self.journal.unit(point, replication)?.fate));
            }
        }
        Ok((0, 0, Fate::Done))
    }
}
