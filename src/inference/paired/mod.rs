//! The same rows twice: before and after, or as they are and as they would be.
//!
//! What both sides share tells nothing of a change: tests rest on the rows that turned, and intervals are narrower than
//! those of independent samples.

pub mod mcnemar;
pub mod proportions;
pub mod shift;
pub mod signed_rank;
pub mod square;
