//! Which lifts are told at the top: those that many tests together do not make likely by chance.

use crate::inference::family;
use crate::policy::Policy;
use crate::policy::types::Adjust;
use crate::result::number::twelve_digits;
use crate::result::{EqualLift, Lift};

/// A lift with what decides whether it is told at the top.
pub(super) struct Told {
    pub(super) lift: Lift,
    /// None where the outcome takes no side, or an arm has too few rows.
    pub(super) harm: Option<Harm>,
    /// How the lift stands to that of the reference, where the interval of their difference leaves no doubt.
    pub(super) stands_out: Option<&'static str>,
}

/// Whether the campaign made it worse.
pub(super) struct Harm {
    /// Of the test that it changed nothing, two-sided.
    pub(super) p: f64,
    /// The whole interval is on the worse side.
    pub(super) worse: bool,
}

/// Allows for the number of tests as the policy says, those of equal lift and those of each lift by themselves.
pub(super) fn decide(policy: &Policy, told: Vec<Told>, tests: &mut [EqualLift]) -> Vec<Lift> {
    let alpha = 1.0 - policy.statistics.level.approximate();
    let adjust = |p: Vec<f64>| match policy.statistics.adjust {
        Adjust::None => p,
        Adjust::Holm => family::holm(&p),
        Adjust::Bh => family::benjamini_hochberg(&p),
    };
    let adjusted = adjust(tests.iter().map(|test| test.p_value.unwrap_or(f64::NAN)).collect());
    for (test, p) in tests.iter_mut().zip(adjusted).filter(|(_, p)| !p.is_nan()) {
        test.p_adjusted = Some(twelve_digits(p));
        test.differs = p < alpha;
    }
    let harms = adjust(told.iter().map(|one| one.harm.as_ref().map_or(f64::NAN, |harm| harm.p)).collect());
    let finding = |(one, p): (Told, f64)| {
        let harmed = one.harm.as_ref().is_some_and(|harm| harm.worse) && p < alpha;
        let of_lift = |test: &&EqualLift| test.outcome == one.lift.outcome && test.axes == one.lift.axes;
        let differs = tests.iter().find(of_lift).is_some_and(|test| test.differs);
        let finding = if harmed { Some("harmed") } else { one.stands_out.filter(|_| differs) };
        Lift { finding: finding.map(str::to_owned), ..one.lift }
    };
    told.into_iter().zip(harms).map(finding).collect()
}
