//! Cells: the counts of every finest group. Margins, intersections, the rest and the whole are merges.
//!
//! Where the full cross of all groupings is too large, the margins that the run needs stand in its place, and everything is
//! a merge of one of them.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::campaign::Campaigned;
use super::consent::Consented;
use super::routing::Routed;
use super::sampled::Likely;
use super::seen::Seen;
use super::stages::Staged;
use crate::cell::Cell;
use crate::cell::design::Sampling;
use crate::cores;
use crate::input::hash::hash_bytes;
use crate::policy::margin::Margin;

/// A group of an axis: the level of each of its attributes, as places in [`Levels`].
pub type GroupKey = Vec<usize>;

/// The levels of one attribute, in the order in which reports show them; rows without a value come last.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Levels {
    pub names: Vec<String>,
    /// Place of the level of rows that have no value, if there are such rows.
    pub missing: Option<usize>,
}

/// The groups of some groupings crossed with each other.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Crossed {
    pub of: Margin,
    pub cells: BTreeMap<GroupKey, Cell>,
    /// How rows hang together, where they are not alike.
    pub sampling: Option<Arc<Sampling>>,
}

/// Everything that is known of the data after the one pass.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Cells {
    /// For each grouping of the policy.
    pub levels: Vec<Levels>,
    /// The full cross of all groupings; or, where that is too large, every margin that the run needs, each with all rows.
    pub tables: Vec<Crossed>,
    /// For each attribute of the policy that is known as probabilities.
    pub likely: Vec<Likely>,
    pub rows_read: u64,
    /// Rows that `where` left out.
    pub rows_excluded: u64,
    /// What is known of consent, where the policy asks for it.
    pub consent: Option<Consented>,
    /// What is known of both arms of a campaign, where there is one.
    pub campaign: Option<Box<Campaigned>>,
    /// How far rows came along the stages of a funnel, where the policy has one.
    pub staged: Option<Staged>,
    /// Which class rows were given, where the policy asks.
    pub routed: Option<Routed>,
    /// Rows that a join left out, because the other file has no row with their key.
    pub rows_unmatched: u64,
    /// Distinct values of the decision and of the label.
    pub decision_values: Seen,
    pub label_values: Seen,
    /// Values that the policy lists for the decision and for the label, and that have appeared.
    pub decision_met: BTreeSet<String>,
    pub label_met: BTreeSet<String>,
}

impl Cells {
    /// Cells of which the full cross is known.
    pub fn crossed(levels: Vec<Levels>, cells: BTreeMap<GroupKey, Cell>) -> Cells {
        let of = Margin { groupings: (0..levels.len()).collect(), scores: true };
        Cells { levels, tables: vec![Crossed { of, cells, sampling: None }], ..Cells::default() }
    }

    /// Whether the full cross of all groupings is kept.
    pub fn is_cross(&self) -> bool {
        matches!(self.tables.as_slice(), [only] if only.of.groupings.len() == self.levels.len())
    }

    /// There are no rows.
    pub fn is_empty(&self) -> bool {
        self.tables.iter().all(|table| table.cells.is_empty())
    }

    /// Rows that were counted.
    pub fn rows(&self) -> u64 {
        self.tables.first().map_or(0, |table| table.cells.values().map(Cell::rows).sum())
    }

    /// The smallest table that has some groupings; every run keeps one for all that it asks.
    fn table(&self, groupings: &[usize], scores: bool) -> Option<&Crossed> {
        let able = self.tables.iter().filter(|table| table.of.covers(groupings, scores));
        able.min_by_key(|table| table.of.groupings.len())
    }

    /// Everybody.
    pub fn overall(&self) -> Cell {
        let table = self.table(&[], true).or_else(|| self.table(&[], false));
        Cell::together(table.into_iter().flat_map(|table| table.cells.values()))
    }

    /// The groups along some attributes; the other attributes are merged away.
    pub fn along(&self, attributes: &[usize]) -> BTreeMap<GroupKey, Cell> {
        let table = self.table(attributes, true).or_else(|| self.table(attributes, false));
        parts(table, attributes).into_iter().map(|(group, parts)| (group, Cell::together(parts))).collect()
    }

