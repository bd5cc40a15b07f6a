//! The part of a policy about what is kept, shown and signed: waivers, the lock, privacy, reviews, forms.

use std::collections::BTreeMap;

use crate::exact::Exact;
use crate::metrics::Metric;

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
