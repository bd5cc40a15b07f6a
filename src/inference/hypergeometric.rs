//! Drawing without replacement: exact tails, and Fisher's test of two groups.

use crate::inference::trials::Trials;

/// Two tables count as equally likely within this relative distance, as in R's `fisher.test`.
const TIE: f64 = 1.0 + 1e-7;

/// Weights this far below the observed one cannot change a digit of any tail.
const NEGLIGIBLE: f64 = 1e-25;

/// The number of successes among `draws` taken without replacement from a population that has `successes` of them.
///
/// Tails are sums of unnormalised weights walked outward from the mode by their ratio, `w(k+1)/w(k) = (draws -
/// k)(successes - k) / ((k+1)(population - successes - draws + k + 1))`: about twenty standard deviations of terms, a
/// few milliseconds for counts of 10^8. A value whose probability is below about 1e-300 of the mode's is given
/// probability 0.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Hypergeometric {
    lowest: u64,
    highest: u64,
    mode: u64,
    draws: f64,
    successes: f64,
    spare: f64,
}

/// The probabilities below, at and above one value, and of all values no more likely than it.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Tails {
    below: f64,
    at: f64,
    above: f64,
    as_extreme: f64,
}

impl Hypergeometric {
    /// Describes the draw; None when there are more successes or draws than members of the population.
    pub fn new(population: u64, successes: u64, draws: u64) -> Option<Hypergeometric> {
        if successes > population || draws > population {
            return None;
        }
        let failures = population - successes;
        let lowest = draws.saturating_sub(failures);
        let highest = draws.min(successes);
        let product = (u128::from(draws) + 1).saturating_mul(u128::from(successes) + 1);
        let mode = u64::try_from(product / (u128::from(population) + 2)).unwrap_or(highest).clamp(lowest, highest);
        let spare = if failures >= draws { (failures - draws) as f64 } else { -((draws - failures) as f64) };
        Some(Hypergeometric { lowest, highest, mode, draws: draws as f64, successes: successes as f64, spare })
    }

    /// The probability of exactly `k` successes; 0 where k cannot happen.
    pub fn pmf(&self, k: u64) -> f64 {
        if k < self.lowest || k > self.highest { 0.0 } else { self.tails(k).at }
    }

    /// The probability of at most `k` successes.
    pub fn cdf(&self, k: u64) -> f64 {
        if k < self.lowest {
            0.0
        } else if k >= self.highest {
            1.0
        } else {
            let tails = self.tails(k);
            tails.below + tails.at
        }
    }

    /// The probability of more than `k` successes.
    pub fn sf(&self, k: u64) -> f64 {
        if k < self.lowest {
            1.0
        } else if k >= self.highest {
            0.0
        } else {
            self.tails(k).above
        }
    }

    /// The lowest number that can happen, and the probabilities of it and of every number up to the highest.
    ///
    /// As many values as there are tables with these margins: for small tables.
    pub fn probabilities(&self) -> (u64, Vec<f64>) {
        let mode = (self.mode - self.lowest) as usize;
        let mut weights = vec![0.0; (self.highest - self.lowest) as usize + 1];
        weights[mode] = 1.0;
        for k in mode + 1..weights.len() {
            weights[k] = weights[k - 1] * self.rise(self.lowest + k as u64 - 1);
        }
        for k in (0..mode).rev() {
            weights[k] = weights[k + 1] / self.rise(self.lowest + k as u64);
        }
        let mut total = Sum::default();
        weights.iter().for_each(|&w| total.add(w));
        weights.iter_mut().for_each(|w| *w /= total.value());
        (self.lowest, weights)
    }

    /// w(k+1) / w(k).
    fn rise(&self, k: u64) -> f64 {
        let k = k as f64;
        (self.draws - k) * (self.successes - k) / ((k + 1.0) * (self.spare + k + 1.0))
    }

