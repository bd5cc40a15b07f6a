//! A page: blocks of words that every dialect can print.

use crate::result::{CheckRow, Verdict};

/// A report as blocks.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Page {
    pub title: String,
    pub blocks: Vec<Block>,
}

#[derive(Clone, Debug, PartialEq)]
pub enum Block {
    Heading(String),
    Paragraph(String),
    /// Pairs of a name and what it is.
    Facts(Vec<(String, String)>),
    /// A sentence with its mark.
    Finding(Mark, String),
    List(Vec<String>),
    Table(Table),
}

/// How a verdict is shown: a shape and a word, always both.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mark {
    Met,
    NotMet,
    Inconclusive,
    TooFew,
    NotTested,
}

impl Mark {
    pub const ALL: [Mark; 5] = [Mark::Met, Mark::NotMet, Mark::Inconclusive, Mark::TooFew, Mark::NotTested];

    pub fn of(row: &CheckRow) -> Mark {
        match row.verdict {
            Verdict::Met => Mark::Met,
            Verdict::NotMet => Mark::NotMet,
            Verdict::Inconclusive if row.reason.as_deref() == Some("too-few") => Mark::TooFew,
            Verdict::Inconclusive => Mark::Inconclusive,
            Verdict::NotApplicable => Mark::NotTested,
        }
    }

    pub fn of_run(verdict: Verdict) -> Mark {
        match verdict {
            Verdict::Met => Mark::Met,
            Verdict::NotMet => Mark::NotMet,
            Verdict::Inconclusive => Mark::Inconclusive,
            Verdict::NotApplicable => Mark::NotTested,
        }
    }

    pub fn shape(self) -> &'static str {
        match self {
            Mark::Met => "●",
            Mark::NotMet => "▲",
            Mark::Inconclusive => "◆",
            Mark::TooFew => "○",
            Mark::NotTested => "–",
        }
    }

    pub fn word(self) -> &'static str {
        match self {
            Mark::Met => "met",
            Mark::NotMet => "not met",
            Mark::Inconclusive => "inconclusive",
            Mark::TooFew => "too few",
            Mark::NotTested => "not tested",
        }
    }
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
