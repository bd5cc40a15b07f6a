//! How well do probability scores rank and how honest are they? Figures of one group's scores, or two groups', from
//! counts of labels at every distinct score.
//!
//! Every function is a pure function of the sorted atoms: sums are whole numbers or compensated, so that neither the
//! order of rows nor the number of shards can show.

pub mod undefined;
pub mod sum;
pub mod atoms;
pub mod grid;
pub mod balance;
pub mod auc;
pub mod groups;
pub mod precision;
pub mod distance;
pub mod proper;
pub mod mean;
pub mod isotonic;
mod logistic;
mod profile;
mod recalibration_bounds;
pub mod recalibration;
pub mod ratio;
pub mod binned;
pub mod debiased;
mod kernel;
pub mod smooth;
pub mod cumulative;
pub mod between;

pub use atoms::{Atom, Span};
pub use undefined::Undefined;
