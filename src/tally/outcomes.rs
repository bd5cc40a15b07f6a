//! Measured outcomes of every row: numbers, durations, answers, yes or no.

use std::sync::Arc;

use polars::prelude::{ChunkApply, Column, DataType, IntoColumn, TimeUnit};

use super::admit::retain;
use super::codes::Codes;
use super::columns::{self, Located, unreadable};
use super::ledgers::allowance;
use super::meaning::{Classes, Fault, Meaning, NO_CATEGORY, NO_NUMBER, read_number};
use super::numbers::{self, Read};
use super::times;
use crate::cell::Label;
use crate::cell::Values as Measured;
use crate::cell::ledger::MOST_EXACT;
use crate::cell::measured::{Cases, Counts, Ledger, Turned};
use crate::inference::measured::grid::Grid;
use crate::input::batch::Entries;
use crate::policy::Policy;
use crate::policy::instant::Instant;
use crate::policy::outcome::{Outcome, OutcomeKind, predicted, predictions};
use crate::policy::value::Values;

const NO_DURATION: &str = "a duration is due here, in seconds or as mm:ss or hh:mm:ss, and this is none";
const BELOW_ZERO: &str = "a duration is never below 0, and this one is";
/// So many values wait at least before they are put in order.
const FEWEST_WAITING: usize = 1024;

/// The values of one place: those in order, and those that wait.
#[derive(Clone, Default)]
struct Kept {
    waiting: Vec<(f64, Cases)>,
    ledger: Ledger<Cases>,
    distinct: usize,
    missing: u64,
}

impl Kept {
    fn push(&mut self, value: f64, cases: Cases, grid: &Grid) {
        if value.is_nan() {
            self.missing += cases.rows();
            return;
        }
        let most = cases.most_exact();
        self.waiting.push((value, cases));
        if self.waiting.len() >= self.distinct.max(FEWEST_WAITING).min(most) {
            self.settle(grid);
        }
    }

    fn settle(&mut self, grid: &Grid) {
        if self.waiting.is_empty() {
            return;
        }
        let new = Ledger::of(self.waiting.drain(..));
        self.ledger = Ledger::together(&[&self.ledger, &new], grid).at_most(MOST_EXACT, grid);
        self.distinct = distinct(&self.ledger);
    }
}

/// How many distinct values a ledger holds; where they are in bins, more than any that keeps each.
pub(super) fn distinct(ledger: &Ledger<Cases>) -> usize {
    match ledger {
        Ledger::Exact(values) => values.len(),
        Ledger::Binned(_) => MOST_EXACT,
    }
}

/// What was measured of rows by the places of their combinations, outcome by outcome.
#[derive(Clone, Default)]
pub struct Shelves {
    kept: Vec<Vec<Kept>>,
}

impl Shelves {
    /// A shelf for every outcome.
    pub fn make_room(&mut self, grids: &[Arc<Grid>]) {
        self.kept.resize_with(grids.len(), Vec::new);
    }

    /// Keeps fewer distinct values where all together are too many; false where the fewest are.
    pub fn keep_few(&mut self, grids: &[Arc<Grid>]) -> bool {
        self.kept.iter_mut().zip(grids).all(|(kept, grid)| {
            let Some(each) = allowance(kept.iter().map(|kept| kept.distinct)) else { return false };
            for kept in kept.iter_mut().filter(|kept| kept.distinct > each) {
                kept.settle(grid);
                kept.ledger = std::mem::take(&mut kept.ledger).at_most(each, grid);
            }
            true
        })
    }

    /// Every place that has rows, by outcome, with their values.
    pub fn finish(self, grids: &[Arc<Grid>]) -> Vec<(usize, usize, Measured)> {
        let mut found = Vec::new();
        for (outcome, (kept, grid)) in self.kept.into_iter().zip(grids).enumerate() {
            for (place, mut kept) in kept.into_iter().enumerate() {
                kept.settle(grid);
                if kept.missing > 0 || kept.ledger.rows() > 0 {
                    found.push((place, outcome, Measured::new(Arc::clone(grid), kept.ledger, kept.missing)));
                }
            }
        }
        found
    }
}

