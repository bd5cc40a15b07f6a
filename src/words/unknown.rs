//! The section of what is not known: could it change the picture?

use super::page::Block;
use crate::result::Document;

/// The sentences and tables; none where there is nothing to tell.
pub fn unknown(_document: &Document) -> Vec<Block> {
    Vec::new()
}
