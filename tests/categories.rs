//! Outcomes of several categories: each counted, told apart from the others, and judged like any other share.

use std::fmt::Write;

use crate::support::{
    audit_text, check_row, close, close_relative, comparison, group, measurement, try_audit_text, try_policy,
};
use evenhand::error::Error;
use evenhand::release::{Audience, release};
use evenhand::result::{Document, Verdict};

const HEAD: &str =
    "version = 1\ndata = { count = \"rows\" }\nattribute = [{ name = \"shop\", reference = { group = \"b\" } }]\n";
const CHANNEL: &str =
    "[[outcome]]\nname = \"channel\"\nkind = \"category\"\ncategories = [\"web\", \"phone\", \"by letter\", \"1.0\"]\n";
const CHECK: &str =
    "[[check]]\nid = \"phone\"\nmetric = \"channel.share-of-phone\"\ncontrast = \"ratio\"\nwithin = \"4/5\"\n";

/// Two shops with so many rows of each category, and some without one.
fn rows(a: [u64; 5], b: [u64; 5]) -> String {
    let mut csv = "shop,channel,rows\n".to_owned();
    for (shop, counts) in [("a", a), ("b", b)] {
        for (category, count) in ["web", "phone", "by letter", "1", ""].iter().zip(counts) {
            writeln!(csv, "{shop},{category},{count}").expect("text");
        }
    }
    csv
}

fn audit(a: [u64; 5], b: [u64; 5]) -> Document {
    audit_text(&format!("{HEAD}{CHANNEL}{CHECK}"), &rows(a, b))
}

/// The counts of scipy 1.17.1 `scipy.stats.chi2_contingency([[30, 50, 15, 5], [60, 25, 10, 5]], correction=False)`; the distance is
/// half of |.30-.60| + |.50-.25| + |.15-.10|.
#[test]
fn every_category_is_counted_and_held_against_the_reference() {
    let document = audit([30, 50, 15, 5, 20], [60, 25, 10, 5, 0]);
    let shop = group(&[("shop", "a")]);
    for (metric, hits, of) in [
        ("channel.share-of-web", 30, 100),
        ("channel.share-of-phone", 50, 100),
        ("channel.share-of-by letter", 15, 100),
        ("channel.share-of-1", 5, 100),
        ("channel.answered", 100, 120),
    ] {
        let found = measurement(&document, metric, &shop);
        assert_eq!((found.numerator, found.denominator), (Some(hits), Some(of)), "{metric}");
    }
    let ratio = comparison(&document, "channel.share-of-phone", "ratio", &shop);
    close(ratio.value.expect("a ratio"), 2.0, 1e-12, "0.50 / 0.25");
    assert_eq!(check_row(&document, "phone", &shop).verdict, Verdict::NotMet);
    let [one] = document.outcome_comparisons.as_slice() else { panic!("one group and its reference") };
    close(one.distance.expect("a distance"), 0.3, 1e-12, "total variation");
    close_relative(one.p_value.expect("p"), 0.000_233_263_999_011_246_58, 1e-9, "chi2_contingency");
    assert_eq!(one.has_more.undefined.as_deref(), Some("no-order"));
    assert_eq!((one.standardised_gap.value, one.transport), (None, None));
}

/// With 2 of 200 rows by letter, 1 is expected in either shop: too few for the test, and not for the distance.
#[test]
fn a_table_that_is_too_thin_has_no_p_value() {
    let document = audit([50, 49, 1, 0, 0], [50, 49, 1, 0, 0]);
    let one = &document.outcome_comparisons[0];
    assert_eq!((one.distance, one.p_value), (Some(0.0), None));
    let enough = audit([50, 40, 10, 0, 0], [50, 40, 10, 0, 0]);
    assert_eq!(enough.outcome_comparisons[0].p_value, Some(1.0));
}

/// In which order rows come changes nothing, nor does how a category is written that is a number.
#[test]
fn rows_in_any_order_give_the_same() {
    let text = format!("{HEAD}{CHANNEL}{CHECK}");
    let csv = rows([30, 50, 15, 5, 20], [60, 25, 10, 5, 0]);
    let mut lines: Vec<String> = csv.lines().skip(1).map(|line| line.replace(",1,", ",1.00,")).collect();
    lines.reverse();
    let turned = audit_text(&text, &format!("shop,channel,rows\n{}\n", lines.join("\n")));
    assert_eq!(audit_text(&text, &csv).measurements, turned.measurements);
}

#[test]
fn a_value_that_is_no_category_is_told_with_its_line() {
    let csv = "shop,channel,rows\na,web,10\nb,fax,3\n";
    let Err(Error::Data(problem)) = try_audit_text(&format!("{HEAD}{CHANNEL}"), csv) else { panic!("it is refused") };
    let told = format!("{problem:?}");
    assert!(told.contains("none of the `categories`") && told.contains('3') && !told.contains("fax"), "{told}");
}

