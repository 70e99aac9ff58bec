//! A page as blocks, and the two ways of writing them.

use crate::report::table::{Lean, Table, hanging, wrapped};

/// A piece of a page.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Block {
    /// The title of the page.
    Title(String),
    /// Begins a section.
    Heading(String),
    /// A paragraph.
    Text(String),
    /// Something, and what is said of it.
    Facts(Vec<(String, String)>),
    /// A head and rows; the first `words` columns are words, the others numbers.
    Table { head: Vec<String>, words: usize, rows: Vec<Vec<String>> },
}

/// For a terminal.
pub(super) fn text(blocks: &[Block], width: usize) -> String {
    let mut out = String::new();
    for block in blocks {
        match block {
            Block::Title(title) => out.push_str(&wrapped(title, width, 2)),
            Block::Heading(heading) => out.push_str(&format!("\n{}", wrapped(heading, width, 2))),
            Block::Text(said) => out.push_str(&hanging("  ", said, width, 4)),
            Block::Facts(facts) => {
                let widest = facts.iter().map(|(about, _)| about.chars().count()).max().unwrap_or(0);
                for (about, said) in facts {
                    let lead = format!("  {about:<widest$}  ");
                    out.push_str(&hanging(&lead, said, width, widest + 4));
                }
            }
            Block::Table { head, words, rows } => {
                let lean = |k: usize| if k < *words { Lean::Left } else { Lean::Right };
                let head = head.iter().enumerate().map(|(k, cell)| {
                    let cell = cell.replace('|', "\n");
                    (cell, lean(k))
                });
                let mut table = Table::new(head);
                for row in rows {
                    table.row(row.iter().cloned());
                }
                out.push_str(&table.text(width));
            }
        }
    }
    out
}

/// As Markdown.
pub(super) fn markdown(blocks: &[Block]) -> String {
    let mut out = String::new();
    for block in blocks {
        match block {
            Block::Title(title) => out.push_str(&format!("# {title}\n\n")),
            Block::Heading(heading) => out.push_str(&format!("## {heading}\n\n")),
            Block::Text(said) => out.push_str(&format!("{said}\n\n")),
            Block::Facts(facts) => {
                for (about, said) in facts {
                    out.push_str(&format!("* **{about}** {said}\n"));
                }
                out.push('\n');
            }
            Block::Table { head, words, rows } => {
                let line = |cells: &mut dyn Iterator<Item = String>| {
                    format!("| {} |\n", cells.collect::<Vec<_>>().join(" | "))
                };
                out.push_str(&line(&mut head.iter().map(|cell| cell.replace('|', " "))));
                out.push_str(&line(
                    &mut (0..head.len()).map(|k| if k < *words { "---" } else { "---:" }.to_owned()),
                ));
                for row in rows {
                    let missing = std::iter::repeat_n(String::new(), head.len() - row.len());
                    out.push_str(&line(&mut row.iter().cloned().chain(missing)));
                }
                out.push('\n');
            }
        }
    }
    out.trim_end().to_owned() + "\n"
}
