//! Rows by decision and label, some of them without one, as cells.

use evenhand::assess::unknown::complete;
use evenhand::cell::{Cell, Decision, Label};
use evenhand::inference::limits::Limits;
use evenhand::metrics;

#[derive(Clone, Copy, Debug, Default)]
pub struct PartlyLabelled {
    pub true_positives: u64,
    pub false_positives: u64,
    pub false_negatives: u64,
    pub true_negatives: u64,
    pub unlabelled_selected: u64,
    pub unlabelled_unselected: u64,
}

impl PartlyLabelled {
    /// The least and the greatest value of a rate over all labels the unlabelled rows may have.
    pub fn bounds(self, metric: &str) -> Option<Limits> {
        let made = |selected: bool| Decision::Made { favourable: selected, selected };
        let mut cell = Cell::default();
        for (decision, label, rows) in [
            (made(true), Label::Positive, self.true_positives),
            (made(true), Label::Negative, self.false_positives),
            (made(false), Label::Positive, self.false_negatives),
            (made(false), Label::Negative, self.true_negatives),
            (made(true), Label::Missing, self.unlabelled_selected),
            (made(false), Label::Missing, self.unlabelled_unselected),
        ] {
            cell.push(decision, label, rows);
        }
        complete(metrics::find(metric).expect("a metric"), &cell)
    }
}
