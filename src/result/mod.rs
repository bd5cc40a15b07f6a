//! The one document from which every report is rendered: `result.json`. Renderers see only this.

pub mod number;
pub mod types;

pub use types::*;
