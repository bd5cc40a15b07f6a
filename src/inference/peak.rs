//! Where a function with one peak is highest.

/// The highest point of a function.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Peak {
    pub at: f64,
    pub height: f64,
}

/// The peak between `low` and `high` of a function that rises to it and falls from it, by golden sections.
///
/// Every section leaves 0.618 of the range. A peak is flat: its height has every digit long before its place has.
pub fn highest(f: impl Fn(f64) -> f64, mut low: f64, mut high: f64, sections: u32) -> Peak {
    const GOLDEN: f64 = 0.618_033_988_749_894_9;
    let inner = |low: f64, high: f64| (high - GOLDEN * (high - low), low + GOLDEN * (high - low));
    let (mut a, mut b) = inner(low, high);
    let (mut at_a, mut at_b) = (f(a), f(b));
    for _ in 0..sections {
        if at_a >= at_b {
            high = b;
            (b, at_b) = (a, at_a);
            a = inner(low, high).0;
            at_a = f(a);
        } else {
            low = a;
            (a, at_a) = (b, at_b);
            b = inner(low, high).1;
            at_b = f(b);
        }
    }
    if at_a >= at_b { Peak { at: a, height: at_a } } else { Peak { at: b, height: at_b } }
}
