//! A column of times, and durations from one time to another: how long it took, or how long it has lasted so far.

use polars::prelude::{Column, DataType, TimeUnit};

use super::columns::{Located, unreadable};
use super::meaning::{Fault, is_nan};
use crate::policy::instant::Instant;
use crate::policy::value::Values;

const NO_TIME: &str = "a time is due here, such as 2026-11-21T09:30:00 or 2026-11-21, and this is none";
const BEFORE: &str = "it ended before it began: is this the column of the end?";
const AFTER_LOOK: &str = "it began after `until`, the time of the last look";
const ZONES: &str = "one time names its time zone and another does not, so nobody knows how long it took";
const HOURS: &str = "one time is a day and another has a clock time, so nobody knows how long it took";

/// The times of a column, row by row: none where there is none, a fault where it is no time.
pub fn read(column: &Column, missing: &Values) -> Result<Vec<Result<Option<Instant>, Fault>>, Located> {
    let whole = || column.to_physical_repr().cast(&DataType::Int64).map_err(|_| unreadable());
    match column.dtype() {
        DataType::Date => {
            let days = whole()?;
            let days = days.i64().map_err(|_| unreadable())?;
            Ok(days.iter().map(|day| Ok(day.and_then(Instant::day))).collect())
        }
        DataType::Datetime(unit, zone) => {
            let micros = |value: i64| match unit {
                TimeUnit::Nanoseconds => value.div_euclid(1000),
                TimeUnit::Microseconds => value,
                TimeUnit::Milliseconds => value.saturating_mul(1000),
            };
            let of = |value: i64| {
                let at = Instant::at(micros(value));
                if zone.is_some() { at.in_greenwich() } else { at }
            };
            let times = whole()?;
            let times = times.i64().map_err(|_| unreadable())?;
            Ok(times.iter().map(|time| Ok(time.map(of))).collect())
        }
        _ => {
            let texts = column.cast(&DataType::String).map_err(|_| unreadable())?;
            let texts = texts.str().map_err(|_| unreadable())?;
            let of = |text: Option<&str>| {
                let text =
                    text.map(str::trim).filter(|text| !text.is_empty() && !is_nan(text) && !missing.contains(text));
                text.map(|text| Instant::parse(text).ok_or(Fault::Row(NO_TIME))).transpose()
            };
            Ok(texts.iter().map(of).collect())
        }
    }
}

/// The same of a column that may hold nothing else.
pub fn read_all(column: &Column, missing: &Values) -> Result<Vec<Option<Instant>>, Located> {
    let in_row = |(row, time): (usize, Result<_, Fault>)| time.map_err(|fault| (Some(row), fault));
    read(column, missing)?.into_iter().enumerate().map(in_row).collect()
}

/// Replaces `values` by the seconds from one time to the other, NaN where a time is missing, and `open` by which cases were
/// still open at the last look.
pub fn between(
    from: &[Option<Instant>],
    to: &[Option<Instant>],
    until: Option<Instant>,
    values: &mut Vec<f64>,
    open: &mut Vec<bool>,
) -> Result<(), Located> {
    values.clear();
    open.clear();
    for (row, (from, to)) in from.iter().zip(to).enumerate() {
        let wrong = |message| (Some(row), Fault::Row(message));
        let Some(from) = from else {
            values.push(f64::NAN);
            open.push(false);
            continue;
        };
        for other in [to.as_ref(), until.as_ref()].into_iter().flatten() {
            if other.is_day() != from.is_day() {
                return Err(wrong(HOURS));
            }
            if other.is_zoned() != from.is_zoned() {
                return Err(wrong(ZONES));
            }
        }
        if to.is_some_and(|to| !from.is_by(to)) {
            return Err(wrong(BEFORE));
        }
        if until.is_some_and(|until| !from.is_by(until)) {
            return Err(wrong(AFTER_LOOK));
        }
        // What ended after the last look was open then.
        let ended = to.filter(|to| until.is_none_or(|until| to.is_by(until)));
        let seconds = ended.or(until).map_or(f64::NAN, |end| end.micros_since(*from) as f64 / 1e6);
        values.push(seconds);
        open.push(ended.is_none() && until.is_some());
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use polars::prelude::{NamedFrom, Series};

    use super::*;

    fn column(values: [Option<i64>; 2], kind: DataType) -> Column {
        let whole = Series::new("t".into(), values);
        let whole = if kind == DataType::Date { whole.cast(&DataType::Int32).expect("days fit") } else { whole };
        whole.cast(&kind).expect("a time").into()
    }

    #[test]
    fn dates_and_timestamps_of_columnar_files_are_the_same_times() {
        let read = |column: Column| read_all(&column, &Values::default()).expect("times");
        assert_eq!(read(column([Some(20_513), None], DataType::Date)), [Instant::parse("2026-03-01"), None]);
        let noon = Instant::parse("2026-03-01T12:00:00");
        for (unit, a_second) in [
            (TimeUnit::Milliseconds, 1000),
            (TimeUnit::Microseconds, 1_000_000),
            (TimeUnit::Nanoseconds, 1_000_000_000),
        ] {
            let value = (20_513 * 86_400 + 43_200) * a_second;
            assert_eq!(read(column([Some(value), None], DataType::Datetime(unit, None))), [noon, None]);
        }
    }

    #[test]
    fn what_means_missing_is_no_time_whatever_stands_around_it() {
        let texts = Series::new("t".into(), [" n/a ", "n/a", " ", "NaN", " 2026-03-01 "]);
        let found = read_all(&texts.into(), &Values::new(vec!["n/a".to_owned()])).expect("times");
        assert_eq!(found, [None, None, None, None, Instant::parse("2026-03-01")]);
    }

    #[test]
    fn a_day_and_a_clock_time_are_no_duration() {
        let of = |from: &str, to: &str, until: &str| {
            let (mut values, mut open) = (Vec::new(), Vec::new());
            let [from, to, until] = [from, to, until].map(Instant::parse);
            between(&[from], &[to], until, &mut values, &mut open).map(|()| values[0])
        };
        assert_eq!(of("2026-03-01", "2026-03-03", ""), Ok(172_800.0));
        for (from, to, until) in [
            ("2026-03-01", "2026-03-01T18:00", ""),
            ("2026-03-01T18:00", "2026-03-02", ""),
            ("2026-03-01T18:00", "", "2026-03-02"),
            ("2026-03-01", "", "2026-03-02T18:00"),
            // With a zone too, where the day names none.
            ("2026-03-01", "2026-03-01T18:00Z", ""),
        ] {
            assert_eq!(of(from, to, until), Err((Some(0), Fault::Row(HOURS))), "{from} {to} {until}");
        }
    }
}
