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
    ("rijsbergen-1979", "van Rijsbergen: Information Retrieval, 2nd edition. Butterworths, 1979."),
];

pub fn reference(key: &str) -> Option<&'static str> {
    REFERENCES.iter().find(|(id, _)| *id == key).map(|(_, text)| *text)
}
