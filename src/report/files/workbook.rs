//! A workbook for Excel and LibreOffice: one sheet for each table, written row by row.

use std::io;

use rust_xlsxwriter::{DocProperties, ExcelDateTime, Format, Workbook, Worksheet, XlsxError};

use super::{Cell, Column, Output};

/// Rows of a sheet, its heading included: no program for workbooks takes more.
pub(in crate::report) const ROWS: u64 = 1_048_576;
/// Columns of a sheet.
pub(in crate::report) const COLUMNS: usize = 16_384;

pub(in crate::report) struct Book {
    book: Workbook,
    rows: Vec<u32>,
}

fn io_error(error: XlsxError) -> io::Error {
    match error {
        XlsxError::IoError(error) => error,
        other => io::Error::other(other),
    }
}

impl Book {
    /// A workbook that says of nothing when it was made: the same study gives the same bytes.
    pub(in crate::report) fn new(title: &str) -> io::Result<Self> {
        let mut book = Workbook::new();
        let never = ExcelDateTime::from_ymd(2000, 1, 1).map_err(io_error)?;
        let properties = DocProperties::new().set_title(title).set_creation_datetime(&never);
        book.set_properties(&properties);
        Ok(Self { book, rows: Vec::new() })
    }

    /// Adds a sheet with its heading; answers its number.
    pub(in crate::report) fn sheet(&mut self, name: &str, columns: &[Column]) -> io::Result<usize> {
        let sheet = self.book.add_worksheet_with_constant_memory().map_err(io_error)?;
        sheet.set_name(name).map_err(io_error)?;
        let bold = Format::new().set_bold();
        sheet.set_freeze_panes(1, 0).map_err(io_error)?;
        for (k, column) in columns.iter().enumerate() {
            let width = (column.name.chars().count() as f64 + 1.0).clamp(9.0, 40.0);
            sheet.set_column_width(k as u16, width).map_err(io_error)?;
        }
        for (k, column) in columns.iter().enumerate() {
            sheet.write_string_with_format(0, k as u16, &column.name, &bold).map_err(io_error)?;
        }
        self.rows.push(1);
        Ok(self.rows.len() - 1)
    }

    /// Adds a row to a sheet.
    pub(in crate::report) fn row(&mut self, sheet: usize, cells: &[Cell<'_>]) -> io::Result<()> {
        let row = self.rows[sheet];
        let to = self.book.worksheet_from_index(sheet).map_err(io_error)?;
        for (k, cell) in cells.iter().enumerate() {
            write(to, row, k as u16, cell).map_err(io_error)?;
        }
        self.rows[sheet] = row + 1;
        Ok(())
    }

    pub(in crate::report) fn end(mut self, to: Box<dyn Output>) -> io::Result<()> {
        self.book.save_to_writer(to).map_err(io_error)
    }
}

fn write(to: &mut Worksheet, row: u32, column: u16, cell: &Cell<'_>) -> Result<(), XlsxError> {
    match cell.known() {
        None | Some(Cell::Empty) => Ok(()),
        Some(Cell::Whole(number)) => to.write_number(row, column, *number as f64).map(|_| ()),
        Some(Cell::Number(number)) => to.write_number(row, column, *number).map(|_| ()),
        Some(Cell::Text(text)) => to.write_string(row, column, text.as_ref()).map(|_| ()),
    }
}
