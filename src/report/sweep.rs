//! The tables of a sweep, as files.
//!
//! | file | a row for each |
//! | --- | --- |
//! | `points` | point: its values, how often it was simulated, headline and objectives with their interval |
//! | `results` | unit: a replication of a point, with its values and all numbers |
//! | `classes` | unit, direction and class |
//! | `stages` | unit and stage |
//! | `inputs` | input of the scenario, with its range and source |
//! | `dictionary` | column of the files above |
//!
//! All are CSV and JSON Lines; the first four also Parquet, if the program was built with it; `workbook.xlsx` holds
//! results, points, inputs and the dictionary. A unit that has no result has its row in `results` with the reason, and none
//! in `classes` and `stages`.

use std::io;
use std::path::Path;

use super::WHAT_THIS_IS;
use super::files::workbook::{Book, COLUMNS, ROWS};
use super::files::{Cell, Column, Kind, Output, Table, distinct, ending, identifier};
use super::meaning::meaning;
use crate::study::Summary;
use crate::study::sweep::manifest::{self, Number};
use crate::study::sweep::{Factor, Fate, Manifest, Results, SweepError, Told, Unit};

/// Name of the workbook.
pub const WORKBOOK: &str = "workbook.xlsx";
/// Tables that also are Parquet.
const LARGE: [&str; 4] = ["points", "results", "classes", "stages"];
/// Tables that are not.
const SMALL: [&str; 2] = ["inputs", "dictionary"];

/// Whether this program writes Parquet.
pub const PARQUET: bool = cfg!(feature = "parquet");

/// Names of all files that a sweep's tables may be, also those this program does not write.
pub fn file_names() -> Vec<String> {
    let all =
        LARGE.iter().flat_map(|table| ["csv", "jsonl", "parquet"].map(|format| format!("{table}.{format}")));
    let small = SMALL.iter().flat_map(|table| ["csv", "jsonl"].map(|format| format!("{table}.{format}")));
    all.chain(small).chain([WORKBOOK.to_owned()]).collect()
}

/// Opens a file by its name.
pub type Open<'a> = dyn FnMut(&str) -> io::Result<Box<dyn Output>> + 'a;

/// Writes all tables of a sweep of which every unit is there.
///
/// # Errors
/// A unit cannot be read; a file cannot be written.
pub fn write(results: &mut Results, open: &mut Open<'_>) -> Result<(), SweepError> {
    let tidy = Tidy::of(&results.manifest);
    let mut book = Book::new(&results.manifest.study.name).map_err(|e| wrong(WORKBOOK, &e))?;
    let mut tables = [
        opened("points", point_columns(&results.manifest), open)?,
        opened("results", result_columns(&results.manifest), open)?,
        opened("classes", tidy.classes.columns.clone(), open)?,
        opened("stages", tidy.stages.columns.clone(), open)?,
    ];
    let sheet = |name: &str, table: &Table, book: &mut Book| {
        book.sheet(name, &table.columns[..table.columns.len().min(COLUMNS)]).map_err(|e| wrong(WORKBOOK, &e))
    };
    let sheets = [sheet("results", &tables[1], &mut book)?, sheet("points", &tables[0], &mut book)?];
    units(results, &tidy, &mut tables, &mut book, sheets)?;
    let dictionary = tables.iter().zip(LARGE).map(|(table, name)| (name, table.columns.clone())).collect();
    for (table, name) in tables.into_iter().zip(LARGE) {
        table.end().map_err(|e| wrong(name, &e))?;
    }
    small("inputs", input_columns(), input_rows(&results.manifest), &mut book, open)?;
    let rows = dictionary_rows(&results.manifest, dictionary);
    small("dictionary", dictionary_columns(), rows, &mut book, open)?;
    open(WORKBOOK).and_then(|to| book.end(to)).map_err(|e| wrong(WORKBOOK, &e))
}

fn wrong(name: &str, error: &io::Error) -> SweepError {
    SweepError::cannot_write(Path::new(name), error)
}

