//! The lines of measured outcomes of a printed statement's result → values, by the code that reads those of rows.

use polars::prelude::{Column, IntoColumn, NamedFrom, Series};

use super::Measured;
use super::from_table::Bad;
use super::measured::MeasuredTables;
use super::sql_table::Table;
use crate::cell::Label;
use crate::cell::measured::{Cases, GRID};
use crate::policy::outcome::OutcomeKind;
use crate::policy::value::{MISSING, Values};
use crate::sql::about::{About, AboutOutcome};
use crate::sql::columns as sql;
use crate::sql::outcomes::rest;
use crate::tally::codes::Codes;
use crate::tally::meaning::{Classes, Meaning, Number, read_number};
use crate::tally::outcomes::{Numbers, category, read_numbers};

const DIGITS_LOST: &str = "the values of an outcome of it have lost digits on their way; export the result as Parquet";

/// The lines of one outcome.
struct Lines {
    /// The groups, and how many rows each line stands for.
    of: Vec<(usize, u64)>,
    /// The texts of numbers.
    texts: Vec<Option<String>>,
    /// What texts are, where they are no numbers.
    answers: Option<Answers>,
    ended: Option<Answers>,
    /// Which lines are of cases that were open; empty where none can be.
    open: Vec<bool>,
    /// They are errors of a prediction.
    is_error: bool,
}

/// Which values of a column mean yes.
struct Answers {
    column: String,
    codes: Codes,
    /// How many categories there are; none of yes and no.
    categories: Option<usize>,
}

/// The lines of all outcomes.
pub(super) struct Outcomes<'a> {
    about: &'a About,
    lines: Vec<Lines>,
    numbers: Spelling,
}

/// How numbers are spelled that are no texts of the table.
struct Spelling {
    missing: Values,
    decimal_comma: bool,
}

impl Spelling {
    /// The text of the number of a line, as a file of text would have it; none where there is no value.
    fn text(&self, table: &Table, line: usize, is_error: bool) -> Result<Option<String>, Bad> {
        if let Some(number) = table.number(sql::OUTCOME_NUMBER, line)? {
            // What means missing was left to whoever reads this.
            let lost = rest(number) != table.whole(sql::OUTCOME_REST, line)?;
            return if lost { Err(DIGITS_LOST.into()) } else { Ok(Some(number.to_string())) };
        }
        let text = table.text(sql::OUTCOME_VALUE, line)?;
        if text == MISSING {
            return Ok(None);
        }
        let single = if table.has(sql::OUTCOME_SINGLE) { table.whole(sql::OUTCOME_SINGLE, line)? } else { 0 };
        if !is_error {
            let single = Some(text).filter(|_| single > 0).and_then(single_of);
            return Ok(match single {
                Some(number) if number.is_in(&self.missing) => None,
                Some(number) => Some(number.wide().to_string()),
                None => Some(text.to_owned()),
            });
        }
        if single == 0 {
            return Ok(Some(text.to_owned()));
        }
        let number = |text: &str, is_single: bool| match single_of(text).filter(|_| is_single) {
            Some(number) => Some(number.wide()),
            None => read_number(text, self.decimal_comma),
        };
        let actual = number(table.text(sql::OUTCOME_ACTUAL, line)?, single & 1 != 0);
        let error = number(text, single & 2 != 0).zip(actual).map(|(predicted, actual)| predicted - actual);
        Ok(Some(error.ok_or("a line of it has an error of a prediction that is no number")?.to_string()))
    }
}

/// The number of single precision that a text is; engines do not write all of them alike.
fn single_of(text: &str) -> Option<Number> {
    text.trim().parse().ok().filter(|single: &f32| single.is_finite()).map(Number::Single)
}

impl Answers {
    /// None where the values are numbers.
    fn new(of: &AboutOutcome, missing: &Values) -> Option<Answers> {
        if is(of, OutcomeKind::YesNo) {
            return Some(Answers::yes_no(&of.column, &of.yes, missing));
        }
        let codes = Codes::new(Meaning::Classes(Classes::of_categories(&of.categories, missing)));
        let categories = Some(of.categories.len());
        is(of, OutcomeKind::Category).then(|| Answers { column: of.column.clone(), codes, categories })
    }

    fn yes_no(column: &str, yes: &[String], missing: &Values) -> Answers {
        let codes = Codes::new(Meaning::Classes(Classes::of_label(&Values::new(yes.to_vec()), missing)));
        Answers { column: column.to_owned(), codes, categories: None }
    }

