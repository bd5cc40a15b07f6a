//! Which columns look like something that people experienced: how long it took, what they answered, what they paid, whether it
//! went well; and which one says who consented. Names and values together tell; what stays open is asked.

use std::collections::BTreeSet;

use super::column::Column;
use super::vocabulary::*;
use crate::metrics::outcome::{Better, OutcomeKind};
use crate::policy::instant::Instant;
use crate::policy::theme::Theme;

/// A column, or two, that an `[[outcome]]` could be read from.
#[derive(Clone, Debug, PartialEq)]
pub struct Guess {
    /// What the outcome is called: the column, in the signs that a name may have.
    pub name: String,
    pub read: Read,
    pub kind: OutcomeKind,
    /// What its numbers are in, where the name of the column says so.
    pub unit: Option<String>,
    /// What it is about, where the name says so and its kind does not.
    pub theme: Option<Theme>,
    /// What well-known names say is good for the person; to be confirmed by somebody who knows.
    pub better: Option<Better>,
    /// The answer from which on somebody is content, going by the largest that was seen.
    pub bound: Option<u64>,
    /// Of yes and no: which value is yes, and which others there are.
    pub yes: Option<String>,
    pub no: Vec<String>,
    /// Some rows have no value.
    pub missing: bool,
    /// No value is below 0.
    pub positive: bool,
    /// Its values are written as `mm:ss` or `hh:mm:ss`, or its name says that they are seconds.
    pub in_seconds: bool,
}

/// Where the values stand.
#[derive(Clone, Debug, PartialEq)]
pub enum Read {
    Column(String),
    /// From one time to another; some have no end yet where `open`.
    Between {
        from: String,
        to: String,
        open: bool,
    },
}

impl Guess {
    /// The columns that it is read from.
    pub fn columns(&self) -> Vec<&str> {
        match &self.read {
            Read::Column(column) => vec![column],
            Read::Between { from, to, .. } => vec![from, to],
        }
    }

    /// What it is, in plain words.
    pub fn words(&self) -> String {
        match (self.kind, &self.read) {
            (OutcomeKind::Duration, Read::Between { from, to, .. }) => format!("how long it took from {from} to {to}"),
            (OutcomeKind::Duration, _) => "how long it took".to_owned(),
            (OutcomeKind::Ordinal, _) => "an answer on a scale".to_owned(),
            (OutcomeKind::YesNo, _) => "yes or no".to_owned(),
            _ => match &self.unit {
                Some(unit) => format!("an amount in {unit}"),
                None => "an amount".to_owned(),
            },
        }
    }
}

/// The column that says who consented.
#[derive(Clone, Debug, PartialEq)]
pub struct ConsentGuess {
    pub column: String,
    pub values: Vec<String>,
    /// The value that says yes, where one of them is known to.
    pub given: Option<String>,
}

/// More distinct values than an answer from 0 to 10 can have.
const SCALE: usize = 11;
const HIGHEST_ANSWER: f64 = 10.0;
const FEWEST_ANSWERS: usize = 3;
/// Consent has more values than yes and no where it was withdrawn, or never asked for.
const ANSWERS_TO_CONSENT: usize = 6;

