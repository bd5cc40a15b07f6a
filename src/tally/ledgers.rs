//! The scores of every combination of attributes and label: distinct scores while these are few, fine bins once they are
//! many.

use std::sync::Arc;

use super::table::{Table, TooMany};
use crate::cell::ledger::{Bin, Ledger, MOST_EXACT};
use crate::inference::scores::grid::Grid;

/// How many distinct scores all ledgers of a run keep together before each may keep fewer.
const TOGETHER: usize = 1 << 21;
/// So many each ledger keeps at least; about as many bins take the place of more.
const AT_LEAST: usize = 1 << 12;
/// More than this, a ledger with more than [`AT_LEAST`] counted as one with that many, no run keeps.
pub const MOST_TOGETHER: usize = 1 << 24;

/// Scores that have come in are sorted in once there are so many.
const FRESH: usize = 1 << 10;

/// How many distinct scores each ledger may keep: [`MOST_EXACT`], halved until all together keep at most [`TOGETHER`].
///
/// It depends on the scores alone, and never grows when rows are added. None when there are too many even then.
pub fn allowance(distinct: impl Iterator<Item = usize> + Clone) -> Option<usize> {
    let together = |each: usize| distinct.clone().map(|scores| scores.min(each)).sum::<usize>();
    let mut each = MOST_EXACT;
    while each > AT_LEAST && together(each) > TOGETHER {
        each /= 2;
    }
    (together(each) <= MOST_TOGETHER).then_some(each)
}

/// The scores that one worker has seen.
#[derive(Clone)]
pub struct Ledgers {
    grid: Arc<Grid>,
    /// Place of the ledger, counted from 1.
    places: Table<u32>,
    growing: Vec<Growing>,
}

impl Ledgers {
    /// `kinds` says how many codes each attribute and the label have at least.
    pub fn new(grid: Arc<Grid>, kinds: &[usize]) -> Ledgers {
        Ledgers { grid, places: Table::new(kinds), growing: Vec::new() }
    }

    pub fn make_room(&mut self, kinds: &[usize]) -> Result<(), TooMany> {
        self.places.make_room(kinds)
    }

    /// Adds the scores of rows whose codes of attributes and label are given column by column; NaN is no score.
    pub fn add(&mut self, columns: &[&[u32]], scores: &[f64], weights: Option<&[u64]>) -> Result<(), TooMany> {
        let (growing, grid) = (&mut self.growing, &self.grid);
        self.places.visit(columns, scores.len(), |row, place| {
            let score = scores[row];
            if score.is_nan() {
                return;
            }
            if *place == 0 {
                growing.push(Growing::default());
                *place = growing.len() as u32;
            }
            growing[*place as usize - 1].push(score, weights.map_or(1, |weights| weights[row]), grid);
        })?;
        self.keep_few()
    }

    /// Puts the largest ledgers into bins when all together keep too many scores.
    fn keep_few(&mut self) -> Result<(), TooMany> {
        // Scores that are not sorted in may be known already: what is surely too much, not what might be.
        let kept = |growing: &Growing| growing.sorted.len() + growing.bins.len();
        if self.growing.iter().map(kept).sum::<usize>() <= TOGETHER {
            return Ok(());
        }
        let distinct = self.growing.iter().map(|g| if g.bins.is_empty() { g.sorted.len() } else { MOST_EXACT });
        let each = allowance(distinct).ok_or(TooMany)?;
        self.growing.iter_mut().filter(|g| g.sorted.len() > each).for_each(|g| g.spill(&self.grid));
        Ok(())
    }

    /// Every ledger with the codes of its attributes and label.
    pub fn finish(mut self) -> Vec<(Vec<u32>, Ledger)> {
        let entries = self.places.entries();
        let mut take = |place: u32| std::mem::take(&mut self.growing[place as usize - 1]).finish(&self.grid);
        entries.into_iter().map(|(codes, place)| (codes, take(place))).collect()
    }
}

/// A ledger that still grows.
#[derive(Clone, Default)]
struct Growing {
    /// Rising distinct scores with their rows, as bits: the bits of numbers that are not negative rise with the numbers.
    sorted: Vec<(u64, u64)>,
    fresh: Vec<(u64, u64)>,
    /// By key, once there are too many scores; empty before.
    bins: Vec<Bin>,
}

impl Growing {
    #[inline]
    fn push(&mut self, score: f64, rows: u64, grid: &Grid) {
        self.fresh.push((score.to_bits(), rows));
        if self.fresh.len() >= FRESH.max(self.sorted.len() / 2) {
            self.take_in(grid);
        }
    }

    /// Takes in what has come: many scores of one ledger at once, so that its bins are at hand.
    fn take_in(&mut self, grid: &Grid) {
        if self.bins.is_empty() {
            self.sort_in();
            if self.sorted.len() > MOST_EXACT {
                self.spill(grid);
            }
            return;
        }
        for (score, rows) in self.fresh.drain(..) {
            add(&mut self.bins, f64::from_bits(score), rows, grid);
        }
    }

    fn sort_in(&mut self) {
        self.fresh.sort_unstable_by_key(|(score, _)| *score);
        let fresh = join_equal(self.fresh.drain(..));
        let old = std::mem::take(&mut self.sorted);
        self.sorted = if old.is_empty() { fresh } else { merge(&old, &fresh) };
    }

    /// Puts the scores into bins.
    fn spill(&mut self, grid: &Grid) {
        self.bins = (0..grid.keys()).map(|key| Bin { key, rows: 0, sum: 0 }).collect();
        for (score, rows) in std::mem::take(&mut self.sorted).into_iter().chain(self.fresh.drain(..)) {
            add(&mut self.bins, f64::from_bits(score), rows, grid);
        }
    }

    fn finish(mut self, grid: &Grid) -> Ledger {
        self.take_in(grid);
        if self.bins.is_empty() {
            let scores = self.sorted.into_iter().map(|(score, rows)| (f64::from_bits(score), rows)).collect();
            return Ledger::Exact(scores).at_most(MOST_EXACT, grid);
        }
        self.bins.retain(|bin| bin.rows > 0);
        Ledger::Binned(self.bins)
    }
}

fn add(bins: &mut [Bin], score: f64, rows: u64, grid: &Grid) {
    if let Some(key) = grid.key(score) {
        bins[key as usize].add(score, rows);
    }
}

fn join_equal(scores: impl Iterator<Item = (u64, u64)>) -> Vec<(u64, u64)> {
    let mut joined: Vec<(u64, u64)> = Vec::new();
    for (score, rows) in scores {
        match joined.last_mut() {
            Some((last, sum)) if *last == score => *sum += rows,
            _ => joined.push((score, rows)),
        }
    }
    joined
}

fn merge(first: &[(u64, u64)], second: &[(u64, u64)]) -> Vec<(u64, u64)> {
    let mut merged = Vec::with_capacity(first.len() + second.len());
    let (mut i, mut j) = (0, 0);
    while i < first.len() && j < second.len() {
        let (a, b) = (first[i], second[j]);
        merged.push(if a.0 < b.0 {
            a
        } else if b.0 < a.0 {
            b
        } else {
            (a.0, a.1 + b.1)
        });
        i += usize::from(a.0 <= b.0);
        j += usize::from(b.0 <= a.0);
    }
    merged.extend(&first[i..]);
    merged.extend(&second[j..]);
    merged
}
