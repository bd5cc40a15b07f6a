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
        At { value, place: Place::of_file(flag) }
    }
}

pub type Given<T> = Option<At<T>>;

#[derive(Clone, Debug, Default)]
pub struct Draft {
    pub about: AboutDraft,
    pub data: DataDraft,
    pub consent: Option<ConsentDraft>,
    pub campaign: Option<CampaignDraft>,
    pub human: Option<HumanDraft>,
    pub funnel: Option<FunnelDraft>,
    pub classes: Option<ClassesDraft>,
    pub budget: Option<BudgetDraft>,
    pub attributes: Vec<AttributeDraft>,
    pub outcomes: Vec<OutcomeDraft>,
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
pub struct ConsentDraft {
    pub place: Place,
    pub column: Given<String>,
    pub given: Given<Vec<String>>,
    pub ledger: Given<String>,
    pub purpose: Given<String>,
    pub id: Given<String>,
    pub at: Given<String>,
    pub withdrawn: Given<Vec<String>>,
    pub coverage_by_segment: Given<bool>,
    pub coverage_reason: Given<String>,
    pub personal: Given<String>,
    pub compare: Given<Vec<String>>,
}

#[derive(Clone, Debug)]
pub struct CampaignDraft {
    pub place: Place,
    pub treatment: Given<String>,
    pub treated: Given<Vec<String>>,
    pub control: Given<Vec<String>>,
    pub assignment: Given<String>,
    pub share: Given<Exact>,
    pub top: Given<Vec<Exact>>,
}

#[derive(Clone, Debug)]
pub struct HumanDraft {
    pub place: Place,
    pub model_decision: Given<String>,
    pub favourable: Given<Vec<String>>,
}

#[derive(Clone, Debug)]
pub struct FunnelDraft {
    pub place: Place,
    pub stages: Given<Vec<StageDraft>>,
}

#[derive(Clone, Debug)]
pub struct StageDraft {
    pub place: Place,
    pub name: Given<String>,
    pub column: Given<String>,
    pub yes: Given<Vec<String>>,
}

#[derive(Clone, Debug)]
pub struct ClassesDraft {
    pub place: Place,
    pub chosen: Given<String>,
    pub right: Given<String>,
    pub levels: Given<Vec<String>>,
    pub harm: Given<Vec<HarmDraft>>,
}

#[derive(Clone, Debug)]
pub struct HarmDraft {
    pub place: Place,
    pub right: Given<Vec<String>>,
    pub chosen: Given<Vec<String>>,
    pub weight: Given<Exact>,
}

#[derive(Clone, Debug)]
pub struct BudgetDraft {
    pub place: Place,
    pub top: Given<Vec<Exact>>,
    pub ties: Given<String>,
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

#[derive(Clone, Debug)]
pub struct OutcomeDraft {
    pub place: Place,
    pub name: Given<String>,
    pub column: Given<String>,
    pub kind: Given<String>,
    pub better: Given<String>,
    pub theme: Given<String>,
    pub unit: Given<String>,
    pub yes: Given<Vec<String>>,
    pub categories: Given<Vec<String>>,
    pub bound: Given<Exact>,
    pub from: Given<String>,
    pub to: Given<String>,
    pub until: Given<String>,
    pub ended: Given<String>,
    pub ended_values: Given<Vec<String>>,
    pub prediction: Given<String>,
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
