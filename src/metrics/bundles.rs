//! Names of the field that stand for several metrics.

/// A name that stands for its parts; a check on it is a check on each.
pub struct Bundle {
    pub id: &'static str,
    pub parts: &'static [&'static str],
    pub says: &'static str,
    pub cite: &'static [&'static str],
}

pub static BUNDLES: &[Bundle] = &[
    Bundle {
        id: "demographic-parity",
        parts: &["selection-rate"],
        says: "Every group gets the favourable decision equally often.",
        cite: &["dwork-2012"],
    },
    Bundle {
        id: "equal-opportunity",
        parts: &["true-positive-rate"],
        says: "Among people whose label is positive, every group is selected equally often.",
        cite: &["hardt-2016"],
    },
    Bundle {
        id: "equalized-odds",
        parts: &["true-positive-rate", "false-positive-rate"],
        says: "Among people with the same label, every group is selected equally often.",
        cite: &["hardt-2016"],
    },
    Bundle {
        id: "predictive-parity",
        parts: &["positive-predictive-value", "negative-predictive-value"],
        says: "A decision means the same for every group: those selected, and those not, are right equally often.",
        cite: &["chouldechova-2017"],
    },
];

pub fn find(name: &str) -> Option<&'static Bundle> {
    BUNDLES.iter().find(|bundle| bundle.id == name)
}

/// The papers and rules that declarations cite.
pub static REFERENCES: &[(&str, &str)] = &[
    ("dwork-2012", "Dwork, Hardt, Pitassi, Reingold, Zemel: Fairness through awareness. ITCS 2012."),
    ("hardt-2016", "Hardt, Price, Srebro: Equality of opportunity in supervised learning. NeurIPS 2016."),
    ("chouldechova-2017", "Chouldechova: Fair prediction with disparate impact. Big Data 5(2), 2017."),
    (
        "berk-2021",
        "Berk, Heidari, Jabbari, Kearns, Roth: Fairness in criminal justice risk assessments. Sociological Methods & Research 50(1), 2021.",
    ),
    ("ugesp-1978", "Uniform Guidelines on Employee Selection Procedures, 29 CFR 1607.4(D)."),
    ("saleiro-2018", "Saleiro et al.: Aequitas, a bias and fairness audit toolkit. arXiv 1811.05577, 2018."),
    (
        "brodersen-2010",
        "Brodersen, Ong, Stephan, Buhmann: The balanced accuracy and its posterior distribution. ICPR 2010.",
    ),
    (
        "matthews-1975",
        "Matthews: Comparison of the predicted and observed secondary structure of T4 phage lysozyme. BBA 405(2), 1975.",
    ),
    (
        "kleinberg-2017",
        "Kleinberg, Mullainathan, Raghavan: Inherent trade-offs in the fair determination of risk scores. ITCS 2017.",
    ),
    (
        "delong-1988",
        "DeLong, DeLong, Clarke-Pearson: Comparing the areas under two or more correlated receiver operating characteristic curves. Biometrics 44, 1988.",
    ),
    (
        "newcombe-2006",
        "Newcombe: Confidence intervals for an effect size measure based on the Mann-Whitney statistic, part 2. Statistics in Medicine 25, 2006.",
    ),
    (
        "boyd-2013",
        "Boyd, Eng, Page: Area under the precision-recall curve: point estimates and confidence intervals. ECML PKDD 2013.",
    ),
    (
        "brier-1950",
        "Brier: Verification of forecasts expressed in terms of probability. Monthly Weather Review 78, 1950.",
    ),
    ("good-1952", "Good: Rational decisions. Journal of the Royal Statistical Society B 14, 1952."),
    (
        "debray-2017",
        "Debray et al.: A guide to systematic review and meta-analysis of prediction model performance. BMJ 356, 2017.",
    ),
    ("cox-1958", "Cox: Two further applications of a model for binary regression. Biometrika 45, 1958."),
    (
        "van-calster-2019",
        "Van Calster et al.: Calibration, the Achilles heel of predictive analytics. BMC Medicine 17, 2019.",
    ),
    (
        "naeini-2015",
        "Naeini, Cooper, Hauskrecht: Obtaining well calibrated probabilities using Bayesian binning. AAAI 2015.",
    ),
    ("kumar-2019", "Kumar, Liang, Ma: Verified uncertainty calibration. NeurIPS 2019."),
    (
        "blasiok-2023",
        "Blasiok, Nakkiran: Smooth ECE: principled reliability diagrams via kernel smoothing. arXiv 2309.12236, 2023.",
    ),
    (
        "arrieta-ibarra-2022",
        "Arrieta-Ibarra, Gujral, Tannen, Tygert, Xu: Metrics of calibration for probabilistic predictions. JMLR 23, 2022.",
    ),
    (
        "dimitriadis-2021",
        "Dimitriadis, Gneiting, Jordan: Stable reliability diagrams for probabilistic classifiers. PNAS 118, 2021.",
    ),
    ("wilson-1927", "Wilson: Probable inference, the law of succession, and statistical inference. JASA 22, 1927."),
    ("student-1908", "Student: The probable error of a mean. Biometrika 6, 1908."),
    (
        "welch-1947",
        "Welch: The generalization of Student's problem when several different population variances are involved. Biometrika 34, 1947.",
    ),
    ("yuen-1974", "Yuen: The two-sample trimmed t for unequal population variances. Biometrika 61, 1974."),
    (
        "kaplan-meier-1958",
        "Kaplan, Meier: Nonparametric estimation from incomplete observations. Journal of the American Statistical Association 53 (1958) 457-481.",
    ),
    (
        "brookmeyer-crowley-1982",
        "Brookmeyer, Crowley: A confidence interval for the median survival time. Biometrics 38 (1982) 29-41.",
    ),
    (
        "irwin-1949",
        "Irwin: The standard error of an estimate of expectation of life. Journal of Hygiene 47 (1949) 188-189.",
    ),
    (
        "royston-parmar-2013",
        "Royston, Parmar: Restricted mean survival time. BMC Medical Research Methodology 13 (2013) 152.",
    ),
    ("conover-1999", "Conover: Practical nonparametric statistics, 3rd edition, section 3.2. Wiley, 1999."),
    ("hyndman-fan-1996", "Hyndman, Fan: Sample quantiles in statistical packages. American Statistician 50, 1996."),
    ("rijsbergen-1979", "van Rijsbergen: Information Retrieval, 2nd edition. Butterworths, 1979."),
];

pub fn reference(key: &str) -> Option<&'static str> {
    REFERENCES.iter().find(|(id, _)| *id == key).map(|(_, text)| *text)
}
