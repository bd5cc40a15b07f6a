//! Error rates when the label is known mostly for those who were selected.

use super::{joining, undecided};
use crate::inference::limits::Limits;

/// A group's rows by decision and label, and those whose label nobody knows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct PartlyLabelled {
    pub true_positives: u64,
    pub false_positives: u64,
    pub false_negatives: u64,
    pub true_negatives: u64,
    /// Selected, label unknown.
    pub unlabelled_selected: u64,
    /// Not selected, label unknown.
    pub unlabelled_unselected: u64,
}

/// The least and the greatest value of each rate over all labels the unlabelled rows may have.
///
/// With k of the u1 unlabelled selected rows and l of the u0 others positive, the true positive rate is
/// `(TP + k) / (TP + k + FN + l)`: least at k = 0, l = u0, greatest at k = u1, l = 0. The false positive rate is the
/// same of the negatives. Predictive values have a fixed denominator. Without unlabelled rows both ends are the rate.
/// Each bound is sharp by itself; not all are reached by the same labels. None where every completion has a zero
/// denominator; completions that have one are left out. Sources: Manski 1989; Lakkaraju et al. 2017.
impl PartlyLabelled {
    /// Of the positives, those selected.
    pub fn true_positive_rate(self) -> Option<Limits> {
        joining(self.true_positives, self.false_negatives, self.unlabelled_selected, self.unlabelled_unselected)
    }

    /// Of the positives, those not selected.
    pub fn false_negative_rate(self) -> Option<Limits> {
        joining(self.false_negatives, self.true_positives, self.unlabelled_unselected, self.unlabelled_selected)
    }

    /// Of the negatives, those selected.
    pub fn false_positive_rate(self) -> Option<Limits> {
        joining(self.false_positives, self.true_negatives, self.unlabelled_selected, self.unlabelled_unselected)
    }

    /// Of the negatives, those not selected.
    pub fn true_negative_rate(self) -> Option<Limits> {
        joining(self.true_negatives, self.false_positives, self.unlabelled_unselected, self.unlabelled_selected)
    }

    /// Of the selected, the positives: a single value where every selected row has a label.
    pub fn positive_predictive_value(self) -> Option<Limits> {
        undecided(self.true_positives, self.false_positives, self.unlabelled_selected)
    }

    /// Of the selected, the negatives.
    pub fn false_discovery_rate(self) -> Option<Limits> {
        undecided(self.false_positives, self.true_positives, self.unlabelled_selected)
    }

    /// Of those not selected, the negatives.
    pub fn negative_predictive_value(self) -> Option<Limits> {
        undecided(self.true_negatives, self.false_negatives, self.unlabelled_unselected)
    }

    /// Of those not selected, the positives.
    pub fn false_omission_rate(self) -> Option<Limits> {
        undecided(self.false_negatives, self.true_negatives, self.unlabelled_unselected)
    }

    /// Of all rows, the positives.
    pub fn base_rate(self) -> Option<Limits> {
        let positives = self.true_positives.saturating_add(self.false_negatives);
        undecided(positives, self.false_positives.saturating_add(self.true_negatives), self.unlabelled())
    }

    /// Of all rows, those decided as their label turned out.
    pub fn accuracy(self) -> Option<Limits> {
        let right = self.true_positives.saturating_add(self.true_negatives);
        undecided(right, self.false_positives.saturating_add(self.false_negatives), self.unlabelled())
    }

    /// Rows without a label.
    pub fn unlabelled(self) -> u64 {
        self.unlabelled_selected.saturating_add(self.unlabelled_unselected)
    }
}
