//! What `kordon attribute` says, for people, as Markdown, for programs.
//!
//! The page is put together once as blocks (`page`), and written as text for a terminal or as Markdown; the order is that
//! of a sceptic's questions. Of every number the band over the assumed inputs stands first, then that by chance, then the
//! mean. Both sides in the order of `sides`, both directions, the same words.

mod blocks;
mod json;
mod page;
mod sentences;

pub use json::json;

use crate::study::{Attribution, Case};

/// The page for a window `width` columns wide; `detail` adds bands at the agreed level.
pub fn screen(case: &Case, found: &Attribution, width: usize, detail: bool) -> String {
    blocks::text(&page::page(case, found, detail), width)
}

/// The page as Markdown.
pub fn markdown(case: &Case, found: &Attribution, detail: bool) -> String {
    blocks::markdown(&page::page(case, found, detail))
}
