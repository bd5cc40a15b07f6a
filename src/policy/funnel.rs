//! The stages of a way on which rows drop out, such as eligible, selected, responded.

use super::value::Values;

/// Stages in their order; a row reaches one only if it reached all before.
#[derive(Clone, Debug)]
pub struct Funnel {
    pub stages: Vec<Stage>,
}

/// One stage, and the values of its column that say that the row reached it.
#[derive(Clone, Debug)]
pub struct Stage {
    pub name: String,
    pub column: String,
    pub yes: Values,
}
