//! Forms of report as dated data: what a rule or a habit asks for, in which edition, whether it is in force, and when that
//! was last looked up. Every threshold, day and fixed wording of a form stands in its file, never in code.
//!
//! To add a form: a file here, and its line in [`all`].

use std::collections::BTreeMap;
use std::sync::OnceLock;

use serde::Deserialize;

use crate::exact::Exact;

/// A form of report.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Profile {
    pub id: String,
    pub title: String,
    /// What the form is for, in a sentence or two.
    pub says: String,
    pub edition: String,
    pub status: Status,
    pub applies_from: Option<String>,
    /// The day on which the file was last held against its source.
    pub verified_on: String,
    pub source: String,
    /// After so many days somebody should look again.
    pub stale_after_days: i64,
    /// What the form is without the answer that gives it its title.
    pub otherwise: Option<Otherwise>,
    #[serde(default)]
    pub rules: Rules,
    #[serde(rename = "question")]
    pub questions: Vec<Question>,
    #[serde(rename = "section")]
    pub sections: Vec<Section>,
    /// Sentences that other parts print, by name.
    #[serde(default)]
    pub wordings: BTreeMap<String, String>,
}

/// Whether what a form follows is law, or was, or never was.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    InForce,
    Proposed,
    Contested,
    Repealed,
    Voluntary,
    Draft,
}

impl Status {
    pub fn id(self) -> &'static str {
        match self {
            Status::InForce => "in_force",
            Status::Proposed => "proposed",
            Status::Contested => "contested",
            Status::Repealed => "repealed",
            Status::Voluntary => "voluntary",
            Status::Draft => "draft",
        }
    }
}

/// The title of a form while a question has no answer.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Otherwise {
    pub unless: String,
    pub title: String,
}

/// The numbers of a form. Those that decide are written as texts, so that they are exact.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Rules {
    /// A category below this share may be left out of the ratios.
    pub exclude_below: Option<String>,
    /// The answer under `audit_date` is too old after so many years.
    pub max_age_years: Option<i32>,
    /// Cells of one to so many people are told of.
    pub small_cell: Option<u64>,
    /// With a share above the median below this, ties are told of.
    pub ties_below: Option<String>,
    /// Decimals of a rate in percent, and of a ratio.
    pub rate_digits: Option<u32>,
    pub ratio_digits: Option<u32>,
    pub sexes: Vec<String>,
    pub races: Vec<String>,
    /// The category whose rows stand first where two attributes are crossed.
    pub first: Option<String>,
    /// Waivers that end within so many days are told of.
    pub notice_days: Option<i64>,
    /// Rows of a table that is meant to be short.
    pub most_rows: Option<u64>,
}

impl Rules {
    pub fn exclude_below(&self) -> Option<Exact> {
        Exact::parse(self.exclude_below.as_deref()?)
    }

    pub fn ties_below(&self) -> Option<Exact> {
        Exact::parse(self.ties_below.as_deref()?)
    }
}

/// What a form asks and no data can tell.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Question {
    pub id: String,
    /// The question, as somebody would ask it.
    pub asks: String,
    /// What stands before the answer.
    pub heading: String,
    /// The same while the form has its other title.
    pub otherwise: Option<String>,
    #[serde(default)]
    pub kind: Kind,
    #[serde(default)]
    pub choices: Vec<String>,
    /// What an answer that is not given means.
    pub default: Option<String>,
    #[serde(default)]
    pub required: bool,
    /// It is only asked when this question is answered, or answered so.
    pub when: Option<String>,
    pub is: Option<String>,
    /// The fewest characters that say something.
    #[serde(default)]
    pub at_least: usize,
    /// It says how the form is made and is not printed as an answer.
    #[serde(default)]
    pub silent: bool,
}

/// What counts as an answer.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    #[default]
    Text,
    Date,
    Choice,
    /// The name of an attribute of the policy.
    Attribute,
}

impl Kind {
    pub fn words(self) -> &'static str {
        match self {
            Kind::Text => "words",
            Kind::Date => "a day such as 2026-11-21",
            Kind::Choice => "one of",
            Kind::Attribute => "an attribute of the policy",
        }
    }
}

