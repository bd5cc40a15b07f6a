//! Where a falling function crosses zero.

/// The point between `low` and `high` at which a continuous falling function crosses 0, to the last digits.
///
/// Brent's method (1973, `zero`): the bracket always holds the crossing, so it ends within a bounded number of steps
/// even where the function is flat, infinite at an end or rough from rounding. The caller vouches that the function is
/// not negative at `low` and not positive at `high`.
pub fn falling(f: impl Fn(f64) -> f64, low: f64, high: f64) -> f64 {
    // An infinite value would spoil the interpolation; its sign is all it tells.
    let at = |x: f64| f(x).clamp(-1e6, 1e6);
    let (mut a, mut b) = (low, high);
    let (mut fa, mut fb) = (at(a), at(b));
    if fa <= 0.0 {
        return a;
    }
    if fb >= 0.0 {
        return b;
    }
    let (mut c, mut fc) = (a, fa);
    let mut d = b - a;
    let mut e = d;
    for _ in 0..200 {
        if (fb > 0.0) == (fc > 0.0) {
            (c, fc) = (a, fa);
            d = b - a;
            e = d;
        }
        if fc.abs() < fb.abs() {
            (a, fa) = (b, fb);
            (b, fb) = (c, fc);
            (c, fc) = (a, fa);
        }
        let tolerance = 2.0 * f64::EPSILON * b.abs() + f64::MIN_POSITIVE;
        let half = 0.5 * (c - b);
        if half.abs() <= tolerance || fb == 0.0 {
            return b;
        }
        if e.abs() >= tolerance && fa.abs() > fb.abs() {
            let (p, q) = interpolate(a, b, c, fa, fb, fc, half);
            if 2.0 * p < (3.0 * half * q - (tolerance * q).abs()).min((e * q).abs()) {
                e = d;
                d = p / q;
            } else {
                d = half;
                e = half;
            }
        } else {
            d = half;
            e = half;
        }
        (a, fa) = (b, fb);
        b += if d.abs() > tolerance { d } else { tolerance.copysign(half) };
        fb = at(b);
    }
    b
}

/// The point beyond `start` at which a falling function crosses 0, when nobody knows how far away it is.
///
/// Doubles the step until the crossing is behind it, up to `ceiling`; where the function is negative at the start
/// already, goes back as far as `floor`. None when it is still positive at the ceiling.
pub fn falling_beyond(f: impl Fn(f64) -> f64, start: f64, step: f64, floor: f64, ceiling: f64) -> Option<f64> {
    let mut step = step;
    let mut low = start.max(floor);
    let mut high = (low + step).min(ceiling);
    while f(high) > 0.0 {
        if high >= ceiling {
            return None;
        }
        low = high;
        step *= 2.0;
        high = (high + step).min(ceiling);
    }
    while low > floor && f(low) < 0.0 {
        low = (low - step).max(floor);
        step *= 2.0;
    }
    Some(falling(f, low, high))
}

/// A point between `low` and `high` at which a function that first rises and then falls is positive; none when it is
/// nowhere.
///
/// Golden-section search for the peak (Kiefer 1953), which stops at the first positive value.
pub fn positive_between(f: impl Fn(f64) -> f64, low: f64, high: f64) -> Option<f64> {
    const SECTION: f64 = 0.618_033_988_749_894_9;
    let (mut low, mut high) = (low, high);
    let inner = |low: f64, high: f64| (high - SECTION * (high - low), low + SECTION * (high - low));
    let (mut a, mut b) = inner(low, high);
    let (mut fa, mut fb) = (f(a), f(b));
    for _ in 0..120 {
        if fa > 0.0 {
            return Some(a);
        }
        if fb > 0.0 {
            return Some(b);
        }
        if high - low <= f64::EPSILON * low.abs().max(high.abs()) {
            break;
        }
        if fa >= fb {
            (high, b, fb) = (b, a, fa);
            a = inner(low, high).0;
            fa = f(a);
        } else {
            (low, a, fa) = (a, b, fb);
            b = inner(low, high).1;
            fb = f(b);
        }
    }
    None
}

/// The step p/q of the secant or of inverse quadratic interpolation, with p never negative.
fn interpolate(a: f64, b: f64, c: f64, fa: f64, fb: f64, fc: f64, half: f64) -> (f64, f64) {
    let s = fb / fa;
    let (p, q) = if a == c {
        (2.0 * half * s, 1.0 - s)
    } else {
        let (q, r) = (fa / fc, fb / fc);
        (s * (2.0 * half * q * (q - r) - (b - a) * (r - 1.0)), (q - 1.0) * (r - 1.0) * (s - 1.0))
    };
    if p > 0.0 { (p, -q) } else { (-p, q) }
}
