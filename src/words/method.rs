//! The method of a run in words: enough for somebody to repeat it.

use super::numbers::level;
use super::page::Block;
use super::sequence::odds;
use crate::metrics::{self, bundles};
use crate::result::Document;

/// What each method is, by the name under which results carry it.
pub static METHODS: &[(&str, &str)] = &[
    ("wilson", "Wilson's score interval of one share (Wilson 1927; Brown, Cai, DasGupta 2001)"),
    (
        "mover-wilson",
        "the interval of a mean of two independent shares, by the method of variance estimates recovery from their Wilson limits (Zou, Donner 2008)",
    ),
    (
        "wilson-jaccard",
        "Wilson limits of TP / (TP + FP + FN), a share of the rows that are not true negatives, mapped by 2J / (1 + J)",
    ),
    (
        "fisher-z-delta",
        "Fisher's z of the correlation with its large-sample variance (Bishop, Fienberg, Holland 1975) on counts plus one half",
    ),
    (
        "miettinen-nurminen",
        "the score interval of Miettinen and Nurminen (1985) for the ratio or difference of two shares",
    ),
    (
        "wilson-effective",
        "Wilson's interval on the effective number of rows: as many independent, equally weighted rows as would vary as much (Kish 1965; Korn, Graubard 1998; Rao, Scott 1992); where people have several rows, with Student's t and the people less one",
    ),
    (
        "miettinen-nurminen-effective",
        "Miettinen and Nurminen (1985) on the effective numbers of rows, with Student's t and the degrees of freedom of Welch and Satterthwaite; people with rows in both groups are allowed for by the covariance (Liang, Zeger 1986)",
    ),
    (
        "design-effect",
        "the interval for rows that are alike, widened by the square root of the design effect of the number, from its gradient over people or weighted rows (Liang, Zeger 1986), with Student's t",
    ),
    (
        "rows-of-a-person-alike",
        "the interval for independent rows, widened as if all rows of one person said the same, which is the worst that can be; with Student's t and the people less one",
    ),
    (
        "miettinen-nurminen-from-rest",
        "Miettinen and Nurminen against the others, carried over to everybody, because a group and everybody share rows",
    ),
    (
        "miettinen-nurminen-smallest-of-pairs",
        "Miettinen and Nurminen against every group that could have the highest rate, each at 1 - (1 - level) / (K - 1); the smallest lower and the smallest upper end",
    ),
    (
        "scas",
        "the score interval of Miettinen and Nurminen for the ratio of two shares, corrected for the skewness of the statistic (Laud 2017); differences keep the uncorrected interval",
    ),
    (
        "scas-from-rest",
        "the score interval corrected for skewness (Laud 2017) against the others, carried over to everybody, because a group and everybody share rows",
    ),
    (
        "scas-smallest-of-pairs",
        "the score interval corrected for skewness (Laud 2017) against every group that could have the highest rate, each at 1 - (1 - level) / (K - 1); the smallest lower and the smallest upper end",
    ),
    (
        "mover",
        "the method of variance estimates recovery from the limits of both numbers (Donner, Zou 2012); against everybody, whose rows include the group, it errs on the wide side",
    ),
    (
        "mover-from-rest",
        "variance estimates recovery against the others, carried over to everybody with the observed weight",
    ),
    (
        "mover-smallest-of-pairs",
        "variance estimates recovery against every group that could have the highest number, each at 1 - (1 - level) / (K - 1)",
    ),
    (
        "n-1-chi-squared",
        "the N-1 chi-squared test of two shares (Campbell 2007), used while every expected count is at least 1",
    ),
    (
        "order-statistics",
        "the ranks between which a quantile lies by the binomial distribution (Conover 1999), which holds for any distribution and errs on the wide side",
    ),
    (
        "brookmeyer-crowley",
        "where the limits of the share still open cross one half (Kaplan and Meier 1958; Brookmeyer and Crowley 1982)",
    ),
    ("greenwood", "the area under the share still open, with Greenwood's variance (Irwin 1949)"),
    ("greenwood-logarithm", "the logarithm of the ratio of two such areas, with Greenwood's variances"),
    ("student-t-of-squares", "Student's t of the squared errors; the limits are the roots of theirs"),
    ("yuen", "Student's t of a trimmed mean with the winsorised variance (Yuen 1974)"),
    ("yuen-from-rest", "Yuen's interval against the others, carried over to everybody with the observed weight"),
    (
        "yuen-smallest-of-pairs",
        "the smallest of Yuen's pairwise intervals, each at a level that allows for the number of pairs",
    ),
    ("welch", "Welch's t for two means whose variances differ, with Satterthwaite's degrees of freedom (Welch 1947)"),
    ("welch-from-rest", "Welch's interval against the others, carried over to everybody with the observed weight"),
    (
        "welch-smallest-of-pairs",
        "the smallest of Welch's pairwise intervals, each at a level that allows for the number of pairs",
    ),
    ("delta-logarithm", "the logarithm of the ratio of two means with Welch's degrees of freedom, by the delta method"),
    (
        "delta-logarithm-from-rest",
        "the interval of the logarithm against the others, carried over to everybody with the observed weight",
    ),
    (
        "delta-logarithm-smallest-of-pairs",
        "the smallest of the pairwise intervals of the logarithm, each at a level that allows for the number of pairs",
    ),
    (
        "standard-errors",
        "the difference of two fits with the standard errors of both, as they are independent (Van Calster et al. 2019)",
    ),
    (
        "standard-errors-from-rest",
        "the difference of two fits against the others, with the standard errors of both, carried over to everybody",
    ),
    (
        "standard-errors-smallest-of-pairs",
        "standard errors against every group that could have the highest number, each at 1 - (1 - level) / (K - 1)",
    ),
    (
        "student-t",
        "the interval of a mean by Student's t with n - 1 degrees of freedom, cut off where no value can be; in simulations of 50 to 5,000 rows 95% intervals held the truth in 93 to 97% of draws, of the Brier score and the log loss of 50 and 100 rows in 91.6 to 95.5%",
    ),
    (
        "delong-logit",
        "DeLong's variance of the AUC on the logit scale (DeLong 1988; Sun, Xu 2014); Newcombe's method 5 (2006) at 0 or 1 and with fewer than ten rows of a label; 95% intervals held the truth in 93.2 to 96.6% of simulated draws",
    ),
    (
        "logit-boyd",
        "the binomial interval of the average precision on the logit scale, with the positives as its cases (Boyd et al. 2013); 95% intervals held the truth in 92.0 to 96.5% of simulated draws",
    ),
    (
        "log-poisson-binomial",
        "O/E times or divided by exp(z sqrt((1 - O/n) / O)) (Debray et al. 2017); where every label is the same, Wilson's limits of O/n over E/n; 95% intervals held the truth in 95.6 to 98.0% of simulated draws, so they are rather wide",
    ),
    (
        "profile-likelihood",
        "every value that the likelihood ratio does not reject, in the logistic recalibration of the scores (Cox 1958; Van Calster et al. 2019); scores within 1e-12 of 0 or 1 are moved there; 95% intervals held the truth in 93.0 to 96.6% of simulated draws",
    ),
    (
        "sandwich",
        "the intercept of the logistic recalibration with the sandwich standard error, which holds whatever the slope; 95% intervals held the truth in 93.7 to 97% of simulated draws",
    ),
    (
        "noncentral-gap",
        "every error whose distribution of squared gaps over the bins, matched by its first three moments, does not exclude the one found; 95% intervals held the truth in 93.4 to 98.6% of simulated draws, the most where the scores are right and only the lower end can err",
    ),
    (
        "kuiper-brownian",
        "the range of the cumulative gap against that of a Brownian motion (Kuiper; Arrieta-Ibarra et al. 2022), read after each distinct score",
    ),
    (
        "bca-bootstrap",
        "bias-corrected and accelerated bootstrap (Efron 1987): the counts are drawn again from a multinomial distribution, at a cost that rows do not add to, with a random stream that the seed of the policy fixes; the acceleration is that of the jackknife",
    ),
    (
        "e-process",
        "evidence that adds up over periods: in each period the counts are bet to follow the rates of the periods before rather than the nearest rates within the limits (or beyond them), and the stake is multiplied by how much likelier they are; it holds at every look and when rates drift, with an error of at most 1 over the evidence (Turner, Ly, Grünwald 2024; Turner, Grünwald 2023; Ville 1939)",
    ),
    (
        "confidence-sequence",
        "the interval that holds at every look: all values of the ratio or difference that neither side's evidence over time refutes with the error that one side of an interval has, supposing that one value held throughout (Robbins 1970; Turner, Ly, Grünwald 2024)",
    ),
    (
        "mover-independent",
        "the change between two results by the method of variance estimates recovery from both intervals, the two being independent samples (Zou, Donner 2008; for two shares it is Newcombe's method 10, 1998)",
    ),
    (
        "mover-unpaired",
        "the change on the same rows as if the two were independent samples, because how they go together is not known from counts; wider than need be where both models agree on most rows",
    ),
    (
        "mover-paired",
        "the change on the same rows by the method of variance estimates recovery from both intervals and the correlation of the two estimates (Zou 2007; Newcombe 1998)",
    ),
    ("none", "no interval: the number is printed and not compared between groups"),
    (
        "greenland-robins",
        "the ratio of Mantel and Haenszel over strata, with the variance of its logarithm by Greenland and Robins (1985)",
    ),
    ("sato", "the difference of Mantel and Haenszel over strata, with the variance of Sato (1989)"),
    (
        "robins-breslow-greenland",
        "the odds ratio of Mantel and Haenszel (1959) over strata, with the variance of its logarithm by Robins, Breslow and Greenland (1986)",
    ),
    (
        "stratified-score",
        "the score interval of Miettinen and Nurminen (1985) over strata with the weights of Mantel and Haenszel, where a standard error does not exist: in one of the groups nobody or everybody was a case",
    ),
    (
        "standardised-score",
        "direct standardisation (Fleiss, Levin, Paik 2003): the rates both groups would have with everybody's mixture of strata, over the strata that have both; score interval of Miettinen and Nurminen (1985) over strata with those weights",
    ),
    (
        "mantel-haenszel-design-effect",
        "the interval of Mantel and Haenszel for independent rows (Greenland, Robins 1985; Sato 1989; Robins, Breslow, Greenland 1986), widened by the square root of the design effect of the crude gap over people, with Student's t; approximate (Rao, Scott 1981)",
    ),
    (
        "stratified-score-design-effect",
        "the score interval over strata for independent rows, widened by the square root of the design effect of the crude gap over people, with Student's t; approximate (Rao, Scott 1981)",
    ),
    (
        "standardised-score-design-effect",
        "direct standardisation with the score interval over strata, widened by the square root of the design effect of the crude gap over people, with Student's t; approximate (Rao, Scott 1981)",
    ),
    (
        "cochran-mantel-haenszel",
        "the test that no stratum has a gap, against one of the same direction in all, without a continuity correction (Cochran 1954; Mantel, Haenszel 1959); for more than two groups the general association of Landis, Heyman and Koch (1978)",
    ),
    (
        "breslow-day-tarone",
        "the test that all strata share one odds ratio, by Breslow and Day (1980) with the correction of Tarone (1985)",
    ),
    (
        "pearson",
        "Pearson's chi-squared of all groups at once (Pearson 1900), with the likelihood ratio beside it; of equalized odds and predictive parity the sum over both parts. Its strength is Cramer's V less what chance alone gives (Bergsma 2013)",
    ),
    (
        "cochran-armitage",
        "the test of a trend along groups that have an order (Cochran 1954; Armitage 1955), with equally spaced scores",
    ),
    (
        "groups-exchanged",
        "groups exchanged at random with all totals kept, by Pearson's statistic: every table where there are few, else random ones until a hundred are at least as extreme (Besag, Clifford 1991; Phipson, Smyth 2010); where more than a fifth of the expected counts are below 5 or one is below 1 (Cochran 1954)",
    ),
    ("fisher-mid-p", "Fisher's exact test with mid-P, used where an expected count is below 1"),
];

