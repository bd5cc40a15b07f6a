//! Batches → cells: the one place where rows are looked at. After this stage nobody sees a row.

pub mod bins;
mod cells;
pub mod codes;
mod collect;
pub mod columns;
mod faults;
pub mod quantities;
pub mod sampled;
pub mod scores;
pub mod meaning;
pub mod joined;
pub mod keyed;
pub mod ledgers;
pub mod paired;
pub mod pass;
pub mod table;

pub use cells::{Cells, GroupKey, Levels};
pub use collect::collect;
pub use paired::{Both, Paired, Previous};
pub use pass::{Tally, wanted_columns};
