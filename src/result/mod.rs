//! The one document from which every report is rendered: `result.json`. Renderers see only this.

pub mod budget;
pub mod campaign;
pub mod change;
pub mod check;
pub mod classes;
pub mod consent;
pub mod form;
pub mod funnel;
pub mod gate;
pub mod human;
pub mod inequality;
pub mod mark;
pub mod number;
pub mod omnibus;
pub mod outcomes;
pub mod policy;
pub mod privacy;
pub mod scorecard;
pub mod scores;
pub mod sequence;
pub mod strata;
pub mod types;
pub mod unequal;
pub mod unknown;
pub mod waiver;

pub use budget::*;
pub use campaign::*;
pub use change::*;
pub use check::*;
pub use classes::*;
pub use consent::*;
pub use form::*;
pub use funnel::*;
pub use gate::{Family, Gate};
pub use human::*;
pub use inequality::*;
pub use mark::Mark;
pub use omnibus::*;
pub use outcomes::*;
pub use policy::*;
pub use privacy::*;
pub use scorecard::*;
pub use scores::*;
pub use sequence::*;
pub use strata::*;
pub use types::*;
pub use unequal::*;
pub use unknown::*;
pub use waiver::*;

/// Words know hashes from results alone.
pub use crate::input::hash::short_hash;
