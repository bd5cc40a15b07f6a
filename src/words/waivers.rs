//! The section of findings that are let through for a time.

use super::page::Block;
use crate::result::Document;

/// The sentences and tables; none where the policy has no waiver.
pub fn waivers(_document: &Document) -> Vec<Block> {
    Vec::new()
}
