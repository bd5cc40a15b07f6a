//! Counts rows margin by margin, once the full cross has become too large.

use std::collections::HashMap;
use std::sync::Arc;

use super::faults::{too_many_cells, too_many_scores};
use super::ledgers::{Grown, Ledgers};
use super::margins::Most;
use super::outcomes::{Outcomes, Shelves};
use super::sampled::{Placed, Sampled};
use super::table::{Table, TooMany};
use crate::cell::design::kind;
use crate::cell::{Decision, Label, Ledger};
use crate::cores;
use crate::inference::scores::grid::Grid;
use crate::input::BadRow;
use crate::policy::margin::Margin;

/// Rows by the codes of their groupings, decision and label, column by column in this order.
pub struct Rows<'a> {
    pub codes: &'a [&'a [u32]],
    /// How many codes each column can have so far.
    pub kinds: &'a [usize],
    pub scores: Option<&'a [f64]>,
    /// What was read of them beside the decision.
    pub outcomes: Option<&'a Outcomes>,
    pub weights: Option<&'a [u64]>,
}

/// What is kept of a combination: its rows, and one more than the places of its ledger and of its own.
#[derive(Clone, Copy, Default, PartialEq)]
pub(super) struct Kept {
    pub(super) rows: u64,
    pub(super) ledger: u32,
    pub(super) place: u32,
}

impl Kept {
    /// Its own place, given when it is first asked for; `places` is how many there are.
    pub(super) fn place(&mut self, places: &mut u32) -> u32 {
        if self.place == 0 {
            *places += 1;
            self.place = *places;
        }
        self.place - 1
    }
}

/// What one worker has counted of every margin.
#[derive(Clone)]
pub struct Margins {
    columns: Vec<String>,
    of: Vec<Counting>,
}

/// What one worker has counted of a margin.
#[derive(Clone)]
struct Counting {
    margin: Margin,
    table: Table<Kept>,
    ledgers: Ledgers,
    places: u32,
    placed: Placed,
    shelves: Shelves,
}

/// What one worker has counted of a margin, by the codes of its groupings.
pub struct Counted {
    pub margin: Margin,
    /// Codes of groupings, decision and label; rows; and one more than the place.
    pub entries: Vec<(Vec<u32>, u64, u32)>,
    /// By the codes of groupings and label.
    pub ledgers: Vec<(Vec<u32>, Grown)>,
    pub placed: Placed,
    /// By place.
    pub shelves: Shelves,
}

impl Margins {
    /// `columns` are the names of all groupings.
    pub fn new(needed: &[Margin], columns: &[String], kinds: &[usize], grid: &Arc<Grid>, most: Most) -> Margins {
        let counting = |margin: &Margin| Counting {
            margin: margin.clone(),
            table: Table::with_most(&pick(margin, kinds), most.cells_of_margin),
            ledgers: Ledgers::new(Arc::clone(grid)),
            places: 0,
            placed: Placed::default(),
            shelves: Shelves::default(),
        };
        Margins { columns: columns.to_vec(), of: needed.iter().map(counting).collect() }
    }

    /// Counts rows; where these are not alike, `sampled` has read whose they are and what they weigh.
    pub fn add(&mut self, rows: &Rows, sampled: Option<&mut Sampled>) -> Result<(), BadRow> {
        for counting in &mut self.of {
            counting.add(rows, sampled.as_deref(), &self.columns)?;
        }
        if let (Some(sampled), [.., decisions, labels]) = (sampled, rows.codes) {
            for (row, (decision, label)) in decisions.iter().zip(*labels).enumerate() {
                sampled.reckon(row, kind(*decision as usize, *label as usize));
            }
        }
        Ok(())
    }

    pub fn finish(self) -> Vec<Counted> {
        let counted = |Counting { margin, table, ledgers, placed, shelves, .. }: Counting| {
            let mut entries = Vec::new();
            table.each(|codes, kept| entries.push((codes.to_vec(), kept.rows, kept.place)));
            Counted { margin, entries, ledgers: ledgers.finish(), placed, shelves }
        };
        self.of.into_iter().map(counted).collect()
    }
}