    /// 1 and 0 of yes and no, or the place of a category; none where there is no value.
    fn of(&mut self, text: &str) -> Result<Option<u32>, Bad> {
        let code = match text {
            MISSING => self.codes.of_nothing(),
            text => self.codes.of_text(text).map_err(|fault| Bad::Value(fault, self.column.clone()))?,
        };
        match self.categories {
            Some(count) => category(code, count).map_err(|fault| Bad::Value(fault, self.column.clone())),
            None => Ok(match Label::from_index(code as usize) {
                Label::Positive => Some(1),
                Label::Negative => Some(0),
                Label::Missing => None,
            }),
        }
    }
}

impl<'a> Outcomes<'a> {
    pub(super) fn new(about: &'a About) -> Outcomes<'a> {
        let missing = Values::new(about.missing.clone());
        let lines = |of: &AboutOutcome| Lines {
            of: Vec::new(),
            texts: Vec::new(),
            answers: Answers::new(of, &missing),
            ended: of.ended.as_ref().map(|ended| Answers::yes_no(&ended.column, &ended.values, &missing)),
            open: Vec::new(),
            is_error: is(of, OutcomeKind::Error),
        };
        let numbers = Spelling { missing: missing.clone(), decimal_comma: about.decimal_comma };
        Outcomes { about, lines: about.outcomes.iter().map(lines).collect(), numbers }
    }

    /// What a header says of them.
    pub(super) fn measured(&self) -> Vec<Measured> {
        let of = |of: &AboutOutcome| Measured {
            name: of.name.clone(),
            kind: of.kind.clone(),
            grid: GRID.to_owned(),
            bound: of.bound.clone(),
        };
        self.about.outcomes.iter().map(of).collect()
    }

    /// Keeps a line of a group; `plain` writes a number as it would be written out.
    pub(super) fn line(
        &mut self,
        table: &Table,
        line: usize,
        group: usize,
        plain: impl Fn(&str) -> String,
    ) -> Result<(), Bad> {
        let place = table.whole(sql::OUTCOME, line)?;
        let place = usize::try_from(place).ok().and_then(|place| place.checked_sub(1));
        let Some(lines) = place.and_then(|place| self.lines.get_mut(place)) else {
            return Err("a line of it is of an outcome that it does not name".into());
        };
        let rows = table.whole(sql::OUTCOME_ROWS, line)?;
        let text = table.text(sql::OUTCOME_VALUE, line)?;
        let text = match &mut lines.answers {
            Some(answers) => answers.of(&plain(text))?.map(|value| value.to_string()),
            None => self.numbers.text(table, line, lines.is_error)?,
        };
        if let Some(ended) = &mut lines.ended {
            lines.open.push(ended.of(&plain(table.text(sql::OUTCOME_ENDED, line)?))? != Some(1));
        }
        lines.of.push((group, rows));
        lines.texts.push(text);
        Ok(())
    }

    /// Puts the values of all lines into tables.
    pub(super) fn finish(self, tables: &mut MeasuredTables) -> Result<(), Bad> {
        let missing = Values::new(self.about.missing.clone());
        let none = Values::default();
        for (place, (lines, about)) in self.lines.into_iter().zip(&self.about.outcomes).enumerate() {
            let texts: Column = Series::new("".into(), lines.texts).into_column();
            // Only a text of the table can be one that means that there is no value.
            let own = lines.answers.is_none() && !is(about, OutcomeKind::Error);
            let numbers = Numbers {
                duration: is(about, OutcomeKind::Duration),
                missing: if own { &missing } else { &none },
                decimal_comma: own && self.about.decimal_comma,
            };
            let mut values = Vec::new();
            read_numbers(&texts, numbers, &mut values).map_err(|(_, fault)| Bad::Value(fault, about.column.clone()))?;
            let mut open = lines.open.into_iter();
            for ((group, rows), value) in lines.of.into_iter().zip(values) {
                let is_open = open.next().unwrap_or(false);
                if value.is_nan() {
                    tables.no_value((group, place), rows)?;
                } else {
                    let cases = if is_open { Cases::open(rows) } else { Cases::ended(rows) };
                    tables.value((group, place), value, cases)?;
                }
            }
        }
        Ok(())
    }
}

fn is(of: &AboutOutcome, kind: OutcomeKind) -> bool {
    of.kind == kind.name()
}
