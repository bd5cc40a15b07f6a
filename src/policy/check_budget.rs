//! The budgets of a draft: how many are reached, and what cannot go with them.

use num_traits::Zero;

use super::budget::{Budget, Ties, is_share};
use super::check::Checker;
use super::draft::{At, Draft};
use crate::exact::Exact;

/// More budgets than anybody reads beside each other.
const MOST: usize = 20;

impl Checker {
    pub(super) fn budget(&mut self, draft: &Draft) -> Option<Budget> {
        let budget = draft.budget.as_ref()?;
        self.rows_are_alike(draft, &budget.place, "a budget counts rows", true);
        if draft.data.score.is_none() {
            let message = "a budget goes to those with the highest scores, and [data] names no `score`";
            self.problem("missing-key", Some(&budget.place), message);
        }
        let Some(top) = &budget.top else {
            let message = "for how many is there money? Give `top`, such as [0.1] for a tenth of the rows or [500] for 500 of them";
            self.problem("missing-key", Some(&budget.place), message);
            return None;
        };
        self.top_of_budget(top);
        let ties =
            if budget.ties.as_ref().is_some_and(|at| at.value == Ties::In.name()) { Ties::In } else { Ties::Out };
        Some(Budget { top: top.value.clone(), ties })
    }

    fn top_of_budget(&mut self, top: &At<Vec<Exact>>) {
        if top.value.is_empty() || top.value.len() > MOST {
            let message = format!("`top` lists from 1 to {MOST} budgets, and here are {}", top.value.len());
            self.problem("bad-value", Some(&top.place), message);
        }
        for (place, one) in top.value.iter().enumerate() {
            if one.is_negative() || one.value.is_zero() || !(is_share(one) || one.value.is_integer()) {
                let message = format!(
                    "`top` lists shares of the rows, above 0 and up to 1, or whole numbers of rows above 1; {} is neither",
                    one.text
                );
                self.problem("bad-value", Some(&top.place), message);
            }
            if top.value[..place].iter().any(|other| other.value == one.value) {
                self.problem("bad-value", Some(&top.place), format!("{} stands twice in `top`", one.text));
            }
        }
    }
}
