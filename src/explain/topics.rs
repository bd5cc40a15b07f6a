//! `explain NAME`: one topic in plain words, with formula, source and when not to use it.

use super::cells;
use super::change::CHANGES;
use super::classes::CLASSES;
use super::forms;
use super::people::PEOPLE;
use super::results::RESULTS;
use super::sql;
use super::strata::STRATA;
use crate::diagnostic;
use crate::error::exit;
use crate::metrics::bundles::{self, Bundle};
use crate::metrics::metric::Gauge;
use crate::metrics::outcome::{self, Better, OUTCOMES};
use crate::metrics::{self, Kind, Metric, Undefined, Worse};
use crate::policy::Contrast;
use crate::policy::keys::{self, Key};
use crate::profiles;
use crate::render::Format;
use crate::result::Verdict;
use crate::words::method::{METHODS, method_words};

/// The page of a name; none when nothing is called so.
pub fn explain(name: &str) -> Option<String> {
    if let Some(metric) = metrics::find(name) {
        return Some(of_metric(metric));
    }
    if let Some(declared) = outcome::template(name) {
        return Some(of_metric(declared.metric()));
    }
    if let Some(bundle) = bundles::find(name) {
        return Some(of_bundle(bundle));
    }
    if let Some(contrast) = Contrast::find(name) {
        return Some(format!("{} (contrast)\n\n{}\n\n{}\n", contrast.id(), contrast.says(), judged(contrast)));
    }
    if let Some(page) = of_check(name) {
        return Some(page);
    }
    if let Some(page) = VERDICTS.iter().chain(REFERENCES).chain(EVIDENCE).chain(OVER_TIME).find(|(id, _)| *id == name) {
        return Some(format!("{name}\n\n{}\n", page.1));
    }
    if name == cells::NAME {
        return Some(cells::page());
    }
    if name == sql::NAME {
        return Some(sql::page());
    }
    if let Some(page) = forms::page(name) {
        return Some(page);
    }
    // A key of the policy can have the name of what it is about.
    let mut pages: Vec<String> =
        STRATA.iter().filter(|(id, _)| *id == name).map(|(_, says)| format!("{name}\n\n{says}\n")).collect();
    pages.extend(keys::KEYS.iter().filter(|key| key.name == name).map(of_key));
    if let Some((_, says)) = RESULTS.iter().chain(PEOPLE).chain(CLASSES).chain(CHANGES).find(|(id, _)| *id == name) {
        let result = format!("{name} (in the result)\n\n{says}\n");
        return Some(std::iter::once(result).chain(pages).collect::<Vec<_>>().join("\n"));
    }
    if let Some(code) = diagnostic::find(name) {
        return Some(format!("{name} (diagnostic, {})\n\n{}\n", code.level.word(), code.says));
    }
    if let Some(reason) = Undefined::ALL.iter().find(|reason| reason.id() == name) {
        let (why, what) = match reason {
            Undefined::NoInterval => ("why a number cannot be judged", "Not judged"),
            _ => ("why a number is not defined", "Not defined"),
        };
        return Some(format!("{name} ({why})\n\n{what}: {}.\n", reason.says()));
    }
    if let Some(words) = method_words(name) {
        return Some(format!("{name} (method)\n\nThis is {words}.\n"));
    }
    if let Some(format) = Format::all().iter().find(|format| format.name() == name) {
        return Some(format!("{name} (format)\n\n{}\n", format.says()));
    }
    if let Some((code, says)) = exit::ALL.iter().find(|(code, _)| code.to_string() == name) {
        return Some(format!("{code} (exit code)\n\n{code} means: {says}.\n"));
    }
    (!pages.is_empty()).then(|| pages.join("\n"))
}

/// Every name that has a page.
pub fn names() -> Vec<String> {
    let mut all: Vec<String> = metrics::names().map(str::to_owned).collect();
    all.extend(OUTCOMES.iter().map(|metric| metric.id.to_owned()));
    all.extend(Contrast::NAMES.iter().map(|n| (*n).to_owned()));
    all.extend(VERDICTS.iter().chain(REFERENCES).chain(EVIDENCE).chain(OVER_TIME).map(|(id, _)| (*id).to_owned()));
    all.extend(RESULTS.iter().chain(PEOPLE).chain(CLASSES).chain(CHANGES).map(|(id, _)| (*id).to_owned()));
    all.extend(diagnostic::CODES.iter().map(|code| code.id.to_owned()));
    all.extend(Undefined::ALL.iter().map(|reason| reason.id().to_owned()));
    all.extend(METHODS.iter().map(|(id, _)| (*id).to_owned()));
    all.extend(Format::all().iter().map(|format| format.name()));
    all.extend(exit::ALL.iter().map(|(code, _)| code.to_string()));
    all.extend(profiles::all().iter().map(|form| form.id.clone()));
    all.extend(STRATA.iter().map(|(id, _)| (*id).to_owned()));
    all.push(cells::NAME.to_owned());
    all.push(sql::NAME.to_owned());
    all.extend(keys::KEYS.iter().map(|key| key.name.to_owned()));
    all
}

