//! The sections of a report that hold figures beside their tables: outcomes, errors, intersections.

use super::page::Block;
use super::{pictures, posterior, tables};
use crate::result::Document;

/// The figures and the table of every axis.
pub fn outcomes(document: &Document) -> Vec<Block> {
    let mut blocks = Vec::new();
    for axes in tables::axes_of(document) {
        blocks.extend(pictures::outcomes(document, &axes).into_iter().map(Block::Figure));
        blocks.push(Block::Table(tables::outcomes(document, &axes)));
        blocks.extend(posterior::believed(document, &axes, pictures::OUTCOME));
    }
    blocks
}

/// True and false positive rates as figures, more error rates as tables.
pub fn errors(document: &Document) -> Vec<Block> {
    if document.policy.label.is_none() {
        return vec![Block::Paragraph("Not tested: needs a column with what turned out (`label`).".to_owned())];
    }
    let mut blocks = Vec::new();
    for axes in tables::axes_of(document) {
        blocks.extend(pictures::errors(document, &axes).map(Block::Figure));
        blocks.extend(tables::errors(document, &axes).map(Block::Table));
    }
    blocks
}

/// A map of each pair of attributes; where there is none, the groups with the lowest ratios.
pub fn intersections(document: &Document) -> Vec<Block> {
    let sets: Vec<Vec<String>> = tables::axes_of(document).into_iter().filter(|axes| axes.len() > 1).collect();
    if sets.is_empty() {
        let words = "Not tested: needs a set of attributes (`intersections`).";
        return vec![Block::Paragraph(words.to_owned())];
    }
    let block = |axes: &Vec<String>| match pictures::intersection(document, axes) {
        Some(figure) => Some(Block::Figure(figure)),
        None => tables::lowest(document, axes).map(Block::Table),
    };
    let blocks: Vec<Block> = sets.iter().filter_map(block).collect();
    if blocks.is_empty() {
        return vec![Block::Paragraph("No combination has a ratio to its reference.".to_owned())];
    }
    blocks
}
