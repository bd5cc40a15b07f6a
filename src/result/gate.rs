//! What a check row does to the exit code, contract §3. The exit code and the reports for continuous integration take it from
//! here, so that none says of a row what another does not.

use super::check::{CheckRow, Verdict};

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

/// Rows whose p-values are allowed for together: what one look is worth is not worth what holds at every look, and how a
/// number is not how much worse it got.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Family {
    Interval,
    Sequential,
    Worsening,
}

impl Family {
    pub const ALL: [Family; 3] = [Family::Interval, Family::Sequential, Family::Worsening];
}

impl CheckRow {
    /// The family in which the number of checks is allowed for.
    pub fn family(&self) -> Family {
        match self.evidence.as_str() {
            _ if self.is_worsening() => Family::Worsening,
            "sequential" => Family::Sequential,
            _ => Family::Interval,
        }
    }

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
