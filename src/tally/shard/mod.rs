//! Cells in a file: what one pass counted, so that shards, months or machines add up and can be audited without their rows.
//!
//! The file is Parquet with plain columns ([`columns`]) and a header, a JSON text in its key-value metadata ([`Header`]).

mod add;
pub mod columns;
#[cfg(feature = "adbc")]
mod from_columns;
mod from_outcomes;
mod from_table;
mod measured;
mod read;
mod sql_table;
mod tables;
mod turn;
mod write;

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

pub use add::{add, refuse_unlike};
#[cfg(feature = "adbc")]
pub use from_columns::{FromColumn, FromValues, from_columns};
pub use from_table::{from_table, is_table};
pub use read::{holds_cells, read};
pub use turn::shard_of;
pub use write::to_bytes;

use super::named::{Named, Names};
use super::sampled::Likely;
use crate::cell::design::Weighing;
use crate::input::Origin;
use crate::input::hash::hash_bytes;
use crate::policy::margin::Margin;

/// The key of the metadata that holds the header; a Parquet file without it holds rows.
pub const KEY: &str = "evenhand.cells";
/// The form of the file that this version writes and reads.
pub const SCHEMA: &str = "evenhand.cells/1";

/// What people with the same rows have: for each cell and kind how many rows they have, or how heavy these are, and how many
/// people that is.
pub type Alike = (Vec<(Names, usize, u64)>, u64);

/// The cells of one file, or of several added up.
#[derive(Clone, Debug, PartialEq)]
pub struct Shard {
    pub header: Header,
    /// The full cross of all groupings, or every margin of the header in its order.
    pub tables: Vec<Stored>,
    /// Groups that are known as probabilities.
    pub likely: Vec<Likely>,
}

/// The cells of some groupings.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Stored {
    /// Rows by decision and label, and scores by label.
    pub counted: Named,
    /// Weights by decision and label.
    pub weighed: BTreeMap<(Names, usize), Weighing>,
    pub people: Vec<Alike>,
}

/// What the lines of a file are the counts of.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Kept {
    /// All groupings crossed with each other.
    #[default]
    Cross,
    /// Every margin of its own, because the full cross would be too large.
    Margins,
}

/// What a file of cells says of itself.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Header {
    pub schema: String,
    /// The version of evenhand that wrote the file.
    pub tool: String,
    /// What of the policy decides what is counted, by key. Cells under other rules are never added.
    pub rules: BTreeMap<String, String>,
    pub rules_sha256: String,
    /// The columns of the table that hold groups, in the order of the policy.
    pub groupings: Vec<Grouping>,
    /// Whether the file holds the full cross of the groupings or their margins.
    #[serde(default)]
    pub kept: Kept,
    /// The margins that the policy needs, to be kept where the full cross is too large.
    #[serde(default)]
    pub margins: Vec<Margin>,
    /// What is measured of every row beside the decision, in the order of the policy.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub outcomes: Vec<Measured>,
    /// The name of the bins of scores, and the threshold that is an edge of them.
    pub grid: String,
    pub threshold: Option<String>,
    pub rows_read: u64,
    pub rows_excluded: u64,
    pub decision: Values,
    pub label: Values,
    /// Where the rows came from.
    pub sources: Vec<Origin>,
    /// What attributes of probabilities add up.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub probabilities: Vec<turn::Probabilities>,
    /// Of all that the file says; none in a file that another program wrote.
    pub sha256: Option<String>,
}

/// A column by whose values rows are told apart.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Grouping {
    /// As the policy calls it.
    pub name: String,
    /// As the table calls it.
    pub column: String,
    /// How many bins it has, where its groups are bins.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub bins: Option<usize>,
}

/// A measured outcome.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Measured {
    pub name: String,
    /// `amount`, `duration`, `ordinal`, `yes-no` or `category`.
    pub kind: String,
    /// The name of the bins of its values, and the bound that has a bin of its own.
    pub grid: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub bound: Option<String>,
}

/// Values of the decision or of the label.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Values {
    /// The distinct ones; none when they are too many to be named.
    pub seen: Option<BTreeSet<String>>,
    /// Those of the policy that have appeared.
    pub met: BTreeSet<String>,
}

impl Shard {
    /// The hash of everything in it, so that a file that was changed or damaged is noticed.
    fn seal(&self) -> String {
        let header = Header { sha256: None, ..self.header.clone() };
        let mut bytes = serde_json::to_vec(&header).unwrap_or_default();
        let name = |bytes: &mut Vec<u8>, names: &Names| {
            for name in names {
                bytes.extend((name.len() as u64).to_le_bytes());
                bytes.extend(name.as_bytes());
            }
        };
        for table in &self.tables {
            for (names, counts) in &table.counted.counts {
                name(&mut bytes, names);
                counts.iter().for_each(|count| bytes.extend(count.to_le_bytes()));
            }
            for ((names, label), ledger) in &table.counted.ledgers {
                let mut scores = Vec::new();
                ledger.bytes(&mut scores);
                name(&mut bytes, names);
                bytes.push(*label as u8);
                bytes.extend(hash_bytes(&scores).as_bytes());
            }
            for ((names, outcome), values) in &table.counted.outcomes {
                let mut measured = Vec::new();
                values.bytes(&mut measured);
                name(&mut bytes, names);
                bytes.extend((*outcome as u64).to_le_bytes());
                bytes.extend(hash_bytes(&measured).as_bytes());
            }
            for ((names, kind), weighing) in &table.weighed {
                name(&mut bytes, names);
                bytes.push(*kind as u8);
                weighing.bytes(&mut bytes);
            }
            for (profile, people) in &table.people {
                for (names, kind, quantity) in profile {
                    name(&mut bytes, names);
                    bytes.push(*kind as u8);
                    bytes.extend(quantity.to_le_bytes());
                }
                bytes.extend(people.to_le_bytes());
            }
        }
        hash_bytes(&bytes)
    }

    /// Rows that are in its cells: every table has them all.
    pub fn rows(&self) -> u64 {
        self.tables.first().map_or(0, |table| table.counted.counts.values().flatten().sum())
    }
}