fn opened(name: &str, columns: Vec<Column>, open: &mut Open<'_>) -> Result<Table, SweepError> {
    let mut table = Table::new(columns);
    let mut all = || {
        table.csv(open(&format!("{name}.csv"))?)?;
        table.json_lines(open(&format!("{name}.jsonl"))?);
        #[cfg(feature = "parquet")]
        if LARGE.contains(&name) {
            table.parquet(open(&format!("{name}.parquet"))?)?;
        }
        Ok(())
    };
    all().map_err(|e| wrong(name, &e))?;
    Ok(table)
}

fn small(
    name: &str,
    columns: Vec<Column>,
    rows: Vec<Vec<Cell<'_>>>,
    book: &mut Book,
    open: &mut Open<'_>,
) -> Result<(), SweepError> {
    let mut table = opened(name, columns, open)?;
    let mut all = || {
        let sheet = book.sheet(name, &table.columns)?;
        rows.iter().try_for_each(|row| table.row(row).and_then(|()| book.row(sheet, row)))
    };
    all().map_err(|e| wrong(name, &e))?;
    table.end().map_err(|e| wrong(name, &e))
}

// ---- rows of units

/// Reads every unit once and writes its rows.
fn units(
    results: &mut Results,
    tidy: &Tidy,
    tables: &mut [Table; 4],
    book: &mut Book,
    sheets: [usize; 2],
) -> Result<(), SweepError> {
    let shown = Shown::of(&results.manifest);
    let names: Vec<String> = tables[1].columns.iter().map(|column| column.name.clone()).collect();
    let kpis = names.len() - 1 - results.manifest.kpis.len();
    let mut rows = 1;
    for point in 0..results.points() {
        let factors: Vec<Cell<'static>> = results.told(point).map(told).collect();
        let (replications, _) = results.replications(point);
        let mut seen = Seen::new(&shown);
        for replication in 0..replications {
            let unit = results.unit(point, replication)?;
            seen.add(&unit);
            let lower = lower_bounds(&unit, &names[kpis..]);
            let mut row = vec![Cell::Whole(point), Cell::Whole(replication), Cell::text(state(&unit.fate))];
            row.extend(factors.iter().cloned());
            row.extend((0..results.manifest.kpis.len()).map(|k| number(&unit, k)));
            row.push(Cell::maybe(lower.as_deref()));
            let here = |e: io::Error| wrong("results", &e);
            tables[1].row(&row).map_err(here)?;
            rows += 1;
            if rows <= ROWS {
                row.truncate(COLUMNS);
                book.row(sheets[0], &row).map_err(|e| wrong(WORKBOOK, &e))?;
            }
            if unit.fate == Fate::Done {
                tidy.classes.rows(&unit, &mut tables[2]).map_err(|e| wrong("classes", &e))?;
                tidy.stages.rows(&unit, &mut tables[3]).map_err(|e| wrong("stages", &e))?;
            }
        }
        let row = point_row(results, point, &factors, &seen);
        tables[0].row(&row).map_err(|e| wrong("points", &e))?;
        book.row(sheets[1], &row).map_err(|e| wrong(WORKBOOK, &e))?;
    }
    Ok(())
}

fn told(told: Told<'_>) -> Cell<'static> {
    match told {
        Told::Number(number) => Cell::Number(number),
        Told::Words(words) => Cell::text(words.to_owned()),
    }
}

fn state(fate: &Fate) -> String {
    match fate.why() {
        "" => fate.word().to_owned(),
        why => format!("{}: {why}", fate.word()),
    }
}

fn number(unit: &Unit, kpi: usize) -> Cell<'static> {
    unit.values.get(kpi).map_or(Cell::Empty, |value| Cell::Number(*value))
}

/// Names of the columns that are only lower bounds in a unit; none if none is.
fn lower_bounds(unit: &Unit, names: &[String]) -> Option<String> {
    let low = unit.lower.iter().zip(names).filter(|(is, _)| **is).map(|(_, name)| name.as_str());
    let all = low.collect::<Vec<_>>().join(" ");
    (!all.is_empty()).then_some(all)
}

