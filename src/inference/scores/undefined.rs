//! Why a figure of the scores does not exist.

/// The reason why a figure of the scores does not exist; never a number in its stead.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Undefined {
    /// There is no row to compute from.
    NoRows,
    /// All rows have the same label.
    OneClass,
    /// All rows have the same score, so that nothing can be said about what a higher score means.
    OneScore,
    /// Some score separates the labels, so that the most likely slope is infinite.
    Separated,
    /// This many rows got a score of exactly 0 or 1 and turned out the other way.
    Impossible { rows: u64 },
    /// No positive label was expected, so that there is nothing to divide by.
    NothingExpected,
    /// The variance under the hypothesis is 0.
    NoVariance,
    /// The search for the most likely value did not settle.
    Unsettled,
}
