//! Quantities: a number with its unit, its range and where it is from.
//!
//! A quantity is a text (`"4 min"`, `"1 h 30 min"`, `"20 trucks"`, `"43 %"`) or a table
//! `{ is = "4 min", range = "3 .. 6 min", source = "R1" }`. Every unit belongs to one dimension; what is missing, of
//! another dimension, negative or absurd is an error that says what to write instead.

/// A unit: its spelling in outputs, other spellings, and how many base units it has.
#[derive(Debug)]
pub(crate) struct Unit {
    /// As it is written in registers and outputs.
    pub(crate) name: &'static str,
    also: &'static [&'static str],
    /// Base units in one of it.
    pub(crate) factor: f64,
}

const fn unit(name: &'static str, also: &'static [&'static str], factor: f64) -> Unit {
    Unit { name, also, factor }
}

/// What is measured.
#[derive(Debug)]
pub(crate) struct Dimension {
    /// For people: "a duration".
    pub(crate) what: &'static str,
    /// How one is written.
    pub(crate) example: &'static str,
    pub(crate) units: &'static [Unit],
    /// Smallest and largest value, in base units, and what is said of one outside.
    least: f64,
    most: f64,
    limit: &'static str,
    /// Whether several parts may be added: `"1 h 30 min"`.
    parts: bool,
    /// Regular expression of the text, for the schema.
    pub(crate) pattern: &'static str,
}

/// Base unit: microsecond. The clock has 48 bits.
pub(crate) static DURATION: Dimension = Dimension {
    what: "a duration",
    example: "\"4 min\", \"100 s\", \"1 h 30 min\" or \"2 d\"",
    units: &[
        unit("us", &["µs", "microsecond", "microseconds"], 1.0),
        unit("ms", &["millisecond", "milliseconds"], 1e3),
        unit("s", &["sec", "second", "seconds"], 1e6),
        unit("min", &["minute", "minutes"], 60e6),
        unit("h", &["hour", "hours"], 3600e6),
        unit("d", &["day", "days"], 86_400e6),
        unit("weeks", &["week", "w"], 604_800e6),
    ],
    least: 0.0,
    most: 281_474_976_710_655.0,
    limit: "a duration is from 0 to 8.9 years (the clock counts 2^48 microseconds)",
    parts: true,
    pattern: r"^\s*([0-9]+(\.[0-9]+)?\s*[a-zµ]+\s*)+$",
};

/// Base unit: metre.
pub(crate) static LENGTH: Dimension = Dimension {
    what: "a length",
    example: "\"25 m\" or \"1.2 km\"",
    units: &[
        unit("m", &["metre", "metres", "meter", "meters"], 1.0),
        unit("km", &["kilometre", "kilometres"], 1e3),
    ],
    least: 0.0,
    most: 1e6,
    limit: "a length is from 0 to 1000 km",
    parts: false,
    pattern: r"^\s*[0-9]+(\.[0-9]+)?\s*k?m\s*$",
};

/// Base unit: metre per second.
pub(crate) static SPEED: Dimension = Dimension {
    what: "a speed",
    example: "\"10 km/h\" or \"1.3 m/s\"",
    units: &[unit("m/s", &[], 1.0), unit("km/h", &["kmh"], 1.0 / 3.6), unit("mph", &[], 0.447_04)],
    least: 0.01,
    most: 100.0,
    limit: "a speed is from 0.04 to 360 km/h",
    parts: false,
    pattern: r"^\s*[0-9]+(\.[0-9]+)?\s*(m/s|km/h|mph)\s*$",
};

/// Base unit: per cent.
pub(crate) static SHARE: Dimension = Dimension {
    what: "a share",
    example: "\"43 %\"",
    units: &[unit("%", &["percent", "per cent"], 1.0)],
    least: 0.0,
    most: 100.0,
    limit: "a share is from 0 to 100 %",
    parts: false,
    pattern: r"^\s*[0-9]+(\.[0-9]+)?\s*%\s*$",
};

const HEAD_UNITS: &[Unit] = &[
    unit("trucks", &["truck"], 1.0),
    unit("cars", &["car"], 1.0),
    unit("buses", &["bus"], 1.0),
    unit("vans", &["van"], 1.0),
    unit("vehicles", &["vehicle"], 1.0),
    unit("parties", &["party"], 1.0),
    unit("places", &["place"], 1.0),
    unit("persons", &["person", "people", "pedestrians", "pedestrian"], 1.0),
];

/// Vehicles, parties or persons.
pub(crate) static HEADS: Dimension = Dimension {
    what: "a number of travellers",
    example: "\"325 trucks\" or \"300 persons\"",
    units: HEAD_UNITS,
    least: 0.0,
    most: 4e9,
    limit: "at most 4 000 000 000 are counted",
    parts: false,
    pattern: r"^\s*[0-9]+\s*[a-z]+\s*$",
};

/// Places for vehicles, parties or persons; lengths are read apart.
pub(crate) static EXTENT: Dimension = Dimension {
    what: "a size",
    example: "\"60 trucks\", \"300 persons\", \"900 m\" or \"unlimited\"",
    units: HEAD_UNITS,
    least: 0.0,
    most: 4e9,
    limit: "at most 4 000 000 000 fit anywhere",
    parts: false,
    pattern: r"^\s*[0-9]+\s*[a-z]+\s*$",
};

/// Base unit: per second. Written `"680 trucks/day"`.
pub(crate) static RATE: Dimension = Dimension {
    what: "a rate",
    example: "\"680 trucks/day\" or \"12 /h\"",
    units: &[
        unit("/s", &["/second"], 1.0),
        unit("/min", &["/minute"], 1.0 / 60.0),
        unit("/h", &["/hour"], 1.0 / 3600.0),
        unit("/day", &["/d"], 1.0 / 86_400.0),
        unit("/week", &[], 1.0 / 604_800.0),
    ],
    least: 0.0,
    most: MOST_PER_SECOND,
    limit: "a rate is from 0 to 100 000 000 a day",
    parts: false,
    pattern: r"^\s*[0-9]+(\.[0-9]+)?\s*[a-z]*\s*/\s*[a-z]+\s*$",
};

/// Every dimension.
/// The ticks of a duration as files write it, for example `"90 min"`.
#[must_use]
pub fn duration_of(text: &str) -> Option<super::Tick> {
    DURATION.parse(text).ok().map(|amount| ticks(amount.base()))
}

pub(crate) static ALL: [&Dimension; 7] = [&DURATION, &LENGTH, &SPEED, &SHARE, &HEADS, &EXTENT, &RATE];

/// The dimension of a unit as it is written in registers, and base units in one of it.
pub(crate) fn dimension_of(unit: &str) -> Option<(&'static Dimension, f64)> {
    let factor = |dimension: &Dimension| dimension.units.iter().find(|u| u.name == unit).map(|u| u.factor);
    ALL.iter().find_map(|dimension| factor(dimension).map(|factor| (*dimension, factor)))
}

/// The fastest stream that is believed: 10^8 a day.
pub(crate) const MOST_PER_SECOND: f64 = 1e8 / 86_400.0;

/// A number with its unit.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Amount {
    /// The number, in `unit`.
    pub(crate) value: f64,
    /// Unit as in registers.
    pub(crate) unit: &'static str,
    /// Base units in one `unit`.
    pub(crate) factor: f64,
}

