//! What is done, on disk: one file that only grows.
//!
//! # The file
//!
//! ```text
//! "kordon units 1\n"  identity of the sweep (32 bytes)
//! record, record, …   length (u32) · unit · checksum (first 8 bytes of its BLAKE3)
//! ```
//!
//! A record is one unit of work: a replication of a point, with its numbers or with the reason why there are none.
//! Records stand in the order in which units were finished, which says nothing; readers sort them. All numbers are
//! little-endian.
//!
//! # Whatever happens
//!
//! A record is written by one `write`, and the file is synced at least once a second. Whoever is killed in between
//! leaves a whole record or a torn tail. The next to open the file takes the records up to the first that is not whole,
//! cuts off the rest, says how much that was, and simulates it again: units are functions of the study, so the second
//! time gives the same bytes.
//!
//! One process at a time writes: it holds the file's advisory lock, which the system gives back when the process ends, in
//! whatever way.

use std::collections::BTreeMap;
use std::fs::{File, OpenOptions, TryLockError};
use std::io::{self, BufReader, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use super::SweepError;

/// Name of the file in a sweep's folder.
pub const JOURNAL: &str = "units.journal";

const MAGIC: &[u8; 15] = b"kordon units 1\n";
const HEAD: u64 = MAGIC.len() as u64 + 32;
/// A longer record than this is none.
const LONGEST: u32 = 64 << 20;
/// Work that is lost at most when the power goes.
const SYNC_EVERY: Duration = Duration::from_secs(1);

/// What names a sweep: a hash of everything that its units depend on.
pub type Identity = [u8; 32];

/// A finished unit of work.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Unit {
    /// The point.
    pub point: u32,
    /// The replication.
    pub replication: u32,
    /// How it went.
    pub fate: Fate,
    /// Its numbers, in the order of the sweep's; NaN where there was none. Empty if it could not be simulated.
    pub values: Vec<f64>,
    /// Which of them are only lower bounds.
    pub lower: Vec<bool>,
}

/// How a unit went.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Fate {
    /// Well.
    #[default]
    Done,
    /// The values of the point make no scenario.
    NoScenario(String),
    /// The run could not go on.
    Broken(String),
    /// The audit did not pass: no number of it is to be used.
    AuditNotPassed(String),
}

impl Fate {
    /// As tables spell it.
    pub fn word(&self) -> &'static str {
        match self {
            Self::Done => "done",
            Self::NoScenario(_) => "no scenario",
            Self::Broken(_) => "could not go on",
            Self::AuditNotPassed(_) => "audit not passed",
        }
    }

    /// Why, where it did not go well.
    pub fn why(&self) -> &str {
        match self {
            Self::Done => "",
            Self::NoScenario(why) | Self::Broken(why) | Self::AuditNotPassed(why) => why,
        }
    }

    fn tag(&self) -> u8 {
        match self {
            Self::Done => 0,
            Self::NoScenario(_) => 1,
            Self::Broken(_) => 2,
            Self::AuditNotPassed(_) => 3,
        }
    }

    fn of(tag: u8, why: &[u8]) -> Option<Self> {
        let why = String::from_utf8(why.to_vec()).ok()?;
        Some(match tag {
            0 if why.is_empty() => Self::Done,
            1 => Self::NoScenario(why),
            2 => Self::Broken(why),
            3 => Self::AuditNotPassed(why),
            _ => return None,
        })
    }
}

impl Unit {
    /// The record: length, unit, checksum.
    fn record(&self, out: &mut Vec<u8>) {
        out.clear();
        out.extend_from_slice(&[0; 4]);
        out.extend_from_slice(&self.point.to_le_bytes());
        out.extend_from_slice(&self.replication.to_le_bytes());
        out.push(self.fate.tag());
        out.extend_from_slice(&(self.values.len() as u32).to_le_bytes());
        for value in &self.values {
            out.extend_from_slice(&value.to_le_bytes());
        }
        let bits = self.lower.chunks(8).map(|eight| {
            let bit = |byte: u8, (k, is): (usize, &bool)| byte | u8::from(*is) << k;
            eight.iter().enumerate().fold(0, bit)
        });
        out.extend(bits);
        out.extend_from_slice(self.fate.why().as_bytes());
        let length = (out.len() - 4) as u32;
        out[..4].copy_from_slice(&length.to_le_bytes());
        let check = checksum(&out[4..]);
        out.extend_from_slice(&check);
    }

    /// Is it the same, bit for bit?
    pub(super) fn same_as(&self, other: &Self) -> bool {
        let record = |unit: &Self| {
            let mut out = Vec::new();
            unit.record(&mut out);
            out
        };
        record(self) == record(other)
    }

