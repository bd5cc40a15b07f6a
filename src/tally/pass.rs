//! The accumulator that every worker fills.

use std::sync::Arc;

use super::admit::retain;
use super::campaign::Campaigning;
use super::codes::Codes;
use super::columns;
use super::consent::{Consenting, ReadLedger};
use super::faults::{bad_row, too_many_cells};
use super::ledgers::{Grown, Ledgers};
use super::marginal::{Kept, Margins, Rows};
use super::margins::Most;
use super::meaning::{Classes, Meaning};
use super::outcomes::{Outcomes, Shelves};
use super::routing::Routing;
use super::sampled::Sampled;
use super::scores::{Cut, Scoring};
use super::stages::Stages;
use super::table::Table;
use crate::cell::design::kind;
use crate::cell::scores::grid;
use crate::cell::{Decision, Label};
use crate::inference::scores::grid::Grid;
use crate::input::{Accumulate, BadRow, Batch};
use crate::policy::Policy;
use crate::policy::margin::{Margin, needed};

/// The columns that a policy needs, in the order in which a batch holds them.
pub fn wanted_columns(policy: &Policy) -> Vec<String> {
    let roles = &policy.roles;
    let mut wanted: Vec<String> = roles.filter.iter().map(|(column, _)| column.clone()).collect();
    wanted.extend(policy.consent.iter().flat_map(|consent| consent.columns()));
    wanted.extend(policy.groupings().map(|grouping| grouping.column.clone()));
    wanted.extend(roles.decision.held_in().map(str::to_owned));
    wanted.extend(roles.label.clone());
    wanted.extend(roles.score.clone());
    wanted.extend(Outcomes::columns(policy));
    wanted.extend(Stages::columns(policy));
    wanted.extend(Routing::columns(policy));
    wanted.extend(Sampled::columns(policy));
    wanted.extend(policy.campaign.iter().map(|campaign| campaign.treatment.clone()));
    wanted.extend(roles.count.clone());
    wanted
}

/// Counts rows by the codes of their attributes, decision and label.
#[derive(Clone)]
pub struct Tally {
    pub(super) names: Vec<String>,
    pub(super) filters: Vec<Codes>,
    /// Tells whose rows count.
    pub(super) consenting: Option<Consenting>,
    /// Columns of a batch before those of the groups.
    leading: usize,
    /// Attributes, strata, period, decision and label, in this order.
    pub(super) columns: Vec<Codes>,
    pub(super) groupings: usize,
    has_decision: bool,
    has_label: bool,
    scoring: Option<Scoring>,
    /// Rows that are not alike.
    pub(super) sampled: Option<Sampled>,
    /// What is measured beside the decision.
    pub(super) outcomes: Option<Outcomes>,
    pub(super) shelves: Shelves,
    /// Counts both arms of a campaign apart.
    pub(super) campaigning: Option<Box<Campaigning>>,
    /// How far rows came along a funnel.
    pub(super) stages: Option<Stages>,
    /// Which class rows were given.
    pub(super) routing: Option<Routing>,
    places: u32,
    /// Makes the decision of the score where no column holds it.
    cut: Option<Cut>,
    pub(super) counted: bool,
    pub(super) decimal_comma: bool,
    pub(super) table: Table<Kept>,
    pub(super) ledgers: Ledgers,
    pub(super) most: Most,
    needed: Arc<[Margin]>,
    /// What came after the full cross had become too large.
    pub(super) margins: Option<Box<Margins>>,
    pub(super) scores: Vec<f64>,
    buffers: Vec<Vec<u32>>,
    pub(super) rows_read: u64,
    pub(super) rows_excluded: u64,
}

impl Tally {
    pub fn new(policy: &Policy, decimal_comma: bool) -> Tally {
        Tally::with_most(policy, decimal_comma, Most::default())
    }

    /// The same, with other limits of what is kept.
    pub fn with_most(policy: &Policy, decimal_comma: bool, most: Most) -> Tally {
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
        let cut = roles.decision.threshold();
        let cut = cut.map(|threshold| Cut::new(threshold.approximate(), &roles.favourable, &roles.selected));
        let chosen = roles.filter.len();
        Tally {
            names: wanted_columns(policy),
            filters: filters.collect(),
            consenting: Consenting::new(policy, chosen, decimal_comma, most),
            leading: chosen + policy.consent.as_ref().map_or(0, |consent| consent.columns().len()),
            buffers: vec![Vec::new(); columns.len()],
            columns,
            groupings,
            has_decision: roles.decision.held_in().is_some(),
            has_label: roles.label.is_some(),
            scoring: roles.score.as_ref().map(|_| Scoring::new(&roles.missing, decimal_comma, threshold)),
            sampled: Sampled::new(policy, decimal_comma),
            outcomes: Outcomes::new(policy, decimal_comma),
            shelves: Shelves::default(),
            campaigning: Campaigning::new(policy, decimal_comma, most).map(Box::new),
            stages: Stages::new(policy),
            routing: Routing::new(policy),
            places: 0,
            cut,
            counted: roles.count.is_some(),
            decimal_comma,
            ledgers: Ledgers::new(Arc::new(policy_grid(policy))),
            most,
            needed: needed(policy).into(),
            margins: None,
            scores: Vec::new(),
            table: Table::with_most(&kinds, most.cells),
            rows_read: 0,
            rows_excluded: 0,
        }
    }

    /// The same with the ledger that says who consented.
    pub(super) fn with_ledger(mut self, ledger: Option<&ReadLedger>) -> Tally {
        if let Some(ledger) = ledger {
            self.consenting = self.consenting.map(|consenting| consenting.with(ledger));
        }
        self
    }

