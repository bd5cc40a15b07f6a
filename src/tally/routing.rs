//! Which class every row was given, and which one was right, in the one pass.

use std::collections::{BTreeMap, BTreeSet};

use super::cells::GroupKey;
use super::codes::Codes;
use super::columns::{self, Located};
use super::faults::too_many_classes;
use super::meaning::Meaning;
use super::named::Names;
use super::table::{Table, TooMany};
use crate::diagnostic::{Diagnostic, Place};
use crate::error::Error;
use crate::inference::classes::Classes;
use crate::input::batch::Entries;
use crate::policy::Policy;
use crate::policy::classes::MOST_CLASSES;

/// Reads the classes of every row and counts rows by attributes, by the class they were given and by the right one.
#[derive(Clone)]
pub struct Routing {
    /// Of the class that was chosen, then of the right one where it is known.
    readings: Vec<Codes>,
    attributes: usize,
    codes: Vec<Vec<u32>>,
    table: Table<u64>,
}

/// Rows by the class they were given and the right one, each none where it is missing.
type Sent = BTreeMap<[Option<usize>; 2], u64>;

/// What the workers counted, by names.
#[derive(Default)]
pub struct Gathered {
    classes: Vec<String>,
    groups: BTreeMap<Names, Sent>,
}

/// The rows of every finest group of the attributes.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Routed {
    /// In the order of the report.
    pub classes: Vec<String>,
    groups: BTreeMap<GroupKey, Sent>,
}

/// The rows of a group by class.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ByClass {
    /// Rows that were given each class, whether or not the right one is known.
    pub given: Vec<u64>,
    /// Rows of which both classes are known: by the right one, then by the one they were given.
    pub both: Classes,
    /// Rows that were given no class, and those that were and whose right class is not known.
    pub without_chosen: u64,
    pub without_right: u64,
}

impl Routing {
    /// None where the policy has no classes.
    pub fn new(policy: &Policy) -> Option<Routing> {
        let classes = policy.classes.as_ref()?;
        let reading = |_: &String| Codes::new(Meaning::classes(&classes.levels, &policy.roles.missing));
        let readings: Vec<Codes> = classes.columns().map(reading).collect();
        Some(Routing {
            attributes: policy.attributes.len(),
            codes: vec![Vec::new(); readings.len()],
            table: Table::new(&vec![1; policy.attributes.len() + readings.len()]),
            readings,
        })
    }

    /// The columns that are read, in their order.
    pub fn columns(policy: &Policy) -> impl Iterator<Item = String> {
        policy.classes.iter().flat_map(|classes| classes.columns().cloned())
    }

    /// Reads the columns of a batch, which `next` gives with their names.
    pub fn read<'a, E>(
        &mut self,
        mut next: impl FnMut() -> Result<(&'a String, &'a Entries), E>,
        bad: impl Fn(Located, &str) -> E,
    ) -> Result<(), E> {
        for (reading, codes) in self.readings.iter_mut().zip(&mut self.codes) {
            let (name, entries) = next()?;
            columns::encode(entries, reading, codes).map_err(|located| bad(located, name))?;
        }
        Ok(())
    }

    /// Counts the rows that were read last, given the codes of their groupings and how many each can have.
    pub fn add(&mut self, groupings: &[&[u32]], kinds: &[usize], weights: Option<&[u64]>) -> Result<(), TooMany> {
        let attributes = self.attributes;
        let own = self.readings.iter().map(|reading| names(reading).len());
        let wide: Vec<usize> = kinds[..attributes].iter().copied().chain(own).collect();
        self.table.make_room(&wide)?;
        let rows = self.codes.first().map_or(0, Vec::len);
        let codes: Vec<&[u32]> =
            groupings[..attributes].iter().copied().chain(self.codes.iter().map(Vec::as_slice)).collect();
        self.table.visit(&codes, rows, |row, count| *count += weights.map_or(1, |weights| weights[row]))
    }

    /// Adds what was counted to the groups of these names.
    pub fn gather(self, found: &mut Gathered, name: impl Fn(&[u32]) -> Names) {
        // Code 0 is a class that is missing.
        let places: Vec<Vec<Option<usize>>> = self
            .readings
            .iter()
            .map(|reading| {
                let known = names(reading).iter().skip(1).map(|class| Some(found.place(class)));
                std::iter::once(None).chain(known).collect()
            })
            .collect();
        let attributes = self.attributes;
        self.table.each(|codes, rows| {
            let class = |of: usize| places.get(of).and_then(|places| places[codes[attributes + of] as usize]);
            let sent = found.groups.entry(name(&codes[..attributes])).or_default();
            *sent.entry([class(0), class(1)]).or_default() += rows;
        });
    }
}

