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

/// The bits of a score that its prefix leaves out.
const REST: u64 = (1 << DROPPED) - 1;

/// Bins that are fine where scores are near 0 or near 1, with declared thresholds as exact edges.
///
/// Below 1/2 a bin holds the scores that share the exponent and six bits of the mantissa, so that its width is at most
/// 1/64 of its scores; from 1/2 on the bins are the mirror image. Every bin is closed on the left, so that "at least
/// the threshold" never divides one. Scores of exactly 0 and exactly 1 have bins of their own: 4,100 bins and one more
/// for every threshold that is no edge already.
#[derive(Clone, Debug)]
pub struct Grid {
    /// Rising, distinct, above 0 and at most 1; infinity ends them.
    thresholds: Vec<f64>,
    /// By key without thresholds: how many thresholds no score with that key lies below.
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
        let passed = (0..KEYS).map(passed).collect();
        let mut ends = vec![None; KEYS as usize + thresholds.len()];
        thresholds.push(f64::INFINITY);
        let mut grid = Grid { thresholds, passed, ends: Vec::new() };
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
        self.place(score).map(|place| place.key)
    }

    /// The key of the bin a score falls into, and how far it lies from the origin of the bin.
    #[inline]
    pub fn place(&self, score: f64) -> Option<Place> {
        let (prefix, steps) = prefix_place(score)?;
        // Thresholds beyond the prefix lie above all its scores. Hardly any prefix holds two: the first is counted without
        // asking, because nobody could guess the answer.
        let mut below = self.passed[prefix as usize];
        below += u32::from(self.thresholds[below as usize] <= score);
        while self.thresholds[below as usize] <= score {
            below += 1;
        }
        // Both parts rise with the score, so that two scores have the same sum only if both parts are the same.
        Some(Place { key: prefix as u32 + below, steps })
    }

    /// The origin of a bin; None for a key that no score has and for the bins whose scores have no steps.
    pub fn origin(&self, key: u32) -> Option<Origin> {
        let (low, _) = self.bounds(key)?;
        let (prefix, steps) = prefix_place(low)?;
        let mirrored = low >= 0.5;
        let start = if prefix == 0 || prefix == KEYS - 1 { 0.0 } else { f64::from_bits(near(low).1 & !REST) };
        (steps != Place::NO_STEPS).then_some(Origin { start, mirrored })
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

/// Where a score lies.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Place {
    pub key: u32,
    /// From the origin of the bin, in units of its last place: at most 2^46. See [`Place::NO_STEPS`].
    pub steps: u64,
}

impl Place {
    /// The bins next to 0 and next to 1 hold numbers with many last places.
    pub const NO_STEPS: u64 = u64::MAX;
}

/// Where the steps of a bin are counted from: a score is `start` and its steps, or 1 less these where it is mirrored.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Origin {
    pub start: f64,
    pub mirrored: bool,
}

/// Whether a score is in the upper half, and the bits that make the prefix of its bin.
#[inline]
fn near(score: f64) -> (bool, u64) {
    let mirrored = score >= 0.5;
    let upper = u64::from(mirrored);
    // The end of its half, 0 or 1: nobody could guess which, so nothing here depends on a guess.
    let end = f64::from_bits(1.0_f64.to_bits() & upper.wrapping_neg());
    // 1 - s is exact here. The number before it has the prefix of the mirrored bin that is closed on its right.
    let distance = (end - score).abs();
    (mirrored, distance.to_bits().wrapping_sub(upper))
}

/// The key without thresholds, and the steps.
#[inline]
fn prefix_place(score: f64) -> Option<(u64, u64)> {
    if !(0.0..=1.0).contains(&score) {
        return None;
    }
    if score == 0.0 {
        return Some((0, 0));
    }
    if score == 1.0 {
        return Some((KEYS - 1, 0));
    }
    let (mirrored, bits) = near(score);
    let inside = (bits >> DROPPED).max(FIRST - 1) - (FIRST - 1);
    let steps = if inside == 0 { Place::NO_STEPS } else { (bits & REST) + u64::from(mirrored) };
    Some((if mirrored { KEYS - 2 - inside } else { 1 + inside }, steps))
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
