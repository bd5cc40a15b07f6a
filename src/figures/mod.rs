//! Pictures of numbers: a [`Figure`] is a value that says what is drawn, and [`svg`] draws it, the same on every run.

pub mod canvas;
pub mod dash;
pub mod figure;
pub mod heat;
pub mod key;
pub mod label;
pub mod palette;
mod panel;
pub mod reliability;
pub mod rows;
pub mod scale;
pub mod spread;
pub mod svg;
pub mod sweep;
pub mod track;
pub mod trend;

pub use figure::{Cell, Drawing, Estimate, Figure, HeatMap, Panel, Row, Start};
pub use reliability::{Bin, Curve, Reliability};
pub use scale::Scale;
pub use sweep::{Measure, Sweep};
pub use trend::{Dot, Track, Trends};
