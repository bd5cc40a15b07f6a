//! How long until it is over? Durations of which some had not ended when they were last seen.
//!
//! An open case is never dropped and never counted as ended: it tells that its duration is at least what was seen. Leaving
//! open cases out would make slow service look fast.

pub mod curve;
pub mod median;
pub mod restricted;

pub use curve::{Curve, Seen};