/// Verdicts and the reasons of a row that is inconclusive.
pub static VERDICTS: &[(&str, &str)] = &[
    (
        "met",
        "● met: the whole interval of the number is within the limits. The data show it, at the level of the policy. Under `evidence = \"point\"`: the estimate is within. Under `evidence = \"sequential\"`: evidence added up over periods shows it.",
    ),
    (
        "not_met",
        "▲ not met: the whole interval of the number is beyond a limit, and it stays so when the number of checks is allowed for. Under `evidence = \"sequential\"`: evidence added up over periods has shown it at some look.",
    ),
    (
        "inconclusive",
        "◆ inconclusive: the data cannot tell yet. The interval straddles a limit (`leaning` says on which side the estimate lies), \
         or evidence over time is too weak for either (reason `evidence-too-weak`), or the number of checks makes a `not_met` doubtful (reason `adjustment`), or there are too few cases (reason `too-few`). \
         It is neither a pass nor a failure.",
    ),
    (
        "not_applicable",
        "– not tested: the number is not defined for the group, or a declared group is absent. The reason is given.",
    ),
    (
        "too-few",
        "○ too few: the denominator of the metric, of the group or of its reference, is under `min_group`. It is measured and not judged.",
    ),
    (
        "straddles",
        "The interval lies on both sides of a limit, so the data cannot tell yet. More cases narrow it; `rows_needed` says about how many it takes.",
    ),
    (
        "adjustment",
        "Alone, the row would be not met. Among all rows of the run that were judged, a deviation of this size can be chance. \
         The family is every row with a p-value; rows judged by evidence over time are a family of their own. The p-value is the one-sided test against the bound, and the row is not met when the \
         adjusted p-value is at most half of 1 − level.",
    ),
    (
        "nothing-to-compare",
        "The axis has fewer than two groups with rows, so a spread or a worst ratio has nothing to hold against each other.",
    ),
    (
        "incomplete",
        "A group of the axis has no value for the metric, so the gap between all groups is not known; it is at best inconclusive.",
    ),
];

pub static REFERENCES: &[(&str, &str)] = &[
    (
        "largest",
        "The reference is the group with most rows; ties go to the name that comes first. Rows without a group are never the reference.",
    ),
    (
        "highest-rate",
        "The reference is the group with the highest number of the metric in question. Candidates have at least `min_group` cases; ties \
         go to more rows, then to the name. Because the data choose the reference, the interval covers the smallest of all pairwise \
         contrasts: each pair at 1 − (1 − level)/(K − 1), the least lower and the least upper end. The p-value of a comparison is that of the pair times K − 1.",
    ),
    ("rest", "The reference is everybody else on the same axis, without the rows whose group is missing."),
    (
        "overall",
        "The reference is everybody, the group and rows whose group is missing included. Group and overall share rows, so the interval is \
         carried over from the comparison with all other rows. Balanced accuracy and Matthews correlation of everybody are no means of \
         the groups': there the two are taken as if they were independent, and the interval errs on the wide side. Neither are AUC, \
         average precision and the figures of calibration: there the reaches of both intervals are added, which is wide and always holds.",
    ),
    ("group", "The reference is a named group: reference = { group = \"Male\" }."),
];