impl Amount {
    /// The number in base units.
    pub(crate) fn base(self) -> f64 {
        self.value * self.factor
    }
}

/// What is wrong with a quantity, and what to write.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Wrong {
    pub(crate) label: String,
    pub(crate) help: String,
}

pub(crate) fn wrong(label: impl Into<String>, help: impl Into<String>) -> Wrong {
    Wrong { label: label.into(), help: help.into() }
}

impl Dimension {
    /// Reads a text such as `"4 min"`.
    pub(crate) fn parse(&'static self, text: &str) -> Result<Amount, Wrong> {
        let parts = split(text).map_err(|label| wrong(label, self.write()))?;
        if parts.len() > 1 && !self.parts {
            return Err(wrong(format!("expected one number with its unit, {}", self.what), self.write()));
        }
        let mut sum = 0.0;
        let mut last = None;
        for (number, word) in parts {
            let unit = self.unit(word)?;
            sum += number * unit.factor;
            last = Some((number, unit));
        }
        let Some((number, unit)) = last else {
            return Err(wrong(format!("expected {}", self.what), self.write()));
        };
        let single = number * unit.factor;
        let value = if sum == single { number } else { sum / unit.factor };
        let amount = Amount { value, unit: unit.name, factor: unit.factor };
        self.within(amount)?;
        Ok(amount)
    }

