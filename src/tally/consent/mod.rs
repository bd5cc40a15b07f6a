//! Whose rows count: people whose consent for the purpose was in force when the decision was made.
//!
//! A row without consent is left out before anything else is read of it. Where the policy asks for coverage, its groups
//! are read, to be counted, and nothing more; or, where the policy names them, some outcomes.

pub mod book;
mod read;
mod refusals;
mod rows;

use std::collections::BTreeMap;
use std::sync::Arc;

use super::cells::Cells;
use super::collect::collect;
use super::pass::Tally;
use crate::error::Error;
use crate::input::SourceRead;
use crate::policy::Policy;

pub use book::Book;
pub use read::{ReadLedger, read_ledger};
pub use rows::Consenting;

/// Rows without and with consent.
pub type Rows = [u64; 2];

/// What is known of consent after the one pass.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Consented {
    pub rows_without: u64,
    /// The file that says who consented, where there is one.
    pub ledger: Option<SourceRead>,
    /// Every row that `where` keeps, by group: favourable where consent was in force. Only where the policy asks for it.
    pub coverage: Option<Box<Cells>>,
    /// The rows without consent by group, with the outcomes that the policy reads of them. Only where it asks for it.
    pub refusals: Option<Box<Cells>>,
    /// The same rows by how the person's last answer was collected, and by what they were told. None where the ledger does
    /// not say, or the policy does not ask.
    pub by_method: BTreeMap<String, Rows>,
    pub by_notice: BTreeMap<String, Rows>,
}

/// Takes from the workers what they found of consent.
///
/// # Errors
/// As [`collect`].
pub(super) fn gather(
    tallies: &mut [Tally],
    policy: &Policy,
    ledger: Option<&ReadLedger>,
) -> Result<Option<Consented>, Error> {
    if policy.consent.is_none() {
        return Ok(None);
    }
    let mut found = Consented { ledger: ledger.map(|ledger| ledger.read.clone()), ..Consented::default() };
    let (mut counted, mut refusals) = (Vec::new(), Vec::new());
    for consenting in tallies.iter_mut().filter_map(|tally| tally.consenting.take()) {
        found.rows_without += consenting.rows_without();
        refusals.extend(consenting.refusals.map(|refusals| *refusals.rows));
        let Some(coverage) = consenting.coverage else { continue };
        if let Some(book) = ledger.map(|ledger| Arc::clone(&ledger.book)) {
            for (into, names, rows) in [
                (&mut found.by_method, &book.methods, &coverage.by_method),
                (&mut found.by_notice, &book.notices, &coverage.by_notice),
            ] {
                for (name, rows) in names.iter().zip(rows).filter(|(_, rows)| **rows != [0, 0]) {
                    let sum = into.entry(name.clone()).or_default();
                    *sum = [sum[0] + rows[0], sum[1] + rows[1]];
                }
            }
        }
        counted.push(*coverage.rows);
    }
    if policy.consent.as_ref().is_some_and(|consent| consent.coverage.is_some()) {
        found.coverage = Some(Box::new(collect(counted, &policy.of_coverage())?));
    }
    if !refusals.is_empty() {
        found.refusals = Some(Box::new(collect(refusals, &policy.of_refusals())?));
    }
    Ok(Some(found))
}
