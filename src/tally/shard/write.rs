//! A shard → the bytes of a Parquet file.

use polars::prelude::{
    Column, DataFrame, Int128Chunked, IntoColumn, KeyValueMetadata, NamedFrom, NewChunkedArray, ParquetWriter,
    PolarsResult, Series,
};

use super::columns::{
    ACTUAL_SUM, DECISION, DECISIONS, ERROR_SQUARES, LABEL, LABELS, MARGIN, OPEN, OUTCOME, PEOPLE, PROFILE, ROWS, SCORE,
    SCORE_SUM, VALUE, VALUE_SQUARES, VALUE_SUM, WEIGHT, WEIGHT_SQUARES, WHAT, What,
};
use super::turn::{Probabilities, digits};
use super::{KEY, Kept, Shard, Stored};
use crate::cell::design::Weighing;
use crate::cell::measured::{self, Cases, Counts};
use crate::cell::{Label, Ledger, Values};
use crate::inference::measured::grid::Ends;
use crate::inference::scores::grid::Grid;
use crate::policy::outcome::OutcomeKind;
use crate::policy::value::MISSING;
use crate::tally::named::Names;

/// Digits of the decimals: a sum of 10^12 scores has no more.
pub(super) const DIGITS: usize = 38;

/// The file, the same bytes for the same shard.
///
/// # Errors
/// What polars cannot write, in its words.
pub fn to_bytes(shard: &Shard) -> Result<Vec<u8>, String> {
    let mut sealed = shard.clone();
    sealed.header.probabilities = shard.likely.iter().map(Probabilities::of).collect();
    sealed.header.sha256 = Some(sealed.seal());
    let header = serde_json::to_string(&sealed.header).map_err(|e| e.to_string())?;
    let mut lines = Lines::default();
    lines.fill(shard);
    let mut bytes = Vec::new();
    let write = || -> PolarsResult<()> {
        let mut frame = lines.frame(shard)?;
        let metadata = KeyValueMetadata::from_static(vec![(KEY.to_owned(), header)]);
        ParquetWriter::new(&mut bytes).with_key_value_metadata(Some(metadata)).finish(&mut frame).map(drop)
    };
    write().map_err(|e| e.to_string())?;
    Ok(bytes)
}

/// The lines of the table, column by column.
#[derive(Default)]
struct Lines<'a> {
    /// The table to which each line belongs, and its names there.
    tables: Vec<usize>,
    names: Vec<&'a Names>,
    what: Vec<&'static str>,
    decision: Vec<Option<&'static str>>,
    label: Vec<Option<&'static str>>,
    score: Vec<Option<f64>>,
    rows: Vec<Option<u64>>,
    score_sum: Vec<Option<i128>>,
    weight: Vec<Option<i128>>,
    weight_squares: Vec<Option<String>>,
    profile: Vec<Option<u64>>,
    people: Vec<Option<u64>>,
    outcome: Vec<Option<usize>>,
    value: Vec<Option<f64>>,
    open: Vec<Option<u64>>,
    value_sum: Vec<Option<i128>>,
    value_squares: Vec<Option<String>>,
    turned: Vec<Option<[String; 2]>>,
}

/// What a line holds beside groups, decision and label.
#[derive(Default)]
struct Numbers {
    score: Option<f64>,
    rows: Option<u64>,
    score_sum: Option<u128>,
    weight: Option<u128>,
    weight_squares: Option<String>,
    profile: Option<u64>,
    people: Option<u64>,
    outcome: Option<usize>,
    value: Option<f64>,
    open: Option<u64>,
    value_sum: Option<u128>,
    value_squares: Option<String>,
    /// Sums of what turned out and of the squared errors.
    turned: Option<[String; 2]>,
}

