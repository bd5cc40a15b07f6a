//! The fixed bins into which measured values fall once a group has too many distinct ones.

/// Values within one bin agree in sign, exponent and this many bits after the leading one.
const PREFIX_BITS: u32 = 10;
const DROPPED: u32 = 52 - PREFIX_BITS;

/// A bin is at most this part of its values wide: 2^-10.
pub const RELATIVE_WIDTH: f64 = 1.0 / (1_u64 << PREFIX_BITS) as f64;

/// Bins whose width is at most 1/1024 of their values, of any sign and size, with declared bounds as bins of their own.
///
/// 0 has a bin of its own, and so has every declared bound, so that "at least", "above", "at most" and "below" it never
/// divide one. All values of a bin have the same sign and the same exponent: their sums are sums of whole numbers.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Grid {
    /// Rising: every declared bound and the number after it.
    cuts: Vec<f64>,
}

/// The lowest and the highest value that fall into a bin.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Ends {
    pub low: f64,
    pub high: f64,
}

impl Grid {
    /// The grid with bins of their own for these bounds, in any order; what is not finite needs none.
    pub fn new(bounds: &[f64]) -> Grid {
        let cuts_of = |bound: &f64| [*bound + 0.0, bound.next_up()];
        let mut cuts: Vec<f64> = bounds.iter().filter(|bound| bound.is_finite()).flat_map(cuts_of).collect();
        cuts.sort_by(f64::total_cmp);
        cuts.dedup();
        Grid { cuts }
    }

    /// The declared bounds, rising.
    pub fn bounds(&self) -> Vec<f64> {
        let own = |cut: &&f64| self.cuts.contains(&cut.next_up());
        self.cuts.iter().filter(own).copied().collect()
    }

    /// The key of the bin a value falls into; a higher value never has a lower key. None for what is no finite number.
    pub fn key(&self, value: f64) -> Option<i32> {
        // Both parts rise with the value, so that two values have the same sum only if both parts are the same.
        let passed = self.cuts.partition_point(|cut| *cut <= value) as i32;
        prefix(value).map(|prefix| prefix + passed)
    }

    /// The lowest and the highest value with this key; None for a key that no value has.
    pub fn ends(&self, key: i32) -> Option<Ends> {
        (0..=self.cuts.len()).find_map(|passed| {
            let inside = ends_of_prefix(key.checked_sub(passed as i32)?)?;
            let from = passed.checked_sub(1).and_then(|at| self.cuts.get(at)).copied().unwrap_or(f64::MIN);
            let to = self.cuts.get(passed).map_or(f64::MAX, |cut| cut.next_down());
            let ends = Ends { low: inside.low.max(from), high: inside.high.min(to) };
            (ends.low <= ends.high).then_some(ends)
        })
    }
}

/// A finite number as a whole number times a power of two: `mantissa * 2^exponent`, without its sign.
///
/// The numbers of a bin of any [`Grid`] have the same exponent.
pub fn parts(value: f64) -> (u64, i32) {
    let bits = value.abs().to_bits();
    let (field, rest) = ((bits >> 52) as i32, bits & ((1 << 52) - 1));
    // Numbers without the leading one have the exponent of the smallest with it.
    if field == 0 { (rest, -1074) } else { (rest | 1 << 52, field - 1075) }
}

/// The rank of sign, exponent and the first bits, 0 for 0.
fn prefix(value: f64) -> Option<i32> {
    if !value.is_finite() {
        return None;
    }
    if value == 0.0 {
        return Some(0);
    }
    let rank = (value.abs().to_bits() >> DROPPED) as i32 + 1;
    Some(if value < 0.0 { -rank } else { rank })
}

fn ends_of_prefix(prefix: i32) -> Option<Ends> {
    if prefix == 0 {
        return Some(Ends { low: 0.0, high: 0.0 });
    }
    let rank = u64::from(prefix.unsigned_abs());
    let near = f64::from_bits(((rank - 1) << DROPPED).max(1));
    let far = f64::from_bits((rank << DROPPED) - 1);
    if !far.is_finite() {
        return None;
    }
    Some(if prefix > 0 { Ends { low: near, high: far } } else { Ends { low: -far, high: -near } })
}
