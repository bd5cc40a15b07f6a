//! What was written, recomputed: hashes, reports from the result, and every figure that follows from the stored counts.
//!
//! Nothing here measures by itself: the library's own functions are called again on the counts that the result holds.

pub mod asked;
pub mod classes;
pub mod counts;
pub mod differ;
pub mod figures;
pub mod folder;
pub mod people;
pub mod scores;
pub mod tally;
pub mod verdicts;

pub use folder::{Folder, verify};
pub use tally::{Held, Tallies};
