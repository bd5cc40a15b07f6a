//! When the next review is due, which actions are late, and which waivers end.

use super::action::Action;
use super::chain::{Line, last_review};
use super::entry::WaiverSeen;
use super::record::{Decision, SOON};

/// How a history stands on a day.
#[derive(Clone, Debug, PartialEq)]
pub struct Due {
    /// The last review, how many days ago it was, and the last day of the next one; none where there is no review.
    pub last: Option<Last>,
    /// Drafts after the last review.
    pub drafts: u64,
    pub overdue_actions: Vec<Action>,
    /// Waivers that end within 60 days, or have ended, each with the days left.
    pub ending: Vec<(WaiverSeen, i64)>,
}

/// The last review.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Last {
    pub day: String,
    pub days_ago: i64,
    /// The last day on which the next review is in time.
    pub due_on: String,
    /// The system was taken out of use: no review is due any more.
    pub retired: bool,
}

impl Due {
    /// How the history stands; a review may be so many days old.
    pub fn on(day: &str, lines: &[Line], max_age: i64) -> Due {
        let review = last_review(lines);
        let entry = review.map(|line| &line.entry);
        let last = entry.and_then(|entry| {
            let days_ago = days_between(&entry.day, day)?;
            // Farther than the calendar goes is never.
            let due_on = plus(&entry.day, max_age).unwrap_or_else(|| "9999-12-31".to_owned());
            let retired = entry.decision.as_deref() == Some(Decision::Retire.id());
            Some(Last { day: entry.day.clone(), days_ago, due_on, retired })
        });
        let drafts = lines.iter().rev().take_while(|line| line.entry.draft).count() as u64;
        let actions = entry.map_or(&[][..], |entry| &entry.actions);
        let waivers = entry.map_or(&[][..], |entry| &entry.waivers);
        let ending = waivers.iter().filter(|waiver| waiver.status == "active").filter_map(|waiver| {
            let left = days_between(day, &waiver.expires)?;
            (left <= SOON).then(|| (waiver.clone(), left))
        });
        Due {
            last,
            drafts,
            overdue_actions: actions.iter().filter(|action| action.is_overdue(day)).cloned().collect(),
            ending: ending.collect(),
        }
    }

    /// Whether a review is late, or was never made.
    pub fn is_overdue(&self, max_age: i64) -> bool {
        self.last.as_ref().is_none_or(|last| !last.retired && last.days_ago > max_age)
    }
}

/// Days from one day to another; none for what is no day.
pub fn days_between(from: &str, to: &str) -> Option<i64> {
    let day = |text: &str| text.parse::<jiff::civil::Date>().ok();
    let span = day(from)?.until((jiff::Unit::Day, day(to)?)).ok()?;
    Some(i64::from(span.get_days()))
}

fn plus(day: &str, days: i64) -> Option<String> {
    let date = day.parse::<jiff::civil::Date>().ok()?;
    let span = jiff::Span::new().try_days(days).ok()?;
    date.checked_add(span).ok().map(|date| date.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_counted_over_months_and_leap_years() {
        assert_eq!(days_between("2024-02-28", "2024-03-01"), Some(2));
        assert_eq!(days_between("2026-03-01", "2026-02-28"), Some(-1));
        assert_eq!(days_between("2026-03-01", "soon"), None);
        assert_eq!(plus("2026-11-21", 90).as_deref(), Some("2027-02-19"));
        assert_eq!(plus("2026-11-21", i64::MAX), None);
    }
}
