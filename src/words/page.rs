//! A page: blocks of words that every dialect can print.

use crate::figures::Figure;
pub use crate::result::Mark;

/// A report as blocks.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Page {
    pub title: String,
    pub blocks: Vec<Block>,
}

#[expect(clippy::large_enum_variant, reason = "a page has some dozens of blocks, each made once")]
#[derive(Clone, Debug, PartialEq)]
pub enum Block {
    /// A word that nobody overlooks, and why it is there.
    Stamp(String, String),
    Heading(String),
    Paragraph(String),
    /// Pairs of a name and what it is.
    Facts(Vec<(String, String)>),
    /// A sentence with its mark.
    Finding(Mark, String),
    List(Vec<String>),
    Table(Table),
    Figure(Figure),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Align {
    Left,
    Right,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Column {
    pub head: String,
    pub align: Align,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Table {
    pub caption: String,
    pub columns: Vec<Column>,
    pub rows: Vec<Vec<String>>,
}

impl Table {
    /// A table whose heads start with `>` when their column is aligned to the right.
    pub fn new(caption: impl Into<String>, heads: &[&str]) -> Table {
        let column = |head: &&str| match head.strip_prefix('>') {
            Some(head) => Column { head: head.to_owned(), align: Align::Right },
            None => Column { head: (*head).to_owned(), align: Align::Left },
        };
        Table { caption: caption.into(), columns: heads.iter().map(column).collect(), rows: Vec::new() }
    }
}
