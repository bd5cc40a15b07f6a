//! What can be measured of a group. A metric is declared once, in [`rates`], [`composites`] or [`scores`]; `explain`, the schema, the
//! catalogue, report headings and checks derive from the declaration.

pub mod bundles;
pub mod catalogue;
pub mod composites;
pub mod metric;
pub mod rates;
pub mod scores;

pub use catalogue::{all, find, names};
pub use metric::{Beside, Kind, Measured, Metric, Needs, Undefined, Worse};
