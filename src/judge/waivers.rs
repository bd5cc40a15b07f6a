//! Waivers held against the rows they are for, and against the policy's own rules for them.

use std::collections::BTreeSet;

use jiff::civil::Date;

use crate::diagnostic::{Diagnostic, Level, Place, suggest};
use crate::exact::{Exact, twelve_digits};
use crate::policy::{Check, Policy, UnusedWaiver, Waiver};
use crate::result::{CheckRow, Group, Verdict, WORSENING, WaiverView};

/// Marks the rows that a waiver lets through, and says what is wrong with waivers.
///
/// A waiver holds from day to day until `expires`, for exactly its check, group and metric, while the value is not worse than
/// its `bound` and the version of the model is one of `model_version`. It covers rows that are not met, and rows without an
/// answer where that would gate. It changes neither a number nor a verdict: the row names it (`waived_by`), and no more.
pub fn waive(policy: &Policy, rows: &mut [CheckRow], as_of: &str) -> (Vec<WaiverView>, Vec<Diagnostic>) {
    let mut said = Vec::new();
    let held = policy.waivers.iter().map(|waiver| Holding { policy, waiver, as_of }.hold(rows, &mut said));
    (held.collect(), said)
}

/// One waiver in one run.
struct Holding<'a> {
    policy: &'a Policy,
    waiver: &'a Waiver,
    as_of: &'a str,
}