/// The names that a column has had, the missing one first.
fn names(reading: &Codes) -> &[String] {
    match &reading.meaning {
        Meaning::Levels(interner) => &interner.names,
        _ => &[],
    }
}

impl Gathered {
    fn place(&mut self, class: &str) -> usize {
        self.classes.iter().position(|known| known == class).unwrap_or_else(|| {
            self.classes.push(class.to_owned());
            self.classes.len() - 1
        })
    }

    /// How many combinations of group and classes have rows.
    pub fn combinations(&self) -> usize {
        self.groups.values().map(BTreeMap::len).sum()
    }

    /// The groups by the places of their levels, with classes in the order of the policy, else by name.
    ///
    /// # Errors
    /// There are too many classes: no worker need have seen them all.
    pub fn finish(self, policy: &Policy, key: impl Fn(&Names) -> GroupKey) -> Result<Option<Routed>, Error> {
        let Some(asked) = &policy.classes else { return Ok(None) };
        if self.classes.len() > MOST_CLASSES {
            let place = Place { column: Some(asked.chosen.clone()), ..Place::default() };
            return Err(Error::data(Diagnostic::new("too-many-levels", too_many_classes()).at(place)));
        }
        let mut classes = asked.levels.clone();
        if classes.is_empty() {
            classes.clone_from(&self.classes);
            classes.sort();
        }
        let order: Vec<usize> =
            self.classes.iter().map(|class| classes.iter().position(|own| own == class).unwrap_or(0)).collect();
        let moved = |sent: Sent| -> Sent {
            sent.into_iter().map(|(of, rows)| (of.map(|class| class.map(|class| order[class])), rows)).collect()
        };
        let groups = self.groups.into_iter().map(|(names, sent)| (key(&names), moved(sent))).collect();
        Ok(Some(Routed { classes, groups }))
    }
}

impl ByClass {
    fn none(classes: usize) -> ByClass {
        ByClass { given: vec![0; classes], both: Classes::empty(classes), ..ByClass::default() }
    }

    fn push(&mut self, sent: &Sent) {
        for ([chosen, right], rows) in sent {
            match (chosen, right) {
                (None, _) => self.without_chosen += rows,
                (Some(chosen), None) => {
                    self.given[*chosen] += rows;
                    self.without_right += rows;
                }
                (Some(chosen), Some(right)) => {
                    self.given[*chosen] += rows;
                    self.both.push(*right, *chosen, *rows);
                }
            }
        }
    }
}

impl Routed {
    /// Everybody.
    pub fn overall(&self) -> ByClass {
        self.along(&[]).into_values().next().unwrap_or_else(|| ByClass::none(self.classes.len()))
    }

    /// The groups along some attributes; the others are merged away.
    pub fn along(&self, attributes: &[usize]) -> BTreeMap<GroupKey, ByClass> {
        let mut groups: BTreeMap<GroupKey, ByClass> = BTreeMap::new();
        for (key, sent) in &self.groups {
            let own = attributes.iter().map(|attribute| key[*attribute]).collect();
            groups.entry(own).or_insert_with(|| ByClass::none(self.classes.len())).push(sent);
        }
        groups
    }

    /// How many groups there are along some attributes.
    pub fn groups_along(&self, attributes: &[usize]) -> usize {
        let own = |key: &GroupKey| attributes.iter().map(|attribute| key[*attribute]).collect::<GroupKey>();
        self.groups.keys().map(own).collect::<BTreeSet<GroupKey>>().len()
    }

    /// What the run id is made of.
    pub fn fingerprint(&self) -> String {
        let line = |(key, sent): (&GroupKey, &Sent)| format!("{key:?} {sent:?}\n");
        format!("{:?}\n{}", self.classes, self.groups.iter().map(line).collect::<String>())
    }
}
