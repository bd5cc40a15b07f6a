//! The mark of a verdict: a shape and a word, the same in every report and figure.

use super::types::{CheckRow, Verdict};

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
        match row.verdict {
            Verdict::Met => Mark::Met,
            Verdict::NotMet => Mark::NotMet,
            Verdict::Inconclusive if row.reason.as_deref() == Some("too-few") => Mark::TooFew,
            Verdict::Inconclusive => Mark::Inconclusive,
            Verdict::NotApplicable if row.reason.as_deref() == Some("suppressed") => Mark::Hidden,
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
