//! The values of rows: every distinct one with what was counted at it while these are few, fine bins once they are many.

use num_bigint::{BigInt, Sign};

use super::counts::{Cases, Counts};
use super::sums::scaled;
use crate::cell::ledger::MOST_EXACT;
use crate::cell::wide::Wide;
use crate::inference::measured::grid::{Grid, parts};
use crate::inference::measured::span::Span;

/// The values of rows. Which of the two it is depends on the values alone, never on their order.
#[derive(Clone, Debug, PartialEq)]
pub enum Ledger<C> {
    /// Rising distinct values, each with what was counted at it.
    Exact(Vec<(f64, C)>),
    Binned(Binned<C>),
}

/// Values in bins of the grid.
#[derive(Clone, Debug, PartialEq)]
pub struct Binned<C> {
    /// Bins that have rows, rising.
    pub bins: Vec<Bin<C>>,
    /// No value is below: the lowest value of what was put together. Of rows that are left when others are taken away it may be
    /// below the lowest.
    pub lowest: f64,
    /// No value is above; as `lowest`.
    pub highest: f64,
}

/// The rows whose values fall into one bin of the grid.
///
/// Values of a bin share sign and exponent. Their sums are sums of mantissas: whole numbers, exact, and so are those of
/// their squares.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Bin<C> {
    pub key: i32,
    pub counts: C,
    /// The sum of the mantissas.
    pub sum: u128,
    /// The sum of the squares of the mantissas.
    pub squares: Wide,
}

impl<C: Counts> Bin<C> {
    fn add(&mut self, value: f64, counts: &C) {
        let (mantissa, _) = parts(value);
        let rows = counts.rows();
        self.counts.add(counts);
        self.sum += u128::from(mantissa) * u128::from(rows);
        self.squares.add_product(mantissa, mantissa, rows);
    }

    /// The bin as figures take it; None for a key that is not of this grid.
    pub fn span(&self, grid: &Grid) -> Option<Span> {
        let ends = grid.ends(self.key)?;
        let (_, exponent) = parts(ends.low);
        let rows = self.counts.rows();
        let sum = scaled(&BigInt::from(self.sum), exponent);
        // n sum m^2 - (sum m)^2 is a whole number before it is rounded.
        let squares = BigInt::from_bytes_le(Sign::Plus, &self.squares.bytes());
        let spread = BigInt::from(rows) * squares - BigInt::from(self.sum) * BigInt::from(self.sum);
        let within = if rows > 0 { scaled(&spread, 2 * exponent).max(0.0) / rows as f64 } else { 0.0 };
        Some(Span {
            low: ends.low,
            high: ends.high,
            rows,
            sum: if ends.low < 0.0 { -sum } else { sum },
            within: if ends.low == ends.high { 0.0 } else { within },
        })
    }
}

impl<C> Default for Ledger<C> {
    fn default() -> Self {
        Ledger::Exact(Vec::new())
    }
}

impl<C: Counts> Ledger<C> {
    /// The ledger of these values in any order, not yet in bins; what is no finite number is left out.
    pub fn of(values: impl IntoIterator<Item = (f64, C)>) -> Ledger<C> {
        // 0 and -0 are one value.
        let finite = values.into_iter().filter(|(value, counts)| value.is_finite() && counts.rows() > 0);
        let mut values: Vec<(f64, C)> = finite.map(|(value, counts)| (value + 0.0, counts)).collect();
        values.sort_by(|a, b| a.0.total_cmp(&b.0));
        values.dedup_by(|next, kept| {
            let same = next.0 == kept.0;
            if same {
                kept.1.add(&next.1);
            }
            same
        });
        Ledger::Exact(values)
    }

    /// How many rows have a value.
    pub fn rows(&self) -> u64 {
        match self {
            Ledger::Exact(values) => values.iter().map(|(_, counts)| counts.rows()).sum(),
            Ledger::Binned(binned) => binned.bins.iter().map(|bin| bin.counts.rows()).sum(),
        }
    }

