//! The accumulator that every worker fills.

use std::sync::Arc;

use polars::prelude::{BooleanChunked, DataFrame};

use super::codes::Codes;
use super::columns;
use super::faults::{bad_row, too_many_cells, too_many_scores};
use super::ledgers::Ledgers;
use super::meaning::{Classes, Fault, Meaning};
use super::sampled::Sampled;
use super::scores::{Cut, Scoring};
use super::table::{Table, TooMany};
use crate::cell::design::kind;
use crate::cell::scores::grid;
use crate::cell::{Decision, Label};
use crate::inference::scores::grid::Grid;
use crate::input::{Accumulate, BadRow};
use crate::policy::{DecisionRole, Policy};

/// More rows than this are not counted: a hundred times as many as there are people. Sums cannot overflow, and exact
/// tests, whose work grows with the square root of the rows, still end soon.
pub(super) const MOST_ROWS: u64 = 1_000_000_000_000;
pub(super) const TOO_MANY_ROWS: &str = "the counts add up to more than 10^12 rows; is this the column of the counts?";

/// The columns that a policy needs, in the order in which a batch holds them.
pub fn wanted_columns(policy: &Policy) -> Vec<String> {
    let roles = &policy.roles;
    let mut wanted: Vec<String> = roles.filter.iter().map(|(column, _)| column.clone()).collect();
    wanted.extend(policy.groupings().map(|grouping| grouping.column.clone()));
    if let DecisionRole::Column(column) = &roles.decision {
        wanted.push(column.clone());
    }
    wanted.extend(roles.label.clone());
    wanted.extend(roles.score.clone());
    wanted.extend(Sampled::columns(policy));
    wanted.extend(roles.count.clone());
    wanted
}

/// What is kept of a combination: its rows, the place of the ledger of its scores once there is one, and its own place
/// (one more) where rows are not alike.
#[derive(Clone, Copy, Default, PartialEq)]
pub(super) struct Tallied {
    pub(super) rows: u64,
    ledger: u32,
    pub(super) place: u32,
}

/// Counts rows by the codes of their attributes, decision and label.
#[derive(Clone)]
pub struct Tally {
    names: Vec<String>,
    filters: Vec<Codes>,
    /// Attributes, strata, period, decision and label, in this order.
    pub(super) columns: Vec<Codes>,
    pub(super) groupings: usize,
    has_label: bool,
    scoring: Option<Scoring>,
    /// Rows that are not alike.
    pub(super) sampled: Option<Sampled>,
    places: u32,
    /// Makes the decision of the score where no column holds it.
    cut: Option<Cut>,
    counted: bool,
    decimal_comma: bool,
    pub(super) table: Table<Tallied>,
    pub(super) ledgers: Ledgers,
    pub(super) scores: Vec<f64>,
    buffers: Vec<Vec<u32>>,
    pub(super) rows_read: u64,
    pub(super) rows_excluded: u64,
}

impl Tally {
    pub fn new(policy: &Policy, decimal_comma: bool) -> Tally {
        let roles = &policy.roles;
        let filters = roles.filter.iter().map(|(_, values)| Codes::new(Meaning::Classes(Classes::of_filter(values))));
        let mut columns: Vec<Codes> = policy
            .groupings()
            .map(|grouping| Codes::new(Meaning::levels(grouping, &roles.missing, decimal_comma)))
            .collect();
        let groupings = columns.len();
        let decision = Classes::of_decision(&roles.favourable, &roles.selected, &roles.missing);
        columns.push(Codes::new(Meaning::Classes(decision)));
        columns.push(Codes::new(Meaning::Classes(Classes::of_label(&roles.positive, &roles.missing))));
        let kinds = kinds(&columns, groupings);
        let threshold = roles.threshold.as_ref().map(|threshold| threshold.approximate());
        let cut = match &roles.decision {
            DecisionRole::Column(_) => None,
            DecisionRole::Threshold { threshold, .. } => {
                Some(Cut::new(threshold.approximate(), &roles.favourable, &roles.selected))
            }
        };
        Tally {
            names: wanted_columns(policy),
            filters: filters.collect(),
            buffers: vec![Vec::new(); columns.len()],
            columns,
            groupings,
            has_label: roles.label.is_some(),
            scoring: roles.score.as_ref().map(|_| Scoring::new(&roles.missing, decimal_comma, threshold)),
            sampled: Sampled::new(policy, decimal_comma),
            places: 0,
            cut,
            counted: roles.count.is_some(),
            decimal_comma,
            ledgers: Ledgers::new(Arc::new(policy_grid(policy))),
            scores: Vec::new(),
            table: Table::new(&kinds),
            rows_read: 0,
            rows_excluded: 0,
        }
    }

