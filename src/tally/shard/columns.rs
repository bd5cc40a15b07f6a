//! The columns of a file of cells, declared once: what is written, read and explained.

use std::collections::BTreeSet;

use super::Grouping;
use crate::policy::Policy;

pub const MARGIN: &str = "margin";
pub const WHAT: &str = "what";
pub const DECISION: &str = "decision";
pub const LABEL: &str = "label";
pub const SCORE: &str = "score";
pub const ROWS: &str = "rows";
pub const SCORE_SUM: &str = "score_sum";
pub const WEIGHT: &str = "weight";
pub const WEIGHT_SQUARES: &str = "weight_squares";
pub const PROFILE: &str = "profile";
pub const PEOPLE: &str = "people";

pub const OUTCOME: &str = "outcome";
pub const VALUE: &str = "value";
pub const OPEN: &str = "open";
pub const VALUE_SUM: &str = "value_sum";
pub const VALUE_SQUARES: &str = "value_squares";

pub const ACTUAL_SUM: &str = "actual_sum";
pub const ERROR_SQUARES: &str = "error_squares";

/// Every column beside those of the groups: name, type in Parquet, what it holds.
pub const COLUMNS: &[(&str, &str, &str)] = &[
    (
        MARGIN,
        "unsigned 64 bits",
        "the place, from 0, among the margins of the header to which the line belongs; null in a full cross",
    ),
    (WHAT, "string", "what the line counts, see below"),
    (DECISION, "string", "neither, favourable, selected, both or missing; null where decisions are not told apart"),
    (LABEL, "string", "negative, positive or missing; null in the lines of outcomes"),
    (SCORE, "double", "the score, or the low end of its bin"),
    (ROWS, "unsigned 64 bits", "how many rows"),
    (SCORE_SUM, "decimal(38, 0)", "the sum of the scores of a bin, in units of 2^-85, each rounded down"),
    (WEIGHT, "decimal(38, 0)", "the sum of the weights, in units of 2^-40; null where rows have none"),
    (WEIGHT_SQUARES, "string", "the sum of their squares, in units of 2^-80, as decimal digits"),
    (PROFILE, "unsigned 64 bits", "a number that lines of the same people share"),
    (PEOPLE, "unsigned 64 bits", "how many people have just these lines"),
    (
        OUTCOME,
        "string",
        "the name of a measured outcome; this column and those below are there only where outcomes are",
    ),
    (VALUE, "double", "its value, or an end of its bin or of its values"),
    (OPEN, "unsigned 64 bits", "how many of the rows are cases that were still open; null for none"),
    (VALUE_SUM, "decimal(38, 0)", "the sum of the mantissas (52 bits and the leading one) of the values of a bin"),
    (VALUE_SQUARES, "string", "the sum of their squares, as decimal digits"),
    (
        ACTUAL_SUM,
        "string",
        "of a prediction: the sum of what turned out, as `exponent:whole` for each power of two, with blanks between; this \
         column and the next are there only where predictions are",
    ),
    (ERROR_SQUARES, "string", "the sum of the squared errors, each and its square rounded once, in the same form"),
];

/// What a line counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum What {
    Rows,
    Score,
    Bin,
    Person,
    Value,
    Values,
    Lowest,
    Highest,
    None,
}

impl What {
    pub const ALL: [What; 9] = [
        What::Rows,
        What::Score,
        What::Bin,
        What::Person,
        What::Value,
        What::Values,
        What::Lowest,
        What::Highest,
        What::None,
    ];

    pub fn word(self) -> &'static str {
        match self {
            What::Rows => "rows",
            What::Score => "score",
            What::Bin => "bin",
            What::Person => "person",
            What::Value => "value",
            What::Values => "values",
            What::Lowest => "lowest",
            What::Highest => "highest",
            What::None => "no-value",
        }
    }

    pub fn says(self) -> &'static str {
        match self {
            What::Rows => {
                "the rows of these groups with this decision and this label, whether they have a score or not"
            }
            What::Score => "of the rows of these groups with this label, those with this score",
            What::Bin => {
                "the same of scores that fall into one bin, whose low end is `score`, where a cell has more distinct ones \
                 than are kept"
            }
            What::Value => "the rows of these groups whose `outcome` has this value",
            What::Values => {
                "the same of values that fall into one bin, whose end nearer to 0 is `value`, where a cell has more distinct \
                 ones than are kept"
            }
            What::Lowest => "the lowest value of an outcome that is in bins",
            What::Highest => "the highest value of an outcome that is in bins",
            What::None => "the rows of these groups that have no value of `outcome`",
            What::Person => "the rows of each of `people` people in one cell, where one person has several (`unit`)",
        }
    }

    /// Whether the line is about a measured outcome, whatever decision and label.
    pub fn is_of_outcome(self) -> bool {
        matches!(self, What::Value | What::Values | What::Lowest | What::Highest | What::None)
    }

    pub fn of(word: &str) -> Option<What> {
        What::ALL.into_iter().find(|what| what.word() == word)
    }
}

/// The words of decisions, by index.
pub const DECISIONS: [&str; 5] = ["neither", "favourable", "selected", "both", "missing"];
/// The words of labels, by index.
pub const LABELS: [&str; 3] = ["negative", "positive", "missing"];

/// The columns of the groups: named as in the policy, with a stroke where another column has the name. Many engines do not
/// tell capitals from small letters in names.
pub fn groupings(policy: &Policy) -> Vec<Grouping> {
    named(policy.groupings().map(|grouping| (grouping.name.as_str(), grouping.bins.len())))
}

/// The same of groupings with these names, each with how many edges of bins it has.
pub fn named<'a>(groupings: impl Iterator<Item = (&'a str, usize)>) -> Vec<Grouping> {
    let mut taken: BTreeSet<String> = COLUMNS.iter().map(|(name, ..)| (*name).to_owned()).collect();
    let free = |(name, edges): (&str, usize)| {
        let mut column = name.to_owned();
        while !taken.insert(column.to_lowercase()) {
            column.push('_');
        }
        Grouping { name: name.to_owned(), column, bins: (edges > 0).then_some(edges + 1) }
    };
    groupings.map(free).collect()
}
