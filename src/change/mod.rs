//! Before and after: what changed between two results, with the interval of each change.
//!
//! Everything here is a function of two sets of numbers: a [`Side`] before, a [`Side`] after, and how their estimates go
//! together ([`Samples`]): not at all for two stored results, and by a correlation for two models on the same rows.

pub mod baseline;
mod cases;
pub mod checks;
pub mod differences;
pub mod flips;
mod influence;
pub mod models;
pub mod numbers;
pub mod outcome;
pub mod pairing;
pub mod shift;
pub mod side;
pub mod unlike;
pub mod vanished;
pub mod worsening;

pub use baseline::Baseline;
pub use models::Models;
pub use side::{Key, Samples, Side};

use crate::result::{BaselineView, Change, Document, Flips};

/// Everything that changed between two documents.
///
/// `after` is the document that is compared, its rows on how much worse a number has got included.
pub fn between(
    before: &Document,
    after: &Document,
    samples: Samples,
    baseline: BaselineView,
    flips: Vec<Flips>,
) -> Change {
    let sides = (Side::of(before), Side::of(after));
    Change {
        baseline,
        paired: samples.is_paired(),
        differences: differences::differences(before, after),
        numbers: numbers::change_all(&sides.0, &sides.1, samples),
        checks: checks::change_all(&sides.0, &sides.1, samples),
        flips,
    }
}
