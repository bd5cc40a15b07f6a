//! Policy text → draft, with the place of every value and every mistake at once.

use toml::de::DeTable;

use super::draft::{
    AboutDraft, AttributeDraft, CheckDraft, ConsentDraft, DataDraft, Draft, OutcomeDraft, ProfileDraft, WaiverDraft,
};
use super::fields::{Fields, Reader};
use super::keys;
use crate::diagnostic::Diagnostic;

/// Largest policy that is read; a policy is written by hand.
const LARGEST: usize = 1 << 20;

/// Reads the text of a policy. The draft holds whatever could be read, the diagnostics every mistake found on the way.
pub fn read(text: &str, file: &str) -> (Draft, Vec<Diagnostic>) {
    let mut reader = Reader { text, file, problems: Vec::new() };
    if text.len() > LARGEST {
        reader.problems.push(Diagnostic::new("policy-syntax", "the file is larger than 1 MiB: is it a policy?"));
        return (Draft::default(), reader.problems);
    }
    let (table, errors) = DeTable::parse_recoverable(text);
    for error in errors {
        let place = reader.place(error.span().unwrap_or(0..0));
        reader.problems.push(Diagnostic::new("policy-syntax", syntax(error.message())).at(place));
    }
    let draft = if reader.problems.is_empty() { reader.draft(table.get_ref()) } else { Draft::default() };
    (draft, reader.problems)
}