impl Holding<'_> {
    fn hold(&self, rows: &mut [CheckRow], said: &mut Vec<Diagnostic>) -> WaiverView {
        let broken = self.broken(rows);
        if let Some((status, _)) = broken.first() {
            let status = *status;
            said.extend(broken.into_iter().map(|(_, diagnostic)| diagnostic));
            return self.view(status, 0);
        }
        let found: Vec<usize> = (0..rows.len()).filter(|i| self.is_about(&rows[*i]) && is_finding(&rows[*i])).collect();
        let open: Vec<usize> = found.iter().copied().filter(|i| rows[*i].waived_by.is_none()).collect();
        if open.is_empty() {
            said.push(self.unused(rows, &found));
            return self.view("unused", 0);
        }
        if let Some(why) = self.other_model() {
            said.push(self.say("waiver-lapsed", &why));
            return self.view("other-model", 0);
        }
        let mut covers = 0;
        for place in open {
            match self.waiver.bound.as_ref().and_then(|bound| beyond(&rows[place], bound)) {
                Some(why) => said.push(self.say("waiver-lapsed", &why)),
                None => {
                    rows[place].waived_by = Some(self.waiver.id.clone());
                    covers += 1;
                }
            }
        }
        self.view(if covers > 0 { "active" } else { "lapsed" }, covers)
    }

    /// Whether the row is of exactly this check, metric and group.
    fn is_about(&self, row: &CheckRow) -> bool {
        let waiver = self.waiver;
        row.id == waiver.check
            && waiver.metric.is_none_or(|metric| metric.id == row.metric)
            && row.group == waiver.group
    }

    /// The rules for waivers that this one breaks; then it covers nothing.
    fn broken(&self, rows: &[CheckRow]) -> Vec<(&'static str, Diagnostic)> {
        let (waiver, mut broken) = (self.waiver, Vec::new());
        let known = self.checks(rows);
        if !known.contains(waiver.check.as_str()) {
            let hint = suggest(&waiver.check, known.iter().copied());
            let why = format!("names the check `{}`, which this policy does not have{hint}", waiver.check);
            broken.push(("unknown-check", self.say("waiver-unknown-check", &why)));
        }
        let person = |name: &str| name.trim().to_lowercase();
        if person(&waiver.owner) == person(&waiver.approved_by) {
            let why = "was approved by its owner; somebody else has to approve it";
            broken.push(("self-approved", self.say("waiver-self-approved", why)));
        }
        let (from, whence) = self.begun();
        let most = self.policy.waiver_rules.max_days;
        if let Some(days) =
            days_between(from, &waiver.expires).filter(|days| u64::try_from(*days).is_ok_and(|d| d > most))
        {
            let why = format!(
                "lasts {days} days, from {from} ({whence}) to {}, and the policy lets one last {most} (`max_days`)",
                waiver.expires
            );
            broken.push(("too-long", self.say("waiver-too-long", &why)));
        }
        let left = self.days_left();
        if left < 0 {
            let days = if left == -1 { "day" } else { "days" };
            let why = format!(
                "ended on {}, {} {days} before this run; what it let through counts again. If it has to go on, make a new one",
                waiver.expires, -left
            );
            broken.push(("expired", self.say("waiver-expired", &why)));
        }
        broken
    }

    /// The ids that a waiver can name.
    fn checks<'b>(&'b self, rows: &'b [CheckRow]) -> BTreeSet<&'b str> {
        let declared = self.policy.checks.iter().map(|check| check.id.as_str());
        // Rows of a change have an id of their own, and are there only where something was compared with.
        let changes = |check: &&Check| {
            check.max_worsening.is_some() && self.waiver.check.strip_suffix(WORSENING) == Some(check.id.as_str())
        };
        let worsening = self.policy.checks.iter().find(changes).map(|_| self.waiver.check.as_str());
        declared.chain(rows.iter().map(|row| row.id.as_str())).chain(worsening).collect()
    }

    /// The day from which the life of the waiver is counted: a day in the future must not make it longer.
    fn begun(&self) -> (&str, &'static str) {
        match self.waiver.created.as_deref().filter(|created| *created <= self.as_of) {
            Some(created) => (created, "`created`"),
            None => (self.as_of, "the day of this run"),
        }
    }

    fn days_left(&self) -> i64 {
        days_between(self.as_of, &self.waiver.expires).unwrap_or(0)
    }

    /// Why the waiver is not for this version of the model.
    fn other_model(&self) -> Option<String> {
        let wanted = self.waiver.model_version.as_deref()?;
        match self.policy.about.model_version.as_deref() {
            Some(version) if begins_with(version, wanted) => None,
            Some(version) => Some(format!(
                "holds for model versions that begin with {wanted}, and this is {version}; it does not cover the finding"
            )),
            None => Some(format!(
                "holds for model versions that begin with {wanted}, and [about] names no `model_version`; it does not cover the finding"
            )),
        }
    }

    fn unused(&self, rows: &[CheckRow], found: &[usize]) -> Diagnostic {
        let about: Vec<&CheckRow> = rows.iter().filter(|row| self.is_about(row)).collect();
        let why = match (found.first().and_then(|place| rows[*place].waived_by.as_deref()), about.first()) {
            (Some(other), _) => format!("covers nothing that the waiver `{other}` does not let through already"),
            (None, None) => format!(
                "covers nothing: no row of the check `{}`{} is about exactly the group {}",
                self.waiver.check,
                self.waiver.metric.map(|metric| format!(" and the metric {}", metric.id)).unwrap_or_default(),
                named(&self.waiver.group)
            ),
            (None, Some(row)) if row.verdict == Verdict::Met => {
                "covers nothing: what it is for is within the limits now, so it can be taken out".to_owned()
            }
            (None, Some(_)) => "covers nothing: what it is for has no answer, which does not gate".to_owned(),
        };
        let said = self.say("waiver-unused", &why);
        match self.policy.waiver_rules.unused {
            UnusedWaiver::Error => Diagnostic { level: Level::Error, ..said },
            UnusedWaiver::Warn => said,
        }
    }

    fn say(&self, code: &'static str, why: &str) -> Diagnostic {
        let file = self.policy.path.clone().unwrap_or_default();
        let place = Place { file, line: self.waiver.line, ..Place::default() };
        Diagnostic::new(code, format!("the waiver `{}` {why}", self.waiver.id)).at(place)
    }

    fn view(&self, status: &str, covers: u64) -> WaiverView {
        let waiver = self.waiver;
        WaiverView {
            id: waiver.id.clone(),
            check: waiver.check.clone(),
            metric: waiver.metric.map(|metric| metric.id.to_owned()),
            group: waiver.group.clone(),
            bound: waiver.bound.as_ref().map(|bound| bound.text.clone()),
            reason: waiver.reason.clone(),
            compensating: waiver.compensating.clone(),
            owner: waiver.owner.clone(),
            approved_by: waiver.approved_by.clone(),
            created: waiver.created.clone(),
            expires: waiver.expires.clone(),
            days_left: self.days_left(),
            model_version: waiver.model_version.clone(),
            ticket: waiver.ticket.clone(),
            status: status.to_owned(),
            covers,
            line: waiver.line,
        }
    }
}

