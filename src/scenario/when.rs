//! Moments as people write them: a date, a weekday, a time of day, or a time since the start.

use serde_json::Value;

use super::Tick;
use super::quantity::{DURATION, ticks};
use super::read::{Form, Reader};
use super::schema::{self, Defs};
use super::tree::{Kind, Node};

/// A moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum When {
    /// `"2025-06-11 10:00"` or `"2025-06-11"` (then midnight), in the clock of the side it is about.
    Date {
        /// Date and time on the side's clock.
        date: jiff::civil::DateTime,
    },
    /// `"Fri 20:00"`: each week.
    Weekly {
        /// 0 = Monday … 6 = Sunday.
        weekday: u8,
        /// Minute of the day, 0..=1440.
        minute: u16,
    },
    /// `"08:00"`: each day.
    Daily {
        /// Minute of the day, 0..=1440.
        minute: u16,
    },
    /// `"90 min"`: since the start of the run.
    Since(
        /// Microseconds.
        Tick,
    ),
}

const DAYS: [&str; 7] = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];

/// The short name of a weekday, 0 = Monday.
#[must_use]
pub fn weekday_name(weekday: u8) -> &'static str {
    DAYS[usize::from(weekday % 7)]
}

impl When {
    /// Reads a moment.
    ///
    /// # Errors
    /// What is wrong with it, in words.
    pub fn parse(text: &str) -> Result<Self, String> {
        let text = text.trim();
        if text.len() >= 8 && text.as_bytes()[4..5] == *b"-" {
            return parse_date(text).map(|date| Self::Date { date });
        }
        if let Some((day, time)) = text.split_once(char::is_whitespace)
            && !day.starts_with(|c: char| c.is_ascii_digit())
        {
            let minute = parse_time(time.trim())?;
            return parse_weekday(day).map(|weekday| Self::Weekly { weekday, minute });
        }
        if text.contains(':') {
            return parse_time(text).map(|minute| Self::Daily { minute });
        }
        match DURATION.parse(text) {
            Ok(amount) => Ok(Self::Since(ticks(amount.base()))),
            Err(wrong) => Err(wrong.label),
        }
    }
}

impl std::fmt::Display for When {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Date { date } => write!(f, "{}", date.strftime("%Y-%m-%d %H:%M")),
            Self::Weekly { weekday, minute } => {
                write!(f, "{} {:02}:{:02}", weekday_name(*weekday), minute / 60, minute % 60)
            }
            Self::Daily { minute } => write!(f, "{:02}:{:02}", minute / 60, minute % 60),
            Self::Since(tick) => write!(f, "{} s after the start", tick / 1_000_000),
        }
    }
}

fn parse_weekday(word: &str) -> Result<u8, String> {
    let found = (0u8..7).find(|day| word.eq_ignore_ascii_case(weekday_name(*day)));
    found.ok_or_else(|| format!("`{word}` is no weekday; write Mon, Tue, Wed, Thu, Fri, Sat or Sun"))
}

/// `08:00` … `24:00`, in minutes.
pub(crate) fn parse_time(text: &str) -> Result<u16, String> {
    let error = || format!("`{text}` is no time of day; write it as 08:00");
    let (hour, minute) = text.split_once(':').ok_or_else(error)?;
    let two = |part: &str, most: u16| -> Option<u16> {
        (part.len() <= 2 && part.chars().all(|c| c.is_ascii_digit()))
            .then(|| part.parse().ok())
            .flatten()
            .filter(|value| *value <= most)
    };
    match (two(hour, 24), two(minute, 59)) {
        (Some(24), Some(0)) => Ok(1440),
        (Some(hour), Some(minutes)) if hour < 24 && minute.len() == 2 => Ok(hour * 60 + minutes),
        _ => Err(error()),
    }
}

/// `2025-06-11 10:00`, `2025-06-11T10:00`, `2025-06-11`.
fn parse_date(text: &str) -> Result<jiff::civil::DateTime, String> {
    let (day, time) = text.split_once([' ', 'T']).unwrap_or((text, "00:00"));
    let day = parse_day(day)?;
    let time = time.trim().strip_suffix(":00").filter(|time| time.contains(':')).unwrap_or(time.trim());
    let minute = parse_time(time)?;
    let midnight = day.to_datetime(jiff::civil::Time::midnight());
    midnight
        .checked_add(jiff::SignedDuration::from_mins(minute.into()))
        .map_err(|_| format!("`{text}` is out of the calendar"))
}

/// `2025-06-11`.
pub(crate) fn parse_day(text: &str) -> Result<jiff::civil::Date, String> {
    let error = || format!("`{text}` is no date; write it as 2025-06-11");
    let parts: Vec<&str> = text.trim().split('-').collect();
    let [year, month, day] = parts[..] else { return Err(error()) };
    let (Ok(year), Ok(month), Ok(day)) = (year.parse::<i16>(), month.parse(), day.parse()) else {
        return Err(error());
    };
    if !(1900..=2200).contains(&year) {
        return Err(format!("the year {year} is not from 1900 to 2200"));
    }
    jiff::civil::Date::new(year, month, day).map_err(|_| error())
}

