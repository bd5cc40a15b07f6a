//! Result → forms: what a rule or a habit prescribes, filled in from counts and answers.

pub mod consistency;
pub mod fill;
pub mod impact;
pub mod median;
pub mod printed;

pub use fill::fill_all;
