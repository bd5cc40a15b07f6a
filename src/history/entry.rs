//! One line of the history: a review as it was recorded.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::json;

use super::action::Action;
use super::changes::Changes;
use crate::assess::definitions::meaning;
use crate::input::hash::hash_bytes;
use crate::result::{AboutView, AttributeView, CheckRow, Document, Group, ReferenceView, RowKey, Tool, Verdict};

/// The name of this format.
pub const SCHEMA: &str = "evenhand.review/1";

/// A review. The hash of the line, over everything before it, is written behind these.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Entry {
    pub schema: String,
    /// From 1, without gaps.
    pub number: u64,
    pub day: String,
    /// SHA-256 of the line before this one, without its line end; 64 zeros in the first.
    pub previous: String,
    /// Not decided or not signed: it shows that somebody looked, and is no review.
    pub draft: bool,
    pub tool: Tool,
    pub result: ResultSeen,
    pub policy: PolicySeen,
    pub about: AboutView,
    pub data: DataSeen,
    pub verdict: Verdict,
    pub exit_code: u8,
    pub checks: Vec<RowSeen>,
    /// Since the review before this one; absent in the first.
    pub changes: Option<Changes>,
    /// Why something is no longer tested, where it is not.
    pub narrowed: Option<String>,
    /// Every action that was open when the review began, and those it opened; with what became of them.
    pub actions: Vec<Action>,
    /// Rows that are not met and have neither an action nor a waiver.
    pub findings_left: u64,
    pub waivers: Vec<WaiverSeen>,
    /// Why a review before the next one that is due is called for.
    pub triggers: Vec<String>,
    /// Satisfaction, sales, cost, breaches: as given, a line each.
    pub outcomes: BTreeMap<String, String>,
    pub overrides_read: Option<u64>,
    pub appeals_read: Option<u64>,
    pub notes: Vec<String>,
    /// `continue`, `conditions`, `pause` or `retire`.
    pub decision: Option<String>,
    pub reason: Option<String>,
    pub signed: Vec<Signature>,
}

/// The result that was reviewed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ResultSeen {
    /// As it was named.
    pub path: String,
    pub sha256: String,
    pub run: String,
    pub as_of: String,
}

/// The policy it was made under.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PolicySeen {
    pub path: Option<String>,
    pub sha256: String,
    /// SHA-256 of the lock beside the policy, where there was one.
    pub lock: Option<String>,
}

/// The data it is about.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct DataSeen {
    pub rows_used: u64,
    /// SHA-256 of each file.
    pub sources: Vec<String>,
    pub periods: Vec<String>,
    pub attributes: Vec<AttributeView>,
}

/// A row of a check, as short as it can be followed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RowSeen {
    pub id: String,
    pub metric: String,
    pub contrast: String,
    /// What its numbers are in, as in check rows.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub unit: Option<String>,
    pub axes: Vec<String>,
    pub group: Group,
    pub reference: Option<ReferenceView>,
    pub value: Option<f64>,
    pub low: Option<f64>,
    pub high: Option<f64>,
    pub min: Option<String>,
    pub max: Option<String>,
    pub evidence: String,
    pub verdict: Verdict,
    pub reason: Option<String>,
    pub rows: u64,
    pub waived_by: Option<String>,
    /// What the number is: rows of other reviews with the same can be joined by a line, others cannot.
    pub definition: String,
}

/// A waiver that was in force.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct WaiverSeen {
    pub id: String,
    pub check: String,
    pub group: Group,
    pub owner: String,
    pub expires: String,
    pub status: String,
    pub covers: u64,
}

/// Who signed as what.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Signature {
    pub role: String,
    pub name: String,
}

impl RowSeen {
    pub fn of(document: &Document, row: &CheckRow) -> RowSeen {
        RowSeen {
            id: row.id.clone(),
            metric: row.metric.clone(),
            contrast: row.contrast.clone(),
            unit: row.unit.clone(),
            axes: row.axes.clone(),
            group: row.group.clone(),
            reference: row.reference.clone(),
            value: row.value,
            low: row.low,
            high: row.high,
            min: row.min_text.clone(),
            max: row.max_text.clone(),
            evidence: row.evidence.clone(),
            verdict: row.verdict,
            reason: row.reason.clone(),
            rows: row.rows,
            waived_by: row.waived_by.clone(),
            definition: definition(document, row),
        }
    }

    pub fn key(&self) -> RowKey<'_> {
        (&self.id, &self.metric, &self.contrast, &self.axes, &self.group)
    }

    /// Whether both rows ask the same of the same number.
    pub fn asks_the_same(&self, other: &RowSeen) -> bool {
        let asked = |row: &RowSeen| (row.definition.clone(), row.min.clone(), row.max.clone(), row.evidence.clone());
        asked(self) == asked(other)
    }
}

/// A short hash of everything that makes the number what it is; limits and verdicts are not in it.
fn definition(document: &Document, row: &CheckRow) -> String {
    let policy = &document.policy;
    // A group that data chose anew each time, the one with the highest rate, is still the same question.
    let whom = row.reference.as_ref().map(|reference| match reference.kind.as_str() {
        "highest-rate" => json!([reference.kind]),
        _ => json!([reference.kind, reference.group]),
    });
    let decided = json!([policy.decision, policy.threshold, policy.favourable, policy.selected]);
    let happened = json!([policy.label, policy.positive, policy.score]);
    let counted = json!([policy.count.is_some(), policy.unit, policy.weight, row.strata, policy.period, row.evidence]);
    let left_out: Vec<&str> = document.data.excluded.iter().map(|excluded| excluded.reason.as_str()).collect();
    let number = json!([row.metric, row.contrast, row.axes, row.group, whom, policy.level]);
    let worsening = row.is_worsening();
    let mut all = vec![number, decided, happened, counted, json!(left_out), json!(worsening)];
    all.extend(policy.outcome(&row.metric).map(|outcome| json!(meaning(outcome))));
    all.extend(document.consent.as_ref().map(|consent| json!(consent.asked().words())));
    hash_bytes(json!(all).to_string().as_bytes()).chars().take(16).collect()
}
