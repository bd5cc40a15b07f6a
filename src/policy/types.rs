//! The policy once it is known to be right.

use std::collections::BTreeMap;

use super::value::Values;
use crate::exact::Exact;
use crate::metrics::Metric;

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
    pub attributes: Vec<Attribute>,
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
}

impl DecisionRole {
    pub fn column(&self) -> &str {
        match self {
            DecisionRole::Column(column) | DecisionRole::Threshold { score: column, .. } => column,
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

/// How the numbers of groups are held against each other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Contrast {
    Value,
    Difference,
    Ratio,
    Spread,
    WorstRatio,
}

impl Contrast {
    pub const ALL: [Contrast; 5] =
        [Contrast::Value, Contrast::Difference, Contrast::Ratio, Contrast::Spread, Contrast::WorstRatio];
    pub const NAMES: &[&str] = &["value", "difference", "ratio", "spread", "worst-ratio"];

    pub fn id(self) -> &'static str {
        match self {
            Contrast::Value => "value",
            Contrast::Difference => "difference",
            Contrast::Ratio => "ratio",
            Contrast::Spread => "spread",
            Contrast::WorstRatio => "worst-ratio",
        }
    }

    pub fn find(id: &str) -> Option<Contrast> {
        Contrast::ALL.into_iter().find(|contrast| contrast.id() == id)
    }

    /// Whether it divides one number by another.
    pub fn is_ratio(self) -> bool {
        matches!(self, Contrast::Ratio | Contrast::WorstRatio)
    }

    pub fn says(self) -> &'static str {
        match self {
            Contrast::Value => "The number of each group by itself, held against the limits.",
            Contrast::Difference => "The number of a group minus that of its reference.",
            Contrast::Ratio => "The number of a group divided by that of its reference.",
            Contrast::Spread => {
                "The largest number of any group minus the smallest. Judged by pairs: met when every pair is shown to be within; not met when one pair is shown to be beyond, corrected by Holm."
            }
            Contrast::WorstRatio => {
                "The smallest number of any group divided by the largest. Judged by pairs: met when every pair is shown to be within; not met when one pair is shown to be beyond, corrected by Holm."
            }
        }
    }
}

/// What the policy takes as evidence.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Evidence {
    /// The whole interval decides.
    Interval,
    /// The estimate alone decides, by exact arithmetic.
    Point,
    /// Evidence added up over periods decides; it may be looked at after each.
    Sequential,
}

impl Evidence {
    pub const NAMES: &[&str] = &["interval", "point", "sequential"];

    pub fn name(self) -> &'static str {
        match self {
            Evidence::Interval => "interval",
            Evidence::Point => "point",
            Evidence::Sequential => "sequential",
        }
    }
}

/// Whether a check judges the crude number or the one within strata.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StrataUse {
    Ignore,
    Adjust,
}

impl StrataUse {
    pub const NAMES: &[&str] = &["ignore", "adjust"];

    pub fn name(self) -> &'static str {
        match self {
            StrataUse::Ignore => "ignore",
            StrataUse::Adjust => "adjust",
        }
    }
}

/// What a check that is not met does to the run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OnFail {
    Error,
    Warn,
    Report,
}

impl OnFail {
    pub const NAMES: &[&str] = &["error", "warn", "report"];

    pub fn name(self) -> &'static str {
        match self {
            OnFail::Error => "error",
            OnFail::Warn => "warn",
            OnFail::Report => "report",
        }
    }
}

/// What a check that cannot be judged does to the run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OnInconclusive {
    Warn,
    Error,
    Ignore,
}

impl OnInconclusive {
    pub const NAMES: &[&str] = &["warn", "error", "ignore"];

    pub fn name(self) -> &'static str {
        match self {
            OnInconclusive::Warn => "warn",
            OnInconclusive::Error => "error",
            OnInconclusive::Ignore => "ignore",
        }
    }
}

/// What a check does to the exit code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Gate {
    pub on_fail: OnFail,
    pub on_inconclusive: OnInconclusive,
}

/// A finding that is let through for a time.
#[derive(Clone, Debug)]
pub struct Waiver {
    pub id: String,
    pub check: String,
    pub metric: Option<&'static Metric>,
    pub group: BTreeMap<String, String>,
    pub bound: Option<Exact>,
    pub reason: String,
    pub compensating: Option<String>,
    pub owner: String,
    pub approved_by: String,
    /// Days as text, such as 2027-01-31: they order as they read.
    pub created: Option<String>,
    pub expires: String,
    pub model_version: Option<String>,
    pub ticket: Option<String>,
    /// Line of the waiver in the policy file.
    pub line: Option<u64>,
}

#[derive(Clone, Copy, Debug)]
pub struct WaiverRules {
    pub max_days: u64,
    pub unused: UnusedWaiver,
}

/// The record that the bytes of a policy existed at a time, `evenhand.lock`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lock {
    pub sha256: String,
    /// In UTC, such as `2026-11-21T18:00:00Z`.
    pub time: String,
}

/// What a waiver that covers nothing does to the run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UnusedWaiver {
    Warn,
    Error,
}

impl UnusedWaiver {
    pub const NAMES: &[&str] = &["warn", "error"];
}

/// What is hidden from readers of a report.
#[derive(Clone, Debug, Default)]
pub struct Privacy {
    pub min_cell: Option<u64>,
    pub round: Option<u64>,
    pub published: Vec<String>,
}

/// Where reviews are recorded, how old one may be, and who signs it.
#[derive(Clone, Debug)]
pub struct Review {
    pub history: String,
    pub max_age_days: u64,
    pub signoff: Vec<String>,
}

/// A form of report, and the answers to its questions.
#[derive(Clone, Debug)]
pub struct ProfileUse {
    pub id: String,
    pub answers: BTreeMap<String, String>,
    pub line: Option<u64>,
}

/// One rule: a metric, how groups are compared, and the limits.
#[derive(Clone, Debug)]
pub struct Check {
    pub id: String,
    /// One metric, or the parts of a bundle.
    pub metrics: Vec<&'static Metric>,
    pub contrast: Contrast,
    /// Indices into `axes`; none means everybody.
    pub across: Option<Vec<usize>>,
    pub min: Option<Exact>,
    pub max: Option<Exact>,
    pub evidence: Evidence,
    pub strata: StrataUse,
    /// How much worse than before the number may be.
    pub max_worsening: Option<Exact>,
    pub gate: Gate,
    pub rationale: Option<String>,
    /// Line of the check in the policy file.
    pub line: Option<u64>,
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

    /// Whether being selected is good for people, bad for them, or neither clearly: a voucher, a fraud flag, a mixture.
    /// Whether a score at or above a threshold gets the favourable decision, and whether it counts as selected. Where a
    /// column holds the decision, scores at or above are selected, and a burden is favourable below.
    pub fn above(&self) -> (bool, bool) {
        match &self.roles.decision {
            DecisionRole::Column(_) => (self.selection() != Selection::Burden, true),
            DecisionRole::Threshold { .. } => {
                (!self.roles.favourable.matching("1").is_empty(), !self.roles.selected.matching("1").is_empty())
            }
        }
    }

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
