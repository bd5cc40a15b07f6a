//! What a public report shows of measured outcomes tells nothing of a few people, and what it says of itself is so.

use crate::support::audit_text;
use evenhand::release::{Audience, release};
use evenhand::render::Format;
use evenhand::result::{Document, Measurement, Verdict};

const POLICY: &str = "version = 1\ndata = { decision = \"sold\", favourable = [1], count = \"rows\" }\nattribute = [{ name = \"sex\" }]\n";
const SPENT: &str = "[[outcome]]\nname = \"spent\"\nkind = \"amount\"\nunit = \"EUR\"\nbetter = \"more\"\n";
const MONEY: &str = "[[check]]\nid = \"money\"\nmetric = \"spent.mean\"\ncontrast = \"ratio\"\nwithin = \"4/5\"\n";

/// 200 women and 200 men, of whom 120 and 140 were sold something; `women` are rows of what women spent and were predicted to.
fn sales(women: &str) -> String {
    format!("sex,sold,spent,predicted,rows\n{women}m,1,100,110,140\nm,0,90,95,60\n")
}

fn public(document: &Document, published: &[Document]) -> Document {
    release(document.clone(), Audience::Public, published).expect("released").document().clone()
}

fn measured<'a>(document: &'a Document, metric: &str, sex: &str) -> &'a Measurement {
    let of = |m: &&Measurement| m.metric == metric && m.group.get("sex").is_some_and(|level| level == sex);
    document.measurements.iter().find(of).unwrap_or_else(|| panic!("no {metric} of {sex}"))
}

/// Of 200 women 3 have a prediction that was 50 too high: the mean error of women is the error of each of them.
#[test]
fn an_error_of_prediction_that_rests_on_few_is_hidden() {
    let policy = format!("{POLICY}{SPENT}prediction = \"predicted\"\n{MONEY}");
    let few = audit_text(&policy, &sales("f,1,100,150,3\nf,1,100,,117\nf,0,100,,80\n"));
    assert_eq!(measured(&few, "spent.bias", "f").value, Some(50.0));
    let shown = public(&few, &[]);
    for metric in ["spent.bias", "spent.mean-absolute-error", "spent.root-mean-squared-error"] {
        for sex in ["f", "m"] {
            let m = measured(&shown, metric, sex);
            assert_eq!((m.value, m.undefined.as_deref()), (None, Some("suppressed")), "{metric} of {sex}");
        }
    }
    assert!(measured(&shown, "spent.mean", "f").value.is_some(), "everybody has an amount");
    // All but 3 have one: what those 3 lack is told by what the others have.
    let most = public(&audit_text(&policy, &sales("f,1,100,150,117\nf,1,100,,3\nf,0,100,90,80\n")), &[]);
    assert_eq!(measured(&most, "spent.bias", "f").value, None);
    let enough = public(&audit_text(&policy, &sales("f,1,100,150,60\nf,1,100,,60\nf,0,100,,80\n")), &[]);
    assert_eq!(measured(&enough, "spent.bias", "f").value, Some(50.0));
}

/// All 200 women have an amount, and all but 3 a decision: the 3 are what is between the two.
#[test]
fn few_without_a_decision_are_not_told_by_an_outcome() {
    let hidden = |undecided: u64| {
        let rows = format!("f,1,100,110,{}\nf,0,100,,80\nf,,100,100,{undecided}\n", 120 - undecided);
        let shown = public(&audit_text(&format!("{POLICY}{SPENT}{MONEY}"), &sales(&rows)), &[]);
        let of = |metric: &str, sex: &str| measured(&shown, metric, sex).undefined.as_deref() == Some("suppressed");
        ["spent.answered", "spent.mean"].map(|metric| of(metric, "f") && of(metric, "m"))
    };
    assert_eq!([hidden(3), hidden(10)], [[true; 2]; 2]);
    assert_eq!([hidden(0), hidden(30)], [[false; 2]; 2]);
}

/// 5 of 200 women have an amount; no decision has so small a count.
#[test]
fn hidden_outcomes_are_told_though_no_group_is_hidden() {
    let policy = format!("{POLICY}{SPENT}{MONEY}[statistics]\nadjust = \"holm\"\n");
    let document = audit_text(&policy, &sales("f,1,100,,5\nf,1,,,115\nf,0,,,80\n"));
    let shown = public(&document, &[]);
    let privacy = shown.privacy.as_ref().expect("it is for the public");
    assert_eq!((privacy.hidden, privacy.hidden_besides, privacy.hidden_outcomes), (0, 0, 1));
    assert!(shown.checks.iter().all(|row| row.rows_needed.is_none() && row.p_adjusted.is_none()));
    let released = release(document, Audience::Public, &[]).expect("released");
    let text = String::from_utf8(Format::Markdown.to_bytes(&released).expect("rendered")).expect("text");
    assert!(!text.contains("there are none here"), "{text}");
    assert!(text.contains("every group of that way of grouping: 1 measured quantity."), "{text}");
    assert!(text.contains("given to three digits"), "{text}");
}

