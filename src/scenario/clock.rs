//! Clocks: from what people write ("Fri 20:00", a date, a roster) to ticks since the start, and back.
//!
//! Each side has its own clock. A day begins at its local midnight and is 23 or 25 hours long where the clocks change;
//! a time that does not exist (02:30 in spring) is taken after the gap, one that exists twice as the first. A generic
//! week is laid upon an arbitrary one in fixed offsets.

use jiff::civil::{Date, DateTime};
use jiff::tz::{Offset, TimeZone as Zone};
use jiff::{SignedDuration, Timestamp, ToSpan as _};

use super::Tick;
use super::officers::{Handover, Shift};
use super::post::{Side, TimeZone};
use super::run::Run;
use super::traffic::RateStep;
use super::when::{When, weekday_name};

/// Microseconds relative to the start of the run; negative before it.
pub type Moment = i64;

/// The Monday on which a generic week is laid.
const SOME_MONDAY: Date = jiff::civil::date(2001, 1, 1);

/// Why there is no clock.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ClockError {
    /// Nobody knows the zone.
    #[error("unknown time zone `{0}`")]
    UnknownZone(String),
    /// Summer and winter time are a matter of dates.
    #[error("a generic week has no time zones: write an offset instead of `{0}`, or start the run on a date")]
    ZoneInGenericWeek(String),
    /// Beyond the calendar.
    #[error("the start is beyond the calendar")]
    OutOfCalendar,
    /// A run starts on a date or on a weekday.
    #[error("a run starts on a date or on a weekday with its time")]
    NotAStart,
}

/// The clocks of both sides.
#[derive(Debug, Clone)]
pub struct Clock {
    start: Timestamp,
    zones: [Zone; 2],
    dated: bool,
}

impl Clock {
    /// The clocks of a run. The start is on the clock of the first side.
    ///
    /// # Errors
    /// A zone that nobody knows, or one that is not a fixed offset in a generic week.
    pub fn new(run: &Run, sides: &[Side; 2]) -> Result<Self, ClockError> {
        let dated = matches!(run.start, When::Date { .. });
        let zones = [zone(&sides[0].time_zone, dated)?, zone(&sides[1].time_zone, dated)?];
        let local = match run.start {
            When::Date { date } => date,
            When::Weekly { weekday, minute } => {
                wall(SOME_MONDAY, i64::from(weekday), u32::from(minute)).ok_or(ClockError::OutOfCalendar)?
            }
            When::Daily { .. } | When::Since(_) => return Err(ClockError::NotAStart),
        };
        let start = zones[0].to_zoned(local).map_err(|_| ClockError::OutOfCalendar)?.timestamp();
        Ok(Self { start, zones, dated })
    }

    /// Date and time on a side's clock.
    #[must_use]
    pub fn local(&self, side: usize, tick: Tick) -> DateTime {
        self.local_at(side, i64::try_from(tick).unwrap_or(i64::MAX))
    }

    fn local_at(&self, side: usize, moment: Moment) -> DateTime {
        let time = self.start.checked_add(SignedDuration::from_micros(moment)).unwrap_or(Timestamp::MAX);
        self.zones[side].to_datetime(time)
    }

    /// `"2025-06-13 20:00"`, or `"Fri 20:00"` in a generic week, on a side's clock.
    #[must_use]
    pub fn label(&self, side: usize, tick: Tick) -> String {
        let local = self.local(side, tick);
        if self.dated {
            return local.strftime("%Y-%m-%d %H:%M").to_string();
        }
        let weekday = weekday_name(local.weekday().to_monday_zero_offset().unsigned_abs());
        format!("{weekday} {:02}:{:02}", local.hour(), local.minute())
    }

    /// The moment of a date and time on a side's clock.
    fn moment(&self, side: usize, local: DateTime) -> Option<Moment> {
        let time = self.zones[side].to_zoned(local).ok()?.timestamp();
        i64::try_from(time.duration_since(self.start).as_micros()).ok()
    }

    /// The moment of a time of day; `day` counts from the local day of the start.
    fn on_day(&self, side: usize, first: Date, day: i64, minute: u16) -> Option<Moment> {
        self.moment(side, wall(first, day, minute.into())?)
    }

