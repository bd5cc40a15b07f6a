//! Whether what is not known could change what a check says of these very rows.

use crate::result::{CheckRow, Unknown, Verdict};

/// Holds the bounds of each comparison against the limits of the first check row of the same number: `met` when the whole
/// range is within them, `not_met` when none of it is, `inconclusive` when it depends on what is not known.
pub fn hold(unknown: &mut [Unknown], checks: &[CheckRow]) {
    for bounds in unknown.iter_mut().filter(|unknown| unknown.contrast != "value") {
        let same = |row: &&CheckRow| {
            row.metric == bounds.metric
                && row.contrast == bounds.contrast
                && row.axes == bounds.axes
                && row.group == bounds.group
                && row.reference == bounds.reference
        };
        let Some(row) = checks.iter().find(same) else { continue };
        let (low, high) = (bounds.low.unwrap_or(f64::NEG_INFINITY), bounds.high.unwrap_or(f64::INFINITY));
        let (min, max) = (row.min.unwrap_or(f64::NEG_INFINITY), row.max.unwrap_or(f64::INFINITY));
        bounds.check = Some(row.id.clone());
        bounds.holds = Some(if low >= min && high <= max {
            Verdict::Met
        } else if high < min || low > max {
            Verdict::NotMet
        } else {
            Verdict::Inconclusive
        });
    }
}
