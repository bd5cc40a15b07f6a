//! The scores of every combination of attributes and label: distinct scores while these are few, fine bins once they are
//! many.

use std::collections::HashMap;
use std::sync::Arc;

use super::bins::Bins;
use super::repeated::Repeated;
use super::table::TooMany;
use crate::cell::ledger::{Ledger, MOST_EXACT};
use crate::inference::scores::grid::Grid;

/// How many distinct scores all ledgers of a run keep together before each may keep fewer.
const TOGETHER: usize = 1 << 20;
/// So many each ledger keeps at least; about as many bins take the place of more.
pub const AT_LEAST: usize = 1 << 12;
/// More than this, a ledger with more than [`AT_LEAST`] counted as one with that many, no run keeps.
pub const MOST_TOGETHER: usize = 1 << 24;

/// Scores that have come in are sorted in once there are so many.
const FRESH: usize = 1 << 10;
/// The same of scores that go into bins: each bin that is fetched then serves several.
const FRESH_OF_BINS: usize = 1 << 12;

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
    /// What has come and is not taken in yet, as bits: every row goes there, so it lies apart from what is larger. A ledger
    /// takes its scores in once there is no room for more.
    fresh: Vec<Vec<u64>>,
    /// For how many rows each of these stands; empty where each stands for one.
    rows: Vec<Vec<u64>>,
    growing: Vec<Growing>,
}

impl Ledgers {
    pub fn new(grid: Arc<Grid>) -> Ledgers {
        Ledgers { grid, places: HashMap::new(), fresh: Vec::new(), rows: Vec::new(), growing: Vec::new() }
    }

    /// The place, counted from 1, of the ledger of these codes of attributes and label.
    pub fn place(&mut self, codes: Vec<u32>) -> u32 {
        let next = self.growing.len() as u32 + 1;
        let place = *self.places.entry(codes).or_insert(next);
        if place == next {
            self.fresh.push(Vec::new());
            self.rows.push(Vec::new());
            self.growing.push(Growing::default());
        }
        place
    }

    /// Adds the score of a row to the ledger at a place. A ledger takes either these or those that stand for several.
    #[inline]
    pub fn push(&mut self, place: u32, score: f64) {
        let place = place as usize - 1;
        if self.fresh[place].len() == self.fresh[place].capacity() {
            self.take_in(place);
        }
        self.fresh[place].push(score.to_bits());
    }

    /// Adds a score that stands for so many rows.
    pub fn push_several(&mut self, place: u32, score: f64, rows: u64) {
        self.push(place, score);
        self.rows[place as usize - 1].push(rows);
    }

    #[inline(never)]
    fn take_in(&mut self, place: usize) {
        let growing = &mut self.growing[place];
        let fresh = &mut self.fresh[place];
        growing.take_in(fresh, &mut self.rows[place], &self.grid);
        let room = if growing.bins.is_empty() { FRESH.max(growing.sorted.len() / 2) } else { FRESH_OF_BINS };
        fresh.shrink_to(room);
        fresh.reserve_exact(room);
    }

    /// Puts the largest ledgers into bins when all together keep too many scores.
    pub fn keep_few(&mut self) -> Result<(), TooMany> {
        // Scores that are not sorted in may be known already: what is surely too much, not what might be.
        let kept = |growing: &Growing| growing.distinct() + growing.bins.len();
        if self.growing.iter().map(kept).sum::<usize>() <= TOGETHER {
            return Ok(());
        }
        let distinct = self.growing.iter().map(|g| if g.bins.is_empty() { g.distinct() } else { MOST_EXACT });
        let each = allowance(distinct).ok_or(TooMany)?;
        for place in 0..self.growing.len() {
            if self.growing[place].distinct() > each {
                self.growing[place].spill(&self.grid);
                self.take_in(place);
            }
        }
        Ok(())
    }

    pub fn grid(&self) -> &Arc<Grid> {
        &self.grid
    }

    /// All ledgers, of which none are left here.
    pub fn take(&mut self) -> Ledgers {
        let none = Ledgers::new(Arc::clone(&self.grid));
        std::mem::replace(self, none)
    }

