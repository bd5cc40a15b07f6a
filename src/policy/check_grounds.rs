//! What rows are told apart by beside the attributes: strata, period, people, and groups known as probabilities only.

use std::collections::BTreeSet;

use super::check::Checker;
use super::checks::{Check, Contrast, Evidence, StrataUse};
use super::draft::{AttributeDraft, CheckDraft, Draft, Given, ReferenceDraft};
use super::types::{Attribute, Axis, Probable, Reference};
use super::value::MISSING;

/// Most groups of an attribute of probabilities.
pub const MOST_GROUPS: usize = 32;

/// Strata and period as columns beside the attributes.
#[derive(Default)]
pub(super) struct Grounds {
    pub(super) columns: Vec<Attribute>,
    pub(super) strata: Vec<usize>,
    pub(super) period: Option<usize>,
}

impl Checker {
    pub(super) fn grounds(&mut self, draft: &Draft, attributes: &[Attribute]) -> Grounds {
        let mut grounds = Grounds::default();
        let mut names = BTreeSet::new();
        for name in draft.data.strata.iter().flat_map(|at| &at.value) {
            let place = draft.data.strata.as_ref().map(|at| &at.place);
            if !names.insert(name) {
                self.problem("bad-value", place, format!("`strata` lists `{name}` twice"));
            } else if name.is_empty() {
                self.problem("bad-value", place, "`strata` lists an empty name");
            }
            let known = attributes.iter().position(|attribute| attribute.name == *name);
            if known.is_none() {
                self.no_identifier(name, place);
            }
            let stratum = known.unwrap_or_else(|| grounds.add(name, attributes.len()));
            grounds.strata.push(stratum);
        }
        if let Some(at) = &draft.data.period {
            if names.contains(&at.value) {
                let message = format!("`{}` is both a stratum and the period", at.value);
                self.problem("bad-value", Some(&at.place), message);
            }
            grounds.period = Some(grounds.add(&at.value, attributes.len()));
        }
        let data = &draft.data;
        for (role, given) in [("unit", &data.unit), ("weight", &data.weight)] {
            if let (Some(at), Some(_)) = (given, &data.count) {
                let message = format!("`count` and `{role}` cannot stand together: a counted row is many rows at once");
                self.problem("bad-value", Some(&at.place), message);
            }
        }
        self.alone_with_probabilities(draft);
        grounds
    }

    /// The attributes that are known as probabilities, apart from the others.
    pub(super) fn probable(&mut self, drafts: &[AttributeDraft]) -> Vec<Probable> {
        let mut found: Vec<Probable> = Vec::new();
        for draft in drafts {
            let is_probable = is_probable(draft);
            if let (false, Some(at)) = (is_probable, &draft.columns) {
                let message = "`columns` belong to an attribute of kind = \"probability\"; others have one `column`";
                self.problem("bad-value", Some(&at.place), message);
            }
            if !is_probable {
                continue;
            }
            let Some(name) = &draft.name else { continue };
            if drafts.iter().filter_map(|d| d.name.as_ref()).filter(|n| n.value == name.value).count() > 1 {
                let message = format!("there are two attributes named `{}`", name.value);
                self.problem("bad-value", Some(&name.place), message);
            }
            let place = draft.columns.as_ref().map_or(&draft.place, |at| &at.place);
            let groups = draft.columns.as_ref().map(|at| at.value.clone()).unwrap_or_default();
            if groups.len() < 2 {
                let message = "an attribute of kind = \"probability\" needs `columns`: two groups or more, each with the \
                               column of its probability";
                self.problem("missing-key", Some(place), message);
            }
            if groups.len() > MOST_GROUPS {
                self.problem("bad-value", Some(place), format!("`columns` lists more than {MOST_GROUPS} groups"));
            }
            if let Some((group, _)) = groups.iter().find(|(group, _)| group == MISSING || group.is_empty()) {
                self.problem("bad-value", Some(place), format!("`{group}` cannot be the name of a group"));
            }
            for (key, place) in [
                ("column", draft.column.as_ref().map(|at| &at.place)),
                ("groups", draft.groups.as_ref().map(|at| &at.place)),
                ("bins", draft.bins.as_ref().map(|at| &at.place)),
            ] {
                if place.is_some() {
                    let message =
                        format!("`{key}` has no meaning for kind = \"probability\": `columns` names the groups");
                    self.problem("bad-value", place, message);
                }
            }
            let reference = self.probable_reference(draft, &name.value, &groups);
            found.push(Probable { name: name.value.clone(), groups, reference });
        }
        found
    }

