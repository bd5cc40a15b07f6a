//! The one document from which every report is rendered: `result.json`. Renderers see only this.

pub mod change;
pub mod form;
pub mod gate;
pub mod inequality;
pub mod mark;
pub mod number;
pub mod omnibus;
pub mod privacy;
pub mod scores;
pub mod sequence;
pub mod strata;
pub mod types;
pub mod unknown;
pub mod waiver;

pub use change::*;
pub use form::*;
pub use gate::{Family, Gate};
pub use inequality::*;
pub use mark::Mark;
pub use omnibus::*;
pub use privacy::*;
pub use scores::*;
pub use sequence::*;
pub use strata::*;
pub use types::*;
pub use unknown::*;
pub use waiver::*;
