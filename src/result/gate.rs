//! What a check row does to the exit code, contract §3. The exit code and the reports for continuous integration take it from
//! here, so that none says of a row what another does not.

use super::types::{CheckRow, Verdict};

/// What a check row does to the gate, the most important first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Gate {
    /// Beyond a limit under `on_fail = "error"`: the exit code is 1.
    NotMet,
    /// Not judged, under `on_inconclusive = "error"`: the exit code is 3 when nothing is not met.
    Open,
    /// Beyond a limit under `on_fail = "warn"`.
    Warned,
    /// Beyond a limit as in the earlier result, and no worse.
    Known,
    /// Beyond a limit under `on_fail = "report"`.
    Reported,
    /// Not met or not judged, and let through by a waiver.
    Waived,
    /// Not judged, under `on_inconclusive = "warn"`.
    Unjudged,
    /// Not judged, under `on_inconclusive = "ignore"`.
    Ignored,
    /// Within its limits.
    Met,
}

impl CheckRow {
    pub fn gate(&self) -> Gate {
        match self.verdict {
            Verdict::Met => Gate::Met,
            _ if self.waived_by.is_some() => Gate::Waived,
            Verdict::NotMet if self.known => Gate::Known,
            Verdict::NotMet => match self.on_fail.as_str() {
                "warn" => Gate::Warned,
                "report" => Gate::Reported,
                _ => Gate::NotMet,
            },
            Verdict::Inconclusive | Verdict::NotApplicable => match self.on_inconclusive.as_str() {
                "error" => Gate::Open,
                "ignore" => Gate::Ignored,
                _ => Gate::Unjudged,
            },
        }
    }
}
