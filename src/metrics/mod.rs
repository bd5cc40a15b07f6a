//! What can be measured of a group. A metric is declared once, in [`rates`], [`composites`], [`scores`], [`calibration`] or [`outcome`]; `explain`, the schema, the
//! catalogue, report headings and checks derive from the declaration.

pub mod bundles;
pub mod calibration;
pub mod catalogue;
pub mod composites;
mod figure;
pub mod designed;
pub mod metric;
pub mod outcome;
pub mod rates;
pub mod scores;
pub mod undefined;

pub use catalogue::{all, find, names};
pub use metric::{Beside, Kind, Metric, Needs, Worse};
pub use undefined::{Measured, Undefined};
