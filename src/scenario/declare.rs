//! The one place where a section of the grammar is declared: names, types, defaults and explanations.

/// Declares a section of the file (first step: the type alone).
macro_rules! section {
    (
        $(#[$meta:meta])*
        pub struct $Name:ident $(short $short:literal)? $(then $hook:path)? {
            $( $(#[doc = $doc:literal])* $field:ident $(($key:literal))? : $ty:ty = $mode:ident $args:tt ),* $(,)?
        }
    ) => {
        $(#[$meta])*
        #[derive(Debug, Clone, PartialEq)]
        pub struct $Name { $( $(#[doc = $doc])* pub $field: $ty, )* }
    };
}

/// Declares a choice of words.
macro_rules! words {
    (
        $(#[$meta:meta])*
        pub enum $Name:ident { $( $(#[doc = $doc:literal])* $Variant:ident = $word:literal ),* $(,)? }
    ) => {
        $(#[$meta])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum $Name { $( $(#[doc = $doc])* $Variant, )* }
    };
}

pub(crate) use {section, words};
