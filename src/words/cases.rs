//! How the cases that a number rests on are called: cases, people, or what their rows are worth.

use super::numbers::{about, count, counted};
use crate::result::{Document, Measurement};

/// What is counted where a denominator is named.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cases {
    /// Every row is a case.
    Rows,
    /// Several rows may be of one person.
    People,
    /// Rows weigh differently, or belong to a group in part: so many equal cases they are worth.
    Worth,
}

impl Cases {
    /// What is counted of the groups of an axis; `[]` is everybody.
    pub fn of(document: &Document, axes: &[String]) -> Cases {
        let in_part = axes.iter().any(|axis| document.policy.probable.contains(axis));
        if in_part { Cases::Worth } else { Cases::of_most(document) }
    }

    /// What is counted of groups in general, for the head of a column.
    pub fn of_most(document: &Document) -> Cases {
        if document.policy.unit.is_some() {
            Cases::People
        } else if document.policy.weight.is_some() {
            Cases::Worth
        } else {
            Cases::Rows
        }
    }

    /// The head of a column of counts.
    pub fn head(self) -> &'static str {
        match self {
            Cases::Rows => "Cases",
            Cases::People => "People",
            Cases::Worth => "Worth (cases)",
        }
    }

    /// Several of them.
    pub fn noun(self) -> &'static str {
        match self {
            Cases::Rows | Cases::Worth => "cases",
            Cases::People => "people",
        }
    }

    /// A count with its noun: 1 case, 172 people, worth 341 cases.
    pub fn counted(self, n: u64) -> String {
        match (self, n) {
            (Cases::Rows, _) => counted(n, "case"),
            (Cases::People, 1) => "1 person".to_owned(),
            (Cases::People, _) => format!("{} people", count(n)),
            (Cases::Worth, _) => format!("worth {}", counted(n, "case")),
        }
    }

    /// The same where there is little room.
    pub fn short(self, n: u64) -> String {
        match self {
            Cases::Worth => format!("worth {}", count(n)),
            _ => self.counted(n),
        }
    }

    /// A count in a column under [`Cases::of_most`]: of groups that are otherwise counted it says so.
    pub fn in_column(self, head: Cases, n: u64) -> String {
        if self == head { count(n) } else { self.short(n) }
    }

    /// That so many cases are of a group: `172 people of sex Female`; none is everybody.
    pub fn of_group(self, n: u64, group: Option<&str>) -> String {
        let of = group.map(|group| format!(" of {group}")).unwrap_or_default();
        match self {
            Cases::Rows | Cases::People => format!("{}{of}", self.counted(n)),
            Cases::Worth => format!("rows{of} {}", self.counted(n)),
        }
    }

    /// So many more, two digits of it: about 850 more people.
    pub fn more(self, n: u64) -> String {
        let n = about(n);
        match (self, n) {
            (Cases::Rows, 1) => "about 1 more case".to_owned(),
            (Cases::People, 1) => "about 1 more person".to_owned(),
            (Cases::Worth, 1) => "rows worth about 1 more case".to_owned(),
            (Cases::Rows | Cases::People, _) => format!("about {} more {}", count(n), self.noun()),
            (Cases::Worth, _) => format!("rows worth about {} more cases", count(n)),
        }
    }

    /// The cases of a measurement, counted as its checks count them.
    pub fn of_measurement(document: &Document, m: &Measurement) -> Option<u64> {
        match Cases::of(document, &m.axes) {
            Cases::Rows => m.denominator,
            Cases::People => m.people.or(m.denominator),
            Cases::Worth => {
                let of_same = document.checks.iter().find(|row| {
                    row.metric == m.metric && row.axes == m.axes && row.group == m.group && !m.group.is_empty()
                });
                of_same.map(|row| row.rows).or(m.effective_rows.map(|rows| rows as u64)).or(m.denominator)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cases_are_called_what_they_are() {
        assert_eq!(Cases::Rows.counted(1), "1 case");
        assert_eq!(Cases::People.counted(1), "1 person");
        assert_eq!(Cases::People.counted(1720), "1,720 people");
        assert_eq!(Cases::Worth.counted(341), "worth 341 cases");
        assert_eq!(Cases::Worth.in_column(Cases::Rows, 341), "worth 341");
        assert_eq!(Cases::Worth.in_column(Cases::Worth, 341), "341");
        assert_eq!(Cases::People.more(847), "about 850 more people");
        assert_eq!(Cases::Rows.more(1), "about 1 more case");
        assert_eq!(Cases::Worth.more(2_028), "rows worth about 2,000 more cases");
        assert_eq!(Cases::Worth.of_group(341, Some("sex Female")), "rows of sex Female worth 341 cases");
        assert_eq!(Cases::People.of_group(182, None), "182 people");
    }
}
