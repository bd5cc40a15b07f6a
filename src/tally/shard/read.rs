//! A file of cells → a shard. Whatever is in the file, the answer is a shard that can be, or an error.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::Read;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;

use polars::prelude::{Column, DataFrame, DataType, ParquetReader, SerReader};

use super::columns::{
    ACTUAL_SUM, DECISION, DECISIONS, ERROR_SQUARES, LABEL, LABELS, MARGIN, OPEN, OUTCOME, PEOPLE, PROFILE, ROWS, SCORE,
    SCORE_SUM, VALUE, VALUE_SQUARES, VALUE_SUM, WEIGHT, WEIGHT_SQUARES, WHAT, What,
};
use super::measured::{cases, turned};
use super::tables::{TOO_MANY, Tables};
use super::turn::{from_digits, hash_of};
use super::write::DIGITS;
use super::{Header, KEY, Kept, SCHEMA, Shard};
use crate::cell::design::kind;
use crate::cell::measured::GRID as MEASURED;
use crate::cell::scores::{GRID, grid};
use crate::exact::Exact;
use crate::inference::scores::grid::Grid;
use crate::input::read_small;
use crate::policy::margin::Margin;
use crate::policy::value::MISSING;
use crate::tally::named::Names;

/// Whether a file holds cells: a Parquet file whose metadata say so, whatever its name.
pub fn holds_cells(path: &Path) -> bool {
    let is_parquet = || -> std::io::Result<bool> {
        let mut start = [0; 4];
        File::open(path)?.read_exact(&mut start)?;
        Ok(&start == b"PAR1")
    };
    let header = || ParquetReader::new(File::open(path).ok()?).get_metadata().ok().and_then(|data| header_of(data));
    path.is_file() && is_parquet().unwrap_or(false) && catch_unwind(AssertUnwindSafe(header)).ok().flatten().is_some()
}

fn header_of(metadata: &polars::prelude::FileMetadata) -> Option<String> {
    let pairs = metadata.key_value_metadata.as_ref()?;
    pairs.iter().find(|pair| pair.key == KEY).map(|pair| pair.value.clone().unwrap_or_default())
}

/// Reads the bytes of a file of cells.
///
/// # Errors
/// Why it is no file of cells that this version reads.
pub fn read(bytes: Vec<u8>) -> Result<Shard, String> {
    let damaged = || "it holds no whole table of cells; is it cut short, or still being written?".to_owned();
    let (text, frame) = read_small(bytes, KEY).ok_or_else(damaged)?;
    let header = header(&text.ok_or("it holds no cells")?)?;
    let frame = frame.ok_or_else(damaged)?;
    let parse = || shard(header, &frame);
    let mut shard = catch_unwind(AssertUnwindSafe(parse)).unwrap_or_else(|_| Err(damaged()))?;
    if shard.header.sha256.as_ref().is_some_and(|sha256| *sha256 != shard.seal()) {
        return Err("its cells are not those that were written: the file was changed or damaged".to_owned());
    }
    shard.header.probabilities.clear();
    shard.header.sha256 = None;
    Ok(shard)
}

fn header(text: &str) -> Result<Header, String> {
    // The form first: what a later version writes need not have the keys of this one.
    let value: serde_json::Value =
        serde_json::from_str(text).map_err(|_| "its header is damaged; tally the rows again".to_owned())?;
    match value.get("schema").and_then(serde_json::Value::as_str) {
        Some(SCHEMA) => {}
        Some(other) if other.starts_with("evenhand.cells/") => {
            let version = other.trim_start_matches("evenhand.cells/");
            return Err(format!("it holds cells of form {version}, and this version reads {SCHEMA}"));
        }
        _ => return Err("its header names no form of cells; tally the rows again".to_owned()),
    }
    let header: Header =
        serde_json::from_value(value).map_err(|e| format!("its header is not whole: {e}; tally the rows again"))?;
    if header.grid != GRID {
        return Err(format!("its scores are in the bins `{}`, and this version has `{GRID}`", header.grid));
    }
    if let Some(other) = header.outcomes.iter().find(|outcome| outcome.grid != MEASURED) {
        return Err(format!("its values are in the bins `{}`, and this version has `{MEASURED}`", other.grid));
    }
    if hash_of(&header.rules) != header.rules_sha256 {
        return Err("its rules are not those that were hashed: the file was changed or damaged".to_owned());
    }
    Ok(header)
}

impl Shard {
    /// The bins of its scores.
    pub(super) fn grid(&self) -> Grid {
        grid_of(&self.header)
    }
}

pub(super) fn grid_of(header: &Header) -> Grid {
    grid(header.threshold.as_deref().and_then(Exact::parse).map(|threshold| threshold.approximate()))
}

