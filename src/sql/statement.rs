//! A policy → the statement, stage by stage.

use super::about::{About, Fault};
use super::columns::{
    ABOUT, DECISION, EXCLUDED_LINE, FORM, LABEL, PEOPLE, PROFILE, QUANTITY, ROWS, ROWS_LINE, TABLE_LINE, VERSION, WHAT,
    group,
};
use super::inputs::Inputs;
use super::stage::{Stage, case};
use super::values::{Input, Need, literal};
use super::{outcomes, people, scores, weights};
use crate::cell::design::MOST_ROWS;
use crate::error::Error;
use crate::policy::value::MISSING;

/// The stages of a statement over a table, and the faults that it can tell of.
pub(super) struct Statement<'a> {
    pub inputs: &'a Inputs<'a>,
    /// The table as it is written in the statement.
    pub table: String,
    pub about: &'a dyn Fn(Vec<Fault>) -> About,
}

impl Statement<'_> {
    /// # Errors
    /// What the table says of itself cannot be written.
    pub fn print(&self) -> Result<String, Error> {
        let faults = self.inputs.faults();
        let told = (self.about)(faults.iter().map(|(_, fault)| fault.clone()).collect());
        let about = serde_json::to_string(&told).map_err(|e| Error::usage(e.to_string()))?;
        let mut stages = vec![self.texts()];
        let mut last = "texts";
        for stage in [self.numbers(), self.read(&faults)].into_iter().flatten() {
            let name = stage.name;
            stages.push(Stage { from: last.to_owned(), ..stage });
            last = name;
        }
        stages.push(self.cells(last));
        let cell: Vec<String> = self.cell();
        let keys: Vec<String> = [&["sort".to_owned()][..], &cell, &outcomes::keys(self.inputs)].concat();
        let sums = [weights::sums(self.inputs), outcomes::sums(self.inputs)].concat();
        let mut of_rows = "cells";
        if let Some(stage) = outcomes::checked(self.inputs, of_rows) {
            of_rows = stage.name;
            stages.push(stage);
        }
        let (mut from, mut counts, mut by) = (of_rows, "n", keys.clone());
        let mut added: Vec<(String, String)> = sums.clone();
        if self.inputs.score.is_some() {
            stages.extend(scores::stages(self.inputs, of_rows, &keys, &sums));
            (from, counts) = ("banded", "total");
            by.extend(scores::keys(self.inputs));
            added = sums.iter().map(|(_, name)| (format!("{name}_total"), name.clone())).collect();
        }
        let mut last = vec![self.lines(from, counts, &by, &added, &about)];
        if self.inputs.unit.is_some() {
            stages.extend(people::stages(self.inputs, &cell));
            last.extend(people::lines(self.inputs, &cell));
        }
        let with: Vec<String> = stages.iter().map(Stage::with).collect();
        let select: Vec<String> = last.iter().map(|stage| stage.select(0)).collect();
        Ok(format!("WITH {}\n{}\n", with.join(",\n"), select.join("\nUNION ALL\n")))
    }

    /// The columns that make a cell.
    fn cell(&self) -> Vec<String> {
        let levels = self.inputs.groupings.iter().map(|input| input.key.clone());
        levels.chain(["decided".to_owned(), "labelled".to_owned()]).collect()
    }

    fn texts(&self) -> Stage {
        let form = self.inputs.form;
        let says = "the columns as text: what a text means is the same wherever it is read";
        let mut stage = Stage::new("texts", says, format!("{} AS t", self.table));
        for input in self.inputs.all() {
            let column = format!("t.{}", form.name(&input.column));
            stage.add(&format!("CAST({column} AS {})", form.text), &input.text());
            if let (Some(name), Some((_, is_single))) = (input.single(form), form.single) {
                stage.add(&is_single(&column), &name);
            }
            if let (Some(name), Some(value)) = (input.value(form), form.value) {
                stage.add(&value(&column), &name);
            }
        }
        if stage.items.is_empty() {
            stage.keep("1");
        }
        stage
    }

    fn numbers(&self) -> Option<Stage> {
        let (form, roles) = (self.inputs.form, &self.inputs.policy.roles);
        let mut stage = Stage::new("numbers", "texts that are numbers, and values that are missing", "");
        stage.keep("texts.*");
        let numeric: Vec<&Input> = self.inputs.all().filter(|input| input.need.is_number()).collect();
        for input in &numeric {
            stage.add(&input.parsed(form, roles.decimal_comma == Some(true)), &input.number());
        }
        for (input, blank) in self.inputs.may_be_missing() {
            stage.add(&input.is_missing(form, &roles.missing, blank), &input.missing());
        }
        stage.after.extend(form.fence.map(str::to_owned));
        (!numeric.is_empty()).then_some(stage)
    }

    /// Which rows count: none where all do.
    fn read(&self, faults: &[(String, Fault)]) -> Option<Stage> {
        let form = self.inputs.form;
        let mut kept: Vec<String> =
            self.inputs.filters.iter().map(|(input, values)| input.is_one_of(form, values)).collect();
        if let Some(count) = &self.inputs.count {
            kept.push(format!("({n} IS NULL OR {n} <> 0)", n = count.number()));
        }
        let last = if self.inputs.all().any(|input| input.need.is_number()) { "numbers" } else { "texts" };
        let mut stage = Stage::new("read", "which rows count; a value that cannot be used is told of, not guessed", "");
        stage.keep(&format!("{last}.*"));
        let whens: Vec<(String, String)> =
            faults.iter().map(|(when, fault)| (when.clone(), form.text_of(&fault.what))).collect();
        let rows = form.text_of(ROWS_LINE);
        let sort = if whens.is_empty() { rows } else { case(&whens, Some(&rows)) };
        if kept.is_empty() {
            stage.add(&sort, "sort");
        } else {
            stage.add(&case(&[(kept.join(" AND "), sort)], Some(&form.text_of(EXCLUDED_LINE))), "sort");
        }
        if let Some(point) = scores::point(self.inputs) {
            stage.add(&point, "read_point");
        }
        (!kept.is_empty() || !faults.is_empty()).then_some(stage)
    }

    fn cells(&self, from: &str) -> Stage {
        let (form, roles) = (self.inputs.form, &self.inputs.policy.roles);
        let measured = !self.inputs.outcomes.is_empty();
        let mut stage = match measured {
            true => Stage::new(
                "cells",
                "the cell of each row, and its outcomes",
                outcomes::several_times(self.inputs, from),
            ),
            false => Stage::new("cells", "the cell of each row", from),
        };
        let all_count = from != "read";
        let rows = form.text_of(ROWS_LINE);
        let missing = form.text_of(MISSING);
        let counts = (!all_count).then(|| format!("sort = {rows}"));
        let when = |ways: &[String], expression: &str| match ways {
            [] => expression.to_owned(),
            ways => format!("CASE WHEN {} THEN {expression} END", ways.join(" AND ")),
        };
        let in_groups = |expression: &str| when(counts.as_slice(), expression);
        let of_cell: Vec<String> = counts.iter().cloned().chain(measured.then(outcomes::of_cell)).collect();
        let masked = |expression: &str| when(&of_cell, expression);
        if all_count {
            stage.add(&rows, "sort");
        } else {
            stage.keep("sort");
        }
        for (place, input) in self.inputs.groupings.iter().enumerate() {
            if input.need == Need::Text {
                stage.add(&in_groups(&format!("COALESCE({}, {missing})", input.text())), &input.key);
                continue;
            }
            let names = self.inputs.policy.groupings().nth(place).map(|of| of.bin_names()).unwrap_or_default();
            let lowest = form.text_of(names.first().map_or("", String::as_str));
            let mut whens = vec![(format!("sort <> {rows}"), "NULL".to_owned())];
            whens.push((self.inputs.is_missing(input), missing.clone()));
            whens.extend(self.inputs.bin(place));
            stage.add(&case(&whens, Some(&lowest)), &input.key);
        }
        let decided = match (&self.inputs.decision, scores::threshold(self.inputs)) {
            (None, Some(threshold)) => {
                let at_least = format!("read_point >= {}", literal(form, threshold));
                let mut whens = vec![(format!("sort <> {rows}"), "NULL".to_owned())];
                whens.extend(measured.then(|| (format!("NOT {}", outcomes::of_cell()), "NULL".to_owned())));
                whens.push(("read_point IS NULL".to_owned(), missing.clone()));
                whens.push((at_least, form.text_of("1")));
                case(&whens, Some(&form.text_of("0")))
            }
            (decision, _) => {
                let text = decision.as_ref().map_or("NULL".to_owned(), Input::text);
                masked(&format!("COALESCE({text}, {missing})"))
            }
        };
        stage.add(&decided, "decided");
        let label = self.inputs.label.as_ref().map(|input| format!("COALESCE({}, {missing})", input.text()));
        stage.add(&masked(label.as_ref().unwrap_or(&missing)), "labelled");
        if self.inputs.score.is_some() {
            stage.add(&masked("read_point"), "point");
        }
        let n = match &self.inputs.count {
            None => format!("CAST(1 AS {})", form.whole),
            Some(count) => {
                let number = count.number();
                let whole = format!("{number} >= 0 AND {number} = FLOOR({number}) AND {number} <= {MOST_ROWS}");
                case(
                    &[(whole, format!("CAST({number} AS {})", form.whole))],
                    Some(&format!("CAST(1 AS {})", form.whole)),
                )
            }
        };
        if measured {
            let none = format!("CAST(0 AS {})", form.whole);
            stage.add(&case(&[(outcomes::of_cell(), n.clone())], Some(&none)), "n");
            outcomes::add(self.inputs, &mut stage, &n);
            // What does not count has no outcome either.
            stage.after.extend(counts.as_ref().map(|counts| format!("WHERE {} OR {counts}", outcomes::of_cell())));
        } else {
            stage.add(&n, "n");
        }
        if let Some(unit) = &self.inputs.unit {
            stage.add(&unit.owner(form, &roles.missing), "owner");
        }
        weights::add_parts(self.inputs, &mut stage, masked);
        stage
    }

    /// The one GROUP BY: a line for each cell (and score), and one for the whole table.
    fn lines(&self, from: &str, counts: &str, by: &[String], sums: &[(String, String)], about: &str) -> Stage {
        let form = self.inputs.form;
        let mut stage = Stage::new("", "", from);
        stage.add(&form.text_of(VERSION), FORM);
        let whole_table = "sort IS NULL OR sort = ''";
        let table = format!("WHEN {whole_table} THEN {}", form.text_of(TABLE_LINE));
        let outcome = outcomes::line(self.inputs).map(|(when, line)| format!(" WHEN {when} THEN {line}"));
        stage.add(&format!("CASE {table}{} ELSE sort END", outcome.unwrap_or_default()), WHAT);
        for (place, input) in self.inputs.groupings.iter().enumerate() {
            stage.add(&input.key, &group(place));
        }
        stage.add("decided", DECISION);
        stage.add("labelled", LABEL);
        let scored = self.inputs.score.is_some();
        if scored {
            scores::ENDS.iter().for_each(|(end, name)| stage.add(end, name));
        }
        stage.add(&format!("CAST(COALESCE(SUM({counts}), 0) AS {})", form.whole), ROWS);
        if scored {
            scores::sums(self.inputs).for_each(|(sum, name)| stage.add(&sum, name));
        }
        outcomes::add_to_lines(self.inputs, &mut stage);
        for (sum, name) in sums {
            stage.add(&format!("CAST(COALESCE(SUM({sum}), 0) AS {})", form.text), name);
        }
        if self.inputs.unit.is_some() {
            stage.add(&format!("CAST(NULL AS {})", form.text), QUANTITY);
            stage.add(&format!("CAST(0 AS {})", form.whole), PROFILE);
            stage.add(&format!("CAST(0 AS {})", form.whole), PEOPLE);
        }
        stage.add(&format!("CASE WHEN {whole_table} THEN {} END", form.text_of(about)), ABOUT);
        stage.after.push(format!("GROUP BY GROUPING SETS (({}), ())", by.join(", ")));
        stage
    }
}
