//! The one place where a section of the grammar is declared: names, types, defaults and explanations.
//!
//! [`section!`] makes from one declaration the type that the other floors see, the reader that gathers all errors, and
//! the JSON Schema that editors complete from. A field is written
//!
//! ```text
//! /// What it is, its unit, its default, an example (becomes the description in the schema).
//! field("key"): Type = mode(Form),
//! ```
//!
//! where `("key")` is left out if the key is the field's name, and the mode is one of
//! * `need(Form)`: must be there;
//! * `may(Form)`: an `Option`;
//! * `or(Form, default)`: what it is otherwise;
//! * `flat(Flat)`: made from several keys of this table;
//! * `here()`, `own_name()`, `fill(value)`: not in the file.
//!
//! `short "key"` lets a value that is no table stand for that key; `then function` is called at the end.

/// Declares a section of the file.
macro_rules! section {
    (
        $(#[doc = $about:literal])*
        $vis:vis struct $Name:ident $(short $short:literal)? $(then $hook:ident)? {
            $( $(#[doc = $doc:literal])* $field:ident $(($key:literal))? : $ty:ty = $mode:ident $args:tt ),* $(,)?
        }
    ) => {
        $(#[doc = $about])*
        #[derive(Debug, Clone, PartialEq)]
        $vis struct $Name { $( $(#[doc = $doc])* $vis $field: $ty, )* }

        impl $Name {
            #[allow(dead_code, reason = "not every section has a short form")]
            const SHORT: Option<&'static str> = {
                #[allow(unused_mut, unused_assignments, reason = "not every section has a short form")]
                let mut short = None;
                $( short = Some($short); )?
                short
            };
        }

        impl $crate::scenario::read::Form for $Name {
            type Out = Self;
            fn read<'d>(
                node: &'d $crate::scenario::tree::Node,
                cx: &mut $crate::scenario::read::Reader<'d>,
            ) -> Self {
                use $crate::scenario::read::{Flat, Form};
                let scalar = !node.is_table() && Self::SHORT.is_some();
                let mut known = Vec::new();
                <Self as Flat>::keys(&mut known);
                if !scalar && !cx.enter(node, known, <Self as Flat>::OPEN) {
                    return <Self as Form>::stand_in();
                }
                let out = <Self as Flat>::read_flat(node, cx);
                if !scalar {
                    cx.leave();
                }
                out
            }
            fn stand_in() -> Self {
                <Self as $crate::scenario::read::Flat>::stand_in_flat()
            }
            fn schema(defs: &mut $crate::scenario::schema::Defs) -> serde_json::Value {
                defs.section(
                    stringify!($Name),
                    concat!($($about, "\n"),*),
                    Self::SHORT,
                    <Self as $crate::scenario::read::Flat>::OPEN,
                    <Self as $crate::scenario::read::Flat>::properties,
                )
            }
        }

        impl $crate::scenario::read::Flat for $Name {
            type Out = Self;
            const OPEN: bool = false $( || $crate::scenario::declare::field!(@open $mode $args) )*;
            #[allow(unused_variables, reason = "a section may have no keys of its own")]
            fn keys(out: &mut Vec<&'static str>) {
                $( $crate::scenario::declare::field!(
                    @keys out, $crate::scenario::declare::key!($field $($key)?), $mode $args
                ); )*
            }
            fn read_flat<'d>(
                node: &'d $crate::scenario::tree::Node,
                cx: &mut $crate::scenario::read::Reader<'d>,
            ) -> Self {
                #[allow(unused_mut, reason = "not every section has a last step")]
                let mut out = Self { $(
                    $field: $crate::scenario::declare::field!(
                        @read node, cx, Self::SHORT, $crate::scenario::declare::key!($field $($key)?),
                        concat!($($doc, "\n"),*), $mode $args
                    ),
                )* };
                $( $hook(&mut out, node, cx); )?
                out
            }
            fn stand_in_flat() -> Self {
                Self { $( $field: $crate::scenario::declare::field!(@stand_in $mode $args), )* }
            }
            #[allow(unused_variables, reason = "a section may have no keys of its own")]
            fn properties(
                defs: &mut $crate::scenario::schema::Defs,
                out: &mut $crate::scenario::schema::Properties,
            ) {
                $( $crate::scenario::declare::field!(
                    @schema defs, out, $crate::scenario::declare::key!($field $($key)?),
                    concat!($($doc, "\n"),*), $mode $args
                ); )*
            }
        }
    };
}

/// The key of a field: its own name unless another is given.
macro_rules! key {
    ($field:ident) => {
        stringify!($field)
    };
    ($field:ident $key:literal) => {
        $key
    };
}

/// What the modes of a field mean.
macro_rules! field {
    (@open flat($flat:ty)) => { <$flat as $crate::scenario::read::Flat>::OPEN };
    (@open $mode:ident $args:tt) => { false };

    (@keys $out:ident, $key:expr, flat($flat:ty)) => {
        <$flat as $crate::scenario::read::Flat>::keys($out)
    };
    (@keys $out:ident, $key:expr, here()) => {};
    (@keys $out:ident, $key:expr, own_name()) => {};
    (@keys $out:ident, $key:expr, fill($value:expr)) => {};
    (@keys $out:ident, $key:expr, or($form:ty, $default:expr)) => {
        $crate::scenario::declare::field!(@keys $out, $key, need($form))
    };
    (@keys $out:ident, $key:expr, $mode:ident($form:ty)) => {{
        $out.push($key);
        if <$form as $crate::scenario::read::Form>::RANGED {
            $out.push("range");
        }
    }};

    (@read $node:ident, $cx:ident, $short:expr, $key:expr, $doc:expr, need($form:ty)) => {
        match $crate::scenario::read::lookup($node, $key, $short) {
            Some(value) => $crate::scenario::forms::field::<$form>($node, value, $key, $cx),
            None => {
                $cx.missing($node, $key, $doc);
                <$form as $crate::scenario::read::Form>::stand_in()
            }
        }
    };
    (@read $node:ident, $cx:ident, $short:expr, $key:expr, $doc:expr, may($form:ty)) => {
        $crate::scenario::read::lookup($node, $key, $short)
            .map(|value| $crate::scenario::forms::field::<$form>($node, value, $key, $cx))
    };
    (@read $node:ident, $cx:ident, $short:expr, $key:expr, $doc:expr, or($form:ty, $default:expr)) => {
        match $crate::scenario::read::lookup($node, $key, $short) {
            Some(value) => $crate::scenario::forms::field::<$form>($node, value, $key, $cx),
            None => $default,
        }
    };
    (@read $node:ident, $cx:ident, $short:expr, $key:expr, $doc:expr, flat($flat:ty)) => {
        <$flat as $crate::scenario::read::Flat>::read_flat($node, $cx)
    };
    (@read $node:ident, $cx:ident, $short:expr, $key:expr, $doc:expr, here()) => { $node.span };
    (@read $node:ident, $cx:ident, $short:expr, $key:expr, $doc:expr, own_name()) => { $cx.own_name() };
    (@read $node:ident, $cx:ident, $short:expr, $key:expr, $doc:expr, fill($value:expr)) => { $value };

    (@stand_in need($form:ty)) => { <$form as $crate::scenario::read::Form>::stand_in() };
    (@stand_in may($form:ty)) => { None };
    (@stand_in or($form:ty, $default:expr)) => { $default };
    (@stand_in flat($flat:ty)) => { <$flat as $crate::scenario::read::Flat>::stand_in_flat() };
    (@stand_in here()) => { $crate::scenario::Span::default() };
    (@stand_in own_name()) => { String::new() };
    (@stand_in fill($value:expr)) => { $value };

    (@schema $defs:ident, $out:ident, $key:expr, $doc:expr, need($form:ty)) => {
        $out.add::<$form>($defs, $key, $doc, true)
    };
    (@schema $defs:ident, $out:ident, $key:expr, $doc:expr, may($form:ty)) => {
        $out.add::<$form>($defs, $key, $doc, false)
    };
    (@schema $defs:ident, $out:ident, $key:expr, $doc:expr, or($form:ty, $default:expr)) => {
        $out.add::<$form>($defs, $key, $doc, false)
    };
    (@schema $defs:ident, $out:ident, $key:expr, $doc:expr, flat($flat:ty)) => {{
        $out.describe($doc);
        <$flat as $crate::scenario::read::Flat>::properties($defs, $out);
        $out.describe("");
    }};
    (@schema $defs:ident, $out:ident, $key:expr, $doc:expr, $mode:ident $args:tt) => {};
}

/// Declares a choice of words.
macro_rules! words {
    (
        $(#[doc = $about:literal])*
        pub enum $Name:ident { $( $(#[doc = $doc:literal])* $Variant:ident = $word:literal ),* $(,)? }
    ) => {
        $(#[doc = $about])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum $Name { $( $(#[doc = $doc])* $Variant, )* }

        impl $Name {
            /// The words, as files spell them.
            const WORDS: &'static [(&'static str, Self, &'static str)] =
                &[$( ($word, Self::$Variant, concat!($($doc),*)) ),*];

            /// As files spell it.
            #[must_use]
            pub fn word(self) -> &'static str {
                match self { $( Self::$Variant => $word, )* }
            }
        }

        impl $crate::scenario::read::Form for $Name {
            type Out = Self;
            fn read<'d>(
                node: &'d $crate::scenario::tree::Node,
                cx: &mut $crate::scenario::read::Reader<'d>,
            ) -> Self {
                $crate::scenario::forms::one_word(node, cx, Self::WORDS)
            }
            fn stand_in() -> Self {
                Self::WORDS[0].1
            }
            fn schema(_: &mut $crate::scenario::schema::Defs) -> serde_json::Value {
                $crate::scenario::schema::one_of(Self::WORDS.iter().map(|(word, _, doc)| (*word, *doc)))
            }
        }
    };
}

pub(crate) use {field, key, section, words};