    /// The weight of `k` relative to the mode; 0 once it underflows.
    fn weight(&self, k: u64) -> f64 {
        let (mut w, mut at) = (1.0, self.mode);
        while at < k && w >= f64::MIN_POSITIVE {
            w *= self.rise(at);
            at += 1;
        }
        while at > k && w >= f64::MIN_POSITIVE {
            at -= 1;
            w /= self.rise(at);
        }
        if w >= f64::MIN_POSITIVE { w } else { 0.0 }
    }

    fn tails(&self, observed: u64) -> Tails {
        let weight = self.weight(observed);
        if weight == 0.0 {
            let (below, above) = if observed > self.mode { (1.0, 0.0) } else { (0.0, 1.0) };
            return Tails { below, at: 0.0, above, as_extreme: 0.0 };
        }
        let cutoff = (NEGLIGIBLE * weight).max(f64::MIN_POSITIVE);
        let mut sums = Sums::default();
        let mut count = |k: u64, w: f64| {
            match k.cmp(&observed) {
                std::cmp::Ordering::Less => sums.below.add(w),
                std::cmp::Ordering::Equal => sums.at = w,
                std::cmp::Ordering::Greater => sums.above.add(w),
            }
            if w <= weight * TIE {
                sums.as_extreme.add(w);
            }
        };
        let (mut w, mut k) = (1.0, self.mode);
        count(k, w);
        while k < self.highest && w >= cutoff {
            w *= self.rise(k);
            k += 1;
            count(k, w);
        }
        (w, k) = (1.0, self.mode);
        while k > self.lowest && w >= cutoff {
            k -= 1;
            w /= self.rise(k);
            count(k, w);
        }
        let total = sums.below.value() + sums.at + sums.above.value();
        Tails {
            below: sums.below.value() / total,
            at: sums.at / total,
            above: sums.above.value() / total,
            as_extreme: (sums.as_extreme.value() / total).min(1.0),
        }
    }
}

#[derive(Default)]
struct Sums {
    below: Sum,
    at: f64,
    above: Sum,
    as_extreme: Sum,
}

/// A sum that keeps what rounding drops (Neumaier 1974).
#[derive(Default)]
struct Sum {
    total: f64,
    lost: f64,
}

impl Sum {
    fn add(&mut self, term: f64) {
        let next = self.total + term;
        self.lost +=
            if self.total.abs() >= term.abs() { (self.total - next) + term } else { (term - next) + self.total };
        self.total = next;
    }

    fn value(&self) -> f64 {
        self.total + self.lost
    }
}

/// The p-values of Fisher's exact test that two groups share one rate.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Fisher {
    /// All tables with the same margins that are no more likely than the observed one (the rule of R).
    pub two_sided: f64,
    /// The focal group has as few hits as observed, or fewer.
    pub less: f64,
    /// The focal group has as many hits as observed, or more.
    pub greater: f64,
    /// `two_sided` with half the probability of the observed table: less conservative, size near the level.
    pub mid_two_sided: f64,
    /// `less` with half the probability of the observed table.
    pub mid_less: f64,
    /// `greater` with half the probability of the observed table.
    pub mid_greater: f64,
}

/// Tests whether two groups share one rate, exactly, given both margins.
///
/// Where a margin is zero the observed table is the only one: p = 1, mid-p = 1/2. Hits beyond the number of trials
/// count as that number. Sources: Fisher 1935; Lancaster 1961 (mid-p).
pub fn fisher(focal: Trials, reference: Trials) -> Fisher {
    let (x1, x0) = (focal.hits.min(focal.of), reference.hits.min(reference.of));
    let population = focal.of.saturating_add(reference.of);
    let only = Tails { below: 0.0, at: 1.0, above: 0.0, as_extreme: 1.0 };
    let tails = Hypergeometric::new(population, x1.saturating_add(x0), focal.of).map_or(only, |draw| draw.tails(x1));
    let (less, greater) = ((tails.below + tails.at).min(1.0), (tails.above + tails.at).min(1.0));
    let half = 0.5 * tails.at;
    Fisher {
        two_sided: tails.as_extreme,
        less,
        greater,
        mid_two_sided: tails.as_extreme - half,
        mid_less: tails.below + half,
        mid_greater: tails.above + half,
    }
}
