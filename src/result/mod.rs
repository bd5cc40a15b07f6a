//! The one document from which every report is rendered: `result.json`. Renderers see only this.

pub mod mark;
pub mod number;
pub mod scores;
pub mod types;

pub use mark::Mark;
pub use scores::*;
pub use types::*;
