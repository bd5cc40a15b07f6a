//! Axes: which numbers stand where, and which of them are printed.

/// Ratios at which an axis may end or have a tick; what leaves the widest axis gets an arrow.
const RATIOS: &[f64] = &[0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0, 20.0, 50.0, 100.0];
/// The ticks of the narrowest axis.
const NEAR: &[f64] = &[0.5, 0.7, 1.0, 1.5, 2.0];
/// More ticks than these do not stand beside each other.
const MOST_TICKS: usize = 7;
const SHARES: &[f64] = &[0.01, 0.02, 0.05, 0.1, 0.2, 0.4, 0.6, 0.8, 1.0];
const SHARE_STEPS: f64 = 4.0;
const CHANGES: &[f64] = &[0.02, 0.04, 0.1, 0.2, 0.4, 0.6, 1.0, 2.0, 4.0, 10.0, 20.0, 40.0, 100.0];
const DIFFERENCES: &[f64] = &[0.02, 0.04, 0.1, 0.2, 0.4, 0.6, 1.0];

/// Where an axis of amounts may end, times a power of ten.
const AMOUNTS: &[f64] = &[1.0, 2.0, 4.0, 6.0, 8.0, 10.0];
/// Where one of durations may end: four steps of it are whole seconds, minutes or hours.
const SECONDS: &[f64] = &[
    8.0, 20.0, 40.0, 80.0, 120.0, 240.0, 480.0, 720.0, 1200.0, 1440.0, 2400.0, 3600.0, 4800.0, 7200.0, 14_400.0,
    28_800.0, 86_400.0,
];

/// An axis with its ticks, each a number and its words.
#[derive(Clone, Debug, PartialEq)]
pub struct Scale {
    pub ticks: Vec<(f64, String)>,
    logarithmic: bool,
}

impl Scale {
    /// A logarithmic axis from at most 0.5 to at least 2 that holds every number above 0 of those given, as far as one does.
    pub fn ratios(numbers: impl Iterator<Item = f64>) -> Scale {
        let (least, most) =
            numbers.filter(|n| *n > 0.0).fold((0.5, 2.0), |(least, most): (f64, f64), n| (least.min(n), most.max(n)));
        let first = RATIOS.iter().rposition(|tick| *tick <= least).unwrap_or(0);
        let last = RATIOS.iter().position(|tick| *tick >= most).unwrap_or(RATIOS.len() - 1);
        let within = &RATIOS[first..=last];
        let ticks = if within.len() == 3 { NEAR } else { within };
        let (start, end) = (within[0], within[within.len() - 1]);
        let round = |tick: f64| [0.01, 0.1, 1.0, 10.0, 100.0].contains(&tick);
        let kept = |tick: &&f64| ticks.len() <= MOST_TICKS || round(**tick) || **tick == start || **tick == end;
        Scale { ticks: ticks.iter().filter(kept).map(|tick| (*tick, tick.to_string())).collect(), logarithmic: true }
    }

    /// A linear axis of shares from 0 to a round number that holds those given.
    pub fn shares(numbers: impl Iterator<Item = f64>) -> Scale {
        let most = numbers.fold(0.0, f64::max);
        let end = SHARES.iter().find(|end| most <= **end).copied().unwrap_or(1.0);
        let tick = |i: u32| {
            let share = end * f64::from(i) / SHARE_STEPS;
            let shown = format!("{:.3}", 100.0 * share);
            (share, format!("{}%", shown.trim_end_matches('0').trim_end_matches('.')))
        };
        Scale { ticks: (0..=SHARE_STEPS as u32).map(tick).collect(), logarithmic: false }
    }

    /// A linear axis of differences, in percentage points and as far below 0 as above it, that holds those given.
    pub fn differences(numbers: impl Iterator<Item = f64>) -> Scale {
        let most = numbers.map(f64::abs).fold(0.0, f64::max);
        let end = DIFFERENCES.iter().find(|end| most <= **end).copied().unwrap_or(1.0);
        let tick = |i: i32| {
            let points = 50.0 * end * f64::from(i);
            (points / 100.0, if i == 0 { "0".to_owned() } else { format!("{points:+.0}") })
        };
        Scale { ticks: (-2..=2).map(tick).collect(), logarithmic: false }
    }

    /// A linear axis of changes of a number, as far below 0 as above it, that holds those given.
    pub fn changes(numbers: impl Iterator<Item = f64>) -> Scale {
        let most = numbers.filter(|n| n.is_finite()).map(f64::abs).fold(0.0, f64::max);
        let end = CHANGES.iter().find(|end| most <= **end).copied().unwrap_or(CHANGES[CHANGES.len() - 1]);
        let tick = |i: i32| {
            let at = 0.5 * end * f64::from(i);
            (at, if i == 0 { "0".to_owned() } else { format!("{at:+}") })
        };
        Scale { ticks: (-2..=2).map(tick).collect(), logarithmic: false }
    }