fn result_columns(manifest: &Manifest) -> Vec<Column> {
    let mut columns = vec![
        Column::own("point", Kind::Whole, "number of the point"),
        Column::own(
            "replication",
            Kind::Whole,
            "number of the replication; the same travellers at every point",
        ),
        Column::own("state", Kind::Text, "`done`, or what became of the unit and why"),
    ];
    columns.extend(manifest.factors.iter().map(factor_column));
    columns.extend(manifest.kpis.iter().map(kpi_column));
    let doc = "columns of this row that are only lower bounds, since somebody was still inside; empty: none";
    columns.push(Column::own("lower_bounds", Kind::Text, doc));
    distinct(&mut columns);
    columns
}

fn factor_column(factor: &Factor) -> Column {
    let number = factor.is_number();
    let unit = if number { factor.unit.clone() } else { String::new() };
    let one = if factor.path.is_some() { "value at its path" } else { "option" };
    Column {
        name: identifier(&factor.name) + &ending(&unit),
        kind: if number { Kind::Number } else { Kind::Text },
        unit,
        of: factor.path.clone().unwrap_or_default(),
        meaning: format!("{}: {one}", factor.role.word()),
    }
}

fn kpi_column(kpi: &Number) -> Column {
    Column {
        name: identifier(&kpi.name) + kpi.unit.suffix(),
        kind: Kind::Number,
        unit: kpi.unit.word().to_owned(),
        of: kpi.name.clone(),
        meaning: meaning(&kpi.measure, &kpi.stat),
    }
}

// ---- rows of points

/// The numbers that points show: the headline, then the objectives.
struct Shown(Vec<usize>);

impl Shown {
    fn of(manifest: &Manifest) -> Self {
        let mut all = vec![manifest.headline];
        for objective in &manifest.objectives {
            if !all.contains(&objective.kpi) {
                all.push(objective.kpi);
            }
        }
        Self(all)
    }
}

/// What a point's units say together.
struct Seen<'a> {
    shown: &'a Shown,
    values: Vec<Vec<f64>>,
    without: u64,
    units: u64,
}

impl<'a> Seen<'a> {
    fn new(shown: &'a Shown) -> Self {
        Self { shown, values: vec![Vec::new(); shown.0.len()], without: 0, units: 0 }
    }

    fn add(&mut self, unit: &Unit) {
        self.units += 1;
        self.without += u64::from(unit.fate != Fate::Done);
        for (values, kpi) in self.values.iter_mut().zip(&self.shown.0) {
            values.extend(unit.values.get(*kpi).filter(|_| unit.fate == Fate::Done));
        }
    }
}

fn point_columns(manifest: &Manifest) -> Vec<Column> {
    let mut columns = vec![
        Column::own("point", Kind::Whole, "number of the point"),
        Column::own("setting", Kind::Whole, "number of the levers' values"),
        Column::own("future", Kind::Whole, "number of the uncertainties' values"),
    ];
    columns.extend(manifest.factors.iter().map(factor_column));
    columns.extend([
        Column::own("replications", Kind::Whole, "replications simulated"),
        Column::own(
            "ended",
            Kind::Text,
            "why so many: `as asked`, `precise`, `stopped at the cap`, `without a result`",
        ),
        Column::own(
            "relative_half_width",
            Kind::Number,
            "half-width of the 95 % interval over the mean, where it decided",
        ),
        Column::own("without_result", Kind::Whole, "replications without a result"),
    ]);
    for kpi in &Shown::of(manifest).0 {
        let column = kpi_column(&manifest.kpis[*kpi]);
        for (word, doc) in [
            ("mean_of_", "mean over the replications of"),
            ("chance_low_of_", "lower end of the 95 % interval by chance of"),
            ("chance_high_of_", "upper end of the 95 % interval by chance of"),
        ] {
            let name = format!("{word}{}", column.name);
            columns.push(Column { name, meaning: format!("{doc} {}", column.of), ..column.clone() });
        }
    }
    distinct(&mut columns);
    columns
}