/// What can be let through: a row that is not met, or one without an answer where that gates.
fn is_finding(row: &CheckRow) -> bool {
    match row.verdict {
        Verdict::Met => false,
        Verdict::NotMet => true,
        Verdict::Inconclusive | Verdict::NotApplicable => row.on_inconclusive == "error",
    }
}

/// Why a row is worse than a bound: farther beyond the limit that its value is beyond. At the bound it is not worse, and numbers
/// are held against it at twelve digits, so that 7/10 is the bound 0.70 however it was worked out.
fn beyond(row: &CheckRow, bound: &Exact) -> Option<String> {
    let Some(exactly) = row.value else {
        return Some(format!(
            "does not cover the finding: the number is not defined, so it cannot be held against the bound {}",
            bound.text
        ));
    };
    let (value, most) = (twelve_digits(exactly), twelve_digits(bound.approximate()));
    let below = row.min.is_some_and(|min| value < twelve_digits(min)) && value < most;
    let above = row.max.is_some_and(|max| value > twelve_digits(max)) && value > most;
    (below || above).then(|| {
        let shown = told_apart(value, most);
        format!("has lapsed: the value {shown} is worse than its bound {}; it does not cover the finding", bound.text)
    })
}

/// A value with as many digits as it takes to tell it apart from another.
fn told_apart(value: f64, from: f64) -> String {
    let texts = (4..=12).map(|digits| format!("{value:.digits$}"));
    let apart = |text: &String| text.parse::<f64>().is_ok_and(|v| (v < from) == (value < from) && v != from);
    texts.into_iter().find(apart).unwrap_or_else(|| value.to_string())
}

/// Whether a version begins with another, part by part: 3.2.5 begins with 3.2, and 3.20 does not.
fn begins_with(version: &str, wanted: &str) -> bool {
    let mut parts = version.trim().split('.');
    wanted.trim().split('.').all(|part| parts.next() == Some(part))
}

/// Days from one day to another; none where one is no day, which reading the policy has refused.
fn days_between(from: &str, to: &str) -> Option<i64> {
    let (from, to): (Date, Date) = (from.parse().ok()?, to.parse().ok()?);
    Some(i64::from((to - from).get_days()))
}

fn named(group: &Group) -> String {
    if group.is_empty() {
        return "{} (everybody, or all groups of a spread)".to_owned();
    }
    group.iter().map(|(attribute, level)| format!("{attribute} {level}")).collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_version_begins_part_by_part() {
        for version in ["3.2", "3.2.0", "3.2.5", " 3.2.1 "] {
            assert!(begins_with(version, "3.2"), "{version}");
        }
        for version in ["3.20", "3", "3.3.2", "13.2", ""] {
            assert!(!begins_with(version, "3.2"), "{version}");
        }
    }

    #[test]
    fn days_are_counted_over_the_ends_of_months_and_years() {
        assert_eq!(days_between("2026-11-21", "2026-11-21"), Some(0));
        assert_eq!(days_between("2026-11-21", "2027-01-31"), Some(71));
        assert_eq!(days_between("2028-02-28", "2028-03-01"), Some(2));
        assert_eq!(days_between("2026-11-21", "2026-11-20"), Some(-1));
        assert_eq!(days_between("0001-01-01", "9999-12-31"), Some(3_652_058));
    }

    #[test]
    fn a_value_is_told_apart_from_its_bound() {
        assert_eq!(told_apart(0.61234, 0.7), "0.6123");
        assert_eq!(told_apart(0.69999999, 0.7), "0.69999999");
        assert_eq!(told_apart(0.123456789012, 0.12345678901), "0.1235");
    }
}