pub static EVIDENCE: &[(&str, &str)] = &[
    (
        "interval",
        "The whole interval decides: inside the limits is met, beyond one of them not met, both sides inconclusive. One two-sided interval \
         decides, whether there is one limit or two, so each side errs in half of 1 − level. `met` needs no adjustment.",
    ),
    (
        "point",
        "The estimate alone decides, by exact arithmetic on counts: exactly 4/5 is inside. It is the rule of some guidelines. Between two groups of 50 whose true rate is 0.3 it falls outside four fifths in 46 % of reviews, by chance alone.",
    ),
    (
        "sequential",
        "Evidence added up over periods decides, and may be looked at as often as one likes. A row is not met once the evidence of being \
         beyond a limit has reached 2/(1 - level) at any look (40 to 1 at 95%): each side errs in half of 1 - level, as an interval does, \
         but for all looks together. It stays so; after the system was changed, begin anew without the old periods. A row is met while the \
         evidence of being within is at least as much now: good periods long ago do not outweigh bad ones since. Else it is inconclusive, \
         reason `evidence-too-weak`.\n\n\
         Number, cases and interval of the row are of all periods together; the interval is the confidence sequence. Its p-value is 1 over \
         the largest evidence so far, which is valid at every look, so `adjust` works on it; but in a family of its own, because a p-value \
         of one look must not decide where looks are repeated. Nothing is bet until both groups have 30 cases in earlier periods, so the \
         first period never decides.\n\n\
         For the ratio or the difference of two shares. The reference must stay the same: `largest` (by the rows of this run; where two \
         groups are about as large, name one), a named group, `rest` or `overall`; against everybody, the limits are turned into limits against all others, period by period, by how many \
         they are. `highest-rate` is chosen by the data and not offered. Nor are `unit`, `weight` and probabilities: evidence multiplies \
         whole, independent rows, and effective counts would only be about right.",
    ),
];

/// What adds up over periods.
pub static OVER_TIME: &[(&str, &str)] = &[
    (
        "e-value",
        "How much a stake of 1 has grown that was bet against a claim, at odds under which it does not grow on average while the claim is \
         true. 27 means evidence of 27 to 1 against the claim; below 1, the data so far speak for it. While the claim is true, the chance \
         that it ever reaches 40 is at most 1 in 40, however often one looks (Ville 1939). That is why it may be looked at every month, \
         which a p-value may not: a test at 5% a month, looked at for a year, raised a false alarm in 20% of simulated years.\n\n\
         In each period the counts x of n, of the group (1) and the reference (0), are bet to follow the rates t of the periods before \
         (hits + 1/2 over cases + 1) rather than the nearest rates q for which the claim holds, and the e-value is multiplied by\n\n  \
         (t1/q1)^x1 ((1-t1)/(1-q1))^(n1-x1) (t0/q0)^x0 ((1-t0)/(1-q0))^(n0-x0)\n\n\
         Evidence of being beyond is the bet against \"within both limits\": in a period it is played against the limit that the earlier \
         rates are beyond, and never against both, so it needs no correction for there being two. Evidence of being within is the smaller \
         one of the bets against \"at most the lower limit\" and \"at least the upper limit\". It holds when the rates of both groups drift \
         together. When the ratio itself drifts, it says that the claim did not hold in every period.\n\n\
         Written as its natural logarithm in result.json (`log_e_beyond`, `log_e_within`).\n\
         Sources: Turner, Ly, Grünwald (2024), Generic E-variables for exact sequential k-sample tests that allow for optional stopping, \
         JSPI 230, 106116; Turner, Grünwald (2023), arXiv 2203.09785; Ville (1939); Berger (1982) for the smaller one of two.",
    ),
    (
        "evidence-too-weak",
        "The evidence added up so far shows neither that the number is beyond a limit nor that it is within both. More periods will, or \
         larger ones. `leaning` says on which side the number of all periods together lies.",
    ),
];

fn judged(contrast: Contrast) -> &'static str {
    match contrast {
        Contrast::Value => {
            "Limits: `min`, `max` or both. There is no reference; `across = []` judges everybody together."
        }
        Contrast::Difference => {
            "Limits: `within = d` means -d to d; or `min` and `max`. Differences are group minus reference."
        }
        Contrast::Ratio => {
            "Limits: `within = \"4/5\"` means 4/5 to 5/4, so that a harm to either side shows; or `min` and `max`."
        }
        Contrast::Spread => {
            "Limit: `within = d` or `max`. Printed limits are simultaneous over all pairs. A group too small to judge makes it at best inconclusive."
        }
        Contrast::WorstRatio => {
            "Limit: `within = r` or `min`. Printed limits are simultaneous over all pairs. A group too small to judge makes it at best inconclusive."
        }
    }
}