    fn unit(&'static self, word: &str) -> Result<&'static Unit, Wrong> {
        if word.is_empty() {
            return Err(wrong("which unit?", self.write()));
        }
        let word = match word.split_once('/') {
            Some((_, per)) if self.pattern == RATE.pattern => format!("/{}", per.trim()),
            _ => word.to_owned(),
        };
        let same = |unit: &&Unit| unit.name == word || unit.also.contains(&word.as_str());
        self.units.iter().find(same).ok_or_else(|| {
            let known: Vec<&str> = self.units.iter().map(|unit| unit.name).collect();
            let label = format!("`{word}` is not a unit of {}", self.what.trim_start_matches("a "));
            wrong(label, format!("{}; units: {}", self.write(), known.join(", ")))
        })
    }

    /// Whether an amount is believable.
    pub(crate) fn within(&self, amount: Amount) -> Result<(), Wrong> {
        let base = amount.base();
        if base.is_finite() && base >= self.least && base <= self.most {
            Ok(())
        } else {
            Err(wrong("out of range", self.limit))
        }
    }

    /// What to write: `write for instance "4 min"`.
    pub(crate) fn write(&self) -> String {
        format!("write {} as {}", self.what, self.example)
    }

    /// Reads a range such as `"3 .. 6 min"`, in the unit of `of`.
    pub(crate) fn parse_range(&'static self, text: &str, of: Amount) -> Result<(f64, f64), Wrong> {
        let help = || format!("write a range as \"low .. high {}\"", of.unit);
        let (low, high) = text.split_once("..").ok_or_else(|| wrong("expected two numbers", help()))?;
        let high = self.parse(high)?;
        let has_unit = low.trim().ends_with(|c: char| !c.is_ascii_digit() && c != '.');
        let low = if has_unit { self.parse(low)? } else { Amount { value: plain(low, help)?, ..high } };
        self.within(low)?;
        Ok((low.base() / of.factor, high.base() / of.factor))
    }
}

/// A number without unit.
pub(crate) fn plain(text: &str, help: impl Fn() -> String) -> Result<f64, Wrong> {
    let number: Option<f64> = text.trim().replace('_', "").parse().ok();
    number.filter(|number| number.is_finite()).ok_or_else(|| wrong("expected a number", help()))
}

/// Splits `"1 h 30 min"` into numbers and words.
fn split(text: &str) -> Result<Vec<(f64, &str)>, String> {
    let mut parts = Vec::new();
    let mut rest = text.trim();
    while !rest.is_empty() {
        let end = rest.find(|c: char| !(c.is_ascii_digit() || "+-._,".contains(c))).unwrap_or(rest.len());
        let (number, after) = rest.split_at(end);
        if number.is_empty() {
            return Err(if parts.is_empty() {
                "it begins with no number".into()
            } else {
                "expected a number".into()
            });
        }
        if number.contains(',') {
            return Err("a comma in a number; write the decimal point as in 1.5".into());
        }
        let value: f64 =
            number.replace('_', "").parse().map_err(|_| format!("`{number}` is not a number"))?;
        if value < 0.0 || number.starts_with('-') {
            return Err("must not be negative".into());
        }
        let after = after.trim_start();
        let end = after.find(|c: char| c.is_ascii_digit() || "+-".contains(c)).unwrap_or(after.len());
        let (word, next) = after.split_at(end);
        parts.push((value, word.trim()));
        rest = next;
    }
    Ok(parts)
}

/// The text of an amount, which reads back as the same amount.
pub(crate) fn written(value: f64, unit: &str) -> String {
    if unit.is_empty() { format!("{value}") } else { format!("{value} {unit}") }
}

/// A range of pure numbers, `"0.3 .. 0.6"`.
pub(crate) fn plain_range(text: &str) -> Result<(f64, f64), Wrong> {
    let help = || "write a range as \"low .. high\"".to_owned();
    let (low, high) = text.split_once("..").ok_or_else(|| wrong("expected two numbers", help()))?;
    Ok((plain(low, help)?, plain(high, help)?))
}

/// Whether a range is one, and holds its value.
pub(crate) fn check_range(range: (f64, f64), value: f64, unit: &str) -> Result<(), Wrong> {
    let (low, high) = range;
    if low >= high {
        return Err(wrong("an empty range", "the first number must be the smaller one"));
    }
    if value < low || value > high {
        let label = format!("the value, {}, lies outside", written(value, unit));
        return Err(wrong(label, "widen the range or change the value"));
    }
    Ok(())
}

/// Whole microseconds of an amount of time.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "within the limits of DURATION")]
pub(crate) fn ticks(microseconds: f64) -> u64 {
    microseconds.round() as u64
}
