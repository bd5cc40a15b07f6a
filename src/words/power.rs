//! The section of power: what could this review have seen, and what would it need?

use super::page::Block;
use crate::result::Document;

/// The sentences and tables; none where there is nothing to tell.
pub fn power(_document: &Document) -> Vec<Block> {
    Vec::new()
}
