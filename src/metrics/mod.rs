//! What can be measured of a group. A metric is declared once, in [`rates`] or [`composites`]; `explain`, the schema, the
//! catalogue, report headings and checks derive from the declaration.

pub mod bundles;
pub mod catalogue;
pub mod composites;
pub mod metric;
pub mod rates;

pub use catalogue::{all, find, names};
pub use metric::{Kind, Measured, Metric, Needs, Undefined, Worse};
