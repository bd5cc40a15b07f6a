//! The fixed bins into which scores fall once a group has too many distinct ones.

/// Scores within one bin agree in this many bits after the leading one.
const PREFIX_BITS: u32 = 6;
const DROPPED: u32 = 52 - PREFIX_BITS;

/// The first prefix that has bins of its own, that of 2^-33; below it there is one bin down to 0.
const FIRST: u64 = (1023 - 33) << PREFIX_BITS;

/// One past the last prefix of the lower half, that of 1/2.
const HALF: u64 = (1023 - 1) << PREFIX_BITS;

/// The bins between 0 and 1/2, the one next to 0 included.
const SIDE: u64 = HALF - FIRST + 1;

/// The keys: exactly 0, the lower half, its mirror image, exactly 1.
const KEYS: u64 = 2 * SIDE + 2;

/// Bins that are fine where scores are near 0 or near 1, with declared thresholds as exact edges.
///
/// Below 1/2 a bin holds the scores that share the exponent and six bits of the mantissa, so that its width is at most
/// 1/64 of its scores; from 1/2 on the bins are the mirror image. Every bin is closed on the left, so that "at least
/// the threshold" never divides one. Scores of exactly 0 and exactly 1 have bins of their own: 4,100 bins and one more
/// for every threshold that is no edge already.
#[derive(Clone, Debug)]
pub struct Grid {
    /// Rising, distinct, above 0 and at most 1.
    thresholds: Vec<f64>,
    /// By key without thresholds: how many thresholds no score with that key lies below. One more than there are keys.
    passed: Vec<u32>,
    /// Low and high end by key; a key that no score has is empty.
    ends: Vec<Option<(f64, f64)>>,
}

impl Grid {
    /// The grid with these thresholds as further edges, in any order; those outside (0, 1] need no edge.
    pub fn new(thresholds: &[f64]) -> Grid {
        let mut thresholds: Vec<f64> = thresholds.iter().copied().filter(|&t| t > 0.0 && t <= 1.0).collect();
        thresholds.sort_by(f64::total_cmp);
        thresholds.dedup();
        let mut edges: Vec<f64> = (0..KEYS).map(low_end).chain(thresholds.iter().copied()).collect();
        edges.sort_by(f64::total_cmp);
        edges.dedup();
        let passed = |key: u64| thresholds.partition_point(|&t| t <= low_end(key)) as u32;
        let passed = (0..KEYS).map(passed).chain([thresholds.len() as u32]).collect();
        let mut grid = Grid { thresholds, passed, ends: Vec::new() };
        let mut ends = vec![None; KEYS as usize + grid.thresholds.len()];
        for (at, &low) in edges.iter().enumerate() {
            // The bin of exactly 0 ends where it starts, as does that of exactly 1.
            let high = if low == 0.0 { 0.0 } else { edges.get(at + 1).copied().unwrap_or(low) };
            if let Some(end) = grid.key(low).and_then(|key| ends.get_mut(key as usize)) {
                *end = Some((low, high));
            }
        }
        grid.ends = ends;
        grid
    }

    /// The key of the bin a score falls into; a higher score never has a lower key. None outside [0, 1] and for NaN.
    #[inline]
    pub fn key(&self, score: f64) -> Option<u32> {
        let prefix = prefix_key(score)?;
        let (sure, possible) = (self.passed[prefix as usize], self.passed[prefix as usize + 1]);
        let inside = &self.thresholds[sure as usize..possible as usize];
        let below = sure + inside.iter().filter(|&&t| t <= score).count() as u32;
        // Both parts rise with the score, so that two scores have the same sum only if both parts are the same.
        Some(prefix as u32 + below)
    }

    /// The lowest score of a bin and the score before which it ends; None for a key that no score has.
    ///
    /// The bins of exactly 0 and exactly 1 start and end there.
    pub fn bounds(&self, key: u32) -> Option<(f64, f64)> {
        self.ends.get(key as usize).copied().flatten()
    }

    /// How many keys there are, the unused ones included.
    pub fn keys(&self) -> u32 {
        self.ends.len() as u32
    }
}

/// The key without thresholds.
#[inline]
fn prefix_key(score: f64) -> Option<u64> {
    if !(0.0..=1.0).contains(&score) {
        return None;
    }
    let inside = |bits: u64| (bits >> DROPPED).max(FIRST - 1) - (FIRST - 1);
    Some(if score == 0.0 {
        0
    } else if score == 1.0 {
        KEYS - 1
    } else if score < 0.5 {
        1 + inside(score.to_bits())
    } else {
        // 1 - s is exact here. The number before it has the prefix of the mirrored bin that is closed on its right.
        KEYS - 2 - inside((1.0 - score).to_bits() - 1)
    })
}

/// The lowest score with this key.
fn low_end(key: u64) -> f64 {
    let edge = |place: u64| f64::from_bits((FIRST - 1 + place) << DROPPED);
    match key {
        0 => 0.0,
        1 => f64::from_bits(1),
        key if key <= SIDE => edge(key - 1),
        key if key < KEYS - 1 => 1.0 - edge(KEYS - 1 - key),
        _ => 1.0,
    }
}