    /// Reads what [`Unit::record`] wrote between length and checksum.
    fn of(bytes: &[u8]) -> Option<Self> {
        let word = |at: usize| Some(u32::from_le_bytes(bytes.get(at..at + 4)?.try_into().ok()?));
        let (point, replication, tag, n) = (word(0)?, word(4)?, *bytes.get(8)?, word(9)? as usize);
        let (numbers, rest) = bytes.get(13..)?.split_at_checked(n.checked_mul(8)?)?;
        let (bits, why) = rest.split_at_checked(n.div_ceil(8))?;
        let values = numbers.chunks_exact(8).map(|b| f64::from_le_bytes(b.try_into().unwrap_or_default()));
        let lower = (0..n).map(|k| bits[k / 8] >> (k % 8) & 1 == 1).collect();
        Some(Self { point, replication, fate: Fate::of(tag, why)?, values: values.collect(), lower })
    }
}

fn checksum(bytes: &[u8]) -> [u8; 8] {
    let mut first = [0; 8];
    first.copy_from_slice(&blake3::hash(bytes).as_bytes()[..8]);
    first
}

/// What is known of a unit without reading it again.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Slot {
    at: u64,
    pub(super) failed: bool,
    /// The number that decides how often a point is simulated.
    pub(super) watched: f64,
}

/// The units on disk.
#[derive(Debug)]
pub struct Journal {
    path: PathBuf,
    file: File,
    end: u64,
    index: BTreeMap<(u32, u32), Slot>,
    watched: usize,
    synced: Instant,
    record: Vec<u8>,
    torn: u64,
}

