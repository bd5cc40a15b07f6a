//! What an outcome is about, so that a page of figures has one line for each theme.

use super::outcome::OutcomeKind;

/// A theme of the scorecard that an outcome can stand for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Theme {
    Satisfaction,
    Sales,
    Cost,
    Speed,
    Incidents,
}

impl Theme {
    /// In the order of the scorecard.
    pub const ALL: [Theme; 5] = [Theme::Satisfaction, Theme::Sales, Theme::Cost, Theme::Speed, Theme::Incidents];
    pub const NAMES: &[&str] = &["satisfaction", "sales", "cost", "speed", "incidents"];

    pub fn find(name: &str) -> Option<Theme> {
        Theme::ALL.into_iter().find(|theme| theme.name() == name)
    }

    pub fn name(self) -> &'static str {
        match self {
            Theme::Satisfaction => "satisfaction",
            Theme::Sales => "sales",
            Theme::Cost => "cost",
            Theme::Speed => "speed",
            Theme::Incidents => "incidents",
        }
    }

    /// Lines of the scorecard that are of no outcome.
    pub const OTHERS: [&str; 3] = ["consent", "accuracy", "disparity"];

    /// The theme of an outcome whose policy names none. What an amount or a yes is about, nobody can tell from its kind.
    pub fn of(kind: OutcomeKind) -> Option<Theme> {
        match kind {
            OutcomeKind::Ordinal => Some(Theme::Satisfaction),
            OutcomeKind::Duration | OutcomeKind::Open => Some(Theme::Speed),
            OutcomeKind::Amount
            | OutcomeKind::YesNo
            | OutcomeKind::Category
            | OutcomeKind::Error
            | OutcomeKind::Prediction => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Theme;

    #[test]
    fn names_are_those_of_the_themes() {
        assert_eq!(Theme::ALL.map(Theme::name).as_slice(), Theme::NAMES);
        assert_eq!(Theme::find("speed"), Some(Theme::Speed));
        assert_eq!(Theme::find("quality"), None);
    }
}
