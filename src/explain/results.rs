//! Keys of the result, and sections of a report, that a reader may look up.

/// Name and page of each.
pub static RESULTS: &[(&str, &str)] = &[
    (
        "waived_by",
        "The waiver of the policy that lets a check row through for a time. The row keeps its number, its verdict and its place \
         among the checks that `adjust` allows for; it only does not gate, and does not count for the verdict of the run. Where \
         every row is let through, the run shows nothing, and its verdict is inconclusive.\n\n\
         A waiver ([[waiver]]) holds through its last day, `expires` (UTC), for exactly its `check`, `group` and `metric`, while the \
         value is not worse than its `bound` and the version of the model begins with its `model_version`. It covers rows that are \
         not met, and rows without an answer where that gates (`on_inconclusive = \"error\"`). One that has expired, was approved \
         by its owner, lasts longer than `max_days` or names no check of the policy covers nothing and makes the exit code 1. One \
         that has lapsed (bound, version) covers nothing and is told with a warning, and so is one that nothing needs.\n\n\
         `covers` of a waiver says how many rows it lets through; every report lists them with reason, owner, who approved it and \
         the days that are left.\n\n\
         When not to use it: to make a limit fit the result. A limit that is wrong is changed in the check, with its rationale.",
    ),
    (
        "lock",
        "The record that a policy existed before the run. `evenhand policy freeze` writes it beside the policy (evenhand.toml has \
         evenhand.lock): the SHA-256 of the bytes of the policy, the time, the version of evenhand, and the rules that were in force, \
         so that the next lock can say what changed. Where the lock is of these very bytes, reports say that the policy was \
         recorded no later than that time. With `frozen = true` in the policy, `audit` refuses one that is not as it was locked (exit \
         code 2); `--unfrozen` looks all the same and marks the run exploratory, in every output.\n\n\
         When not to rely on it: the time is that of the machine, and who can write the policy can write the lock. Keep both \
         under version control, or where others keep the time.",
    ),
    (
        "smallest_detectable",
        "The smallest gap that this review could be counted on to find. It is the true ratio, difference or share nearest to the \
         limit that a review with groups of this size, the reference having the rate it had, would have found to be beyond the limit with the chance `power` of the \
         policy. It lies on the side on which the group is worse off; where the metric takes no side, on the lower one; where the \
         check has no limit on that side, on the other.\n\n\
         The row is looked at alone: its verdict errs on one side in half of 1 − level, and the number of checks (`adjust`) is \
         not allowed for, so among many checks a gap must be wider. Against `overall` the limit is carried back to the comparison \
         with all others and the answer forward again; against `highest-rate` the pair with the group that has it stands for all, \
         at the level each pair is given. Where people are counted or rows weigh differently, effective rows and Student's t take \
         the place of rows.\n\n\
         It is a large-sample figure: the chance that the estimate lies so many standard errors from the limit, the standard \
         error being the one under the limit (Farrington, Manning 1990; for one share, that of Wilson's interval). With few hits, \
         and under `ratio_interval = \"scas\"`, the true chance differs by some percent. Null: no value, however far, would have \
         been found so surely; or the row is a spread or a worst ratio, or no share, or was not judged by an interval.\n\n\
         When not to use it: it does not say that there is a gap, nor that there is none. What the data show is the interval.",
    ),
    (
        "power_at_parity",
        "The chance that this review would have shown a group to be within the limits, had its rate been exactly that of its \
         reference. It is given for ratios and differences. A small chance means: a group treated alike would mostly have come out inconclusive \
         as well, so that an inconclusive row says more about the number of cases than about the group. For two limits it is the \
         sum of both chances less 1, at least 0, which is never too high. The assumptions are those of `smallest_detectable`.",
    ),
    (
        "rows_needed",
        "About how many more cases of the group would tell. With so many more, a row that cannot be told yet is decided with the \
         chance `power` of the policy: shown to be within where the estimate is within, beyond where it is beyond. The reference grows in \
         proportion, and the estimates are taken for the truth, which they are not: the number tells a hundred from a hundred \
         thousand, and not more. Cases are counted as `rows` counts them: people where `unit` is given, effective rows where rows \
         weigh differently. What `adjust` does to the p-value is allowed for as if every row grew alike. It is absent where no \
         number up to a thousand million is enough, because the estimate lies on the limit, and for rows that are decided. Rows \
         are doubled until they are enough, then bisected.",
    ),
    (
        "boschloo_p",
        "Boschloo's exact test that two groups share one rate, two-sided. Tables are ordered by the p-value of Fisher's exact \
         test, and the probability of those at least as extreme is the largest over every rate that both could have (Boschloo \
         1970). Each side is doubled, at most 1. It finds more than Fisher's test, which it never exceeds on one side. It stands in \
         `details` of a comparison when a check judges the metric, an expected count is below 5, no side has fewer than \
         `min_group` cases, both have at most 200 together, and Fisher's p-value is at most 0.2: beyond that it costs more time than \
         it is worth. It decides nothing.",
    ),
    (
        "barnard_p",
        "Barnard's exact test that two groups share one rate, two-sided. It is as `boschloo_p`, with tables ordered by the pooled z \
         statistic (Barnard 1945). It decides nothing.",
    ),
    (
        "posterior",
        "What to believe about the ratio of two shares after the data, when `posterior = \"yes\"`. Given are the probability that it is below \
         the lower limit, within, and above the upper one; the middle of the belief; and the range that holds the ratio with the \
         probability `level`, either side of it being equally likely. Each rate has Jeffreys' prior, Beta(1/2, 1/2), so that its \
         posterior is Beta(hits + 1/2, misses + 1/2), independent of the other; the probabilities are integrals without random \
         numbers. The limits are those of the first check of this ratio, else 4/5 and 5/4. Against `overall` it is carried over \
         from all others with the observed part of the group; against `highest-rate` the choice of the reference is not allowed for. Only \
         where every row stands for itself. It decides nothing: verdicts come from the intervals.",
    ),
    (
        "audience",
        "Whom a result is for. `internal` (the default) shows everything, unless the policy sets `min_cell` under `[privacy]`. `public` \
         hides counts from 1 to 10, whatever they could be worked out from, and everything that was computed from them; rounds \
         counts to multiples of 5; and leaves out files, people, hashes of data, p-values, diagnostics, curves, strata, periods and changes. \
         `min_cell` and `round` of the policy replace 11 and 5. What is promised: of a hidden group each count that is not 0 could have any of \
         more than `min_cell` values (or, where cells sum over many attributes, lies in a range at least that wide), given all counts \
         that are shown, every sum they are part of, and results named as `published`. A linear program holds each release against \
         this before it is written. Rates, ratios and intervals that are shown follow from counts that are shown. Numbers of scores, \
         and whatever rests on weights, on people or on probable groups, is shown for all groups of an axis or for none. Who knows of \
         the people by other ways, or counts them again a little later without naming what was `published`, may know more. \
         Verdicts are decided before anything is hidden, so the verdict of the run and the exit code are those of all numbers. A result \
         made for the public cannot be turned back.",
    ),
    (
        "hidden",
        "A number that the audience of a result must not see: null, with the reason `suppressed`; the check row is `not_applicable` \
         for the reader, with 0 `rows` that say nothing. Hidden is not zero. `hidden` under `privacy` counts groups with a small \
         count of their own, `hidden_besides` those from which one could be worked out; a group may be hidden in its errors only.",
    ),
];
