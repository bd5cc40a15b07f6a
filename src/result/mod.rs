//! The one document from which every report is rendered: `result.json`. Renderers see only this.

pub mod inequality;
pub mod mark;
pub mod number;
pub mod omnibus;
pub mod scores;
pub mod sequence;
pub mod strata;
pub mod types;
pub mod unknown;

pub use inequality::*;
pub use mark::Mark;
pub use omnibus::*;
pub use scores::*;
pub use sequence::*;
pub use strata::*;
pub use types::*;
pub use unknown::*;
