//! Before and after: what changed between two results, with the interval of each change.
//!
//! Everything here is a function of two sets of numbers: a [`Side`] before, a [`Side`] after, and how their estimates go
//! together ([`Samples`]): not at all for two stored results, and by a correlation for two models on the same rows.

pub mod baseline;
mod cases;
pub mod checks;
pub mod differences;
pub mod flips;
pub mod human;
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

use crate::result::{BaselineView, Change, Document};

/// Everything that changed between two documents of different rows.
///
/// `after` is the document that is compared, its rows on how much worse a number has got included.
pub fn between(before: &Document, after: &Document, baseline: BaselineView) -> Change {
    let sides = (Side::of(before), Side::of(after));
    Change {
        differences: differences::differences(before, after),
        ..of_sides(&sides.0, &sides.1, Samples::Independent, baseline)
    }
}

/// The numbers and the rows of checks that changed between two sides.
fn of_sides(before: &Side, after: &Side, samples: Samples, baseline: BaselineView) -> Change {
    Change {
        baseline,
        paired: samples.is_paired(),
        differences: Vec::new(),
        numbers: numbers::change_all(before, after, samples),
        checks: checks::change_all(before, after, samples),
        flips: Vec::new(),
    }
}
