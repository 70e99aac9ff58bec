//! Clocks. (temporary: replaced by the scenario floor's own)
use super::{Handover, Run, Shift, Side, Span, When};
type Tick = u64;
const MIN: u64 = 60_000_000;
const DAY: u64 = 1440 * MIN;
/// Clock.
#[derive(Debug, Clone)]
pub struct Clock {
    start: u64,
}
impl Clock {
    /// New.
    pub fn new(run: &Run, _sides: &[Side; 2]) -> Result<Self, (Span, String)> {
        let start = match &run.start {
            When::Weekly { weekday, minute } => u64::from(*weekday) * DAY + u64::from(*minute) * MIN,
            When::Date { date } => {
                let wd = date.weekday().to_monday_zero_offset() as u64;
                wd * DAY + (date.hour() as u64 * 60 + date.minute() as u64) * MIN
            }
            _ => 0,
        };
        Ok(Self { start })
    }
    fn of_week(&self, when: &When) -> Option<(u64, u64)> {
        match when {
            When::Weekly { weekday, minute } => {
                Some((u64::from(*weekday) * DAY + u64::from(*minute) * MIN, 7 * DAY))
            }
            When::Daily { minute } => Some((u64::from(*minute) * MIN, DAY)),
            _ => None,
        }
    }
    /// Next.
    pub fn next(&self, _side: usize, when: &When) -> Option<Tick> {
        match when {
            When::Since(t) => Some(*t),
            When::Date { .. } => Some(0),
            w => {
                let (at, cycle) = self.of_week(w)?;
                Some((at + cycle - self.start % cycle) % cycle)
            }
        }
    }
    /// Moment.
    pub fn moment(&self, side: usize, when: &When, _end: bool) -> Tick {
        self.next(side, when).unwrap_or(0)
    }
    /// Phase.
    pub fn phase(&self, _side: usize) -> Tick {
        self.start
    }
    /// Expand.
    pub fn expand(
        &self,
        side: usize,
        open: &[Shift],
        full: u32,
        _closed: &[jiff::civil::Date],
        until: Tick,
    ) -> Vec<(Tick, u32)> {
        if open.is_empty() {
            return vec![(0, full)];
        }
        let mut spans: Vec<(i64, i64, u32)> = vec![];
        for s in open {
            let level = s.level.unwrap_or(full);
            match (self.of_week(&s.from), self.of_week(&s.to)) {
                (Some((f, c)), Some((t, _))) => {
                    let len = if t > f { t - f } else { t + c - f };
                    let mut at = ((f + c - self.start % c) % c) as i64 - c as i64;
                    while at < until as i64 {
                        spans.push((at, at + len as i64, level));
                        at += c as i64;
                    }
                }
                _ => {
                    let f = self.next(side, &s.from).unwrap_or(0);
                    let t = self.next(side, &s.to).unwrap_or(0);
                    spans.push((f as i64, t as i64, level));
                }
            }
        }
        let mut at: Vec<i64> = spans.iter().flat_map(|s| [s.0, s.1]).filter(|t| *t > 0).collect();
        at.push(0);
        at.sort();
        at.dedup();
        let mut out: Vec<(Tick, u32)> = vec![];
        for t in at {
            let l = spans.iter().filter(|s| s.0 <= t && t < s.1).map(|s| s.2).max().unwrap_or(0);
            if out.last().is_none_or(|o| o.1 != l) {
                out.push((t as u64, l));
            }
        }
        out
    }
    /// Windows.
    pub fn windows(&self, _side: usize, h: &Handover, until: Tick) -> Vec<(Tick, Tick)> {
        let mut v = vec![];
        for m in &h.at {
            let mut at = ((u64::from(*m) * MIN + DAY - self.start % DAY) % DAY) as i64 - DAY as i64;
            while at < until as i64 {
                let e = at + h.lasts as i64;
                if e > 0 {
                    v.push((at.max(0) as u64, e as u64));
                }
                at += DAY as i64;
            }
        }
        v.sort();
        v
    }
}