    /// The same without scores.
    pub fn counted_along(&self, attributes: &[usize]) -> BTreeMap<GroupKey, Cell> {
        let parts = parts(self.table(attributes, false), attributes);
        parts.into_iter().map(|(group, parts)| (group, Cell::counted(parts))).collect()
    }

    /// The rows at every level of an attribute.
    pub fn rows_of(&self, attribute: usize) -> Vec<u64> {
        let mut rows = vec![0; self.levels[attribute].names.len()];
        for (group, parts) in parts(self.table(&[attribute], false), &[attribute]) {
            rows[group[0]] += parts.iter().map(|cell| cell.rows()).sum::<u64>();
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

    /// A text that two sets of cells share exactly when they are equal: what the run id is made of. Where the full cross is
    /// not kept it is made of the margins, so the same rows have another id than with the cross.
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
            let mut bytes = Vec::new();
            cell.outcomes().for_each(|values| values.bytes(&mut bytes));
            let outcomes = if bytes.is_empty() { String::new() } else { format!(" {}", hash_bytes(&bytes)) };
            let counts = cell.counts().collect::<Vec<_>>();
            format!("{key:?} {counts:?}{}{outcomes}\n", scores.unwrap_or_default())
        };
        for table in &self.tables {
            if !self.is_cross() {
                out.push_str(&format!("{:?}\n", table.of.groupings));
            }
            cores::each(&table.cells, of_cell).iter().for_each(|line| out.push_str(line));
            if let Some(sampling) = &table.sampling {
                out.push_str(&format!("{}\n", hash_bytes(&sampling_bytes(sampling))));
            }
        }
        for likely in &self.likely {
            let mut bytes = likely.missing.to_le_bytes().to_vec();
            let kinds = likely.parts.groups.iter().chain(likely.shelves.iter().flat_map(|shelf| shelf.iter()));
            kinds.flatten().for_each(|weighing| weighing.bytes(&mut bytes));
            likely.parts.products.values().flatten().for_each(|sum| bytes.extend(sum.bytes()));
            out.push_str(&format!("{}\n", hash_bytes(&bytes)));
        }
        out.push_str(&format!("{} {}\n", self.rows_read, self.rows_excluded));
        if let Some(consent) = &self.consent {
            out.push_str(&format!("{} {:?} {:?}\n", consent.rows_without, consent.by_method, consent.by_notice));
            out.push_str(&consent.coverage.as_ref().map(|coverage| coverage.fingerprint()).unwrap_or_default());
            out.push_str(&consent.refusals.as_ref().map(|refusals| refusals.fingerprint()).unwrap_or_default());
        }
        if let Some(campaign) = &self.campaign {
            out.push_str(&campaign.fingerprint());
        }
        out.push_str(&self.staged.as_ref().map(Staged::fingerprint).unwrap_or_default());
        out.push_str(&self.routed.as_ref().map(Routed::fingerprint).unwrap_or_default());
        if self.rows_unmatched > 0 {
            out.push_str(&format!("{}\n", self.rows_unmatched));
        }
        out
    }
}

/// The cells of a table by the groups of some of its groupings.
fn parts<'a>(table: Option<&'a Crossed>, groupings: &[usize]) -> BTreeMap<GroupKey, Vec<&'a Cell>> {
    let mut groups: BTreeMap<GroupKey, Vec<&Cell>> = BTreeMap::new();
    let Some(table) = table else { return groups };
    let places = table.of.places(groupings);
    for (key, cell) in &table.cells {
        groups.entry(places.iter().map(|place| key[*place]).collect()).or_default().push(cell);
    }
    groups
}

fn sampling_bytes(sampling: &Sampling) -> Vec<u8> {
    let mut bytes = Vec::new();
    match sampling {
        Sampling::Weighted(places) => {
            for (place, weighing) in places {
                bytes.extend(place.to_le_bytes());
                weighing.bytes(&mut bytes);
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
