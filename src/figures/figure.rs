//! What a figure shows, before it is drawn: rows, limits and the words on it.

use super::reliability::Reliability;
use super::scale::Scale;
use super::sweep::Sweep;
use super::trend::Trends;
use crate::result::Mark;

/// A picture with its words.
#[derive(Clone, Debug, PartialEq)]
pub struct Figure {
    pub title: String,
    /// The sentence that says what is to be seen.
    pub message: String,
    /// Every value, for those who do not see the picture.
    pub description: String,
    pub drawing: Drawing,
}

#[derive(Clone, Debug, PartialEq)]
pub enum Drawing {
    /// Rows of a dot and its interval, in one panel or several under each other.
    Panels(Vec<Panel>),
    Heat(HeatMap),
    /// Observed shares against mean scores, a panel for each group.
    Reliability(Reliability),
    /// Lines along the threshold, in panels under each other.
    Sweep(Sweep),
    /// Numbers over reviews, in panels under each other.
    Trends(Trends),
}

/// Rows on one axis: a forest of ratios, or rates.
#[derive(Clone, Debug, PartialEq)]
pub struct Panel {
    /// Above the panel; empty when the title of the figure says it.
    pub title: String,
    /// Empty where the panel goes on with the heads and the scale of the one above it.
    pub heads: Heads,
    pub scale: Scale,
    pub rows: Vec<Row>,
    /// The line that numbers are held against, with its words.
    pub line: Option<(f64, String)>,
    /// The limits of the check, shaded between.
    pub limits: Option<Limits>,
}

/// The words above the columns of a panel.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Heads {
    pub group: String,
    pub axis: String,
    pub value: String,
    pub cases: String,
    pub verdict: String,
}

/// Limits as numbers and as words; an open side has no limit.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Limits {
    pub low: Option<(f64, String)>,
    pub high: Option<(f64, String)>,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Row {
    pub label: String,
    /// Nothing is drawn for a number that is not defined.
    pub estimate: Option<Estimate>,
    /// Where the number comes from; none where it stands for itself.
    pub start: Option<Start>,
    pub kind: Kind,
    /// The number and its interval as words.
    pub value: String,
    pub cases: String,
    /// The word of the verdict, or why there is none.
    pub word: String,
}

/// Where a number comes from, drawn on the line of its row.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Start {
    /// A bar leads from here to the number.
    Bar(f64),
    /// An upright stroke stands here, and a line leads from it to the number.
    Before(f64),
}

/// How a row is marked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// With the shape of its verdict.
    Judged(Mark),
    /// Measured only.
    Plain,
    /// The group that the others are held against.
    Reference,
}

/// A number and the ends of its interval; a missing end is open.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Estimate {
    pub value: f64,
    pub low: Option<f64>,
    pub high: Option<f64>,
}

/// Ratios of the groups of two attributes.
#[derive(Clone, Debug, PartialEq)]
pub struct HeatMap {
    /// Name of the attribute down the side, and its levels.
    pub down: (String, Vec<String>),
    /// Name of the attribute along the top, and its levels.
    pub across: (String, Vec<String>),
    /// One line of cells for each level down the side.
    pub cells: Vec<Vec<Cell>>,
    /// The words above the steps of the colours.
    pub legend: String,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Cell {
    /// What the colour shows; hatched when there is none.
    pub ratio: Option<f64>,
    pub value: String,
    pub cases: String,
    pub kind: Kind,
    pub word: String,
}
