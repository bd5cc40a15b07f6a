//! When something was, as people and programs write it: a moment, or a day of which the hour is not known.

use std::cmp::Ordering;

use jiff::Timestamp;
use jiff::civil::{Date, DateTime};
use jiff::tz::TimeZone;

const MICROS_A_DAY: i64 = 86_400_000_000;

/// A moment to the microsecond: since 1970 in Greenwich where its time zone is known, else by its own clock.
///
/// It is put in order by its microseconds, a day by its first; that is the order of a list. Which of two came first is
/// another question, see [`Instant::against`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Instant {
    micros: i64,
    whole_day: bool,
    zoned: bool,
}

impl Instant {
    /// `2026-11-21T09:30:00Z`, `2026-11-21T10:30:00+01:00`, `2026-11-21 09:30`, `2026-11-21`; none for what is none of these.
    pub fn parse(text: &str) -> Option<Instant> {
        let text = text.trim();
        let has_clock = text.contains(|c: char| matches!(c, 'T' | 't' | ':') || c.is_whitespace());
        if let Some(day) = text.parse::<Date>().ok().filter(|_| !has_clock) {
            return Some(Instant { whole_day: true, ..of_clock(day.at(0, 0, 0, 0))? });
        }
        if let Ok(moment) = text.parse::<Timestamp>() {
            return Some(Instant { zoned: true, ..Instant::at(micros_of(moment)?) });
        }
        of_clock(text.parse::<DateTime>().ok()?)
    }

    /// A day of which the hour is not known.
    pub fn day(days_since_1970: i64) -> Option<Instant> {
        Some(Instant { whole_day: true, ..Instant::at(days_since_1970.checked_mul(MICROS_A_DAY)?) })
    }

    /// A moment by a clock of which the time zone is not known.
    pub fn at(micros: i64) -> Instant {
        Instant { micros, whole_day: false, zoned: false }
    }

    /// The same moment by the clock of Greenwich.
    pub fn in_greenwich(self) -> Instant {
        Instant { zoned: true, ..self }
    }

    pub fn is_day(self) -> bool {
        self.whole_day
    }

    /// Whether it names its time zone.
    pub fn is_zoned(self) -> bool {
        self.zoned
    }

    /// Microseconds since another.
    pub fn micros_since(self, other: Instant) -> i128 {
        i128::from(self.micros) - i128::from(other.micros)
    }

    /// Which of two came first; where the hour of one is not known, by the day alone, and a clock without a time zone is taken
    /// for that of Greenwich. It is no order of three: a day is equal to every hour of it, and these are not equal.
    pub fn against(self, other: Instant) -> Ordering {
        if self.whole_day || other.whole_day {
            self.micros.div_euclid(MICROS_A_DAY).cmp(&other.micros.div_euclid(MICROS_A_DAY))
        } else {
            self.micros.cmp(&other.micros)
        }
    }

    /// It was before the other, or at the same time.
    pub fn is_by(self, other: Instant) -> bool {
        self.against(other) != Ordering::Greater
    }
}

fn of_clock(clock: DateTime) -> Option<Instant> {
    Some(Instant::at(micros_of(clock.to_zoned(TimeZone::UTC).ok()?.timestamp())?))
}

/// A part of a microsecond is cut off, before 1970 too, as it is from the numbers of a column.
fn micros_of(moment: Timestamp) -> Option<i64> {
    i64::try_from(moment.as_nanosecond().div_euclid(1000)).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn instant(text: &str) -> Instant {
        Instant::parse(text).unwrap_or_else(|| panic!("{text}"))
    }

    #[test]
    fn moments_are_read_with_and_without_a_zone() {
        let at = |text: &str| Instant::parse(text).map(|at| (at.micros, at.zoned));
        assert_eq!(at("1970-01-02"), Some((86_400_000_000, false)));
        assert_eq!(at("1970-01-01T00:00:01.5"), Some((1_500_000, false)));
        assert_eq!(at("1970-01-01 00:01"), Some((60_000_000, false)));
        assert_eq!(at("1970-01-01T01:00:00+01:00"), Some((0, true)));
        assert_eq!(at("1970-01-01T00:00:00Z"), Some((0, true)));
        assert_eq!(at("1969-12-31T23:59:59.9999995Z"), Some((-1, true)));
        for wrong in ["", "soon", "12:30", "2026-13-01", "2026-02-30", "21.11.2026", "20260301 x", "5", "1772366400"] {
            assert_eq!(at(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn one_moment_is_one_however_it_is_written() {
        let noon = instant("2026-03-01T12:00:00Z");
        let ways =
            ["2026-03-01 12:00:00", "2026-03-01T12:00", "2026-03-01T13:00:00+01:00", " 2026-03-01 12:00:00.000 "];
        for text in ways {
            assert_eq!(instant(text).against(noon), Ordering::Equal, "{text}");
            assert!(!instant(text).is_day(), "{text}");
        }
    }

    #[test]
    fn a_date_without_a_clock_time_is_a_day() {
        for text in ["2026-03-01", "20260301", " 2026-03-01 ", "+002026-03-01"] {
            assert_eq!(Instant::parse(text), Instant::day(20_513), "{text}");
        }
        for text in ["2026-03-01T00:00", "2026-03-01t00:00:00", "2026-03-01 00:00", "20260301T000000"] {
            assert_eq!(Instant::parse(text), Some(Instant::at(20_513 * MICROS_A_DAY)), "{text}");
        }
    }

    #[test]
    fn days_are_compared_by_day_and_moments_to_the_microsecond() {
        let (day, noon, later) =
            (instant("2026-03-01"), instant("2026-03-01T12:00:00Z"), instant("2026-03-01T12:00:00.000001Z"));
        assert_eq!(day.against(noon), Ordering::Equal);
        assert_eq!(noon.against(day), Ordering::Equal);
        assert_eq!(noon.against(later), Ordering::Less);
        assert!(noon.is_by(noon) && !later.is_by(noon));
        // The day is that of UTC.
        assert_eq!(instant("2026-03-01T00:30:00+01:00").against(day), Ordering::Less);
        assert_eq!(instant("1969-12-31T23:59:59Z").against(instant("1970-01-01")), Ordering::Less);
    }
}
