//! Measured outcomes in a statement: every row counts once for its cell and once for each outcome, by the text of its value.
//!
//! What a text means (a number, a clock time, an answer, yes) is decided by whoever reads the result, with the code that reads
//! rows; so no value is rounded on its way, and no sum is formed in SQL. Only the errors of a prediction are computed there, unless
//! a number is of single precision: engines do not agree which decimal such a number is, so both go as they are.

use super::columns::{
    OUTCOME, OUTCOME_ACTUAL, OUTCOME_ENDED, OUTCOME_LINE, OUTCOME_NUMBER, OUTCOME_REST, OUTCOME_ROWS, OUTCOME_SINGLE,
    OUTCOME_VALUE,
};
use super::inputs::Inputs;
use super::stage::{Stage, case};
use super::values::{Input, Need};
use crate::policy::outcome::{Outcome, OutcomeKind};
use crate::policy::value::MISSING;

/// Which outcome a line is of, counted from 1; 0 in the lines of cells.
const PLACE: &str = "place";
const ANSWERED: &str = "answered";
const ENDED: &str = "ended";
const SINGLE: &str = "single";
const ACTUAL: &str = "actual";
const EXACT: &str = "exact";
const REST: &str = "rest";
/// How many rows a line of an outcome stands for.
const MEASURED: &str = "measured";
/// Beyond 2^52 a double has no places after the point.
const WHOLE: u64 = 1 << 52;

/// The columns of one outcome.
pub(super) struct Measure {
    pub value: Input,
    /// Which says whether a case had ended.
    pub ended: Option<Input>,
    pub prediction: Option<Input>,
}

impl Measure {
    /// Of the outcome at a place of the policy.
    pub fn new(place: usize, outcome: &Outcome) -> Measure {
        let key = format!("outcome_{}", place + 1);
        let input =
            |what: &str, column: &str, need| Input { key: format!("{key}{what}"), column: column.to_owned(), need };
        let need = match (outcome.kind, &outcome.prediction) {
            (OutcomeKind::YesNo | OutcomeKind::Category, _) => Need::Text,
            (_, None) => Need::Spelled,
            // Both are numbers in SQL, where the one is taken from the other.
            (_, Some(_)) => Need::Precise,
        };
        Measure {
            value: input("", &outcome.column, need),
            ended: outcome.ended.as_ref().map(|(column, _)| input("_ended", column, Need::Text)),
            prediction: outcome.prediction.as_ref().map(|column| input("_predicted", column, Need::Precise)),
        }
    }

    pub fn inputs(&self) -> impl Iterator<Item = &Input> {
        std::iter::once(&self.value).chain(&self.ended).chain(&self.prediction)
    }

    /// Those that are numbers in SQL.
    pub fn numbers(&self) -> impl Iterator<Item = &Input> {
        self.inputs().filter(|input| input.need.is_number())
    }
}

impl Inputs<'_> {
    /// The measures with a prediction, whose errors have places after those of all outcomes.
    fn predicted(&self) -> impl Iterator<Item = (&Input, &Input)> {
        self.outcomes.iter().filter_map(|of| of.prediction.as_ref().map(|prediction| (&of.value, prediction)))
    }

    fn has_ended(&self) -> bool {
        self.outcomes.iter().any(|of| of.ended.is_some())
    }

    /// Whether numbers go beside their texts, because these lose digits.
    fn goes_by_number(&self) -> bool {
        self.form.value.is_some() && self.outcomes.iter().any(|of| of.value.need != Need::Text)
    }

    /// Whether the columns of numbers tell whether they are of single precision.
    fn tells_single(&self) -> bool {
        self.outcomes.iter().any(|of| of.value.single(self.form).is_some())
    }

    fn tells_actual(&self) -> bool {
        self.tells_single() && self.predicted().next().is_some()
    }

    /// The error of a prediction, or the prediction where no engine should form the difference.
    fn error(&self, actual: &Input, predicted: &Input, kind: &str, missing: &str) -> String {
        let mut whens = vec![(self.no_error(actual, predicted), missing.to_owned())];
        whens.extend(self.is_single(actual, predicted).map(|single| (single, predicted.text())));
        case(&whens, Some(&format!("CAST({} - {} AS {kind})", predicted.number(), actual.number())))
    }

    fn no_error(&self, actual: &Input, predicted: &Input) -> String {
        format!("{} OR {}", self.is_missing(actual), self.is_missing(predicted))
    }

    fn is_single(&self, actual: &Input, predicted: &Input) -> Option<String> {
        let (actual, predicted) = actual.single(self.form).zip(predicted.single(self.form))?;
        Some(format!("{actual} OR {predicted}"))
    }
}

/// The rows that a stage reads, once for their cells and once for each outcome.
pub(super) fn several_times(inputs: &Inputs, from: &str) -> String {
    let places =
        (0..=inputs.outcomes.len() + inputs.predicted().count()).map(|place| format!("SELECT {place} AS {PLACE}"));
    format!("{from} CROSS JOIN ({}) AS places", places.collect::<Vec<_>>().join(" UNION ALL "))
}

/// Whether a row counts for its cell.
pub(super) fn of_cell() -> String {
    format!("{PLACE} = 0")
}

