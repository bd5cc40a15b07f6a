//! How well a score finds the people whom the treatment moves: Qini curve, Qini coefficient, uplift at k.

use crate::inference::measured::undefined::{Undefined, finite};
use crate::inference::scores::sum::Sum;
use crate::inference::trials::Trials;
use crate::inference::uplift::lift::{self, Lift};

/// People with one score: those who got the treatment and those who did not, with how many of each responded.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Scored {
    pub treated: Trials,
    pub control: Trials,
}

impl Scored {
    fn add(self, other: Scored) -> Scored {
        let both = |a: Trials, b: Trials| Trials { hits: a.hits.saturating_add(b.hits), of: a.of.saturating_add(b.of) };
        Scored { treated: both(self.treated, other.treated), control: both(self.control, other.control) }
    }

    fn rows(self) -> u64 {
        self.treated.of.saturating_add(self.control.of)
    }

    /// Responses gained: those of the treated less what they would have been at the rate of the control.
    fn gained(self) -> f64 {
        let at_control = if self.control.of == 0 {
            0.0
        } else {
            self.control.hits as f64 * (self.treated.of as f64 / self.control.of as f64)
        };
        self.treated.hits as f64 - at_control
    }
}

/// A point of the Qini curve: so many people from the highest score on, and the responses gained among them.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Point {
    pub rows: u64,
    pub gained: f64,
}

/// Responses gained when people are treated from the highest score on.
///
/// `treated responses - control responses * treated / control` among the people with at least each score; where none of
/// them is a control, the treated responses. From (0, 0); people of one score share one point, so that the order of ties
/// cannot matter. `scored` rises with the score. Source: Radcliffe 2007.
pub fn curve(scored: &[Scored]) -> Vec<Point> {
    let mut so_far = Scored::default();
    let points = scored.iter().rev().filter(|at| at.rows() > 0).map(|at| {
        so_far = so_far.add(*at);
        Point { rows: so_far.rows(), gained: so_far.gained() }
    });
    std::iter::once(Point { rows: 0, gained: 0.0 }).chain(points).collect()
}

/// The area between a Qini curve and the straight line to its end.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Qini {
    /// Of both axes as shares of the people: responses gained per person, averaged over all cuts, less what choosing at
    /// random would gain. Above 0 when the score finds the people whom the treatment moves.
    pub coefficient: f64,
    /// The same as a share of the largest possible with these responses: that of a score which ranks treated responders
    /// first and control responders last. None where that is 0.
    pub normalised: Option<f64>,
}

/// How much better than choosing at random the score chooses whom to treat. It has no interval here.
///
/// Undefined without people in either arm, and where there are more responses than people. Sources: Radcliffe 2007;
/// Devriendt, Moldovan and Verbeke 2018 (normalised as in scikit-uplift, negative effects allowed).
pub fn qini(scored: &[Scored]) -> Result<Qini, Undefined> {
    let all = scored.iter().fold(Scored::default(), |all, at| all.add(*at));
    if all.treated.of == 0 || all.control.of == 0 {
        return Err(Undefined::NoRows);
    }
    if scored.iter().any(|at| at.treated.hits > at.treated.of || at.control.hits > at.control.of) {
        return Err(Undefined::Inconsistent);
    }
    let n = all.rows() as f64;
    let area = |points: &[Point]| {
        let mut area = Sum::default();
        for step in points.windows(2) {
            area.add((step[1].rows - step[0].rows) as f64 / n * (0.5 * (step[0].gained + step[1].gained) / n));
        }
        area.value()
    };
    let at_random = 0.5 * all.gained() / n;
    let coefficient = finite(area(&curve(scored)) - at_random)?;
    let best = area(&curve(&best(all))) - at_random;
    let normalised = (best > 0.0).then(|| coefficient / best);
    Ok(Qini { coefficient, normalised })
}

/// The same people as the best score would rank them.
fn best(all: Scored) -> [Scored; 3] {
    let trials = |hits: u64, of: u64| Trials { hits, of };
    let Scored { treated, control } = all;
    [
        Scored { treated: Trials::default(), control: trials(control.hits, control.hits) },
        Scored { treated: trials(0, treated.of - treated.hits), control: trials(0, control.of - control.hits) },
        Scored { treated: trials(treated.hits, treated.hits), control: Trials::default() },
    ]
}

/// The lift among the people with the highest scores.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Top {
    /// How many they are: at least the part asked for, and more where people of one score would have been divided.
    pub rows: u64,
    pub treated: Trials,
    pub control: Trials,
    pub lift: Lift,
}

/// The lift among the `part` of the people with the highest scores: uplift at k.
///
/// The smallest number of highest scores that holds at least that part of the people; people of one score are never
/// divided. Limits of [`lift::of_shares`]. Undefined for a part outside (0, 1] and where an arm has nobody there.
pub fn top(scored: &[Scored], part: f64, z: f64) -> Result<Top, Undefined> {
    if !(part > 0.0 && part <= 1.0) {
        return Err(Undefined::OutOfRange);
    }
    let rows = scored.iter().fold(0_u64, |n, at| n.saturating_add(at.rows()));
    // A part such as 0.3 of 10 people is 3 people, which the product may exceed by a rounding.
    let wanted = (part * rows as f64 * (1.0 - f64::EPSILON)).ceil().max(1.0) as u64;
    let mut so_far = Scored::default();
    for at in scored.iter().rev() {
        if so_far.rows() >= wanted {
            break;
        }
        so_far = so_far.add(*at);
    }
    let Scored { treated, control } = so_far;
    Ok(Top { rows: so_far.rows(), treated, control, lift: lift::of_shares(treated, control, z)? })
}
