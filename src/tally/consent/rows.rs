//! Which rows of a batch have consent, and how many have it by group.

use std::sync::Arc;

use polars::prelude::{NamedFrom, Series};

use super::book::{Book, standing};
use super::refusals::Refusals;
use super::{ReadLedger, Rows};
use crate::diagnostic::Diagnostic;
use crate::error::Error;
use crate::input::batch::Entries;
use crate::input::{BadRow, Batch};
use crate::policy::instant::Instant;
use crate::policy::value::Values;
use crate::policy::{Consent, ConsentRecord, Policy};
use crate::tally::admit::Admitted;
use crate::tally::codes::Codes;
use crate::tally::columns;
use crate::tally::faults::bad_row;
use crate::tally::margins::Most;
use crate::tally::meaning::{Classes, Meaning};
use crate::tally::pass::Tally;
use crate::tally::quantities::{NOBODY, read_people};
use crate::tally::times;

/// Tells which rows have consent, as one worker does.
#[derive(Clone)]
pub struct Consenting {
    names: Vec<String>,
    /// The place of its first column in a batch.
    first: usize,
    record: Record,
    rows_without: u64,
    pub(super) coverage: Option<Coverage>,
    pub(super) refusals: Option<Refusals>,
}

#[derive(Clone)]
enum Record {
    Column(Box<Codes>),
    Ledger {
        book: Arc<Book>,
        missing: Values,
        /// The time of every decision, where no column has it.
        day: Option<Instant>,
        people: Vec<u64>,
    },
}

/// Rows with and without consent, by group.
#[derive(Clone)]
pub(super) struct Coverage {
    pub(super) rows: Box<Tally>,
    attributes: usize,
    pub(super) by_method: Vec<Rows>,
    pub(super) by_notice: Vec<Rows>,
}

impl Consenting {
    /// None where everybody's rows count. Without the ledger that the policy names, nobody has consented.
    pub fn new(policy: &Policy, first: usize, decimal_comma: bool, most: Most) -> Option<Consenting> {
        let consent = policy.consent.as_ref()?;
        let record = match &consent.record {
            ConsentRecord::Column { given, .. } => {
                Record::Column(Box::new(Codes::new(Meaning::Classes(Classes::of_filter(given)))))
            }
            ConsentRecord::Ledger(ledger) => Record::Ledger {
                book: Arc::default(),
                missing: policy.roles.missing.clone(),
                day: ledger.day.filter(|_| ledger.at.is_none()),
                people: Vec::new(),
            },
        };
        let coverage = consent.coverage.as_ref().map(|_| Coverage {
            rows: Box::new(Tally::with_most(&policy.of_coverage(), decimal_comma, most)),
            attributes: policy.attributes.len(),
            by_method: Vec::new(),
            by_notice: Vec::new(),
        });
        let refusals = Refusals::new(policy, decimal_comma, most);
        Some(Consenting { names: consent.columns(), first, record, rows_without: 0, coverage, refusals })
    }

    /// The same with the ledger that was read.
    pub fn with(mut self, ledger: &ReadLedger) -> Consenting {
        if let Record::Ledger { book, .. } = &mut self.record {
            *book = Arc::clone(&ledger.book);
        }
        if let Some(coverage) = &mut self.coverage {
            coverage.by_method = vec![[0; 2]; ledger.book.methods.len()];
            coverage.by_notice = vec![[0; 2]; ledger.book.notices.len()];
        }
        self
    }

    /// Refuses what could not tell the time of a decision.
    pub fn check(consent: &Consent) -> Result<(), Error> {
        match consent.ledger() {
            Some(ledger) if ledger.at.is_none() && ledger.day.is_none() => {
                let message = "when were the decisions made? Give the column with their time as `at` in [consent]";
                Err(Error::Policy(vec![Diagnostic::new("missing-key", message)]))
            }
            _ => Ok(()),
        }
    }

    pub fn rows_without(&self) -> u64 {
        self.rows_without
    }