    /// The rows of a batch that every filter keeps.
    fn keep(&mut self, batch: &DataFrame) -> Result<Option<Vec<bool>>, BadRow> {
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

    fn weights(&self, batch: &DataFrame) -> Result<Option<Vec<Result<u64, &'static str>>>, BadRow> {
        let Some(column) = batch.columns().last().filter(|_| self.counted) else { return Ok(None) };
        let name = self.names.last().map_or("", String::as_str);
        columns::counts(column, self.decimal_comma).map(Some).map_err(|located| bad_row(located, name))
    }

    fn count(&mut self, batch: &DataFrame, weights: Option<&[u64]>) -> Result<(), BadRow> {
        self.encode(batch)?;
        self.add(weights)
    }

    /// Reads the columns of a batch whose rows all count.
    pub(super) fn encode(&mut self, batch: &DataFrame) -> Result<(), BadRow> {
        let first = self.filters.len();
        let (decision, label) = (self.groupings, self.groupings + 1);
        let mut names = self.names[first..].iter().zip(&batch.columns()[first..]);
        let mut next = || names.next().ok_or_else(|| bad_row(columns::unreadable(), ""));
        for (place, (codes, into)) in self.columns.iter_mut().zip(&mut self.buffers).enumerate() {
            if place == label && !self.has_label {
                into.clear();
                into.resize(batch.height(), codes.of_nothing());
            } else if place != decision || self.cut.is_none() {
                let (name, column) = next()?;
                columns::encode(column, codes, into).map_err(|located| bad_row(located, name))?;
            }
        }
        if let Some(scoring) = &self.scoring {
            let (name, column) = next()?;
            scoring.read(column, &mut self.scores).map_err(|located| bad_row(located, name))?;
            if let Some(cut) = &self.cut {
                cut.decide(&self.scores, &mut self.buffers[decision]);
            }
        }
        if let Some(sampled) = &mut self.sampled {
            sampled.read(&mut next, bad_row)?;
            if let Some(located) = sampled.find_beyond_one() {
                return Err(bad_row(located, ""));
            }
        }
        Ok(())
    }

    /// Counts the rows that were encoded last.
    pub(super) fn add(&mut self, weights: Option<&[u64]>) -> Result<(), BadRow> {
        let first = self.filters.len();
        let (decision, label) = (self.groupings, self.groupings + 1);
        let groupings = self.names[first..first + self.groupings].join(", ");
        let too_many = |_: TooMany| too_many_cells(&groupings);
        self.table.make_room(&self.kinds()).map_err(too_many)?;
        let codes: Vec<&[u32]> = self.buffers.iter().map(Vec::as_slice).collect();
        let rows = codes[decision].len();
        if let Some(sampled) = &mut self.sampled {
            let (decisions, labels) = (codes[decision], codes[label]);
            let places = &mut self.places;
            let seen = |row: usize, kept: &mut Tallied| {
                if kept.place == 0 {
                    *places += 1;
                    kept.place = *places;
                }
                sampled.push(row, kept.place - 1, kind(decisions[row] as usize, labels[row] as usize));
            };
            self.table.visit(&codes, rows, seen).map_err(too_many)?;
        }
        if self.scoring.is_none() {
            return match weights {
                None => self.table.visit(&codes, rows, |_, kept| kept.rows += 1),
                Some(weights) => self.table.visit(&codes, rows, |row, kept| kept.rows += weights[row]),
            }
            .map_err(too_many);
        }
        let (ledgers, scores) = (&mut self.ledgers, &self.scores[..rows]);
        // What most files need by itself: it is small enough to be part of the loop over the rows.
        match weights {
            None => self.table.visit(&codes, rows, |row, kept| {
                kept.rows += 1;
                if !scores[row].is_nan() {
                    if kept.ledger == 0 {
                        kept.ledger = new_place(ledgers, &codes, decision, row);
                    }
                    ledgers.push(kept.ledger, scores[row]);
                }
            }),
            Some(weights) => self.table.visit(&codes, rows, |row, kept| {
                kept.rows += weights[row];
                if !scores[row].is_nan() {
                    if kept.ledger == 0 {
                        kept.ledger = new_place(ledgers, &codes, decision, row);
                    }
                    ledgers.push_several(kept.ledger, scores[row], weights[row]);
                }
            }),
        }
        .map_err(too_many)?;
        self.ledgers.keep_few().map_err(|_| too_many_scores(&groupings))
    }

