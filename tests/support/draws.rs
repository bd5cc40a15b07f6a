//! What the laws of the scores share: a small generator and rows gathered into atoms.

use std::collections::BTreeMap;

use evenhand::inference::scores::Atom;

/// A small generator (Knuth's MMIX constants), so that every run has the same cases.
pub struct Draws(pub u64);

impl Draws {
    pub fn next(&mut self) -> f64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 11) as f64 / (1_u64 << 53) as f64
    }
}

/// Rows of score and label → atoms.
pub fn gather(rows: &[(f64, bool)]) -> Vec<Atom> {
    let mut counts: BTreeMap<u64, (u64, u64)> = BTreeMap::new();
    for &(score, label) in rows {
        let (negatives, positives) = counts.entry(score.to_bits()).or_default();
        *(if label { positives } else { negatives }) += 1;
    }
    let atom = |(bits, (negatives, positives))| Atom { score: f64::from_bits(bits), negatives, positives };
    counts.into_iter().map(atom).collect()
}