    /// Whether every distinct value is kept.
    pub fn is_exact(&self) -> bool {
        matches!(self, Ledger::Exact(_))
    }

    /// The lowest and the highest value, as [`Binned`] keeps them; None without rows.
    pub fn extremes(&self) -> Option<(f64, f64)> {
        match self {
            Ledger::Exact(values) => Some((values.first()?.0, values.last()?.0)),
            Ledger::Binned(binned) => (!binned.bins.is_empty()).then_some((binned.lowest, binned.highest)),
        }
    }

    /// The rows in bins, whether they were kept so or not.
    pub fn bins(&self, grid: &Grid) -> Vec<Bin<C>> {
        match self {
            Ledger::Binned(binned) => binned.bins.clone(),
            Ledger::Exact(values) => {
                let mut bins: Vec<Bin<C>> = Vec::new();
                for (value, counts) in values {
                    let Some(key) = grid.key(*value) else { continue };
                    if bins.last().is_none_or(|last| last.key != key) {
                        bins.push(Bin { key, counts: C::default(), sum: 0, squares: Wide::default() });
                    }
                    if let Some(last) = bins.last_mut() {
                        last.add(*value, counts);
                    }
                }
                bins
            }
        }
    }

    fn binned(&self, grid: &Grid) -> Binned<C> {
        let (lowest, highest) = self.extremes().unwrap_or((f64::MAX, f64::MIN));
        Binned { bins: self.bins(grid), lowest, highest }
    }

    /// The same rows in bins where there are more distinct values than `most`, or than are kept of such counts.
    pub fn at_most(self, most: usize, grid: &Grid) -> Ledger<C> {
        match &self {
            Ledger::Exact(values) if values.len() > most.min(kept(values)) => Ledger::Binned(self.binned(grid)),
            _ => self,
        }
    }

    /// The rows of several ledgers together.
    pub fn together(parts: &[&Ledger<C>], grid: &Grid) -> Ledger<C> {
        if let [one] = parts {
            return (*one).clone();
        }
        let exact = |part: &&Ledger<C>| match part {
            Ledger::Exact(values) => Some(values.clone()),
            Ledger::Binned(_) => None,
        };
        if let Some(exact) = parts.iter().map(exact).collect::<Option<Vec<_>>>() {
            return Ledger::of(exact.into_iter().flatten()).at_most(MOST_EXACT, grid);
        }
        let mut whole = Binned { bins: Vec::new(), lowest: f64::MAX, highest: f64::MIN };
        for part in parts {
            let part = part.binned(grid);
            whole.lowest = whole.lowest.min(part.lowest);
            whole.highest = whole.highest.max(part.highest);
            whole.bins.extend(part.bins);
        }
        whole.bins.sort_by_key(|bin| bin.key);
        whole.bins.dedup_by(|next, kept| {
            let same = next.key == kept.key;
            if same {
                kept.counts.add(&next.counts);
                kept.sum += next.sum;
                kept.squares.add(next.squares);
            }
            same
        });
        Ledger::Binned(whole)
    }

    /// The rows that are not in `part`, which must be a part of it.
    pub fn without(&self, part: &Ledger<C>, grid: &Grid) -> Ledger<C> {
        match (self, part) {
            (Ledger::Exact(values), Ledger::Exact(taken)) => {
                let mut taken = taken.iter().peekable();
                let left = values.iter().map(|(value, counts)| {
                    while taken.next_if(|(other, _)| other < value).is_some() {}
                    let mut counts = counts.clone();
                    if let Some((_, gone)) = taken.next_if(|(other, _)| other == value) {
                        counts.take(gone);
                    }
                    (*value, counts)
                });
                Ledger::Exact(left.filter(|(_, counts)| counts.rows() > 0).collect())
            }
            _ => Ledger::Binned(self.binned(grid).without(&part.bins(grid), grid)),
        }
    }