impl Column<'_> {
    fn guess(&self, kind: OutcomeKind) -> Guess {
        Guess {
            name: plain(self.name),
            read: Read::Column(self.name.to_owned()),
            kind,
            unit: None,
            theme: None,
            better: None,
            bound: None,
            yes: None,
            no: Vec::new(),
            missing: self.given.len() < self.texts.len(),
            in_seconds: false,
            positive: self.numbers.as_ref().is_none_or(|numbers| numbers.iter().all(|number| *number >= 0.0)),
        }
    }

    fn outcome(&self) -> Option<Guess> {
        self.event().or_else(|| self.answer()).or_else(|| self.duration()).or_else(|| self.amount())
    }

    fn event(&self) -> Option<Guess> {
        let (_, better, theme) = EVENTS.iter().find(|(words, ..)| self.any(words))?;
        if self.distinct.len() > 2 || self.any(NOT) {
            return None;
        }
        let (yes, no) = yes_and_no(&self.distinct)?;
        Some(Guess { better: *better, theme: *theme, yes: Some(yes), no, ..self.guess(OutcomeKind::YesNo) })
    }

    fn answer(&self) -> Option<Guess> {
        let numbers = self.numbers.as_ref().filter(|_| self.any(ANSWERS) && !self.any(NO_ANSWER))?;
        let on_scale = |n: &f64| (0.0..=HIGHEST_ANSWER).contains(n) && n.fract() == 0.0;
        if !(FEWEST_ANSWERS..=SCALE).contains(&self.distinct.len()) || !numbers.iter().all(on_scale) {
            return None;
        }
        let highest = numbers.iter().copied().fold(0.0, f64::max);
        // 4 and 5 of 5, 6 and 7 of 7, 9 and 10 of 10; of three answers the best.
        let bound = (highest - if highest > 3.0 { 1.0 } else { 0.0 }) as u64;
        // More effort is worse, but half of all such scales ask how easy it was.
        let better = (!self.any(&["ces"])).then_some(Better::More);
        Some(Guess { bound: Some(bound), better, ..self.guess(OutcomeKind::Ordinal) })
    }

    fn duration(&self) -> Option<Guess> {
        let clocks: Option<Vec<u64>> = self.given.iter().map(|text| clock(text)).collect();
        let clocks = clocks.filter(|clocks| !clocks.is_empty());
        let timed = self.any(TIME_OF) && (self.any(&["time"]) || OTHER_TIMES.iter().any(|(_, words)| self.any(words)));
        let named =
            (self.any(TOOK) || self.any(SECONDS) || self.any(&["minutes", "mins"]) || timed) && !self.any(NO_WAIT);
        let less = |guess: Guess| Guess { better: Some(Better::Less), ..guess };
        if let Some(clocks) = clocks {
            // 09:30 could be a time of the day; 31:05 could not.
            let no_clock_time = clocks.iter().any(|first| *first > 23);
            let clocked = Guess { in_seconds: true, ..self.guess(OutcomeKind::Duration) };
            return (named || no_clock_time).then(|| less(clocked));
        }
        let numbers = self.numbers.as_ref().filter(|_| named && self.distinct.len() > 2)?;
        if numbers.iter().any(|number| *number < 0.0) {
            return None;
        }
        let unit = OTHER_TIMES.iter().find(|(_, words)| self.any(words)).filter(|_| !self.any(SECONDS));
        Some(less(match unit {
            Some((unit, _)) => {
                Guess { unit: Some((*unit).to_owned()), theme: Some(Theme::Speed), ..self.guess(OutcomeKind::Amount) }
            }
            None => Guess { in_seconds: self.any(SECONDS), ..self.guess(OutcomeKind::Duration) },
        }))
    }

    fn amount(&self) -> Option<Guess> {
        let (_, better, theme) = AMOUNTS.iter().find(|(words, ..)| self.any(words))?;
        self.numbers.as_ref().filter(|_| self.distinct.len() > 2)?;
        let unit = self.words.iter().find(|word| CURRENCIES.contains(&word.as_str()));
        let unit = unit.map(|word| word.to_uppercase());
        Some(Guess { better: *better, theme: *theme, unit, ..self.guess(OutcomeKind::Amount) })
    }

    /// Its times, row by row, where every value is one.
    fn times(&self) -> Option<Vec<Option<Instant>>> {
        let read = |text: &String| {
            let text = text.trim();
            if text.is_empty() { Some(None) } else { Instant::parse(text).map(Some) }
        };
        let times: Option<Vec<Option<Instant>>> = self.texts.iter().map(read).collect();
        times.filter(|times| times.iter().any(Option::is_some))
    }
}

/// Every column or pair of columns that an outcome could be read from, in the order of the file.
pub fn outcomes(columns: &[&Column]) -> Vec<Guess> {
    let mut found: Vec<Guess> = columns.iter().filter_map(|column| column.outcome()).collect();
    found.extend(durations_between(columns));
    let mut names = BTreeSet::new();
    for guess in &mut found {
        while !names.insert(guess.name.clone()) {
            guess.name.push('_');
        }
    }
    found
}

