//! Words on a screen, from message tables (Fluent): `assets/messages/`.

use fluent_bundle::{FluentArgs, FluentBundle, FluentResource, FluentValue};

const ENGLISH: &str = include_str!("../../assets/messages/en.ftl");
const UKRAINIAN: &str = include_str!("../../assets/messages/uk.ftl");

/// A language that there are messages in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Language {
    /// English.
    #[default]
    English,
    /// Ukrainian.
    Ukrainian,
}

impl Language {
    /// Its tag, as HTML has it.
    pub fn tag(self) -> &'static str {
        match self {
            Self::English => "en",
            Self::Ukrainian => "uk",
        }
    }

    fn table(self) -> &'static str {
        match self {
            Self::English => ENGLISH,
            Self::Ukrainian => UKRAINIAN,
        }
    }
}

/// The messages of one language.
pub struct Messages {
    bundle: FluentBundle<FluentResource>,
    names: Vec<String>,
}

impl std::fmt::Debug for Messages {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Messages").field("names", &self.names.len()).finish_non_exhaustive()
    }
}

impl Messages {
    /// The messages of a language.
    pub fn new(language: Language) -> Self {
        let table = FluentResource::try_new(language.table().to_owned()).unwrap_or_else(|(good, _)| good);
        let names = table.entries().filter_map(|entry| match entry {
            fluent_syntax::ast::Entry::Message(message) => Some(message.id.name.to_owned()),
            _ => None,
        });
        let names = names.collect();
        let mut bundle = FluentBundle::new(language.tag().parse().into_iter().collect());
        bundle.set_use_isolating(false);
        // A name that stands twice keeps its first message; a test says that none does.
        let _ = bundle.add_resource(table);
        Self { bundle, names }
    }

    /// Names of all messages, in order.
    pub fn names(&self) -> &[String] {
        &self.names
    }

    /// A message with its values; its name where there is none.
    pub fn text(&self, name: &str, values: &[(&str, &str)]) -> String {
        let pattern = self.bundle.get_message(name).and_then(|m| m.value());
        let Some(pattern) = pattern else { return name.to_owned() };
        let mut args = FluentArgs::new();
        for (key, value) in values {
            args.set(*key, FluentValue::from(*value));
        }
        self.bundle.format_pattern(pattern, Some(&args), &mut Vec::new()).into_owned()
    }

    /// A message in which every value is left as `{name}`, for whoever fills it in later.
    pub fn template(&self, name: &str) -> String {
        let values = variables(self, name);
        let holes: Vec<(String, String)> =
            values.into_iter().map(|v| (v.clone(), format!("{{{v}}}"))).collect();
        let holes: Vec<(&str, &str)> = holes.iter().map(|(k, v)| (k.as_str(), v.as_str())).collect();
        self.text(name, &holes)
    }
}

/// Names of the values of a message.
fn variables(messages: &Messages, name: &str) -> Vec<String> {
    use fluent_syntax::ast::{Expression, InlineExpression, PatternElement};
    let pattern = messages.bundle.get_message(name).and_then(|m| m.value());
    let elements = pattern.map_or(&[][..], |p| &p.elements);
    let variable = |element: &PatternElement<&str>| match element {
        PatternElement::Placeable {
            expression: Expression::Inline(InlineExpression::VariableReference { id }),
        } => Some(id.name.to_owned()),
        _ => None,
    };
    elements.iter().filter_map(variable).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_language_has_every_message_with_the_same_values_once() {
        let (english, ukrainian) = (Messages::new(Language::English), Messages::new(Language::Ukrainian));
        assert!(english.names().len() > 80);
        assert_eq!(english.names(), ukrainian.names());
        for (k, name) in english.names().iter().enumerate() {
            assert!(!english.names()[..k].contains(name), "{name} stands twice");
            let (mut a, mut b) = (variables(&english, name), variables(&ukrainian, name));
            a.sort();
            b.sort();
            assert_eq!(a, b, "{name}");
            assert!(!english.text(name, &[]).is_empty());
        }
    }

    #[test]
    fn values_are_filled_in_and_left_open() {
        let messages = Messages::new(Language::English);
        assert_eq!(messages.text("wait-count", &[("n", "12")]), "12 wait");
        assert_eq!(messages.template("serve-count"), "{serving}/{open} serve");
        assert_eq!(messages.text("no such message", &[]), "no such message");
    }
}
