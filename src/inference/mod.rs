//! What do the counts prove? Limits, tests and practical measures for one group or two, all from counts alone.
//!
//! Nothing here reads data, knows a policy or gives a verdict. Every transcendental function comes from the `libm`
//! crate, so that a report is the same on every platform.

pub mod beta;
pub mod brownian;
pub mod chi_squared;
pub mod composite;
pub mod constrained;
pub mod entropy;
pub mod family;
pub mod hypergeometric;
pub mod invert;
pub mod limits;
pub mod mover;
pub mod normal;
pub mod pair;
pub mod partial;
pub mod practical;
pub mod root;
pub mod saddle;
pub mod scores;
pub mod share;
pub mod strata;
pub mod student;
pub mod table;
pub mod trials;
pub mod two_by_two;
