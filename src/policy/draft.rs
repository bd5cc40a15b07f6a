//! The policy as somebody wrote it: every value with its place, nothing checked yet. A file and the flags of the command line
//! fill the same draft.

use crate::diagnostic::Place;
use crate::exact::Exact;

/// A value and where it was written.
#[derive(Clone, Debug)]
pub struct At<T> {
    pub value: T,
    pub place: Place,
}

impl<T> At<T> {
    /// A value given by a flag.
    pub fn flag(flag: &str, value: T) -> At<T> {
        At { value, place: Place { file: flag.to_owned(), ..Place::default() } }
    }
}

pub type Given<T> = Option<At<T>>;

#[derive(Clone, Debug, Default)]
pub struct Draft {
    pub about: AboutDraft,
    pub data: DataDraft,
    pub attributes: Vec<AttributeDraft>,
    pub sets: Given<Vec<Vec<String>>>,
    pub sets_reference: Given<ReferenceDraft>,
    pub level: Given<Exact>,
    pub min_group: Given<u64>,
    pub adjust: Given<String>,
    pub seed: Given<u64>,
    pub ratio_interval: Given<String>,
    pub power: Given<Exact>,
    pub replicates: Given<u64>,
    pub permutations: Given<u64>,
    pub posterior: Given<String>,
    pub earlier: Given<Vec<String>>,
    pub checks: Vec<CheckDraft>,
    pub frozen: Given<bool>,
    pub baseline: Given<String>,
    pub waivers: Vec<WaiverDraft>,
    pub max_days: Given<u64>,
    pub unused: Given<String>,
    pub min_cell: Given<u64>,
    pub round: Given<u64>,
    pub published: Given<Vec<String>>,
    pub history: Given<String>,
    pub max_age_days: Given<u64>,
    pub signoff: Given<Vec<String>>,
    pub profiles: Vec<ProfileDraft>,
    /// A reference for every axis, from the command line.
    pub every_reference: Given<ReferenceDraft>,
}

#[derive(Clone, Debug, Default)]
pub struct AboutDraft {
    pub system: Given<String>,
    pub model_version: Given<String>,
    pub purpose: Given<String>,
    pub owner: Given<String>,
}

#[derive(Clone, Debug, Default)]
pub struct DataDraft {
    pub files: Given<Vec<String>>,
    pub decision: Given<String>,
    pub favourable: Given<Vec<String>>,
    pub selected: Given<Vec<String>>,
    pub label: Given<String>,
    pub positive: Given<Vec<String>>,
    pub score: Given<String>,
    pub threshold: Given<Exact>,
    pub count: Given<String>,
    pub weight: Given<String>,
    pub unit: Given<String>,
    pub period: Given<String>,
    pub strata: Given<Vec<String>>,
    pub previous_decision: Given<String>,
    pub previous_score: Given<String>,
    pub filter: Vec<At<(String, Vec<String>)>>,
    pub missing: Given<Vec<String>>,
    pub delimiter: Given<String>,
    pub decimal: Given<String>,
}

#[derive(Clone, Debug)]
pub struct AttributeDraft {
    pub place: Place,
    pub name: Given<String>,
    pub column: Given<String>,
    pub kind: Given<String>,
    pub columns: Given<Vec<(String, String)>>,
    pub groups: Given<Vec<String>>,
    pub bins: Given<Vec<Exact>>,
    pub reference: Given<ReferenceDraft>,
}

/// A reference as written: one of the kinds, or a level of an attribute.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ReferenceDraft {
    Kind(String),
    /// A level of the attribute it stands in.
    Group(String),
    /// `sex=Male` on the command line.
    Of(String, String),
}

#[derive(Clone, Debug)]
pub struct CheckDraft {
    pub place: Place,
    pub id: Given<String>,
    pub metric: Given<String>,
    pub contrast: Given<String>,
    pub across: Given<Vec<String>>,
    pub within: Given<Exact>,
    pub min: Given<Exact>,
    pub max: Given<Exact>,
    pub max_worsening: Given<Exact>,
    pub evidence: Given<String>,
    pub strata: Given<String>,
    pub on_fail: Given<String>,
    pub on_inconclusive: Given<String>,
    pub rationale: Given<String>,
}

#[derive(Clone, Debug)]
pub struct WaiverDraft {
    pub place: Place,
    pub id: Given<String>,
    pub check: Given<String>,
    pub metric: Given<String>,
    pub group: Given<Vec<(String, String)>>,
    pub bound: Given<Exact>,
    pub reason: Given<String>,
    pub compensating: Given<String>,
    pub owner: Given<String>,
    pub approved_by: Given<String>,
    pub created: Given<String>,
    pub expires: Given<String>,
    pub model_version: Given<String>,
    pub ticket: Given<String>,
}

#[derive(Clone, Debug)]
pub struct ProfileDraft {
    pub place: Place,
    pub id: Given<String>,
    pub answers: Given<Vec<(String, String)>>,
}