/// What the cells of rows have of outcomes; `rows` is for how many a row stands.
pub(super) fn add(inputs: &Inputs, stage: &mut Stage, rows: &str) {
    let form = inputs.form;
    let missing = form.text_of(MISSING);
    let at = |place: usize| format!("{PLACE} = {}", place + 1);
    let errors = || (inputs.outcomes.len()..).zip(inputs.predicted());
    let text = |input: &Input| format!("COALESCE({}, {missing})", input.text());
    let mut answers: Vec<(String, String)> =
        inputs.outcomes.iter().enumerate().map(|(place, of)| (at(place), text(&of.value))).collect();
    answers.extend(
        errors().map(|(place, (actual, predicted))| (at(place), inputs.error(actual, predicted, form.text, &missing))),
    );
    stage.keep(PLACE);
    stage.add(&case(&answers, None), ANSWERED);
    if inputs.has_ended() {
        let ended =
            inputs.outcomes.iter().enumerate().filter_map(|(place, of)| Some((at(place), text(of.ended.as_ref()?))));
        stage.add(&case(&ended.collect::<Vec<_>>(), None), ENDED);
    }
    if inputs.tells_single() {
        let flag = |input: &Input, worth: u8| {
            input.single(form).map_or("0".to_owned(), |single| format!("CASE WHEN {single} THEN {worth} ELSE 0 END"))
        };
        let mut singles: Vec<(String, String)> =
            inputs.outcomes.iter().enumerate().map(|(place, of)| (at(place), flag(&of.value, 1))).collect();
        singles.extend(
            errors().map(|(place, (actual, predicted))| {
                (at(place), format!("{} + {}", flag(actual, 1), flag(predicted, 2)))
            }),
        );
        stage.add(&case(&singles, None), SINGLE);
    }
    if inputs.tells_actual() {
        let of_pair = |(place, (actual, predicted)): (usize, (&Input, &Input))| {
            let when =
                format!("({}) AND NOT ({})", inputs.is_single(actual, predicted)?, inputs.no_error(actual, predicted));
            Some((format!("{} AND {when}", at(place)), actual.text()))
        };
        stage.add(&case(&errors().filter_map(of_pair).collect::<Vec<_>>(), None), ACTUAL);
    }
    if inputs.goes_by_number() {
        let of_value = |(place, of): (usize, &Measure)| Some((at(place), of.value.spelled(form)?));
        let mut exact: Vec<(String, String)> = inputs.outcomes.iter().enumerate().filter_map(of_value).collect();
        exact.extend(
            errors()
                .map(|(place, (actual, predicted))| (at(place), inputs.error(actual, predicted, form.double, "NULL"))),
        );
        stage.add(&case(&exact, None), EXACT);
    }
    let none = format!("CAST(0 AS {})", form.whole);
    stage.add(&case(&[(of_cell(), none)], Some(rows)), MEASURED);
}

/// The stage that tells whether a number lost digits on its way, where numbers go beside their texts.
pub(super) fn checked(inputs: &Inputs, from: &str) -> Option<Stage> {
    let mut stage =
        Stage::new("checked", "what numbers have far behind the point, so that nobody rounds them unseen", from);
    stage.keep(&format!("{from}.*"));
    let rest = format!("FLOOR(({EXACT} * 1048576 - FLOOR({EXACT} * 1048576)) * 4294967296)");
    let small = format!("{EXACT} > -{WHOLE} AND {EXACT} < {WHOLE}");
    let none = format!("CAST(0 AS {})", inputs.form.whole);
    stage.add(&case(&[(small, format!("CAST({rest} AS {})", inputs.form.whole))], Some(&none)), REST);
    inputs.goes_by_number().then_some(stage)
}

/// The same that [`checked`] does, of a number that has come.
pub fn rest(number: f64) -> u64 {
    let far = number * 1_048_576.0;
    if number.abs() < WHOLE as f64 { ((far - far.floor()) * 4_294_967_296.0).floor() as u64 } else { 0 }
}

/// The columns by which the values of outcomes are told apart.
pub(super) fn keys(inputs: &Inputs) -> Vec<String> {
    let mut keys = vec![PLACE, ANSWERED];
    keys.extend(inputs.has_ended().then_some(ENDED));
    keys.extend(inputs.tells_single().then_some(SINGLE));
    keys.extend(inputs.tells_actual().then_some(ACTUAL));
    keys.extend(inputs.goes_by_number().then_some([EXACT, REST]).into_iter().flatten());
    if inputs.outcomes.is_empty() { Vec::new() } else { keys.into_iter().map(str::to_owned).collect() }
}

/// What is added up of each row, and the column of the result.
pub(super) fn sums(inputs: &Inputs) -> Vec<(String, String)> {
    let own = (!inputs.outcomes.is_empty()).then(|| (MEASURED.to_owned(), OUTCOME_ROWS.to_owned()));
    own.into_iter().collect()
}

/// When a line is of an outcome, and what it is called then.
pub(super) fn line(inputs: &Inputs) -> Option<(String, String)> {
    (!inputs.outcomes.is_empty()).then(|| (format!("{PLACE} > 0"), inputs.form.text_of(OUTCOME_LINE)))
}

/// The columns of the result, beside the rows.
pub(super) fn add_to_lines(inputs: &Inputs, stage: &mut Stage) {
    if inputs.outcomes.is_empty() {
        return;
    }
    stage.add(PLACE, OUTCOME);
    stage.add(ANSWERED, OUTCOME_VALUE);
    if inputs.has_ended() {
        stage.add(ENDED, OUTCOME_ENDED);
    }
    if inputs.tells_single() {
        stage.add(SINGLE, OUTCOME_SINGLE);
    }
    if inputs.tells_actual() {
        stage.add(ACTUAL, OUTCOME_ACTUAL);
    }
    if inputs.goes_by_number() {
        stage.add(EXACT, OUTCOME_NUMBER);
        stage.add(REST, OUTCOME_REST);
    }
}
