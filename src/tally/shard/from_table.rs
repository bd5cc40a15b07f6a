//! The result of a printed statement → a shard. Texts are understood by the code that understands those of rows, so that the
//! cells are those that a pass over the rows would have counted.

use std::collections::BTreeMap;

use num_bigint::BigUint;
use polars::prelude::DataFrame;

use super::columns::named;
use super::from_outcomes::Outcomes;
use super::sql_table::{IN_PART, Table};
use super::tables::{TOO_MANY, Tables};
use super::turn::{hash_of, wide_of};
use super::{Header, Kept, Names, SCHEMA, Shard, Values};
use crate::cell::design::kind;
use crate::cell::ledger::units;
use crate::cell::scores::{GRID, grid};
use crate::cell::wide::Wide;
use crate::cell::{Decision, Label};
use crate::diagnostic::{Diagnostic, Place};
use crate::error::Error;
use crate::exact::Exact;
use crate::inference::scores::grid::Grid;
use crate::input::Origin;
use crate::policy::Attribute;
use crate::policy::margin::Margin;
use crate::policy::value::{self, MISSING};
use crate::sql::about::{self, About};
use crate::sql::{Dialect, columns as sql};
use crate::tally::codes::Codes;
use crate::tally::columns::unreadable;
use crate::tally::faults::bad_row;
use crate::tally::meaning::{Classes, Fault, Meaning};
use crate::tally::quantities::TOO_HEAVY;
use crate::tally::seen::Seen;

/// Whether columns with these names are those of a printed statement's result.
pub fn is_table<'a>(mut names: impl Iterator<Item = &'a str>) -> bool {
    names.any(|name| name.eq_ignore_ascii_case(sql::FORM))
}

/// The result of a printed statement, in whatever types its columns have come, as a shard; `place` is where it is from.
///
/// # Errors
/// It is not the whole result of a statement of this version, or the table that was counted holds what cannot be used.
pub fn from_table(place: &Place, frame: &DataFrame) -> Result<Shard, Error> {
    let unread = |why: String| Error::data(Diagnostic::new("cannot-read", why).at(place.clone()));
    let table = Table::new(frame).map_err(unread)?;
    let about = table.about().map_err(unread)?;
    table.faults(&about, place)?;
    let mut read = Reading::new(&about);
    let told = |bad: Bad| match bad {
        Bad::Table(why) => unread(why),
        Bad::Value(fault, column) => {
            let bad = bad_row((None, fault), &column);
            let place = Place { column: Some(bad.column), ..place.clone() };
            Error::data(Diagnostic::new(bad.code, bad.message).at(place))
        }
        Bad::Person(why) => Error::data(Diagnostic::new("bad-data", why).at(place.clone())),
    };
    for line in 0..frame.height() {
        read.line(&table, line).map_err(told)?;
    }
    read.finish().map_err(told)
}

const DIGITS_LOST: &str = "its scores have lost digits on their way; export the result as Parquet";

/// What is wrong with a line.
pub(super) enum Bad {
    Table(String),
    Value(Fault, String),
    /// What one person has.
    Person(&'static str),
}

impl From<String> for Bad {
    fn from(why: String) -> Bad {
        Bad::Table(why)
    }
}

impl From<&str> for Bad {
    fn from(why: &str) -> Bad {
        Bad::Table(why.to_owned())
    }
}

/// The lines that have been understood.
struct Reading<'a> {
    about: &'a About,
    exponents: bool,
    levels: Vec<Option<Codes>>,
    decision: Classes,
    label: Classes,
    grid: Grid,
    scored: bool,
    weighted: bool,
    of_people: bool,
    rows_read: u64,
    rows_excluded: u64,
    groups: BTreeMap<Names, usize>,
    counts: Vec<Line>,
    /// What each profile of the table holds, and how many people have it.
    profiles: BTreeMap<u64, (Held, u64)>,
    alone: Vec<(usize, usize, u64, u64)>,
    outcomes: Outcomes<'a>,
}

/// What somebody has: group, kind, and how many rows or how much weight.
type Held = Vec<(usize, usize, u64)>;

/// A line of rows, by the number of its group.
struct Line {
    group: usize,
    kind: usize,
    rows: u64,
    scores: Option<(f64, f64, u128)>,
    weight: Option<(u128, Wide)>,
}