/// A column of the file, or one of nulls where it may be left out.
fn column(frame: &DataFrame, name: &str, kind: &DataType, due: bool) -> Result<Column, String> {
    match frame.column(name) {
        Ok(found) => found.strict_cast(kind).map_err(|_| format!("its column `{name}` is of another type than it has")),
        Err(_) if due => Err(format!("it has no column `{name}`")),
        Err(_) => Ok(Column::full_null(name.into(), frame.height(), kind)),
    }
}

/// The margin of every line, or the full cross.
fn tables_of(frame: &DataFrame, header: &Header) -> Result<(Vec<Margin>, Vec<usize>), String> {
    let all = header.groupings.len();
    let known = |margin: &Margin| {
        margin.groupings.is_sorted_by(|a, b| a < b) && margin.groupings.last().is_none_or(|last| *last < all)
    };
    if !header.margins.iter().all(known) || (header.kept == Kept::Margins && header.margins.is_empty()) {
        return Err("its header does not fit its margins; tally the rows again".to_owned());
    }
    if header.kept == Kept::Cross {
        let cross = Margin { groupings: (0..all).collect(), scores: true };
        return Ok((vec![cross], vec![0; frame.height()]));
    }
    let numbers = column(frame, MARGIN, &DataType::UInt64, true)?;
    let mut of = Vec::with_capacity(frame.height());
    for number in numbers.u64().map_err(|e| e.to_string())?.iter() {
        let number = due(number, MARGIN)?;
        let known = usize::try_from(number).ok().filter(|number| *number < header.margins.len());
        of.push(known.ok_or("a line of its table belongs to no margin of its header")?);
    }
    Ok((header.margins.clone(), of))
}

/// Groups, each with the number of its table, and the number of the groups of every line.
struct Groups {
    of: Vec<(usize, Names)>,
    lines: Vec<usize>,
}

fn groups(frame: &DataFrame, header: &Header, tables: &[Margin], table: &[usize]) -> Result<Groups, String> {
    let mut columns = Vec::new();
    for grouping in &header.groupings {
        columns.push(column(frame, &grouping.column, &DataType::String, true)?);
    }
    let mut levels = Vec::new();
    for column in &columns {
        levels.push(column.str().map_err(|e| e.to_string())?.iter().collect::<Vec<Option<&str>>>());
    }
    let mut known: BTreeMap<(usize, Vec<&str>), usize> = BTreeMap::new();
    let mut lines: Vec<usize> = Vec::with_capacity(frame.height());
    for line in 0..frame.height() {
        let own = tables[table[line]].groupings.iter().map(|grouping| &levels[*grouping]);
        // Lines of the same groups mostly stand together.
        if line > 0 && table[line] == table[line - 1] && own.clone().all(|levels| levels[line] == levels[line - 1]) {
            lines.push(lines[line - 1]);
            continue;
        }
        let names: Vec<&str> = own.map(|levels| levels[line].unwrap_or(MISSING)).collect();
        let next = known.len();
        lines.push(*known.entry((table[line], names)).or_insert(next));
    }
    let mut of = vec![(0, Names::new()); known.len()];
    for ((table, names), number) in known {
        of[number] = (table, names.into_iter().map(str::to_owned).collect());
    }
    Ok(Groups { of, lines })
}

/// Numbers of a line that must be there.
fn due<T>(number: Option<T>, name: &str) -> Result<T, String> {
    number.ok_or_else(|| format!("a line of its table has no `{name}`"))
}

