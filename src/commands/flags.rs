//! Flags → the draft of a policy, in place of a policy file or over one.

use super::arguments::RoleFlags;
use crate::error::Error;
use crate::exact::Exact;
use crate::policy::Reference;
use crate::policy::draft::{At, AttributeDraft, Draft, Given, ReferenceDraft};

impl RoleFlags {
    /// Whether a role was given, so that no policy file is looked for.
    pub fn any_role(&self) -> bool {
        let texts = [
            &self.decision,
            &self.label,
            &self.score,
            &self.threshold,
            &self.count,
            &self.weight,
            &self.unit,
            &self.period,
        ];
        let lists = [&self.by, &self.favourable, &self.selected, &self.positive, &self.strata];
        texts.iter().any(|t| t.is_some()) || lists.iter().any(|l| l.is_some()) || !self.filter.is_empty()
    }

    /// Whether anything was given that a policy would hold, so that it overrides one.
    pub fn any(&self) -> bool {
        self.any_role() || self.reference.is_some() || self.level.is_some() || self.min_group.is_some()
    }

    /// Writes the flags over a draft.
    pub fn apply(&self, draft: &mut Draft) -> Result<(), Error> {
        let data = &mut draft.data;
        over(&mut data.decision, "--decision", &self.decision);
        if self.decision.is_none() && self.threshold.is_some() {
            // A threshold by flag makes the decision, whatever the policy says.
            data.decision = None;
        }
        over(&mut data.favourable, "--favourable", &self.favourable);
        over(&mut data.selected, "--selected", &self.selected);
        over(&mut data.label, "--label", &self.label);
        over(&mut data.positive, "--positive", &self.positive);
        over(&mut data.score, "--score", &self.score);
        over(&mut data.threshold, "--threshold", &number("--threshold", &self.threshold)?);
        over(&mut data.count, "--count", &self.count);
        over(&mut data.weight, "--weight", &self.weight);
        over(&mut data.unit, "--unit", &self.unit);
        over(&mut data.period, "--period", &self.period);
        over(&mut data.strata, "--strata", &self.strata);
        for filter in &self.filter {
            let Some((column, values)) = filter.split_once('=') else {
                return Err(Error::usage(format!("--where takes COLUMN=VALUE, not `{filter}`")));
            };
            let values = values.split(',').map(str::to_owned).collect();
            // The first flag of a column replaces what the policy says of it, the next ones add values.
            let is_flag = |at: &At<(String, Vec<String>)>| at.place.file == "--where";
            data.filter.retain(|at| at.value.0 != column || is_flag(at));
            match data.filter.iter_mut().find(|at| at.value.0 == column) {
                Some(given) => given.value.1.extend::<Vec<String>>(values),
                None => data.filter.push(At::flag("--where", (column.to_owned(), values))),
            }
        }
        over(&mut draft.level, "--level", &number("--level", &self.level)?);
        over(&mut draft.min_group, "--min-group", &self.min_group);
        if let Some(which) = &self.reference {
            draft.every_reference = Some(At::flag("--reference", reference(which)?));
        }
        if let Some(by) = &self.by {
            group_by(draft, by)?;
        }
        Ok(())
    }
}

fn over<T: Clone>(given: &mut Given<T>, flag: &str, value: &Option<T>) {
    if let Some(value) = value {
        *given = Some(At::flag(flag, value.clone()));
    }
}

fn number(flag: &str, text: &Option<String>) -> Result<Option<Exact>, Error> {
    let Some(text) = text else { return Ok(None) };
    match Exact::parse(text) {
        Some(number) => Ok(Some(number)),
        None => Err(Error::usage(format!("{flag} takes a number such as 0.5 or 4/5, not `{text}`"))),
    }
}

fn reference(which: &str) -> Result<ReferenceDraft, Error> {
    if Reference::KINDS.contains(&which) {
        return Ok(ReferenceDraft::Kind(which.to_owned()));
    }
    match which.split_once('=') {
        Some((attribute, level)) => Ok(ReferenceDraft::Of(attribute.to_owned(), level.to_owned())),
        None => {
            let kinds = Reference::KINDS.join(", ");
            Err(Error::usage(format!("--reference is one of {kinds}, or ATTRIBUTE=GROUP, not `{which}`")))
        }
    }
}

/// Attributes and intersections by flag: those that the policy declares stay as declared, others are columns.
fn group_by(draft: &mut Draft, by: &[String]) -> Result<(), Error> {
    let mut names: Vec<String> = Vec::new();
    let mut sets = Vec::new();
    for item in by {
        if item.is_empty() {
            return Err(Error::usage("--by takes a list of columns such as sex,age_band,sex:age_band"));
        }
        let parts: Vec<String> = item.split(':').map(str::to_owned).collect();
        names.extend(parts.iter().filter(|part| !names.contains(part)).cloned().collect::<Vec<_>>());
        if parts.len() > 1 {
            sets.push(parts);
        }
    }
    let declared = std::mem::take(&mut draft.attributes);
    for name in names {
        let known = declared.iter().find(|a| a.name.as_ref().is_some_and(|n| n.value == name)).cloned();
        draft.attributes.push(known.unwrap_or_else(|| AttributeDraft {
            place: At::flag("--by", ()).place,
            name: Some(At::flag("--by", name)),
            column: None,
            kind: None,
            columns: None,
            groups: None,
            bins: None,
            reference: None,
        }));
    }
    draft.sets = (!sets.is_empty()).then(|| At::flag("--by", sets));
    Ok(())
}
