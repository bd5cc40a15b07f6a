//! Cells of a run → a shard, and back: levels by name in a file, by place in a run.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use num_bigint::BigUint;
use serde::{Deserialize, Serialize};

use super::columns::groupings;
use super::{Alike, Header, Kept, Measured, SCHEMA, Shard, Stored, Values};
use crate::cell::design::{KINDS, MOST_ROWS, ONE, Sampling, Weighing};
use crate::cell::measured::GRID as MEASURED;
use crate::cell::scores::GRID;
use crate::cell::wide::Wide;
use crate::error::Error;
use crate::input::Origin;
use crate::input::hash::hash_bytes;
use crate::policy::Policy;
use crate::policy::check_grounds::MOST_GROUPS;
use crate::policy::counted::counted;
use crate::policy::margin::needed;
use crate::policy::outcome::{Outcome, OutcomeKind, predicted, predictions};
use crate::tally::named::{Named, Names, hang_together, put_in_order};
use crate::tally::pass::policy_grid;
use crate::tally::sampled::{Likely, SHELVES};
use crate::tally::seen::Seen;
use crate::tally::{Cells, Crossed, GroupKey};

/// The cells of a run as they are stored.
pub fn shard_of(policy: &Policy, cells: &Cells, sources: Vec<Origin>, tool: &str) -> Shard {
    Shard {
        header: header(policy, cells, sources, tool),
        tables: cells.tables.iter().map(|table| store(cells, table)).collect(),
        likely: cells.likely.clone(),
    }
}

fn store(cells: &Cells, table: &Crossed) -> Stored {
    let names = |key: &GroupKey| -> Names {
        cells.level_names(&table.of.groupings, key).into_iter().map(str::to_owned).collect()
    };
    let by_place: Vec<Names> = table.cells.keys().map(names).collect();
    let at = |place: u32| (by_place[place as usize / KINDS].clone(), place as usize % KINDS);
    let mut stored = Stored { counted: Named { of: table.of.clone(), ..Named::default() }, ..Stored::default() };
    for (key, cell) in &table.cells {
        let mut counts = [0; KINDS];
        counts.iter_mut().zip(cell.counts()).for_each(|(count, rows)| *count = rows);
        stored.counted.counts.insert(names(key), counts);
        let ledgers = cell.scores().into_iter().flat_map(|scores| scores.ledgers().iter().enumerate());
        for (label, ledger) in ledgers.filter(|(_, ledger)| ledger.rows() > 0) {
            stored.counted.ledgers.insert((names(key), label), ledger.clone());
        }
    }
    for (key, cell) in &table.cells {
        let measured = cell.outcomes().enumerate().filter(|(_, values)| values.rows() + values.missing() > 0);
        stored.counted.outcomes.extend(measured.map(|(place, values)| ((names(key), place), values.clone())));
    }
    match table.sampling.as_deref() {
        Some(Sampling::Weighted(places)) => {
            stored.weighed = places.iter().map(|(place, weighing)| (at(*place), *weighing)).collect();
        }
        Some(Sampling::People { profiles, .. }) => {
            let alike = |(profile, people): &(Box<[(u32, u64)]>, u64)| -> Alike {
                let named = profile.iter().map(|(place, quantity)| {
                    let (names, kind) = at(*place);
                    (names, kind, *quantity)
                });
                let mut rows: Vec<_> = named.collect();
                rows.sort();
                (rows, *people)
            };
            stored.people = profiles.iter().map(alike).collect();
            stored.people.sort();
        }
        Some(Sampling::Parts(_)) | None => {}
    }
    stored
}

