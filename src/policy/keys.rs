//! Every key of the policy, declared once: reading, "did you mean", the JSON Schema and `explain` derive from this table.

use super::types::{
    Adjust, AttributeKind, Contrast, Evidence, OnFail, OnInconclusive, RatioInterval, StrataUse, UnusedWaiver,
};

/// What a key takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Takes {
    Text,
    Texts,
    /// Texts, numbers or booleans, one or a list: values of a column.
    Values,
    /// A number, or a text that holds a decimal or a fraction.
    Number,
    Numbers,
    Count,
    Choice(&'static [&'static str]),
    /// `largest`, `highest-rate`, `rest`, `overall`, or a table `{ group = "Male" }`.
    Reference,
    /// A table of column names, each with a list of values.
    Where,
    /// A table of groups, each with the name of a column.
    Columns,
    /// A list of lists of attribute names.
    Sets,
    /// `true` or `false`.
    Flag,
    /// A day such as 2027-01-31, with or without quotes.
    Day,
    /// A table of attributes, each with a level: one group.
    Group,
    /// A table of questions, each with its answer in words.
    Answers,
}

pub struct Key {
    pub section: &'static str,
    pub name: &'static str,
    pub takes: Takes,
    pub default: Option<&'static str>,
    pub says: &'static str,
}

macro_rules! keys {
    ($([$section:literal] { $($name:literal $takes:expr, $default:expr, $says:literal;)* })*) => {
        pub static KEYS: &[Key] = &[$($(Key { section: $section, name: $name, takes: $takes, default: $default, says: $says },)*)*];
    };
}