/// How one outcome is read.
#[derive(Clone)]
enum Reading {
    Number {
        duration: bool,
        /// Which values say that the case had ended.
        ended: Option<Box<Codes>>,
    },
    YesNo(Box<Codes>),
    /// The codes of so many categories.
    Category(Box<Codes>, usize),
    Between {
        until: Option<Instant>,
    },
}

/// The values of one outcome, of the errors of its prediction, or of the predictions, in the rows of a batch.
#[derive(Clone, Default)]
struct Measures {
    /// NaN where there is none.
    values: Vec<f64>,
    /// Which cases are open; empty where none can be.
    open: Vec<bool>,
    /// What turned out, where the values are predictions.
    turned: Vec<f64>,
}

/// The outcomes of one worker, by the place that a combination of codes has with this worker.
#[derive(Clone)]
pub struct Outcomes {
    readings: Vec<Reading>,
    /// Which outcomes have a prediction, in the order in which their errors follow the outcomes.
    predicted: Vec<usize>,
    grids: Vec<Arc<Grid>>,
    missing: Values,
    decimal_comma: bool,
    batches: Vec<Measures>,
    codes: Vec<u32>,
}

impl Outcomes {
    /// None where the policy has no outcome.
    pub fn new(policy: &Policy, decimal_comma: bool) -> Option<Outcomes> {
        let label =
            |values: &Values| Box::new(Codes::new(Meaning::Classes(Classes::of_label(values, &policy.roles.missing))));
        let of = |outcome: &Outcome| match (outcome.kind, &outcome.times) {
            (OutcomeKind::YesNo, _) => Reading::YesNo(label(&outcome.yes)),
            (OutcomeKind::Category, _) => {
                let codes = Classes::of_categories(&outcome.categories, &policy.roles.missing);
                Reading::Category(Box::new(Codes::new(Meaning::Classes(codes))), outcome.categories.len())
            }
            (_, Some(times)) => Reading::Between { until: times.until.as_ref().map(|until| until.at) },
            (kind, None) => Reading::Number {
                duration: kind == OutcomeKind::Duration,
                ended: outcome.ended.as_ref().map(|(_, values)| label(values)),
            },
        };
        let outcomes = &policy.outcomes;
        let predicted = outcomes.iter().enumerate().filter(|(_, outcome)| outcome.prediction.is_some());
        let grids = grids(policy);
        (!outcomes.is_empty()).then(|| Outcomes {
            readings: outcomes.iter().map(of).collect(),
            predicted: predicted.map(|(place, _)| place).collect(),
            missing: policy.roles.missing.clone(),
            decimal_comma,
            batches: vec![Measures::default(); grids.len()],
            grids,
            codes: Vec::new(),
        })
    }

    /// The columns that are read, in their order.
    pub fn columns(policy: &Policy) -> impl Iterator<Item = String> {
        policy.outcomes.iter().flat_map(Outcome::columns).map(str::to_owned)
    }

