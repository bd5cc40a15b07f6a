//! What people without consent got, by group: the outcomes that the policy names, and nothing else.

use polars::prelude::{NamedFrom, Series};

use crate::input::batch::Entries;
use crate::input::{BadRow, Batch};
use crate::policy::Policy;
use crate::policy::consent::NO_CONSENT;
use crate::tally::admit::Admitted;
use crate::tally::columns;
use crate::tally::faults::bad_row;
use crate::tally::margins::Most;
use crate::tally::pass::{Tally, wanted_columns};

/// Counts the rows of people without consent, as one worker does.
#[derive(Clone)]
pub(super) struct Refusals {
    pub(super) rows: Box<Tally>,
    /// Where in a batch of the whole run its columns are; none: all have no consent.
    places: Vec<Option<usize>>,
}

impl Refusals {
    /// None where nothing is read of people without consent.
    pub(super) fn new(policy: &Policy, decimal_comma: bool, most: Most) -> Option<Refusals> {
        policy.compared_outcomes().next()?;
        let of = policy.of_refusals();
        let (wanted, decision) = (wanted_columns(policy), of.attributes.len());
        let place = |(at, name): (usize, &String)| {
            if at == decision { None } else { wanted.iter().position(|other| other == name) }
        };
        let places = wanted_columns(&of).iter().enumerate().map(place).collect();
        Some(Refusals { rows: Box::new(Tally::with_most(&of, decimal_comma, most)), places })
    }

    /// Counts the kept rows of a batch of the whole run, each as often as `times` says.
    pub(super) fn count(&mut self, batch: &Batch, keep: Vec<bool>, times: impl Fn(usize) -> u64) -> Result<(), BadRow> {
        if !keep.contains(&true) {
            return Ok(());
        }
        let all = || Entries::Plain(Series::new(NO_CONSENT.into(), vec![true; batch.height()]).into());
        let column = |place: &Option<usize>| match place {
            None => Some(all()),
            Some(place) => batch.columns().get(*place).cloned(),
        };
        let columns: Option<Vec<Entries>> = self.places.iter().map(column).collect();
        let columns = columns.ok_or_else(|| bad_row(columns::unreadable(), ""))?;
        let weights: Vec<u64> = (0..keep.len()).filter(|row| keep[*row]).map(times).collect();
        let own = Batch::new(batch.height(), columns);
        let admitted = Admitted::of(keep);
        let kept = admitted.batch(&own)?;
        self.rows.encode(kept.as_ref().unwrap_or(&own)).map_err(|bad| admitted.in_batch(bad))?;
        self.rows.add(Some(&weights))
    }
}
