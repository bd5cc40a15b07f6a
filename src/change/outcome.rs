//! What the comparison of two stored results comes to.

use crate::diagnostic::{Diagnostic, Level};
use crate::error::exit;
use crate::result::{Change, CheckRow, Gate};

/// Exit code 1 when something disappeared, or when a row that gates in the later result is new or worse; else 0.
pub fn exit_code(change: &Change, after: &[CheckRow], diagnostics: &[Diagnostic]) -> u8 {
    // What a baseline of its own let be is looked at here: this is the comparison.
    let gates = |row: &&CheckRow| {
        row.gate() == Gate::NotMet || (row.known && row.on_fail == "error" && row.waived_by.is_none())
    };
    let worse = |row: &CheckRow| change.of(row).is_some_and(|c| ["new", "worsened"].contains(&c.status.as_str()));
    let broken = diagnostics.iter().any(|diagnostic| diagnostic.level == Level::Error);
    if broken || after.iter().filter(gates).any(worse) { exit::NOT_MET } else { exit::OK }
}
