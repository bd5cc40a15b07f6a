//! What reports say of strata and of all groups at once, in plain words.

pub static STRATA: &[(&str, &str)] = &[
    (
        "strata",
        "Columns on which people may rightly be told apart, such as the department they applied to. Every stratum is one \
         combination of their levels. Within each, a group is held against its reference, and what comes out is put together: \
         the crude number tells whether there is a gap, the one within strata whether it is there among people who are alike. \
         Rows whose stratum is missing are left out of it and counted, and so are rows in strata where one of the two groups is \
         not. An axis that is itself a stratum leaves that stratum out.\n\n\
         Everybody as reference becomes the rest, because a group and everybody share rows; the group with the highest rate of \
         all rows is taken as if it had been named. Weighted rows are not adjusted. Where people have several rows (`unit`), \
         intervals are widened by the square root of the design effect of the crude gap, which is approximate.\n\n\
         A check with `strata = \"adjust\"` judges the number within strata. Its `min_group` counts the cases of either side in \
         strata that have both.\n\n\
         When not to use it: for a column that is itself a result of unequal treatment. To hold it equal hides what it carries.",
    ),
    (
        "mantel-haenszel",
        "One ratio, difference or odds ratio for all strata together: each stratum counts by n1 n0 / N, the cases of both \
         groups over all. It is right where the strata share it, and a mean where they do not.\n\n  \
         ratio        sum(x1 n0 / N) / sum(x0 n1 / N); interval by Greenland and Robins 1985\n  \
         difference   sum(w (p1 - p0)) / sum(w) with w = n1 n0 / N; interval by Sato 1989\n  \
         odds ratio   sum(x1 f0 / N) / sum(x0 f1 / N); interval by Robins, Breslow and Greenland 1986\n  \
         test         (sum(x1 - n1 X / N))^2 / sum(n1 n0 X (N - X) / (N^2 (N - 1))), one degree (Cochran 1954; Mantel, Haenszel 1959)\n\n\
         Where nobody or everybody in a group was a case, the interval is the score interval over strata (Miettinen, Nurminen \
         1985). Gaps of opposite sign cancel in it, so `breslow-day` stands beside it.\n\n\
         Source: Mantel, Haenszel: Statistical aspects of the analysis of data from retrospective studies of disease. JNCI 22, 1959.",
    ),
    (
        "breslow-day",
        "Tests whether the odds ratio is the same in every stratum, with Tarone's correction. Below p = 0.05 the report tells the \
         ratio of each stratum instead of one for all, and a check that judges the one raises `strata-differ`. It is a rough guide \
         where strata are small, and says nothing about which stratum differs.\n\n\
         Source: Breslow, Day: Statistical Methods in Cancer Research 1. IARC 1980. Tarone: On heterogeneity tests based on efficient scores. Biometrika 72, 1985.",
    ),
    (
        "standardisation",
        "The rate each group would have if its cases were spread over the strata as everybody's are: sum(W p) / sum(W), with W all \
         cases of a stratum. Both groups then have the same mixture, so what is left of the gap is not the mixture. It speaks only \
         of strata that have both groups; the share of everybody that is left out is given. Beyond 200 strata it is left out. In \
         a stratum with few cases of a group its rate says little, and with this weight it still counts in full: \
         then read the Mantel-Haenszel number.\n\n\
         Source: Fleiss, Levin, Paik: Statistical Methods for Rates and Proportions, 3rd edition, chapter 19. Wiley 2003.",
    ),
    (
        "simpson",
        "A gap can turn round: all rows together say that a group fares worse, and among people of the same stratum it fares better, \
         or the other way. It happens where groups are spread over strata differently, and the strata have different rates. \
         `reversed` says that the crude and the adjusted number point opposite ways, found on counts. Neither number is wrong; \
         they answer different questions.\n\n\
         Source: Simpson: The interpretation of interaction in contingency tables. JRSS B 13, 1951. Bickel, Hammel, O'Connell: Sex bias in graduate admissions. Science 187, 1975.",
    ),
    (
        "omnibus",
        "One test for all groups of an axis: if all groups were alike, how often would they differ this much or more by chance? \
         Pearson's chi-squared with groups less one degrees of freedom. It says neither which group differs nor by how much, and \
         decides no check.\n\n\
         For equalized odds the statistics of those with a positive and those with a negative label are added, so that a group with \
         more hits and more false alarms is seen; the row for gaps of one sign (Cochran, Mantel, Haenszel) would let opposite ones \
         cancel. For predictive parity the same is done among those selected and those not. Where the table is thin, see \
         `permutation`. Within strata it is the general association of Landis, Heyman and Koch. Where people have several rows \
         (`unit`), every statistic is divided by the mean design effect (Rao, Scott 1981), which is approximate. Weighted rows are \
         not tested, nor groups that are probabilities.\n\n\
         Source: Pearson 1900; Hardt, Price, Srebro: Equality of opportunity in supervised learning. NeurIPS 2016; Landis, Heyman, Koch 1978; Bergsma 2013 (strength).",
    ),
    (
        "trend",
        "Tests whether a rate rises or falls along groups that have an order, such as bands of age (`bins`). Positive: it rises. It \
         sees a steady rise better than the omnibus test, and a rate that is high in the middle not at all.\n\n  \
         z            sum s (x - n p) / sqrt(p (1 - p) sum n (s - mean)^2), s = 0, 1, 2 by place of the bin\n\n\
         Source: Cochran 1954; Armitage: Tests for linear trends in proportions and frequencies. Biometrics 11, 1955.",
    ),
    (
        "permutation",
        "Exchanges the groups of the rows at random, with all totals kept, and counts how often they then differ as much. Used where \
         chi-squared is a poor guide: more than a fifth of the expected counts below 5, or one below 1. Where there are no more \
         than a thousand such tables, all are gone through and p is exact; else drawing stops after `permutations` tables, or when a \
         hundred were at least as extreme. `seed` makes it repeatable. Not where people have several rows.\n\n\
         Source: Phipson, Smyth: Permutation p-values should never be zero. SAGMB 9, 2010. Besag, Clifford: Sequential Monte Carlo p-values. Biometrika 78, 1991.",
    ),
];