fn header(policy: &Policy, cells: &Cells, sources: Vec<Origin>, tool: &str) -> Header {
    let rules = counted(policy);
    let values = |seen: &Seen, met: &BTreeSet<String>| Values { seen: seen.names().cloned(), met: met.clone() };
    Header {
        schema: SCHEMA.to_owned(),
        tool: tool.to_owned(),
        rules_sha256: hash_of(&rules),
        rules,
        groupings: groupings(policy),
        kept: if cells.is_cross() { Kept::Cross } else { Kept::Margins },
        margins: needed(policy),
        outcomes: measured(policy),
        grid: GRID.to_owned(),
        threshold: policy.roles.threshold.as_ref().map(|threshold| threshold.text.clone()),
        rows_read: cells.rows_read,
        rows_excluded: cells.rows_excluded,
        decision: values(&cells.decision_values, &cells.decision_met),
        label: values(&cells.label_values, &cells.label_met),
        sources,
        probabilities: Vec::new(),
        sha256: None,
    }
}

/// What is measured beside the decision, in words of the header.
pub(super) fn measured(policy: &Policy) -> Vec<Measured> {
    let prediction = |(_, outcome): (usize, &Outcome)| Measured {
        name: format!("{}.{}", outcome.name, OutcomeKind::Prediction.name()),
        kind: OutcomeKind::Prediction.name().to_owned(),
        grid: MEASURED.to_owned(),
        bound: None,
    };
    let mut found = measured_by_statement(policy);
    found.extend(predictions(&policy.outcomes).map(prediction));
    found
}

/// The same as a printed statement counts it, which keeps no prediction beside what came.
pub(super) fn measured_by_statement(policy: &Policy) -> Vec<Measured> {
    let of = |outcome: &Outcome| Measured {
        name: outcome.name.clone(),
        kind: outcome.kind.name().to_owned(),
        grid: MEASURED.to_owned(),
        bound: outcome.bound.as_ref().map(|bound| bound.text.clone()),
    };
    let errors = predicted(&policy.outcomes).map(|(_, outcome)| Measured {
        name: outcome.error_name(),
        kind: OutcomeKind::Error.name().to_owned(),
        grid: MEASURED.to_owned(),
        bound: None,
    });
    policy.outcomes.iter().map(of).chain(errors).collect()
}

/// The hash of what is counted.
pub(super) fn hash_of(rules: &BTreeMap<String, String>) -> String {
    let lines: String = rules.iter().map(|(key, value)| format!("{key} = {value}\n")).collect();
    hash_bytes(lines.as_bytes())
}

impl Shard {
    /// The cells as a run has them, under the policy by which they were counted.
    ///
    /// # Errors
    /// An attribute has too many levels.
    pub fn into_cells(self, policy: &Policy) -> Result<Cells, Error> {
        let Shard { header, tables, likely } = self;
        let seen = |values: &Values| match &values.seen {
            None => Seen::many(),
            Some(names) => {
                let mut seen = Seen::default();
                seen.add(names.iter().cloned());
                seen
            }
        };
        let mut cells = Cells {
            rows_read: header.rows_read,
            rows_excluded: header.rows_excluded,
            decision_values: seen(&header.decision),
            label_values: seen(&header.label),
            decision_met: header.decision.met,
            label_met: header.label.met,
            likely,
            ..Cells::default()
        };
        let (mut counted, mut designs) = (Vec::new(), Vec::new());
        for table in tables {
            counted.push(table.counted);
            designs.push((table.weighed, table.people));
        }
        let all = put_in_order(&mut cells, policy, counted, &Arc::new(policy_grid(policy)))?;
        for ((table, places), (weighed, people)) in cells.tables.iter_mut().zip(all).zip(designs) {
            let place = |names: &Names, kind: usize| {
                places.get(names).copied().unwrap_or_default() * KINDS as u32 + kind as u32
            };
            if policy.roles.unit.is_some() {
                let profile = |(rows, people): Alike| {
                    let mut rows: Vec<(u32, u64)> =
                        rows.iter().map(|(names, kind, quantity)| (place(names, *kind), *quantity)).collect();
                    rows.sort_unstable();
                    (rows.into_boxed_slice(), people)
                };
                let mut profiles: Vec<_> = people.into_iter().map(profile).collect();
                profiles.sort_unstable();
                hang_together(table, Sampling::People { profiles, weighted: policy.roles.weight.is_some() });
            } else if policy.roles.weight.is_some() {
                let weighed = weighed.into_iter().map(|((names, kind), weighing)| (place(&names, kind), weighing));
                hang_together(table, Sampling::Weighted(weighed.collect()));
            }
        }
        Ok(cells)
    }
}

