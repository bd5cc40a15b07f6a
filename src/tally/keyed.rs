//! The rows of an earlier file by key, for a join: keys as 64-bit numbers, never as they are written.

use std::collections::{HashMap, HashSet};
use std::hash::{BuildHasher, Hasher};
use std::sync::Arc;

use polars::prelude::DataType;

use super::codes::Codes;
use super::columns::{self, Located};
use super::faults::bad_row;
use super::meaning::{Classes, Fault, Meaning};
use super::quantities::{NOBODY, read_people};
use super::scores::Scoring;
use crate::input::batch::Entries;
use crate::input::{Accumulate, BadRow, Batch};
use crate::policy::Policy;
use crate::policy::value::Values;

/// More different decisions than this are no decisions.
const MOST_DECISIONS: usize = 1 << 16;

/// A row of the earlier file: 32 bytes, whatever its key.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct KeyedRow {
    pub key: u64,
    /// A number for the groups of the row.
    pub groups: u64,
    /// NaN where there is none.
    pub score: f64,
    /// One more than the place of its decision among the texts; 0 where there is none.
    pub decision: u32,
    pub label: u8,
}

/// What tells whether two files say the same of a row: its label, and its groups where both files have the columns.
#[derive(Clone)]
pub struct Described {
    missing: Values,
    label: Option<Codes>,
    /// For each attribute that is read, the codes of its bins, if it has any.
    groups: Vec<Option<Codes>>,
    labels: Vec<u32>,
    numbers: Vec<u64>,
    hashes: Vec<u64>,
}

impl Described {
    /// The columns that it reads, of those that both files have.
    pub fn columns(policy: &Policy, there: &[String]) -> Vec<String> {
        let attributes = policy.attributes.iter().map(|attribute| &attribute.column);
        policy.roles.label.iter().chain(attributes).filter(|column| there.contains(column)).cloned().collect()
    }

    pub fn new(policy: &Policy, there: &[String], decimal_comma: bool) -> Described {
        let roles = &policy.roles;
        let label = || Codes::new(Meaning::Classes(Classes::of_label(&roles.positive, &roles.missing)));
        let bins = |attribute: &crate::policy::types::Attribute| {
            (!attribute.bins.is_empty()).then(|| Codes::new(Meaning::levels(attribute, &roles.missing, decimal_comma)))
        };
        let read = policy.attributes.iter().filter(|attribute| there.contains(&attribute.column));
        Described {
            missing: roles.missing.clone(),
            label: roles.label.as_ref().filter(|column| there.contains(column)).map(|_| label()),
            groups: read.map(bins).collect(),
            labels: Vec::new(),
            numbers: Vec::new(),
            hashes: Vec::new(),
        }
    }

    /// Reads its columns of a batch.
    pub fn read(&mut self, columns: &[Entries], rows: usize) -> Result<(), Located> {
        let mut columns = columns.iter();
        self.labels.clear();
        if let (Some(codes), Some(column)) = (&mut self.label, columns.as_slice().first()) {
            columns::encode(column, codes, &mut self.labels)?;
            columns.next();
        }
        self.hashes.clear();
        self.hashes.resize(rows, 0);
        let state = foldhash::quality::FixedState::with_seed(1);
        let mut add = |row: usize, of: u64| {
            let mut hasher = state.build_hasher();
            hasher.write_u64(self.hashes[row]);
            hasher.write_u64(of);
            self.hashes[row] = hasher.finish();
        };
        let mut bins = Vec::new();
        for (codes, column) in self.groups.iter_mut().zip(columns) {
            match codes {
                Some(codes) => {
                    columns::encode(column, codes, &mut bins)?;
                    bins.iter().enumerate().for_each(|(row, code)| add(row, u64::from(*code)));
                }
                None => {
                    read_people(column, &self.missing, &mut self.numbers)?;
                    self.numbers.iter().enumerate().for_each(|(row, number)| add(row, *number));
                }
            }
        }
        Ok(())
    }

    /// The label and the groups of a row of the batch.
    pub fn of(&self, row: usize) -> (u8, u64) {
        (self.labels.get(row).map_or(0, |code| *code as u8), self.hashes.get(row).copied().unwrap_or_default())
    }
}

/// Reads the rows of the earlier file.
#[derive(Clone)]
pub struct Keyed {
    names: Vec<String>,
    missing: Values,
    has_decision: bool,
    scoring: Option<Scoring>,
    described: Described,
    texts: HashMap<String, u32>,
    rows: Vec<KeyedRow>,
    keys: Vec<u64>,
    scores: Vec<f64>,
    read: u64,
    without_key: u64,
}

impl Keyed {
    /// The columns that it reads, in their order; `there` are those that the file has.
    pub fn columns(policy: &Policy, key: &str, there: &[String]) -> Vec<String> {
        let mut wanted = vec![key.to_owned()];
        wanted.extend(policy.roles.decision.held_in().map(str::to_owned));
        wanted.extend(policy.roles.score.clone());
        wanted.extend(Described::columns(policy, there));
        wanted
    }

    pub fn new(policy: &Policy, key: &str, there: &[String], decimal_comma: bool) -> Keyed {
        let roles = &policy.roles;
        let threshold = roles.threshold.as_ref().map(|threshold| threshold.approximate());
        Keyed {
            names: Keyed::columns(policy, key, there),
            missing: roles.missing.clone(),
            has_decision: roles.decision.held_in().is_some(),
            scoring: roles.score.as_ref().map(|_| Scoring::new(&roles.missing, decimal_comma, threshold)),
            described: Described::new(policy, there, decimal_comma),
            texts: HashMap::new(),
            rows: Vec::new(),
            keys: Vec::new(),
            scores: Vec::new(),
            read: 0,
            without_key: 0,
        }
    }

