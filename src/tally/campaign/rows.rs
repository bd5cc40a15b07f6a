//! Which rows of a batch the campaign reached, and counting each arm by itself.

use polars::prelude::{NamedFrom, Series};

use super::Arm;
use crate::cell::Decision;
use crate::input::batch::Entries;
use crate::input::{BadRow, Batch};
use crate::policy::Policy;
use crate::policy::campaign::IN_ARM;
use crate::tally::admit::Admitted;
use crate::tally::codes::Codes;
use crate::tally::columns;
use crate::tally::faults::bad_row;
use crate::tally::margins::Most;
use crate::tally::meaning::{Classes, Meaning};
use crate::tally::pass::{Tally, wanted_columns};

/// Counts the rows of both arms, as one worker does.
#[derive(Clone)]
pub struct Campaigning {
    name: String,
    /// The place of the column of the treatment in a batch.
    place: usize,
    codes: Codes,
    /// Whether values that are listed for no arm are in neither, and not held back.
    listed: bool,
    /// For each arm: its rows by group, then those of every response.
    arms: [Vec<Counted>; 3],
    read: Vec<u32>,
}

/// A count of the rows of an arm, and where in a batch of the whole run its columns are; none: in the arm, as every row is.
#[derive(Clone)]
struct Counted {
    tally: Tally,
    places: Vec<Option<usize>>,
}

impl Campaigning {
    /// None where there is no campaign.
    pub fn new(policy: &Policy, decimal_comma: bool, most: Most) -> Option<Campaigning> {
        let campaign = policy.campaign.as_ref()?;
        let wanted = wanted_columns(policy);
        let counted = |of: &Policy| {
            let decision = of.attributes.len();
            let place = |(at, name): (usize, &String)| {
                if at == decision { None } else { wanted.iter().position(|other| other == name) }
            };
            let places = wanted_columns(of).iter().enumerate().map(place).collect();
            Counted { tally: Tally::with_most(of, decimal_comma, most), places }
        };
        let by_group = counted(&policy.of_arm());
        let responses = policy.campaign_responses().map(|response| counted(&policy.of_responses(response)));
        let of_arm: Vec<Counted> = std::iter::once(by_group.clone()).chain(responses).collect();
        let classes = Classes::of_decision(&campaign.treated, &campaign.control, &policy.roles.missing);
        Some(Campaigning {
            name: campaign.treatment.clone(),
            place: wanted.iter().position(|name| *name == campaign.treatment)?,
            codes: Codes::new(Meaning::Classes(classes)),
            listed: !campaign.control.is_empty(),
            arms: [of_arm.clone(), of_arm, vec![by_group]],
            read: Vec::new(),
        })
    }

    /// Counts a batch of rows that all count, each for so many as `weights` says.
    pub fn count(&mut self, batch: &Batch, weights: Option<&[u64]>) -> Result<(), BadRow> {
        let unreadable = || bad_row(columns::unreadable(), &self.name);
        let column = batch.columns().get(self.place).ok_or_else(unreadable)?;
        columns::encode(column, &mut self.codes, &mut self.read).map_err(|located| bad_row(located, &self.name))?;
        let listed = self.listed;
        let arm_of = |code: &u32| match Decision::from_index(*code as usize) {
            // Treated is the list that the decision calls favourable, held back the one it calls selected.
            Decision::Made { favourable: true, .. } => Arm::Treated,
            Decision::Made { selected: true, .. } => Arm::Control,
            Decision::Made { .. } if !listed => Arm::Control,
            _ => Arm::Neither,
        };
        let arms: Vec<Arm> = self.read.iter().map(arm_of).collect();
        for (arm, counted) in Arm::ALL.into_iter().zip(&mut self.arms) {
            let keep: Vec<bool> = arms.iter().map(|of| *of == arm).collect();
            if !keep.contains(&true) {
                continue;
            }
            let weights: Option<Vec<u64>> = weights
                .map(|weights| weights.iter().zip(&keep).filter(|(_, keep)| **keep).map(|(rows, _)| *rows).collect());
            let admitted = Admitted::of(keep);
            counted.iter_mut().try_for_each(|one| one.count(batch, &admitted, weights.as_deref()))?;
        }
        Ok(())
    }

    /// What was counted, and the values that were seen.
    pub(super) fn into_parts(self) -> ([Vec<Tally>; 3], Option<Classes>) {
        let classes = match self.codes.meaning {
            Meaning::Classes(classes) => Some(classes),
            _ => None,
        };
        (self.arms.map(|counted| counted.into_iter().map(|one| one.tally).collect()), classes)
    }
}

impl Counted {
    fn count(&mut self, batch: &Batch, admitted: &Admitted, weights: Option<&[u64]>) -> Result<(), BadRow> {
        let all = || Entries::Plain(Series::new(IN_ARM.into(), vec![true; batch.height()]).into());
        let column = |place: &Option<usize>| match place {
            None => Some(all()),
            Some(place) => batch.columns().get(*place).cloned(),
        };
        let columns: Option<Vec<Entries>> = self.places.iter().map(column).collect();
        let columns = columns.ok_or_else(|| bad_row(columns::unreadable(), ""))?;
        let own = Batch::new(batch.height(), columns);
        let kept = admitted.batch(&own)?;
        self.tally.encode(kept.as_ref().unwrap_or(&own)).map_err(|bad| admitted.in_batch(bad))?;
        self.tally.add(weights)
    }
}
