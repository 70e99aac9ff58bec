//! Selectors: which travellers are meant, in words that must all hold.

use super::Span;

/// Which travellers are meant: any of the alternatives, in each of which all words must (or must not) hold.
///
/// `"loaded t1"` is one alternative of two words, `"truck not empty"` one of a word that must and one that must not
/// hold, a list is several alternatives. Categories are not expanded here.
#[derive(Debug, Clone, PartialEq)]
pub struct Selector {
    /// Alternatives; in each, (word, must it hold).
    pub any: Vec<Vec<(String, bool)>>,
    /// As written; alternatives joined by `" | "`.
    pub text: String,
    /// Where it stands in the file.
    pub span: Span,
}
