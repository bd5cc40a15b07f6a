//! What do the counts prove? Limits, tests and practical measures for one group or two, all from counts alone.
//!
//! Nothing here reads data, knows a policy or gives a verdict. Every transcendental function comes from the `libm`
//! crate, so that a report is the same on every platform.

pub mod beta;
pub mod brownian;
pub mod chi_squared;
pub mod classes;
pub mod clustered;
pub mod composite;
pub mod constrained;
pub mod effective;
pub mod entropy;
pub mod exact_share;
pub mod exposure;
pub mod family;
pub mod funnel;
pub mod hypergeometric;
pub mod invert;
pub mod limits;
pub mod linearised;
pub mod measure;
pub mod measured;
pub mod membership;
pub mod mover;
pub mod normal;
pub mod pair;
pub mod paired;
pub mod partial;
pub mod peak;
pub mod posterior;
pub mod power;
pub mod practical;
pub mod proportion;
pub mod quantile;
pub mod resample;
pub mod root;
pub mod saddle;
pub mod scores;
pub mod sequence;
pub mod share;
pub mod skew;
pub mod strata;
pub mod student;
pub mod survival;
pub mod table;
pub mod trials;
pub mod two_by_two;
pub mod unconditional;
pub mod uplift;
pub mod weighted;