impl Reader<'_> {
    fn draft(&mut self, root: &DeTable<'_>) -> Draft {
        let mut draft = Draft::default();
        self.known_keys("", root, keys::TABLES.iter().chain(keys::LISTS));
        let top = Fields { section: "", table: root };
        match self.count(&top, "version") {
            Some(version) if version.value != 1 => {
                let message = format!("version {} is not read by this evenhand, which reads version 1", version.value);
                self.problems.push(Diagnostic::new("bad-value", message).at(version.place));
            }
            None if !root.contains_key("version") => {
                self.problem("missing-key", 0..0, "the first line of a policy is `version = 1`");
            }
            _ => {}
        }
        draft.frozen = self.flag(&top, "frozen");
        draft.baseline = self.text(&top, "baseline");
        if let Some(about) = self.section(root, "about") {
            draft.about = AboutDraft {
                system: self.text(&about, "system"),
                model_version: self.text(&about, "model_version"),
                purpose: self.text(&about, "purpose"),
                owner: self.text(&about, "owner"),
            };
        }
        if let Some(data) = self.section(root, "data") {
            draft.data = self.data(&data);
        }
        draft.consent = self.consent(root);
        draft.campaign = self.campaign(root);
        draft.human = self.human(root);
        draft.funnel = self.funnel(root);
        draft.classes = self.classes(root);
        draft.budget = self.budget(root);
        if let Some(sets) = self.section(root, "intersections") {
            draft.sets = self.sets(&sets, "sets");
            draft.sets_reference = self.reference(&sets, "reference");
        }
        if let Some(statistics) = self.section(root, "statistics") {
            draft.level = self.number(&statistics, "level");
            draft.min_group = self.count(&statistics, "min_group");
            draft.adjust = self.choice(&statistics, "adjust");
            draft.seed = self.count(&statistics, "seed");
            draft.ratio_interval = self.choice(&statistics, "ratio_interval");
            draft.power = self.number(&statistics, "power");
            draft.replicates = self.count(&statistics, "replicates");
            draft.permutations = self.count(&statistics, "permutations");
            draft.posterior = self.choice(&statistics, "posterior");
            draft.earlier = self.texts(&statistics, "earlier");
        }
        for (place, attribute) in self.list(root, "attribute") {
            draft.attributes.push(AttributeDraft {
                place,
                name: self.text(&attribute, "name"),
                column: self.text(&attribute, "column"),
                kind: self.choice(&attribute, "kind"),
                columns: self.columns(&attribute, "columns"),
                groups: self.values(&attribute, "groups"),
                bins: self.numbers(&attribute, "bins"),
                reference: self.reference(&attribute, "reference"),
            });
        }
        for (place, outcome) in self.list(root, "outcome") {
            draft.outcomes.push(OutcomeDraft {
                place,
                name: self.text(&outcome, "name"),
                column: self.text(&outcome, "column"),
                kind: self.choice(&outcome, "kind"),
                better: self.choice(&outcome, "better"),
                theme: self.choice(&outcome, "theme"),
                unit: self.text(&outcome, "unit"),
                yes: self.values(&outcome, "yes"),
                categories: self.values(&outcome, "categories"),
                bound: self.number(&outcome, "bound"),
                from: self.text(&outcome, "from"),
                to: self.text(&outcome, "to"),
                until: self.text(&outcome, "until"),
                ended: self.text(&outcome, "ended"),
                ended_values: self.values(&outcome, "ended_values"),
                prediction: self.text(&outcome, "prediction"),
            });
        }
        for (place, check) in self.list(root, "check") {
            draft.checks.push(CheckDraft {
                place,
                id: self.text(&check, "id"),
                metric: self.text(&check, "metric"),
                contrast: self.choice(&check, "contrast"),
                across: self.texts(&check, "across"),
                within: self.number(&check, "within"),
                min: self.number(&check, "min"),
                max: self.number(&check, "max"),
                max_worsening: self.number(&check, "max_worsening"),
                evidence: self.choice(&check, "evidence"),
                strata: self.choice(&check, "strata"),
                on_fail: self.choice(&check, "on_fail"),
                on_inconclusive: self.choice(&check, "on_inconclusive"),
                rationale: self.text(&check, "rationale"),
            });
        }
        self.record(root, &mut draft);
        draft
    }

    /// What the policy says of waivers, privacy, reviews and forms.
    fn record(&mut self, root: &DeTable<'_>, draft: &mut Draft) {
        for (place, waiver) in self.list(root, "waiver") {
            draft.waivers.push(WaiverDraft {
                place,
                id: self.text(&waiver, "id"),
                check: self.text(&waiver, "check"),
                metric: self.text(&waiver, "metric"),
                group: self.group(&waiver, "group"),
                bound: self.number(&waiver, "bound"),
                reason: self.text(&waiver, "reason"),
                compensating: self.text(&waiver, "compensating"),
                owner: self.text(&waiver, "owner"),
                approved_by: self.text(&waiver, "approved_by"),
                created: self.day(&waiver, "created"),
                expires: self.day(&waiver, "expires"),
                model_version: self.text(&waiver, "model_version"),
                ticket: self.text(&waiver, "ticket"),
            });
        }
        if let Some(waivers) = self.section(root, "waivers") {
            draft.max_days = self.count(&waivers, "max_days");
            draft.unused = self.choice(&waivers, "unused");
        }
        if let Some(privacy) = self.section(root, "privacy") {
            draft.min_cell = self.count(&privacy, "min_cell");
            draft.round = self.count(&privacy, "round");
            draft.published = self.texts(&privacy, "published");
        }
        if let Some(review) = self.section(root, "review") {
            draft.history = self.text(&review, "history");
            draft.max_age_days = self.count(&review, "max_age_days");
            draft.signoff = self.texts(&review, "signoff");
        }
        for (place, profile) in self.list(root, "profile") {
            let (id, answers) = (self.text(&profile, "id"), self.answers(&profile, "answers"));
            draft.profiles.push(ProfileDraft { place, id, answers });
        }
    }

    /// Whose rows count.
    fn consent(&mut self, root: &DeTable<'_>) -> Option<ConsentDraft> {
        let (place, consent) = self.placed_section(root, "consent")?;
        Some(ConsentDraft {
            place,
            column: self.text(&consent, "column"),
            given: self.values(&consent, "given"),
            ledger: self.text(&consent, "ledger"),
            purpose: self.text(&consent, "purpose"),
            id: self.text(&consent, "id"),
            at: self.text(&consent, "at"),
            withdrawn: self.values(&consent, "withdrawn"),
            coverage_by_segment: self.flag(&consent, "coverage_by_segment"),
            coverage_reason: self.text(&consent, "coverage_reason"),
            personal: self.text(&consent, "personal"),
            compare: self.texts(&consent, "compare"),
        })
    }

    fn data(&mut self, data: &Fields<'_>) -> DataDraft {
        DataDraft {
            files: self.texts(data, "files"),
            decision: self.text(data, "decision"),
            favourable: self.values(data, "favourable"),
            selected: self.values(data, "selected"),
            label: self.text(data, "label"),
            positive: self.values(data, "positive"),
            score: self.text(data, "score"),
            threshold: self.number(data, "threshold"),
            count: self.text(data, "count"),
            weight: self.text(data, "weight"),
            unit: self.text(data, "unit"),
            period: self.text(data, "period"),
            strata: self.texts(data, "strata"),
            previous_decision: self.text(data, "previous_decision"),
            previous_score: self.text(data, "previous_score"),
            filter: self.filter(data, "where"),
            missing: self.values(data, "missing"),
            delimiter: self.choice(data, "delimiter"),
            decimal: self.choice(data, "decimal"),
        }
    }
}

/// The commonest slips in plain words; others in the words of the TOML parser.
fn syntax(message: &str) -> String {
    if message.starts_with("duplicate key") {
        "this key or section is here for the second time; keep one, or write [[check]] and [[attribute]] for several"
            .into()
    } else if message.starts_with("string values must be quoted") {
        "a text needs quotes, such as \"yes\"".into()
    } else if message == "invalid basic string, expected `\"`" {
        "a text is opened here and has no closing quote on its line".into()
    } else {
        format!("this is no TOML: {message}")
    }
}