const HELP: &str = "write \"2025-06-11 10:00\" (a date), \"Fri 20:00\" (each week), \"08:00\" (each day) or \"90 min\" (since the start)";

fn read_when(node: &Node, cx: &mut Reader<'_>, help: &str) -> Option<When> {
    let text = match &node.kind {
        Kind::Text(text) | Kind::Date(text) => text,
        _ => {
            cx.wrong_kind(node, "a moment", help);
            return None;
        }
    };
    When::parse(text).map_err(|label| cx.error(node.span, "not a moment", &label, help)).ok()
}

/// A moment of any kind.
#[derive(Debug)]
pub(crate) struct Moment;

impl Form for Moment {
    type Out = When;
    fn read<'d>(node: &'d Node, cx: &mut Reader<'d>) -> When {
        let when = read_when(node, cx, HELP).unwrap_or(When::Since(0));
        if cx.generic && matches!(when, When::Date { .. }) {
            let help = "write a weekday, as in \"Fri 20:00\", or start the run on a date";
            cx.error(node.span, "a generic week has no dates", "which week?", help);
        }
        when
    }
    fn stand_in() -> When {
        When::Since(0)
    }
    fn schema(_: &mut Defs) -> Value {
        schema::text_like(MOMENT)
    }
}

const MOMENT: &str = r"^\s*(\d{4}-\d{2}-\d{2}([ T]\d{1,2}:\d{2}(:00)?)?|([A-Z][a-z]{2}\s+)?\d{1,2}:\d{2}|([0-9.]+\s*[a-zµ]+\s*)+)\s*$";

/// The end of a period: a date without time means until the end of that day.
#[derive(Debug)]
pub(crate) struct Until;

impl Form for Until {
    type Out = When;
    fn read<'d>(node: &'d Node, cx: &mut Reader<'d>) -> When {
        match (Moment::read(node, cx), &node.kind) {
            (When::Date { date }, Kind::Text(text) | Kind::Date(text)) if !text.contains(':') => {
                When::Date { date: date.tomorrow().unwrap_or(date) }
            }
            (when, _) => when,
        }
    }
    fn stand_in() -> When {
        Moment::stand_in()
    }
    fn schema(defs: &mut Defs) -> Value {
        Moment::schema(defs)
    }
}

/// The start of a run: a date, or a weekday and time of a generic week.
#[derive(Debug)]
pub(crate) struct Start;

impl Form for Start {
    type Out = When;
    fn read<'d>(node: &'d Node, cx: &mut Reader<'d>) -> When {
        let help = "write \"2025-06-11 10:00\", or \"Mon 00:00\" for a generic week";
        match read_when(node, cx, help) {
            Some(when @ (When::Date { .. } | When::Weekly { .. })) => when,
            Some(_) => {
                cx.error(node.span, "not a start", "neither a date nor a weekday with its time", help);
                Self::stand_in()
            }
            None => Self::stand_in(),
        }
    }
    fn stand_in() -> When {
        When::Weekly { weekday: 0, minute: 0 }
    }
    fn schema(_: &mut Defs) -> Value {
        schema::text_like(
            r"^\s*(\d{4}-\d{2}-\d{2}([ T]\d{1,2}:\d{2}(:00)?)?|[A-Z][a-z]{2}\s+\d{1,2}:\d{2})\s*$",
        )
    }
}

/// A time of day, in minutes.
#[derive(Debug)]
pub(crate) struct TimeOfDay;

impl Form for TimeOfDay {
    type Out = u16;
    fn read<'d>(node: &'d Node, cx: &mut Reader<'d>) -> u16 {
        let help = "write \"08:00\", with quotes";
        match &node.kind {
            Kind::Text(text) => parse_time(text.trim())
                .map_err(|label| cx.error(node.span, "not a time of day", &label, help))
                .unwrap_or(0),
            _ => {
                cx.wrong_kind(node, "a time of day", help);
                0
            }
        }
    }
    fn stand_in() -> u16 {
        0
    }
    fn schema(_: &mut Defs) -> Value {
        schema::text_like(r"^\s*\d{1,2}:\d{2}\s*$")
    }
}

/// A day of the calendar.
#[derive(Debug)]
pub(crate) struct Day;

impl Form for Day {
    type Out = jiff::civil::Date;
    fn read<'d>(node: &'d Node, cx: &mut Reader<'d>) -> jiff::civil::Date {
        let help = "write \"2025-06-19\"";
        match &node.kind {
            Kind::Text(text) | Kind::Date(text) => parse_day(text)
                .map_err(|label| cx.error(node.span, "not a date", &label, help))
                .unwrap_or(jiff::civil::Date::ZERO),
            _ => {
                cx.wrong_kind(node, "a date", help);
                jiff::civil::Date::ZERO
            }
        }
    }
    fn stand_in() -> jiff::civil::Date {
        jiff::civil::Date::ZERO
    }
    fn schema(_: &mut Defs) -> Value {
        schema::text_like(r"^\s*\d{4}-\d{2}-\d{2}\s*$")
    }
}
