//! Series by time, with their band across replications.
//!
//! At every mark (an hour, unless the file says otherwise) the number at every place; and for those who appeared
//! between this mark and the next, their mean wait. A value at a mark is printed only where every replication reached
//! it, so that the band is never over the slow replications alone.

use crate::crossing::{Books, Plan};
use crate::kernel::time::{Tick, seconds};
use crate::study::summary::quantile;

/// The series of this many replications are kept for the band; the rest add nothing to what can be seen.
pub const SERIES_AT_MOST: u64 = 1_000;

/// The marks of one replication.
#[derive(Debug, Clone, Default)]
pub(crate) struct Marks {
    every: Tick,
    passed: usize,
    numbers: Vec<u32>,
    waits: Vec<(u64, u32)>,
    spots: usize,
    marks: usize,
}

impl Marks {
    pub(crate) fn read(&mut self, plan: &Plan, books: &Books) {
        (self.every, self.spots) = (plan.series_every.max(1), plan.spots.len());
        (self.passed, self.marks) = (books.marks_passed(), books.marks());
        self.numbers.clone_from(&books.series);
        self.waits.clone_from(&books.by_appearance);
    }
}

/// Mean and 5 % to 95 % across replications.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Band {
    /// When, in seconds since the start.
    pub at: f64,
    /// Mean.
    pub mean: f64,
    /// 5 % of replications lie below.
    pub low: f64,
    /// 5 % of replications lie above.
    pub high: f64,
    /// Replications that have a value.
    pub n: usize,
}

/// The series of a study.
#[derive(Debug, Clone, Default)]
pub struct Series {
    every: Tick,
    spots: usize,
    marks: usize,
    passed: usize,
    kept: u64,
    numbers: Vec<u32>,
    waits: Vec<(u64, u32)>,
}

impl Series {
    pub(crate) fn add(&mut self, marks: &Marks) {
        if self.kept >= SERIES_AT_MOST {
            return;
        }
        self.passed = if self.kept == 0 { marks.passed } else { self.passed.min(marks.passed) };
        (self.every, self.spots, self.marks) = (marks.every, marks.spots, marks.marks);
        self.kept += 1;
        self.numbers.extend_from_slice(&marks.numbers);
        self.waits.extend_from_slice(&marks.waits);
    }

    /// Replications the bands are made of.
    pub fn replications(&self) -> u64 {
        self.kept
    }

    /// Seconds from mark to mark.
    pub fn every(&self) -> f64 {
        seconds(self.every)
    }

    /// The number at a spot, mark by mark.
    pub fn number(&self, spot: usize) -> Vec<Band> {
        let stride = self.marks * self.spots;
        let values = |mark: usize| {
            let at = mark * self.spots + spot;
            (0..self.kept as usize).map(move |r| f64::from(self.numbers[r * stride + at]))
        };
        (0..self.passed).map(|mark| self.band(mark, values(mark).collect())).collect()
    }

    /// The mean wait of those of a base cohort who appeared from a mark to the next; marks at which nobody did have
    /// no value.
    pub fn wait(&self, base: usize) -> Vec<Band> {
        let stride = self.waits.len() / (self.kept.max(1) as usize);
        let values = |mark: usize| {
            let at = base * self.marks + mark;
            let of = (0..self.kept as usize).map(move |r| self.waits[r * stride + at]);
            of.filter(|(_, n)| *n > 0).map(|(ticks, n)| seconds(ticks) / f64::from(n))
        };
        (0..self.passed).map(|mark| self.band(mark, values(mark).collect())).collect()
    }

    fn band(&self, mark: usize, mut values: Vec<f64>) -> Band {
        let n = values.len();
        let mean = if n == 0 { f64::NAN } else { values.iter().sum::<f64>() / n as f64 };
        let (low, high) = (quantile(&mut values, 0.05), quantile(&mut values, 0.95));
        Band { at: seconds(mark as Tick * self.every), mean, low, high, n }
    }
}
