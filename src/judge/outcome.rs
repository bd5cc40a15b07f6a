//! What the run as a whole comes to: its verdict and its exit code.

use crate::error::exit;
use crate::result::{CheckRow, Gate, Verdict};

/// Verdict and exit code of a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Outcome {
    pub verdict: Verdict,
    pub exit_code: u8,
}

impl Outcome {
    /// The worst row decides the verdict; what gates, and a broken rule, decide the exit code. Contract §3–4.
    pub fn of(rows: &[CheckRow], rules_broken: bool) -> Outcome {
        let any = |wanted: fn(&CheckRow) -> bool| rows.iter().any(wanted);
        let verdict = if any(|row| !waived(row) && row.verdict == Verdict::NotMet) {
            Verdict::NotMet
        } else if rows.iter().all(waived) || any(|row| !waived(row) && row.verdict != Verdict::Met) {
            // Of no row, or of rows that are all let through, nothing was shown.
            Verdict::Inconclusive
        } else {
            Verdict::Met
        };
        let gate_not_met = any(|row| row.gate() == Gate::NotMet);
        let gate_open = any(|row| row.gate() == Gate::Open);
        let judged = any(|row| row.verdict != Verdict::NotApplicable && row.reason.as_deref() != Some("too-few"));
        let exit_code = if gate_not_met || rules_broken {
            exit::NOT_MET
        } else if gate_open || !judged {
            exit::INCONCLUSIVE
        } else {
            exit::OK
        };
        Outcome { verdict, exit_code }
    }
}

/// Whether a waiver lets the row through.
fn waived(row: &CheckRow) -> bool {
    row.waived_by.is_some()
}
