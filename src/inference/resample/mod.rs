//! Drawing again from the counts: the bootstrap and the permutation test, at a cost that rows do not add to.

pub mod binomial;
pub mod bootstrap;
pub mod hypergeometric;
pub mod permutation;
pub mod rejection;
pub mod stream;
pub mod tables;