    /// Which rows of a batch count, if not all, and for how many each of these does, where a column says so.
    pub(super) fn admit(&mut self, batch: &DataFrame) -> Result<Admitted, BadRow> {
        let mut keep = self.keep(batch)?;
        let weights = self.weights(batch)?;
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
        self.rows_excluded += excluded;
        Ok(Admitted { keep, counts: weights.is_some().then_some(counts) })
    }

    /// Whether the row that was encoded has a decision, and where it is asked for a score.
    pub(super) fn is_told(&self, row: usize, scored: bool) -> bool {
        let decided = self.decisions()[row] != Decision::Missing.index() as u32;
        decided && !(scored && self.scores[row].is_nan())
    }

    /// Lets go of the other rows that were encoded.
    pub(super) fn keep_rows(&mut self, keep: &[bool]) {
        for buffer in &mut self.buffers {
            retain(buffer, keep);
        }
        if self.scoring.is_some() {
            retain(&mut self.scores, keep);
        }
    }

    /// The codes of the rows that were encoded, column by column.
    pub(super) fn codes(&self) -> Vec<&[u32]> {
        self.buffers.iter().map(Vec::as_slice).collect()
    }

    /// The codes of their decisions.
    pub(super) fn decisions(&self) -> &[u32] {
        &self.buffers[self.groupings]
    }

    /// How many codes each column can have so far.
    pub(super) fn kinds(&self) -> Vec<usize> {
        kinds(&self.columns, self.groupings)
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

/// The grid of a run, with the threshold of the policy as an edge.
pub(super) fn policy_grid(policy: &Policy) -> Grid {
    grid(policy.roles.threshold.as_ref().map(|threshold| threshold.approximate()))
}

/// The place of the ledger of a row whose combination has none yet.
#[cold]
fn new_place(ledgers: &mut Ledgers, codes: &[&[u32]], decision: usize, row: usize) -> u32 {
    ledgers.place(without_decision(codes, decision).iter().map(|of| of[row]).collect())
}

/// The same of attributes and label.
fn without_decision<T: Copy>(columns: &[T], decision: usize) -> Vec<T> {
    columns.iter().enumerate().filter(|(place, _)| *place != decision).map(|(_, of)| *of).collect()
}

/// How many codes each column can have so far.
fn kinds(columns: &[Codes], groupings: usize) -> Vec<usize> {
    let of = |(place, codes): (usize, &Codes)| match &codes.meaning {
        Meaning::Levels(interner) => interner.names.len(),
        Meaning::Bins(bins) => bins.kinds(),
        _ if place == groupings => Decision::KINDS,
        _ => Label::KINDS,
    };
    columns.iter().enumerate().map(of).collect()
}

fn retain<T: Copy>(values: &mut Vec<T>, keep: &[bool]) {
    let mut rows = keep.iter();
    values.retain(|_| rows.next().copied().unwrap_or(false));
}

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
    pub(super) fn batch(&self, batch: &DataFrame) -> Result<Option<DataFrame>, BadRow> {
        let Some(keep) = &self.keep else { return Ok(None) };
        let mask: BooleanChunked = keep.iter().copied().collect();
        let filtered = batch.filter(&mask);
        filtered.map(Some).map_err(|_| bad_row((None, Fault::Row("the rows cannot be filtered")), ""))
    }

    /// The same fault with its row in the whole batch.
    pub(super) fn in_batch(&self, bad: BadRow) -> BadRow {
        let Some(keep) = &self.keep else { return bad };
        BadRow { row: bad.row.and_then(|row| (0..keep.len()).filter(|i| keep[*i]).nth(row)), ..bad }
    }
}

impl Accumulate for Tally {
    fn push(&mut self, batch: &DataFrame) -> Result<(), BadRow> {
        let admitted = self.admit(batch)?;
        let kept = admitted.batch(batch)?;
        self.count(kept.as_ref().unwrap_or(batch), admitted.counts.as_deref()).map_err(|bad| admitted.in_batch(bad))
    }

    fn rows(&self) -> u64 {
        self.rows_read
    }
}
