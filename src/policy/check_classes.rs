//! The classes of a draft: their columns, their harms, and what cannot go with them.

use super::check::Checker;
use super::classes::{Classes, Harm, MOST_CLASSES};
use super::draft::{At, ClassesDraft, Draft, Given, HarmDraft};
use super::types::Roles;
use super::value::{MISSING, Values};

impl Checker {
    pub(super) fn classes(&mut self, draft: &Draft, roles: &Roles) -> Option<Classes> {
        let classes = draft.classes.as_ref()?;
        let alike = [
            ("`unit`", draft.data.unit.is_some()),
            ("`weight`", draft.data.weight.is_some()),
            ("an attribute of probabilities", draft.attributes.iter().any(|of| of.columns.is_some())),
        ];
        for (what, _) in alike.iter().filter(|(_, given)| *given) {
            let message = format!(
                "classes are counted as if every row were a person of its own; with {what} that is not so, and not in this \
                 version of evenhand"
            );
            self.problem("bad-value", Some(&classes.place), message);
        }
        self.class_columns(draft, classes);
        let levels = self.class_levels(classes, roles);
        let mut harm = Vec::new();
        for one in classes.harm.iter().flat_map(|at| &at.value) {
            harm.extend(self.harm(one, &levels, roles));
        }
        if let (Some(at), None) = (&classes.harm, &classes.right) {
            let message = "`harm` weighs wrong classes, so it needs the column of the class that was `right`";
            self.problem("missing-key", Some(&at.place), message);
        }
        let Some(chosen) = &classes.chosen else {
            let message = "which column says what class each case was given? Give `chosen`";
            self.problem("missing-key", Some(&classes.place), message);
            return None;
        };
        Some(Classes {
            chosen: chosen.value.clone(),
            right: classes.right.as_ref().map(|at| at.value.clone()),
            levels,
            harm,
        })
    }

    /// A class is no count and no group, and the one that was right is not the one that was chosen.
    fn class_columns(&mut self, draft: &Draft, classes: &ClassesDraft) {
        if let (Some(chosen), Some(right)) = (&classes.chosen, &classes.right)
            && chosen.value == right.value
        {
            let message = format!("column `{}` is both the class that was chosen and the right one", right.value);
            self.problem("bad-value", Some(&right.place), message);
        }
        for (what, given) in [("that was chosen", &classes.chosen), ("that was right", &classes.right)] {
            let Some(at) = given else { continue };
            let is = |of: &Given<String>| of.as_ref().is_some_and(|of| of.value == at.value);
            let grouped = draft.attributes.iter().any(|of| is(&of.column) || (of.column.is_none() && is(&of.name)));
            for (role, taken) in [("count", is(&draft.data.count)), ("an attribute", grouped)] {
                if taken {
                    let role = if role == "count" { "the count" } else { role };
                    let message = format!("column `{}` is both the class {what} and {role}", at.value);
                    self.problem("bad-value", Some(&at.place), message);
                }
            }
        }
    }

    fn class_levels(&mut self, classes: &ClassesDraft, roles: &Roles) -> Vec<String> {
        let Some(at) = &classes.levels else { return Vec::new() };
        let levels = self.distinct(at, "levels", &roles.missing, |known, text| known == text);
        if !(2..=MOST_CLASSES).contains(&levels.len()) {
            let message =
                format!("`levels` lists from 2 to {MOST_CLASSES} classes; leave it out to take them from the data");
            self.problem("bad-value", Some(&at.place), message);
        }
        levels
    }

    /// Values that are listed once each and mean something; the others are told.
    pub(super) fn distinct(
        &mut self,
        at: &At<Vec<String>>,
        key: &str,
        missing: &Values,
        are_one: impl Fn(&str, &str) -> bool,
    ) -> Vec<String> {
        let mut distinct: Vec<String> = Vec::new();
        for text in Values::new(at.value.clone()).texts() {
            let message = if distinct.iter().any(|known| are_one(known, text)) {
                format!("`{key}` lists `{text}` twice")
            } else if missing.contains(text) {
                format!("`{key}` and `missing` both list `{text}`")
            } else if text.trim().eq_ignore_ascii_case("nan") || text == MISSING {
                format!("`{key}` lists `{text}`, which means that there is no value")
            } else {
                distinct.push(text.clone());
                continue;
            };
            self.problem("bad-value", Some(&at.place), message);
        }
        distinct
    }

    fn harm(&mut self, draft: &HarmDraft, levels: &[String], roles: &Roles) -> Option<Harm> {
        let Some(weight) = &draft.weight else {
            let message = "how bad is it? Give `weight`, such as 5; a wrong class without one has 1";
            self.problem("missing-key", Some(&draft.place), message);
            return None;
        };
        if weight.value.is_negative() {
            let message = "`weight` is from 0 on: a wrong class that does no harm has 0, a right one always has";
            self.problem("bad-value", Some(&weight.place), message);
        }
        if draft.right.is_none() && draft.chosen.is_none() {
            let message = "which wrong class is it? Give `right`, `chosen` or both";
            self.problem("missing-key", Some(&draft.place), message);
        }
        let [right, chosen] = [("right", &draft.right), ("chosen", &draft.chosen)].map(|(key, given)| {
            let Some(at) = given else { return Vec::new() };
            if at.value.is_empty() {
                self.problem("bad-value", Some(&at.place), format!("`{key}` lists no class"));
            }
            let texts = Values::new(at.value.clone()).texts().to_vec();
            for text in &texts {
                if roles.missing.contains(text) {
                    self.problem("bad-value", Some(&at.place), format!("`{key}` and `missing` both list `{text}`"));
                } else if !levels.is_empty() && !levels.contains(text) {
                    let message = format!("`{key}` lists `{text}`, which is none of `levels`");
                    self.problem("bad-value", Some(&at.place), message);
                }
            }
            texts
        });
        if let ([own], [other]) = (right.as_slice(), chosen.as_slice())
            && own == other
        {
            let message = format!("`{own}` for `{own}` is right, and what is right does no harm");
            self.problem("bad-value", Some(&draft.place), message);
        }
        Some(Harm { right, chosen, weight: weight.value.clone() })
    }
}