/// A section of a form: sentences, then what of the result it shows, then answers.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Section {
    pub heading: String,
    #[serde(default)]
    pub text: Vec<String>,
    #[serde(default)]
    pub shows: Vec<String>,
    #[serde(default)]
    pub questions: Vec<String>,
    /// The section is there only when this question is answered so.
    pub when: Option<String>,
    pub is: Option<String>,
}

impl Profile {
    pub fn question(&self, id: &str) -> Option<&Question> {
        self.questions.iter().find(|question| question.id == id)
    }

    /// The answer to a question, or what it means that there is none.
    pub fn answer<'a>(&'a self, answers: &'a BTreeMap<String, String>, id: &str) -> Option<&'a str> {
        let given = answers.get(id).map(|answer| answer.trim()).filter(|answer| !answer.is_empty());
        given.or_else(|| self.question(id)?.default.as_deref())
    }

    /// Whether a condition on another answer holds.
    pub fn holds(&self, answers: &BTreeMap<String, String>, when: Option<&str>, is: Option<&str>) -> bool {
        let Some(when) = when else { return true };
        self.answer(answers, when).is_some_and(|answer| is.is_none_or(|is| is == answer))
    }

    /// Required questions without an answer.
    pub fn open<'a>(&'a self, answers: &'a BTreeMap<String, String>) -> impl Iterator<Item = &'a Question> {
        self.questions.iter().filter(|question| {
            question.required
                && self.holds(answers, question.when.as_deref(), question.is.as_deref())
                && self.answer(answers, &question.id).is_none()
        })
    }
}

/// The files of this version.
const FILES: &[&str] = &[include_str!("ll144.toml"), include_str!("periodic_review.toml")];

/// Every form of this version.
pub fn all() -> &'static [Profile] {
    static PROFILES: OnceLock<Vec<Profile>> = OnceLock::new();
    PROFILES.get_or_init(|| FILES.iter().filter_map(|text| read(text).ok()).collect())
}

/// Reads the file of a form.
///
/// # Errors
/// It is no TOML, or has a key that no form has.
pub fn read(text: &str) -> Result<Profile, toml::de::Error> {
    toml::from_str(text)
}

/// The form of an id.
pub fn find(id: &str) -> Option<&'static Profile> {
    all().iter().find(|profile| profile.id == id)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_file_is_a_form_whose_parts_fit() {
        for text in FILES {
            let profile = read(text).unwrap_or_else(|error| panic!("{error}"));
            let known = |id: &str| assert!(profile.question(id).is_some(), "{}: no question `{id}`", profile.id);
            let conditions = profile.questions.iter().map(|q| &q.when).chain(profile.sections.iter().map(|s| &s.when));
            conditions.flatten().for_each(|id| known(id));
            profile.sections.iter().flat_map(|s| &s.questions).for_each(|id| known(id));
            profile.otherwise.iter().for_each(|o| known(&o.unless));
            for question in &profile.questions {
                let printed = profile.sections.iter().filter(|s| s.questions.contains(&question.id)).count();
                assert_eq!(printed, usize::from(!question.silent), "{}: `{}`", profile.id, question.id);
                assert_eq!(question.kind == Kind::Choice, !question.choices.is_empty(), "{}", question.id);
                let fits = |d: &String| question.kind != Kind::Choice || question.choices.contains(d);
                assert!(question.default.as_ref().is_none_or(fits), "{}", question.id);
                assert!(question.asks.ends_with('?'), "{}", question.id);
            }
            for day in [Some(&profile.verified_on), profile.applies_from.as_ref()].into_iter().flatten() {
                assert!(day.parse::<jiff::civil::Date>().is_ok(), "{day}");
            }
            let rules = &profile.rules;
            assert_eq!(rules.exclude_below.is_some(), rules.exclude_below().is_some());
            assert_eq!(rules.ties_below.is_some(), rules.ties_below().is_some());
            assert!(profile.stale_after_days > 0 && !profile.status.id().is_empty());
        }
        assert_eq!(all().len(), FILES.len());
    }
}
