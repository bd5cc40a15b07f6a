//! What people answered, and whether consent was in force at a time.

use crate::policy::instant::Instant;

/// No method or notice is named.
pub const UNNAMED: u16 = 0;

/// An answer of a person.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Consent was given at this time; a refusal has none.
    pub given: Option<Instant>,
    /// It was withdrawn at this time. Of an entry that gives nothing: when the person refused or withdrew.
    pub ended: Option<Instant>,
    /// Places among the names of the book.
    pub method: u16,
    pub notice: u16,
}

impl Entry {
    /// When the person answered.
    fn begins(&self) -> Option<Instant> {
        self.given.or(self.ended)
    }

    /// All there is of it, so that only equal answers change places.
    fn key(&self) -> impl Ord + use<> {
        (self.begins(), self.given, self.ended, self.method, self.notice)
    }
}

/// Whether consent was in force, and the answer that decides.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Standing<'a> {
    pub in_force: bool,
    pub by: Option<&'a Entry>,
}

/// What all people answered, for one purpose.
#[derive(Clone, Debug, Default)]
pub struct Book {
    /// By person; one person's in the order in which they were given, a day before the clock times of it.
    entries: Vec<(u64, Entry)>,
    pub methods: Vec<String>,
    pub notices: Vec<String>,
}

impl Book {
    pub fn new(mut entries: Vec<(u64, Entry)>, methods: Vec<String>, notices: Vec<String>) -> Book {
        // Answers come in the order of the file and of the threads, and neither must show.
        entries.sort_unstable_by_key(|(person, entry)| (*person, entry.key()));
        entries.shrink_to_fit();
        Book { entries, methods, notices }
    }

    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// The answers of a person.
    pub fn of(&self, person: u64) -> &[(u64, Entry)] {
        let start = self.entries.partition_point(|(other, _)| *other < person);
        let length = self.entries[start..].partition_point(|(other, _)| *other == person);
        &self.entries[start..start + length]
    }
}

/// Whether consent was in force at a time, given the answers of one person.
///
/// It was if a consent had been given by then, was not withdrawn by then, and the person had not refused or withdrawn
/// anything since it was given. Of several such the one given last is named. At the same time, or on the same day where the
/// hour is not known, a refusal comes after a consent, and the end of an earlier consent before the new one, as where a
/// record is closed because it is renewed.
///
/// Every consent is held against every end of another by itself. So a day beside two clock times of it is at the same time as
/// each, although these are not at the same time, and the order of the answers cannot show.
pub fn standing(answers: &[(u64, Entry)], at: Instant) -> Standing<'_> {
    let by_then = |time: Option<Instant>| time.filter(|time| time.is_by(at));
    let stops = |other: &Entry, given: Instant| match (other.given, by_then(other.ended)) {
        (None, Some(refused)) => given.is_by(refused),
        // The end of another consent, after this one was given.
        (Some(_), Some(ended)) => !ended.is_by(given),
        (_, None) => false,
    };
    let is_in_force = |entry: &Entry| {
        let given = by_then(entry.given).filter(|_| by_then(entry.ended).is_none());
        given.is_some_and(|given| !answers.iter().any(|(_, other)| stops(other, given)))
    };
    let in_force = last(answers, |entry| is_in_force(entry));
    let by = in_force.or_else(|| last(answers, |entry| by_then(entry.begins()).is_some()));
    Standing { in_force: in_force.is_some(), by }
}