impl<'a> Reading<'a> {
    fn new(about: &'a About) -> Reading<'a> {
        let values = |texts: &[String]| value::Values::new(texts.to_vec());
        let missing = values(&about.missing);
        let levels = |grouping: &about::Grouping| {
            let attribute = Attribute {
                name: grouping.name.clone(),
                column: grouping.column.clone(),
                bins: Vec::new(),
                groups: grouping.groups.clone(),
            };
            grouping.bins.is_empty().then(|| Codes::new(Meaning::levels(&attribute, &missing, false)))
        };
        // The decision that a threshold makes is never missing by its value.
        let none = value::Values::default();
        let of_decision = if about.decision.is_none() && about.threshold.is_some() { &none } else { &missing };
        let has = |key: &str| about.rules.contains_key(key);
        Reading {
            about,
            exponents: Dialect::find(&about.dialect).is_some_and(Dialect::writes_exponents),
            levels: about.groupings.iter().map(levels).collect(),
            decision: Classes::of_decision(&values(&about.favourable), &values(&about.selected), of_decision),
            label: Classes::of_label(&values(&about.positive), &missing),
            grid: grid(about.threshold.as_deref().and_then(Exact::parse).map(|threshold| threshold.approximate())),
            scored: has("score"),
            weighted: has("weight"),
            of_people: has("unit"),
            rows_read: 0,
            rows_excluded: 0,
            groups: BTreeMap::new(),
            counts: Vec::new(),
            profiles: BTreeMap::new(),
            alone: Vec::new(),
            outcomes: Outcomes::new(about),
        }
    }

    fn line(&mut self, table: &Table, line: usize) -> Result<(), Bad> {
        let what = table.text(sql::WHAT, line)?;
        let rows = table.whole(sql::ROWS, line)?;
        match what {
            sql::TABLE_LINE => self.rows_read = rows,
            sql::EXCLUDED_LINE => self.rows_excluded = self.rows_excluded.checked_add(rows).ok_or(TOO_MANY)?,
            sql::ROWS_LINE if rows > 0 => {
                let (group, kind) = (self.group(table, line)?, self.kind(table, line)?);
                let scores = if self.scored { self.scores(table, line, rows)? } else { None };
                let weight = if self.weighted && !self.of_people { Some(weight(table, line)?) } else { None };
                self.counts.push(Line { group, kind, rows, scores, weight });
            }
            sql::ROWS_LINE => {}
            sql::OUTCOME_LINE => {
                let group = self.group(table, line)?;
                let exponents = self.exponents;
                self.outcomes.line(table, line, group, |text| plain(text, exponents).into_owned())?;
            }
            sql::PERSON_LINE => {
                let (group, kind) = (self.group(table, line)?, self.kind(table, line)?);
                let quantity = u64::try_from(table.wide(sql::QUANTITY, line)?).map_err(|_| Bad::Person(TOO_HEAVY))?;
                let people = table.whole(sql::PEOPLE, line)?;
                match table.whole(sql::PROFILE, line)? {
                    0 => self.alone.push((group, kind, quantity, people)),
                    number => {
                        let (held, many) = self.profiles.entry(number).or_insert((Vec::new(), people));
                        if *many != people {
                            return Err("lines of the same people do not agree how many these are".into());
                        }
                        held.push((group, kind, quantity));
                    }
                }
            }
            _ => return Err("a line of it counts nothing that is known".into()),
        }
        Ok(())
    }

    fn text<'t>(&self, text: &'t str) -> std::borrow::Cow<'t, str> {
        plain(text, self.exponents)
    }

    /// The number of the group of a line.
    fn group(&mut self, table: &Table, line: usize) -> Result<usize, Bad> {
        let mut names = Names::new();
        for (place, grouping) in self.about.groupings.iter().enumerate() {
            let text = table.text(&sql::group(place), line)?;
            let text = self.text(text).into_owned();
            let name = match &mut self.levels[place] {
                None if text == MISSING || grouping.bins.contains(&text) => text,
                None => return Err(format!("a line of it has no bin of `{}`", grouping.name).into()),
                Some(codes) => {
                    let code = codes.of_text(&text).map_err(|fault| Bad::Value(fault, grouping.column.clone()))?;
                    match &codes.meaning {
                        Meaning::Levels(interner) => interner.names[code as usize].clone(),
                        _ => return Err(Bad::Value(unreadable().1, grouping.column.clone())),
                    }
                }
            };
            names.push(name);
        }
        let next = self.groups.len();
        Ok(*self.groups.entry(names).or_insert(next))
    }

    fn kind(&mut self, table: &Table, line: usize) -> Result<usize, Bad> {
        let code = |text: &str, classes: &mut Classes, nothing: usize| match text {
            MISSING => nothing,
            text => classes.code(text) as usize,
        };
        let text = self.text(table.text(sql::DECISION, line)?).into_owned();
        let decision = code(&text, &mut self.decision, Decision::Missing.index());
        let text = self.text(table.text(sql::LABEL, line)?).into_owned();
        let label = match self.about.label {
            None => Label::Missing.index(),
            Some(_) => code(&text, &mut self.label, Label::Missing.index()),
        };
        Ok(kind(decision, label))
    }

    /// The scores of a line and their exact sum.
    fn scores(&self, table: &Table, line: usize, rows: u64) -> Result<Option<(f64, f64, u128)>, Bad> {
        let Some((from, to)) = table.scores(line)? else { return Ok(None) };
        let mut sum = 0_u128;
        for (name, bits) in sql::SCORE_SUMS.iter().zip([0, 21, 21, 21]) {
            let part = u128::from(table.whole(name, line)?);
            sum = sum.checked_mul(1 << bits).and_then(|sum| sum.checked_add(part)).ok_or(TOO_MANY)?;
        }
        // Bands lie within bins: both ends are in one.
        let lost =
            if from == to { units(from) * u128::from(rows) != sum } else { self.grid.key(from) != self.grid.key(to) };
        if lost || self.grid.key(from).is_none() {
            return Err(DIGITS_LOST.into());
        }
        Ok(Some((from, to, sum)))
    }

    fn finish(self) -> Result<Shard, Bad> {
        let about = self.about;
        let rows: u64 = self.counts.iter().map(|line| line.rows).fold(0, u64::saturating_add);
        if self.rows_read.checked_sub(self.rows_excluded) != Some(rows) {
            return Err(IN_PART.into());
        }
        let banded = |line: &&Line| line.scores.is_some_and(|(from, to, _)| from != to);
        // A cell with a band keeps none of its scores: a band that holds a single one is a band all the same.
        let mut in_bands = vec![false; self.groups.len() * Label::KINDS];
        let ledger = |line: &Line| line.group * Label::KINDS + line.kind % Label::KINDS;
        self.counts.iter().filter(banded).for_each(|line| in_bands[ledger(line)] = true);
        let values = |classes: &Classes, known: bool| {
            let mut seen = Seen::default();
            seen.add(classes.seen.iter().filter(|_| known).cloned());
            Values { seen: seen.names().cloned(), met: if known { classes.met.clone() } else { Default::default() } }
        };
        let header = Header {
            schema: SCHEMA.to_owned(),
            tool: about.tool.clone(),
            rules_sha256: hash_of(&about.rules),
            rules: about.rules.clone(),
            groupings: named(
                about.groupings.iter().map(|grouping| (grouping.name.as_str(), grouping.bins.len().saturating_sub(1))),
            ),
            grid: GRID.to_owned(),
            threshold: about.threshold.clone(),
            rows_read: self.rows_read,
            rows_excluded: self.rows_excluded,
            decision: values(&self.decision, about.decision.is_some()),
            label: values(&self.label, about.label.is_some()),
            sources: Vec::new(),
            probabilities: Vec::new(),
            kept: Kept::Cross,
            margins: about.margins.clone(),
            outcomes: self.outcomes.measured(),
            sha256: None,
        };
        let mut names = vec![(0, Names::new()); self.groups.len()];
        for (of, number) in &self.groups {
            names[*number].1 = of.clone();
        }
        let cross = Margin { groupings: (0..header.groupings.len()).collect(), scores: true };
        let mut tables = Tables::new(vec![cross], names, &header)?;
        for line in &self.counts {
            tables.rows(line.group, line.kind, line.rows, line.weight)?;
            let label = line.kind % Label::KINDS;
            match line.scores {
                Some((from, _, sum)) if in_bands[ledger(line)] => {
                    let low = self.grid.key(from).and_then(|key| self.grid.bounds(key)).map_or(from, |(low, _)| low);
                    tables.bin(&self.grid, line.group, label, low, line.rows, sum)?;
                }
                Some((score, ..)) => tables.score(line.group, label, score, line.rows)?,
                None => {}
            }
        }
        for (number, (held, people)) in self.people()?.into_iter().enumerate() {
            for (group, kind, quantity) in held {
                tables.person(group, kind, quantity, number as u64, people)?;
            }
        }
        self.outcomes.finish(&mut tables.measured)?;
        let grid = &self.grid;
        let mut shard = tables.shard(header, grid).map_err(|_| IN_PART.to_owned())?;
        let sha256 = shard.seal();
        let title = Dialect::find(&about.dialect).map_or(about.dialect.as_str(), |dialect| dialect.title());
        shard.header.sources.push(Origin {
            path: about.table.clone(),
            format: "sql".to_owned(),
            sha256,
            rows: shard.header.rows_read,
            notes: vec![format!("counted by {title}; the hash is of the counts")],
        });
        Ok(shard)
    }

    /// People by what they have: texts that mean the same are one by now, and so may be two profiles.
    fn people(&self) -> Result<BTreeMap<Held, u64>, Bad> {
        let mut people: BTreeMap<Held, u64> = BTreeMap::new();
        let alone = self.alone.iter().map(|(group, kind, quantity, many)| (vec![(*group, *kind, *quantity)], *many));
        for (held, many) in self.profiles.values().cloned().chain(alone) {
            let mut by_cell: BTreeMap<(usize, usize), u64> = BTreeMap::new();
            // As where rows are counted: what one person has in all is below 2^64 - 1.
            let of_person = held.iter().try_fold(0_u64, |sum, (.., quantity)| sum.checked_add(*quantity));
            if of_person.is_none_or(|sum| sum == u64::MAX) {
                return Err(Bad::Person(TOO_HEAVY));
            }
            for (group, kind, quantity) in held {
                *by_cell.entry((group, kind)).or_default() += quantity;
            }
            let profile = by_cell.into_iter().map(|((group, kind), quantity)| (group, kind, quantity)).collect();
            let sum = people.entry(profile).or_default();
            *sum = sum.checked_add(many).ok_or(TOO_MANY)?;
        }
        Ok(people)
    }
}