impl Journal {
    /// Opens the file of a folder to write, and makes it if there is none. `watched` is the number that decides how often a
    /// point is simulated.
    ///
    /// # Errors
    /// Another process writes it; it belongs to another sweep; the system says no.
    pub(super) fn write(folder: &Path, identity: &Identity, watched: usize) -> Result<Self, SweepError> {
        let path = folder.join(JOURNAL);
        let file = OpenOptions::new().read(true).write(true).create(true).truncate(false).open(&path);
        let file = file.map_err(|error| SweepError::cannot_write(&path, &error))?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => return Err(SweepError::InUse(folder.to_owned())),
            Err(TryLockError::Error(error)) => return Err(SweepError::cannot_write(&path, &error)),
        }
        let mut journal = Self::over(path, file, watched);
        journal.scan(identity)?;
        journal.cut(identity).map_err(|error| SweepError::cannot_write(&journal.path, &error))?;
        Ok(journal)
    }

    /// Opens the file of a folder to read, as far as it is whole.
    ///
    /// # Errors
    /// There is none; it belongs to another sweep; the system says no.
    pub(super) fn read_only(folder: &Path, identity: &Identity, watched: usize) -> Result<Self, SweepError> {
        let path = folder.join(JOURNAL);
        let file = File::open(&path).map_err(|error| SweepError::cannot_read(&path, &error))?;
        let mut journal = Self::over(path, file, watched);
        journal.scan(identity)?;
        Ok(journal)
    }

    /// Does some process write the file of this folder now?
    pub fn in_use(folder: &Path) -> bool {
        let file = File::open(folder.join(JOURNAL));
        file.is_ok_and(|file| matches!(file.try_lock_shared(), Err(TryLockError::WouldBlock)))
    }

    fn over(path: PathBuf, file: File, watched: usize) -> Self {
        let (index, record) = (BTreeMap::new(), Vec::new());
        Self { path, file, end: 0, index, watched, synced: Instant::now(), record, torn: 0 }
    }

    /// Takes the records up to the first that is not whole.
    fn scan(&mut self, identity: &Identity) -> Result<(), SweepError> {
        let cannot = |error: io::Error| SweepError::cannot_read(&self.path, &error);
        let length = self.file.metadata().map_err(cannot)?.len();
        self.file.seek(SeekFrom::Start(0)).map_err(cannot)?;
        let mut from = BufReader::with_capacity(1 << 20, &self.file);
        let mut head = Vec::with_capacity(HEAD as usize);
        (&mut from).take(HEAD).read_to_end(&mut head).map_err(cannot)?;
        let whole: Vec<u8> = MAGIC.iter().chain(identity).copied().collect();
        if !whole.starts_with(&head) {
            let units = head.starts_with(b"kordon units ") && head.len() >= MAGIC.len();
            let older = units && !head.starts_with(MAGIC);
            return Err(if older {
                SweepError::Older(self.path.clone())
            } else {
                SweepError::Foreign(self.path.clone())
            });
        }
        let mut bytes = Vec::new();
        let mut end = if head.len() < whole.len() { 0 } else { HEAD };
        while end > 0 {
            let Some(unit) = next(&mut from, &mut bytes).map_err(cannot)? else { break };
            let slot = slot(&unit, end, self.watched);
            self.index.insert((unit.point, unit.replication), slot);
            end += bytes.len() as u64 + 12;
        }
        (self.end, self.torn) = (end, length - end);
        Ok(())
    }

    /// Cuts off what is not whole; writes the head where there is none.
    fn cut(&mut self, identity: &Identity) -> io::Result<()> {
        self.file.set_len(self.end)?;
        self.file.seek(SeekFrom::Start(self.end))?;
        if self.end == 0 {
            let head: Vec<u8> = MAGIC.iter().chain(identity).copied().collect();
            self.file.write_all(&head)?;
            self.end = HEAD;
        }
        self.file.sync_all()
    }

    /// Bytes at the end that were not whole when it was opened.
    pub fn torn(&self) -> u64 {
        self.torn
    }

    /// Units there are.
    pub fn len(&self) -> u64 {
        self.index.len() as u64
    }

    /// None yet?
    pub fn is_empty(&self) -> bool {
        self.index.is_empty()
    }

    /// Is this unit there?
    pub fn has(&self, point: u32, replication: u32) -> bool {
        self.index.contains_key(&(point, replication))
    }

    /// Which units there are, in order.
    pub(super) fn units(&self) -> impl Iterator<Item = (u32, u32)> + '_ {
        self.index.keys().copied()
    }

    /// The units of a point, by replication.
    pub(super) fn of_point(&self, point: u32) -> impl Iterator<Item = (u32, Slot)> + '_ {
        let units = self.index.range((point, 0)..=(point, u32::MAX));
        units.map(|((_, replication), slot)| (*replication, *slot))
    }

    /// Adds a unit. Nothing is written if it is there.
    ///
    /// # Errors
    /// When the system says no; what was there before is kept.
    pub(super) fn add(&mut self, unit: &Unit) -> Result<(), SweepError> {
        if self.has(unit.point, unit.replication) {
            return Ok(());
        }
        let mut record = std::mem::take(&mut self.record);
        unit.record(&mut record);
        let written = self.append(&record);
        self.record = record;
        written.map_err(|error| SweepError::cannot_write(&self.path, &error))?;
        let slot = slot(unit, self.end, self.watched);
        self.index.insert((unit.point, unit.replication), slot);
        self.end += self.record.len() as u64;
        Ok(())
    }

    fn append(&mut self, record: &[u8]) -> io::Result<()> {
        self.file.seek(SeekFrom::Start(self.end))?;
        self.file.write_all(record)?;
        if self.synced.elapsed() >= SYNC_EVERY {
            self.file.sync_data()?;
            self.synced = Instant::now();
        }
        Ok(())
    }

    /// Sees that everything is on disk.
    ///
    /// # Errors
    /// When the system says no.
    pub(super) fn sync(&mut self) -> Result<(), SweepError> {
        self.synced = Instant::now();
        self.file.sync_all().map_err(|error| SweepError::cannot_write(&self.path, &error))
    }

    /// Reads a unit.
    ///
    /// # Errors
    /// It is not there; it is no longer what it was; the system says no.
    pub fn unit(&mut self, point: u32, replication: u32) -> Result<Unit, SweepError> {
        let missing = || SweepError::Damaged { path: self.path.clone(), point, replication };
        let slot = self.index.get(&(point, replication)).ok_or_else(missing)?;
        let mut bytes = Vec::new();
        let read = self.file.seek(SeekFrom::Start(slot.at)).and_then(|_| next(&mut self.file, &mut bytes));
        let unit = read.map_err(|error| SweepError::cannot_read(&self.path, &error))?;
        unit.filter(|u| (u.point, u.replication) == (point, replication)).ok_or_else(missing)
    }
}

fn slot(unit: &Unit, at: u64, watched: usize) -> Slot {
    let failed = unit.fate != Fate::Done;
    Slot { at, failed, watched: unit.values.get(watched).copied().unwrap_or(f64::NAN) }
}

/// The next record's unit; none where no whole record follows. `bytes` then hold what stood between length and checksum.
fn next(from: &mut impl Read, bytes: &mut Vec<u8>) -> io::Result<Option<Unit>> {
    let mut length = [0; 4];
    if !filled(from, &mut length)? {
        return Ok(None);
    }
    let length = u32::from_le_bytes(length);
    if length > LONGEST {
        return Ok(None);
    }
    bytes.resize(length as usize + 8, 0);
    if !filled(from, bytes)? {
        return Ok(None);
    }
    let check = bytes.split_off(length as usize);
    Ok(if checksum(bytes)[..] == check[..] { Unit::of(bytes) } else { None })
}