    /// Reads the columns of a batch, which `next` gives with their names.
    pub fn read<'a, E>(
        &mut self,
        mut next: impl FnMut() -> Result<(&'a String, &'a Entries), E>,
        bad: impl Fn(Located, &str) -> E,
    ) -> Result<(), E> {
        let Outcomes { readings, predicted, missing, decimal_comma, batches, codes, .. } = self;
        let (own, of_predictions) = batches.split_at_mut(readings.len());
        let (errors, predictions) = of_predictions.split_at_mut(predicted.len());
        let mut errors = errors.iter_mut().zip(predictions);
        for (place, (reading, Measures { values, open, .. })) in readings.iter_mut().zip(own).enumerate() {
            let (name, entries) = next()?;
            match reading {
                Reading::YesNo(yes) => {
                    columns::encode(entries, yes, codes).map_err(|located| bad(located, name))?;
                    values.clear();
                    values.extend(codes.iter().map(|code| match Label::from_index(*code as usize) {
                        Label::Positive => 1.0,
                        Label::Negative => 0.0,
                        Label::Missing => f64::NAN,
                    }));
                }
                Reading::Category(categories, count) => {
                    columns::encode(entries, categories, codes).map_err(|located| bad(located, name))?;
                    values.clear();
                    for (row, code) in codes.iter().enumerate() {
                        values.push(match category(*code, *count) {
                            Err(fault) => return Err(bad((Some(row), fault), name)),
                            Ok(place) => place.map_or(f64::NAN, f64::from),
                        });
                    }
                }
                Reading::Number { duration, ended } => {
                    let numbers = Numbers { duration: *duration, missing, decimal_comma: *decimal_comma };
                    read_numbers(&entries.column(), numbers, values).map_err(|located| bad(located, name))?;
                    if let Some(ended) = ended {
                        let (name, entries) = next()?;
                        columns::encode(entries, ended, codes).map_err(|located| bad(located, name))?;
                        open.clear();
                        open.extend(codes.iter().map(|code| *code as usize != Label::Positive.index()));
                    }
                }
                Reading::Between { until } => {
                    let (end, to) = next()?;
                    let from = times::read_all(&entries.column(), missing).map_err(|located| bad(located, name))?;
                    let to = times::read_all(&to.column(), missing).map_err(|located| bad(located, end))?;
                    times::between(&from, &to, *until, values, open).map_err(|located| bad(located, end))?;
                }
            }
            if predicted.contains(&place)
                && let Some((Measures { values: errors, .. }, told)) = errors.next()
            {
                let (name, entries) = next()?;
                let numbers = Numbers { duration: false, missing, decimal_comma: *decimal_comma };
                read_numbers(&entries.column(), numbers, errors).map_err(|located| bad(located, name))?;
                told.values.clone_from(errors);
                told.turned.clone_from(values);
                errors.iter_mut().zip(values.iter()).for_each(|(predicted, actual)| *predicted -= actual);
                // Two numbers may lie further apart than any number is large.
                if let Some(row) = errors.iter().position(|error| error.is_infinite()) {
                    return Err(bad((Some(row), Fault::Row(NO_NUMBER)), name));
                }
            }
        }
        Ok(())
    }

    /// Counts a row that was read for its place on some shelves, which have room.
    pub fn put(&self, row: usize, place: u32, rows: u64, shelves: &mut Shelves) {
        for ((batch, kept), grid) in self.batches.iter().zip(&mut shelves.kept).zip(&self.grids) {
            let place = place as usize;
            if kept.len() <= place {
                kept.resize_with(place + 1, Kept::default);
            }
            let value = batch.values[row];
            match batch.turned.get(row) {
                None => {
                    let open = batch.open.get(row).copied().unwrap_or(false);
                    kept[place].push(value, if open { Cases::open(rows) } else { Cases::ended(rows) }, grid);
                }
                // One without the other tells nothing of how they go together, nor do two whose squared distance is no number.
                Some(actual) => match Turned::of(value, *actual, rows) {
                    Some(turned) => kept[place].push(value, Cases::turned(turned), grid),
                    None => kept[place].push(f64::NAN, Cases::ended(rows), grid),
                },
            }
        }
    }

    pub fn grids(&self) -> &[Arc<Grid>] {
        &self.grids
    }

    /// Lets go of the other rows that were read.
    pub fn keep_rows(&mut self, keep: &[bool]) {
        for Measures { values, open, turned } in &mut self.batches {
            retain(values, keep);
            retain(open, keep);
            retain(turned, keep);
        }
    }
}

/// The bins of every outcome, with its bound as a bin of its own, of the errors of predictions, and of these.
pub fn grids(policy: &Policy) -> Vec<Arc<Grid>> {
    let bound = |outcome: &Outcome| outcome.bound.as_ref().map(crate::exact::Exact::approximate);
    let own = policy.outcomes.iter().map(|outcome| Grid::new(bound(outcome).as_slice()));
    let others = predicted(&policy.outcomes).chain(predictions(&policy.outcomes)).map(|_| Grid::default());
    own.chain(others).map(Arc::new).collect()
}

