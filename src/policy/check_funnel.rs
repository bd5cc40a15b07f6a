//! The funnel of a draft: its stages, and what cannot go with them.

use super::check::Checker;
use super::draft::{Draft, StageDraft};
use super::funnel::{Funnel, Stage};
use super::types::Roles;
use crate::inference::funnel::MOST_STAGES;

impl Checker {
    pub(super) fn funnel(&mut self, draft: &Draft, roles: &Roles) -> Option<Funnel> {
        let funnel = draft.funnel.as_ref()?;
        self.rows_are_alike(draft, &funnel.place, "a funnel counts rows", false);
        let Some(stages) = &funnel.stages else {
            let message = "which stages are there? Give `stages`, a list of tables with `name`, `column` and `yes`";
            self.problem("missing-key", Some(&funnel.place), message);
            return None;
        };
        if !(2..=MOST_STAGES).contains(&stages.value.len()) {
            let message = format!("a funnel has from 2 to {MOST_STAGES} stages, in the order in which rows reach them");
            self.problem("bad-value", Some(&stages.place), message);
        }
        let mut found: Vec<Stage> = Vec::new();
        for one in &stages.value {
            let Some(stage) = self.stage(one, roles) else { continue };
            if found.iter().any(|other| other.name == stage.name) {
                let place = one.name.as_ref().map_or(&one.place, |at| &at.place);
                self.problem("bad-value", Some(place), format!("there are two stages named `{}`", stage.name));
            }
            let grouped = draft.attributes.iter().filter_map(|of| of.column.as_ref().or(of.name.as_ref()));
            if grouped.map(|at| &at.value).any(|column| *column == stage.column) {
                let place = one.column.as_ref().or(one.name.as_ref()).map_or(&one.place, |at| &at.place);
                let message =
                    format!("column `{}` is a stage of the funnel; people cannot be grouped by it", stage.column);
                self.problem("bad-value", Some(place), message);
            }
            found.push(stage);
        }
        Some(Funnel { stages: found })
    }

    fn stage(&mut self, draft: &StageDraft, roles: &Roles) -> Option<Stage> {
        let Some(name) = draft.name.as_ref().filter(|at| !at.value.trim().is_empty()) else {
            self.problem("missing-key", Some(&draft.place), "a stage needs a `name`");
            return None;
        };
        if draft.yes.is_none() {
            let message = format!("which values say that a row reached `{}`? Give `yes`, such as [1]", name.value);
            self.problem("missing-key", Some(&draft.place), message);
            return None;
        }
        let values = self.known_values(&draft.yes, "yes", &roles.missing);
        let column = draft.column.as_ref().map_or_else(|| name.value.clone(), |at| at.value.clone());
        Some(Stage { name: name.value.clone(), column, yes: values })
    }
}