/// Fills a buffer, or says that the file ended before.
fn filled(from: &mut impl Read, buffer: &mut [u8]) -> io::Result<bool> {
    match from.read_exact(buffer) {
        Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => Ok(false),
        other => other.map(|()| true),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test that cannot write its file has failed")]

    use super::*;

    const IDENTITY: Identity = [7; 32];

    fn units() -> Vec<Unit> {
        let done = |point, replication| Unit {
            point,
            replication,
            fate: Fate::Done,
            values: vec![f64::from(point), 0.1 + f64::from(replication), f64::NAN],
            lower: vec![false, true, false],
        };
        let broken =
            Unit { point: 1, replication: 1, fate: Fate::Broken("no way".into()), ..Unit::default() };
        vec![done(0, 0), done(1, 0), broken, done(0, 1)]
    }

    fn written(folder: &Path) -> Vec<u8> {
        let mut journal = Journal::write(folder, &IDENTITY, 1).unwrap();
        units().iter().for_each(|unit| journal.add(unit).unwrap());
        std::fs::read(folder.join(JOURNAL)).unwrap()
    }

    #[test]
    fn what_is_written_is_read() {
        let folder = tempfile::tempdir().unwrap();
        written(folder.path());
        let mut journal = Journal::read_only(folder.path(), &IDENTITY, 1).unwrap();
        assert_eq!((journal.len(), journal.torn()), (4, 0));
        for unit in units() {
            assert!(journal.unit(unit.point, unit.replication).unwrap().same_as(&unit), "{unit:?}");
        }
        let of_one: Vec<_> = journal.of_point(1).map(|(r, slot)| (r, slot.failed)).collect();
        assert_eq!(of_one, [(0, false), (1, true)]);
    }

    #[test]
    fn cut_anywhere_it_keeps_the_whole_records_and_can_go_on() {
        let folder = tempfile::tempdir().unwrap();
        let whole = written(folder.path());
        let path = folder.path().join(JOURNAL);
        let mut kept_before = 0;
        for length in 0..=whole.len() {
            std::fs::write(&path, &whole[..length]).unwrap();
            let mut journal = Journal::write(folder.path(), &IDENTITY, 1).unwrap();
            let kept = journal.len();
            assert!(kept >= kept_before && kept <= 4, "{length}: {kept}");
            kept_before = kept;
            units().iter().for_each(|unit| journal.add(unit).unwrap());
            drop(journal);
            assert!(std::fs::read(&path).unwrap() == whole, "cut at {length}");
        }
        assert_eq!(kept_before, 4);
    }

    #[test]
    fn no_flipped_byte_goes_unseen() {
        let folder = tempfile::tempdir().unwrap();
        let whole = written(folder.path());
        let path = folder.path().join(JOURNAL);
        for at in 0..whole.len() {
            let mut bytes = whole.clone();
            bytes[at] ^= 0x10;
            std::fs::write(&path, &bytes).unwrap();
            match Journal::write(folder.path(), &IDENTITY, 1) {
                Ok(journal) => assert!(journal.len() < 4 && journal.torn() > 0, "byte {at}"),
                Err(error) => assert!(at < HEAD as usize, "byte {at}: {error}"),
            }
        }
    }

    #[test]
    fn one_writes_at_a_time() {
        let folder = tempfile::tempdir().unwrap();
        let first = Journal::write(folder.path(), &IDENTITY, 1).unwrap();
        assert!(Journal::in_use(folder.path()));
        assert!(matches!(Journal::write(folder.path(), &IDENTITY, 1), Err(SweepError::InUse(_))));
        drop(first);
        assert!(!Journal::in_use(folder.path()));
        assert!(Journal::write(folder.path(), &IDENTITY, 1).is_ok());
    }

    #[test]
    fn another_sweeps_file_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        written(folder.path());
        assert!(matches!(Journal::write(folder.path(), &[8; 32], 1), Err(SweepError::Foreign(_))));
        std::fs::write(folder.path().join(JOURNAL), b"kordon units 0\n0123456789").unwrap();
        assert!(matches!(Journal::write(folder.path(), &IDENTITY, 1), Err(SweepError::Older(_))));
        std::fs::write(folder.path().join(JOURNAL), b"something else").unwrap();
        assert!(matches!(Journal::write(folder.path(), &IDENTITY, 1), Err(SweepError::Foreign(_))));
    }
}