/// The answer given last of those that are meant; of those given at the same time the first.
fn last(answers: &[(u64, Entry)], is_meant: impl Fn(&Entry) -> bool) -> Option<&Entry> {
    let meant = answers.iter().map(|(_, entry)| entry).filter(|entry| is_meant(entry));
    meant.reduce(|known, next| if next.begins() <= known.begins() { known } else { next })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn instant(text: &str) -> Instant {
        Instant::parse(text).unwrap_or_else(|| panic!("{text}"))
    }

    fn entry(given: &str, ended: &str) -> (u64, Entry) {
        let of = |text: &str| (!text.is_empty()).then(|| instant(text));
        (1, Entry { given: of(given), ended: of(ended), method: UNNAMED, notice: UNNAMED })
    }

    #[track_caller]
    fn holds(answers: &[(u64, Entry)], times: &[(&str, bool)]) {
        for (time, wanted) in times {
            assert_eq!(standing(answers, instant(time)).in_force, *wanted, "{time}");
            let mut turned = answers.to_vec();
            turned.reverse();
            assert_eq!(standing(&turned, instant(time)).in_force, *wanted, "{time}, in another order");
        }
    }

    #[test]
    fn consent_is_in_force_from_the_moment_it_is_given_to_the_moment_it_is_withdrawn() {
        let one = [entry("2026-03-01T12:00:00Z", "2026-06-01T12:00:00Z")];
        holds(
            &one,
            &[
                ("2026-03-01T11:59:59.999999Z", false),
                ("2026-03-01T12:00:00Z", true),
                ("2026-06-01T11:59:59.999999Z", true),
                ("2026-06-01T12:00:00Z", false),
                ("2026-09-01", false),
            ],
        );
        holds(&[], &[("2026-03-01", false)]);
    }

    #[test]
    fn by_day_consent_counts_on_the_day_it_was_given_and_not_on_the_day_it_was_withdrawn() {
        let one = [entry("2026-03-01", "2026-06-01")];
        let times = [("2026-02-28", false), ("2026-03-01", true), ("2026-05-31", true), ("2026-06-01", false)];
        holds(&one, &times);
        // A clock time on one side is held against a day on the other by its day.
        holds(&one, &[("2026-03-01T00:00:01Z", true), ("2026-05-31T23:59:59Z", true), ("2026-06-01T00:00:00Z", false)]);
        holds(&[entry("2026-03-01T18:00:00Z", "")], &[("2026-03-01", true), ("2026-02-28", false)]);
    }

    #[test]
    fn of_several_answers_the_last_decides() {
        // Given, withdrawn, given anew.
        let anew = [entry("2026-01-01", "2026-02-01"), entry("2026-04-01", "")];
        holds(&anew, &[("2026-01-15", true), ("2026-03-01", false), ("2026-04-01", true)]);
        // A record closed because it was renewed on the same day does not end the new one.
        let renewed = [entry("2026-01-01", "2026-02-01"), entry("2026-02-01", "")];
        holds(&renewed, &[("2026-01-31", true), ("2026-02-01", true), ("2026-03-01", true)]);
        // Withdrawing an older consent after the new one was given ends both.
        let both = [entry("2026-01-01", "2026-03-01"), entry("2026-02-01", "")];
        holds(&both, &[("2026-02-15", true), ("2026-03-01", false), ("2026-04-01", false)]);
    }

    #[test]
    fn a_refusal_ends_what_was_given_before_and_not_what_is_given_after() {
        let refused = [entry("2026-01-01", ""), entry("", "2026-02-01")];
        holds(&refused, &[("2026-01-31", true), ("2026-02-01", false)]);
        let again = [entry("", "2026-02-01"), entry("2026-02-02", "")];
        holds(&again, &[("2026-02-01", false), ("2026-02-02", true)]);
        // On the same day the refusal counts.
        holds(&[entry("2026-02-01", ""), entry("", "2026-02-01")], &[("2026-02-01", false), ("2026-02-02", false)]);
    }

    #[test]
    fn a_day_beside_clock_times_of_it_is_at_the_same_time_as_each() {
        let (evening, day, morning) =
            (("2026-03-01T20:00", "2026-03-01T22:00"), ("2026-03-01", ""), ("2026-03-01T08:00", ""));
        let refused = ("", "2026-03-01T10:00");
        let cases = [
            // The evening ends all that was given by a clock before, and no record of which the hour is not known.
            (vec![evening, day, morning], true),
            (vec![evening, morning], false),
            // A refusal by a clock ends the consent of its day, and none given by a clock after it.
            (vec![refused, day], false),
            (vec![refused, day, morning], false),
            (vec![refused, day, ("2026-03-01T20:00", "")], true),
            // A refusal of which the hour is not known ends all of its day.
            (vec![("", "2026-03-01"), day, morning], false),
        ];
        for (entries, wanted) in cases {
            let mut named = Vec::new();
            for order in orders(entries.len()) {
                let answers = order.iter().map(|place| entry(entries[*place].0, entries[*place].1)).collect();
                let book = Book::new(answers, Vec::new(), Vec::new());
                for time in ["2026-03-01T23:00", "2026-03-02"] {
                    let standing = standing(book.of(1), instant(time));
                    assert_eq!(standing.in_force, wanted, "{entries:?} in the order {order:?} at {time}");
                    named.push(standing.by.copied());
                }
            }
            assert!(named.iter().all(|by| *by == named[0]), "{entries:?}: {named:?}");
        }
    }

    /// Every order of so many things.
    fn orders(many: usize) -> Vec<Vec<usize>> {
        let Some(last) = many.checked_sub(1) else { return vec![Vec::new()] };
        let put_in = |order: Vec<usize>| {
            (0..many).map(move |place| [&order[..place], &[last], &order[place..]].concat()).collect::<Vec<_>>()
        };
        orders(last).into_iter().flat_map(put_in).collect()
    }

    #[test]
    fn the_answer_that_decides_is_named() {
        let named = |mut one: (u64, Entry), method| {
            one.1.method = method;
            one
        };
        let answers = [named(entry("2026-01-01", "2026-02-01"), 1), named(entry("", "2026-03-01"), 2)];
        let by = |time: &str| standing(&answers, instant(time)).by.map(|entry| entry.method);
        assert_eq!(
            [by("2025-12-31"), by("2026-01-15"), by("2026-02-15"), by("2026-03-15")],
            [None, Some(1), Some(1), Some(2)]
        );
    }

    #[test]
    fn the_answers_of_a_person_are_found() {
        let of = |person: u64| (person, entry("2026-01-01", "").1);
        let book = Book::new(vec![of(7), of(3), of(7), of(u64::MAX)], Vec::new(), Vec::new());
        assert_eq!([0, 3, 5, 7, u64::MAX].map(|person| book.of(person).len()), [0, 1, 0, 2, 1]);
    }
}
