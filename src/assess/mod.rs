//! Cells → measurements, comparisons, spreads: what the numbers are, before anybody asks whether they are good enough.

pub mod alike;
pub mod shares;
pub mod between;
pub mod budget;
pub mod campaign;
pub mod carry;
pub mod classes;
pub mod compare;
pub mod consent;
pub mod contrast;
pub mod curve;
pub mod definitions;
pub mod details;
pub mod earlier;
pub mod funnel;
pub mod groups;
pub mod inequality;
pub mod measure;
pub mod omnibus;
pub mod outcomes;
pub mod tenths;
mod served;
pub mod pairs;
pub mod posterior;
pub mod periods;
pub mod prepare;
pub mod sequence;
pub mod spread;
pub mod strata;
pub mod sweep;
pub mod unequal;
pub mod unknown;
pub mod within;

pub use contrast::{Against, Contrasted};
pub use earlier::Earlier;
pub use groups::{AxisGroups, GroupCell};