fn point_row(
    results: &Results,
    point: u64,
    factors: &[Cell<'static>],
    seen: &Seen<'_>,
) -> Vec<Cell<'static>> {
    let (_, end) = results.replications(point);
    let (setting, future) = (point % results.settings(), point / results.settings());
    let mut row = vec![Cell::Whole(point), Cell::Whole(setting), Cell::Whole(future)];
    row.extend(factors.iter().cloned());
    row.extend([
        Cell::Whole(seen.units),
        Cell::text(end.word()),
        end.relative().map_or(Cell::Empty, Cell::Number),
        Cell::Whole(seen.without),
    ]);
    for values in &seen.values {
        let summary = Summary::of(values.iter().copied());
        let (low, high) = summary.interval().unwrap_or((f64::NAN, f64::NAN));
        row.extend([summary.mean, low, high].map(Cell::Number));
    }
    row
}

// ---- tidy rows

/// The same numbers with a row for each thing they are about.
struct Tidy {
    classes: Rows,
    stages: Rows,
}

/// A tidy table: what each row is about, and where its numbers stand in a unit.
struct Rows {
    columns: Vec<Column>,
    about: Vec<([String; 2], Vec<Option<usize>>)>,
}

impl Tidy {
    fn of(manifest: &Manifest) -> Self {
        let class = |about: &str| {
            let (direction, class) = about.split_once(' ').unwrap_or((about, ""));
            [direction.to_owned(), class.to_owned()]
        };
        let stage = |about: &str| [about.to_owned(), about.split('.').next().unwrap_or_default().to_owned()];
        Self {
            classes: Rows::of(
                manifest,
                manifest::Kind::Class,
                [("direction", "from which side to which"), ("class", "class of travellers, or group of it")],
                class,
            ),
            stages: Rows::of(
                manifest,
                manifest::Kind::Stage,
                [("stage", "path of the stage"), ("side", "side on which it stands")],
                stage,
            ),
        }
    }
}

impl Rows {
    fn of(
        manifest: &Manifest,
        kind: manifest::Kind,
        keys: [(&str, &str); 2],
        split: impl Fn(&str) -> [String; 2],
    ) -> Self {
        let mine = || manifest.kpis.iter().enumerate().filter(|(_, kpi)| kpi.kind == kind);
        let (mut measures, mut about): (Vec<&Number>, Vec<&str>) = (Vec::new(), Vec::new());
        for (_, kpi) in mine() {
            if !measures.iter().any(|m| m.measure == kpi.measure && m.stat == kpi.stat) {
                measures.push(kpi);
            }
            if !about.contains(&kpi.about.as_str()) {
                about.push(&kpi.about);
            }
        }
        let mut columns = vec![
            Column::own("point", Kind::Whole, "number of the point"),
            Column::own("replication", Kind::Whole, "number of the replication"),
        ];
        columns.extend(keys.map(|(name, doc)| Column::own(name, Kind::Text, doc)));
        columns.extend(measures.iter().map(|m| {
            let of = [m.measure.as_str(), m.stat.as_str()].join(" ").trim().to_owned();
            Column { name: identifier(&of) + m.unit.suffix(), of, ..kpi_column(m) }
        }));
        distinct(&mut columns);
        let place = |of: &str, m: &Number| {
            let same = |kpi: &Number| kpi.about == of && kpi.measure == m.measure && kpi.stat == m.stat;
            mine().find(|(_, kpi)| same(kpi)).map(|(k, _)| k)
        };
        let row = |of: &str| (split(of), measures.iter().map(|m| place(of, m)).collect());
        Self { columns, about: about.into_iter().map(row).collect() }
    }

    fn rows(&self, unit: &Unit, to: &mut Table) -> io::Result<()> {
        for (keys, places) in &self.about {
            let mut row = vec![Cell::Whole(u64::from(unit.point)), Cell::Whole(u64::from(unit.replication))];
            row.extend(keys.iter().map(|key| Cell::text(key.as_str())));
            row.extend(places.iter().map(|at| at.map_or(Cell::Empty, |at| number(unit, at))));
            to.row(&row)?;
        }
        Ok(())
    }
}

