//! What a reader may look up about several classes.

/// Name and page of each.
pub static CLASSES: &[(&str, &str)] = &[(
    "classes",
    "Which class each group is given, and how often the right one is found. With [classes] in the policy, `chosen` is the column of the class \
     that a case was given, such as the team that a ticket was sent to, and `right`, where it is known, that of the class it belonged to. \
     Rows are counted by both, in the same pass, whether or not they have a decision.\n\n\
     `groups` has for everybody and every group the rows that were given each class (`given`), with their share and Wilson's interval. \
     With `right` it has the whole `table` of rows by right class and by chosen one, and from it each class against the rest: \
     `true_positive_rate` (of the rows that belonged there, those that were sent there: recall), `false_positive_rate` (of all others), and \
     `precision` (of those sent there, those that belonged there). A class without a row to divide by has no rate, never 0 or 1. \
     `accuracy` is the share of right ones, which is recall and precision over all rows (micro); `macro_recall`, `macro_precision` and \
     `macro_f1` are means over the classes that have the figure, with their number; `kappa` is Cohen's, and \
     `matthews` Gorodkin's correlation for several classes. `harm` is the harm per case: a \
     right class has 0, a wrong one 1 or what `harm` of the policy says, with Wilson's interval where all that does harm does the same, \
     else with that of a mean, where every weight has ten cases or more: a rare heavy harm may not have been met.\n\n\
     `gaps` holds every group against its reference, class by class (everybody else, where the reference is everybody or the highest \
     rate): `share` and, with `right`, `true-positive-rate`, with the interval of Miettinen and Nurminen and the p-value of N-1 chi-squared (Fisher's where fewer than five \
     rows are expected in a cell). \
     All classes, groups and axes of a measure are one family (Holm 1979); a gap is `shown` where its adjusted p-value is below 1 less the \
     level. A side with fewer rows than `min_group` is too few, and in no family. `harm_gaps` does the same by the harm per case: where harms have several weights, \
     with the variance of both sides together, and not where fewer than five cases of some weight are expected on a side.\n\n\
     `spreads` says for every axis whether the class depends on the group at all: chi-squared, bias-corrected Cramer's V (Bergsma 2013), and \
     of the two groups that are farthest apart the total variation (the share of cases that would have to be sent elsewhere to make \
     them alike) and the Jensen-Shannon divergence.\n\n\
     Where small counts are hidden, the table of an attribute is shown for all its groups or for none, with everything that follows from it; \
     so are the shares, which go with the table where the right class is the `label`. Sets of attributes never are, nor is anything beside a section that counts other rows of the same people ([campaign], [human], \
     [funnel], an [[outcome]]). Not with `unit`, `weight`, probable groups or `--join`, and not from cells or by `sql`.\n\n\
     When not to use it: it does not say why. A class that is found less often in a group may be written about in other words there, or \
     labelled by other people. Where the right class is known for some cases only, as where a case is looked at again after a complaint, \
     rates speak of those. No number here gates.",
)];
