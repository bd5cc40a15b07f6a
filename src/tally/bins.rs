//! Rows and sums of scores by bin while they are counted: eight bytes a bin, so that the bins of a ledger stay at hand.

use std::collections::BTreeMap;

use crate::cell::ledger::{Bin, units};
use crate::inference::scores::grid::{Grid, Place};

/// A bin is one number: its rows, and below them their steps, each at most 2^46, for at most 511 rows.
const ROWS: u32 = 55;
/// A bin with so many rows is put with the larger sums: it might not fit much longer.
const FULL: u64 = 1 << 8;

/// So many places are looked up before the first bin is touched: then the bins, which lie far apart, are fetched side by
/// side.
const AHEAD: usize = 128;

/// Rows and sums by key; empty while every distinct score is kept.
#[derive(Clone, Default)]
pub struct Bins {
    small: Vec<Small>,
    /// What does not fit.
    large: BTreeMap<u32, Large>,
}

/// Rows of a bin, and below them how far they all lie from its origin.
#[derive(Clone, Copy, Default)]
struct Small(u64);

/// Rows of a bin, and the sum of their scores in [`units`].
#[derive(Clone, Copy, Default)]
struct Large {
    rows: u64,
    sum: u128,
}

impl Bins {
    pub fn new(grid: &Grid) -> Bins {
        Bins { small: vec![Small::default(); grid.keys() as usize], large: BTreeMap::new() }
    }

    pub fn is_empty(&self) -> bool {
        self.small.is_empty()
    }

    /// How many bins there are.
    pub fn len(&self) -> usize {
        self.small.len()
    }

    /// Adds scores, given as bits, that stand for one row each.
    pub fn add_each(&mut self, scores: &[u64], grid: &Grid) {
        let mut places = [Place::default(); AHEAD];
        for scores in scores.chunks(AHEAD) {
            for (place, score) in places.iter_mut().zip(scores) {
                *place = grid.place(f64::from_bits(*score)).unwrap_or_default();
            }
            for (place, score) in places.iter().zip(scores) {
                self.add_at(*place, f64::from_bits(*score), 1, grid);
            }
        }
    }

    /// Adds a score that stands for so many rows.
    pub fn add(&mut self, score: f64, rows: u64, grid: &Grid) {
        let Some(place) = grid.place(score) else { return };
        self.add_at(place, score, rows, grid);
    }

    #[inline]
    fn add_at(&mut self, Place { key, steps }: Place, score: f64, rows: u64, grid: &Grid) {
        if steps == Place::NO_STEPS || rows >= FULL {
            return self.enlarge(key, Large { rows, sum: units(score) * u128::from(rows) });
        }
        let small = &mut self.small[key as usize];
        small.0 += (rows << ROWS) + steps * rows;
        if small.0 >= FULL << ROWS {
            let full = std::mem::take(small);
            self.enlarge(key, full.sum_up(key, grid));
        }
    }

    #[cold]
    fn enlarge(&mut self, key: u32, more: Large) {
        let large = self.large.entry(key).or_default();
        *large = Large { rows: large.rows + more.rows, sum: large.sum + more.sum };
    }

    /// The bins that have rows, rising.
    pub fn finish(self, grid: &Grid) -> Vec<Bin> {
        let Bins { small, large } = self;
        let whole = |(key, small): (usize, &Small)| {
            let key = key as u32;
            let (own, more) = (small.sum_up(key, grid), large.get(&key).copied().unwrap_or_default());
            Bin { key, rows: own.rows + more.rows, sum: own.sum + more.sum }
        };
        small.iter().enumerate().map(whole).filter(|bin| bin.rows > 0).collect()
    }
}

impl Small {
    fn sum_up(self, key: u32, grid: &Grid) -> Large {
        let (rows, steps) = (self.0 >> ROWS, self.0 & ((1 << ROWS) - 1));
        if rows == 0 {
            return Large::default();
        }
        let Some(origin) = grid.origin(key) else { return Large::default() };
        let start = units(origin.start);
        let step = units(origin.start.next_up()) - start;
        let distance = u128::from(rows) * start + u128::from(steps) * step;
        let sum = if origin.mirrored { u128::from(rows) * units(1.0) - distance } else { distance };
        Large { rows, sum }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cell::Ledger;
    use crate::cell::scores::grid;

    #[test]
    fn sums_are_exact_wherever_scores_lie_and_however_many_rows_they_stand_for() {
        let grid = grid(Some(0.333));
        let edges =
            [0.0, 1e-300, 2e-12, f64::powi(2.0, -33), f64::powi(2.0, -20), 0.07, 0.25, 0.333, 0.49, 0.5, 0.53, 0.8];
        let beside = |edge: f64| [edge, edge.next_up(), edge.next_down().max(0.0)];
        let mut scores: Vec<f64> = edges.into_iter().flat_map(beside).flat_map(|score| [score, 1.0 - score]).collect();
        scores.extend((1..20_000).map(|k| f64::from(k * 7919 % 20_011) / 20_011.0));
        scores.sort_by(f64::total_cmp);
        scores.dedup();
        let several = |place: usize| [1, 2, 1_000, FULL - 1, FULL, FULL + 1, 1_000_000_000_000][place % 7];
        let counted: Vec<(f64, u64)> = scores.iter().enumerate().map(|(i, score)| (*score, several(i))).collect();
        let mut bins = Bins::new(&grid);
        counted.iter().for_each(|(score, rows)| bins.add(*score, *rows, &grid));
        assert_eq!(bins.finish(&grid), Ledger::Exact(counted).bins(&grid));

        let mut bins = Bins::new(&grid);
        let bits: Vec<u64> = scores.iter().map(|score| score.to_bits()).collect();
        (0..3).for_each(|_| bins.add_each(&bits, &grid));
        assert_eq!(bins.finish(&grid), Ledger::Exact(scores.into_iter().map(|score| (score, 3)).collect()).bins(&grid));
    }
}
