//! The lines of measured outcomes of a file of cells, held against what can be.

use std::collections::BTreeMap;
use std::sync::Arc;

use num_bigint::BigUint;

use super::Measured;
use super::tables::TOO_MANY;
use crate::cell::Values;
use crate::cell::design::MOST_ROWS;
use crate::cell::ledger::MOST_EXACT;
use crate::cell::measured::ledger::{Bin, Binned};
use crate::cell::measured::sums::ExactSum;
use crate::cell::measured::{Cases, Counts, Ledger, Turned};
use crate::cell::wide::Wide;
use crate::exact::Exact;
use crate::inference::measured::grid::{Grid, parts};
use crate::policy::classes::MOST_CLASSES;
use crate::policy::outcome::OutcomeKind;

const NOT_ONE_OF_IT: &str = "a value of it is no number that can be";
const UNLIKE: &str = "the values of a bin of it lie outside the bin";

/// What the lines of one outcome of a group say.
#[derive(Default)]
struct Lines {
    values: Vec<(f64, Cases)>,
    bins: Vec<Bin<Cases>>,
    lowest: Option<f64>,
    highest: Option<f64>,
    missing: u64,
    /// Rows in all of them, so that these stay countable.
    rows: u64,
}

/// What the lines of outcomes add up to, by the number of the group and the place of the outcome.
pub(super) struct MeasuredTables {
    names: Vec<String>,
    kinds: Vec<OutcomeKind>,
    grids: Vec<Arc<Grid>>,
    lines: BTreeMap<(usize, usize), Lines>,
}

/// So many rows, of which some are open.
pub(super) fn cases(rows: u64, open: u64) -> Result<Cases, String> {
    let ended = rows.checked_sub(open).ok_or("a line of it has more open cases than rows")?;
    Ok(Cases { ended, open, turned: None })
}

/// So many rows of one prediction, with the sums of what turned out and of the squared errors.
pub(super) fn turned(rows: u64, actual: &str, squares: &str) -> Result<Cases, String> {
    let sum = |text: &str| ExactSum::parse(text).filter(|sum| sum.value().is_finite());
    let sums = sum(actual).zip(sum(squares).filter(|squares| squares.value() >= 0.0));
    let (actual, squares) = sums.ok_or("a line of it has sums of a prediction that cannot be")?;
    Ok(Cases::turned(Turned { rows, actual, squares }))
}

impl MeasuredTables {
    pub(super) fn new(outcomes: &[Measured]) -> Result<MeasuredTables, String> {
        let bound =
            |outcome: &Measured| outcome.bound.as_deref().and_then(Exact::parse).map(|bound| bound.approximate());
        let kind = |outcome: &Measured| {
            let beside = [OutcomeKind::Error, OutcomeKind::Prediction];
            let beside = beside.into_iter().find(|kind| kind.name() == outcome.kind);
            OutcomeKind::find(&outcome.kind).or(beside).ok_or("its header has an outcome of a kind that is not known")
        };
        Ok(MeasuredTables {
            names: outcomes.iter().map(|outcome| outcome.name.clone()).collect(),
            kinds: outcomes.iter().map(kind).collect::<Result<_, _>>()?,
            grids: outcomes.iter().map(|outcome| Arc::new(Grid::new(bound(outcome).as_slice()))).collect(),
            lines: BTreeMap::new(),
        })
    }

    /// Whether the lines of an outcome say what turned out.
    pub(super) fn is_prediction(&self, outcome: usize) -> bool {
        self.kinds[outcome] == OutcomeKind::Prediction
    }

    /// The place of an outcome of the header.
    pub(super) fn place(&self, name: &str) -> Result<usize, String> {
        let place = self.names.iter().position(|known| known == name);
        place.ok_or_else(|| "a line of it has an outcome that its header does not name".to_owned())
    }

    fn lines(&mut self, at: (usize, usize), rows: u64) -> Result<&mut Lines, String> {
        let lines = self.lines.entry(at).or_default();
        lines.rows = lines.rows.checked_add(rows).filter(|rows| *rows <= MOST_ROWS).ok_or(TOO_MANY)?;
        Ok(lines)
    }

    fn check(&self, outcome: usize, value: f64) -> Result<f64, String> {
        let can_be = match self.kinds[outcome] {
            OutcomeKind::YesNo => value == 0.0 || value == 1.0,
            // The place in the list of the policy, whose rules the header has.
            OutcomeKind::Category => (0.0..MOST_CLASSES as f64).contains(&value) && value.fract() == 0.0,
            OutcomeKind::Duration | OutcomeKind::Open => value.is_finite() && value >= 0.0,
            OutcomeKind::Amount | OutcomeKind::Ordinal | OutcomeKind::Error | OutcomeKind::Prediction => {
                value.is_finite()
            }
        };
        if can_be { Ok(value + 0.0) } else { Err(NOT_ONE_OF_IT.to_owned()) }
    }

