//! Tables for a terminal: columns as wide as they need, as narrow as the window asks.

/// Which side of its column a cell leans to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lean {
    /// Words.
    Left,
    /// Numbers.
    Right,
}

/// A table under construction: the first rows are the head.
#[derive(Debug, Clone, Default)]
pub struct Table {
    rows: Vec<Vec<String>>,
    leans: Vec<Lean>,
    height: usize,
}

/// Blanks between columns.
const GAP: usize = 2;
/// A column of words is not cut below this.
const NARROWEST: usize = 12;

impl Table {
    /// With a head, whose cells may have several lines. Words lean to the left, numbers to the right.
    pub fn new<T: Into<String>>(head: impl IntoIterator<Item = (T, Lean)>) -> Self {
        let (cells, leans): (Vec<String>, Vec<Lean>) =
            head.into_iter().map(|(text, lean)| (text.into(), lean)).unzip();
        let height = cells.iter().map(|c| c.split('\n').count()).max().unwrap_or(1);
        let line = |k: usize| {
            let of = |cell: &String| {
                let lines: Vec<&str> = cell.split('\n').collect();
                let above = height - lines.len();
                k.checked_sub(above).map_or("", |at| lines[at]).to_owned()
            };
            cells.iter().map(of).collect()
        };
        Self { rows: (0..height).map(line).collect(), leans, height }
    }

    /// A row; missing cells are empty.
    pub fn row<T: Into<String>>(&mut self, cells: impl IntoIterator<Item = T>) {
        self.rows.push(cells.into_iter().map(Into::into).collect());
    }

    /// Is there nothing but the head?
    pub fn is_empty(&self) -> bool {
        self.rows.len() <= self.height
    }

    /// The text, no line longer than `width` if the columns of words can be cut so far; each line ends with a newline.
    pub fn text(&self, width: usize) -> String {
        let widths = self.widths(width);
        let mut text = String::new();
        for row in &self.rows {
            let mut line = String::new();
            for (k, wide) in widths.iter().enumerate() {
                let cell = cut(row.get(k).map_or("", String::as_str), *wide);
                let blanks = " ".repeat(wide - long(&cell));
                match self.leans[k] {
                    Lean::Left => line.extend([cell.as_str(), &blanks]),
                    Lean::Right => line.extend([blanks.as_str(), &cell]),
                }
                line.push_str(&" ".repeat(GAP));
            }
            text.push_str(line.trim_end());
            text.push('\n');
        }
        text
    }

    fn widths(&self, width: usize) -> Vec<usize> {
        let widest =
            |k: usize| self.rows.iter().map(|row| row.get(k).map_or(0, |c| long(c))).max().unwrap_or(0);
        let mut widths: Vec<usize> = (0..self.leans.len()).map(widest).collect();
        let total = widths.iter().sum::<usize>() + GAP * widths.len().saturating_sub(1);
        let mut over = total.saturating_sub(width);
        for (wide, lean) in widths.iter_mut().zip(&self.leans) {
            if *lean == Lean::Left {
                let cut = over.min(wide.saturating_sub(NARROWEST));
                *wide -= cut;
                over -= cut;
            }
        }
        widths
    }
}

/// Characters; all that is printed here is one column wide each.
fn long(text: &str) -> usize {
    text.chars().count()
}

/// The end of a path says more than its beginning.
fn cut(text: &str, wide: usize) -> String {
    let length = long(text);
    if length <= wide {
        return text.to_owned();
    }
    let kept: String = text.chars().skip(length - wide.saturating_sub(1)).collect();
    format!("…{kept}")
}

/// A paragraph whose lines are no longer than `width`, with `indent` blanks before all but the first. Blanks at the
/// beginning of the text stay.
pub fn wrapped(text: &str, width: usize, indent: usize) -> String {
    let start = text.len() - text.trim_start().len();
    hanging(&text[..start], text, width, indent)
}

/// The same after a `lead` that stays as it is.
pub fn hanging(lead: &str, text: &str, width: usize, indent: usize) -> String {
    let mut out = lead.to_owned();
    let mut at = long(lead);
    let mut fresh = true;
    for word in text.split_whitespace() {
        if !fresh && at + 1 + long(word) > width {
            out.push('\n');
            out.push_str(&" ".repeat(indent));
            at = indent;
        } else if !fresh {
            out.push(' ');
            at += 1;
        }
        out.push_str(word);
        at += long(word);
        fresh = false;
    }
    out.push('\n');
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_line_up_and_paths_keep_their_end() {
        let mut table = Table::new([("place", Lean::Left), ("n", Lean::Right)]);
        table.row(["PL.entry.customs.second_line", "7"]);
        table.row(["x", "1,234"]);
        let text = table.text(24);
        assert_eq!(text, "place                  n\n…toms.second_line      7\nx                  1,234\n");
        assert!(text.lines().all(|line| line.chars().count() <= 24));
    }

    #[test]
    fn paragraphs_wrap() {
        assert_eq!(wrapped("one two three", 9, 2), "one two\n  three\n");
    }
}
