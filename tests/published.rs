//! Figures that others published of data that are not here, found again from their published counts.

use crate::support::{audit_text, close, comparison, group};

/// Customers of the Telco churn sample (IBM) by sex, age and whether they left: women 939 of 3,488, men 930 of 3,555; of 65 and over
/// 476 of 1,142, of these women 240 of 568; the rest is subtraction.
const CHURN: &str = "gender,senior,churn,rows\nF,yes,Yes,240\nF,yes,No,328\nM,yes,Yes,236\nM,yes,No,338\n\
                     F,no,Yes,699\nF,no,No,2221\nM,no,Yes,694\nM,no,No,2287\n";

fn policy(attribute: &str, decision: &str, favourable: &str) -> String {
    format!(
        "version = 1\n[data]\ndecision = \"{decision}\"\nfavourable = [\"{favourable}\"]\ncount = \"rows\"\n[[attribute]]\nname = \"{attribute}\"\n"
    )
}

/// The ratio, Pearson's statistic without continuity correction, and Fisher's exact test.
#[test]
fn older_customers_of_the_telco_sample_leave_more_often() {
    let found = audit_text(&policy("senior", "churn", "Yes"), CHURN);
    let ratio = comparison(&found, "selection-rate", "ratio", &group(&[("senior", "yes")]));
    close(ratio.value.expect("a ratio"), 1.7656936, 5e-8, "ratio");
    let fisher = ratio.details.as_ref().map(|details| details.fisher_p).expect("Fisher's test");
    close(fisher * 1e34, 2.7896, 5e-5, "Fisher");
    let pearson = found.omnibus.iter().find(|one| one.metric == "selection-rate").and_then(|one| one.pearson.as_ref());
    close(pearson.expect("a test").chi2, 160.3521, 5e-5, "chi-squared");
}

/// A model that flags a fifth of the test half of the same sample: of the younger 484 of 2,889 get the offer, of the older 205 of 554;
/// of one sex 336 of 1,749, of the other 353 of 1,694. The published intervals are Wald's of the logarithm, so ours by the score
/// are near them and not the same.
#[test]
fn a_retention_offer_of_the_telco_sample_is_a_burden_or_a_benefit() {
    let by = |name: &str, groups: [(&str, u64, u64); 2]| {
        groups.iter().fold(format!("{name},flag,rows\n"), |csv, (level, hits, of)| {
            csv + &format!("{level},1,{hits}\n{level},0,{}\n", of - hits)
        })
    };
    let ages = by("age", [("younger", 484, 2889), ("older", 205, 554)]);
    let held = |text: &str| text.replace("name = \"age\"\n", "name = \"age\"\nreference = { group = \"older\" }\n");
    let younger = group(&[("age", "younger")]);
    for (good, ratio, limits) in [("1", 0.453, Some((0.395, 0.519))), ("0", 1.0 / 0.757, None)] {
        let found = audit_text(&held(&policy("age", "flag", good)), &ages);
        let found = comparison(&found, "selection-rate", "ratio", &younger);
        close(found.value.expect("a ratio"), ratio, 1e-3, "ratio");
        if let Some((low, high)) = limits {
            close(found.low.expect("a limit"), low, 3e-3, "low");
            close(found.high.expect("a limit"), high, 3e-3, "high");
        }
    }
    let sexes = by("sex", [("a", 336, 1749), ("b", 353, 1694)]);
    let text = policy("sex", "flag", "1").replace("\"sex\"\n", "\"sex\"\nreference = { group = \"b\" }\n");
    let found = audit_text(&text, &sexes);
    let found = comparison(&found, "selection-rate", "ratio", &group(&[("sex", "a")]));
    close(found.value.expect("a ratio"), 0.922, 5e-4, "ratio");
    close(found.low.expect("a limit"), 0.807, 3e-3, "low");
    close(found.high.expect("a limit"), 1.054, 3e-3, "high");
}

/// Hillstrom's mailing: 42,694 customers got one of two letters and 21,306 none; .1670492 and .1061673 of them came to the site
/// within two weeks, which is 7,132 and 2,262. The interval of the difference is Wald's to four digits where shares are these:
/// .0608819 ± 1.959964 sqrt(.1670492 × .8329508 / 42694 + .1061673 × .8938327 / 21306) = .05544 to .06633. Counts of segments are
/// not published with the figures of segments.
#[test]
fn the_mailing_of_hillstrom_brought_visits() {
    let csv = "mailed,visited,rows\n1,1,7132\n1,0,35562\n0,1,2262\n0,0,19044\n";
    let text = "version = 1\n[data]\ncount = \"rows\"\n[[outcome]]\nname = \"visited\"\nkind = \"yes-no\"\nyes = [1]\nbetter = \"more\"\n\
                [campaign]\ntreatment = \"mailed\"\ntreated = [1]\nassignment = \"random\"\nshare = \"0.6667\"\n";
    let found = audit_text(text, csv);
    let campaign = found.campaign.expect("a campaign");
    let lift = &campaign.lifts[0];
    close(lift.treated.value.expect("a share"), 0.1670492, 5e-8, "treated");
    close(lift.control.value.expect("a share"), 0.1061673, 5e-8, "control");
    close(lift.lift.expect("a lift"), 0.0608819, 1e-7, "lift");
    close(lift.low.expect("a limit"), 0.05544, 1e-4, "low");
    close(lift.high.expect("a limit"), 0.06633, 1e-4, "high");
}
