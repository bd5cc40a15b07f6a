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