fn shard(header: Header, frame: &DataFrame) -> Result<Shard, String> {
    let (margins, table) = tables_of(frame, &header)?;
    let Groups { of: groups, lines } = groups(frame, &header, &margins, &table)?;
    let texts = |name: &str, due: bool| column(frame, name, &DataType::String, due);
    let (what, decision, label) = (texts(WHAT, true)?, texts(DECISION, true)?, texts(LABEL, true)?);
    let squares = texts(WEIGHT_SQUARES, false)?;
    let score = column(frame, SCORE, &DataType::Float64, false)?;
    let whole = |name: &str, due: bool| column(frame, name, &DataType::UInt64, due);
    let (rows, profile, people) = (whole(ROWS, true)?, whole(PROFILE, false)?, whole(PEOPLE, false)?);
    let decimal = |name: &str| column(frame, name, &DataType::Decimal(DIGITS, 0), false);
    let (score_sum, weight) = (decimal(SCORE_SUM)?, decimal(WEIGHT)?);
    let measured = !header.outcomes.is_empty();
    let outcome = texts(OUTCOME, measured)?;
    let value = column(frame, VALUE, &DataType::Float64, measured)?;
    let (open, value_sum) = (whole(OPEN, measured)?, decimal(VALUE_SUM)?);
    let value_squares = texts(VALUE_SQUARES, false)?;
    let sums = [texts(ACTUAL_SUM, false)?, texts(ERROR_SQUARES, false)?];
    let say = |e: polars::prelude::PolarsError| e.to_string();
    let (what, decision) = (what.str().map_err(say)?, decision.str().map_err(say)?);
    let (label, squares) = (label.str().map_err(say)?, squares.str().map_err(say)?);
    let (score, rows) = (score.f64().map_err(say)?, rows.u64().map_err(say)?);
    let (profile, people) = (profile.u64().map_err(say)?, people.u64().map_err(say)?);
    let score_sum = score_sum.decimal().map_err(say)?.physical();
    let weight = weight.decimal().map_err(say)?.physical();
    let (outcome, value) = (outcome.str().map_err(say)?, value.f64().map_err(say)?);
    let (open, value_squares) = (open.u64().map_err(say)?, value_squares.str().map_err(say)?);
    let value_sum = value_sum.decimal().map_err(say)?.physical();
    let [actual, errors] = [sums[0].str().map_err(say)?, sums[1].str().map_err(say)?];
    let positive = |number: Option<i128>| number.map(u128::try_from).transpose().map_err(|_| TOO_MANY.to_owned());

    let grid = grid_of(&header);
    let mut tables = Tables::new(margins, groups, &header)?;
    for (line, &group) in lines.iter().enumerate() {
        let what = what.get(line).and_then(What::of).ok_or("a line of its table counts nothing that is known")?;
        let of = |words: &[&str], word: Option<&str>| words.iter().position(|known| Some(*known) == word);
        let rows = rows.get(line);
        if what.is_of_outcome() {
            let at = (group, tables.measured.place(due(outcome.get(line), OUTCOME)?)?);
            let value = || due(value.get(line), VALUE);
            let of_cases = || {
                let rows = due(rows, ROWS)?;
                if !tables.measured.is_prediction(at.1) {
                    return cases(rows, open.get(line).unwrap_or(0));
                }
                turned(rows, due(actual.get(line), ACTUAL_SUM)?, due(errors.get(line), ERROR_SQUARES)?)
            };
            let counts = if matches!(what, What::Value | What::Values) { Some(of_cases()?) } else { None };
            match what {
                What::Value => tables.measured.value(at, value()?, counts.unwrap_or_default())?,
                What::Values => {
                    let sum = due(positive(value_sum.get(line))?, VALUE_SUM)?;
                    let squares = from_digits(due(value_squares.get(line), VALUE_SQUARES)?).ok_or(TOO_MANY)?;
                    tables.measured.values(at, value()?, counts.unwrap_or_default(), sum, squares)?;
                }
                What::Lowest => tables.measured.end(at, value()?, true)?,
                What::Highest => tables.measured.end(at, value()?, false)?,
                _ => tables.measured.no_value(at, due(rows, ROWS)?)?,
            }
            continue;
        }
        let label = due(of(&LABELS, label.get(line)), LABEL)?;
        match what {
            What::Rows => {
                let kind = kind(due(of(&DECISIONS, decision.get(line)), DECISION)?, label);
                let weight = match (positive(weight.get(line))?, squares.get(line)) {
                    _ if !tables.weighted || tables.of_people => None,
                    (Some(total), Some(squares)) => Some((total, from_digits(squares).ok_or(TOO_MANY)?)),
                    _ => return Err(format!("a line of its table has no `{WEIGHT}`")),
                };
                tables.rows(group, kind, due(rows, ROWS)?, weight)?;
            }
            What::Score => tables.score(group, label, due(score.get(line), SCORE)?, due(rows, ROWS)?)?,
            What::Bin => {
                let low = due(score.get(line), SCORE)?;
                let sum = due(positive(score_sum.get(line))?, SCORE_SUM)?;
                tables.bin(&grid, group, label, low, due(rows, ROWS)?, sum)?;
            }
            What::Person => {
                let kind = kind(due(of(&DECISIONS, decision.get(line)), DECISION)?, label);
                let heavy = positive(weight.get(line))?.map(u64::try_from).transpose().map_err(|_| TOO_MANY)?;
                let quantity = if tables.weighted { due(heavy, WEIGHT)? } else { due(rows, ROWS)? };
                let number = due(profile.get(line), PROFILE)?;
                tables.person(group, kind, quantity, number, due(people.get(line), PEOPLE)?)?;
            }
            What::Value | What::Values | What::Lowest | What::Highest | What::None => {}
        }
    }
    tables.shard(header, &grid)
}
