//! Why a figure of a measured outcome does not exist.

/// The reason why a figure of a measured outcome does not exist; never a number in its stead.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Undefined {
    /// There is no row to compute from, or none in one of the groups.
    NoRows,
    /// There are fewer rows than the figure needs.
    TooFew { rows: u64, needed: u64 },
    /// All values of the group, or of both groups, are the same, which tells nothing of how much others would vary.
    NoVariance,
    /// The figure divides by a mean, a total or a quantile that is 0 or below.
    NotPositive,
    /// A value is below 0 where only amounts from 0 on make sense.
    Negative,
    /// The figure is asked for at a part, a time or a share that does not exist.
    OutOfRange,
    /// Too few cases have ended for so large a part to be reached, or so long a time to be observed.
    NotReached,
    /// There is only one group, so that there is nothing to compare.
    OneGroup,
    /// The tables or lists that belong together have different sizes, or a count exceeds the one it is a part of.
    Inconsistent,
    /// The figure is too large or too small for a number.
    Overflow,
}

/// The number, if it is one.
pub(in crate::inference) fn finite(value: f64) -> Result<f64, Undefined> {
    if value.is_finite() { Ok(value) } else { Err(Undefined::Overflow) }
}
