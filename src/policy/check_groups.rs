//! The attributes, intersections and references of a draft: whom to look at, and whom to compare with.

use std::collections::{BTreeMap, BTreeSet};

use super::check::Checker;
use super::check_grounds::is_probable;
use super::draft::{AttributeDraft, Draft, ReferenceDraft};
use super::names;
use super::types::{Attribute, Axis, Reference};
use super::value::{MISSING, Values};
use crate::diagnostic::{Place, suggest};

impl Checker {
    pub(super) fn attributes(&mut self, drafts: &[AttributeDraft], missing: &Values) -> Vec<Attribute> {
        let mut declared = BTreeSet::new();
        let mut attributes = Vec::new();
        for draft in drafts.iter().filter(|draft| !is_probable(draft)) {
            let Some(name) = &draft.name else {
                self.problem("missing-key", Some(&draft.place), "an [[attribute]] needs a `name`");
                continue;
            };
            if name.value.is_empty() {
                self.problem("bad-value", Some(&name.place), "the `name` of an [[attribute]] is empty");
            } else if name.value.contains(':') {
                let message = format!(
                    "`{}` cannot be the name of an attribute, because a colon means an intersection; give another `name`, \
                     and the column as `column`",
                    name.value
                );
                self.problem("bad-value", Some(&name.place), message);
            }
            if !declared.insert(name.value.clone()) {
                let message = format!("there are two attributes named `{}`", name.value);
                self.problem("bad-value", Some(&name.place), message);
            }
            let bins = draft.bins.as_ref().map(|at| at.value.clone()).unwrap_or_default();
            if let Some(at) = &draft.bins {
                if bins.is_empty() || bins.windows(2).any(|pair| pair[0].value >= pair[1].value) {
                    let message = "`bins` are edges that rise, such as [18, 25, 40, 65]";
                    self.problem("bad-value", Some(&at.place), message);
                }
                if let Some(groups) = &draft.groups {
                    let message = "bins name the groups themselves; leave out `groups`";
                    self.problem("bad-value", Some(&groups.place), message);
                }
            }
            let groups = draft.groups.as_ref().map(|at| at.value.clone()).unwrap_or_default();
            let groups: Vec<String> = Values::new(groups).texts().to_vec();
            if let Some(at) = &draft.groups {
                if let Some(group) = groups.iter().find(|group| *group == MISSING || missing.contains(group)) {
                    let message = format!("`{group}` means that a row has no value; it cannot be a declared group");
                    self.problem("bad-value", Some(&at.place), message);
                }
                let mut seen = BTreeSet::new();
                if let Some(twice) = groups.iter().find(|group| !seen.insert(group.as_str())) {
                    self.problem("bad-value", Some(&at.place), format!("group `{twice}` is listed twice"));
                }
            }
            let column = draft.column.as_ref().map_or_else(|| name.value.clone(), |at| at.value.clone());
            // Declared groups or bins are what nobody has for an identifier.
            if groups.is_empty() && bins.is_empty() {
                self.no_identifier(&column, Some(&draft.column.as_ref().unwrap_or(name).place));
            }
            attributes.push(Attribute { name: name.value.clone(), column, bins, groups });
        }
        attributes
    }

    /// Refuses to tell people apart by a column that names each of them.
    pub(super) fn no_identifier(&mut self, column: &str, place: Option<&Place>) {
        let Some(found) = names::identifies(column) else { return };
        let message = format!(
            "the column `{column}` is named as if it held {}, which are no groups: {}. If it does hold groups, list them under \
             `groups` of its [[attribute]]",
            found.words(),
            found.instead()
        );
        self.problem("direct-identifier", place, message);
    }

