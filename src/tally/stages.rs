//! How far rows came along the stages of a funnel, in the one pass.

use std::collections::BTreeMap;

use super::cells::GroupKey;
use super::codes::Codes;
use super::columns::{self, Located};
use super::meaning::{Classes, Meaning};
use super::named::Names;
use super::table::{Table, TooMany};
use crate::cell::Label;
use crate::input::batch::Entries;
use crate::policy::Policy;

/// What the end of a row is: the stages it reached, whether one after that says yes, and whether the stage at which it
/// stopped says nothing.
const MARKS: u32 = 4;
const LATE: u32 = 2;
const UNKNOWN: u32 = 1;

/// Reads the stages of every row and counts rows by attributes and by where they ended.
#[derive(Clone)]
pub struct Stages {
    readings: Vec<Codes>,
    attributes: usize,
    ends: Vec<u32>,
    codes: Vec<u32>,
    table: Table<u64>,
}

/// The rows of a group by how far they came.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Reached {
    /// All rows, then those that reached each stage.
    pub counts: Vec<u64>,
    /// Rows that say yes at a stage after one they did not reach.
    pub late: u64,
    /// Rows whose first stage that is not a yes has no value.
    pub unknown: u64,
}

/// The rows of every finest group of the attributes.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Staged {
    groups: BTreeMap<GroupKey, Reached>,
    stages: usize,
}

impl Stages {
    /// None where the policy has no funnel.
    pub fn new(policy: &Policy) -> Option<Stages> {
        let stages = &policy.funnel.as_ref()?.stages;
        let reading = |stage: &crate::policy::Stage| {
            Codes::new(Meaning::Classes(Classes::of_label(&stage.yes, &policy.roles.missing)))
        };
        Some(Stages {
            readings: stages.iter().map(reading).collect(),
            attributes: policy.attributes.len(),
            ends: Vec::new(),
            codes: Vec::new(),
            table: Table::new(&vec![1; policy.attributes.len() + 1]),
        })
    }

    /// The columns that are read, in their order.
    pub fn columns(policy: &Policy) -> impl Iterator<Item = String> {
        policy.funnel.iter().flat_map(|funnel| &funnel.stages).map(|stage| stage.column.clone())
    }

    /// Reads the columns of a batch, which `next` gives with their names.
    pub fn read<'a, E>(
        &mut self,
        mut next: impl FnMut() -> Result<(&'a String, &'a Entries), E>,
        bad: impl Fn(Located, &str) -> E,
    ) -> Result<(), E> {
        let Stages { readings, ends, codes, .. } = self;
        for (place, reading) in readings.iter_mut().enumerate() {
            let (name, entries) = next()?;
            columns::encode(entries, reading, codes).map_err(|located| bad(located, name))?;
            if place == 0 {
                ends.clear();
                ends.resize(codes.len(), 0);
            }
            for (end, code) in ends.iter_mut().zip(codes.iter()) {
                // It has reached every stage so far, or it stopped before.
                let on_the_way = *end == place as u32 * MARKS;
                match (Label::from_index(*code as usize), on_the_way) {
                    (Label::Positive, true) => *end += MARKS,
                    (Label::Positive, false) => *end |= LATE,
                    (Label::Missing, true) => *end |= UNKNOWN,
                    _ => {}
                }
            }
        }
        Ok(())
    }

    /// Counts the rows that were read last, given the codes of their groupings and how many each can have.
    pub fn add(&mut self, groupings: &[&[u32]], kinds: &[usize], weights: Option<&[u64]>) -> Result<(), TooMany> {
        let attributes = self.attributes;
        let mut wide = kinds[..attributes].to_vec();
        wide.push((self.readings.len() + 1) * MARKS as usize);
        self.table.make_room(&wide)?;
        let mut codes = groupings[..attributes].to_vec();
        codes.push(&self.ends);
        self.table.visit(&codes, self.ends.len(), |row, rows| *rows += weights.map_or(1, |weights| weights[row]))
    }

    /// Adds what was counted to the groups of these names.
    pub fn gather(self, by_name: &mut BTreeMap<Names, Reached>, name: impl Fn(&[u32]) -> Names) {
        let stages = self.readings.len();
        let attributes = self.attributes;
        self.table.each(|codes, rows| {
            let reached = by_name.entry(name(&codes[..attributes])).or_insert_with(|| Reached::none(stages));
            reached.push(codes[attributes], rows);
        });
    }
}

impl Reached {
    fn none(stages: usize) -> Reached {
        Reached { counts: vec![0; stages + 1], late: 0, unknown: 0 }
    }

    fn push(&mut self, end: u32, rows: u64) {
        let far = (end / MARKS) as usize;
        self.counts.iter_mut().take(far + 1).for_each(|count| *count += rows);
        self.late += if end & LATE > 0 { rows } else { 0 };
        self.unknown += if end & UNKNOWN > 0 { rows } else { 0 };
    }

    fn add(&mut self, other: &Reached) {
        self.counts.iter_mut().zip(&other.counts).for_each(|(mine, theirs)| *mine += theirs);
        self.late += other.late;
        self.unknown += other.unknown;
    }
}

impl Staged {
    /// The groups by the places of their levels.
    pub fn new(policy: &Policy, groups: BTreeMap<GroupKey, Reached>) -> Option<Staged> {
        Some(Staged { groups, stages: policy.funnel.as_ref()?.stages.len() })
    }

    /// Everybody.
    pub fn overall(&self) -> Reached {
        self.along(&[]).into_values().next().unwrap_or_else(|| Reached::none(self.stages))
    }

    /// The groups along some attributes; the others are merged away.
    pub fn along(&self, attributes: &[usize]) -> BTreeMap<GroupKey, Reached> {
        let mut groups: BTreeMap<GroupKey, Reached> = BTreeMap::new();
        for (key, reached) in &self.groups {
            let own = attributes.iter().map(|attribute| key[*attribute]).collect();
            groups.entry(own).or_insert_with(|| Reached::none(self.stages)).add(reached);
        }
        groups
    }

    /// What the run id is made of.
    pub fn fingerprint(&self) -> String {
        let line = |(key, of): (&GroupKey, &Reached)| format!("{key:?} {:?} {} {}\n", of.counts, of.late, of.unknown);
        self.groups.iter().map(line).collect()
    }
}
