//! Two files joined row by row: the later file is read as if it had the columns of the earlier model.

use std::collections::HashSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use polars::prelude::Column;

use super::admit::Admitted;
use super::columns;
use super::faults::bad_row;
use super::keyed::{Described, KeyedRows};
use super::paired::{Paired, Previous};
use super::pass::wanted_columns;
use super::quantities::{NOBODY, read_people};
use crate::input::batch::Entries;
use crate::input::{Accumulate, BadRow, Batch};
use crate::policy::Policy;
use crate::policy::value::Values;

/// The earlier model of a join: the columns of the policy, in the other file.
pub fn previous(policy: &Policy) -> Previous {
    let decision = policy.roles.decision.held_in().map(str::to_owned);
    Previous { decision, score: policy.roles.score.clone(), human: false }
}

/// Counts the rows of the later file that the earlier one has as well.
#[derive(Clone)]
pub struct Joined {
    paired: Paired,
    previous: Previous,
    old: Arc<KeyedRows>,
    /// Rows of the earlier file that a row of the later one has met.
    met: Arc<Vec<AtomicBool>>,
    described: Described,
    key: String,
    missing: Values,
    keys: Vec<u64>,
    /// Keys that the earlier file has not, and keys that have come before.
    alone: Vec<u64>,
    twice: Vec<u64>,
    told: Told,
    read: u64,
}

/// What there is to say of a join.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Told {
    pub rows_only_before: u64,
    pub rows_only_after: u64,
    /// Rows whose label, or one of whose groups, is another in the earlier file.
    pub other_label: u64,
    pub other_groups: u64,
}

impl Joined {
    /// The columns that it reads, in their order; `there` are those that the earlier file has.
    pub fn columns(policy: &Policy, key: &str, there: &[String]) -> Vec<String> {
        let mut wanted = wanted_columns(policy);
        wanted.push(key.to_owned());
        wanted.extend(Described::columns(policy, there));
        wanted
    }

    pub fn new(policy: &Policy, key: &str, old: Arc<KeyedRows>, there: &[String], decimal_comma: bool) -> Joined {
        let previous = previous(policy);
        Joined {
            paired: Paired::new(policy, &previous, decimal_comma),
            previous,
            met: Arc::new((0..old.len()).map(|_| AtomicBool::new(false)).collect()),
            old,
            described: Described::new(policy, there, decimal_comma),
            key: key.to_owned(),
            missing: policy.roles.missing.clone(),
            keys: Vec::new(),
            alone: Vec::new(),
            twice: Vec::new(),
            told: Told::default(),
            read: 0,
        }
    }

    /// The rows that have been met, as a batch with the columns of the earlier model.
    fn beside(&self, batch: &Batch, own: usize, places: &[Option<usize>]) -> Option<Batch> {
        let mut columns: Vec<Entries> = batch.columns().get(..own)?.to_vec();
        let rows = || places.iter().map(|place| place.map(|place| self.old.row(place)));
        if self.previous.decision.is_some() {
            let texts: Vec<Option<&str>> = rows().map(|row| self.old.decision(row?)).collect();
            columns.push(Entries::Plain(Column::new("decision before".into(), texts)));
        }
        if self.previous.score.is_some() {
            let scores: Vec<f64> = rows().map(|row| row.map_or(f64::NAN, |row| row.score)).collect();
            columns.push(Entries::Plain(Column::new("score before".into(), scores)));
        }
        Some(Batch::new(batch.height(), columns))
    }
}

impl Accumulate for Joined {
    fn push(&mut self, batch: &Batch) -> Result<(), BadRow> {
        let own = self.paired.columns_of_now();
        let unreadable = || bad_row(columns::unreadable(), &self.key);
        let key = batch.columns().get(own).ok_or_else(unreadable)?;
        read_people(key, &self.missing, &mut self.keys).map_err(|located| bad_row(located, &self.key))?;
        let described = batch.columns().get(own + 1..).unwrap_or_default();
        self.described.read(described, batch.height()).map_err(|located| bad_row(located, &self.key))?;
        let places: Vec<Option<usize>> =
            self.keys.iter().map(|key| self.old.find(*key).filter(|_| *key != NOBODY)).collect();
        let whole = self.beside(batch, own, &places).ok_or_else(unreadable)?;
        for (row, (key, place)) in self.keys.iter().zip(&places).enumerate() {
            let Some(place) = *place else {
                self.told.rows_only_after += 1;
                self.alone.extend((*key != NOBODY).then_some(*key));
                continue;
            };
            if self.met[place].swap(true, Ordering::Relaxed) {
                self.twice.push(*key);
            }
            let (label, groups) = self.described.of(row);
            let old = self.old.row(place);
            self.told.other_label += u64::from(old.label != label);
            self.told.other_groups += u64::from(old.groups != groups);
        }
        self.read += batch.height() as u64;
        let met = Admitted::of(places.iter().map(Option::is_some).collect());
        let kept = met.batch(&whole)?;
        self.paired.push(kept.as_ref().unwrap_or(&whole)).map_err(|bad| met.in_batch(bad))
    }

    fn rows(&self) -> u64 {
        self.read
    }
}

/// What the workers counted, and what there is to say of the join.
///
/// # Errors
/// The keys that several rows of the later file have.
pub fn part(parts: Vec<Joined>) -> Result<(Vec<Paired>, Told), HashSet<u64>> {
    let mut told = Told::default();
    let (mut alone, mut twice) = (Vec::new(), HashSet::new());
    let mut paired = Vec::new();
    for (place, part) in parts.into_iter().enumerate() {
        if place == 0 {
            let unmet = part.met.iter().filter(|met| !met.load(Ordering::Relaxed)).count();
            told.rows_only_before = unmet as u64 + part.old.without_key;
        }
        told.rows_only_after += part.told.rows_only_after;
        told.other_label += part.told.other_label;
        told.other_groups += part.told.other_groups;
        alone.extend(part.alone);
        twice.extend(part.twice);
        paired.push(part.paired);
    }
    alone.sort_unstable();
    twice.extend(alone.windows(2).filter(|pair| pair[0] == pair[1]).map(|pair| pair[0]));
    if twice.is_empty() { Ok((paired, told)) } else { Err(twice) }
}