/// Pairs of times, the second never before the first.
fn durations_between(columns: &[&Column]) -> Vec<Guess> {
    let timed: Vec<(&Column, Vec<Option<Instant>>)> =
        columns.iter().filter_map(|column| Some((*column, column.times()?))).collect();
    let Some((from, begun)) = timed.iter().find(|(column, _)| column.any(BEGINNINGS)) else { return Vec::new() };
    let fits = |ended: &[Option<Instant>]| {
        let both = || begun.iter().zip(ended).filter_map(|(from, to)| Some((from.as_ref()?, to.as_ref()?)));
        // What the pass would refuse is not proposed.
        let alike = |from: &Instant, to: &Instant| from.is_zoned() == to.is_zoned() && from.is_day() == to.is_day();
        both().next().is_some() && both().all(|(from, to)| alike(from, to) && to.micros_since(*from) >= 0)
    };
    let ends =
        timed.iter().filter(|(to, ended)| to.name != from.name && to.any(ENDS) && !to.any(BEGINNINGS) && fits(ended));
    ends.map(|(to, ended)| {
        let open = begun.iter().zip(ended).any(|(from, to)| from.is_some() && to.is_none());
        let end = to.words.iter().find(|word| ENDS.contains(&word.as_str())).map_or("end", String::as_str);
        Guess {
            name: format!("time_to_{end}"),
            read: Read::Between { from: from.name.to_owned(), to: to.name.to_owned(), open },
            better: Some(Better::Less),
            missing: open,
            ..to.guess(OutcomeKind::Duration)
        }
    })
    .collect()
}

/// The first column that looks like it says who consented.
pub fn consent(columns: &[&Column]) -> Option<ConsentGuess> {
    let named = |look: &&&Column| {
        let consent = look.any(&["consent", "consents", "consented", "optin", "optedin"]);
        let opted = look.any(&["opt", "opted"]) && look.any(&["in"]);
        let few = (1..=ANSWERS_TO_CONSENT).contains(&look.distinct.len());
        (consent || opted) && !look.any(&["out"]) && few && look.times().is_none()
    };
    let look = columns.iter().find(named)?;
    let values: Vec<String> = look.distinct.iter().cloned().collect();
    let given = values.iter().find(|value| is_one(value, YES)).cloned();
    Some(ConsentGuess { column: look.name.to_owned(), values, given })
}

/// The value that is yes and those that are no; none where one of them is neither.
fn yes_and_no(values: &BTreeSet<String>) -> Option<(String, Vec<String>)> {
    let (yes, no): (Vec<&String>, Vec<&String>) = values.iter().partition(|value| is_one(value, YES));
    let known = yes.len() == 1 && no.iter().all(|value| is_one(value, NO));
    known.then(|| (yes[0].clone(), no.into_iter().cloned().collect()))
}

fn is_one(value: &str, of: &[&str]) -> bool {
    of.contains(&value.to_lowercase().as_str())
}

/// The first part of `mm:ss` or `hh:mm:ss`.
fn clock(text: &str) -> Option<u64> {
    let (first, rest) = text.split_once(':')?;
    let two_digits = |part: &str| {
        let whole = part.split(['.', ',']).next().unwrap_or_default();
        whole.len() == 2 && whole.parse::<u8>().is_ok_and(|value| value < 60)
    };
    let fits = rest.split(':').count() <= 2 && rest.split(':').all(two_digits) && first.len() < 10;
    first.parse().ok().filter(|_| fits)
}

