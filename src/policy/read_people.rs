//! The sections of a policy about what people do after a model and along the way: text → draft.

use toml::de::DeTable;

use super::draft::{At, BudgetDraft, FunnelDraft, Given, HumanDraft, StageDraft};
use super::fields::{Fields, Reader};
use super::keys::Takes;

/// Where the keys of one stage are declared.
const STAGE: &str = "funnel.stages";

impl Reader<'_> {
    /// What the model said before a person decided.
    pub(super) fn human(&mut self, root: &DeTable<'_>) -> Option<HumanDraft> {
        let (place, human) = self.placed_section(root, "human")?;
        Some(HumanDraft {
            place,
            model_decision: self.text(&human, "model_decision"),
            favourable: self.values(&human, "favourable"),
        })
    }

    /// The stages on which rows drop out.
    pub(super) fn funnel(&mut self, root: &DeTable<'_>) -> Option<FunnelDraft> {
        let (place, funnel) = self.placed_section(root, "funnel")?;
        Some(FunnelDraft { place, stages: self.stages(&funnel, "stages") })
    }

    /// How many of the highest scores there is money for.
    pub(super) fn budget(&mut self, root: &DeTable<'_>) -> Option<BudgetDraft> {
        let (place, budget) = self.placed_section(root, "budget")?;
        Some(BudgetDraft { place, top: self.numbers(&budget, "top"), ties: self.choice(&budget, "ties") })
    }

    fn stages(&mut self, fields: &Fields<'_>, name: &str) -> Given<Vec<StageDraft>> {
        let value = self.take(fields, name, |t| t == Takes::Stages)?;
        let wanted = "a list of tables such as { name = \"selected\", column = \"selected\", yes = [1] }";
        let Some(items) = value.get_ref().as_array() else {
            self.wrong(value, name, wanted);
            return None;
        };
        let mut stages = Vec::new();
        for item in items.iter() {
            let Some(table) = item.get_ref().as_table() else {
                self.wrong(item, name, wanted);
                continue;
            };
            self.known_keys(STAGE, table, std::iter::empty());
            let stage = Fields { section: STAGE, table };
            stages.push(StageDraft {
                place: self.place(item.span()),
                name: self.text(&stage, "name"),
                column: self.text(&stage, "column"),
                yes: self.values(&stage, "yes"),
            });
        }
        Some(At { value: stages, place: self.place(value.span()) })
    }
}