    fn decision(&mut self, text: Option<&str>) -> Result<u32, Fault> {
        let Some(text) = text else { return Ok(0) };
        if let Some(known) = self.texts.get(text) {
            return Ok(*known);
        }
        if self.texts.len() >= MOST_DECISIONS {
            return Err(Fault::Row("the column has more different values than decisions can have"));
        }
        let next = self.texts.len() as u32 + 1;
        self.texts.insert(text.to_owned(), next);
        Ok(next)
    }

    fn take(&mut self, batch: &Batch) -> Result<(), (usize, Located)> {
        let columns = batch.columns();
        let at = |place: usize| columns.get(place).ok_or((place, columns::unreadable()));
        read_people(at(0)?, &self.missing, &mut self.keys).map_err(|located| (0, located))?;
        let score = 1 + usize::from(self.has_decision);
        let described = score + usize::from(self.scoring.is_some());
        if let Some(scoring) = &self.scoring {
            scoring.read(at(score)?, &mut self.scores).map_err(|located| (score, located))?;
        }
        self.described
            .read(columns.get(described..).unwrap_or_default(), batch.height())
            .map_err(|located| (described, located))?;
        let texts = if self.has_decision {
            Some(at(1)?.column().cast(&DataType::String).map_err(|_| (1, columns::unreadable()))?)
        } else {
            None
        };
        let texts = match &texts {
            Some(texts) => Some(texts.str().map_err(|_| (1, columns::unreadable()))?),
            None => None,
        };
        for row in 0..batch.height() {
            let text = texts.and_then(|texts| texts.get(row));
            let decision = self.decision(text).map_err(|fault| (1, (Some(row), fault)))?;
            let key = self.keys[row];
            if key == NOBODY {
                self.without_key += 1;
                continue;
            }
            let (label, groups) = self.described.of(row);
            let score = if self.scoring.is_some() { self.scores[row] } else { f64::NAN };
            self.rows.push(KeyedRow { key, groups, score, decision, label });
        }
        self.read += batch.height() as u64;
        Ok(())
    }
}

impl Accumulate for Keyed {
    fn push(&mut self, batch: &Batch) -> Result<(), BadRow> {
        self.take(batch).map_err(|(place, located)| bad_row(located, self.names.get(place).map_or("", String::as_str)))
    }

    fn rows(&self) -> u64 {
        self.read
    }
}

/// The rows of the earlier file, found by key.
#[derive(Debug, Default)]
pub struct KeyedRows {
    /// By rising key.
    rows: Vec<KeyedRow>,
    texts: Vec<String>,
    pub without_key: u64,
}

impl KeyedRows {
    /// Puts together what the workers read.
    ///
    /// # Errors
    /// The keys that several rows have.
    pub fn new(parts: Vec<Keyed>) -> Result<KeyedRows, HashSet<u64>> {
        let mut all = KeyedRows::default();
        let mut places: HashMap<String, u32> = HashMap::new();
        for part in parts {
            all.without_key += part.without_key;
            let mut renumbered = vec![0; part.texts.len() + 1];
            for (text, number) in part.texts {
                let next = all.texts.len() as u32 + 1;
                let place = *places.entry(text.clone()).or_insert(next);
                if place == next {
                    all.texts.push(text);
                }
                renumbered[number as usize] = place;
            }
            all.rows.extend(
                part.rows.into_iter().map(|row| KeyedRow { decision: renumbered[row.decision as usize], ..row }),
            );
        }
        all.rows.sort_unstable_by_key(|row| row.key);
        let twice = |pair: &&[KeyedRow]| pair[0].key == pair[1].key;
        let twice: HashSet<u64> = all.rows.windows(2).filter(twice).map(|pair| pair[0].key).collect();
        if twice.is_empty() { Ok(all) } else { Err(twice) }
    }

    pub fn len(&self) -> usize {
        self.rows.len()
    }

    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// The place of a row.
    pub fn find(&self, key: u64) -> Option<usize> {
        self.rows.binary_search_by_key(&key, |row| row.key).ok()
    }

    pub fn row(&self, place: usize) -> &KeyedRow {
        &self.rows[place]
    }

    /// The decision of a row as the file has it.
    pub fn decision(&self, row: &KeyedRow) -> Option<&str> {
        self.texts.get((row.decision as usize).checked_sub(1)?).map(String::as_str)
    }
}

/// Looks for the first row with one of some keys: every such row is a fault.
#[derive(Clone)]
pub struct Finder {
    pub column: String,
    pub missing: Values,
    pub keys: Arc<HashSet<u64>>,
}

impl Accumulate for Finder {
    fn push(&mut self, batch: &Batch) -> Result<(), BadRow> {
        let Some(column) = batch.columns().first() else { return Ok(()) };
        let mut keys = Vec::new();
        read_people(column, &self.missing, &mut keys).map_err(|located| bad_row(located, &self.column))?;
        match keys.iter().position(|key| self.keys.contains(key)) {
            None => Ok(()),
            row => {
                let fault = Fault::Row("another row of the file has the same key, so rows cannot be joined by it");
                Err(bad_row((row, fault), &self.column))
            }
        }
    }

    fn rows(&self) -> u64 {
        0
    }
}