    fn probable_reference(&mut self, draft: &AttributeDraft, name: &str, groups: &[(String, String)]) -> Reference {
        let Some(at) = &draft.reference else { return Reference::Largest };
        match &at.value {
            ReferenceDraft::Group(group) | ReferenceDraft::Of(_, group) => {
                if !groups.iter().any(|(known, _)| known == group) {
                    self.problem("bad-value", Some(&at.place), format!("`{name}` has no group `{group}`"));
                }
                Reference::Group([(name.to_owned(), group.clone())].into())
            }
            ReferenceDraft::Kind(kind) => match kind.as_str() {
                "largest" => Reference::Largest,
                "rest" | "overall" | "highest-rate" => {
                    let message = format!(
                        "`{kind}` is not offered where groups are probabilities, because everybody is in part in every \
                         group; use largest or a named group"
                    );
                    self.problem("bad-value", Some(&at.place), message);
                    Reference::Largest
                }
                _ => Reference::Largest,
            },
        }
    }

    /// Refuses what cannot be counted together with probabilities.
    fn alone_with_probabilities(&mut self, draft: &Draft) {
        let Some(first) = draft.attributes.iter().find(|attribute| is_probable(attribute)) else { return };
        let data = &draft.data;
        for (role, given) in [("count", &data.count), ("unit", &data.unit), ("weight", &data.weight)] {
            if given.is_some() {
                let message = format!("`{role}` and an attribute of kind = \"probability\" cannot stand together");
                self.problem("bad-value", Some(&first.place), message);
            }
        }
    }

    /// Refuses sets that name an attribute of probabilities.
    pub(super) fn no_set_of_probabilities(&mut self, draft: &Draft, probable: &[Probable]) {
        let Some(sets) = &draft.sets else { return };
        for name in sets.value.iter().flatten() {
            if probable.iter().any(|probable| probable.name == *name) {
                let message =
                    format!("an intersection names `{name}`, whose groups are probabilities; it can only stand alone");
                self.problem("bad-value", Some(&sets.place), message);
            }
        }
    }

    /// The number of a key that must lie between two others.
    pub(super) fn at_most(&mut self, given: &Given<u64>, name: &str, most: u64, default: u64) -> u64 {
        if let Some(at) = given
            && at.value > most
        {
            self.problem("bad-value", Some(&at.place), format!("`{name}` is at most {most}"));
        }
        given.as_ref().map_or(default, |at| at.value)
    }