    fn count(&mut self, batch: &Batch, weights: Option<&[u64]>) -> Result<(), BadRow> {
        self.encode(batch)?;
        self.add(weights)?;
        self.campaigning.as_mut().map_or(Ok(()), |campaigning| campaigning.count(batch, weights))
    }

    /// Reads the columns of a batch whose rows all count.
    pub(super) fn encode(&mut self, batch: &Batch) -> Result<(), BadRow> {
        let first = self.leading;
        let (decision, label) = (self.groupings, self.groupings + 1);
        let mut names = self.names[first..].iter().zip(&batch.columns()[first..]);
        let mut next = || names.next().ok_or_else(|| bad_row(columns::unreadable(), ""));
        for (place, (codes, into)) in self.columns.iter_mut().zip(&mut self.buffers).enumerate() {
            let is_there = (place != label || self.has_label) && (place != decision || self.has_decision);
            if !is_there {
                into.clear();
                into.resize(batch.height(), codes.of_nothing());
            } else {
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
        if let Some(outcomes) = &mut self.outcomes {
            outcomes.read(&mut next, bad_row)?;
        }
        if let Some(stages) = &mut self.stages {
            stages.read(&mut next, bad_row)?;
        }
        if let Some(routing) = &mut self.routing {
            routing.read(&mut next, bad_row)?;
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
        let (decision, label) = (self.groupings, self.groupings + 1);
        let kinds = self.kinds();
        if self.margins.is_none() && self.table.make_room(&kinds).is_err() {
            self.give_up_cross(&kinds);
        }
        let codes: Vec<&[u32]> = self.buffers.iter().map(Vec::as_slice).collect();
        let rows = codes[decision].len();
        if let Some(stages) = &mut self.stages {
            stages.add(&codes, &kinds, weights).map_err(|_| too_many_cells("funnel"))?;
        }
        if let Some(routing) = &mut self.routing {
            routing.add(&codes, &kinds, weights).map_err(|_| too_many_cells("classes"))?;
        }
        if let Some(margins) = &mut self.margins {
            let scores = self.scoring.as_ref().map(|_| &self.scores[..rows]);
            let outcomes = self.outcomes.as_ref();
            let rows = Rows { codes: &codes, kinds: &kinds, scores, outcomes, weights };
            return margins.add(&rows, self.sampled.as_mut());
        }
        let mut too_many = false;
        if let Some(sampled) = &mut self.sampled {
            let (decisions, labels) = (codes[decision], codes[label]);
            let places = &mut self.places;
            let seen = |row: usize, kept: &mut Kept| {
                sampled.push(row, kept.place(places), kind(decisions[row] as usize, labels[row] as usize));
            };
            too_many |= self.table.visit(&codes, rows, seen).is_err();
        }
        if let Some(outcomes) = &self.outcomes {
            let places = &mut self.places;
            let shelves = &mut self.shelves;
            shelves.make_room(outcomes.grids());
            let seen = |row: usize, kept: &mut Kept| {
                outcomes.put(row, kept.place(places), weights.map_or(1, |weights| weights[row]), shelves);
            };
            too_many |= self.table.visit(&codes, rows, seen).is_err() || !shelves.keep_few(outcomes.grids());
        }
        let scores = if self.scoring.is_some() { &self.scores[..rows] } else { &[] };
        let ledgers = &mut self.ledgers;
        // What most files need by itself: it is small enough to be part of the loop over the rows.
        let visited = match (&self.scoring, weights) {
            (None, None) => self.table.visit(&codes, rows, |_, kept| kept.rows += 1),
            (None, Some(weights)) => self.table.visit(&codes, rows, |row, kept| kept.rows += weights[row]),
            (Some(_), None) => self.table.visit(&codes, rows, |row, kept| {
                kept.rows += 1;
                if !scores[row].is_nan() {
                    if kept.ledger == 0 {
                        kept.ledger = new_place(ledgers, &codes, decision, row);
                    }
                    ledgers.push(kept.ledger, scores[row]);
                }
            }),
            (Some(_), Some(weights)) => self.table.visit(&codes, rows, |row, kept| {
                kept.rows += weights[row];
                if !scores[row].is_nan() {
                    if kept.ledger == 0 {
                        kept.ledger = new_place(ledgers, &codes, decision, row);
                    }
                    ledgers.push_several(kept.ledger, scores[row], weights[row]);
                }
            }),
        };
        too_many |= visited.is_err() || self.ledgers.keep_few().is_err();
        if too_many {
            self.give_up_cross(&kinds);
        }
        Ok(())
    }

    /// From here on rows are counted margin by margin. What has been counted becomes margins at the end.
    #[cold]
    fn give_up_cross(&mut self, kinds: &[usize]) {
        let first = self.leading;
        let columns = &self.names[first..first + self.groupings];
        self.margins = Some(Box::new(Margins::new(&self.needed, columns, kinds, self.ledgers.grid(), self.most)));
    }

    /// The scores that were counted in the full cross.
    pub(super) fn take_ledgers(&mut self) -> Vec<(Vec<u32>, Grown)> {
        self.ledgers.take().finish()
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
        if let Some(outcomes) = &mut self.outcomes {
            outcomes.keep_rows(keep);
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

impl Accumulate for Tally {
    fn push(&mut self, batch: &Batch) -> Result<(), BadRow> {
        let admitted = self.admit(batch)?;
        let kept = admitted.batch(batch)?;
        self.count(kept.as_ref().unwrap_or(batch), admitted.counts.as_deref()).map_err(|bad| admitted.in_batch(bad))
    }

    fn rows(&self) -> u64 {
        self.rows_read
    }
}