    /// A linear axis of amounts from 0 to a round number that holds those given, told by `words`; round of durations are whole
    /// minutes. None of amounts below 0.
    pub fn amounts(numbers: &[f64], durations: bool, words: impl Fn(f64) -> String) -> Option<Scale> {
        let most = numbers.iter().copied().filter(|n| n.is_finite()).fold(0.0, f64::max);
        if most <= 0.0 || numbers.iter().any(|n| *n < 0.0) {
            return None;
        }
        let of_time = SECONDS.iter().copied().find(|end| durations && most >= 4.0 && most <= *end);
        let power = libm::pow(10.0, libm::floor(libm::log10(most)));
        let decimal = || AMOUNTS.iter().map(|n| n * power).find(|end| most <= *end).unwrap_or(10.0 * power);
        let end = of_time.unwrap_or_else(decimal);
        let tick = |i: u32| {
            let at = end * f64::from(i) / SHARE_STEPS;
            (at, if i == 0 { "0".to_owned() } else { words(at) })
        };
        Some(Scale { ticks: (0..=SHARE_STEPS as u32).map(tick).collect(), logarithmic: false })
    }

    /// A linear axis of probabilities from 0 to 1.
    pub fn probabilities() -> Scale {
        let tick = |i: i32| (f64::from(i) / 5.0, if i % 5 == 0 { (i / 5).to_string() } else { format!("0.{}", 2 * i) });
        Scale { ticks: (0..=5).map(tick).collect(), logarithmic: false }
    }

    /// Where a number stands: 0 is the start of the axis, 1 its end, and what is beyond is below 0 or above 1.
    pub fn place(&self, number: f64) -> f64 {
        let (Some((start, _)), Some((end, _))) = (self.ticks.first(), self.ticks.last()) else { return 0.0 };
        if !self.logarithmic {
            return (number - start) / (end - start);
        }
        if number <= 0.0 {
            return f64::NEG_INFINITY;
        }
        (libm::log(number) - libm::log(*start)) / (libm::log(*end) - libm::log(*start))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_logarithmic_axis_has_1_in_its_middle() {
        let scale = Scale::ratios([0.6, 1.25].into_iter());
        assert!((scale.place(1.0) - 0.5).abs() < 1e-12);
        assert!((scale.place(0.8) + scale.place(1.25) - 1.0).abs() < 1e-12);
        assert!(scale.place(0.0) < 0.0 && scale.place(3.0) > 1.0);
    }

    #[test]
    fn an_axis_holds_its_numbers() {
        let words = |scale: Scale| scale.ticks.into_iter().map(|tick| tick.1).collect::<Vec<_>>().join(" ");
        assert_eq!(words(Scale::ratios([0.3, 1.1].into_iter())), "0.2 0.5 1 2");
        assert_eq!(words(Scale::ratios([0.0, 1.1].into_iter())), "0.5 0.7 1 1.5 2");
        assert_eq!(words(Scale::ratios([1e-9, 30.0].into_iter())), "0.01 0.1 1 10 50");
        assert!(Scale::ratios([0.3].into_iter()).place(0.3) > 0.0);
        assert!(Scale::ratios([1e-9].into_iter()).place(1e-9) < 0.0);
        let shares = Scale::shares([0.31, 0.36].into_iter());
        assert_eq!(shares.ticks.iter().map(|t| t.1.as_str()).collect::<Vec<_>>(), ["0%", "10%", "20%", "30%", "40%"]);
        assert_eq!(Scale::shares([0.003].into_iter()).ticks[1].1, "0.25%");
        assert_eq!(words(Scale::differences([0.03, -0.12].into_iter())), "-20 -10 0 +10 +20");
        assert_eq!(words(Scale::changes([0.03, -0.28].into_iter())), "-0.4 -0.2 0 +0.2 +0.4");
        let amounts = Scale::amounts(&[12.5, 31.0], false, |v| v.to_string()).expect("amounts above 0");
        assert_eq!(words(amounts), "0 10 20 30 40");
        let waits = Scale::amounts(&[88.0, 340.0], true, |v| v.to_string()).expect("durations");
        assert_eq!(words(waits), "0 120 240 360 480");
        assert_eq!(Scale::amounts(&[-1.0, 340.0], false, |v| v.to_string()), None);
        assert_eq!(words(Scale::probabilities()), "0 0.2 0.4 0.6 0.8 1");
    }
}