#[test]
fn mistakes_of_categories_are_told_at_once() {
    for (more, says) in [
        ("", "needs `categories`"),
        ("categories = [\"web\"]\n", "from 2 to 50"),
        ("categories = [\"1\", \"01\"]\n", "lists `01` twice"),
        ("categories = [\"web\", \"\"]\n", "`categories` and `missing` both list ``"),
        ("categories = [\"web\", \"phone\"]\nbetter = \"more\"\n", "leave `better` out"),
        ("categories = [\"web\", \"phone\"]\nbound = 1\n", "an answer in words is none"),
        ("categories = [\"web\", \"phone\"]\nyes = [\"web\"]\n", "`yes` is for kind = \"yes-no\""),
        ("categories = [\"web\", \"phone\"]\nunit = \"EUR\"\n", "an answer has no `unit`"),
    ] {
        let text = format!("{HEAD}[[outcome]]\nname = \"channel\"\nkind = \"category\"\n{more}");
        let told = try_policy(&text).expect_err(says);
        assert!(told.iter().any(|one| one.message.contains(says)), "{says}: {told:?}");
    }
    let other = format!(
        "{HEAD}[[outcome]]\nname = \"cost\"\nkind = \"amount\"\nbetter = \"less\"\ncategories = [\"a\", \"b\"]\n"
    );
    assert!(try_policy(&other).expect_err("an amount")[0].message.contains("is for kind = \"category\""));
    for metric in ["channel.share-of", "channel.share-of-fax", "channel.median"] {
        let text = format!("{HEAD}{CHANNEL}{}", CHECK.replace("channel.share-of-phone", metric));
        assert!(try_policy(&text).is_err(), "{metric}");
    }
}

/// The shares of all others would tell the one that is hidden, so none is shown.
#[test]
fn a_category_of_few_hides_all_of_them_from_the_public() {
    let shown = |letters: u64| {
        let document = audit([100, 80, letters, 20, 0], [90, 90, 30, 30, 0]);
        let released = release(document, Audience::Public, &[]).expect("released").document().clone();
        let of = |metric: &str| measurement(&released, metric, &group(&[("shop", "a")])).value.is_some();
        // How far two groups are apart by all of them is never told to the public.
        assert!(released.outcome_comparisons.is_empty());
        ["channel.share-of-web", "channel.share-of-by letter", "channel.answered"].map(of)
    };
    assert_eq!(shown(3), [false; 3]);
    assert_eq!(shown(40), [true; 3]);
}

/// Categories have no size of which a campaign could bring more.
#[test]
fn a_campaign_leaves_categories_out_and_says_so() {
    let campaign = "[campaign]\ntreatment = \"mailed\"\ntreated = [1]\n";
    let alone = try_policy(&format!("{HEAD}{CHANNEL}{campaign}")).expect_err("nothing is left");
    assert!(alone[0].message.contains("or is a category"), "{alone:?}");
    let bought = "[[outcome]]\nname = \"bought\"\nkind = \"yes-no\"\nyes = [1]\nbetter = \"more\"\n";
    let csv = "shop,channel,bought,mailed,rows\na,web,1,1,40\na,phone,0,0,60\nb,web,1,0,50\nb,phone,0,1,50\n";
    let document = audit_text(&format!("{HEAD}{CHANNEL}{bought}{campaign}"), csv);
    let lifts = &document.campaign.as_ref().expect("a campaign").lifts;
    assert!(!lifts.is_empty() && lifts.iter().all(|lift| lift.outcome == "bought"));
    let said = document.not_tested.iter().find(|one| one.what == "how the arms differ by channel");
    assert!(said.is_some_and(|one| one.why.contains("no size")), "{:?}", document.not_tested);
}

/// What several numbers of one column tell beside each other: of 804 rows in a shop 4 are letters.
#[test]
fn numbers_of_one_column_tell_no_small_count_together() {
    let csv = rows([400, 300, 4, 100, 0], [400, 300, 100, 100, 0]);
    let yes_no = |name: &str, yes: &str| {
        format!(
            "[[outcome]]\nname = \"{name}\"\ncolumn = \"channel\"\nkind = \"yes-no\"\nyes = {yes}\nbetter = \"neither\"\n"
        )
    };
    let (web, phoned, shopped) =
        (yes_no("web", "[\"web\"]"), yes_no("phoned", "[\"phone\"]"), yes_no("shopped", "[1]"));
    let shown = |outcomes: &str, published: &[Document]| {
        let document = audit_text(&format!("{HEAD}[privacy]\nround = 1\n{outcomes}"), &csv);
        let released = release(document, Audience::Public, published).expect("released").document().clone();
        let of_a = released.measurements.iter().filter(|m| m.group == group(&[("shop", "a")]) && m.value.is_some());
        (of_a.map(|m| m.metric.clone()).collect::<Vec<_>>(), released)
    };
    // All but the letters; a set and one within it; two that overlap; a hidden category beside its column.
    for outcomes in [
        format!("{web}{phoned}{shopped}"),
        format!("{phoned}{}", yes_no("either", "[\"phone\", \"by letter\"]")),
        format!("{}{}", yes_no("one", "[\"phone\", \"web\"]"), yes_no("two", "[\"phone\", \"by letter\"]")),
        format!("{CHANNEL}{web}"),
    ] {
        assert_eq!(shown(&outcomes, &[]).0, Vec::<String>::new(), "{outcomes}");
    }
    // Large counts tell large ones.
    for (outcomes, count) in [(web.clone(), 2), (format!("{web}{phoned}"), 4)] {
        assert_eq!(shown(&outcomes, &[]).0.len(), count, "{outcomes}");
    }
    // What an earlier edition told of the column counts as well, whatever it was called there.
    let (_, before) = shown(&yes_no("reached", "[\"phone\", \"by letter\"]"), &[]);
    assert_eq!(shown(&phoned, std::slice::from_ref(&before)).0, Vec::<String>::new());
    let (_, same) = shown(&yes_no("called", "[\"phone\"]"), &[]);
    assert_eq!(shown(&phoned, std::slice::from_ref(&same)).0.len(), 2);
}