// ---- small tables

fn input_columns() -> Vec<Column> {
    let text = |name, doc| Column::own(name, Kind::Text, doc);
    let number = |name, doc| Column::own(name, Kind::Number, doc);
    vec![
        text("path", "path of the input in the scenario"),
        text("as_written", "as the scenario writes it"),
        number("value", "the number, in `unit`"),
        text("unit", "unit of value and range; empty for pure numbers"),
        number("range_low", "lower end of its range, in `unit`; empty: it states none"),
        number("range_high", "upper end of its range, in `unit`"),
        text("evidence", "what stands behind it: measured, published, fitted, expert, assumed"),
        text("source", "the source in words"),
        text("side", "the side it describes; empty: traffic, or what is shared"),
        text("varied_as", "lever or uncertainty of this sweep; empty: it is as the scenario has it"),
    ]
}

fn input_rows(manifest: &Manifest) -> Vec<Vec<Cell<'_>>> {
    manifest.inputs.iter().map(|input| input_row(manifest, input)).collect()
}

fn input_row<'a>(manifest: &Manifest, input: &'a manifest::Register) -> Vec<Cell<'a>> {
    let end =
        |pick: fn(&(f64, f64)) -> f64| input.range.as_ref().map_or(Cell::Empty, |r| Cell::Number(pick(r)));
    let varied = manifest.factors.iter().find(|factor| factor.path.as_ref() == Some(&input.path));
    vec![
        Cell::text(input.path.as_str()),
        Cell::text(input.text.as_str()),
        Cell::Number(input.value),
        Cell::text(input.unit.as_str()),
        end(|r| r.0),
        end(|r| r.1),
        Cell::text(input.evidence.as_str()),
        Cell::maybe(input.source.as_deref()),
        Cell::maybe(input.side.as_deref()),
        Cell::maybe(varied.map(|factor| factor.role.word())),
    ]
}

fn dictionary_columns() -> Vec<Column> {
    let text = |name, doc| Column::own(name, Kind::Text, doc);
    vec![
        text("table", "name of the table; empty: about the sweep as a whole"),
        text("column", "name of the column"),
        text("holds", "whole number, number or text"),
        text("unit", "unit; empty for pure numbers and texts"),
        text("of", "path or name in the study that it shows"),
        text("meaning", "what it is"),
    ]
}

fn dictionary_rows<'a>(manifest: &Manifest, large: Vec<(&'a str, Vec<Column>)>) -> Vec<Vec<Cell<'a>>> {
    let mut rows: Vec<Vec<Cell<'a>>> = provenance(manifest)
        .into_iter()
        .map(|(what, text)| {
            let [empty, holds] = [Cell::text(""), Cell::text(Kind::Text.word())];
            vec![empty.clone(), Cell::text(what), holds, empty.clone(), empty, Cell::text(text)]
        })
        .collect();
    let small = [("inputs", input_columns()), ("dictionary", dictionary_columns())];
    for (table, columns) in large.into_iter().chain(small) {
        rows.extend(columns.into_iter().map(|column| {
            let Column { name, kind, unit, of, meaning } = column;
            let holds = Cell::text(kind.word());
            vec![
                Cell::text(table),
                Cell::text(name),
                holds,
                Cell::text(unit),
                Cell::text(of),
                Cell::text(meaning),
            ]
        }));
    }
    rows
}

/// Where the numbers are from, for whoever finds the files without the folder.
fn provenance(manifest: &Manifest) -> Vec<(&'static str, String)> {
    vec![
        ("what_this_is", WHAT_THIS_IS.to_owned()),
        ("study", format!("{} ({})", manifest.study.name, manifest.study.file)),
        ("question", manifest.study.question.clone().unwrap_or_default()),
        ("scenario", format!("{} ({})", manifest.scenario.name, manifest.scenario.file)),
        ("scenario_hash", manifest.scenario_hash.clone()),
        ("sweep_hash", manifest.hash()),
        ("seed", manifest.seed.to_string()),
        ("kordon", manifest.kordon.clone()),
    ]
}
