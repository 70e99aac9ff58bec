//! The JSON Schema of scenario files, made from the same declarations that read them.
//!
//! Draft 7, because that is what the TOML plug-ins of editors know. Values that may be set while a run goes on are
//! marked `"x-live": true`.

use serde_json::{Map, Value, json};

use super::Scenario;
use super::quantity::{self, Dimension};
use super::read::Form;

/// The JSON Schema of a scenario file.
#[must_use]
pub fn schema() -> Value {
    let mut whole = of::<Scenario>("Kordon scenario");
    let scenario = &mut whole["definitions"]["Scenario"];
    let extends = "A file whose content this one varies, relative to this file: \"krakivets-cars.toml\".";
    scenario["properties"]["extends"] = json!({ "type": "string", "description": extends });
    let needed = scenario["x-required"].clone();
    whole["if"] = json!({ "required": ["extends"] });
    whole["else"] = json!({ "required": needed });
    whole
}

/// The JSON Schema of a file of some form.
pub(crate) fn of<F: Form>(title: &str) -> Value {
    let mut defs = Defs::default();
    let root = F::schema(&mut defs);
    for dimension in quantity::ALL {
        let mut schema = quantity(text_like(dimension.pattern));
        schema["description"] = Value::String(format!("{}, e.g. {}", dimension.what, dimension.example));
        defs.sections.insert(dimension.what.replace(' ', "_"), schema);
    }
    json!({
        "$schema": "http://json-schema.org/draft-07/schema#",
        "title": title,
        "allOf": [root],
        "definitions": Value::Object(defs.sections),
    })
}

/// Sections that a variant (`extends`) may change a key of. What they need stands in `x-required`: an editor sees one
/// file only, so it cannot miss what the other may have. The reader sees both.
const MERGED: [&str; 29] = [
    "Aside",
    "Balk",
    "Basis",
    "BoothGroup",
    "Calls",
    "Check",
    "EQueue",
    "Gate",
    "Handover",
    "Lane",
    "OffTime",
    "Officers",
    "Output",
    "Policy",
    "Papers",
    "Post",
    "Postponement",
    "Preempts",
    "Rate",
    "Reference",
    "Run",
    "Scenario",
    "Side",
    "Slots",
    "Stage",
    "Strikes",
    "Strip",
    "Traffic",
    "Zone",
];

/// Sections already described.
#[derive(Debug, Default)]
pub(crate) struct Defs {
    sections: Map<String, Value>,
}

/// Keys of a section.
#[derive(Debug, Default)]
pub(crate) struct Properties {
    keys: Map<String, Value>,
    required: Vec<Value>,
    others: Option<Value>,
    patterns: Map<String, Value>,
    doc: String,
}

impl Defs {
    /// Describes a section once; answers a reference to it.
    pub(crate) fn section(
        &mut self,
        name: &str,
        doc: &str,
        short: Option<&str>,
        open: bool,
        properties: fn(&mut Self, &mut Properties),
    ) -> Value {
        let reference = json!({ "$ref": format!("#/definitions/{name}") });
        if self.sections.contains_key(name) {
            return reference;
        }
        self.sections.insert(name.to_owned(), Value::Null);
        let mut out = Properties::default();
        properties(self, &mut out);
        let short = short.and_then(|key| out.keys.get(key).cloned());
        let mut section = out.object(open);
        section["description"] = Value::String(one_line(doc));
        if MERGED.contains(&name)
            && let Some(object) = section.as_object_mut()
            && let Some(required) = object.remove("required")
        {
            object.insert("x-required".to_owned(), required);
        }
        if let Some(short) = short {
            section = json!({ "anyOf": [section, short] });
        }
        self.sections.insert(name.to_owned(), section);
        reference
    }
}

impl Properties {
    /// Adds a key.
    pub(crate) fn add<F: Form>(&mut self, defs: &mut Defs, key: &str, doc: &str, required: bool) {
        let doc = if doc.is_empty() { self.doc.clone() } else { one_line(doc) };
        let schema = F::schema(defs);
        self.add_schema(key, &doc, schema);
        if required {
            self.required.push(Value::String(key.to_owned()));
        }
        if F::RANGED {
            self.add_schema(
                "range",
                &format!("The range `{key}` may lie in: \"low .. high unit\"."),
                range(),
            );
        }
    }