    /// What the checks need beside their columns: periods for sequential evidence, strata for an adjusted number.
    pub(super) fn grounds_of_checks(
        &mut self,
        drafts: &[CheckDraft],
        checks: &mut [Check],
        axes: &[Axis],
        weighted: bool,
        grounds: &Grounds,
        has_earlier: bool,
    ) {
        for check in checks {
            let in_part = |axis: &usize| axes[*axis].probable.is_some();
            let scored = check.metrics.iter().find(|metric| metric.needs.score);
            if let Some((metric, draft)) = scored.zip(drafts.iter().find(|draft| draft.place.line == check.line)) {
                if check.across.iter().flatten().any(in_part) {
                    let message = format!("`{}` is not measured for groups that are probabilities", metric.id);
                    self.problem("contrast-not-defined", Some(&draft.place), message);
                } else if weighted {
                    let message = format!("`{}` is not weighted in this version, and `weight` is given", metric.id);
                    self.problem("contrast-not-defined", Some(&draft.place), message);
                }
            }
            let Some(draft) = drafts.iter().find(|draft| draft.place.line == check.line) else { continue };
            let measured = check.metrics.iter().find(|metric| metric.needs.outcome);
            if let Some(metric) = measured
                && (check.evidence == Evidence::Sequential || check.strata == StrataUse::Adjust)
            {
                let message = format!(
                    "`{}` is of an [[outcome]], which is judged by its interval, without strata and one look at a time",
                    metric.id
                );
                self.problem("contrast-not-defined", Some(&draft.place), message);
                continue;
            }
            let two_shares = matches!(check.contrast, Contrast::Ratio | Contrast::Difference)
                && check.metrics.iter().all(|metric| metric.is_share());
            if let (Evidence::Sequential, Some(at)) = (check.evidence, &draft.evidence) {
                if grounds.period.is_none() && !has_earlier {
                    let message = "sequential evidence adds up over time: give the column of the `period` in [data], or \
                                   `earlier` results in [statistics] ([] while there are none)";
                    self.problem("check-needs-role", Some(&at.place), message);
                }
                if !two_shares {
                    let message = "sequential evidence is for the ratio or the difference of two shares, such as \
                                   selection-rate; use evidence = \"interval\" here";
                    self.problem("contrast-not-defined", Some(&at.place), message);
                }
            }
            if check.strata == StrataUse::Adjust {
                self.adjusted(draft, check, two_shares, axes, weighted, grounds);
            }
        }
    }

    /// What a number within strata needs: strata, two shares of rows that weigh the same, and axes that are not made of
    /// the strata themselves.
    fn adjusted(
        &mut self,
        draft: &CheckDraft,
        check: &mut Check,
        two_shares: bool,
        axes: &[Axis],
        weighted: bool,
        grounds: &Grounds,
    ) {
        let place = draft.strata.as_ref().map(|at| &at.place);
        if grounds.strata.is_empty() {
            let message = "`strata = \"adjust\"` needs `strata` in [data]: what people may rightly differ by";
            self.problem("check-needs-role", place, message);
        }
        if !two_shares || check.evidence != Evidence::Interval {
            let message = "`strata = \"adjust\"` is for the ratio or the difference of two shares, judged by interval";
            self.problem("contrast-not-defined", place, message);
        }
        if weighted {
            let message = "`strata = \"adjust\"` is not made for weighted rows, and `weight` is given";
            self.problem("contrast-not-defined", place, message);
        }
        let left = |axis: &usize| {
            let axis = &axes[*axis];
            axis.probable.is_none() && grounds.strata.iter().any(|stratum| !axis.attributes.contains(stratum))
        };
        let Some(across) = check.across.as_mut().filter(|_| two_shares && !grounds.strata.is_empty()) else { return };
        let all = across.len();
        across.retain(left);
        // What the policy names is looked at or refused; of every attribute and set, those that can be.
        if across.is_empty() || (draft.across.is_some() && across.len() < all) {
            let place = draft.across.as_ref().map(|at| &at.place).or(place);
            let message = "`strata = \"adjust\"` cannot look across groups that are themselves the strata, or that are \
                           probabilities: within a stratum nobody is left to compare";
            self.problem("contrast-not-defined", place, message);
        }
    }
}

impl Grounds {
    fn add(&mut self, column: &str, attributes: usize) -> usize {
        let column = column.to_owned();
        self.columns.push(Attribute { name: column.clone(), column, bins: Vec::new(), groups: Vec::new() });
        attributes + self.columns.len() - 1
    }
}

pub(super) fn is_probable(draft: &AttributeDraft) -> bool {
    draft.kind.as_ref().is_some_and(|at| at.value == "probability")
}

/// The axes of attributes that are known as probabilities.
pub(super) fn probable_axes(probable: &[Probable]) -> impl Iterator<Item = Axis> + '_ {
    let axis = |(place, of): (usize, &Probable)| Axis {
        attributes: Vec::new(),
        probable: Some(place),
        reference: of.reference.clone(),
    };
    probable.iter().enumerate().map(axis)
}
