//! What is counted at each value: rows, or rows by something else that they have.

use super::sums::ExactSum;
use crate::cell::ledger::MOST_EXACT;
use crate::inference::trials::Trials;

/// Counts that add up: whatever the rows and their order, the same rows have the same counts.
pub trait Counts: Clone + Default + PartialEq + std::fmt::Debug {
    /// How many rows were counted.
    fn rows(&self) -> u64;
    /// Adds the counts of other rows.
    fn add(&mut self, other: &Self);
    /// Takes away the counts of rows that are among these.
    fn take(&mut self, part: &Self);
    /// What a hash of the counts is made of: equal for equal counts and for no others.
    fn bytes(&self, out: &mut Vec<u8>);
    /// How many distinct values are kept one by one at most, where such counts go with each.
    fn most_exact(&self) -> usize {
        MOST_EXACT
    }
}

/// Rows and nothing else.
impl Counts for u64 {
    fn rows(&self) -> u64 {
        *self
    }

    fn add(&mut self, other: &u64) {
        *self += other;
    }

    fn take(&mut self, part: &u64) {
        *self = self.saturating_sub(*part);
    }

    fn bytes(&self, out: &mut Vec<u8>) {
        out.extend(self.to_le_bytes());
    }
}

/// Rows of one value. Of a duration: those that ended after it, and those that were still open when last seen. Of a
/// prediction: what turned out for them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Cases {
    pub ended: u64,
    pub open: u64,
    /// What turned out, where the value is what was predicted.
    pub turned: Option<Box<Turned>>,
}

/// So many distinct predictions of a group are kept one by one: what turned out for each takes far more room than its
/// rows.
const MOST_TURNED: usize = 1 << 12;

impl Cases {
    /// Rows that have this value.
    pub fn ended(rows: u64) -> Cases {
        Cases { ended: rows, ..Cases::default() }
    }

    /// Rows that had lasted so long when last seen.
    pub fn open(rows: u64) -> Cases {
        Cases { open: rows, ..Cases::default() }
    }

    /// Rows for which this was predicted.
    pub fn turned(turned: Turned) -> Cases {
        Cases { ended: turned.rows, open: 0, turned: Some(Box::new(turned)) }
    }
}

impl Counts for Cases {
    fn rows(&self) -> u64 {
        self.ended + self.open
    }

    fn add(&mut self, other: &Cases) {
        self.ended += other.ended;
        self.open += other.open;
        match (&mut self.turned, &other.turned) {
            (Some(mine), Some(theirs)) => mine.add(theirs),
            (mine @ None, Some(theirs)) => *mine = Some(theirs.clone()),
            (_, None) => {}
        }
    }

    fn take(&mut self, part: &Cases) {
        self.ended = self.ended.saturating_sub(part.ended);
        self.open = self.open.saturating_sub(part.open);
        if let (Some(mine), Some(theirs)) = (&mut self.turned, &part.turned) {
            mine.take(theirs);
        }
    }

    fn bytes(&self, out: &mut Vec<u8>) {
        out.extend(self.ended.to_le_bytes());
        out.extend(self.open.to_le_bytes());
        if let Some(turned) = &self.turned {
            turned.bytes(out);
        }
    }

    fn most_exact(&self) -> usize {
        if self.turned.is_some() { MOST_TURNED } else { MOST_EXACT }
    }
}

/// Customers of one score who got the treatment and who did not, each with how many responded.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Arms {
    pub treated: Trials,
    pub control: Trials,
}

impl Counts for Arms {
    fn rows(&self) -> u64 {
        self.treated.of + self.control.of
    }

    fn add(&mut self, other: &Arms) {
        for (mine, theirs) in [(&mut self.treated, other.treated), (&mut self.control, other.control)] {
            mine.hits += theirs.hits;
            mine.of += theirs.of;
        }
    }

    fn take(&mut self, part: &Arms) {
        for (mine, theirs) in [(&mut self.treated, part.treated), (&mut self.control, part.control)] {
            mine.hits = mine.hits.saturating_sub(theirs.hits);
            mine.of = mine.of.saturating_sub(theirs.of);
        }
    }

    fn bytes(&self, out: &mut Vec<u8>) {
        for arm in [self.treated, self.control] {
            out.extend(arm.hits.to_le_bytes());
            out.extend(arm.of.to_le_bytes());
        }
    }
}

/// Rows of one predicted amount with the amounts that turned out.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Turned {
    pub rows: u64,
    /// The sum of the amounts that turned out.
    pub actual: ExactSum,
    /// The sum of the squared errors, each error and each square rounded once.
    pub squares: ExactSum,
}

impl Turned {
    /// One amount that turned out so many times where another was predicted; None where one, or their squared distance, is no
    /// finite number.
    pub fn of(predicted: f64, turned_out: f64, rows: u64) -> Option<Turned> {
        let error = predicted - turned_out;
        let (mut actual, mut squares) = (ExactSum::default(), ExactSum::default());
        let counted = actual.add(turned_out, rows) && squares.add(error * error, rows);
        counted.then_some(Turned { rows, actual, squares })
    }
}

impl Counts for Turned {
    fn rows(&self) -> u64 {
        self.rows
    }

    fn add(&mut self, other: &Turned) {
        self.rows += other.rows;
        self.actual.join(&other.actual);
        self.squares.join(&other.squares);
    }

    fn take(&mut self, part: &Turned) {
        self.rows = self.rows.saturating_sub(part.rows);
        self.actual.take(&part.actual);
        self.squares.take(&part.squares);
    }

    fn bytes(&self, out: &mut Vec<u8>) {
        out.extend(self.rows.to_le_bytes());
        self.actual.bytes(out);
        self.squares.bytes(out);
    }
}
