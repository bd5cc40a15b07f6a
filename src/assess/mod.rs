//! Cells → measurements, comparisons, spreads: what the numbers are, before anybody asks whether they are good enough.

pub mod compare;
pub mod contrast;
pub mod details;
pub mod groups;
pub mod measure;
pub mod pairs;
pub mod spread;

pub use contrast::{Against, Contrasted};
pub use groups::{AxisGroups, GroupCell};
