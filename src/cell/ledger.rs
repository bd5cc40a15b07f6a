//! The scores of rows that have one label: every distinct score with its rows while these are few, fine bins once they
//! are many.

use crate::inference::scores::grid::Grid;

/// More distinct scores than this are kept in bins.
pub const MOST_EXACT: usize = 65_536;

/// Sums of scores are whole numbers of 2^-85: every score from 2^-33 on, below which there is one bin, is one.
const PLACES: i32 = 85;

/// The scores of rows that have one label. Which of the two it is depends on the scores alone, never on their order.
#[derive(Clone, Debug, PartialEq)]
pub enum Ledger {
    /// Rising distinct scores, each with its rows.
    Exact(Vec<(f64, u64)>),
    /// Bins of the grid that have rows, rising.
    Binned(Vec<Bin>),
}

/// The rows whose scores fall into one bin of the grid.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Bin {
    pub key: u32,
    pub rows: u64,
    /// The sum of the scores in units of 2^-85: it does not depend on the order of the rows. Scores below 2^-33 are
    /// rounded down.
    pub sum: u128,
}

impl Bin {
    #[inline]
    pub fn add(&mut self, score: f64, rows: u64) {
        self.rows += rows;
        self.sum += units(score) * u128::from(rows);
    }

    /// The sum of the scores.
    pub fn total(self) -> f64 {
        libm::ldexp(self.sum as f64, -PLACES)
    }

    /// The largest sum that scores rounded down can have had.
    pub fn most(self) -> f64 {
        libm::ldexp((self.sum + u128::from(self.rows)) as f64, -PLACES)
    }
}

/// A score from 0 to 1 in units of 2^-85.
#[inline]
pub fn units(score: f64) -> u128 {
    let bits = score.to_bits();
    let exponent = (bits >> 52) as i32;
    // Numbers without the leading one are far below a unit.
    if exponent == 0 {
        return 0;
    }
    let mantissa = u128::from((bits & ((1 << 52) - 1)) | (1 << 52));
    let places = exponent - 1023 - 52 + PLACES;
    if places >= 0 { mantissa << places } else { mantissa.checked_shr(places.unsigned_abs()).unwrap_or(0) }
}

impl Default for Ledger {
    fn default() -> Self {
        Ledger::Exact(Vec::new())
    }
}

impl Ledger {
    pub fn rows(&self) -> u64 {
        match self {
            Ledger::Exact(scores) => scores.iter().map(|(_, rows)| rows).sum(),
            Ledger::Binned(bins) => bins.iter().map(|bin| bin.rows).sum(),
        }
    }

    pub fn is_exact(&self) -> bool {
        matches!(self, Ledger::Exact(_))
    }

    /// The rows in bins, whether they were kept so or not.
    pub fn bins(&self, grid: &Grid) -> Vec<Bin> {
        match self {
            Ledger::Binned(bins) => bins.clone(),
            Ledger::Exact(scores) => {
                let mut bins: Vec<Bin> = Vec::new();
                for (score, rows) in scores {
                    let Some(key) = grid.key(*score) else { continue };
                    if bins.last().is_none_or(|last| last.key != key) {
                        bins.push(Bin { key, rows: 0, sum: 0 });
                    }
                    if let Some(last) = bins.last_mut() {
                        last.add(*score, *rows);
                    }
                }
                bins
            }
        }
    }

    /// The same rows in bins where there are more distinct scores than `most`.
    pub fn at_most(self, most: usize, grid: &Grid) -> Ledger {
        match &self {
            Ledger::Exact(scores) if scores.len() > most => Ledger::Binned(self.bins(grid)),
            _ => self,
        }
    }