pub fn method_words(id: &str) -> Option<&'static str> {
    METHODS.iter().find(|(name, _)| *name == id).map(|(_, words)| *words)
}

/// The method section.
pub fn method(document: &Document) -> Vec<Block> {
    let policy = &document.policy;
    let side = level((1.0 - policy.level) / 2.0);
    let adjust = match policy.adjust.as_str() {
        "holm" => {
            "Before a row is called not met, its one-sided p-value is corrected for the number of rows that were judged (Holm 1979)."
        }
        "bh" => {
            "Before a row is called not met, its one-sided p-value is corrected for the number of rows that were judged (Benjamini, Hochberg 1995)."
        }
        _ => "The number of rows that were judged is not allowed for.",
    };
    let verdicts = format!(
        "Intervals are two-sided at {}, so each side errs in {side}. A row is met when its whole interval is within the limits, not met \
         when the whole interval is beyond one of them, and inconclusive otherwise. {adjust} Denominators under {} are measured and not judged. \
         A number that has nothing to divide by is not defined; it is never shown as 0 or 1.",
        level(policy.level),
        policy.min_group
    );
    let mut blocks = vec![Block::Paragraph(verdicts)];
    if document.checks.iter().any(|row| row.evidence == "point") {
        let words = "Rows of a check with `evidence = \"point\"` are judged by the estimate alone, by exact arithmetic on counts.";
        blocks.push(Block::Paragraph(words.to_owned()));
    }
    if document.checks.iter().any(|row| row.evidence == "sequential") {
        blocks.push(Block::Paragraph(over_time(document)));
    }
    if document.checks.iter().any(|row| ["spread", "worst-ratio"].contains(&row.contrast.as_str())) {
        let words = "A spread or a worst ratio is met when every pair of groups is within the limit, and not met when one pair is \
                     beyond it after Holm's correction for the pairs; its printed interval holds for all pairs at once.";
        blocks.push(Block::Paragraph(words.to_owned()));
    }
    blocks.extend(binned(document));
    let mut used: Vec<&str> = document.measurements.iter().map(|m| m.method.as_str()).collect();
    used.extend(document.comparisons.iter().map(|c| c.method.as_str()));
    used.extend(document.comparisons.iter().filter_map(|c| c.test.as_deref()));
    used.extend(document.measurements.iter().filter_map(|m| m.test.as_deref()));
    used.extend(document.inequality.iter().map(|one| one.method.as_str()));
    if document.sequences.iter().any(|s| s.undefined.is_none()) {
        used.extend(["e-process", "confidence-sequence"]);
    }
    used.extend(document.change.iter().flat_map(|change| &change.numbers).map(|number| number.method.as_str()));
    used.extend(within_strata(document));
    used.extend(all_groups(document));
    used.sort_unstable();
    used.dedup();
    let methods = used.iter().filter_map(|id| method_words(id).map(|words| format!("{id}: {words}.")));
    blocks.push(Block::List(methods.collect()));
    let mut ids: Vec<&str> = Vec::new();
    for m in &document.measurements {
        if !ids.contains(&m.metric.as_str()) {
            ids.push(&m.metric);
        }
    }
    let formula = |id: &&str| {
        metrics::find(id).map(|metric| (metric.name.to_owned(), format!("{} {}", metric.says, metric.formula)))
    };
    blocks.push(Block::Facts(ids.iter().filter_map(formula).collect()));
    let mut cited: Vec<&str> =
        ids.iter().filter_map(|id| metrics::find(id)).flat_map(|m| m.cite.iter().copied()).collect();
    cited.sort_unstable();
    cited.dedup();
    let references = cited.iter().filter_map(|key| bundles::reference(key)).map(str::to_owned);
    blocks.push(Block::List(references.collect()));
    blocks
}