fn of_metric(metric: &Metric) -> String {
    let mut page = format!("{} ({})\n\n{}\n\n", metric.name, metric.id, metric.says);
    let mut line = |name: &str, what: &str| page.push_str(&format!("  {name:<12} {what}\n"));
    line("formula", metric.formula);
    line("notation", metric.notation);
    line("needs", &metric.needs.words().replace(", ", " and "));
    line("interval", method_words(metric.method()).unwrap_or(metric.method()));
    let all = |ratio: &str, difference: &str| format!("{ratio}, {difference}, spread, worst-ratio, value");
    let signed = |by: &str| format!("difference ({by}), spread, value; no ratio, because it can be negative");
    let contrasts = match &metric.kind {
        Kind::Share(_) | Kind::Part { .. } => all("ratio", "difference (score interval)"),
        _ if !metric.has_interval() => "value with evidence = \"point\"; groups are not compared by it".to_owned(),
        Kind::Figure(_) if metric.can_be_negative() => signed("by standard errors"),
        _ if metric.can_be_negative() => signed("by MOVER"),
        Kind::Gauge { gauge: Gauge { contrast: Some(own), .. }, .. } => {
            all(&format!("ratio ({})", own.ratio_method), &format!("difference ({})", own.difference_method))
        }
        Kind::Composite(_) | Kind::Figure(_) | Kind::Gauge { .. } => all("ratio", "difference (by MOVER)"),
    };
    line("contrasts", &contrasts);
    line("worse off", worse_by(metric));
    if !metric.aliases.is_empty() {
        line("also called", &metric.aliases.join(", "));
    }
    page.push_str(&format!("\nWhen not to use it: {}\n", metric.not_for));
    for reference in metric.cite.iter().filter_map(|key| bundles::reference(key)) {
        page.push_str(&format!("Source: {reference}\n"));
    }
    page
}

/// The same of a metric of an outcome, of which the outcome itself decides.
fn worse_by(metric: &Metric) -> &'static str {
    let declared = metric.id.split_once('.').and_then(|(_, id)| outcome::template(id));
    match declared.map(|declared| [declared.worse(Better::More), declared.worse(Better::Less)]) {
        Some([more, less]) if more != less => {
            "the group with less where `better` of the outcome is \"more\", the group with more where it is \"less\""
        }
        Some([always, _]) => worse(always),
        None => worse(metric.worse),
    }
}

fn worse(worse: Worse) -> &'static str {
    match worse {
        Worse::Lower => "the group with the lower value",
        Worse::Higher => "the group with the higher value",
        Worse::LessSelected => "the lower value where being selected is good, the higher where it is a burden",
        Worse::MoreUnselected => "the higher value where being selected is good, the lower where it is a burden",
        Worse::Nobody => {
            "nobody by this number alone: it describes the people, or a score that may be wrong to either side"
        }
    }
}

/// A check without an id of its own is called after its metric and its contrast.
fn of_check(name: &str) -> Option<String> {
    let (metric, contrast) = metrics::all()
        .flat_map(|metric| Contrast::ALL.map(|contrast| (metric, contrast)))
        .find(|(metric, contrast)| name == format!("{}-{}", metric.id, contrast.id()))?;
    let default = match name {
        "selection-rate-ratio" => "It is a default check, within 4/5 to 5/4, when a policy has none.\n",
        "true-positive-rate-difference" | "false-positive-rate-difference" => {
            "It is a default check, within -0.1 to 0.1, when a policy has none and gives a label.\n"
        }
        _ => "",
    };
    Some(format!("{name} (check)\n\n{} {}\n\n{}\n{default}", metric.says, contrast.says(), judged(contrast)))
}

fn of_bundle(bundle: &Bundle) -> String {
    let mut page =
        format!("{} (bundle)\n\n{}\n\n  stands for   {}\n\n", bundle.id, bundle.says, bundle.parts.join(", "));
    if bundle.parts.len() > 1 {
        page.push_str(
            "  all at once  the chi-squared of both parts added, in which gaps of opposite sign do not cancel (explain omnibus)\n\n",
        );
    }
    for reference in bundle.cite.iter().filter_map(|key| bundles::reference(key)) {
        page.push_str(&format!("Source: {reference}\n"));
    }
    page
}

fn of_key(key: &Key) -> String {
    let place = if key.section.is_empty() { "top of the policy".to_owned() } else { format!("[{}]", key.section) };
    let default = key.default.map(|d| format!(" Default: {d}.")).unwrap_or_default();
    format!("{} (key of the policy, {place})\n\n{}{default}\n", key.name, key.says)
}

/// The verdict words in their order, for the catalogue.
pub fn verdict_page(verdict: Verdict) -> &'static str {
    VERDICTS.iter().find(|(id, _)| *id == verdict.id()).map_or("", |(_, says)| says)
}
