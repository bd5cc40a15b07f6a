//! The section of what changed since an earlier result.

use super::page::Block;
use crate::result::Document;

/// The sentences and tables; none where nothing was compared with.
pub fn change(_document: &Document) -> Vec<Block> {
    Vec::new()
}
