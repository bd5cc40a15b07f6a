//! The rules of a policy: what is held against which limits, by what evidence, and what comes of it.

use crate::exact::Exact;
use crate::metrics::Metric;

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
