//! What every name means: metrics, contrasts, verdicts, codes, keys. Printed from the declarations themselves.

pub mod catalogue;
pub mod cells;
pub mod change;
pub mod classes;
pub mod forms;
pub mod people;
pub mod results;
pub mod schema;
pub mod sql;
pub mod strata;
pub mod topics;

pub use catalogue::catalogue;
pub use topics::{explain, names};
