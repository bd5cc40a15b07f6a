//! The columns of the result, declared once: what is printed, read back and explained.

use super::about::SCHEMA;

pub const FORM: &str = "evenhand_cells";
/// The form of the table that this version prints and reads.
pub const VERSION: &str = SCHEMA.split_at("evenhand.sql/".len()).1;

pub const WHAT: &str = "what";
pub const DECISION: &str = "decision";
pub const LABEL: &str = "label";
pub const SCORE: &str = "score";
pub const SCORE_TO: &str = "score_to";
pub const ROWS: &str = "row_count";
pub const SCORE_SUMS: [&str; 4] = ["score_sum_1", "score_sum_2", "score_sum_3", "score_sum_4"];
pub const WEIGHTS: [&str; 3] = ["weight_1", "weight_2", "weight_3"];
/// Sums of the products of parts, and which parts these are.
pub const SQUARES: [(&str, usize, usize); 6] = [
    ("weight_11", 0, 0),
    ("weight_12", 0, 1),
    ("weight_13", 0, 2),
    ("weight_22", 1, 1),
    ("weight_23", 1, 2),
    ("weight_33", 2, 2),
];
pub const OUTCOME: &str = "outcome";
pub const OUTCOME_VALUE: &str = "outcome_value";
pub const OUTCOME_ENDED: &str = "outcome_ended";
pub const OUTCOME_SINGLE: &str = "outcome_single";
pub const OUTCOME_ACTUAL: &str = "outcome_actual";
pub const OUTCOME_NUMBER: &str = "outcome_number";
pub const OUTCOME_REST: &str = "outcome_rest";
pub const OUTCOME_ROWS: &str = "outcome_rows";
pub const QUANTITY: &str = "quantity";
pub const PROFILE: &str = "profile";
pub const PEOPLE: &str = "people";
pub const ABOUT: &str = "about";

/// The column of a grouping, counted from 1.
pub fn group(place: usize) -> String {
    format!("group_{}", place + 1)
}

/// Every column: name, when it is there, what it holds.
pub const COLUMNS: &[(&str, &str, &str)] = &[
    (FORM, "always", "the form of the table, 1"),
    (
        WHAT,
        "always",
        "what the line counts: `rows`, `outcome`, `excluded` (by `where`), `person`, `table` (all rows), or a fault",
    ),
    (
        "group_1 ...",
        "always",
        "values of the groupings in the order of the policy, or names of bins; `(missing)` for null",
    ),
    (DECISION, "always", "the value of the decision, or 1 and 0 as the threshold makes it"),
    (LABEL, "always", "the value of the label"),
    (SCORE, "with scores", "the score; where a cell and label have more than 65,536, the lowest of a narrow band"),
    (SCORE_TO, "with scores", "the highest score of the line"),
    (ROWS, "always", "how many rows"),
    (
        "score_sum_1 ... 4",
        "with scores",
        "the sum of the scores in units of 2^-85, in whole parts of 22, 21, 21 and 21 bits",
    ),
    (
        "weight_1 ... 3",
        "with weights",
        "the sum of the weights in units of 2^-40, in whole parts of 24, 20 and 20 bits",
    ),
    ("weight_11 ... 33", "with weights", "the sums of the products of these parts"),
    (
        OUTCOME,
        "with outcomes",
        "which [[outcome]] of the policy, from 1; after all of them the errors of predictions; 0 for none",
    ),
    (OUTCOME_VALUE, "with outcomes", "its value as text, or the error of its prediction; `(missing)` for null"),
    (OUTCOME_ENDED, "with `ended`", "the value of the column that says whether a case had ended"),
    (
        OUTCOME_SINGLE,
        "with numbers in outcomes, where the engine tells types",
        "what is of single precision: 1 the value, 2 the prediction, 3 both, 0 neither",
    ),
    (
        OUTCOME_ACTUAL,
        "the same, with predictions",
        "in the lines of errors what turned out, where that or the prediction, which is the value then, is of single precision",
    ),
    (
        OUTCOME_NUMBER,
        "with outcomes in Snowflake",
        "the value of a column of floating numbers, whose text loses digits",
    ),
    (
        OUTCOME_REST,
        "with outcomes in Snowflake",
        "what that has between 2^-20 and 2^-52, by which lost digits are noticed",
    ),
    (OUTCOME_ROWS, "with outcomes", "how many rows of the groups have this value; `row_count` is 0 there"),
    (QUANTITY, "with `unit`", "rows of each person in one cell, or their weight in units of 2^-40"),
    (
        PROFILE,
        "with `unit`",
        "a number that lines of the same people share; 0 for people who have one row and no number",
    ),
    (PEOPLE, "with `unit`", "how many people have just these lines"),
    (ABOUT, "always", "in the line `table` what was counted, as JSON"),
];

pub const ROWS_LINE: &str = "rows";
pub const OUTCOME_LINE: &str = "outcome";
pub const EXCLUDED_LINE: &str = "excluded";
pub const PERSON_LINE: &str = "person";
pub const TABLE_LINE: &str = "table";
