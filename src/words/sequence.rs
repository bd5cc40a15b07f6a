//! The section of periods: what do the reviews show together?

use super::page::Block;
use crate::result::Document;

/// The sentences and tables; none where there is nothing to tell.
pub fn sequence(_document: &Document) -> Vec<Block> {
    Vec::new()
}
