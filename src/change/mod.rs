//! Before and after: what changed between two results, with the interval of each change.

pub mod flips;
mod influence;
pub mod pairing;