    /// The first time it is then, not before the start; `None` for a date that is over.
    #[must_use]
    pub fn tick(&self, side: usize, when: &When) -> Option<Tick> {
        const TWO_WEEKS: Tick = 14 * 86_400_000_000;
        match when {
            When::Date { date } => self.moment(side, *date).and_then(|moment| Tick::try_from(moment).ok()),
            When::Since(tick) => Some(*tick),
            _ => self.ticks(side, when, TWO_WEEKS).first().copied(),
        }
    }

    /// Every time it is then, from the start and before the horizon, ascending.
    #[must_use]
    pub fn ticks(&self, side: usize, when: &When, horizon: Tick) -> Vec<Tick> {
        self.moments(side, when, horizon)
            .into_iter()
            .filter_map(|moment| Tick::try_from(moment).ok())
            .filter(|tick| *tick < horizon)
            .collect()
    }

    /// Every time it is then, from a week or so before the start to one after the horizon.
    fn moments(&self, side: usize, when: &When, horizon: Tick) -> Vec<Moment> {
        let first = self.local(side, 0).date();
        let last = self.local(side, horizon).date();
        let days = first.until(last).map_or(0, |span| i64::from(span.get_days()));
        match when {
            When::Date { date } => self.moment(side, *date).into_iter().collect(),
            When::Since(tick) => i64::try_from(*tick).into_iter().collect(),
            When::Daily { minute } => {
                (-2..=days + 2).filter_map(|day| self.on_day(side, first, day, *minute)).collect()
            }
            When::Weekly { weekday, minute } => {
                let to_monday = i64::from(first.weekday().to_monday_zero_offset());
                let on =
                    |week: i64| self.on_day(side, first, 7 * week - to_monday + i64::from(*weekday), *minute);
                (-2..=days / 7 + 2).filter_map(on).collect()
            }
        }
    }

    /// Every stretch from one moment to the other, as moments relative to the start; those that touch the run. An end
    /// before its beginning is the next one: over midnight, or over Sunday.
    #[must_use]
    pub fn windows(&self, side: usize, from: &When, to: &When, horizon: Tick) -> Vec<(Moment, Moment)> {
        let ends = self.moments(side, to, horizon);
        let horizon_moment = i64::try_from(horizon).unwrap_or(i64::MAX);
        let next = |begin: Moment| {
            let at = ends.partition_point(|end| *end <= begin);
            ends.get(at).map(|end| (begin, *end))
        };
        let touches = |window: &(Moment, Moment)| window.0 < horizon_moment && window.1 > 0;
        self.moments(side, from, horizon).into_iter().filter_map(next).filter(touches).collect()
    }

    /// What a roster says over the run: from when on how many, starting with `(0, …)`.
    ///
    /// `full` is what a line without number has, and what is there without any line. Where lines overlap the largest
    /// holds; outside all lines, and on the `closed` days from midnight to midnight, nobody is there.
    #[must_use]
    pub fn expand(
        &self,
        side: usize,
        lines: &[Shift],
        full: u32,
        closed: &[Date],
        horizon: Tick,
    ) -> Vec<(Tick, u32)> {
        let mut edges: Vec<(Moment, bool, u32)> = Vec::new();
        if lines.is_empty() {
            edges.push((0, true, full));
        }
        for line in lines {
            let level = line.level.unwrap_or(full);
            for (from, to) in self.windows(side, &line.from, &line.to, horizon) {
                edges.push((from, true, level));
                edges.push((to, false, level));
            }
        }
        let holidays: Vec<(Moment, Moment)> =
            closed.iter().filter_map(|day| self.whole_day(side, *day)).collect();
        sweep(edges, &holidays, horizon)
    }

    fn whole_day(&self, side: usize, day: Date) -> Option<(Moment, Moment)> {
        let from = self.on_day(side, day, 0, 0)?;
        Some((from, self.on_day(side, day, 1, 0)?))
    }

    /// The stretches of a change of shift within the run, ascending, without overlaps.
    #[must_use]
    pub fn handover_windows(&self, side: usize, handover: &Handover, horizon: Tick) -> Vec<(Tick, Tick)> {
        let lasts = i64::try_from(handover.lasts).unwrap_or(i64::MAX);
        let mut begins: Vec<Moment> = handover
            .at
            .iter()
            .flat_map(|minute| self.moments(side, &When::Daily { minute: *minute }, horizon))
            .collect();
        begins.sort_unstable();
        let mut out: Vec<(Tick, Tick)> = Vec::new();
        for begin in begins {
            let from = Tick::try_from(begin.max(0)).unwrap_or(0);
            let to = Tick::try_from(begin.saturating_add(lasts).max(0)).unwrap_or(0).min(horizon);
            match out.last_mut() {
                _ if to <= from => {}
                Some(last) if from <= last.1 => last.1 = last.1.max(to),
                _ => out.push((from, to)),
            }
        }
        out
    }

