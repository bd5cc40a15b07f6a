//! Counts by combination of codes: a dense table while the codes are few, a map when they are many.

use std::collections::HashMap;

/// A dense table has at most this many bits of key: 8 MiB of counts.
const DENSE_BITS: u32 = 20;
/// Most combinations that are kept.
pub const MOST_CELLS: usize = 2_000_000;

type Sparse = HashMap<u128, u64, foldhash::fast::FixedState>;

/// Counts whose key is the codes of several columns side by side.
#[derive(Clone)]
pub struct Table {
    /// Bits that each column has in the key, from the lowest.
    widths: Vec<u32>,
    counts: Counts,
    dense_keys: Vec<u32>,
    sparse_keys: Vec<u128>,
}

#[derive(Clone)]
enum Counts {
    Dense(Vec<u64>),
    Sparse(Sparse),
}

/// More combinations than are kept, or than a key can hold.
pub struct TooMany;

impl Table {
    /// `kinds` says how many codes each column has at least.
    pub fn new(kinds: &[usize]) -> Table {
        let widths: Vec<u32> = kinds.iter().map(|kinds| bits(*kinds)).collect();
        let total: u32 = widths.iter().sum();
        let counts =
            if total <= DENSE_BITS { Counts::Dense(vec![0; 1 << total]) } else { Counts::Sparse(Sparse::default()) };
        Table { widths, counts, dense_keys: Vec::new(), sparse_keys: Vec::new() }
    }

    /// Makes room for that many codes in each column.
    pub fn make_room(&mut self, kinds: &[usize]) -> Result<(), TooMany> {
        if self.widths.iter().zip(kinds).all(|(width, kinds)| bits(*kinds) <= *width) {
            return Ok(());
        }
        // One bit to spare, so that a new level does not move the table each time.
        let wider: Vec<usize> =
            kinds.iter().zip(&self.widths).map(|(k, w)| if bits(*k) > *w { k * 2 } else { 1 << w }).collect();
        let mut roomy = Table::new(&wider);
        if roomy.widths.iter().sum::<u32>() > u128::BITS {
            return Err(TooMany);
        }
        for (codes, rows) in self.entries() {
            roomy.add(&codes, rows);
        }
        *self = roomy;
        Ok(())
    }

    fn add(&mut self, codes: &[u32], rows: u64) {
        let mut key = 0_u128;
        let mut shift = 0;
        for (code, width) in codes.iter().zip(&self.widths) {
            key |= u128::from(*code) << shift;
            shift += width;
        }
        match &mut self.counts {
            Counts::Dense(counts) => counts[key as usize] += rows,
            Counts::Sparse(counts) => *counts.entry(key).or_default() += rows,
        }
    }

    /// Counts rows given as codes, column by column; each row stands for one, or for its own number of rows.
    pub fn count(&mut self, columns: &[Vec<u32>], rows: usize, weights: Option<&[u64]>) -> Result<(), TooMany> {
        let widths = &self.widths;
        let weight = |row: usize| weights.map_or(1, |w| w[row]);
        match &mut self.counts {
            Counts::Dense(counts) => {
                join(&mut self.dense_keys, columns, widths, rows, |code, shift| code << shift);
                match weights {
                    None => {
                        for key in &self.dense_keys {
                            counts[*key as usize] += 1;
                        }
                    }
                    Some(_) => {
                        for (row, key) in self.dense_keys.iter().enumerate() {
                            counts[*key as usize] += weight(row);
                        }
                    }
                }
            }
            Counts::Sparse(counts) => {
                join(&mut self.sparse_keys, columns, widths, rows, |code, shift| u128::from(code) << shift);
                for (row, key) in self.sparse_keys.iter().enumerate() {
                    *counts.entry(*key).or_default() += weight(row);
                }
                if counts.len() > MOST_CELLS {
                    return Err(TooMany);
                }
            }
        }
        Ok(())
    }

    /// Every combination that has rows.
    pub fn entries(&self) -> Vec<(Vec<u32>, u64)> {
        let decode = |key: u128| {
            let mut shift = 0;
            let mut codes = Vec::with_capacity(self.widths.len());
            for width in &self.widths {
                codes.push((key >> shift) as u32 & ((1_u64 << width) - 1) as u32);
                shift += width;
            }
            codes
        };
        match &self.counts {
            Counts::Dense(counts) => {
                let filled = counts.iter().enumerate().filter(|(_, rows)| **rows > 0);
                filled.map(|(key, rows)| (decode(key as u128), *rows)).collect()
            }
            Counts::Sparse(counts) => {
                counts.iter().filter(|(_, rows)| **rows > 0).map(|(key, rows)| (decode(*key), *rows)).collect()
            }
        }
    }
}

fn bits(kinds: usize) -> u32 {
    usize::BITS - kinds.saturating_sub(1).leading_zeros()
}

/// Puts the codes of each row side by side into one key.
fn join<K: Copy + Default + std::ops::BitOrAssign>(
    keys: &mut Vec<K>,
    columns: &[Vec<u32>],
    widths: &[u32],
    rows: usize,
    place: impl Fn(u32, u32) -> K,
) {
    keys.clear();
    keys.resize(rows, K::default());
    let mut shift = 0;
    for (codes, width) in columns.iter().zip(widths) {
        for (key, code) in keys.iter_mut().zip(codes) {
            *key |= place(*code, shift);
        }
        shift += width;
    }
}