    /// Which of the chosen rows have consent. Of a row that is not chosen nothing is read; nor is the time of a decision
    /// about somebody who never answered.
    pub fn find(
        &mut self,
        batch: &Batch,
        chosen: impl Fn(usize) -> bool,
        times: impl Fn(usize) -> u64,
    ) -> Result<Vec<bool>, BadRow> {
        let names = &self.names;
        let column = |place: usize| {
            let name = names.get(place).map_or("", String::as_str);
            let column = batch.columns().get(self.first + place);
            column.map(|column| (column, name)).ok_or_else(|| bad_row(columns::unreadable(), name))
        };
        let (first, name) = column(0)?;
        let mut found = vec![false; batch.height()];
        match &mut self.record {
            Record::Column(codes) => {
                let mut into = Vec::new();
                columns::encode(first, codes, &mut into).map_err(|located| bad_row(located, name))?;
                found
                    .iter_mut()
                    .zip(&into)
                    .enumerate()
                    .for_each(|(row, (found, code))| *found = *code == 1 && chosen(row));
            }
            Record::Ledger { book, missing, day, people } => {
                read_people(first, missing, people).map_err(|located| bad_row(located, name))?;
                let (moments, at) = match day {
                    Some(_) => (Vec::new(), ""),
                    None => {
                        let (column, at) = column(1)?;
                        (times::read(&column.column(), missing).map_err(|located| bad_row(located, at))?, at)
                    }
                };
                let mut moments = moments.into_iter();
                for row in 0..found.len() {
                    let moment = day.map_or_else(|| moments.next().unwrap_or(Ok(None)), |day| Ok(Some(day)));
                    if !chosen(row) {
                        continue;
                    }
                    let answers = if people[row] == NOBODY { &[] } else { book.of(people[row]) };
                    let mut by = None;
                    if !answers.is_empty()
                        && let Some(moment) = moment.map_err(|fault| bad_row((Some(row), fault), at))?
                    {
                        let standing = standing(answers, moment);
                        (found[row], by) = (standing.in_force, standing.by);
                    }
                    if let (Some(coverage), Some(entry)) = (&mut self.coverage, by) {
                        coverage.answered(entry.method, entry.notice, found[row], times(row));
                    }
                }
            }
        }
        for row in (0..found.len()).filter(|row| chosen(*row) && !found[*row]) {
            self.rows_without = self.rows_without.saturating_add(times(row));
        }
        if let Some(coverage) = &mut self.coverage {
            let keep = (0..found.len()).map(|row| chosen(row) && times(row) > 0).collect();
            coverage.count(batch, self.first + self.names.len(), keep, &found, &times)?;
        }
        if let Some(refusals) = &mut self.refusals {
            let keep = (0..found.len()).map(|row| chosen(row) && !found[row] && times(row) > 0).collect();
            refusals.count(batch, keep, times)?;
        }
        Ok(found)
    }
}

impl Coverage {
    fn answered(&mut self, method: u16, notice: u16, in_force: bool, times: u64) {
        for (rows, code) in [(&mut self.by_method, method), (&mut self.by_notice, notice)] {
            if let Some(rows) = rows.get_mut(usize::from(code)) {
                rows[usize::from(in_force)] += times;
            }
        }
    }

    /// Counts rows by group and consent; `first` is the place of the first attribute.
    fn count(
        &mut self,
        batch: &Batch,
        first: usize,
        keep: Vec<bool>,
        found: &[bool],
        times: impl Fn(usize) -> u64,
    ) -> Result<(), BadRow> {
        let unreadable = || bad_row(columns::unreadable(), "");
        let mut columns: Vec<Entries> =
            batch.columns().get(first..first + self.attributes).ok_or_else(unreadable)?.to_vec();
        let weights: Vec<u64> = (0..keep.len()).filter(|row| keep[*row]).map(&times).collect();
        columns.push(Entries::Plain(Series::new("consent".into(), found).into()));
        let groups = Batch::new(batch.height(), columns);
        let admitted = Admitted::of(keep);
        let kept = admitted.batch(&groups)?;
        self.rows.encode(kept.as_ref().unwrap_or(&groups)).map_err(|bad| admitted.in_batch(bad))?;
        self.rows.add(Some(&weights))
    }
}
