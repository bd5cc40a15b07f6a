//! Tables of rates and impact ratios: one highest rate for each table, decided on counts.

use num_rational::BigRational;

use super::printed::{half_up, percent};
use crate::cell::Trials;
use crate::exact::{Exact, approximate, fraction};
use crate::inference::limits::Limits;
use crate::inference::partial::membership;
use crate::result::number::outward;
use crate::result::{Group, ImpactBounds, ImpactRow, ImpactTable, ImpactVariant};

/// What a category comes to: individuals, and how many of them were selected or are above the median.
#[derive(Clone, Debug, Default)]
pub struct Category {
    pub name: String,
    pub group: Group,
    pub trials: Trials,
    /// Of the individuals, those whose category in the other table is unknown.
    pub unknown_elsewhere: u64,
}

/// Which categories are left out of the ratios.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Excluding {
    /// None of them.
    None,
    /// Those that are small among the individuals of the table.
    Table,
    /// Those that are small among all who were assessed.
    AllAssessed,
}

impl Excluding {
    pub const ALL: [Excluding; 3] = [Excluding::None, Excluding::Table, Excluding::AllAssessed];

    pub fn id(self) -> &'static str {
        match self {
            Excluding::None => "none",
            Excluding::Table => "table",
            Excluding::AllAssessed => "all_assessed",
        }
    }
}

/// How a table is made.
#[derive(Clone, Debug)]
pub struct Making {
    /// A category below this share is small; one of exactly this share is not.
    pub below: Exact,
    pub excluding: Excluding,
    /// All who were assessed, of known category or not.
    pub assessed: u64,
    pub rate_digits: u32,
    pub ratio_digits: u32,
}

/// The table of some categories; `unknown` are the individuals whose category in it is not known.
pub fn table(name: &str, axes: Vec<String>, categories: &[Category], unknown: Trials, making: &Making) -> ImpactTable {
    let individuals: u64 = categories.iter().map(|category| category.trials.of).sum();
    let small = |category: &Category, how: Excluding| {
        let base = match how {
            Excluding::None => return false,
            Excluding::Table => individuals,
            Excluding::AllAssessed => making.assessed,
        };
        // Where nobody is, nobody is left out.
        category.trials.of > 0 && fraction(category.trials.of, base).is_some_and(|share| share < making.below.value)
    };
    let rate = |category: &Category| fraction(category.trials.hits, category.trials.of);
    // The highest rate among the categories that are kept; ties go to more individuals, then to the first.
    let reference = |how: Excluding| {
        let kept = categories.iter().filter(|category| category.trials.of > 0 && !small(category, how));
        kept.rev().max_by(|a, b| rate(a).cmp(&rate(b)).then(a.trials.of.cmp(&b.trials.of)))
    };
    let highest = Excluding::ALL.map(reference);
    let ratio = |category: &Category, how: Excluding| {
        let place = Excluding::ALL.iter().position(|one| *one == how)?;
        let highest = rate(highest[place]?).filter(|rate| *rate > BigRational::from_integer(0.into()))?;
        (!small(category, how)).then(|| rate(category).map(|rate| rate / highest))?
    };
    let printed = |ratio: &BigRational| half_up(ratio, making.ratio_digits);
    let row = |category: &Category| {
        let (rate, own) = (rate(category), ratio(category, making.excluding));
        let variant = |how: Excluding| {
            let ratio = ratio(category, how);
            ImpactVariant {
                excluded_by: how.id().to_owned(),
                excluded: small(category, how),
                impact_ratio: ratio.as_ref().map(approximate),
                ratio_printed: ratio.as_ref().map(printed),
            }
        };
        let place = Excluding::ALL.iter().position(|how| *how == making.excluding).unwrap_or(0);
        let against = highest[place].filter(|other| other.name != category.name && own.is_some());
        ImpactRow {
            category: category.name.clone(),
            group: category.group.clone(),
            individuals: category.trials.of,
            hits: category.trials.hits,
            rate: rate.as_ref().map(approximate),
            impact_ratio: own.as_ref().map(approximate),
            rate_printed: rate.as_ref().map(|rate| percent(rate, making.rate_digits)),
            ratio_printed: own.as_ref().map(printed),
            excluded: small(category, making.excluding),
            unknown_elsewhere: category.unknown_elsewhere,
            variants: Excluding::ALL.map(variant).to_vec(),
            bounds: against.and_then(|other| bounds(category.trials, other.trials, unknown)),
        }
    };
    ImpactTable {
        name: name.to_owned(),
        axes,
        rows: categories.iter().map(row).collect(),
        individuals,
        hits: categories.iter().map(|category| category.trials.hits).sum(),
        unknown: unknown.of,
    }
}

/// How far individuals of unknown category could move the ratio of a category to another; none where there are none.
///
/// Naive, the way of published reviews of such tables: all of them belong to the category, and none or all of them have the
/// outcome. Joint: each belongs to either category or to neither, with the outcome that it had.
pub fn bounds(own: Trials, other: Trials, unknown: Trials) -> Option<ImpactBounds> {
    if unknown.of == 0 || other.hits == 0 {
        return None;
    }
    let naive = naive(own, other, unknown.of)?;
    let joint = membership::ratio(own, other, unknown).map(outward);
    Some(ImpactBounds { naive: outward(naive), joint })
}

/// All of so many individuals in one category, without the outcome and with it, against a category that stays as it is.
pub fn naive(own: Trials, other: Trials, unknown: u64) -> Option<Limits> {
    let ratio = |hits: u64| {
        let rate = fraction(own.hits.saturating_add(hits), own.of.saturating_add(unknown))?;
        let against = fraction(other.hits, other.of).filter(|rate| *rate > BigRational::from_integer(0.into()))?;
        Some(approximate(&(rate / against)))
    };
    Some(Limits { low: ratio(0)?, high: ratio(unknown)? })
}