/// A name in the signs that the name of an outcome may have.
fn plain(column: &str) -> String {
    let sign = |c: char| if c.is_ascii_alphanumeric() || c == '_' || c == '-' { c } else { '_' };
    let name: String = column.trim().chars().map(sign).collect();
    if name.is_empty() { "outcome".to_owned() } else { name }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(column: &str, values: &[&str]) -> Option<Guess> {
        let texts: Vec<String> = values.iter().map(|value| (*value).to_owned()).collect();
        outcomes(&[&Column::new(column, &texts)]).into_iter().next()
    }

    #[test]
    fn names_and_values_together_tell_what_a_column_is() {
        let kind = |column: &str, values: &[&str]| of(column, values).map(|guess| (guess.kind, guess.unit));
        let duration = Some((OutcomeKind::Duration, None));
        let amount = |unit: Option<&str>| Some((OutcomeKind::Amount, unit.map(str::to_owned)));
        assert_eq!(kind("wait", &["1:30", "0:05", "12:00"]), duration);
        assert_eq!(kind("wait_seconds", &["90", "5", "720"]), duration);
        assert_eq!(kind("waitMinutes", &["1.5", "0", "12"]), amount(Some("minutes")));
        assert_eq!(kind("handle_time", &["31:05", "00:10"]), duration);
        assert_eq!(kind("talk", &["31:05", "00:10"]), duration);
        assert_eq!(kind("csat", &["1", "5", "", "4"]), Some((OutcomeKind::Ordinal, None)));
        assert_eq!(kind("spend_eur", &["1.50", "0", "-3"]), amount(Some("EUR")));
        assert_eq!(kind("Price", &["1,50", "2,00", "3,75"]), amount(None));
        assert_eq!(kind("resolved", &["1", "0"]), Some((OutcomeKind::YesNo, None)));
        assert_eq!(kind("complained", &["Yes", "No", ""]), Some((OutcomeKind::YesNo, None)));
        for (column, values) in [
            ("opens", vec!["09:30", "10:00", "22:45"]),
            ("hours-per-week", vec!["40", "38", "20"]),
            ("duration_in_month", vec!["6", "48", "12"]),
            ("wait", vec!["-1", "3", "5"]),
            ("csat", vec!["0.5", "0.7", "0.1"]),
            ("credit_rating", vec!["1", "2", "3"]),
            ("cost", vec!["high", "low", "none"]),
            ("not_resolved", vec!["1", "0"]),
            ("resolved", vec!["by bot", "by agent"]),
            ("region", vec!["1", "2", "3"]),
        ] {
            assert_eq!(kind(column, &values), None, "{column}");
        }
    }

    #[test]
    fn what_is_good_is_proposed_only_where_the_name_says_so() {
        let better = |column: &str, values: &[&str]| of(column, values).and_then(|guess| guess.better);
        assert_eq!(better("wait", &["1:30", "0:05"]), Some(Better::Less));
        assert_eq!(better("nps", &["0", "10", "7"]), Some(Better::More));
        assert_eq!(better("discount", &["0", "10", "7"]), Some(Better::More));
        assert_eq!(better("cost", &["0", "10", "7"]), None);
        assert_eq!(better("handed_to_human", &["yes", "no"]), None);
        let bound = |values: &[&str]| of("rating", values).and_then(|guess| guess.bound);
        assert_eq!(bound(&["1", "3", "5"]), Some(4));
        assert_eq!(bound(&["0", "3", "10"]), Some(9));
        assert_eq!(bound(&["1", "2", "3"]), Some(3));
    }

    #[test]
    fn two_times_are_a_duration_where_the_second_is_never_before_the_first() {
        let found = |closed: &[&str]| {
            let texts = |values: &[&str]| -> Vec<String> { values.iter().map(|value| (*value).to_owned()).collect() };
            let (opened, closed) = (texts(&["2026-01-01T09:00:00", "2026-01-02T09:00:00"]), texts(closed));
            outcomes(&[&Column::new("opened_at", &opened), &Column::new("closed_at", &closed)])
        };
        let whole = found(&["2026-01-01T10:00:00", "2026-01-03T08:00:00"]);
        assert_eq!(whole.len(), 1);
        assert_eq!(whole[0].name, "time_to_closed");
        assert!(matches!(&whole[0].read, Read::Between { open: false, .. }));
        let open = found(&["2026-01-01T10:00:00", ""]);
        assert!(matches!(&open[0].read, Read::Between { open: true, .. }));
        assert!(found(&["2025-01-01T10:00:00", ""]).is_empty());
        assert!(found(&["2026-01-01T10:00:00Z", ""]).is_empty());
        assert!(found(&["2026-01-01T10:00:00", "2026-01-03"]).is_empty(), "a day and a clock time have no duration");
    }

    #[test]
    fn consent_is_found_by_name_and_its_yes_by_value() {
        let texts = |values: &[&str]| -> Vec<String> { values.iter().map(|value| (*value).to_owned()).collect() };
        let yes = texts(&["Yes", "No", ""]);
        assert_eq!(
            consent(&[&Column::new("marketing_opt_in", &yes)]).and_then(|found| found.given).as_deref(),
            Some("Yes")
        );
        let codes = texts(&["A", "B"]);
        assert_eq!(consent(&[&Column::new("consent", &codes)]).map(|found| found.given), Some(None));
        assert!(consent(&[&Column::new("opt_out", &yes)]).is_none());
        assert!(consent(&[&Column::new("option", &yes)]).is_none());
    }
}
