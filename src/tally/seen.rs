//! The distinct values of a decision or a label, as far as they are few enough to be named.

use std::collections::BTreeSet;

use super::meaning::MOST_VALUES;

/// Distinct values while there are few; once there are more than may be named, only that there are.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Seen {
    names: BTreeSet<String>,
    many: bool,
}

impl Seen {
    /// Many values, none of them named.
    pub fn many() -> Seen {
        Seen { names: BTreeSet::new(), many: true }
    }

    pub fn add(&mut self, values: impl IntoIterator<Item = String>) {
        if !self.many {
            self.names.extend(values);
            if self.names.len() > MOST_VALUES {
                *self = Seen::many();
            }
        }
    }

    /// The values; none when there are more than may be named.
    pub fn names(&self) -> Option<&BTreeSet<String>> {
        (!self.many).then_some(&self.names)
    }

    /// How many there are, up to one more than may be named.
    pub fn count(&self) -> usize {
        if self.many { MOST_VALUES + 1 } else { self.names.len() }
    }
}
