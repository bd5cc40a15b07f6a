//! Which rows of a batch count, and how many rows each stands for.

use super::columns;
use super::faults::bad_row;
use super::meaning::Fault;
use super::pass::Tally;
use crate::cell::design::MOST_ROWS;
use crate::input::{BadRow, Batch};

pub(super) const TOO_MANY_ROWS: &str = "the counts add up to more than 10^12 rows; is this the column of the counts?";

/// The rows of a batch that count.
pub(super) struct Admitted {
    keep: Option<Vec<bool>>,
    pub(super) counts: Option<Vec<u64>>,
}

impl Admitted {
    /// These rows, each once.
    pub(super) fn of(keep: Vec<bool>) -> Admitted {
        Admitted { keep: Some(keep).filter(|keep| keep.contains(&false)), counts: None }
    }

    /// The rows that count as a batch of their own; none where all do.
    pub(super) fn batch(&self, batch: &Batch) -> Result<Option<Batch>, BadRow> {
        let Some(keep) = &self.keep else { return Ok(None) };
        batch.filter(keep).map(Some).map_err(|_| bad_row((None, Fault::Row("the rows cannot be filtered")), ""))
    }

    /// The same fault with its row in the whole batch.
    pub(super) fn in_batch(&self, bad: BadRow) -> BadRow {
        let Some(keep) = &self.keep else { return bad };
        BadRow { row: bad.row.and_then(|row| (0..keep.len()).filter(|i| keep[*i]).nth(row)), ..bad }
    }
}

impl Tally {
    /// Which rows of a batch count, if not all, and for how many each of these does, where a column says so.
    pub(super) fn admit(&mut self, batch: &Batch) -> Result<Admitted, BadRow> {
        let mut keep = self.keep(batch)?;
        let weights = self.weights(batch)?;
        let without = self.keep_consenting(batch, &mut keep, weights.as_deref())?;
        let kept = |row: usize| keep.as_ref().is_none_or(|keep| keep[row]);
        let name = self.names.last().cloned().unwrap_or_default();
        let mut counts = Vec::new();
        let (mut all, mut excluded) = (0_u64, 0_u64);
        match &weights {
            None => {
                all = batch.height() as u64;
                excluded = keep.as_ref().map_or(0, |keep| keep.iter().filter(|keep| !**keep).count() as u64);
            }
            Some(weights) => {
                for (row, weight) in weights.iter().enumerate() {
                    // Rows that are left out are counted and never validated.
                    let rows = match weight {
                        Ok(rows) if kept(row) || *rows <= MOST_ROWS => *rows,
                        _ if !kept(row) => 1,
                        Ok(rows) => *rows,
                        Err(message) => {
                            let message = (*message).to_owned();
                            return Err(BadRow { code: "bad-data", row: Some(row), column: name, message });
                        }
                    };
                    all = all.saturating_add(rows);
                    if !kept(row) {
                        excluded = excluded.saturating_add(rows);
                    } else if rows > 0 {
                        counts.push(rows);
                    }
                }
                // A row that stands for none is not there: neither its values nor its groups.
                if weights.contains(&Ok(0)) {
                    keep = Some((0..weights.len()).map(|row| kept(row) && weights[row] != Ok(0)).collect());
                }
            }
        }
        self.add_rows(all)?;
        self.rows_excluded += excluded.saturating_sub(without);
        Ok(Admitted { keep, counts: weights.is_some().then_some(counts) })
    }

    /// Keeps the rows whose people consented, and tells how many rows go.
    fn keep_consenting(
        &mut self,
        batch: &Batch,
        keep: &mut Option<Vec<bool>>,
        weights: Option<&[Result<u64, &'static str>]>,
    ) -> Result<u64, BadRow> {
        let Some(consenting) = &mut self.consenting else { return Ok(0) };
        let before = consenting.rows_without();
        let chosen = |row: usize| keep.as_ref().is_none_or(|keep| keep[row]);
        // Rows that are left out are counted and never validated.
        let times = |row: usize| match weights.map(|weights| weights[row]) {
            Some(Ok(rows)) if rows <= MOST_ROWS => rows,
            _ => 1,
        };
        let found = consenting.find(batch, chosen, times)?;
        let without = consenting.rows_without() - before;
        *keep = Some(found);
        Ok(without)
    }

    /// The rows of a batch that every filter keeps.
    fn keep(&mut self, batch: &Batch) -> Result<Option<Vec<bool>>, BadRow> {
        if self.filters.is_empty() {
            return Ok(None);
        }
        let mut keep = vec![true; batch.height()];
        let mut codes = Vec::new();
        for (place, filter) in self.filters.iter_mut().enumerate() {
            let column = &batch.columns()[place];
            columns::encode(column, filter, &mut codes).map_err(|located| bad_row(located, &self.names[place]))?;
            keep.iter_mut().zip(&codes).for_each(|(keep, code)| *keep &= *code == 1);
        }
        Ok(Some(keep))
    }

    fn weights(&self, batch: &Batch) -> Result<Option<Vec<Result<u64, &'static str>>>, BadRow> {
        let Some(column) = batch.columns().last().filter(|_| self.counted) else { return Ok(None) };
        let name = self.names.last().map_or("", String::as_str);
        columns::counts(column, self.decimal_comma).map(Some).map_err(|located| bad_row(located, name))
    }

    fn add_rows(&mut self, rows: u64) -> Result<(), BadRow> {
        self.rows_read = self.rows_read.checked_add(rows).filter(|rows| *rows <= MOST_ROWS).ok_or_else(|| BadRow {
            code: "bad-data",
            row: None,
            column: self.names.last().cloned().unwrap_or_default(),
            message: TOO_MANY_ROWS.to_owned(),
        })?;
        Ok(())
    }
}

/// Keeps some of the values.
pub(super) fn retain<T: Copy>(values: &mut Vec<T>, keep: &[bool]) {
    let mut rows = keep.iter();
    values.retain(|_| rows.next().copied().unwrap_or(false));
}
