//! Values below which a given part of a sample lies.

/// The value below which the part `p` of a sorted sample lies, with linear interpolation between its members.
///
/// With h = (n - 1) p the sample value of rank floor(h) and that part of the way to the next which h has beyond it: type
/// 7 of Hyndman and Fan 1996, the default of R. The smallest value at p = 0, the largest at p = 1; None for an empty
/// sample or p outside [0, 1].
pub fn quantile(sorted: &[f64], p: f64) -> Option<f64> {
    if !(0.0..=1.0).contains(&p) {
        return None;
    }
    let h = sorted.len().checked_sub(1)? as f64 * p;
    let rank = h.floor();
    let (below, part) = (*sorted.get(rank as usize)?, h - rank);
    match sorted.get(rank as usize + 1) {
        Some(above) if part > 0.0 => Some(below + part * (above - below)),
        _ => Some(below),
    }
}
