//! Counts by the names of levels: what several workers, or several files, add up to.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::cells::{Cells, Crossed, GroupKey, Levels};
use super::faults::{too_many_cells, too_many_levels, too_many_scores};
use super::ledgers::{AT_LEAST, allowance};
use super::margins::Most;
use super::meaning::MOST_LEVELS;
use super::outcomes;
use crate::cell::design::{Design, KINDS, Sampling};
use crate::cell::ledger::MOST_EXACT;
use crate::cell::{Cell, Decision, Label, Ledger, Scores, Values, measured};
use crate::cores;
use crate::diagnostic::{Diagnostic, Place};
use crate::error::Error;
use crate::inference::scores::grid::Grid;
use crate::input::BadRow;
use crate::policy::Policy;
use crate::policy::margin::Margin;
use crate::policy::types::Attribute;
use crate::policy::value::MISSING;

/// The names of the levels of a cell, one for each grouping that is crossed.
pub type Names = Vec<String>;

/// The names of the levels of a cell, and a label.
pub type LedgerKey = (Names, usize);

/// What was counted of some groupings crossed with each other.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Named {
    pub of: Margin,
    /// Rows by decision and label.
    pub counts: BTreeMap<Names, [u64; KINDS]>,
    /// Scores by label.
    pub ledgers: BTreeMap<LedgerKey, Ledger>,
    /// Measured outcomes by their place in the policy.
    pub outcomes: BTreeMap<OutcomeKey, Values>,
}

/// The names of the levels of a cell, and the place of an outcome.
pub type OutcomeKey = (Names, usize);

impl Named {
    /// How many combinations of groups, decision and label have rows.
    pub fn combinations(&self) -> usize {
        self.counts.values().flatten().filter(|rows| **rows > 0).count()
    }

    /// How many distinct scores each ledger has; one in bins has more than are kept.
    fn distinct(&self) -> impl Iterator<Item = usize> + Clone {
        self.ledgers.values().map(|ledger| match ledger {
            Ledger::Exact(scores) => scores.len(),
            Ledger::Binned(_) => MOST_EXACT,
        })
    }

    /// How many distinct values of one outcome each cell has, as [`distinct`](Self::distinct).
    fn distinct_of(&self, outcome: usize) -> impl Iterator<Item = usize> + Clone {
        let own = self.outcomes.iter().filter(move |((_, place), _)| *place == outcome);
        own.map(|(_, values)| outcomes::distinct(values.ledger()))
    }

    /// The outcomes that it has.
    fn outcome_places(&self) -> BTreeSet<usize> {
        self.outcomes.keys().map(|(_, place)| *place).collect()
    }

    /// The same merged into a margin that it covers.
    pub fn narrow(&self, of: &Margin, grid: &Grid) -> Named {
        let places = self.of.places(&of.groupings);
        let mut counts: BTreeMap<Names, [u64; KINDS]> = BTreeMap::new();
        for (names, more) in &self.counts {
            let sums = counts.entry(narrow(names, &places)).or_insert([0; KINDS]);
            sums.iter_mut().zip(more).for_each(|(sum, rows)| *sum += rows);
        }
        let mut parts: BTreeMap<LedgerKey, Vec<&Ledger>> = BTreeMap::new();
        for ((names, label), ledger) in self.ledgers.iter().filter(|_| of.scores) {
            parts.entry((narrow(names, &places), *label)).or_default().push(ledger);
        }
        let ledgers = cores::each(parts, |(key, parts)| (key, Ledger::together(&parts, grid)));
        let mut values: BTreeMap<OutcomeKey, Vec<&Values>> = BTreeMap::new();
        for ((names, outcome), of_cell) in self.outcomes.iter().filter(|_| of.scores) {
            values.entry((narrow(names, &places), *outcome)).or_default().push(of_cell);
        }
        let outcomes = measure_together(values);
        Named { of: of.clone(), counts, ledgers: ledgers.into_iter().collect(), outcomes }
    }
}

/// Some of the names of a cell.
pub fn narrow(names: &Names, places: &[usize]) -> Names {
    places.iter().map(|place| names[*place].clone()).collect()
}

