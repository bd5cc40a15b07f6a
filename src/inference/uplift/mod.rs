//! Did the campaign do anything, and for whom? Lifts of randomised campaigns, and how well a score finds the people whom
//! they move.
//!
//! All of it rests on a random assignment. Without one a lift is an association, not an effect.

pub mod balance;
pub mod lift;
pub mod qini;
