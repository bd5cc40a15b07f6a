//! The section of strata: is the gap there among people who are alike?

use super::page::Block;
use crate::result::Document;

/// The sentences and tables; none where there is nothing to tell.
pub fn strata(_document: &Document) -> Vec<Block> {
    Vec::new()
}