/// The place of a category in the list, from its code; none of a missing value.
///
/// # Errors
/// A value that is none of the categories.
pub fn category(code: u32, count: usize) -> Result<Option<u32>, Fault> {
    let place = code.checked_sub(1).ok_or(Fault::Row(NO_CATEGORY))?;
    Ok(Some(place).filter(|place| (*place as usize) < count))
}

/// How the numbers of a column are read.
#[derive(Clone, Copy)]
pub struct Numbers<'a> {
    /// They are seconds, or clock times, and never below 0.
    pub duration: bool,
    pub missing: &'a Values,
    pub decimal_comma: bool,
}

/// Replaces `into` by the numbers of a column, NaN where there is none.
///
/// # Errors
/// The first row that has no number, and what it should have.
pub fn read_numbers(column: &Column, of: Numbers, into: &mut Vec<f64>) -> Result<(), Located> {
    let Numbers { duration, missing, decimal_comma } = of;
    into.clear();
    into.reserve(column.len());
    let of_text = |text: &str| {
        let clock = if duration { read_clock(text, decimal_comma) } else { None };
        clock.or_else(|| read_number(text, decimal_comma))
    };
    let take = |read: Read| {
        into.push(match read {
            Read::Missing => f64::NAN,
            Read::Number(value) if duration && value < 0.0 => return Err(BELOW_ZERO),
            Read::Number(value) if value.is_finite() => value + 0.0,
            Read::Number(_) => return Err(NO_NUMBER),
            Read::NoNumber => return Err(if duration { NO_DURATION } else { NO_NUMBER }),
        });
        Ok(())
    };
    let per_second = match column.dtype() {
        DataType::Duration(TimeUnit::Milliseconds) => 1e3,
        DataType::Duration(TimeUnit::Microseconds) => 1e6,
        DataType::Duration(TimeUnit::Nanoseconds) | DataType::Time => 1e9,
        _ => return numbers::each(column, missing, of_text, take),
    };
    let units = column.to_physical_repr().cast(&DataType::Float64).map_err(|_| unreadable())?;
    let seconds = units.f64().map_err(|_| unreadable())?.apply_values(|units| units / per_second).into_column();
    numbers::each(&seconds, missing, of_text, take)
}

/// Seconds of `mm:ss` or `hh:mm:ss`; the last part may have decimals.
fn read_clock(text: &str, decimal_comma: bool) -> Option<f64> {
    let parts: Vec<&str> = text.split(':').collect();
    let (seconds, before) = parts.split_last()?;
    if before.is_empty() || before.len() > 2 || !seconds.starts_with(|c: char| c.is_ascii_digit()) {
        return None;
    }
    let seconds = read_number(seconds, decimal_comma).filter(|seconds| *seconds < 60.0)?;
    let mut whole = 0_u64;
    for (place, part) in before.iter().enumerate() {
        let plain = !part.is_empty() && part.len() < 10 && part.bytes().all(|byte| byte.is_ascii_digit());
        let value: u64 = part.parse().ok().filter(|value| plain && (place == 0 || *value < 60))?;
        whole = whole * 60 + value;
    }
    Some((whole * 60) as f64 + seconds)
}

#[cfg(test)]
mod tests {
    use super::read_clock;

    #[test]
    fn a_clock_is_read_as_seconds() {
        assert_eq!(read_clock("4:05", false), Some(245.0));
        assert_eq!(read_clock("01:00:00.5", false), Some(3600.5));
        assert_eq!(read_clock("90:00", false), Some(5400.0));
        for wrong in ["4", "4:60", "1:60:00", "-1:00", "1:2:3:4", "a:10", ":10", "1:", "1:-5"] {
            assert_eq!(read_clock(wrong, false), None, "{wrong}");
        }
    }
}