/// The parts of every ledger put together.
pub fn put_together<P: Send>(
    parts: BTreeMap<LedgerKey, Vec<P>>,
    grid: &Grid,
    ledger: impl Fn(P) -> Ledger + Sync,
) -> BTreeMap<LedgerKey, Ledger> {
    let whole = |parts: Vec<P>| {
        let parts: Vec<Ledger> = parts.into_iter().map(&ledger).collect();
        Ledger::together(&parts.iter().collect::<Vec<_>>(), grid)
    };
    cores::each(parts, |(key, parts)| (key, whole(parts))).into_iter().collect()
}

/// The parts of the values of every cell put together.
pub fn measure_together(parts: BTreeMap<OutcomeKey, Vec<&Values>>) -> BTreeMap<OutcomeKey, Values> {
    let whole = cores::each(parts, |(key, parts)| Values::together(&parts).map(|whole| (key, whole)));
    whole.into_iter().flatten().collect()
}

/// Keeps as many distinct scores of every ledger of a full cross as all together allow. False when there are too many even
/// of the fewest: nothing is changed then.
pub fn keep_few(cross: &mut Named, grid: &Grid, most: Most) -> bool {
    let each_of = |distinct: &mut dyn FnMut() -> Vec<usize>| {
        let distinct = distinct();
        let kept = |each: &usize| distinct.iter().map(|scores| *scores.min(each)).sum::<usize>();
        allowance(distinct.iter().copied()).filter(|each| kept(each) <= most.scores)
    };
    let Some(each) = each_of(&mut || cross.distinct().collect()) else { return false };
    let mut of_outcomes = BTreeMap::new();
    for outcome in cross.outcome_places() {
        let Some(each) = each_of(&mut || cross.distinct_of(outcome).collect()) else { return false };
        of_outcomes.insert(outcome, each);
    }
    keep_at_most(&mut cross.ledgers, each, grid);
    measure_at_most(&mut cross.outcomes, |outcome| of_outcomes.get(&outcome).copied().unwrap_or(AT_LEAST));
    true
}

/// Keeps as many distinct scores of every ledger of margins as each may have at least, whatever they come to together: a
/// cross that was given up may have had no more of some groups, and which rows it had counted until then must not show.
///
/// # Errors
/// A margin has too many combinations, or all have too many scores together; the largest is named.
pub fn keep_fewest(margins: &mut [Named], grid: &Grid, columns: &[String], most: Most) -> Result<(), Error> {
    let named = |margin: &Named| super::marginal::names_of(&margin.of, columns);
    if let Some(margin) = margins.iter().find(|margin| margin.combinations() > most.cells_of_margin) {
        return Err(in_all(too_many_cells(&named(margin))));
    }
    let kept = |margin: &Named| {
        let values = margin.outcomes.values().map(|values| outcomes::distinct(values.ledger()));
        margin.distinct().chain(values).map(|scores| scores.min(AT_LEAST)).sum::<usize>()
    };
    if margins.iter().map(kept).sum::<usize>() > most.scores_of_margins {
        let largest = margins.iter().rev().max_by_key(|margin| kept(margin));
        return Err(in_all(too_many_scores(&largest.map(named).unwrap_or_default())));
    }
    for margin in margins {
        keep_at_most(&mut margin.ledgers, AT_LEAST, grid);
        measure_at_most(&mut margin.outcomes, |_| AT_LEAST);
    }
    Ok(())
}

fn keep_at_most(ledgers: &mut BTreeMap<LedgerKey, Ledger>, each: usize, grid: &Grid) {
    for ledger in ledgers.values_mut() {
        *ledger = std::mem::take(ledger).at_most(each, grid);
    }
}

/// The same of the values of outcomes.
fn measure_at_most(outcomes: &mut BTreeMap<OutcomeKey, Values>, each: impl Fn(usize) -> usize) {
    for ((_, outcome), values) in outcomes {
        let each = each(*outcome);
        if outcomes::distinct(values.ledger()) > each && values.is_exact() {
            let grid = Arc::clone(values.grid());
            *values = Values::new(Arc::clone(&grid), values.ledger().clone().at_most(each, &grid), values.missing());
        }
    }
}

/// A fault of no row, as an error of all data.
pub fn in_all(BadRow { code, column, message, .. }: BadRow) -> Error {
    let place = Place { column: Some(column), ..Place::default() };
    Error::data(Diagnostic::new(code, message).at(place))
}

