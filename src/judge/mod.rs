//! Numbers → verdicts: the limits of the policy, the evidence it asks for, and what the run as a whole comes to.

pub mod adjusted;
pub mod campaign;
pub mod diagnose;
pub mod evidence;
pub mod outcome;
pub mod over_time;
pub mod power;
pub mod rows;
pub mod scorecard;
pub mod unknown;
pub mod waivers;

pub use evidence::{Bounds, Finding};
pub use outcome::Outcome;