    /// What was counted at values of at least the bound, which must be declared in the grid.
    pub fn at_least(&self, bound: f64, grid: &Grid) -> C {
        self.beyond(grid.key(bound), |value| value >= bound, |key, of| key >= of)
    }

    /// What was counted at values above the bound, which must be declared in the grid.
    pub fn above(&self, bound: f64, grid: &Grid) -> C {
        self.beyond(grid.key(bound), |value| value > bound, |key, of| key > of)
    }

    fn beyond(&self, key: Option<i32>, value: impl Fn(f64) -> bool, bin: impl Fn(i32, i32) -> bool) -> C {
        let mut sum = C::default();
        match (self, key) {
            (Ledger::Exact(values), _) => {
                values.iter().filter(|(at, _)| value(*at)).for_each(|(_, counts)| sum.add(counts));
            }
            (Ledger::Binned(binned), Some(key)) => {
                binned.bins.iter().filter(|at| bin(at.key, key)).for_each(|at| sum.add(&at.counts));
            }
            (Ledger::Binned(_), None) => {}
        }
        sum
    }

    /// The rows as figures take them, each with what was counted.
    pub fn spans(&self, grid: &Grid) -> Vec<(Span, &C)> {
        match self {
            Ledger::Exact(values) => {
                values.iter().map(|(value, counts)| (Span::of_value(*value, counts.rows()), counts)).collect()
            }
            Ledger::Binned(binned) => {
                binned.bins.iter().filter_map(|bin| Some((bin.span(grid)?, &bin.counts))).collect()
            }
        }
    }

    /// What a hash of the ledger is made of: equal for equal ledgers and for no others.
    pub fn bytes(&self, out: &mut Vec<u8>) {
        match self {
            Ledger::Exact(values) => {
                out.push(0);
                for (value, counts) in values {
                    out.extend(value.to_bits().to_le_bytes());
                    counts.bytes(out);
                }
            }
            Ledger::Binned(binned) => {
                out.push(1);
                out.extend(binned.lowest.to_bits().to_le_bytes());
                out.extend(binned.highest.to_bits().to_le_bytes());
                for bin in &binned.bins {
                    out.extend(bin.key.to_le_bytes());
                    bin.counts.bytes(out);
                    out.extend(bin.sum.to_le_bytes());
                    out.extend(bin.squares.bytes());
                }
            }
        }
        out.extend(u64::MAX.to_le_bytes());
    }
}

/// How many distinct values of these counts are kept one by one at most.
fn kept<C: Counts>(values: &[(f64, C)]) -> usize {
    values.first().map_or(MOST_EXACT, |(_, counts)| counts.most_exact())
}

impl Ledger<Cases> {
    /// Cases that were still open when last seen.
    pub fn open(&self) -> u64 {
        match self {
            Ledger::Exact(values) => values.iter().map(|(_, cases)| cases.open).sum(),
            Ledger::Binned(binned) => binned.bins.iter().map(|bin| bin.counts.open).sum(),
        }
    }
}

impl<C: Counts> Binned<C> {
    fn without(mut self, taken: &[Bin<C>], grid: &Grid) -> Binned<C> {
        for gone in taken {
            let Ok(at) = self.bins.binary_search_by_key(&gone.key, |bin| bin.key) else { continue };
            let bin = &mut self.bins[at];
            bin.counts.take(&gone.counts);
            bin.sum = bin.sum.saturating_sub(gone.sum);
            bin.squares = bin.squares.less(gone.squares);
        }
        self.bins.retain(|bin| bin.counts.rows() > 0);
        let ends = |bin: Option<&Bin<C>>| bin.and_then(|bin| grid.ends(bin.key));
        // Which value is the lowest now nobody knows; it is in the first bin.
        self.lowest = ends(self.bins.first()).map_or(f64::MAX, |ends| ends.low.max(self.lowest));
        self.highest = ends(self.bins.last()).map_or(f64::MIN, |ends| ends.high.min(self.highest));
        self
    }
}