    /// Rates by time of the local week (offsets from Monday 00:00 on the side's clock), since the start of the run.
    #[must_use]
    pub fn weekly_rates(&self, side: usize, steps: &[RateStep], horizon: Tick) -> Vec<RateStep> {
        let first = self.local(side, 0).date();
        let monday = -i64::from(first.weekday().to_monday_zero_offset());
        let mut out: Vec<RateStep> = Vec::new();
        for week in 0.. {
            let mut reached = false;
            for step in steps {
                let minutes = u32::try_from(step.from / 60_000_000).unwrap_or(u32::MAX);
                let local = wall(first, monday + 7 * week, minutes);
                let Some(moment) = local.and_then(|local| self.moment(side, local)) else { return out };
                let from = Tick::try_from(moment.max(0)).unwrap_or(0);
                if from >= horizon {
                    reached = true;
                    break;
                }
                // Steps before the start only say what holds at it; of two at one tick the later one holds.
                while out.last().is_some_and(|last| last.from >= from) {
                    out.pop();
                }
                if out.last().is_none_or(|last| last.per_second != step.per_second) {
                    out.push(RateStep { from, per_second: step.per_second });
                }
            }
            if reached || steps.is_empty() {
                break;
            }
        }
        out
    }
}

fn zone(zone: &TimeZone, dated: bool) -> Result<Zone, ClockError> {
    match zone {
        TimeZone::Iana(name) if !dated => Err(ClockError::ZoneInGenericWeek(name.clone())),
        TimeZone::Iana(name) => Zone::get(name).map_err(|_| ClockError::UnknownZone(name.clone())),
        TimeZone::Offset(seconds) => Offset::from_seconds(*seconds)
            .map(Zone::fixed)
            .map_err(|_| ClockError::UnknownZone(format!("{seconds} s"))),
    }
}

/// A number of days and minutes after a day's midnight, as clocks show it.
fn wall(day: Date, days: i64, minutes: u32) -> Option<DateTime> {
    let days = days.checked_add(i64::from(minutes / 1440))?;
    let day = day.checked_add(i32::try_from(days).ok()?.days()).ok()?;
    let minute = i8::try_from(minutes % 60).ok()?;
    let hour = i8::try_from(minutes % 1440 / 60).ok()?;
    Some(day.at(hour, minute, 0, 0))
}

/// Levels over time from where stretches begin and end.
fn sweep(
    mut edges: Vec<(Moment, bool, u32)>,
    holidays: &[(Moment, Moment)],
    horizon: Tick,
) -> Vec<(Tick, u32)> {
    let horizon = i64::try_from(horizon).unwrap_or(i64::MAX);
    let mut cuts: Vec<Moment> = edges.iter().map(|edge| edge.0.max(0)).collect();
    cuts.extend(holidays.iter().flat_map(|(from, to)| [(*from).max(0), (*to).max(0)]));
    cuts.push(0);
    cuts.retain(|cut| *cut < horizon || *cut == 0);
    cuts.sort_unstable();
    cuts.dedup();
    edges.sort_unstable();
    let mut open: std::collections::BTreeMap<u32, usize> = std::collections::BTreeMap::new();
    let mut next = edges.into_iter().peekable();
    let mut out: Vec<(Tick, u32)> = Vec::new();
    for cut in cuts {
        while let Some((_, begins, level)) = next.next_if(|edge| edge.0 <= cut) {
            let count = open.entry(level).or_insert(0);
            *count = if begins { *count + 1 } else { count.saturating_sub(1) };
            open.retain(|_, count| *count > 0);
        }
        let holiday = holidays.iter().any(|(from, to)| (*from..*to).contains(&cut));
        let level = if holiday { 0 } else { open.keys().next_back().copied().unwrap_or(0) };
        if out.last().is_none_or(|last| last.1 != level) {
            out.push((Tick::try_from(cut).unwrap_or(0), level));
        }
    }
    out
}
