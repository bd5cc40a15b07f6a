//! The policy once it is known to be right.

use std::collections::BTreeMap;

use super::budget::Budget;
use super::campaign::Campaign;
use super::checks::Check;
use super::classes::Classes;
use super::consent::Consent;
use super::funnel::Funnel;
use super::human::Human;
use super::outcome::Outcome;
use super::record::{Lock, Privacy, ProfileUse, Review, Waiver, WaiverRules};
use super::value::Values;
use crate::exact::Exact;

/// Everything that decides what is measured and how it is judged.
#[derive(Clone, Debug)]
pub struct Policy {
    /// The policy file as named, if there is one.
    pub path: Option<String>,
    /// SHA-256 of the policy file, or of the effective policy when there is no file.
    pub sha256: String,
    pub about: About,
    pub files: Vec<String>,
    pub roles: Roles,
    /// Whose rows count; none where everybody's do.
    pub consent: Option<Consent>,
    /// Whom a campaign reached; none where there is none.
    pub campaign: Option<Campaign>,
    /// What the model said before a person decided; none where that is not told apart.
    pub human: Option<Human>,
    /// The stages on which rows drop out, where they are counted.
    pub funnel: Option<Funnel>,
    /// The classes that cases are given, where they are counted.
    pub classes: Option<Classes>,
    /// How many rows with the highest scores there is money for.
    pub budget: Option<Budget>,
    pub attributes: Vec<Attribute>,
    /// What is measured of every row beside the decision.
    pub outcomes: Vec<Outcome>,
    /// Columns by which rows are told apart beside the attributes: those of the strata, then that of the period.
    pub grounds: Vec<Attribute>,
    /// Strata, as indices into attributes and grounds together.
    pub strata: Vec<usize>,
    /// The period, likewise.
    pub period: Option<usize>,
    /// Attributes that are known as probabilities only.
    pub probable: Vec<Probable>,
    /// Every attribute, then every intersection, in the order of the policy.
    pub axes: Vec<Axis>,
    pub statistics: Statistics,
    pub checks: Vec<Check>,
    /// A flag of the command line overrode the policy file.
    pub exploratory: bool,
    /// The policy is only used as it was locked.
    pub frozen: bool,
    /// The lock of these very bytes, where there is one.
    pub lock: Option<Lock>,
    /// A stored result to compare with.
    pub baseline: Option<String>,
    pub waivers: Vec<Waiver>,
    pub waiver_rules: WaiverRules,
    pub privacy: Privacy,
    pub review: Review,
    pub profiles: Vec<ProfileUse>,
}

/// What stands at the head of every report.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct About {
    pub system: Option<String>,
    pub model_version: Option<String>,
    pub purpose: Option<String>,
    pub owner: Option<String>,
}

/// Which columns are read, and what their values mean.
#[derive(Clone, Debug)]
pub struct Roles {
    pub decision: DecisionRole,
    pub favourable: Values,
    pub selected: Values,
    pub label: Option<String>,
    pub positive: Values,
    pub count: Option<String>,
    /// How much a row weighs.
    pub weight: Option<String>,
    /// Whose row it is.
    pub unit: Option<String>,
    /// Column and values; a row is kept when every column has one of its values.
    pub filter: Vec<(String, Values)>,
    pub missing: Values,
    pub delimiter: Option<u8>,
    pub decimal_comma: Option<bool>,
    pub score: Option<String>,
    /// Makes the decision where no column holds it; else it only marks the sweep.
    pub threshold: Option<Exact>,
    /// What the earlier version of the model decided for the same row, and its score.
    pub previous_decision: Option<String>,
    pub previous_score: Option<String>,
}

/// Where the decision comes from.
#[derive(Clone, Debug)]
pub enum DecisionRole {
    Column(String),
    /// The decision is 1 when the score is at least the threshold, else 0.
    Threshold {
        score: String,
        threshold: Exact,
    },
    /// Nothing is asked about decisions: only what people got, how far they came, or whether a score is right.
    Unasked,
}

impl DecisionRole {
    /// The column that says what was decided, or the score that makes the decision.
    pub fn column(&self) -> Option<&str> {
        match self {
            DecisionRole::Column(column) | DecisionRole::Threshold { score: column, .. } => Some(column),
            DecisionRole::Unasked => None,
        }
    }

    pub fn is_asked(&self) -> bool {
        self.column().is_some()
    }

    /// The threshold that makes the decision.
    pub fn threshold(&self) -> Option<&Exact> {
        match self {
            DecisionRole::Threshold { threshold, .. } => Some(threshold),
            DecisionRole::Column(_) | DecisionRole::Unasked => None,
        }
    }

    /// The column that holds the decision.
    pub fn held_in(&self) -> Option<&str> {
        match self {
            DecisionRole::Column(column) => Some(column),
            DecisionRole::Threshold { .. } | DecisionRole::Unasked => None,
        }
    }
}

/// A column by whose values people are grouped.
#[derive(Clone, Debug)]
pub struct Attribute {
    pub name: String,
    pub column: String,
    /// Lower edges of the bins, rising; empty when the values themselves are the groups.
    pub bins: Vec<Exact>,
    /// Expected groups, in the order in which reports show them.
    pub groups: Vec<String>,
}

