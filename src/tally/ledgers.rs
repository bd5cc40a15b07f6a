//! The scores of every combination of attributes and label: distinct scores while these are few, fine bins once they are
//! many.

use std::collections::HashMap;
use std::sync::Arc;

use super::table::TooMany;
use crate::cell::ledger::{Bin, Ledger, MOST_EXACT, units};
use crate::inference::scores::grid::Grid;

/// How many distinct scores all ledgers of a run keep together before each may keep fewer.
const TOGETHER: usize = 1 << 20;
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
    /// Places of ledgers by the codes of attributes and label.
    places: HashMap<Vec<u32>, u32>,
    growing: Vec<Growing>,
    /// Every row stands for one.
    plain: bool,
}

impl Ledgers {
    /// `counted` says that rows stand for several.
    pub fn new(grid: Arc<Grid>, counted: bool) -> Ledgers {
        Ledgers { grid, places: HashMap::new(), growing: Vec::new(), plain: !counted }
    }

    /// The place, counted from 1, of the ledger of these codes of attributes and label.
    pub fn place(&mut self, codes: Vec<u32>) -> u32 {
        let next = self.growing.len() as u32 + 1;
        let place = *self.places.entry(codes).or_insert(next);
        if place == next {
            self.growing.push(Growing::default());
        }
        place
    }

    /// Adds a score to the ledger at a place; rows are told only where they stand for several.
    #[inline]
    pub fn push(&mut self, place: u32, score: f64, rows: u64) {
        let growing = &mut self.growing[place as usize - 1];
        growing.fresh.push(score.to_bits());
        if !self.plain {
            growing.rows.push(rows);
        }
        if growing.fresh.len() >= FRESH.max(growing.sorted.len() / 2) {
            growing.take_in(&self.grid);
        }
    }

    /// Puts the largest ledgers into bins when all together keep too many scores.
    pub fn keep_few(&mut self) -> Result<(), TooMany> {
        // Scores that are not sorted in may be known already: what is surely too much, not what might be.
        let kept = |growing: &Growing| growing.sorted.len() + growing.bins.rows.len();
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
        let mut take = |place: u32| std::mem::take(&mut self.growing[place as usize - 1]).finish(&self.grid);
        self.places.into_iter().map(|(codes, place)| (codes, take(place))).collect()
    }
}

/// A ledger that still grows.
#[derive(Clone, Default)]
struct Growing {
    /// Rising distinct scores with their rows, as bits: the bits of numbers that are not negative rise with the numbers.
    sorted: Vec<(u64, u64)>,
    /// What has come since.
    fresh: Vec<u64>,
    /// For how many rows each of these stands; empty where each stands for one.
    rows: Vec<u64>,
    bins: Bins,
}

/// Rows and sums by key, once there are too many scores; empty before. Zeros cost no memory until they are counted on.
#[derive(Clone, Default)]
struct Bins {
    rows: Vec<u64>,
    sums: Vec<u128>,
}

impl Bins {
    fn new(keys: u32) -> Bins {
        Bins { rows: vec![0; keys as usize], sums: vec![0; keys as usize] }
    }

    fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    #[inline]
    fn add(&mut self, score: f64, rows: u64, grid: &Grid) {
        if let Some(key) = grid.key(score) {
            self.rows[key as usize] += rows;
            self.sums[key as usize] += units(score) * u128::from(rows);
        }
    }

    fn finish(self) -> Vec<Bin> {
        let all = self.rows.into_iter().zip(self.sums).enumerate();
        all.filter(|(_, (rows, _))| *rows > 0).map(|(key, (rows, sum))| Bin { key: key as u32, rows, sum }).collect()
    }
}

impl Growing {
    /// Takes in what has come: many scores of one ledger at once, so that its bins are at hand.
    fn take_in(&mut self, grid: &Grid) {
        if self.bins.is_empty() {
            self.sort_in();
            if self.sorted.len() > MOST_EXACT {
                self.spill(grid);
            }
            return;
        }
        if self.rows.is_empty() {
            for score in self.fresh.drain(..) {
                self.bins.add(f64::from_bits(score), 1, grid);
            }
        } else {
            for (score, rows) in self.fresh.drain(..).zip(self.rows.drain(..)) {
                self.bins.add(f64::from_bits(score), rows, grid);
            }
        }
    }

    fn sort_in(&mut self) {
        let old = std::mem::take(&mut self.sorted);
        self.sorted = if self.rows.is_empty() {
            self.fresh.sort_unstable();
            merge(&old, self.fresh.iter().map(|score| (*score, 1)))
        } else {
            let mut fresh: Vec<(u64, u64)> = self.fresh.iter().copied().zip(self.rows.drain(..)).collect();
            fresh.sort_unstable_by_key(|(score, _)| *score);
            merge(&old, fresh.into_iter())
        };
        self.fresh.clear();
    }

    /// Puts the scores into bins.
    fn spill(&mut self, grid: &Grid) {
        self.bins = Bins::new(grid.keys());
        for (score, rows) in std::mem::take(&mut self.sorted) {
            self.bins.add(f64::from_bits(score), rows, grid);
        }
        self.take_in(grid);
    }

    fn finish(mut self, grid: &Grid) -> Ledger {
        self.take_in(grid);
        if self.bins.is_empty() {
            let scores = self.sorted.into_iter().map(|(score, rows)| (f64::from_bits(score), rows)).collect();
            return Ledger::Exact(scores).at_most(MOST_EXACT, grid);
        }
        Ledger::Binned(self.bins.finish())
    }
}

/// Sorted distinct scores and sorted others together.
fn merge(old: &[(u64, u64)], fresh: impl ExactSizeIterator<Item = (u64, u64)>) -> Vec<(u64, u64)> {
    let mut merged: Vec<(u64, u64)> = Vec::with_capacity(old.len() + fresh.len());
    let mut at = 0;
    for (score, rows) in fresh {
        while at < old.len() && old[at].0 <= score {
            merged.push(old[at]);
            at += 1;
        }
        match merged.last_mut() {
            Some((last, sum)) if *last == score => *sum += rows,
            _ => merged.push((score, rows)),
        }
    }
    merged.extend(&old[at..]);
    merged
}