/// Gives cells their tables, with levels in the order of the policy. Gives for each table the place of every name.
///
/// # Errors
/// An attribute has too many levels: no worker and no file need have seen them all.
pub fn put_in_order(
    cells: &mut Cells,
    policy: &Policy,
    tables: Vec<Named>,
    grid: &Arc<Grid>,
) -> Result<Vec<BTreeMap<Names, u32>>, Error> {
    cells.levels =
        policy.groupings().enumerate().map(|(grouping, of)| order_levels(of, names_of(&tables, grouping))).collect();
    for (attribute, levels) in policy.groupings().zip(&cells.levels) {
        if levels.names.len() - usize::from(levels.missing.is_some()) > MOST_LEVELS && attribute.bins.is_empty() {
            let place = Place { column: Some(attribute.column.clone()), ..Place::default() };
            return Err(Error::data(Diagnostic::new("too-many-levels", too_many_levels()).at(place)));
        }
    }
    let grids = outcomes::grids(policy);
    let mut all = Vec::new();
    for Named { of, counts, mut ledgers, mut outcomes } in tables {
        let mut keys: BTreeMap<GroupKey, (Names, Cell)> = BTreeMap::new();
        for (names, counts) in counts {
            let level = |(grouping, name): (&usize, &String)| {
                cells.levels[*grouping].names.iter().position(|n| n == name).unwrap_or(0)
            };
            let key: GroupKey = of.groupings.iter().zip(&names).map(level).collect();
            let mut cell = cell_of(counts);
            if policy.roles.score.is_some() && of.scores {
                let of_label = |label: usize| ledgers.remove(&(names.clone(), label)).unwrap_or_default();
                cell.keep_scores(Scores::new(Arc::clone(grid), [0, 1, 2].map(of_label)));
            }
            if of.scores {
                let mut of_place = |(place, grid): (usize, &Arc<_>)| {
                    let known = outcomes.remove(&(names.clone(), place));
                    known.unwrap_or_else(|| Values::new(Arc::clone(grid), measured::Ledger::default(), 0))
                };
                cell.keep_outcomes(grids.iter().enumerate().map(&mut of_place).collect());
            }
            keys.insert(key, (names, cell));
        }
        let mut places = BTreeMap::new();
        let mut table = Crossed { of, ..Crossed::default() };
        for (place, (key, (names, cell))) in (0..).zip(keys) {
            table.cells.insert(key, cell);
            places.insert(names, place);
        }
        cells.tables.push(table);
        all.push(places);
    }
    Ok(all)
}

fn cell_of(counts: [u64; KINDS]) -> Cell {
    let mut cell = Cell::default();
    for (kind, rows) in counts.into_iter().enumerate() {
        let (decision, label) = (kind / Label::KINDS, kind % Label::KINDS);
        cell.push(Decision::from_index(decision), Label::from_index(label), rows);
    }
    cell
}

/// Says of every cell of a table how its rows hang together.
pub fn hang_together(table: &mut Crossed, sampling: Sampling) {
    let sampling = Arc::new(sampling);
    let cells = table.cells.len() as u32;
    for (place, cell) in (0..).zip(table.cells.values_mut()) {
        cell.keep_design(Design::among(Arc::clone(&sampling), [place], cells));
    }
    table.sampling = Some(sampling);
}

/// The names of the levels of a grouping: every table that has it has all of them.
pub fn names_of(tables: &[Named], grouping: usize) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    for table in tables {
        if let Ok(place) = table.of.groupings.binary_search(&grouping) {
            found = table.counts.keys().map(|names| names[place].clone()).collect();
            found.sort();
            found.dedup();
            break;
        }
    }
    found
}

/// Declared levels first, as declared; then the others by name; rows without a value last.
fn order_levels(declared: &Attribute, mut found: Vec<String>) -> Levels {
    let order = if declared.bins.is_empty() { declared.groups.clone() } else { declared.bin_names() };
    let rank = |name: &String| {
        let place = order.iter().position(|o| o == name);
        (name == MISSING, place.unwrap_or(order.len()))
    };
    found.sort_by_key(rank);
    let missing = found.iter().position(|name| name == MISSING);
    Levels { names: found, missing }
}
