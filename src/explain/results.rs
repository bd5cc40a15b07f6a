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
        "outcome",
        "Something measured of every row beside the decision: a wait, an amount, an answer, a yes or no, one of several categories ([[outcome]]). It has a `name`, a \
         `column`, a `kind` (`duration`, `amount`, `ordinal`, `yes-no`, `category`), what is `better` for the person (`more`, `less`, `neither`), \
         and may have a `unit` and a `bound`. The ids of its metrics begin with its name: `wait.median`, `wait.p90`, `wait.mean`, \
         `wait.trimmed-mean`, `wait.share-from-600`, `wait.answered`; `evenhand explain median` has the page of one. They are \
         measured of every group, held against the reference, and judged by checks like any other number. Of a `category` the share of each \
         of its `categories` is measured: `channel.share-of-phone`.\n\n\
         Durations are read as seconds, `mm:ss` or `hh:mm:ss`, and told as people say them: `88 s`, `4 min 05 s`, `2 h 10 min`. \
         `unit` of a check row is what its number is in (`s`, `EUR`); ratios and shares have none. A row without a value is in no \
         mean and no median; `answered` is the share that has one, and stands beside them.",
    ),
    (
        "outcome_comparisons",
        "A group and its reference by all values of an outcome. `standardised_gap`: how many standard deviations the means lie apart \
         (Hedges' g with its interval; of skewed amounts it says little). `has_more`: how often a random member of the group has more than one \
         of the reference, ties counted as one half, with the interval and the test of Brunner and Munzel (`p_value`); one half is no gap. \
         `distance`: the largest difference of the shares at or below any value (Kolmogorov-Smirnov). `transport`: how far values \
         would have to move on average to match, in the unit of the outcome (Wasserstein). Categories have no order: of them there is \
         the share that would have to be of another category to match (`distance`, total variation) and the chi-squared test that both are \
         spread alike (`p_value`), where no count is too small for it. Where values are kept in bins both are the \
         least they can be, and `distance_bounds` and `transport_bounds` say how much more. They decide nothing: verdicts come from \
         checks. Where the reference is everybody or the highest rate, it is all others. They are shown where all groups of the \
         axis are, and never to the public.",
    ),
    (
        "unheard",
        "Answers that look alike while answering does not. It stands on a comparison of an outcome where the whole interval of `has_more` \
         lies within 0.44 and 0.56 (Vargha and Delaney 2000 call a gap small from 0.56), the whole interval of the ratio of the shares with a \
         value lies beyond 4/5 or 5/4, and neither side has fewer than `min_group` rows. It names the side that has a value less often. \
         Equal answers then say little: who did not answer may think otherwise. Reports say it beside the numbers of the outcome. It gates \
         nothing; a check on `answered` does.",
    ),
    (
        "outcome_tails",
        "Whether a few rows carry the mean of an amount or a duration. For everybody and every group there is the mean beside the trimmed \
         mean (without the lowest and the highest fifth), the share of the total that the 1 % with the most have, and the skewness. \
         `heavy`: there are fewer rows than 25 times the squared skewness, so the interval of the mean is likely too narrow (Cochran \
         1977); read the median and the trimmed mean.",
    ),
    (
        "outcome_inequality",
        "How unequally an amount or a duration is spread over everybody. It needs no attribute of anybody: what can be told of people \
         whose segments nobody knows. `gini` is the Gini coefficient with its interval (Davidson 2009): half the mean difference of two \
         random rows over the mean, 0 where all have the same, (n - 1)/n where one of n has everything. `top_tenth` is the share of \
         the total that the tenth of the rows with the most have. `worst_tenth` is what the tenth that fared worst have on average: \
         those with the least where more is better, those with the most where less is; where `better` takes no side there is none. \
         `gini` and `top_tenth` are undefined where a value is below 0, since nobody has a share of such a total, or where all are 0. Where there are \
         too many distinct values to keep each, `bounds` say what the two tenths lie between for certain, and the upper limit of the \
         Gini coefficient is moved up by as much as it could be larger.\n\n\
         It judges nothing, and equal spread is no aim by itself: some buy more than others. It says whether averages hide people who \
         fare much worse, and comes before the question who they are. Of fewer than some hundred rows the coefficient is too low and \
         its interval too narrow. Outcomes with open cases have none. It is not shown to the public.",
    ),
    (
        "outcome_calibration",
        "Whether predicted amounts of every size came true, tenth by tenth. For each [[outcome]] with a `prediction`, the rows of a group that have a \
         prediction and an amount are cut into tenths, from the lowest predictions to the highest; of each tenth stand the rows, the \
         mean prediction (`predicted`) and the mean of what turned out (`actual`).\n\n\
         The cut is made by the predictions of the group itself, as the curves of scores are: so each tenth rests on about as many rows \
         as any other, and a group of which little is predicted does not sit in one tenth alone. Where groups should be held against each \
         other at the same prediction, read the curve of everybody behind each panel. Rows with one prediction are never parted: with \
         `b` rows below it, `n` of it and `N` in all, they are in tenth floor(10 (b + n/2) / N) + 1, so that a tenth may have more rows and \
         another none; a tenth without rows is left out, and where all predictions are one there is a single tenth. Of a group with more than \
         4,096 distinct predictions the same holds of bins at most 1/1024 of their values wide; sums stay exact.\n\n\
         `low` and `high` are the mean prediction less the limits of the mean error of these rows (Student's t): they say how far what \
         comes can lie from what was predicted, given what was predicted. Null for a single row, and where all errors are the same. `few` marks \
         a tenth of fewer rows than `min_group`: it is not drawn, and no sentence rests on it. `off` says `high` or `low` where the \
         interval leaves out the prediction, each tenth looked at alone; of twenty tenths that are right about one is off by chance at a level of \
         95 %. Nothing is judged by it: verdicts come from checks, such as one of `bias`. It is shown where every tenth of every group \
         of the axis has at least `min_cell` rows, and not to the public.\n\n\
         When not to use it: in a tenth errors to both sides cancel, so a group can be right in every tenth and far off for each person; \
         `mean-absolute-error` says that. Few large amounts make the interval of a tenth too narrow.",
    ),
    (
        "scorecard",
        "One line for each theme, the first table of every report whose policy has an [[outcome]]: `satisfaction`, `sales`, `cost`, `speed` \
         and `incidents` from outcomes of that `theme`, every outcome without a theme under its own name, the coverage of `consent`, \
         `accuracy` where there is a label, and `disparity`, which is how the favourable decision is shared out. A theme without a \
         figure reads \"not tested\", with what it needs.\n\n\
         `metric` is the figure that stands for the theme: of those that checks judge the one with the worst verdict, else the one that \
         the report draws. Other outcomes of the theme are named under `also`. `overall` is everybody; `worst` is the segment of at least \
         `min_group` cases that fared worst by it, on whatever attribute or intersection; `gap` is the row of a check about it (the worst \
         verdict; of equals that of the worst segment), or where no check judges it the ratio of the worst segment to its reference \
         (the difference where there is no ratio; the segment farthest from its reference where the worst one is the reference). \
         `changes` are those of everybody and of the gap since the earlier result.\n\n\
         It sums nothing into one score and judges nothing: verdicts are those of the checks, and a gap that no check judges reads \"not \
         judged\". Naming the worst of many segments picks out chance as well: the interval of the gap, not its place here, says whether \
         there is one. Where a reader must not see some groups it is taken from what is left, and the worst of those shown need not be the worst.",
    ),
    (
        "consent",
        "Whose rows count, whom that leaves out, and what those could change. With [consent] in the policy a row counts only if the \
         person's consent for the purpose was in force when the decision was made, as a column of the data or a ledger says. All \
         others are left out before anything else is read of them: nothing that stands in their other columns can change a number, \
         and a fault in them is no error. `rows_without` counts them.\n\n\
         With a ledger, consent is in force at a time if it was given by then (`given_at` is not later), is not withdrawn by then \
         (`withdrawn_at` is later or empty), and the person refused or withdrew nothing since. Of several entries of a person the one \
         given last decides. An entry that ends at the very time a new one begins does not end the new one; a refusal at the very \
         time of a consent does. Where one of two times is a day without a clock time, both are compared by the day in UTC, so that \
         consent of the same day counts and withdrawal of the same day counts. Every two times are compared by themselves: beside \
         clock times of its day, a day is at the same time as each of them, though they are not at the same time. So a consent of \
         a day is not ended by the end, at 22:00 of that day, of another one, nor does a consent given at 20:00 of a day lack force \
         because of a refusal at 10:00 that ends a consent of the whole day. A row without an id, without a time, or without an \
         entry is a row without consent. Ids are kept as numbers (64 bits) and never stored or printed.\n\n\
         `coverage`, where the policy asks for it, is the share of rows with consent by group, with Wilson's interval, and its ratio to \
         the reference of the axis with the interval of the policy; `by_answer` the same by `method` and `notice_version` of the \
         ledger, for all groups together; `balance` puts the share with consent beside the share of good decisions among them and the \
         product of the two, with the share that was given something `personal` where the policy names \
         that outcome. `served`, only where the policy lists outcomes under `compare`, holds what people without consent got against what \
         those of the same group with consent got (the difference with its interval), so that it can be seen whether who says no gets a worse service \
         or just a less personal one; these outcomes and no others are read of people who said no, for the stated reason. `bounds` are the least and the greatest selection rates, ratios and differences there can be, \
         whatever was decided about those without consent (Manski 1989); they need no decision of theirs. Where the policy does \
         not ask for coverage, each of them could belong to any group, and the bounds are wider. Bounds are no intervals of \
         chance, and judge nothing: verdicts speak of the rows that count. With `weight` there are no bounds and no balance; with \
         `unit`, shares have no intervals. The first screen names the group of at least `min_group` rows that consented least often beside \
         the one it is compared with, where the interval of the ratio leaves out 1, and its bounds. What is rounded or hides small counts has none of this but whose rows count.\n\n\
         When not to use it: it does not say that consent was asked for in the right way, and consent is not the only ground on \
         which data may be used. To leave out rows for another reason, use `where`.",
    ),
    (
        "campaign",
        "Whom a campaign reached, and how each outcome differs between those it reached and those it did not. [campaign] in the policy \
         names the column (`treatment`), which of its values mean `treated`, and which `control` (else all others); rows in neither \
         arm are counted and left out. Both arms are counted apart in the one pass.\n\n\
         The arms come first (`arms`). With assignment = \"random\" and a planned `share` the sizes of the arms are held against it \
         by Pearson's chi-squared: over all at p below 0.001, in groups at 0.001 divided by their number (`mismatch`; Fabijan et al. \
         2019). `balance` tests whether the groups of an axis are treated equally often (p below 0.001: `uneven`), and \
         `standardised_gap` says how far the share of a group among the treated is from its share among the others (Austin 2009; a \
         tenth is worth a look). A failed test of either kind is a warning, and `effect` is false: without an assignment by chance, or \
         with arms that are not what chance gives, every sentence says `association, not effect`. Where groups were reached unequally \
         often by plan, the difference over all mixes them, and an audit of each group by itself (`where`) says what was done to it.\n\n\
         `lifts`: of yes and no the difference of the shares, treated less control, with the interval of Miettinen and Nurminen; of \
         numbers the difference of the means with Welch's. Rows without a value are in no lift; `valued` beside `rows` says how many \
         have one, and where the arms differ in that, the lift is of other people in each. `difference` is the lift of the group less \
         that of the reference, with the interval from both (MOVER). `equal_lift` asks whether all groups of an axis have one lift \
         (Cochran's Q with the variances of Agresti and Caffo for shares; groups with fewer than `min_group` values in an arm are \
         left out), `beyond_chance` is I squared. `p_adjusted` allows for the number of these tests as `adjust` says, and so does what \
         is told at the top (`finding`): `less` or `more` where the lifts of the axis differ and the interval of the difference \
         leaves no doubt, `harmed` where the whole interval of a lift is on the worse side. It judges nothing and gates nothing.\n\n\
         `ranked`, where there is a `score`: Qini, the responses per person gained over treating as many at random, averaged over all \
         cuts from the highest score on (Radcliffe 2007), and the lift among the `top` shares of each group. Scores in bins count as one.\n\n\
         For an audience that must not see small counts an axis is shown where no arm of any of its groups has a small count of rows, \
         of yes, of no or of missing values, and no row is in neither arm; else it is hidden as a whole. Nothing of scores is shown.\n\n\
         When not to use it: a lift is the change on average, not of a person. Where people of one arm speak to those of the other, \
         or were chosen after it was known how they responded, it is not what the campaign did. A lift that is shown for one group and \
         not for another is no difference between them: read `difference`. Not with `unit`, `weight`, `previous_decision`, `--join`, \
         cells in files or SQL.",
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
