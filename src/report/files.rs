//! Tables as files: the same rows into several formats at once, one row at a time.
//!
//! A `Table` has columns whose names carry their units, and sinks that take its rows: CSV, JSON Lines, a sheet of a
//! workbook, Parquet (with the feature `parquet`). Nothing is kept but what a format itself gathers before it writes. What
//! is not known is an empty cell, `null`, never 0. Nothing in a file is of the machine or of the moment.

#[cfg(feature = "parquet")]
mod parquet;
pub(super) mod workbook;

use std::borrow::Cow;
use std::collections::HashSet;
use std::io::{self, Write};

use super::value::Value;

/// Where a file's bytes go.
pub trait Output: Write + Send {}
impl<T: Write + Send> Output for T {}

/// What a column holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Whole numbers.
    Whole,
    /// Numbers.
    Number,
    /// Texts.
    Text,
}

impl Kind {
    /// As the dictionary spells it.
    pub fn word(self) -> &'static str {
        match self {
            Self::Whole => "whole number",
            Self::Number => "number",
            Self::Text => "text",
        }
    }
}

/// A column.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Column {
    /// Its name: letters, digits and `_`, the unit at the end.
    pub name: String,
    /// What it holds.
    pub kind: Kind,
    /// The unit; empty for pure numbers and texts.
    pub unit: String,
    /// Where the value stands in the study: a path, a name of a number; empty where that says nothing.
    pub of: String,
    /// What it is.
    pub meaning: String,
}

impl Column {
    /// A column of the table itself.
    pub(super) fn own(name: &str, kind: Kind, meaning: &str) -> Self {
        Self {
            name: name.to_owned(),
            kind,
            unit: String::new(),
            of: String::new(),
            meaning: meaning.to_owned(),
        }
    }
}

/// A cell.
#[derive(Debug, Clone, PartialEq)]
pub enum Cell<'a> {
    /// Not known.
    Empty,
    /// A whole number.
    Whole(u64),
    /// A number; not known if it is none.
    Number(f64),
    /// A text.
    Text(Cow<'a, str>),
}

impl<'a> Cell<'a> {
    /// A text.
    pub(super) fn text(text: impl Into<Cow<'a, str>>) -> Self {
        Cell::Text(text.into())
    }

    /// A text, or nothing.
    pub(super) fn maybe(text: Option<&'a str>) -> Self {
        text.map_or(Cell::Empty, Cell::text)
    }

    fn known(&self) -> Option<&Self> {
        match self {
            Cell::Empty => None,
            Cell::Number(number) if !number.is_finite() => None,
            known => Some(known),
        }
    }
}

/// What takes the rows of a table.
pub(super) trait Sink {
    fn row(&mut self, cells: &[Cell<'_>]) -> io::Result<()>;
    fn end(self: Box<Self>) -> io::Result<()>;
}

/// A table that is being written.
pub(super) struct Table {
    pub(super) columns: Vec<Column>,
    sinks: Vec<Box<dyn Sink>>,
}

impl Table {
    pub(super) fn new(columns: Vec<Column>) -> Self {
        Self { columns, sinks: Vec::new() }
    }

    /// The rows also go there, as CSV.
    pub(super) fn csv(&mut self, to: Box<dyn Output>) -> io::Result<()> {
        let mut to = csv::Writer::from_writer(to);
        to.write_record(self.columns.iter().map(|column| &column.name))?;
        self.sinks.push(Box::new(Csv(to)));
        Ok(())
    }

    /// The rows also go there, as JSON Lines.
    pub(super) fn json_lines(&mut self, to: Box<dyn Output>) {
        let keys = self.columns.iter().map(|column| column.name.clone()).collect();
        self.sinks.push(Box::new(JsonLines { to: io::BufWriter::new(to), keys }));
    }

    /// The rows also go there, as Parquet.
    #[cfg(feature = "parquet")]
    pub(super) fn parquet(&mut self, to: Box<dyn Output>) -> io::Result<()> {
        self.sinks.push(Box::new(parquet::Parquet::new(&self.columns, to)?));
        Ok(())
    }

    pub(super) fn row(&mut self, cells: &[Cell<'_>]) -> io::Result<()> {
        debug_assert_eq!(cells.len(), self.columns.len());
        self.sinks.iter_mut().try_for_each(|sink| sink.row(cells))
    }

    pub(super) fn end(self) -> io::Result<()> {
        self.sinks.into_iter().try_for_each(Sink::end)
    }
}

struct Csv(csv::Writer<Box<dyn Output>>);

impl Sink for Csv {
    fn row(&mut self, cells: &[Cell<'_>]) -> io::Result<()> {
        for cell in cells {
            match cell.known() {
                None | Some(Cell::Empty) => self.0.write_field("")?,
                Some(Cell::Whole(number)) => self.0.write_field(number.to_string())?,
                Some(Cell::Number(number)) => self.0.write_field(number.to_string())?,
                Some(Cell::Text(text)) => self.0.write_field(text.as_ref())?,
            }
        }
        self.0.write_record(None::<&[u8]>)?;
        Ok(())
    }

    fn end(mut self: Box<Self>) -> io::Result<()> {
        self.0.flush()
    }
}

struct JsonLines {
    to: io::BufWriter<Box<dyn Output>>,
    keys: Vec<String>,
}

impl Sink for JsonLines {
    fn row(&mut self, cells: &[Cell<'_>]) -> io::Result<()> {
        let value = |cell: &Cell<'_>| match cell {
            Cell::Empty => Value::Null,
            Cell::Whole(number) => Value::Whole(*number),
            Cell::Number(number) => Value::Number(*number),
            Cell::Text(text) => Value::Text(text.to_string()),
        };
        let line = Value::map(self.keys.iter().map(String::as_str).zip(cells.iter().map(value)));
        serde_json::to_writer(&mut self.to, &line)?;
        self.to.write_all(b"\n")
    }

    fn end(mut self: Box<Self>) -> io::Result<()> {
        self.to.flush()
    }
}

/// A name as programs take it: letters, digits and `_`; dots become `__`, `UA>PL` becomes `UA_to_PL`.
pub(super) fn identifier(name: &str) -> String {
    let name = name.replace('>', "_to_").replace('.', "__").replace(']', "");
    let mut out: String = name.chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '_' }).collect();
    if out.starts_with(|c: char| c.is_ascii_digit()) {
        out.insert(0, '_');
    }
    out.trim_end_matches('_').to_owned()
}

/// What a column's name ends with for a unit of the scenario language: `_min`, `_percent`, `_per_day`.
pub(super) fn ending(unit: &str) -> String {
    let word = unit.replace('%', "percent").replace('/', "_per_");
    let word = word.trim_matches('_');
    if word.is_empty() { String::new() } else { format!("_{word}") }
}

/// Gives every column a name of its own.
pub(super) fn distinct(columns: &mut [Column]) {
    let mut taken = HashSet::new();
    for column in columns {
        let own = column.name.clone();
        let mut copy = 2;
        while !taken.insert(column.name.clone()) {
            column.name = format!("{own}_{copy}");
            copy += 1;
        }
    }
}