/// The sum of the weights of a line, and of their squares.
fn weight(table: &Table, line: usize) -> Result<(u128, Wide), String> {
    let mut parts = Vec::new();
    for name in sql::WEIGHTS {
        parts.push(table.wide(name, line)?);
    }
    // Parts of 2^40, 2^20 and 1.
    let place = |part: usize| 20 * (2 - part);
    let total: BigUint = parts.into_iter().enumerate().map(|(part, sum)| sum << place(part)).sum();
    let mut squares = BigUint::default();
    for (name, one, other) in sql::SQUARES {
        let twice = usize::from(one != other);
        squares += table.wide(name, line)? << (place(one) + place(other) + twice);
    }
    let total = u128::try_from(total).map_err(|_| TOO_MANY)?;
    Ok((total, wide_of(&squares).ok_or(TOO_MANY)?))
}

/// The text of a value; `exponents`: so the engine writes floating numbers.
fn plain(text: &str, exponents: bool) -> std::borrow::Cow<'_, str> {
    if exponents { without_exponent(text) } else { text.into() }
}

/// `1.5E7` as it would be written out, where that is how an engine writes floating numbers.
fn without_exponent(text: &str) -> std::borrow::Cow<'_, str> {
    let is_exponent = || {
        let (mantissa, exponent) = text.split_once('E')?;
        let (whole, part) = mantissa.strip_prefix('-').unwrap_or(mantissa).split_once('.')?;
        let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
        let written = whole.len() == 1 && digits(whole) && digits(part);
        (written && digits(exponent.strip_prefix('-').unwrap_or(exponent))).then_some(())
    };
    match is_exponent().and_then(|()| text.parse::<f64>().ok()).filter(|number| number.is_finite()) {
        Some(number) => number.to_string().into(),
        None => text.into(),
    }
}
