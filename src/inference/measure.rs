//! How two rates are compared.

/// How two rates are compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Measure {
    /// The focal over the reference rate.
    Ratio,
    /// The focal less the reference rate.
    Difference,
}
