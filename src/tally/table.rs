//! A value by combination of codes: a dense table while the codes are few, a map when they are many.

use std::collections::HashMap;

/// A dense table has at most this many bits of key: 8 MiB of counts.
const DENSE_BITS: u32 = 20;
/// Where no more than this are kept, which only tests ask, no table is dense.
const DENSE_AT_LEAST: usize = 1 << 16;
/// Most combinations that are kept.
pub const MOST_CELLS: usize = 2_000_000;

type Sparse<V> = HashMap<u128, V, foldhash::fast::FixedState>;

/// A value for every combination of codes: the key is the codes of several columns side by side.
#[derive(Clone)]
pub struct Table<V> {
    /// Bits that each column has in the key, from the lowest.
    widths: Vec<u32>,
    values: Values<V>,
    /// Most combinations that it keeps.
    most: usize,
    dense_keys: Vec<u32>,
    sparse_keys: Vec<u128>,
}

#[derive(Clone)]
enum Values<V> {
    Dense(Vec<V>),
    Sparse(Sparse<V>),
}

/// More combinations than are kept, or than a key can hold.
pub struct TooMany;

impl<V: Copy + Default + PartialEq> Table<V> {
    /// `kinds` says how many codes each column has at least.
    pub fn new(kinds: &[usize]) -> Table<V> {
        Table::with_most(kinds, MOST_CELLS)
    }

    /// The same, with another number of combinations that are kept at most.
    pub fn with_most(kinds: &[usize], most: usize) -> Table<V> {
        let widths: Vec<u32> = kinds.iter().map(|kinds| bits(*kinds)).collect();
        let total: u32 = widths.iter().sum();
        // A dense table never looks how full it is: it is never large, and what all workers have together is looked at.
        let values = if total <= DENSE_BITS && most >= DENSE_AT_LEAST {
            Values::Dense(vec![V::default(); 1 << total])
        } else {
            Values::Sparse(Sparse::default())
        };
        Table { widths, values, most, dense_keys: Vec::new(), sparse_keys: Vec::new() }
    }

    /// Makes room for that many codes in each column.
    pub fn make_room(&mut self, kinds: &[usize]) -> Result<(), TooMany> {
        if self.widths.iter().zip(kinds).all(|(width, kinds)| bits(*kinds) <= *width) {
            return Ok(());
        }
        if !fits_key(kinds) {
            return Err(TooMany);
        }
        // One bit to spare, so that a new level does not move the table each time; none where the key has none left, so
        // that what fits does not depend on the order in which levels come.
        let wider: Vec<usize> =
            kinds.iter().zip(&self.widths).map(|(k, w)| if bits(*k) > *w { k * 2 } else { 1 << w }).collect();
        let mut roomy = Table::with_most(if fits_key(&wider) { &wider } else { kinds }, self.most);
        for (codes, value) in self.entries() {
            roomy.put(&codes, value);
        }
        *self = roomy;
        Ok(())
    }

    fn put(&mut self, codes: &[u32], value: V) {
        let mut key = 0_u128;
        let mut shift = 0;
        for (code, width) in codes.iter().zip(&self.widths) {
            key |= u128::from(*code) << shift;
            shift += width;
        }
        match &mut self.values {
            Values::Dense(values) => values[key as usize] = value,
            Values::Sparse(values) => {
                values.insert(key, value);
            }
        }
    }

    /// Visits the value of each row, whose codes are given column by column.
    #[inline]
    pub fn visit(
        &mut self,
        columns: &[&[u32]],
        rows: usize,
        mut seen: impl FnMut(usize, &mut V),
    ) -> Result<(), TooMany> {
        let widths = &self.widths;
        match &mut self.values {
            Values::Dense(values) => {
                join(&mut self.dense_keys, columns, widths, rows, |code, shift| code << shift);
                for (row, key) in self.dense_keys.iter().enumerate() {
                    seen(row, &mut values[*key as usize]);
                }
            }
            Values::Sparse(values) => {
                join(&mut self.sparse_keys, columns, widths, rows, |code, shift| u128::from(code) << shift);
                // A call for each row is little beside the look-up; the dense loop must have none.
                let seen: &mut dyn FnMut(usize, &mut V) = &mut seen;
                for (row, key) in self.sparse_keys.iter().enumerate() {
                    seen(row, values.entry(*key).or_default());
                }
                if values.len() > self.most {
                    return Err(TooMany);
                }
            }
        }
        Ok(())
    }

    /// Every combination whose value is not the default.
    pub fn entries(&self) -> Vec<(Vec<u32>, V)> {
        let mut entries = Vec::new();
        self.each(|codes, value| entries.push((codes.to_vec(), value)));
        entries
    }

    /// Hands over every combination whose value is not the default.
    pub fn each(&self, mut with: impl FnMut(&[u32], V)) {
        let mut codes = vec![0; self.widths.len()];
        let none = V::default();
        let mut hand_over = |key: u128, value: &V| {
            if *value == none {
                return;
            }
            let mut shift = 0;
            for (code, width) in codes.iter_mut().zip(&self.widths) {
                *code = (key >> shift) as u32 & ((1_u64 << width) - 1) as u32;
                shift += width;
            }
            with(&codes, *value);
        };
        match &self.values {
            Values::Dense(values) => values.iter().enumerate().for_each(|(key, value)| hand_over(key as u128, value)),
            Values::Sparse(values) => values.iter().for_each(|(key, value)| hand_over(*key, value)),
        }
    }
}

/// Whether a key can hold the codes of columns that have so many.
pub fn fits_key(kinds: &[usize]) -> bool {
    kinds.iter().map(|kinds| bits(*kinds)).sum::<u32>() <= u128::BITS
}

fn bits(kinds: usize) -> u32 {
    usize::BITS - kinds.saturating_sub(1).leading_zeros()
}

/// Puts the codes of each row side by side into one key.
fn join<K: Copy + Default + std::ops::BitOrAssign>(
    keys: &mut Vec<K>,
    columns: &[&[u32]],
    widths: &[u32],
    rows: usize,
    place: impl Fn(u32, u32) -> K,
) {
    keys.clear();
    keys.resize(rows, K::default());
    let mut shift = 0;
    for (codes, width) in columns.iter().zip(widths) {
        for (key, code) in keys.iter_mut().zip(*codes) {
            *key |= place(*code, shift);
        }
        shift += width;
    }
}
