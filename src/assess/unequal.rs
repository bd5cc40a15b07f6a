//! How unequally amounts and durations are spread over everybody: what can be told of people whose groups nobody knows.

use crate::cell::{Cell, Values};
use crate::inference::limits::Limits;
use crate::inference::measured::unequal::{self, Index};
use crate::inference::measured::{self, mean};
use crate::inference::normal;
use crate::metrics::Undefined;
use crate::metrics::outcome::{Better, OutcomeKind};
use crate::policy::{Outcome, Policy};
use crate::result::number::{limit, outward, twelve_digits};
use crate::result::{Certain, OutcomeInequality, Ranked};

/// The part of the rows that is looked at by itself at either end.
const TENTH: f64 = 0.1;

/// One for each amount and duration that some row has a value of. How long an open case will last is not known, so outcomes
/// with open cases have none.
pub fn spread_outcomes(policy: &Policy, overall: &Cell) -> Vec<OutcomeInequality> {
    let z = normal::critical(policy.statistics.level.approximate());
    let shared =
        |outcome: &Outcome| matches!(outcome.kind, OutcomeKind::Amount | OutcomeKind::Duration) && !outcome.has_open();
    let places = policy.outcomes.iter().enumerate().filter(|(_, outcome)| shared(outcome));
    places.filter_map(|(place, outcome)| spread(outcome, overall.values(place)?, z)).collect()
}

fn spread(outcome: &Outcome, values: &Values, z: f64) -> Option<OutcomeInequality> {
    let (spans, exact) = (values.spans(), values.is_exact());
    let average = mean::mean(spans).ok()?;
    let worst = match outcome.better {
        Better::More => unequal::lowest_mean(spans, TENTH).map_err(why),
        Better::Less => unequal::highest_mean(spans, TENTH).map_err(why),
        Better::Neither => Err(Undefined::TakesNoSide),
    };
    Some(OutcomeInequality {
        outcome: outcome.name.clone(),
        unit: outcome.unit().map(str::to_owned),
        rows: values.rows(),
        mean: twelve_digits(average.value),
        gini: gini(values, z),
        top_tenth: certain(unequal::top_share(spans, TENTH).map_err(why), exact),
        worst_tenth: certain(worst, exact),
    })
}

fn gini(values: &Values, z: f64) -> Ranked {
    match unequal::gini(values.spans()) {
        Err(reason) => Ranked { value: None, low: None, high: None, undefined: Some(why(reason).id().to_owned()) },
        Ok(gini) => {
            // Values kept in bins leave it open by so much.
            let open = gini.index.bounds.high - gini.index.value;
            let limits = unequal::limits(gini, z).ok();
            let limits = limits.map(|limits| Limits { high: (limits.high + open).min(1.0), ..limits });
            Ranked {
                value: Some(twelve_digits(gini.index.value)),
                low: limits.and_then(|limits| limit(limits.low)),
                high: limits.and_then(|limits| limit(limits.high)),
                undefined: None,
            }
        }
    }
}

fn certain(found: Result<Index, Undefined>, exact: bool) -> Certain {
    match found {
        Ok(index) => Certain {
            value: Some(twelve_digits(index.value)),
            bounds: (!exact).then(|| outward(index.bounds)),
            undefined: None,
        },
        Err(reason) => Certain { value: None, bounds: None, undefined: Some(reason.id().to_owned()) },
    }
}

/// Why a total cannot be shared out.
fn why(undefined: measured::Undefined) -> Undefined {
    match undefined {
        measured::Undefined::Negative => Undefined::BelowZero,
        measured::Undefined::NotPositive => Undefined::NothingToShare,
        other => Undefined::from(other),
    }
}
