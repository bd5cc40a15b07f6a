//! Every key of the policy, declared once: reading, "did you mean", the JSON Schema and `explain` derive from this table.

use super::budget::Ties;
use super::campaign::Assignment;
use super::checks::{Contrast, Evidence, OnFail, OnInconclusive, StrataUse};
use super::outcome::{Better, OutcomeKind};
use super::record::UnusedWaiver;
use super::theme::Theme;
use super::types::{Adjust, AttributeKind, RatioInterval};

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
    /// A list of tables: the stages of a funnel.
    Stages,
    /// A list of tables: how bad a wrong class is.
    Harms,
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
        "decision" Takes::Text, None, "The column that says what the system did. It may be left out where something else is measured: an [[outcome]], or a label beside a score, [classes] or [funnel]; then nothing is said of decisions.";
        "favourable" Takes::Values, None, "Which values of the decision are good for the person. It is required with a decision, and never guessed.";
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
        "decimal" Takes::Choice(&[".", ","]), Some("found by itself in CSV, else a point"), "The decimal mark of numbers that are text: in CSV, and in columns of text of any other format.";
    }
    ["consent"] {
        "column" Takes::Text, None, "The column of the data that says whether the person consented, with `given`. Rows of people who did not are left out before anything else is read of them.";
        "given" Takes::Values, Some("with a ledger: [\"given\"]"), "Which values say that consent was given: of the column, where it is required and never guessed, or of `status` in the ledger.";
        "ledger" Takes::Text, None, "A file (CSV, NDJSON, Parquet or Arrow) that says who consented to what and when, relative to the policy: columns `id`, `purpose`, `status`, `given_at`, `withdrawn_at`, and if there are any `method` and `notice_version`. Times are dates or timestamps, in UTC where they name no offset. A row of the data counts if, at the time of its decision, consent for the purpose was given and not withdrawn or refused since. About 50 bytes are kept for each entry, with a number in place of the id.";
        "purpose" Takes::Text, None, "What the consent is for, as the ledger names it, such as `personalization`. It is required with a ledger; entries for other purposes are not read.";
        "id" Takes::Text, None, "With a ledger: the column of the data that says whose row it is.";
        "at" Takes::Text, Some("the day of the run"), "With a ledger: the column of the data with the time of the decision, a date or a timestamp. A row without one is a row without consent. Days are compared by day: consent that was given on the day of the decision counts, and consent that was withdrawn on that day does not.";
        "withdrawn" Takes::Values, Some("[\"withdrawn\"]"), "With a ledger: which values of `status` say that consent was given and taken back at `withdrawn_at`. Every status that is listed neither here nor under `given`, such as `refused`, is no consent from its `given_at` on.";
        "coverage_by_segment" Takes::Flag, Some("false"), "`true`: people without consent are counted by group, and, but for the outcomes under `compare`, nothing else is read of them, so that the report can say for whom it speaks. It is off because even these counts are data about people who said no.";
        "coverage_reason" Takes::Text, None, "Why people without consent are counted by group, in at least 20 characters; printed in the report. It is required with `coverage_by_segment`.";
        "personal" Takes::Text, None, "The name of an [[outcome]] of kind \"yes-no\" that says whether somebody was given something personal. The table of consent and what it brings then has its share.";
        "compare" Takes::Texts, None, "Names of outcomes, such as [\"wait\", \"solved\"], that are read of people without consent as well, so that the report can say whether those who said no get a worse service or just a less personal one. It needs `coverage_by_segment = true` and its reason; without it nothing but their groups is read of them.";
    }
    ["campaign"] {
        "treatment" Takes::Text, None, "The column that says whom the campaign reached, such as `contacted`. Every [[outcome]] is then measured in both arms, and the difference (the lift) told by group.";
        "treated" Takes::Values, None, "Which values of `treatment` mean that the campaign reached somebody. It is required and never guessed.";
        "control" Takes::Values, Some("all others that are not missing"), "Which values mean that somebody was held back. Rows with any other value, such as those of another campaign, are in no arm and are counted.";
        "assignment" Takes::Choice(Assignment::NAMES), Some("observed"), "How it was decided whom the campaign reaches. `random`: by chance, so that the arms differ by nothing but the campaign. `observed`: in any other way, such as by a model; the report then says `association, not effect`, because the arms may differ in other things.";
        "share" Takes::Number, None, "With assignment = \"random\": which share chance was to treat, such as 0.5. The sizes of the arms are held against it first, over all and in every group (sample ratio).";
        "top" Takes::Numbers, None, "Shares of the people with the highest scores, such as [0.1, 0.3], among whom the lift is told as well (uplift at k). It needs a `score` and an [[outcome]] of kind \"yes-no\".";
    }
    ["human"] {
        "model_decision" Takes::Text, None, "The column that says what the model said before a person decided; `decision` in [data] is what was finally done. The report then tells by group how often people changed it, which way, and whether that made each gap wider or narrower.";
        "favourable" Takes::Values, Some("as of the decision"), "Which values of the model's column are good for the person, where they are not written like those of the decision.";
    }
    ["funnel"] {
        "stages" Takes::Stages, None, "The stages of the way in their order, each a table { name = \"selected\", column = \"selected\", yes = [1] }. A row reaches a stage only if it reached all before. The report says how far each group came and at which stage its gap arises.";
    }
    ["funnel.stages"] {
        "name" Takes::Text, None, "What the stage is called in reports.";
        "column" Takes::Text, Some("the name"), "The column that says whether a row reached it.";
        "yes" Takes::Values, None, "Which values of the column say yes. It is required and never guessed.";
    }
    ["classes"] {
        "chosen" Takes::Text, None, "The column of the class that each case was given, such as the team that a ticket was sent to. The report then says how the classes are spread in every group.";
        "right" Takes::Text, None, "The column of the class that was right. The report then says how often each class is found in every group, each against the rest, and where that differs.";
        "levels" Takes::Values, Some("those of the data"), "The only classes there are, at most 50, in the order of the report. Any other value is then an error; without it every value of either column is a class.";
        "harm" Takes::Harms, Some("1 for every wrong class"), "How bad a wrong class is, as a list of tables such as { right = \"urgent\", chosen = \"newsletter\", weight = 5 }. Of several that fit a case, the last counts. The report then tells the harm per case of every group.";
    }
    ["classes.harm"] {
        "right" Takes::Values, Some("every class"), "The class that was right, or a list of them.";
        "chosen" Takes::Values, Some("every other class"), "The wrong class that was chosen, or a list of them.";
        "weight" Takes::Number, None, "How bad that is, from 0 on, beside 1 for a wrong class that is not listed. What is right has 0.";
    }
    ["budget"] {
        "top" Takes::Numbers, None, "For how many there is money when it goes to the highest scores: shares of the rows with a score such as [0.1, 0.25], rounded down to whole rows, or whole numbers of rows above 1 such as [500]. The report says who would be reached, by group. It needs a `score`.";
        "ties" Takes::Choice(Ties::NAMES), Some("out"), "What becomes of rows with the same score of which only some fit. `out`: none of them is reached, so that at most as many are as there is money for. `in`: all of them are, so that at least as many are.";
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
    ["outcome"] {
        "name" Takes::Text, None, "What it is called in reports, in letters, digits, _ and -. The ids of its metrics begin with it: an outcome named wait has `wait.median`.";
        "column" Takes::Text, Some("the name"), "The column it is read from.";
        "kind" Takes::Choice(OutcomeKind::NAMES), None, "How its values are read. `amount`: a number of any sign, such as money. `duration`: how long something took, in seconds or as mm:ss or hh:mm:ss, never below 0. `ordinal`: an answer on a scale, as a number. `yes-no`: with `yes`. `category`: one of several without an order, with `categories`.";
        "better" Takes::Choice(Better::NAMES), None, "Whether more of it is good for the person (`more`, such as a discount), bad (`less`, such as a wait) or `neither`. It is required and never guessed; a category has none.";
        "theme" Takes::Choice(Theme::NAMES), Some("ordinal: satisfaction; duration: speed; else none"), "Which line of the scorecard it stands in: `satisfaction`, `sales`, `cost`, `speed` or `incidents`. An amount or a yes and no without one stands under its own name.";
        "unit" Takes::Text, None, "What its numbers are in, such as EUR or minutes; printed beside them and never converted. Durations are seconds.";
        "yes" Takes::Values, None, "For kind = \"yes-no\": which values are yes. All others that are not missing are no.";
        "categories" Takes::Values, None, "For kind = \"category\": the categories that there are, such as [\"web\", \"phone\", \"shop\"], in the order of the report; any other value is an error. The share of each is measured (`share-of`): channel.share-of-phone.";
        "bound" Takes::Number, None, "The share of values at or above this is measured as well (`share-from`): 300 for waits of five minutes or more, 4 for the answers 4 and 5. Where cases can be open, it is the time up to which the mean is measured (`restricted-mean`).";
        "from" Takes::Text, None, "For kind = \"duration\", in place of `column`: the column with the time at which it began, such as 2026-11-21T09:30:00. With `to`. Both name their time zone or neither does.";
        "to" Takes::Text, None, "The column with the time at which it ended. One before `from` is an error, and so is a day beside a clock time. Without one the row has no value, or is open (`until`).";
        "until" Takes::Text, None, "With `from` and `to`: the time of the last look, such as 2026-11-21T18:00:00, or a day where `from` and `to` hold days. A case that had not ended by then is open: it counts as long as it was seen, and is never left out.";
        "ended" Takes::Text, None, "For a duration from a `column`: the column that says whether the case had ended. With `ended_values`; all others are open: they count as long as they were seen, and are never left out. Where cases can be open, mean, median and shares would be wrong and are not measured; `median-time` and `restricted-mean` are.";
        "ended_values" Takes::Values, None, "Which values of `ended` say that the case had ended.";
        "prediction" Takes::Text, None, "For an amount: the column with what a model predicted. Its errors are measured by group as well (`bias`, `mean-absolute-error`, `root-mean-squared-error`), and what came is held against it in tenths.";
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
pub static TABLES: &[&str] = &[
    "about",
    "data",
    "consent",
    "campaign",
    "human",
    "funnel",
    "classes",
    "budget",
    "intersections",
    "statistics",
    "waivers",
    "privacy",
    "review",
];
pub static LISTS: &[&str] = &["attribute", "outcome", "check", "waiver", "profile"];

/// Keys that a later version brings; a policy that uses one is refused, never half applied.
pub static LATER: &[(&str, &str)] = &[];

/// The keys of a section.
pub fn of(section: &str) -> impl Iterator<Item = &'static Key> + use<'_> {
    KEYS.iter().filter(move |key| key.section == section)
}