impl<'a> Lines<'a> {
    fn add(
        &mut self,
        what: What,
        names: &'a Names,
        decision: Option<usize>,
        label: impl Into<Option<usize>>,
        numbers: Numbers,
    ) {
        self.names.push(names);
        self.what.push(what.word());
        self.decision.push(decision.map(|decision| DECISIONS[decision]));
        self.label.push(label.into().map(|label| LABELS[label]));
        self.score.push(numbers.score);
        self.rows.push(numbers.rows);
        self.score_sum.push(numbers.score_sum.map(|sum| sum as i128));
        self.weight.push(numbers.weight.map(|weight| weight as i128));
        self.weight_squares.push(numbers.weight_squares);
        self.profile.push(numbers.profile);
        self.people.push(numbers.people);
        self.outcome.push(numbers.outcome);
        self.value.push(numbers.value);
        self.open.push(numbers.open.filter(|open| *open > 0));
        self.value_sum.push(numbers.value_sum.map(|sum| sum as i128));
        self.value_squares.push(numbers.value_squares);
        self.turned.push(numbers.turned);
    }

    fn fill(&mut self, shard: &'a Shard) {
        let grid = shard.grid();
        for (number, table) in shard.tables.iter().enumerate() {
            self.fill_table(table, shard.header.rules.contains_key("weight"), &grid);
            self.tables.resize(self.names.len(), number);
        }
    }

    fn fill_table(&mut self, table: &'a Stored, weighted: bool, grid: &Grid) {
        let of_people = !table.people.is_empty();
        for (names, counts) in &table.counted.counts {
            for (kind, rows) in counts.iter().enumerate().filter(|(_, rows)| **rows > 0) {
                let weighing = table.weighed.get(&(names.clone(), kind));
                let weighing = weighing.copied().or((weighted && !of_people).then(Weighing::default));
                let numbers = Numbers {
                    rows: Some(*rows),
                    weight: weighing.map(|weighing| weighing.total),
                    weight_squares: weighing.map(|weighing| digits(weighing.squares)),
                    ..Numbers::default()
                };
                self.add(What::Rows, names, Some(kind / Label::KINDS), kind % Label::KINDS, numbers);
            }
        }
        for ((names, label), ledger) in &table.counted.ledgers {
            self.ledger(names, *label, ledger, grid);
        }
        for ((names, outcome), values) in &table.counted.outcomes {
            self.values(names, *outcome, values);
        }
        for (number, (profile, people)) in table.people.iter().enumerate() {
            for (names, kind, quantity) in profile {
                let numbers = Numbers {
                    rows: (!weighted).then_some(*quantity),
                    weight: weighted.then_some(u128::from(*quantity)),
                    profile: Some(number as u64),
                    people: Some(*people),
                    ..Numbers::default()
                };
                self.add(What::Person, names, Some(kind / Label::KINDS), kind % Label::KINDS, numbers);
            }
        }
    }

    fn ledger(&mut self, names: &'a Names, label: usize, ledger: &Ledger, grid: &Grid) {
        match ledger {
            Ledger::Exact(scores) => {
                for (score, rows) in scores {
                    let numbers = Numbers { score: Some(*score), rows: Some(*rows), ..Numbers::default() };
                    self.add(What::Score, names, None, label, numbers);
                }
            }
            Ledger::Binned(bins) => {
                for bin in bins {
                    let numbers = Numbers {
                        score: grid.bounds(bin.key).map(|(low, _)| low),
                        rows: Some(bin.rows),
                        score_sum: Some(bin.sum),
                        ..Numbers::default()
                    };
                    self.add(What::Bin, names, None, label, numbers);
                }
            }
        }
    }

    fn values(&mut self, names: &'a Names, outcome: usize, values: &Values) {
        let of = || Numbers { outcome: Some(outcome), ..Numbers::default() };
        if values.missing() > 0 {
            self.add(What::None, names, None, None, Numbers { rows: Some(values.missing()), ..of() });
        }
        match values.ledger() {
            measured::Ledger::Exact(each) => {
                for (value, cases) in each {
                    let (rows, open, turned) = (Some(cases.rows()), Some(cases.open), turned(cases));
                    let numbers = Numbers { value: Some(*value), rows, open, turned, ..of() };
                    self.add(What::Value, names, None, None, numbers);
                }
            }
            measured::Ledger::Binned(binned) => {
                for bin in &binned.bins {
                    let near = |ends: Ends| if ends.low < 0.0 { ends.high } else { ends.low };
                    let numbers = Numbers {
                        value: values.grid().ends(bin.key).map(near),
                        rows: Some(bin.counts.rows()),
                        open: Some(bin.counts.open),
                        value_sum: Some(bin.sum),
                        value_squares: Some(digits(bin.squares)),
                        turned: turned(&bin.counts),
                        ..of()
                    };
                    self.add(What::Values, names, None, None, numbers);
                }
                for (what, end) in [(What::Lowest, binned.lowest), (What::Highest, binned.highest)] {
                    self.add(what, names, None, None, Numbers { value: Some(end), ..of() });
                }
            }
        }
    }

