//! The most likely rates of two groups under a fixed ratio or a fixed difference.

use crate::inference::proportion::Proportion;

/// The most likely rates under a constraint, and the variance they give the contrast that the constraint fixes.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Constrained {
    pub focal: f64,
    pub reference: f64,
    /// 1 less the focal rate, with digits of its own.
    pub focal_rest: f64,
    /// 1 less the reference rate, with digits of its own.
    pub reference_rest: f64,
    /// Of `p1 - r p0` under a ratio r, of `p1 - p0` under a difference; without any factor N/(N-1).
    pub variance: f64,
}

/// Hits and misses that need not be whole: observed ones, or those that a rate leads to expect.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Counts {
    hits: f64,
    misses: f64,
    of: f64,
}

impl Counts {
    /// The hits and misses that `of` trials at this rate lead to expect; the rate is taken into [0, 1].
    pub fn expected(of: f64, rate: f64) -> Counts {
        let rate = rate.clamp(0.0, 1.0);
        Counts { hits: of * rate, misses: of * (1.0 - rate), of }
    }

    /// Amounts of hits and of misses, neither negative.
    pub fn amounts(hits: f64, misses: f64) -> Counts {
        Counts { hits, misses, of: hits + misses }
    }

    fn turned(self) -> Counts {
        Counts { hits: self.misses, misses: self.hits, of: self.of }
    }
}

impl<P: Proportion> From<P> for Counts {
    fn from(t: P) -> Counts {
        Counts { hits: t.hits(), misses: t.misses(), of: t.of() }
    }
}

/// The rates most likely to have given the counts when the focal rate is `r` times the reference rate.
///
/// The root of `N r p0^2 - (n1 r + x1 + n0 + x0 r) p0 + X = 0` in the form that does not cancel; the complements `1 -
/// p` are computed as roots of their own, so that rates near 1 keep the digits of their variance. For positive finite r
/// and groups that are not empty. Source: Miettinen and Nurminen 1985, appendix I.
pub fn under_ratio(focal: impl Into<Counts>, reference: impl Into<Counts>, r: f64) -> Constrained {
    let Counts { hits: x1, misses: f1, of: n1 } = focal.into();
    let Counts { hits: x0, misses: f0, of: n0 } = reference.into();
    let all = n1 + n0;
    // With A = r(n1 + x0) and C = n0 + x1 the discriminant (A + C)^2 - 4 N r X is (A - C)^2 + 4 r f1 f0: no
    // cancellation.
    let sum = r * (n1 + x0) + (n0 + x1);
    // A - C has two forms; the one with the smaller terms keeps more digits: near r = 1 the second.
    let (apart, near) = (r * (n1 + x0) - (n0 + x1), (r - 1.0) * (n1 + x0) + (f1 - f0));
    let gap = if (r - 1.0).abs() * (n1 + x0) + (f1 - f0).abs() < sum { near } else { apart };
    let root = (gap * gap + 4.0 * r * f1 * f0).sqrt();
    let p0 = 2.0 * (x1 + x0) / (sum + root);
    let p1 = r * p0;
    let half0 = gap + 2.0 * r * f0;
    let q0 = if half0 >= 0.0 { (half0 + root) / (2.0 * all * r) } else { 2.0 * f0 * (1.0 - r) / (root - half0) };
    let half1 = 2.0 * f1 - gap;
    let q1 = if half1 >= 0.0 { (half1 + root) / (2.0 * all) } else { 2.0 * f1 * (r - 1.0) / (root - half1) };
    let (q1, q0) = (q1.max(0.0), q0.max(0.0));
    let variance = p1 * q1 / n1 + r * p1 * q0 / n0;
    Constrained { focal: p1.min(1.0), reference: p0.min(1.0), focal_rest: q1, reference_rest: q0, variance }
}

/// The rates most likely to have given the counts when the focal rate is the reference rate plus `d`.
///
/// Solves the likelihood equation `a/u + b/(u+e) = c/(w-u) + g/(1-u)` for the lower of the two rates u, with e = |d|, w
/// = 1 - e, by Newton's method on u times the equation, which is concave in u: the steps approach the root from above.
/// The closed cubic root of the literature (Farrington and Manning 1990) loses half the digits where two roots meet.
/// For d in [-1, 1] and groups that are not empty; at |d| = 1 the only rates are 0 and 1.
pub fn under_difference(focal: impl Into<Counts>, reference: impl Into<Counts>, d: f64) -> Constrained {
    let (focal, reference) = (focal.into(), reference.into());
    let (low, high) = if d >= 0.0 { (reference, focal) } else { (focal, reference) };
    let apart = d.abs().min(1.0);
    let room = 1.0 - apart;
    // The root is sought in the lower half of its range, where it keeps its digits; hits and misses trade places
    // otherwise, and with them the roles of the two groups.
    let (down, up) = (
        Equation { near: low, far: high, apart, room },
        Equation { near: high.turned(), far: low.turned(), apart, room },
    );
    let half = 0.5 * room;
    let turned = room > 0.0 && down.value(half).0 > 0.0;
    let (equation, u) = if turned { (up, up.root()) } else { (down, down.root()) };
    let near = u * (1.0 - u);
    let far = (u + apart) * (room - u);
    let variance = near / equation.near.of + far / equation.far.of;
    let lower = if turned { (room - u, u + apart) } else { (u, 1.0 - u) };
    let upper = if turned { (1.0 - u, u) } else { (u + apart, room - u) };
    let ((p1, q1), (p0, q0)) = if d >= 0.0 { (upper, lower) } else { (lower, upper) };
    Constrained { focal: p1, reference: p0, focal_rest: q1, reference_rest: q0, variance }
}

/// The likelihood equation of the rate u of the `near` group, the `far` group's being u + apart.
#[derive(Clone, Copy)]
struct Equation {
    near: Counts,
    far: Counts,
    apart: f64,
    room: f64,
}

impl Equation {
    /// The equation times u, and its slope.
    fn value(&self, u: f64) -> (f64, f64) {
        let (far, left, rest) = (u + self.apart, self.room - u, 1.0 - u);
        let value = self.near.hits + u * (self.far.hits / far - self.far.misses / left - self.near.misses / rest);
        let slope = self.far.hits * self.apart / (far * far)
            - self.far.misses * self.room / (left * left)
            - self.near.misses / (rest * rest);
        (value, slope)
    }

    /// The root in the lower half of [0, room].
    fn root(&self) -> f64 {
        if self.room <= 0.0 {
            return 0.0;
        }
        if self.near.hits == 0.0 {
            // Without hits in the near group the likelihood may fall from u = 0 on.
            let pull = if self.far.hits == 0.0 { 0.0 } else { self.far.hits / self.apart };
            if pull <= self.far.misses / self.room + self.near.misses {
                return 0.0;
            }
        }
        let mut u = 0.5 * self.room;
        for _ in 0..100 {
            let (value, slope) = self.value(u);
            let next = u - value / slope;
            // From above the steps only go down; one that does not is rounding, and the root is reached.
            if !(next > 0.0 && next < u) {
                break;
            }
            let settled = u - next <= 0.5 * f64::EPSILON * u;
            u = next;
            if settled {
                break;
            }
        }
        u
    }
}