impl Attribute {
    /// Names of the bins, from the lowest: `<18`, `18-24`, `65+`.
    pub fn bin_names(&self) -> Vec<String> {
        let Some((first, last)) = self.bins.first().zip(self.bins.last()) else { return Vec::new() };
        let mut names = vec![format!("<{}", first.text)];
        for pair in self.bins.windows(2) {
            let whole = pair[0].value.is_integer() && pair[1].value.is_integer();
            names.push(if whole {
                let end: num_bigint::BigInt = pair[1].value.to_integer() - 1;
                let start = pair[0].value.to_integer();
                if start == end { start.to_string() } else { format!("{start}-{end}") }
            } else {
                format!("{} to <{}", pair[0].text, pair[1].text)
            });
        }
        names.push(format!("{}+", last.text));
        names
    }
}

/// What an attribute is read from.
pub struct AttributeKind;

impl AttributeKind {
    pub const NAMES: &[&str] = &["values", "probability"];
}

/// An attribute that no column holds: for each group there is the probability of belonging to it.
#[derive(Clone, Debug)]
pub struct Probable {
    pub name: String,
    /// Groups and their columns, in the order of the policy.
    pub groups: Vec<(String, String)>,
    pub reference: Reference,
}

/// One way of grouping: an attribute, or an intersection of several.
#[derive(Clone, Debug)]
pub struct Axis {
    /// Indices into `attributes`; empty where the groups are probabilities.
    pub attributes: Vec<usize>,
    /// Index into `probable`.
    pub probable: Option<usize>,
    pub reference: Reference,
}

/// Whom a group is compared with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reference {
    /// The group with most rows.
    Largest,
    /// The group with the highest rate.
    HighestRate,
    /// Everybody else, without the rows whose group is missing.
    Rest,
    /// Everybody, the group included.
    Overall,
    /// A named group: attribute and level.
    Group(BTreeMap<String, String>),
}

impl Reference {
    pub const KINDS: &[&str] = &["largest", "highest-rate", "rest", "overall"];

    pub fn kind(&self) -> &'static str {
        match self {
            Reference::Largest => "largest",
            Reference::HighestRate => "highest-rate",
            Reference::Rest => "rest",
            Reference::Overall => "overall",
            Reference::Group(_) => "group",
        }
    }
}

#[derive(Clone, Debug)]
pub struct Statistics {
    pub level: Exact,
    pub min_group: u64,
    pub adjust: Adjust,
    pub seed: u64,
    pub ratio_interval: RatioInterval,
    pub power: Exact,
    pub replicates: u64,
    pub permutations: u64,
    /// The posterior of each ratio is printed.
    pub posterior: bool,
    /// Stored results of earlier reviews.
    pub earlier: Vec<String>,
}

/// The interval of the ratio of two shares.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RatioInterval {
    MiettinenNurminen,
    Scas,
}

impl RatioInterval {
    pub const NAMES: &[&str] = &["miettinen-nurminen", "scas"];

    pub fn name(self) -> &'static str {
        match self {
            RatioInterval::MiettinenNurminen => "miettinen-nurminen",
            RatioInterval::Scas => "scas",
        }
    }
}

/// How p-values are corrected for the number of checks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Adjust {
    None,
    Holm,
    Bh,
}

impl Adjust {
    pub const NAMES: &[&str] = &["none", "holm", "bh"];

    pub fn name(self) -> &'static str {
        match self {
            Adjust::None => "none",
            Adjust::Holm => "holm",
            Adjust::Bh => "bh",
        }
    }
}

impl Policy {
    /// The name of an axis as it is written: `sex`, `sex:age_band`.
    pub fn axis_name(&self, axis: &Axis) -> String {
        self.axis_attributes(axis).join(":")
    }

    /// Every column by which rows are told apart: attributes, then grounds. The levels of a cell stand in this order.
    pub fn groupings(&self) -> impl Iterator<Item = &Attribute> {
        self.attributes.iter().chain(&self.grounds)
    }

    pub fn axis_attributes(&self, axis: &Axis) -> Vec<String> {
        let probable = axis.probable.map(|place| self.probable[place].name.clone());
        axis.attributes.iter().map(|i| self.attributes[*i].name.clone()).chain(probable).collect()
    }

    /// Whether a score at or above a threshold gets the favourable decision, and whether it counts as selected. Where a
    /// column holds the decision, scores at or above are selected, and a burden is favourable below.
    pub fn above(&self) -> (bool, bool) {
        match &self.roles.decision {
            DecisionRole::Column(_) | DecisionRole::Unasked => (self.selection() != Selection::Burden, true),
            DecisionRole::Threshold { .. } => {
                (!self.roles.favourable.matching("1").is_empty(), !self.roles.selected.matching("1").is_empty())
            }
        }
    }

    /// Whether being selected is good for people, bad for them, or neither clearly: a voucher, a fraud flag, a mixture.
    pub fn selection(&self) -> Selection {
        let (favourable, selected) = (&self.roles.favourable, &self.roles.selected);
        let inside = selected.texts().iter().filter(|text| favourable.contains(text)).count();
        if inside == selected.texts().len() {
            Selection::Benefit
        } else if inside == 0 {
            Selection::Burden
        } else {
            Selection::Mixed
        }
    }
}

/// What being selected means for the person.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Selection {
    Benefit,
    Burden,
    Mixed,
}

impl Selection {
    pub fn name(self) -> &'static str {
        match self {
            Selection::Benefit => "benefit",
            Selection::Burden => "burden",
            Selection::Mixed => "mixed",
        }
    }
}
