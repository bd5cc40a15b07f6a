//! Cells: the counts of every finest group. Margins, intersections, the rest and the whole are merges.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::sampled::Likely;
use crate::cell::Cell;
use crate::cell::design::{Sampling, Weighing};
use crate::cores;
use crate::input::hash::hash_bytes;

/// A group of an axis: the level of each of its attributes, as places in [`Levels`].
pub type GroupKey = Vec<usize>;

/// The levels of one attribute, in the order in which reports show them; rows without a value come last.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Levels {
    pub names: Vec<String>,
    /// Place of the level of rows that have no value, if there are such rows.
    pub missing: Option<usize>,
}

/// Everything that is known of the data after the one pass.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Cells {
    /// For each attribute of the policy.
    pub levels: Vec<Levels>,
    pub cells: BTreeMap<GroupKey, Cell>,
    /// How rows hang together, where they are not alike.
    pub sampling: Option<Arc<Sampling>>,
    /// For each attribute of the policy that is known as probabilities.
    pub likely: Vec<Likely>,
    pub rows_read: u64,
    /// Rows that `where` left out.
    pub rows_excluded: u64,
    /// Rows that a join left out, because the other file has no row with their key.
    pub rows_unmatched: u64,
    /// Distinct values of the decision and of the label, up to one more than may be named.
    pub decision_values: BTreeSet<String>,
    pub label_values: BTreeSet<String>,
    /// Values that the policy lists for the decision and for the label, and that have appeared.
    pub decision_met: BTreeSet<String>,
    pub label_met: BTreeSet<String>,
}

impl Cells {
    /// Everybody.
    pub fn overall(&self) -> Cell {
        Cell::together(self.cells.values())
    }

    /// The groups along some attributes; the other attributes are merged away.
    pub fn along(&self, attributes: &[usize]) -> BTreeMap<GroupKey, Cell> {
        self.parts(attributes).into_iter().map(|(group, parts)| (group, Cell::together(parts))).collect()
    }

    /// The same without scores.
    pub fn counted_along(&self, attributes: &[usize]) -> BTreeMap<GroupKey, Cell> {
        self.parts(attributes).into_iter().map(|(group, parts)| (group, Cell::counted(parts))).collect()
    }

    fn parts(&self, attributes: &[usize]) -> BTreeMap<GroupKey, Vec<&Cell>> {
        let mut groups: BTreeMap<GroupKey, Vec<&Cell>> = BTreeMap::new();
        for (key, cell) in &self.cells {
            let group = attributes.iter().map(|attribute| key[*attribute]).collect();
            groups.entry(group).or_default().push(cell);
        }
        groups
    }

    /// The rows at every level of an attribute.
    pub fn rows_of(&self, attribute: usize) -> Vec<u64> {
        let mut rows = vec![0; self.levels[attribute].names.len()];
        for (key, cell) in &self.cells {
            rows[key[attribute]] += cell.rows();
        }
        rows
    }

    /// Whether the value of one of the attributes is missing in the group.
    pub fn is_missing(&self, attributes: &[usize], group: &GroupKey) -> bool {
        attributes.iter().zip(group).any(|(attribute, level)| self.levels[*attribute].missing == Some(*level))
    }

    /// The names of a group's levels.
    pub fn level_names(&self, attributes: &[usize], group: &GroupKey) -> Vec<&str> {
        attributes.iter().zip(group).map(|(attribute, level)| self.levels[*attribute].names[*level].as_str()).collect()
    }

    /// A text that two sets of cells share exactly when they are equal: what the run id is made of.
    pub fn fingerprint(&self) -> String {
        let mut out = String::new();
        for levels in &self.levels {
            out.push_str(&format!("{:?}\n", levels.names));
        }
        let of_cell = |(key, cell): (&GroupKey, &Cell)| {
            let scores = cell.scores().map(|scores| {
                let mut bytes = Vec::new();
                scores.bytes(&mut bytes);
                format!(" {}", hash_bytes(&bytes))
            });
            format!("{key:?} {:?}{}\n", cell.counts().collect::<Vec<_>>(), scores.unwrap_or_default())
        };
        cores::each(&self.cells, of_cell).iter().for_each(|line| out.push_str(line));
        if let Some(sampling) = &self.sampling {
            out.push_str(&format!("{}\n", hash_bytes(&sampling_bytes(sampling))));
        }
        for likely in &self.likely {
            let mut bytes = likely.missing.to_le_bytes().to_vec();
            let kinds = likely.parts.groups.iter().chain(likely.shelves.iter().flat_map(|shelf| shelf.iter()));
            kinds.flatten().for_each(|weighing| weighing_bytes(weighing, &mut bytes));
            likely.parts.products.values().flatten().for_each(|sum| bytes.extend(sum.bytes()));
            out.push_str(&format!("{}\n", hash_bytes(&bytes)));
        }
        out.push_str(&format!("{} {}\n", self.rows_read, self.rows_excluded));
        if self.rows_unmatched > 0 {
            out.push_str(&format!("{}\n", self.rows_unmatched));
        }
        out
    }
}

fn sampling_bytes(sampling: &Sampling) -> Vec<u8> {
    let mut bytes = Vec::new();
    match sampling {
        Sampling::Weighted(places) => {
            for (place, weighing) in places {
                bytes.extend(place.to_le_bytes());
                weighing_bytes(weighing, &mut bytes);
            }
        }
        Sampling::People { profiles, .. } => {
            for (profile, people) in profiles {
                for (place, quantity) in profile {
                    bytes.extend(place.to_le_bytes());
                    bytes.extend(quantity.to_le_bytes());
                }
                bytes.extend(people.to_le_bytes());
            }
        }
        Sampling::Parts(_) => {}
    }
    bytes
}

fn weighing_bytes(weighing: &Weighing, bytes: &mut Vec<u8>) {
    bytes.extend(weighing.rows.to_le_bytes());
    bytes.extend(weighing.total.to_le_bytes());
    bytes.extend(weighing.squares.bytes());
}
