//! What the comparison of two stored results comes to.

use crate::diagnostic::{Diagnostic, Level};
use crate::error::exit;
use crate::result::{CheckChange, Verdict};

/// Exit code 1 when something disappeared, or when a row that gates (`on_fail = "error"`) is not met and new or worse; else 0.
pub fn exit_code(checks: &[CheckChange], diagnostics: &[Diagnostic]) -> u8 {
    let gates = |row: &CheckChange| {
        row.on_fail == "error"
            && row.after == Some(Verdict::NotMet)
            && ["new", "worsened"].contains(&row.status.as_str())
    };
    let broken = diagnostics.iter().any(|diagnostic| diagnostic.level == Level::Error);
    if broken || checks.iter().any(gates) { exit::NOT_MET } else { exit::OK }
}