    /// Only what lasts can be still open.
    fn check_cases(&self, outcome: usize, cases: &Cases) -> Result<(), String> {
        let lasts = matches!(self.kinds[outcome], OutcomeKind::Duration | OutcomeKind::Open);
        if lasts || cases.open == 0 {
            Ok(())
        } else {
            Err("an outcome of it has open cases and no duration".to_owned())
        }
    }

    pub(super) fn value(&mut self, at: (usize, usize), value: f64, cases: Cases) -> Result<(), String> {
        let value = self.check(at.1, value)?;
        self.check_cases(at.1, &cases)?;
        let lines = self.lines(at, cases.rows())?;
        lines.values.push((value, cases));
        Ok(())
    }

    pub(super) fn values(
        &mut self,
        at: (usize, usize),
        near: f64,
        cases: Cases,
        sum: u128,
        squares: Wide,
    ) -> Result<(), String> {
        if matches!(self.kinds[at.1], OutcomeKind::YesNo | OutcomeKind::Category) {
            return Err("a yes or no, or a category, of it is in bins".to_owned());
        }
        let near = self.check(at.1, near)?;
        self.check_cases(at.1, &cases)?;
        let key = self.grids[at.1].key(near).ok_or(NOT_ONE_OF_IT)?;
        let ends = self.grids[at.1].ends(key).ok_or(NOT_ONE_OF_IT)?;
        let (close, far) = if ends.low < 0.0 { (ends.high, ends.low) } else { (ends.low, ends.high) };
        if close != near {
            return Err("a bin of its values begins where no bin does".to_owned());
        }
        let ((least, _), (most, _)) = (parts(close), parts(far));
        let rows = u128::from(cases.rows());
        let squares_of = BigUint::from_bytes_le(&squares.bytes());
        let square = |mantissa: u64| BigUint::from(rows) * mantissa * mantissa;
        // The sum of squares is at least what it would be if all values were the same.
        let all_one = &squares_of * BigUint::from(rows) >= BigUint::from(sum) * BigUint::from(sum);
        let inside = (u128::from(least) * rows..=u128::from(most) * rows).contains(&sum);
        if !inside || !all_one || squares_of < square(least) || squares_of > square(most) {
            return Err(UNLIKE.to_owned());
        }
        let lines = self.lines(at, cases.rows())?;
        lines.bins.push(Bin { key, counts: cases, sum, squares });
        Ok(())
    }

    pub(super) fn end(&mut self, at: (usize, usize), value: f64, lowest: bool) -> Result<(), String> {
        let value = self.check(at.1, value)?;
        let lines = self.lines(at, 0)?;
        let end = if lowest { &mut lines.lowest } else { &mut lines.highest };
        if end.replace(value).is_some() { Err("an outcome of it has two ends".to_owned()) } else { Ok(()) }
    }

    pub(super) fn no_value(&mut self, at: (usize, usize), rows: u64) -> Result<(), String> {
        let lines = self.lines(at, rows)?;
        lines.missing += rows;
        Ok(())
    }

    /// The values of every group and outcome that has lines.
    pub(super) fn finish(self) -> Result<BTreeMap<(usize, usize), Values>, String> {
        let mut found = BTreeMap::new();
        for (at, lines) in self.lines {
            let grid = &self.grids[at.1];
            let ledger = lines.ledger(grid)?;
            // Lines of no rows say nothing.
            if lines.missing > 0 || ledger.rows() > 0 {
                found.insert(at, Values::new(Arc::clone(grid), ledger, lines.missing));
            }
        }
        Ok(found)
    }
}

impl Lines {
    fn ledger(&self, grid: &Grid) -> Result<Ledger<Cases>, String> {
        let exact = Ledger::of(self.values.iter().cloned());
        if self.bins.is_empty() && self.lowest.is_none() && self.highest.is_none() {
            // A file of cells has no more; the result of a statement has all that there are.
            return Ok(exact.at_most(MOST_EXACT, grid));
        }
        let (Some(lowest), Some(highest)) = (self.lowest, self.highest) else {
            return Err("an outcome of it is in bins and has no lowest or no highest value".to_owned());
        };
        let of_bin = |bin: &Bin<Cases>| Ledger::Binned(Binned { bins: vec![bin.clone()], lowest, highest });
        let parts: Vec<Ledger<Cases>> =
            self.bins.iter().filter(|bin| bin.counts.rows() > 0).map(of_bin).chain([exact]).collect();
        // A bin that comes twice is added; a single part is taken as it is.
        let whole = Ledger::together(&parts.iter().collect::<Vec<_>>(), grid);
        let inside = |value: f64, bin: Option<&Bin<Cases>>| bin.is_some_and(|bin| grid.key(value) == Some(bin.key));
        match &whole {
            Ledger::Binned(binned)
                if inside(lowest, binned.bins.first()) && inside(highest, binned.bins.last()) && lowest <= highest =>
            {
                Ok(whole)
            }
            _ => Err(UNLIKE.to_owned()),
        }
    }
}
