//! Several classes to which cases are sent, and how bad a wrong one is.

use crate::exact::Exact;

/// No column of classes has more than this.
pub const MOST_CLASSES: usize = 50;

/// Which class each case was given, and which one was right.
#[derive(Clone, Debug)]
pub struct Classes {
    /// The column of the class that was chosen.
    pub chosen: String,
    /// The column of the class that was right, where that is known.
    pub right: Option<String>,
    /// The only classes there are; none where the data say.
    pub levels: Vec<String>,
    pub harm: Vec<Harm>,
}

/// How bad it is that cases of some classes were given some others.
#[derive(Clone, Debug)]
pub struct Harm {
    /// The right classes; every one where none is listed.
    pub right: Vec<String>,
    /// The wrong classes that were chosen, likewise.
    pub chosen: Vec<String>,
    pub weight: Exact,
}

impl Classes {
    /// The columns that are read, in their order.
    pub fn columns(&self) -> impl Iterator<Item = &String> {
        std::iter::once(&self.chosen).chain(&self.right)
    }
}