    pub(super) fn axes(&mut self, draft: &Draft, attributes: &[Attribute]) -> Vec<Axis> {
        let mut axes = Vec::new();
        for (index, attribute) in attributes.iter().enumerate() {
            let given = draft.attributes.iter().find(|d| d.name.as_ref().is_some_and(|n| n.value == attribute.name));
            let own = given.and_then(|d| d.reference.as_ref());
            let reference = match (&draft.every_reference, own) {
                (Some(at), _) | (None, Some(at)) => self.reference(&at.value, &at.place, Some(attribute), attributes),
                (None, None) => Reference::Largest,
            };
            axes.push(Axis { attributes: vec![index], probable: None, reference });
        }
        let Some(sets) = &draft.sets else { return axes };
        let given = draft.every_reference.as_ref().or(draft.sets_reference.as_ref());
        let reference = match given {
            Some(at) => self.reference(&at.value, &at.place, None, attributes),
            None => Reference::Largest,
        };
        let mut seen = BTreeSet::new();
        for set in &sets.value {
            let mut indices = Vec::new();
            for name in set {
                match attributes.iter().position(|attribute| attribute.name == *name) {
                    Some(index) if indices.contains(&index) => {
                        let message = format!("an intersection names `{name}` twice");
                        self.problem("bad-value", Some(&sets.place), message);
                    }
                    Some(index) => indices.push(index),
                    // What is wrong with a declared attribute is said elsewhere.
                    None if draft.attributes.iter().any(|d| d.name.as_ref().is_some_and(|n| n.value == *name)) => {}
                    None => {
                        let hint = suggest(name, attributes.iter().map(|a| a.name.as_str()));
                        let message = format!("an intersection names `{name}`, which is no attribute{hint}");
                        self.problem("unknown-group-axis", Some(&sets.place), message);
                    }
                }
            }
            if set.len() < 2 {
                self.problem("bad-value", Some(&sets.place), "an intersection has two attributes or more");
            } else if !seen.insert(indices.iter().copied().collect::<BTreeSet<usize>>()) && indices.len() == set.len() {
                let message = format!("the intersection `{}` is listed twice", set.join(":"));
                self.problem("bad-value", Some(&sets.place), message);
            }
            axes.push(Axis { attributes: indices, probable: None, reference: reference.clone() });
        }
        axes
    }

    /// `within` is the attribute that the reference stands in; none for intersections.
    fn reference(
        &mut self,
        draft: &ReferenceDraft,
        place: &Place,
        within: Option<&Attribute>,
        attributes: &[Attribute],
    ) -> Reference {
        let (attribute, group) = match draft {
            ReferenceDraft::Kind(kind) => {
                return match kind.as_str() {
                    "highest-rate" => Reference::HighestRate,
                    "rest" => Reference::Rest,
                    "overall" => Reference::Overall,
                    _ => Reference::Largest,
                };
            }
            ReferenceDraft::Of(name, group) => {
                let Some(named) = attributes.iter().find(|attribute| attribute.name == *name) else {
                    let hint = suggest(name, attributes.iter().map(|a| a.name.as_str()));
                    let message = format!("the reference names `{name}`, which is no attribute{hint}");
                    self.problem("unknown-group-axis", Some(place), message);
                    return Reference::Largest;
                };
                // A reference of one attribute leaves the others as they are.
                if within.is_none_or(|attribute| attribute.name != named.name) {
                    return Reference::Largest;
                }
                (named, group)
            }
            ReferenceDraft::Group(group) => match within {
                Some(attribute) => (attribute, group),
                None => {
                    let message = format!("the reference of intersections is one of {}", Reference::KINDS.join(", "));
                    self.problem("bad-value", Some(place), message);
                    return Reference::Largest;
                }
            },
        };
        let level = super::value::canonical(group).into_owned();
        let known = if attribute.bins.is_empty() { attribute.groups.clone() } else { attribute.bin_names() };
        if level == MISSING {
            self.problem("bad-value", Some(place), "rows without a group cannot be the reference");
        } else if !known.is_empty() && !known.contains(&level) {
            let hint = suggest(&level, known.iter().map(String::as_str));
            let message = format!("`{}` declares no group `{level}`{hint}", attribute.name);
            self.problem("bad-value", Some(place), message);
        }
        Reference::Group(BTreeMap::from([(attribute.name.clone(), level)]))
    }
}