/// 60 of 200 women had an amount when the first edition was published, and 65 in the second: with both, the mean of the five is
/// (65 second - 60 first) / 5.
#[test]
fn an_outcome_that_few_have_more_of_than_was_published_is_hidden() {
    let policy = format!("{POLICY}{SPENT}{MONEY}");
    let audit = |answered: u64| {
        let rest = 120 - answered;
        audit_text(&policy, &sales(&format!("f,1,100,,{answered}\nf,1,,,{rest}\nf,0,,,80\n")))
    };
    let first = public(&audit(60), &[]);
    let before = std::slice::from_ref(&first);
    let value = |document: &Document| measured(document, "spent.mean", "f").value;
    assert_eq!(value(&public(&audit(65), &[])), Some(100.0));
    let few = public(&audit(65), before);
    assert_eq!(
        (value(&few), few.privacy.as_ref().map(|privacy| privacy.hidden_outcomes)),
        (None, Some(2)),
        "of women, and of everybody"
    );
    for same_or_many in [60, 100] {
        assert_eq!(value(&public(&audit(same_or_many), before)), Some(100.0), "{same_or_many}");
    }
}

/// An amount below 0 leaves no ratio of middle values, and 30 values none of their limits: with 0.9^30 > 0.025 all may lie below the
/// value that a tenth have more of.
#[test]
fn the_public_has_no_interval_that_the_result_withholds() {
    let policy = format!("{POLICY}{SPENT}{MONEY}");
    for (women, median, shown_median) in [
        ("f,1,-10,,20\nf,1,110.456,,100\nf,0,120.789,,80\n", 110.456, 110.0),
        // The middle of 15 and 15 lies half way: (110.456 + 120.789) / 2.
        ("f,1,110.456,,15\nf,0,120.789,,15\n", 115.6225, 116.0),
    ] {
        let document = audit_text(&policy, &sales(women));
        let shown = public(&document, &[]);
        let mut withheld = 0;
        for (all, told) in document.comparisons.iter().zip(&shown.comparisons) {
            assert_eq!((&all.metric, &all.contrast, &all.group), (&told.metric, &told.contrast, &told.group));
            assert!(all.value.is_some() || told.value.is_none(), "{told:?}");
            assert!(all.low.is_some() || told.low.is_none(), "{told:?}");
            assert!(all.high.is_some() || told.high.is_none(), "{told:?}");
            withheld += usize::from(all.metric.starts_with("spent.") && (all.value.is_none() || all.high.is_none()));
        }
        assert!(withheld > 0, "{women}");
        assert_eq!(measured(&document, "spent.median", "f").value, Some(median));
        assert_eq!(measured(&shown, "spent.median", "f").value, Some(shown_median));
    }
}

/// One row is beyond its limits and let through: the run comes to what it came to with the waiver.
#[test]
fn the_public_is_told_what_the_run_came_to_with_its_waivers() {
    let policy = "version = 1\ndata = { decision = \"sold\", favourable = [1], count = \"rows\" }\nattribute = [{ name = \"sex\" }]\n\
                  [[check]]\nid = \"ratio\"\nmetric = \"selection-rate\"\ncontrast = \"ratio\"\nwithin = \"4/5\"\n\
                  [[waiver]]\nid = \"WV-1\"\ncheck = \"ratio\"\ngroup = { sex = \"f\" }\nreason = \"They have a tariff of their own until \
                  the end of the year.\"\nowner = \"a@example.org\"\napproved_by = \"b@example.org\"\nexpires = 2026-03-31\n";
    let document = audit_text(policy, "sex,sold,rows\nf,1,300\nf,0,700\nm,1,900\nm,0,1100\n");
    assert_eq!((document.verdict, document.exit_code), (Verdict::Inconclusive, 0), "all rows are let through");
    let shown = public(&document, &[]);
    assert_eq!((shown.verdict, shown.exit_code), (Verdict::Inconclusive, 0));
    assert_eq!(shown.statement, document.statement);
    assert!(shown.statement.contains("1 results are under a time-limited exception"));
    let released = release(document, Audience::Public, &[]).expect("released");
    for format in [Format::Text, Format::Markdown, Format::Html, Format::Json] {
        let text = String::from_utf8(format.to_bytes(&released).expect("rendered")).expect("text");
        for word in ["WV-1", "Gate: ", "example.org"] {
            assert!(!text.contains(word), "{word} in {}", format.name());
        }
    }
    let text = String::from_utf8(Format::Markdown.to_bytes(&released).expect("rendered")).expect("text");
    assert!(text.contains("The one check row is beyond its limits and is let through for a time."), "{text}");
}
