//! Several classes: where a case is sent, and where it should have been sent.

pub mod confusion;
pub mod harm;
pub mod spread;

pub use confusion::Classes;
