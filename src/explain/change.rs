//! What a reader may look up about changes between two results.

/// Name and page of each.
pub static CHANGES: &[(&str, &str)] = &[
    (
        "worsening",
        "How much farther from equality a number is than in the earlier result. A ratio r is 1 - min(r, 1/r) away from equality, so \
         that 0.8 and 1.25 are both 0.2 away; a difference is its absolute value away. A value by itself gets worse in the direction \
         that its metric calls harmful; one that takes no side has no worsening.\n\n\
         A check with `max_worsening` has a row of its id with `-worsening` for each group. It is met when the whole interval of the \
         worsening is at most `max_worsening`, not met when the whole interval is above it and the adjusted p-value agrees, else \
         inconclusive; under `evidence = \"point\"` the estimate alone decides, compared to twelve digits. `min_group` holds for both \
         sides at both times. These rows are a family of their own for `adjust`.\n\n\
         The interval: each stored interval becomes the interval of the distance from equality (from 0 where it holds equality), \
         and the two are subtracted by the method of variance estimates recovery (Zou, Donner 2008). The p-value takes the distance \
         from the estimate to its lower limit for so many standard errors as the level has, and is the normal tail. Near equality, where a \
         distance has no lower side, the interval errs on the wide side.\n\n\
         When not to use it: a gap that turned from 0.8 to 1.25 is as far from equality as before, and another group bears it. The change \
         of the number itself stands in the section of changes.",
    ),
    (
        "known",
        "A row that is not met, was not met in the earlier result as well, and belongs to a check with `max_worsening`. It keeps its \
         verdict, and so does the run, but it does not gate: an old gap does not block. What gates is the row on how much worse it has \
         got; where that could not be judged, the row is not known. If the limits were others in the earlier result, it must have been \
         beyond those of today. The baseline stays until somebody puts another in its place: renewed at every run, it would let a gap grow by a \
         little each time.",
    ),
    (
        "change",
        "A number after minus the same number before, with its interval by the method of variance estimates recovery (Zou, Donner \
         2008): low = d - sqrt((after - its low)^2 + (high of before - before)^2), high likewise. The two results are taken for \
         independent samples; where they are of the same rows, - 2 r (after - its low)(high of before - before) stands under the root, r \
         being the correlation of the two estimates. There is no interval where one of the two has none, or where their levels \
         differ. Two numbers are held against each other when metric, contrast, group and reference are the same.",
    ),
    (
        "new",
        "A row of a check that is not met now and was not before, whatever the reason: a gap that grew, or more cases that show it.",
    ),
    (
        "worsened",
        "A row of a check whose interval of the worsening is above 0 altogether. One row in forty is called so by chance at 95%.",
    ),
    ("improved", "A row of a check whose interval of the worsening is below 0 altogether."),
    ("resolved", "A row of a check that was not met before and is shown to be within its limits now."),
    ("unchanged", "A row of a check of which no change was shown. It does not mean that there is none."),
    ("added", "A row of a check that the earlier result has not."),
    (
        "no-longer-tested",
        "A row of a check that the earlier result has and this one has not. Where a whole check or an axis of it is gone, that is an \
         error, `check-disappeared`; where a group is, `group-disappeared`.",
    ),
    (
        "paired",
        "Before and after are two models on the same rows: by `previous_decision` and `previous_score`, or by `compare --join`. What \
         both models do alike drops out of a change, so its interval is narrower than that of independent samples.\n\n\
         The interval is MOVER's with the correlation r of the two estimates (`explain change`). For the share of one group, such as \
         its selection rate, it is Newcombe's method 10 (1998), which draws r towards 0 by half a row. Otherwise r is the sum over \
         rows of the products of what each row adds to both numbers (its influence: (a - r b) / B for a share A/B), over the root of the \
         same sums of either number by itself; rows of the group and of its reference both count, and for a ratio its \
         logarithm is taken. Of the AUC, of calibration and of numbers adjusted for strata r is not known from counts: their changes have \
         the interval of independent samples and say so (mover-unpaired).\n\n\
         When not to use it: where no row turned, the change is 0 with an interval of no width. That is a fact about these rows; of n \
         others up to three in n might turn. Rows that one of the two models did not decide (or not score) are in no number of the change.",
    ),
    (
        "turned",
        "How many decisions of the same rows turned: not selected before and selected now, and back; right before and wrong now, and back. \
         The p-value is McNemar's, mid-p: twice the binomial tail of the rarer direction at one half, less half the probability of what \
         was seen (Fagerland, Lydersen and Laake 2013); 1 where no row turned. It asks whether the directions balance, not whether \
         many rows turned: a model can turn every tenth decision both ways and leave every rate as it was. The mean score moved by \
         the mean of score now less score before, with Student's interval; the largest distance is that of the two distributions of \
         scores (Kolmogorov-Smirnov).",
    ),
];
