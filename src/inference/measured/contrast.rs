//! A number of one group held against that of another.

use crate::inference::limits::Limits;

/// A ratio or a difference and its limits, which leave room for what values kept in bins leave open.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Contrast {
    pub value: f64,
    /// Open, and infinite, where a group has no limit on that side.
    pub limits: Limits,
}