/// What an attribute of probabilities adds up, in words of the header.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Probabilities {
    groups: usize,
    /// Rows in which a probability is missing.
    missing: u64,
    chances: Vec<Chances>,
    products: Vec<Products>,
}

/// Rows of one decision and label that belong to a group with about the same probability.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Chances {
    group: usize,
    /// The probability in hundredths, rounded down.
    hundredths: usize,
    /// Decision and label: three times the decision, and the label.
    kind: usize,
    rows: u64,
    /// Sums of the probabilities in units of 2^-40, and of their squares in units of 2^-80.
    sum: String,
    squares: String,
}

/// Sums of the products of the probabilities of two groups, by decision and label, in units of 2^-80.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Products {
    group: usize,
    other: usize,
    sums: Vec<String>,
}

impl Probabilities {
    pub(super) fn of(likely: &Likely) -> Probabilities {
        let mut chances = Vec::new();
        for (group, shelves) in likely.shelves.iter().enumerate() {
            for (hundredths, kinds) in shelves.iter().enumerate() {
                for (kind, weighing) in kinds.iter().enumerate().filter(|(_, weighing)| weighing.rows > 0) {
                    chances.push(Chances {
                        group,
                        hundredths,
                        kind,
                        rows: weighing.rows,
                        sum: weighing.total.to_string(),
                        squares: digits(weighing.squares),
                    });
                }
            }
        }
        let products = likely.parts.products.iter().map(|((group, other), sums)| Products {
            group: *group,
            other: *other,
            sums: sums.iter().map(|sum| digits(*sum)).collect(),
        });
        Probabilities { groups: likely.shelves.len(), missing: likely.missing, chances, products: products.collect() }
    }

    /// None when the numbers cannot be.
    pub(super) fn likely(&self) -> Option<Likely> {
        if self.groups > MOST_GROUPS || self.missing > MOST_ROWS {
            return None;
        }
        let mut likely = Likely::new(self.groups);
        likely.missing = self.missing;
        for chance in &self.chances {
            let Chances { group, hundredths, kind, rows, .. } = *chance;
            if group >= self.groups || hundredths >= SHELVES || kind >= KINDS {
                return None;
            }
            let (total, squares): (u128, Wide) = (chance.sum.parse().ok()?, from_digits(&chance.squares)?);
            if rows > MOST_ROWS || total > u128::from(rows) * u128::from(ONE) {
                return None;
            }
            likely.put(group, hundredths, kind, &Weighing { rows, total, squares })?;
        }
        for Products { group, other, sums } in &self.products {
            if group >= other || *other >= self.groups || sums.len() != KINDS {
                return None;
            }
            let mut of_pair = [Wide::default(); KINDS];
            for (into, sum) in of_pair.iter_mut().zip(sums) {
                *into = from_digits(sum)?;
            }
            likely.parts.products.insert((*group, *other), of_pair);
        }
        Some(likely)
    }
}

/// A wide number as decimal digits.
pub(super) fn digits(number: Wide) -> String {
    BigUint::from_bytes_le(&number.bytes()).to_string()
}

/// The number of decimal digits; none when they are none, or too many.
pub(super) fn from_digits(text: &str) -> Option<Wide> {
    if text.len() > 58 || !text.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    wide_of(&BigUint::parse_bytes(text.as_bytes(), 10)?)
}

/// None where it has more than 192 bits.
pub(super) fn wide_of(number: &BigUint) -> Option<Wide> {
    let small = number.to_bytes_le();
    let mut bytes = [0; 24];
    bytes.get_mut(..small.len())?.copy_from_slice(&small);
    Some(Wide::from_bytes(bytes))
}
