//! The mark of a verdict: a shape and a word, the same in every report and figure.

use super::check::{CheckRow, Verdict};

/// How a verdict is shown: a shape and a word, always both.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mark {
    Met,
    NotMet,
    Inconclusive,
    TooFew,
    NotTested,
    /// Judged, and hidden from the reader.
    Hidden,
}

impl Mark {
    pub const ALL: [Mark; 6] =
        [Mark::Met, Mark::NotMet, Mark::Inconclusive, Mark::TooFew, Mark::NotTested, Mark::Hidden];

    pub fn of(row: &CheckRow) -> Mark {
        Mark::told(row.verdict, row.reason.as_deref())
    }

    /// Of a verdict and why it is inconclusive or not applicable.
    pub fn told(verdict: Verdict, reason: Option<&str>) -> Mark {
        match (verdict, reason) {
            (Verdict::Met, _) => Mark::Met,
            (Verdict::NotMet, _) => Mark::NotMet,
            (Verdict::Inconclusive, Some("too-few")) => Mark::TooFew,
            (Verdict::Inconclusive, _) => Mark::Inconclusive,
            (Verdict::NotApplicable, Some("suppressed")) => Mark::Hidden,
            (Verdict::NotApplicable, _) => Mark::NotTested,
        }
    }

    pub fn of_run(verdict: Verdict) -> Mark {
        Mark::told(verdict, None)
    }

    pub fn shape(self) -> &'static str {
        match self {
            Mark::Met => "●",
            Mark::NotMet => "▲",
            Mark::Inconclusive => "◆",
            Mark::TooFew => "○",
            Mark::NotTested => "–",
            Mark::Hidden => "▒",
        }
    }

    pub fn word(self) -> &'static str {
        match self {
            Mark::Met => "met",
            Mark::NotMet => "not met",
            Mark::Inconclusive => "inconclusive",
            Mark::TooFew => "too few",
            Mark::NotTested => "not tested",
            Mark::Hidden => "hidden",
        }
    }
}
