//! What a reader may look up about people and the steps after a model.

/// Name and page of each.
pub static PEOPLE: &[(&str, &str)] = &[
    (
        "human",
        "Where people changed what the model said, and what that did to each gap. With [human] in the policy, `model_decision` is the column \
     with what the model said, and `decision` what was finally done. Rows with both are counted as pairs, in the same pass.\n\n\
     `steps` has for everybody and every group the rows that people changed: `to_favourable` (the model said no, a person yes) and \
     `from_favourable`, the share changed with Wilson's interval, the shares of favourable decisions by the model and in the end, and \
     how far people moved it, with Newcombe's interval for pairs (method 10). `direction` is what that interval shows: \
     `to-favourable`, `from-favourable` or `cannot-tell`; `none` where no row was changed. `p_value` is McNemar's, mid-p.\n\n\
     `gaps` has for every group and its reference the difference and the ratio of the selection rates before people looked and in \
     the end, and the difference of gaps, D = (h_g - h_r) - (m_g - m_r), with its interval: within a group the two decisions are \
     pairs and the correlation of both gaps is that of the counted pairs; groups share no row (Newcombe 1998; Zou 2007). `widening` is how \
     much farther from equality the gap is in the end, as under `worsening`. `effect` is decided by its interval: `widens` \
     and `narrows` where it leaves out 0, else `cannot-tell`; `unchanged` where people changed no row of either side; `too-few` \
     where a side has fewer rows than `min_group`. A difference can become wider while the ratio becomes narrower, as where both rates \
     rise; then both are said. Where the reference is the group with the highest rate, it may be another group in the end: then `reference_before` \
     names the one that had it by the model, against which `before` is held. A group that has the highest rate on either side is held against \
     nobody there, and has no row.\n\n\
     Where small counts are hidden, an attribute is shown whole or not at all, and sets of attributes never are; hidden too is one of which a count \
     differs by a small count from what another table shows of the same column. Rounded numbers have no intervals of gaps. Not with \
     `previous_decision`, `previous_score`, a `threshold`, `unit`, `weight`, probable groups, [consent], [campaign] or `--join`, and not from \
     cells or by `sql`.\n\n\
     When not to use it: it does not say who was right. People may know what the model does not; where there is a label, audit the \
     model's column and the final one apart and compare their errors. No number here gates: put limits on the final decision.",
    ),
    (
        "funnel",
        "How far the rows of each group came along the stages of the policy ([funnel]), and at which stage the gap at the end arises. A row \
         reaches a stage only if it reached all before; one that says yes at a later stage all the same counts as having stopped \
         (`rows_late`, with a warning), and so does one whose first stage that is not a yes has no value (`rows_unknown`). Rows are \
         counted whether or not they have a decision.\n\n\
         `groups` has for everybody and every group the rows that reached each stage, their share of those at the stage before with Wilson's \
         interval, and their share of all with the same. `gaps` has for every group and the one it is compared with (everybody else, where the \
         reference is everybody or the highest rate) the difference of the shares that come out at the end with the interval of \
         Miettinen and Nurminen, and its `parts`. `direction` is what that interval shows: `more` or `fewer` where it leaves out 0, `too-few` \
         where a side has fewer rows than `min_group`, else `cannot-tell`.\n\n\
         The share at the end is the product of the shares that pass. The part of a stage is what exchanging the reference's share for \
         the group's changes there, averaged over all orders of the stages (Shapley 1953; Shorrocks 2013): the parts add up to the \
         difference, a stage that both pass alike has none, and no order of exchanging is preferred. Limits by the delta method. \
         Beside it stands `log_ratio`: the logarithms of the ratios of the shares that pass add up to that of the ratio at the end, and the ratios \
         multiply to it; they do not exist where nobody comes through. `part_of_gap` is the part over the whole difference: below 0 \
         where a stage works against the gap, and others are then above 1 together. `clear`: the interval of a part leaves out 0. `undefined`: nobody of a group reaches a stage.\n\n\
         Where small counts are hidden, an attribute is shown whole or not at all, and sets of attributes never are; a small difference of two stages \
         next to each other is a small count, and so is that of a stage and of what another table counts of the same columns. Not with \
         `unit`, `weight` or `--join`, and not from cells or by `sql`.\n\n\
         When not to use it: it says where a gap arises, not why. Who reaches a late stage has been chosen by the earlier ones, \
         so a stage at which groups pass alike can still be uneven among people who are alike. Each interval stands for itself.",
    ),
    (
        "budget",
        "Who would be reached if there were money for so many and it went to the highest scores. With [budget] in the policy, each entry of \
         `top` is a share of the rows with a score, rounded down to whole rows, or a number of rows. It is counted from the scores that are kept \
         anyway, so cells and shards give it too.\n\n\
         `asked` is for how many there is money, `reached` how many are reached. Where the cut falls among rows with the same score \
         (`tied`, at the score `tied_at`), `ties` decides: `out`, the default, reaches none of them, so that at most `asked` rows are; `in` \
         reaches all of them, so that at least `asked` are. `from` is the lowest score that is reached. Where there are too many scores to keep \
         each, a cut that falls inside a bin treats the whole bin as one tie, and `exact` is false.\n\n\
         `groups` has for everybody and every group the rows with a score, how many of them are reached and their share with Wilson's \
         interval. `gaps` has the ratio of that share to the share of the reference, with the interval that ratios of selection rates have. \
         `direction` is what it shows: `fewer` or `more` where it leaves out 1, `too-few` where a side has fewer rows than `min_group`, else \
         `cannot-tell`. `far`: all of it lies below 4/5 or above 5/4; only then the first screen says so. Each interval stands for itself \
         and takes the cut as given.\n\n\
         Left out where small counts are hidden or counts are rounded: two budgets next to each other can differ by one person. Not with `unit`, \
         `weight` or probable groups.\n\n\
         When not to use it: it judges nothing and gates nothing, and it does not know whether it is good to be reached. Being reached is not \
         responding: what an offer did is told by [campaign].",
    ),
];
