//! Distinct scores with their rows, where the same scores come again and again: most rows cost one look-up.

/// More distinct scores than this are better sorted.
const MOST: usize = 1 << 15;

/// So many scores are looked for before the first is counted.
const AHEAD: usize = 64;

/// Distinct scores with their rows, by score.
#[derive(Clone, Default)]
pub struct Repeated {
    /// Scores as bits, and rows; an entry without rows is free. A power of two, at most three quarters in use.
    slots: Vec<(u64, u64)>,
    distinct: usize,
}

impl Repeated {
    /// Whether a ledger with so many distinct scores, so many of them new among the rows that have come, is looked up
    /// faster than it is sorted.
    pub fn is_worth(distinct: usize, new: usize, come: usize) -> bool {
        come > 0 && distinct <= MOST / 2 && new <= come / 4 * 3
    }

    /// Of distinct scores with their rows.
    pub fn of(scores: &[(u64, u64)]) -> Repeated {
        let mut found = Repeated { slots: vec![(0, 0); (scores.len() * 2).next_power_of_two().max(16)], distinct: 0 };
        scores.iter().for_each(|(score, rows)| found.add_one(*score, *rows));
        found
    }

    pub fn is_empty(&self) -> bool {
        self.distinct == 0
    }

    /// How many distinct scores there are.
    pub fn len(&self) -> usize {
        self.distinct
    }

    pub fn is_full(&self) -> bool {
        self.distinct > MOST
    }

    /// Adds scores, for one row each where no rows are given, and empties both.
    pub fn add(&mut self, scores: &mut Vec<u64>, rows: &mut Vec<u64>) {
        if rows.is_empty() {
            self.add_each(scores);
        } else {
            scores.iter().zip(rows.iter()).for_each(|(score, rows)| self.add_one(*score, *rows));
        }
        scores.clear();
        rows.clear();
    }

    fn add_each(&mut self, scores: &[u64]) {
        for scores in scores.chunks(AHEAD) {
            // The slots lie far apart: looked at beforehand, they are fetched side by side.
            let seen = scores.iter().fold(0, |seen, score| seen ^ self.slots[self.first_slot(*score)].0);
            std::hint::black_box(seen);
            scores.iter().for_each(|score| self.add_one(*score, 1));
        }
    }

    /// Rising scores with their rows.
    pub fn sorted(self) -> Vec<(u64, u64)> {
        let mut found = self.slots;
        found.retain(|(_, rows)| *rows > 0);
        found.sort_unstable_by_key(|(score, _)| *score);
        found
    }

    #[inline]
    fn add_one(&mut self, score: u64, more: u64) {
        let slot = self.slot_of(score);
        let (known, rows) = &mut self.slots[slot];
        let is_new = *rows == 0;
        *known = score;
        *rows += more;
        if is_new {
            self.distinct += 1;
            if self.distinct * 4 > self.slots.len() * 3 {
                self.widen();
            }
        }
    }

    /// Where a score is looked for first.
    #[inline]
    fn first_slot(&self, score: u64) -> usize {
        // The highest bits of the product depend on all bits of the score. There are at least 16 slots.
        (score.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> (u64::BITS - self.slots.len().trailing_zeros())) as usize
    }

    /// The slot that holds a score, or the free one where it would be.
    #[inline]
    fn slot_of(&self, score: u64) -> usize {
        let last = self.slots.len() - 1;
        let mut slot = self.first_slot(score);
        while self.slots[slot].1 != 0 && self.slots[slot].0 != score {
            slot = (slot + 1) & last;
        }
        slot
    }

    #[cold]
    fn widen(&mut self) {
        let wider = vec![(0, 0); self.slots.len() * 2];
        for (score, rows) in std::mem::replace(&mut self.slots, wider).into_iter().filter(|(_, rows)| *rows > 0) {
            let slot = self.slot_of(score);
            self.slots[slot] = (score, rows);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;

    #[test]
    fn every_score_keeps_its_rows() {
        // Scores of few places, whose bits are alike, and 0, whose bits are those of a free slot.
        let score = |n: u64| [n as f64 / 1000.0, n as f64 / 4096.0, 1.0 - n as f64 / 7.0e5][n as usize % 3].to_bits();
        let mut expected: BTreeMap<u64, u64> = BTreeMap::new();
        let mut found = Repeated::of(&[(score(1), 5)]);
        expected.insert(score(1), 5);
        for turn in 0..40 {
            let mut scores: Vec<u64> = (0..1_000).map(|n| score((n * n + turn * 31) % 900)).collect();
            let mut rows: Vec<u64> = if turn % 2 == 0 { Vec::new() } else { (0..1_000).map(|n| 1 + n % 4).collect() };
            for (place, score) in scores.iter().enumerate() {
                *expected.entry(*score).or_default() += rows.get(place).copied().unwrap_or(1);
            }
            found.add(&mut scores, &mut rows);
            assert!(scores.is_empty() && rows.is_empty());
        }
        assert_eq!(found.len(), expected.len());
        assert_eq!(found.sorted(), expected.into_iter().collect::<Vec<_>>());
    }
}
