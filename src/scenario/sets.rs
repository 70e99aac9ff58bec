//! Paths of values, and `--set path=value`.
//!
//! A path is the names down to a value, joined by dots (`PL.entry.customs.booths`); a name with a dot in it stands in
//! quotes (`begin."UA.equeue.loaded"`); an element of a list is named by its selector or number
//! (`PL.entry.first_line.service[eu].mean`); `mean` is the value under the key that names a law.

use super::diagnostics::{Span, nearest, suggestion};
use super::forms::label_of;
use super::law::KINDS;
use super::tree::{self, Entry, Hop, Kind, Node};

/// What is wrong with a path: a label and what to do.
pub(crate) type Lost = (String, String);

/// A part of a path.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Part {
    Name(String),
    Element(String),
}

fn parts(path: &str) -> Result<Vec<Part>, Lost> {
    let malformed = || {
        let help = "write a path as PL.entry.customs.booths or PL.entry.first_line.service[eu].mean";
        ("not a path".to_owned(), help.to_owned())
    };
    let mut out = Vec::new();
    let mut rest = path.trim();
    while !rest.is_empty() {
        let (part, after) = if let Some(inner) = rest.strip_prefix('"') {
            let end = inner.find('"').ok_or_else(malformed)?;
            (Part::Name(inner[..end].to_owned()), &inner[end + 1..])
        } else if let Some(inner) = rest.strip_prefix('[') {
            let end = inner.find(']').ok_or_else(malformed)?;
            (Part::Element(inner[..end].to_owned()), &inner[end + 1..])
        } else {
            let end = rest.find(['.', '[']).unwrap_or(rest.len());
            (Part::Name(rest[..end].trim().to_owned()), &rest[end..])
        };
        if part == Part::Name(String::new()) {
            return Err(malformed());
        }
        out.push(part);
        rest = match after.strip_prefix('.') {
            Some("") => return Err(malformed()),
            Some(next) => next,
            None if after.is_empty() || after.starts_with('[') => after,
            None => return Err(malformed()),
        };
    }
    if out.is_empty() || out.len() > 80 { Err(malformed()) } else { Ok(out) }
}

/// The key under which the mean of a law stands.
fn law_key(node: &Node) -> Option<&'static str> {
    KINDS.iter().map(|(key, _)| *key).find(|key| node.get(key).is_some())
}

/// One part further, if it is there.
fn step(node: &Node, part: &Part) -> Option<Hop> {
    match part {
        Part::Name(name) if node.get(name).is_some() => Some(Hop::Key(name.clone())),
        Part::Name(name) if name == "mean" => law_key(node).map(|key| Hop::Key(key.to_owned())),
        Part::Name(_) => None,
        Part::Element(label) => {
            let elements = node.elements();
            (0..elements.len()).find(|index| label_of(elements, *index) == *label).map(Hop::Index)
        }
    }
}

fn lost(node: &Node, part: &Part) -> Lost {
    match part {
        Part::Name(name) => {
            let known: Vec<&str> = node.entries().iter().map(|entry| entry.name.as_str()).collect();
            (format!("no `{name}` here"), suggestion(name, &known))
        }
        Part::Element(label) => {
            let elements = node.elements();
            let known: Vec<String> = (0..elements.len()).map(|index| label_of(elements, index)).collect();
            let known: Vec<&str> = known.iter().map(String::as_str).collect();
            (format!("no element [{label}] here"), suggestion(label, &known))
        }
    }
}

/// The way to a value, or why there is none.
pub(crate) fn find(root: &Node, path: &str) -> Result<Vec<Hop>, Lost> {
    let mut node = root;
    let mut hops = Vec::new();
    for part in parts(path)? {
        let hop = step(node, &part).ok_or_else(|| lost(node, &part))?;
        hops.push(hop);
        node = root.at(&hops).ok_or_else(|| lost(node, &part))?;
    }
    Ok(hops)
}

/// Is there a table in which a value of this path stands, or could?
pub(crate) fn could_stand(root: &Node, path: &str) -> Result<(), Lost> {
    let mut parts = parts(path)?;
    parts.pop();
    let mut node = root;
    for part in parts {
        let hop = step(node, &part).ok_or_else(|| lost(node, &part))?;
        node = node.at(std::slice::from_ref(&hop)).ok_or_else(|| lost(node, &part))?;
    }
    Ok(())
}

/// Sets a value. Tables on the way are made; whether their names mean anything, the reader says.
pub(crate) fn set(root: &mut Node, path: &str, key: Span, value: Node) -> Result<(), Lost> {
    let parts = parts(path)?;
    let mut hops: Vec<Hop> = Vec::new();
    for (index, part) in parts.iter().enumerate() {
        let last = index + 1 == parts.len();
        let Some(node) = root.at_mut(&hops) else { break };
        if let Some(hop) = step(node, part) {
            hops.push(hop);
            continue;
        }
        let Part::Name(name) = part else { return Err(lost(node, part)) };
        if last && name == "mean" && !node.is_table() && index > 0 {
            break;
        }
        if index == 0 && !last && nearest_section(node, name).is_some() {
            return Err(lost(node, part));
        }
        let Kind::Table(entries) = &mut node.kind else {
            let help = "this value has no parts; set it as a whole".to_owned();
            return Err((format!("no `{name}` here"), help));
        };
        entries.push(Entry { name: name.clone(), at: key, node: Node::empty(key) });
        hops.push(Hop::Key(name.clone()));
    }
    if let Some(node) = root.at_mut(&hops) {
        *node = value;
    }
    Ok(())
}

/// A section of the file that may be meant by a name that is none.
fn nearest_section<'a>(root: &'a Node, name: &str) -> Option<&'a str> {
    let known = ["run", "output", "zone", "reference", "policy", "begin", "sources", "categories"];
    if known.contains(&name) {
        return None;
    }
    nearest(name, root.entries().iter().map(|entry| entry.name.as_str()))
}

/// The value of a `--set`: TOML, or else a text without quotes. All of it points at the given stretch.
pub(crate) fn value(text: &str, span: Span) -> Node {
    let parsed = toml::de::DeValue::parse(text.trim());
    let mut node = match &parsed {
        Ok(value) => tree::value_of(span.file, value.get_ref(), span),
        Err(_) => Node { span, kind: Kind::Text(text.trim().to_owned()) },
    };
    if matches!(node.kind, Kind::Date(_)) {
        node.kind = Kind::Text(text.trim().to_owned());
    }
    point_at(&mut node, span);
    node
}

fn point_at(node: &mut Node, span: Span) {
    node.span = span;
    match &mut node.kind {
        Kind::Table(entries) => entries.iter_mut().for_each(|entry| {
            entry.at = span;
            point_at(&mut entry.node, span);
        }),
        Kind::List(elements) => elements.iter_mut().for_each(|element| point_at(element, span)),
        _ => {}
    }
}
