//! The campaign of a policy, as it is written.

use toml::de::DeTable;

use super::draft::CampaignDraft;
use super::fields::Reader;

impl Reader<'_> {
    /// Whom the campaign reached.
    pub(super) fn campaign(&mut self, root: &DeTable<'_>) -> Option<CampaignDraft> {
        let (place, campaign) = self.placed_section(root, "campaign")?;
        Some(CampaignDraft {
            place,
            treatment: self.text(&campaign, "treatment"),
            treated: self.values(&campaign, "treated"),
            control: self.values(&campaign, "control"),
            assignment: self.choice(&campaign, "assignment"),
            share: self.number(&campaign, "share"),
            top: self.numbers(&campaign, "top"),
        })
    }
}