    /// Every ledger with the codes of its attributes and label.
    pub fn finish(self) -> Vec<(Vec<u32>, Grown)> {
        let parts = self.growing.into_iter().zip(self.fresh).zip(self.rows);
        let mut grown: Vec<_> = parts.map(|((growing, fresh), rows)| Some(Grown { growing, fresh, rows })).collect();
        let mut take = |place: u32| grown[place as usize - 1].take().unwrap_or_default();
        self.places.into_iter().map(|(codes, place)| (codes, take(place))).collect()
    }
}

/// A ledger that still grows.
#[derive(Clone, Default)]
struct Growing {
    /// Rising distinct scores with their rows, as bits: the bits of numbers that are not negative rise with the numbers.
    sorted: Vec<(u64, u64)>,
    /// The same where scores come again and again; then none are sorted.
    repeated: Repeated,
    bins: Bins,
}

impl Growing {
    /// Takes in what has come: many scores of one ledger at once, so that its bins are at hand.
    fn take_in(&mut self, fresh: &mut Vec<u64>, rows: &mut Vec<u64>, grid: &Grid) {
        if !self.repeated.is_empty() {
            self.repeated.add(fresh, rows);
            if self.repeated.is_full() {
                self.sorted = std::mem::take(&mut self.repeated).sorted();
            }
        } else if self.bins.is_empty() {
            let (before, come) = (self.sorted.len(), fresh.len());
            self.sort_in(fresh, rows);
            if self.sorted.len() > MOST_EXACT {
                self.spill(grid);
            } else if Repeated::is_worth(self.sorted.len(), self.sorted.len() - before, come) {
                self.repeated = Repeated::of(&std::mem::take(&mut self.sorted));
            }
        } else if rows.is_empty() {
            self.bins.add_each(fresh, grid);
            fresh.clear();
        } else {
            for (score, rows) in fresh.drain(..).zip(rows.drain(..)) {
                self.bins.add(f64::from_bits(score), rows, grid);
            }
        }
    }

    fn sort_in(&mut self, fresh: &mut Vec<u64>, rows: &mut Vec<u64>) {
        let old = std::mem::take(&mut self.sorted);
        self.sorted = if rows.is_empty() {
            fresh.sort_unstable();
            merge(&old, fresh.iter().map(|score| (*score, 1)))
        } else {
            let mut fresh: Vec<(u64, u64)> = fresh.iter().copied().zip(rows.drain(..)).collect();
            fresh.sort_unstable_by_key(|(score, _)| *score);
            merge(&old, fresh.into_iter())
        };
        fresh.clear();
    }

    /// How many distinct scores it keeps.
    fn distinct(&self) -> usize {
        self.sorted.len() + self.repeated.len()
    }

    fn take_sorted(&mut self) -> Vec<(u64, u64)> {
        match self.repeated.is_empty() {
            true => std::mem::take(&mut self.sorted),
            false => std::mem::take(&mut self.repeated).sorted(),
        }
    }

    /// Puts the scores into bins.
    fn spill(&mut self, grid: &Grid) {
        self.bins = Bins::new(grid);
        for (score, rows) in self.take_sorted() {
            self.bins.add(f64::from_bits(score), rows, grid);
        }
    }
}

/// A ledger that has seen all, with what it has not taken in yet.
#[derive(Default)]
pub struct Grown {
    growing: Growing,
    fresh: Vec<u64>,
    rows: Vec<u64>,
}

impl Grown {
    pub fn ledger(mut self, grid: &Grid) -> Ledger {
        self.growing.take_in(&mut self.fresh, &mut self.rows, grid);
        if self.growing.bins.is_empty() {
            let scores =
                self.growing.take_sorted().into_iter().map(|(score, rows)| (f64::from_bits(score), rows)).collect();
            return Ledger::Exact(scores).at_most(MOST_EXACT, grid);
        }
        Ledger::Binned(self.growing.bins.finish(grid))
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
