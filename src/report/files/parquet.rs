//! Parquet: rows gathered into groups, written column by column, compressed with Snappy.

use std::io;
use std::sync::Arc;

use parquet::basic::{Compression, LogicalType, Repetition, Type as Physical};
use parquet::data_type::{ByteArray, ByteArrayType, DoubleType, Int64Type};
use parquet::errors::ParquetError;
use parquet::file::properties::WriterProperties;
use parquet::file::writer::{SerializedColumnWriter, SerializedFileWriter};
use parquet::schema::types::Type;

use super::{Cell, Column, Kind, Output, Sink};

/// Cells of a row group: what is kept in memory.
const CELLS: usize = 1 << 18;

enum Values {
    Whole(Vec<i64>),
    Number(Vec<f64>),
    Text(Vec<ByteArray>),
}

/// A column's values so far; `known` says for each row whether it has one.
struct Gathered {
    values: Values,
    known: Vec<i16>,
}

pub(super) struct Parquet {
    writer: SerializedFileWriter<Box<dyn Output>>,
    columns: Vec<Gathered>,
    rows: usize,
}

fn io_error(error: ParquetError) -> io::Error {
    match error {
        ParquetError::External(inner) => io::Error::other(inner),
        other => io::Error::other(other),
    }
}

impl Parquet {
    pub(super) fn new(columns: &[Column], to: Box<dyn Output>) -> io::Result<Self> {
        let field = |column: &Column| {
            let (physical, logical) = match column.kind {
                Kind::Whole => (Physical::INT64, None),
                Kind::Number => (Physical::DOUBLE, None),
                Kind::Text => (Physical::BYTE_ARRAY, Some(LogicalType::String)),
            };
            let field = Type::primitive_type_builder(&column.name, physical);
            field.with_repetition(Repetition::OPTIONAL).with_logical_type(logical).build().map(Arc::new)
        };
        let fields: Vec<_> = columns.iter().map(field).collect::<Result<_, _>>().map_err(io_error)?;
        let schema = Type::group_type_builder("row").with_fields(fields).build().map_err(io_error)?;
        let properties = WriterProperties::builder()
            .set_compression(Compression::SNAPPY)
            .set_created_by(concat!("kordon ", env!("CARGO_PKG_VERSION")).to_owned())
            .build();
        let writer =
            SerializedFileWriter::new(to, Arc::new(schema), Arc::new(properties)).map_err(io_error)?;
        let gathered = |column: &Column| Gathered {
            values: match column.kind {
                Kind::Whole => Values::Whole(Vec::new()),
                Kind::Number => Values::Number(Vec::new()),
                Kind::Text => Values::Text(Vec::new()),
            },
            known: Vec::new(),
        };
        Ok(Self { writer, columns: columns.iter().map(gathered).collect(), rows: 0 })
    }

    fn group(&mut self) -> Result<(), ParquetError> {
        if self.rows == 0 {
            return Ok(());
        }
        let mut group = self.writer.next_row_group()?;
        for column in &mut self.columns {
            if let Some(mut to) = group.next_column()? {
                column.write(&mut to)?;
                to.close()?;
            }
        }
        group.close()?;
        self.rows = 0;
        Ok(())
    }
}

impl Gathered {
    fn add(&mut self, cell: &Cell<'_>) {
        let known = match (&mut self.values, cell) {
            (Values::Whole(all), Cell::Whole(number)) => {
                all.push(i64::try_from(*number).unwrap_or(i64::MAX));
                true
            }
            (Values::Number(all), Cell::Number(number)) if number.is_finite() => {
                all.push(*number);
                true
            }
            (Values::Text(all), Cell::Text(text)) => {
                all.push(ByteArray::from(text.as_bytes().to_vec()));
                true
            }
            _ => false,
        };
        self.known.push(i16::from(known));
    }

    fn write(&mut self, to: &mut SerializedColumnWriter<'_>) -> Result<(), ParquetError> {
        let known = Some(&self.known[..]);
        match &mut self.values {
            Values::Whole(all) => {
                to.typed::<Int64Type>().write_batch(all, known, None)?;
                all.clear();
            }
            Values::Number(all) => {
                to.typed::<DoubleType>().write_batch(all, known, None)?;
                all.clear();
            }
            Values::Text(all) => {
                to.typed::<ByteArrayType>().write_batch(all, known, None)?;
                all.clear();
            }
        }
        self.known.clear();
        Ok(())
    }
}

impl Sink for Parquet {
    fn row(&mut self, cells: &[Cell<'_>]) -> io::Result<()> {
        for (column, cell) in self.columns.iter_mut().zip(cells) {
            column.add(cell);
        }
        self.rows += 1;
        if self.rows * self.columns.len() >= CELLS {
            self.group().map_err(io_error)?;
        }
        Ok(())
    }

    fn end(mut self: Box<Self>) -> io::Result<()> {
        self.group().map_err(io_error)?;
        self.writer.close().map_err(io_error)?;
        Ok(())
    }
}