    /// Adds a key that is described by hand.
    pub(crate) fn add_schema(&mut self, key: &str, doc: &str, schema: Value) {
        let mut schema = if schema.get("$ref").is_some() { json!({ "allOf": [schema] }) } else { schema };
        if !doc.is_empty() {
            schema["description"] = Value::String(one_line(doc));
        }
        self.keys.insert(key.to_owned(), schema);
    }

    /// What keys that follow are for, unless they say so themselves.
    pub(crate) fn describe(&mut self, doc: &str) {
        self.doc = one_line(doc);
    }

    /// All other keys are of this kind.
    pub(crate) fn others(&mut self, schema: Value) {
        self.others = Some(schema);
    }

    /// Takes over some keys of another list.
    pub(crate) fn take(&mut self, mut other: Self, keys: &[&str]) {
        for key in keys {
            if let Some(schema) = other.keys.remove(*key) {
                self.keys.insert((*key).to_owned(), schema);
            }
        }
    }

    /// Keys of this pattern are of this kind.
    pub(crate) fn pattern(&mut self, pattern: &str, schema: Value) {
        self.patterns.insert(pattern.to_owned(), schema);
    }

    /// The table with these keys and no others.
    pub(crate) fn object(mut self, open: bool) -> Value {
        if !self.keys.contains_key("source") {
            let doc = "Where the numbers of this table are from: a key of [sources], `expert`, `fitted`, or in words.";
            self.add_schema("source", doc, json!({ "type": "string" }));
        }
        let others = if open { self.others.take() } else { None };
        let mut object = json!({
            "type": "object",
            "properties": Value::Object(self.keys),
            "additionalProperties": others.unwrap_or(Value::Bool(false)),
        });
        if !self.required.is_empty() {
            object["required"] = Value::Array(self.required);
        }
        if !self.patterns.is_empty() {
            object["patternProperties"] = Value::Object(self.patterns);
        }
        object
    }
}

/// A documentation comment as one line.
pub(crate) fn one_line(doc: &str) -> String {
    doc.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// A text.
pub(crate) fn text() -> Value {
    json!({ "type": "string" })
}

/// A text of a pattern.
pub(crate) fn text_like(pattern: &str) -> Value {
    json!({ "type": "string", "pattern": pattern })
}

/// A range.
pub(crate) fn range() -> Value {
    text_like(r"\.\.")
}

/// One of several words, each explained.
pub(crate) fn one_of<'a>(words: impl Iterator<Item = (&'a str, &'a str)>) -> Value {
    let words: Vec<(&str, String)> = words.map(|(word, doc)| (word, one_line(doc))).collect();
    let explained: Vec<String> = words.iter().map(|(word, doc)| format!("`{word}`: {doc}")).collect();
    let names: Vec<&str> = words.iter().map(|(word, _)| *word).collect();
    json!({ "type": "string", "enum": names, "x-words": explained })
}

/// A quantity: as it is, or with its range and source.
pub(crate) fn quantity(value: Value) -> Value {
    json!({ "anyOf": [value, with_is(&value)] })
}

fn with_is(value: &Value) -> Value {
    json!({
        "type": "object",
        "properties": {
            "is": value,
            "range": range(),
            "source": { "type": "string" },
        },
        "required": ["is"],
        "additionalProperties": false,
    })
}

/// A quantity with a unit.
pub(crate) fn measure(dimension: &Dimension) -> Value {
    json!({ "$ref": format!("#/definitions/{}", dimension.what.replace(' ', "_")) })
}

/// A whole number.
pub(crate) fn whole(least: u64, most: u64) -> Value {
    json!({ "type": "integer", "minimum": least, "maximum": most })
}

/// A list of something, or one.
pub(crate) fn one_or_more(item: Value) -> Value {
    json!({ "anyOf": [item, { "type": "array", "items": item }] })
}

/// A table from names to something.
pub(crate) fn named(item: Value) -> Value {
    json!({
        "type": "object",
        "properties": { "source": { "type": "string" } },
        "additionalProperties": item,
    })
}
