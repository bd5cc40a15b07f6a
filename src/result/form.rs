//! Forms of report that a rule or a habit prescribes, filled in from a result: everything that is needed to print them again.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::scores::Bounds;
use super::types::Group;

/// A form, its edition, its answers and tables, and what is missing from it.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Form {
    pub id: String,
    pub title: String,
    pub edition: String,
    /// `in_force`, `proposed`, `contested`, `repealed`, `voluntary` or `draft`.
    pub status: String,
    pub applies_from: Option<String>,
    /// The day on which the form was last held against its source.
    pub verified_on: String,
    pub source: String,
    /// The sections in their order.
    pub sections: Vec<FormSection>,
    /// The tables of selection or scoring rates, where the form has them.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub impact: Option<Impact>,
    /// What is worth knowing about the form itself.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub findings: Vec<String>,
    /// What the form asks and nobody answered, and tables that could not be made. While there is any, it is a draft.
    pub missing: Vec<String>,
    /// The roles that sign it, each another person. Until then it is a draft.
    pub signoff: Vec<String>,
    /// Waivers that end within so many days are told of.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub notice_days: Option<i64>,
    /// The longest table of the form.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub most_rows: Option<u64>,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct FormSection {
    pub heading: String,
    pub text: Vec<String>,
    /// What of the result stands here, by name.
    pub shows: Vec<String>,
    pub answers: Vec<FormAnswer>,
}

/// A question and its answer as it was given; null: not answered.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct FormAnswer {
    pub question: String,
    pub heading: String,
    pub required: bool,
    pub answer: Option<String>,
}

/// Rates and impact ratios in tables, each with its own highest rate.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Impact {
    /// True: a rate is the share of scores strictly above the median. False: the share that was selected.
    pub scoring: bool,
    pub tables: Vec<ImpactTable>,
    /// Everybody who was assessed, of known category or not.
    pub assessed: u64,
    /// Rows without a decision (or, for scoring, without a score), which nothing counts.
    pub left_out: u64,
    /// Individuals with an unknown sex, with an unknown race or ethnicity, and with either unknown.
    pub unknown_sex: Option<u64>,
    pub unknown_race: Option<u64>,
    pub unknown_either: u64,
    /// The share below which a category may be left out of ratios, as the form has it.
    pub exclude_below: String,
    /// What the tables do about it: `none`, `table` (the share of those in the table) or `all_assessed`.
    pub excluded_by: String,
    /// For scoring.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub medians: Option<Medians>,
}

/// The median score of everybody and of those whose categories are known.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Medians {
    /// `full_sample` or `known_only`: the one that the tables use.
    pub used: String,
    pub full_sample: Option<f64>,
    pub known_only: Option<f64>,
    /// Present where there are too many distinct scores to keep each: the median of the full sample lies between them.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub bounds: Option<Bounds>,
    /// The share of the sample strictly above the median that is used.
    pub share_above: Option<f64>,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ImpactTable {
    /// `sex`, `race` or `both`.
    pub name: String,
    pub axes: Vec<String>,
    pub rows: Vec<ImpactRow>,
    /// Individuals in the table, and how many of them were selected or are above the median.
    pub individuals: u64,
    pub hits: u64,
    /// Individuals who are not in the table because a category of it is unknown.
    pub unknown: u64,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ImpactRow {
    pub category: String,
    pub group: Group,
    pub individuals: u64,
    /// Selected, or above the median.
    pub hits: u64,
    /// Null: nobody is in the category.
    pub rate: Option<f64>,
    /// Null: the category is left out of ratios, or there is nothing to divide by.
    pub impact_ratio: Option<f64>,
    /// Both from the counts, rounded half up to the digits of the form.
    pub rate_printed: Option<String>,
    pub ratio_printed: Option<String>,
    /// The category is left out of the ratios, and is no reference.
    pub excluded: bool,
    /// Of the individuals, those whose category in the other table is unknown; the intersectional table lacks them.
    pub unknown_elsewhere: u64,
    /// The ratio with every category kept, with those left out that are small in the table, and with those that are small
    /// among all who were assessed.
    pub variants: Vec<ImpactVariant>,
    /// How far individuals of unknown category could move the ratio to the category with the highest rate.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub bounds: Option<ImpactBounds>,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ImpactVariant {
    /// `none`, `table` or `all_assessed`.
    pub excluded_by: String,
    pub excluded: bool,
    pub impact_ratio: Option<f64>,
    pub ratio_printed: Option<String>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ImpactBounds {
    /// All of unknown category put into this one, all of them without the outcome and all of them with it, while the
    /// reference stays.
    pub naive: Bounds,
    /// Every way to share them out, with the outcome that each had.
    pub joint: Option<Bounds>,
}

/// Somebody's name under a form.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Signature {
    pub role: String,
    pub name: String,
    pub on: String,
}

impl Form {
    /// Why the form is a draft; nothing when it is answered, signed in every role by another person, and no exploration.
    pub fn lacks(&self, exploratory: bool, signatures: &[Signature]) -> Vec<String> {
        let mut lacks = Vec::new();
        let signed = |role: &&String| signatures.iter().any(|s| s.role == **role && !s.name.trim().is_empty());
        let unsigned: Vec<&str> = self.signoff.iter().filter(|role| !signed(role)).map(String::as_str).collect();
        if !unsigned.is_empty() {
            lacks.push(format!("not signed by {}", unsigned.join(" and ")));
        } else if signatures.is_empty() {
            lacks.push("not signed".to_owned());
        }
        let mut names: Vec<String> = signatures
            .iter()
            .filter(|s| self.signoff.contains(&s.role))
            .map(|signature| signature.name.trim().to_lowercase())
            .collect();
        names.sort_unstable();
        if names.windows(2).any(|pair| pair[0] == pair[1]) {
            lacks.push("one person signed in two roles".to_owned());
        }
        match self.missing.len() {
            0 => {}
            1 => lacks.push("1 thing is missing".to_owned()),
            more => lacks.push(format!("{more} things are missing")),
        }
        if exploratory {
            lacks.push("an exploratory run".to_owned());
        }
        lacks
    }
}