    /// The rows of several ledgers together.
    pub fn together(parts: &[&Ledger], grid: &Grid) -> Ledger {
        if let [one] = parts {
            return (*one).clone();
        }
        let exact: Option<Vec<&Vec<(f64, u64)>>> = parts
            .iter()
            .map(|part| match part {
                Ledger::Exact(scores) => Some(scores),
                Ledger::Binned(_) => None,
            })
            .collect();
        if let Some(exact) = exact {
            let mut scores: Vec<(f64, u64)> = exact.into_iter().flatten().copied().collect();
            // The parts are sorted already: a stable sort finds their runs and merges them.
            scores.sort_by(|a, b| a.0.total_cmp(&b.0));
            scores.dedup_by(|next, kept| {
                let same = next.0 == kept.0;
                if same {
                    kept.1 += next.1;
                }
                same
            });
            return Ledger::Exact(scores).at_most(MOST_EXACT, grid);
        }
        let mut all = vec![Bin::default(); grid.keys() as usize];
        let mut add = |bin: &Bin| {
            let into = &mut all[bin.key as usize];
            *into = Bin { key: bin.key, rows: into.rows + bin.rows, sum: into.sum + bin.sum };
        };
        for part in parts {
            match part {
                Ledger::Binned(bins) => bins.iter().for_each(&mut add),
                Ledger::Exact(_) => part.bins(grid).iter().for_each(&mut add),
            }
        }
        all.retain(|bin| bin.rows > 0);
        Ledger::Binned(all)
    }

    /// The rows that are not in `part`, which must be a part of it.
    pub fn without(&self, part: &Ledger, grid: &Grid) -> Ledger {
        match (self, part) {
            (Ledger::Exact(scores), Ledger::Exact(taken)) => {
                let mut taken = taken.iter().peekable();
                let left = scores.iter().map(|(score, rows)| {
                    while taken.next_if(|(other, _)| other < score).is_some() {}
                    let gone = taken.next_if(|(other, _)| other == score).map_or(0, |(_, gone)| *gone);
                    (*score, rows.saturating_sub(gone))
                });
                Ledger::Exact(left.filter(|(_, rows)| *rows > 0).collect())
            }
            _ => {
                let taken = part.bins(grid);
                let mut taken = taken.iter().peekable();
                let left = self.bins(grid).into_iter().map(|bin| {
                    while taken.next_if(|other| other.key < bin.key).is_some() {}
                    let gone = taken.next_if(|other| other.key == bin.key).copied().unwrap_or_default();
                    Bin {
                        key: bin.key,
                        rows: bin.rows.saturating_sub(gone.rows),
                        sum: bin.sum.saturating_sub(gone.sum),
                    }
                });
                Ledger::Binned(left.filter(|bin| bin.rows > 0).collect())
            }
        }
    }

    /// The rows with a score of at least the threshold, which must be an edge of the grid.
    pub fn at_least(&self, threshold: f64, grid: &Grid) -> u64 {
        match self {
            Ledger::Exact(scores) => {
                let from = scores.partition_point(|(score, _)| *score < threshold);
                scores[from..].iter().map(|(_, rows)| rows).sum()
            }
            Ledger::Binned(bins) => {
                let key = grid.key(threshold).unwrap_or(0);
                let from = bins.partition_point(|bin| bin.key < key);
                bins[from..].iter().map(|bin| bin.rows).sum()
            }
        }
    }

    /// What a hash of the ledger is made of: equal for equal ledgers and for no others.
    pub fn bytes(&self, out: &mut Vec<u8>) {
        match self {
            Ledger::Exact(scores) => {
                out.push(0);
                for (score, rows) in scores {
                    out.extend(score.to_bits().to_le_bytes());
                    out.extend(rows.to_le_bytes());
                }
            }
            Ledger::Binned(bins) => {
                out.push(1);
                for bin in bins {
                    out.extend(bin.key.to_le_bytes());
                    out.extend(bin.rows.to_le_bytes());
                    out.extend(bin.sum.to_le_bytes());
                }
            }
        }
        out.extend(u64::MAX.to_le_bytes());
    }
}