    fn frame(self, shard: &Shard) -> PolarsResult<DataFrame> {
        let height = self.what.len();
        let mut columns: Vec<Column> = Vec::new();
        for (place, grouping) in shard.header.groupings.iter().enumerate() {
            let at: Vec<Option<usize>> =
                shard.tables.iter().map(|table| table.counted.of.places(&[place]).first().copied()).collect();
            let levels = self.tables.iter().zip(&self.names).map(|(table, names)| Some(names[at[*table]?].as_str()));
            let levels: Vec<Option<&str>> = levels.map(|name| name.filter(|name| *name != MISSING)).collect();
            columns.push(Series::new(grouping.column.as_str().into(), levels).into_column());
        }
        let decimals = |name: &str, numbers: Vec<Option<i128>>| -> PolarsResult<Column> {
            let numbers = Int128Chunked::from_iter_options(name.into(), numbers.into_iter());
            Ok(numbers.into_decimal(DIGITS, 0)?.into_column())
        };
        let margins = shard.header.kept == Kept::Margins;
        let tables: Vec<Option<u64>> = self.tables.iter().map(|table| margins.then_some(*table as u64)).collect();
        columns.push(Series::new(MARGIN.into(), tables).into_column());
        columns.push(Series::new(WHAT.into(), self.what).into_column());
        columns.push(Series::new(DECISION.into(), self.decision).into_column());
        columns.push(Series::new(LABEL.into(), self.label).into_column());
        columns.push(Series::new(SCORE.into(), self.score).into_column());
        columns.push(Series::new(ROWS.into(), self.rows).into_column());
        columns.push(decimals(SCORE_SUM, self.score_sum)?);
        columns.push(decimals(WEIGHT, self.weight)?);
        columns.push(Series::new(WEIGHT_SQUARES.into(), self.weight_squares).into_column());
        columns.push(Series::new(PROFILE.into(), self.profile).into_column());
        columns.push(Series::new(PEOPLE.into(), self.people).into_column());
        if !shard.header.outcomes.is_empty() {
            let name = |place: &Option<usize>| Some(shard.header.outcomes.get((*place)?)?.name.as_str());
            let outcomes: Vec<Option<&str>> = self.outcome.iter().map(name).collect();
            columns.push(Series::new(OUTCOME.into(), outcomes).into_column());
            columns.push(Series::new(VALUE.into(), self.value).into_column());
            columns.push(Series::new(OPEN.into(), self.open).into_column());
            columns.push(decimals(VALUE_SUM, self.value_sum)?);
            columns.push(Series::new(VALUE_SQUARES.into(), self.value_squares).into_column());
        }
        if shard.header.outcomes.iter().any(|outcome| outcome.kind == OutcomeKind::Prediction.name()) {
            for (place, name) in [ACTUAL_SUM, ERROR_SQUARES].into_iter().enumerate() {
                let sums: Vec<Option<&str>> =
                    self.turned.iter().map(|turned| turned.as_ref().map(|sums| sums[place].as_str())).collect();
                columns.push(Series::new(name.into(), sums).into_column());
            }
        }
        DataFrame::new(height, columns)
    }
}

/// What turned out for rows of one prediction, as texts; none of other values.
fn turned(cases: &Cases) -> Option<[String; 2]> {
    cases.turned.as_ref().map(|turned| [turned.actual.text(), turned.squares.text()])
}
