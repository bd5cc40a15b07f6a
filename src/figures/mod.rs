//! Pictures of numbers: a [`Figure`] is a value that says what is drawn, and [`svg`] draws it, the same on every run.

pub mod canvas;
pub mod figure;
pub mod heat;
pub mod label;
pub mod palette;
pub mod rows;
pub mod scale;
pub mod svg;

pub use figure::{Cell, Drawing, Estimate, Figure, HeatMap, Panel, Row};
pub use scale::Scale;