impl Counting {
    fn add(&mut self, rows: &Rows, sampled: Option<&Sampled>, names: &[String]) -> Result<(), BadRow> {
        let Counting { margin, table, ledgers, places, placed, shelves } = self;
        let too_many = |_: TooMany| too_many_cells(&names_of(margin, names));
        table.make_room(&pick(margin, rows.kinds)).map_err(too_many)?;
        let codes = pick(margin, rows.codes);
        let Some(labels) = codes.last() else { return Ok(()) };
        let scores = rows.scores.filter(|_| margin.scores);
        let outcomes = rows.outcomes.filter(|_| margin.scores);
        if let Some(outcomes) = outcomes {
            shelves.make_room(outcomes.grids());
        }
        let seen = |row: usize, kept: &mut Kept| {
            let times = rows.weights.map_or(1, |weights| weights[row]);
            kept.rows += times;
            if let Some(score) = scores.map(|scores| scores[row]).filter(|score| !score.is_nan()) {
                if kept.ledger == 0 {
                    let groups = codes[..codes.len() - 2].iter().chain([labels]);
                    kept.ledger = ledgers.place(groups.map(|of| of[row]).collect());
                }
                ledgers.push_several(kept.ledger, score, times);
            }
            if let Some(sampled) = sampled {
                sampled.place(row, kept.place(places), placed);
            }
            if let Some(outcomes) = outcomes {
                outcomes.put(row, kept.place(places), times, shelves);
            }
        };
        table.visit(&codes, labels.len(), seen).map_err(too_many)?;
        let few = ledgers.keep_few().is_ok() && outcomes.is_none_or(|outcomes| shelves.keep_few(outcomes.grids()));
        if few { Ok(()) } else { Err(too_many_scores(&names_of(margin, names))) }
    }
}

/// The same of the groupings of a margin, the decision and the label.
fn pick<T: Copy>(margin: &Margin, columns: &[T]) -> Vec<T> {
    let last = columns.len().saturating_sub(2);
    margin.groupings.iter().copied().chain(last..columns.len()).map(|column| columns[column]).collect()
}

/// The names of the columns of a margin, for messages.
pub fn names_of(margin: &Margin, columns: &[String]) -> String {
    let names: Vec<&str> = margin.groupings.iter().map(|grouping| columns[*grouping].as_str()).collect();
    names.join(", ")
}

/// Rows that were counted in the full cross, as rows that each stand for several.
pub struct Columns {
    codes: Vec<Vec<u32>>,
    rows: Vec<u64>,
}

impl Columns {
    /// So many are added at once.
    const ENOUGH: usize = 1 << 16;

    pub fn new(columns: usize) -> Columns {
        Columns { codes: vec![Vec::new(); columns], rows: Vec::new() }
    }

    /// Adds a combination; those before it are handed on once they are many.
    pub fn push(&mut self, codes: &[u32], rows: u64, kinds: &[usize], into: &mut Margins) -> Result<(), BadRow> {
        self.codes.iter_mut().zip(codes).for_each(|(column, code)| column.push(*code));
        self.rows.push(rows);
        if self.rows.len() < Columns::ENOUGH { Ok(()) } else { self.hand_on(kinds, into) }
    }

    pub fn hand_on(&mut self, kinds: &[usize], into: &mut Margins) -> Result<(), BadRow> {
        let codes: Vec<&[u32]> = self.codes.iter().map(Vec::as_slice).collect();
        into.add(&Rows { codes: &codes, kinds, scores: None, outcomes: None, weights: Some(&self.rows) }, None)?;
        self.codes.iter_mut().for_each(Vec::clear);
        self.rows.clear();
        Ok(())
    }
}

/// The scores of the full cross, merged into those of a margin, by the codes of its groupings and the label.
pub fn merge_ledgers(margin: &Margin, cross: &[(Vec<u32>, Ledger)], grid: &Grid) -> Vec<(Vec<u32>, Ledger)> {
    let mut groups: HashMap<Vec<u32>, Vec<&Ledger>> = HashMap::new();
    for (codes, ledger) in cross {
        let label = codes.len() - 1;
        let own = margin.groupings.iter().copied().chain([label]).map(|column| codes[column]).collect();
        groups.entry(own).or_default().push(ledger);
    }
    cores::each(groups, |(codes, parts)| (codes, Ledger::together(&parts, grid)))
}

/// The decision and the label of the codes of a combination.
pub fn outcome(codes: &[u32]) -> (usize, usize) {
    match codes {
        [.., decision, label] => (*decision as usize, *label as usize),
        _ => (Decision::Missing.index(), Label::Missing.index()),
    }
}
