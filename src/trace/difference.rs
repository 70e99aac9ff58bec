//! Where two runs part: the first event that is not the same, with what came before and what comes next on either side.

use std::collections::{HashMap, VecDeque};
use std::fmt;

use super::told::Told;

/// The first event at which two runs differ.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Difference {
    /// How many events are the same.
    pub same: u64,
    /// The last events that are the same.
    pub before: Vec<Told>,
    /// What those of whom the differing events tell did last, if that is longer ago than `before`.
    pub of_them: Vec<Told>,
    /// What the first run has from there on; none at its end.
    pub first: Vec<Told>,
    /// What the second has.
    pub second: Vec<Told>,
}

/// Compares two runs event by event; none when they are the same. `context` events are kept of each stretch.
pub fn first_difference(
    first: impl IntoIterator<Item = Told>,
    second: impl IntoIterator<Item = Told>,
    context: usize,
) -> Option<Difference> {
    let (mut first, mut second) = (first.into_iter(), second.into_iter());
    let mut same = Same { context, ..Same::default() };
    loop {
        match (first.next(), second.next()) {
            (None, None) => return None,
            (Some(a), Some(b)) if a == b => same.add(a),
            (a, b) => {
                let of_them = same.of([&a, &b].into_iter().flatten());
                let rest = |head: Option<Told>, tail: &mut dyn Iterator<Item = Told>| {
                    head.into_iter().chain(tail.take(context)).collect()
                };
                return Some(Difference {
                    same: same.count,
                    before: same.last.into(),
                    of_them,
                    first: rest(a, &mut first),
                    second: rest(b, &mut second),
                });
            }
        }
    }
}

/// What both have told so far.
#[derive(Default)]
struct Same {
    context: usize,
    count: u64,
    last: VecDeque<Told>,
    /// The last events of each, with their numbers.
    lasts: HashMap<String, VecDeque<(u64, Told)>>,
}

impl Same {
    fn add(&mut self, told: Told) {
        let keep = |list: usize| list >= self.context;
        if !told.who.is_empty() {
            let own = self.lasts.entry(told.who.clone()).or_default();
            own.push_back((self.count, told.clone()));
            if keep(own.len() - 1) {
                own.pop_front();
            }
        }
        self.last.push_back(told);
        if keep(self.last.len() - 1) {
            self.last.pop_front();
        }
        self.count += 1;
    }

    /// What these did last, before the last events of all.
    fn of<'a>(&self, them: impl Iterator<Item = &'a Told>) -> Vec<Told> {
        let shown = self.count - self.last.len() as u64;
        let mut whom: Vec<&str> = them.map(|told| told.who.as_str()).collect();
        whom.dedup();
        let own = whom.into_iter().filter_map(|who| self.lasts.get(who)).flatten();
        let mut own: Vec<&(u64, Told)> = own.filter(|(number, _)| *number < shown).collect();
        own.sort_by_key(|(number, _)| *number);
        own.into_iter().map(|(_, told)| told.clone()).collect()
    }
}

impl Difference {
    /// In words; the runs are called by these names.
    pub fn between<'a>(&'a self, first: &'a str, second: &'a str) -> impl fmt::Display + 'a {
        Between { difference: self, names: [first, second] }
    }
}

struct Between<'a> {
    difference: &'a Difference,
    names: [&'a str; 2],
}

impl fmt::Display for Between<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Difference { same, before, of_them, first, second } = self.difference;
        writeln!(f, "{same} events are the same, the next is not.")?;
        let mut stretch = |head: &str, mark: char, list: &[Told]| {
            writeln!(f, "{head}:")?;
            list.iter().try_for_each(|told| writeln!(f, "{mark} {told}"))?;
            if list.is_empty() { writeln!(f, "{mark} (nothing more)") } else { Ok(()) }
        };
        if !of_them.is_empty() {
            stretch("earlier, of the same travellers", ' ', of_them)?;
        }
        if !before.is_empty() {
            stretch("just before, in both", ' ', before)?;
        }
        stretch(&format!("then in {}", self.names[0]), '-', first)?;
        stretch(&format!("then in {}", self.names[1]), '+', second)
    }
}