keys! {
    [""] {
        "version" Takes::Count, None, "The version of this format: 1.";
        "frozen" Takes::Flag, Some("false"), "`true`: the policy is only used as `evenhand policy freeze` locked it. One that was changed since, or has no lock, is refused; `--unfrozen` looks all the same and marks the run exploratory.";
        "baseline" Takes::Text, None, "A stored result (result.json) that this run is compared with, relative to the policy; `--baseline` replaces it.";
    }
    ["about"] {
        "system" Takes::Text, None, "What the system is called.";
        "model_version" Takes::Text, None, "Which version of the model made the decisions.";
        "purpose" Takes::Text, None, "What the decision is for.";
        "owner" Takes::Text, None, "Who answers for the system.";
    }
    ["data"] {
        "files" Takes::Texts, None, "Files or patterns such as `*.parquet`, relative to the policy. Files named on the command line replace them.";
        "decision" Takes::Text, None, "The column that says what the system did.";
        "favourable" Takes::Values, None, "Which values of the decision are good for the person. It is required and never guessed.";
        "selected" Takes::Values, Some("the values of `favourable`"), "Which values of the decision count as a positive prediction. A fraud flag has favourable = [0] and selected = [1].";
        "label" Takes::Text, None, "The column that says what turned out.";
        "positive" Takes::Values, None, "Which values of the label are positive. It is required with `label`.";
        "score" Takes::Text, None, "The column with the score of the model, a probability from 0 to 1. Ranking and calibration are measured with it where there is a label. Every distinct score is kept while a combination of groups has at most 65,536 of them for each label, and all together about a million; beyond that fine bins are, and what these leave open is known for certain and printed as `bounds`.";
        "threshold" Takes::Number, None, "Without a decision column, the decision is 1 when the score is at least this, else 0. With one it only marks the sweep of thresholds.";
        "count" Takes::Text, None, "A column that says for how many rows each row stands. It makes any file a table of counts.";
        "weight" Takes::Text, None, "A column that says how much each row weighs in a survey or a sample: shares become weighted, and their intervals rest on the effective number of rows. Not with `count`.";
        "unit" Takes::Text, None, "A column that says whose row it is. With several rows of one person the intervals and tests count people, not rows. Memory grows with the number of people: about 130 bytes for each, so three million people take some 400 MB. Not with `count`.";
        "period" Takes::Text, None, "A column that says when: a month, a quarter, a review. Evidence is then added up period by period, and a check can be judged by it at every look (`evidence = \"sequential\"`). Periods are ordered as numbers where all are numbers, else as text, such as 2026-01. Rows without a period are measured and left out of that evidence; a period in which a group has no rows changes nothing for it. A period should be complete when it is looked at.";
        "strata" Takes::Texts, None, "Columns, or attributes of this policy, on which people may rightly be told apart, such as the product. Comparisons are then made within each stratum as well, and the crude number stands beside the adjusted one.";
        "previous_decision" Takes::Text, None, "The column that says what the earlier version of the model decided for the same row: every gap is then told before and after, with the interval of its change. Its values mean what those of the decision mean.";
        "previous_score" Takes::Text, None, "The column with the score of the earlier version of the model for the same row. Without a decision column its threshold makes the earlier decision.";
        "where" Takes::Where, None, "Only rows that have one of the listed values in every listed column are used. The others are counted and never validated.";
        "missing" Takes::Values, Some("[\"\"]"), "Values that mean: not known. An empty field, null and NaN always do.";
        "delimiter" Takes::Choice(&[",", ";", "\t", "|"]), Some("found by itself"), "What separates the columns of a CSV file.";
        "decimal" Takes::Choice(&[".", ","]), Some("found by itself"), "The decimal mark of numbers in a CSV file.";
    }
    ["attribute"] {
        "name" Takes::Text, None, "What the attribute is called in reports.";
        "column" Takes::Text, Some("the name"), "The column it is read from.";
        "kind" Takes::Choice(AttributeKind::NAMES), Some("values"), "`probability`: no column holds the group; for every group a column holds the probability that the person belongs to it, such as an estimate from name and address.";
        "columns" Takes::Columns, None, "For kind = \"probability\": each group with the column of its probability, such as { White = \"p_white\", Black = \"p_black\" }.";
        "groups" Takes::Values, None, "The groups that are expected. One that is absent makes the exit code 1, one that is not listed is a warning.";
        "bins" Takes::Numbers, None, "Edges that turn a number into groups: [18, 65] makes `<18`, `18-64` and `65+`.";
        "reference" Takes::Reference, Some("largest"), "Whom each group is compared with.";
    }
    ["intersections"] {
        "sets" Takes::Sets, None, "Lists of attributes to look at together, such as [[\"sex\", \"age_band\"]].";
        "reference" Takes::Reference, Some("largest"), "Whom each intersection is compared with.";
    }
    ["statistics"] {
        "level" Takes::Number, Some("0.95"), "The confidence of every interval. Each side has half of the rest as its error.";
        "min_group" Takes::Count, Some("30"), "A smaller denominator is measured but not judged; it applies to both sides of a comparison.";
        "adjust" Takes::Choice(Adjust::NAMES), Some("holm"), "How the number of checks is allowed for before one is called not met.";
        "seed" Takes::Count, Some("20261121"), "Seed of the random numbers of the bootstrap and of permutations. The same seed gives the same report.";
        "ratio_interval" Takes::Choice(RatioInterval::NAMES), Some("miettinen-nurminen"), "The interval and the test of the ratio of two shares. `scas` corrects the score interval for skewness; it errs less where one group is five times as large as the other or more. Differences, and shares of people or of weighted rows, keep the interval of Miettinen and Nurminen.";
        "power" Takes::Number, Some("0.8"), "How sure a review should be to find a gap: what it could have seen (`smallest_detectable`), and about how many more cases would tell (`rows_needed`), are given for this chance. From 0.5 to below 1.";
        "replicates" Takes::Count, Some("0"), "How many times the bootstrap draws the counts again, such as 2000. With draws, and with a label, the report says how unequally the benefit of decisions is spread and how much of that lies between groups: an index that has no other interval. It costs the same whatever the number of rows.";
        "permutations" Takes::Count, Some("9999"), "How many times groups are exchanged at random where a table is too thin for the chi-squared. 0 leaves it out.";
        "posterior" Takes::Choice(&["no", "yes"]), Some("no"), "`yes`: beside each ratio of two shares, the probability that it is beyond the limits, given the data and Jeffreys' prior. It decides nothing, needs rows that stand for themselves, and costs some hundredths of a second for each comparison.";
        "earlier" Takes::Texts, None, "Results of earlier reviews (result.json) or patterns such as `reviews/*.json`, relative to the policy. Each counts as one period, named after its day and put in the order of the days before the periods of the data, so that evidence adds up over reviews. Only the counts by group of that review's own data are taken. The data of this run must not include those rows, or they count twice. List every review since the evidence began, not a choice of them. Refused are results with another decision, threshold, favourable, selected, label or positive, exploratory ones, later ones, and the same review twice. For the first review: [].";
    }
    ["check"] {
        "id" Takes::Text, Some("metric and contrast"), "The name of the check in every output.";
        "metric" Takes::Text, None, "A metric, one of its aliases, or a bundle such as equalized-odds, which stands for its parts.";
        "contrast" Takes::Choice(Contrast::NAMES), None, "How groups are compared.";
        "across" Takes::Texts, Some("every attribute and set"), "Which attributes and sets; \"sex:age_band\" is an intersection, [] is everybody.";
        "within" Takes::Number, None, "Both limits in one: for a ratio r to 1/r, for a difference -d to d, for a spread at most d, for a worst ratio at least r.";
        "min" Takes::Number, None, "The lower limit; a value equal to it is inside.";
        "max" Takes::Number, None, "The upper limit; a value equal to it is inside.";
        "max_worsening" Takes::Number, None, "How much further from equality (for a value: in the harmful direction) the number may be than in the earlier result. Beside the rows of the check it gives a row of the same id with `-worsening` for each group, judged by the interval of the change; and what was beyond the limits before and has not got worse by more than this no longer gates. A check may have it without limits. Without something to compare with (`baseline`, `previous_decision`) these rows are not applicable.";
        "evidence" Takes::Choice(Evidence::NAMES), Some("interval"), "Whether the whole interval decides, the estimate alone, or the evidence added up over periods, which may be looked at as often as one likes.";
        "strata" Takes::Choice(StrataUse::NAMES), Some("ignore"), "`adjust`: the check judges the number within strata (Mantel-Haenszel) instead of the crude one.";
        "on_fail" Takes::Choice(OnFail::NAMES), Some("error"), "What a check that is not met does to the run.";
        "on_inconclusive" Takes::Choice(OnInconclusive::NAMES), Some("warn"), "What a check that cannot be judged does to the run.";
        "rationale" Takes::Text, None, "Why this limit; printed beside the check.";
    }
    ["waiver"] {
        "id" Takes::Text, Some("check and group"), "The name of the waiver in every output.";
        "check" Takes::Text, None, "The id of the check whose finding is let through for a time.";
        "group" Takes::Group, None, "Exactly this group, such as { age_band = \"18-24\" }; it does not cover groups inside it. {} is everybody, or the rows of a spread.";
        "metric" Takes::Text, Some("every metric of the check"), "The metric, where the check stands for several.";
        "bound" Takes::Number, None, "The waiver lapses when the value is worse than this. Below a `min`, worse is less than the bound; above a `max`, more; at the bound it still holds. So `0.70` for a ratio that falls short of 4/5 does not let through one above 5/4. With a bound, a number that is not defined is not covered.";
        "reason" Takes::Text, None, "Why the finding is let through, in at least 40 characters.";
        "compensating" Takes::Text, None, "What is done for the people concerned in the meantime.";
        "owner" Takes::Text, None, "Who answers for it.";
        "approved_by" Takes::Text, None, "Who approved it: somebody else than the owner.";
        "created" Takes::Day, None, "The day it was made. Its life is counted from here; without it, or where it is after the day of the run, from the day of the run.";
        "expires" Takes::Day, None, "The last day on which it holds.";
        "model_version" Takes::Text, None, "It holds for versions of the model that begin with this, part by part: \"3.2\" stands for 3.2.0 and 3.2.5 and not for 3.20. A later version needs a new look. [about] says which version this is.";
        "ticket" Takes::Text, None, "Where the work is tracked.";
    }
    ["waivers"] {
        "max_days" Takes::Count, Some("180"), "The longest life of a waiver, in days.";
        "unused" Takes::Choice(UnusedWaiver::NAMES), Some("warn"), "What a waiver does that covers no finding: `error` makes the exit code 1.";
    }
    ["privacy"] {
        "min_cell" Takes::Count, Some("0, and 11 in what is meant for the public"), "Counts from 1 to one less than this are hidden, and whatever they could be worked out from.";
        "round" Takes::Count, Some("1, and 5 in what is meant for the public"), "Counts are rounded to multiples of this.";
        "published" Takes::Texts, None, "Public results of earlier reviews (result.json), relative to the policy: what changed by less than `min_cell` since is hidden as well.";
    }
    ["review"] {
        "history" Takes::Text, Some("evenhand-reviews.jsonl"), "The file that `evenhand review record` appends to, relative to the policy.";
        "max_age_days" Takes::Count, Some("90"), "After how many days a review is overdue.";
        "signoff" Takes::Texts, Some("[\"reviewer\", \"accountable owner\"]"), "The roles that sign a review, each another person.";
    }
    ["profile"] {
        "id" Takes::Text, None, "A form of report: `ll144` or `periodic-review`.";
        "answers" Takes::Answers, None, "What the form asks and no data can tell, such as { auditor = \"…\" }; `evenhand explain PROFILE` lists the questions.";
    }
}

/// Sections that are tables, and those that are lists of tables.
pub static TABLES: &[&str] = &["about", "data", "intersections", "statistics", "waivers", "privacy", "review"];
pub static LISTS: &[&str] = &["attribute", "check", "waiver", "profile"];

/// Keys that a later version brings; a policy that uses one is refused, never half applied.
pub static LATER: &[(&str, &str)] = &[("", "outcome")];

/// The keys of a section.
pub fn of(section: &str) -> impl Iterator<Item = &'static Key> + use<'_> {
    KEYS.iter().filter(move |key| key.section == section)
}