/// How rows are judged by evidence that was added up.
fn over_time(document: &Document) -> String {
    let needed = document.sequences.first().map(|s| odds(s.log_e_needed)).unwrap_or_default();
    let adjust = match document.policy.adjust.as_str() {
        "none" => "",
        _ => " The number of these rows is allowed for among themselves.",
    };
    format!(
        "Rows of a check with `evidence = \"sequential\"` are judged by evidence added up over periods and not by an interval: not met \
         once the evidence of being beyond a limit has reached {needed} at any look, met while the evidence of being within is at \
         least {needed}. Their numbers and intervals are of all periods together, and the intervals hold at every look. Their p-values \
         are 1 over the largest evidence so far.{adjust}"
    )
}

/// Methods of numbers within strata.
fn within_strata(document: &Document) -> Vec<&str> {
    let mut used = Vec::new();
    for adjusted in &document.adjusted {
        let standardised = adjusted.standardised.as_ref();
        let estimates = [&adjusted.ratio, &adjusted.difference, &adjusted.odds_ratio];
        used.extend(estimates.into_iter().flatten().map(|estimate| estimate.method.as_str()));
        used.extend(standardised.and_then(|s| s.difference.as_ref()).map(|estimate| estimate.method.as_str()));
        used.extend(adjusted.association.as_ref().map(|_| "cochran-mantel-haenszel"));
        used.extend(adjusted.homogeneity.as_ref().map(|_| "breslow-day-tarone"));
    }
    used
}

/// Methods of tests of all groups at once.
fn all_groups(document: &Document) -> Vec<&str> {
    let mut used = Vec::new();
    for omnibus in &document.omnibus {
        used.extend(omnibus.pearson.as_ref().map(|_| "pearson"));
        used.extend(omnibus.within_strata.as_ref().or(omnibus.directional.as_ref()).map(|_| "cochran-mantel-haenszel"));
        used.extend(omnibus.trend.as_ref().map(|_| "cochran-armitage"));
        used.extend(omnibus.permutation.as_ref().map(|_| "groups-exchanged"));
    }
    used
}

/// What is said where there were too many distinct scores to keep each.
fn binned(document: &Document) -> Option<Block> {
    document.measurements.iter().find(|m| m.bounds.is_some())?;
    let words = "There were more distinct scores than are kept, so those of the larger groups were put into some four thousand fine \
                 bins. What that leaves open is known for certain; it is printed beside the numbers as `bounds`, and intervals are \
                 widened by it.";
    Some(Block::Paragraph(words.to_owned()))
}
