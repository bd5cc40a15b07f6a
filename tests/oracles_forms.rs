//! The rule's own examples and published figures about forms: every printed figure of every table, the slips of the rule, the
//! median, and bounds for unknown categories.

use std::collections::BTreeMap;

use evenhand::cell::Trials;
use evenhand::exact::{Exact, fraction};
use evenhand::forms::consistency::misfits;
use evenhand::forms::impact::{self, Category, Excluding, Making};
use evenhand::forms::printed;
use evenhand::inference::partial::membership;
use evenhand::profiles;
use evenhand::result::{Group, Impact, ImpactRow, ImpactTable};
use serde_json::Value;

fn oracle(name: &str) -> Value {
    let file: Value = serde_json::from_str(include_str!("oracles/forms.json")).expect("JSON");
    file["oracles"][name].clone()
}

/// The names of the intersectional rows are shortened in the oracle.
const RACES: [(&str, &str); 7] = [
    ("Hispanic", "Hispanic or Latino"),
    ("White", "White"),
    ("Black", "Black or African American"),
    ("NHPI", "Native Hawaiian or Pacific Islander"),
    ("Asian", "Asian"),
    ("AIAN", "Native American or Alaska Native"),
    ("Two+", "Two or More Races"),
];

fn group_of(table: &str, name: &str) -> Group {
    let pair = |axis: &str, level: &str| (axis.to_owned(), level.to_owned());
    match table {
        "both" => {
            let (race, sex) = name.rsplit_once(' ').expect("race and sex");
            let race = RACES.iter().find(|(short, _)| *short == race).expect("a category").1;
            Group::from([pair("sex", sex), pair("race_ethnicity", race)])
        }
        "sex" => Group::from([pair("sex", name)]),
        _ => Group::from([pair("race_ethnicity", name)]),
    }
}

fn count(value: &Value) -> u64 {
    value.as_u64().expect("a count")
}

fn making(rates: u32, ratios: u32) -> Making {
    let below = Exact::parse("0.02").expect("a number");
    Making { below, excluding: Excluding::None, assessed: 10_000, rate_digits: rates, ratio_digits: ratios }
}

/// A table of the form from the rows of the oracle, in the digits of the oracle.
fn table(name: &str, of: &Value) -> ImpactTable {
    let category = |row: &Value| Category {
        name: row["group"].as_str().expect("a name").to_owned(),
        group: group_of(name, row["group"].as_str().expect("a name")),
        trials: Trials { hits: count(&row["favourable"]), of: count(&row["n"]) },
        unknown_elsewhere: 0,
    };
    let categories: Vec<Category> = of["rows"].as_array().expect("rows").iter().map(category).collect();
    let digits = &of["print_digits"];
    let making = making(count(&digits["rate_pct"]) as u32, count(&digits["impact_ratio"]) as u32);
    impact::table(name, Vec::new(), &categories, Trials::default(), &making)
}

fn tables(of: &Value) -> Vec<ImpactTable> {
    [("sex", "sex"), ("race", "race_ethnicity"), ("both", "intersectional")]
        .into_iter()
        .map(|(name, key)| table(name, &of[key]))
        .collect()
}

/// A whole percent that is printed without its decimal in a table of one decimal: 75 for 75.0.
fn same(shown: &str, printed: &str) -> bool {
    shown == printed || shown.strip_suffix(".0") == Some(printed)
}

#[test]
fn every_printed_figure_of_the_rule_follows_from_its_counts() {
    let (mut figures, mut differ) = (0, Vec::new());
    for name in ["O1", "O2"] {
        let oracle = oracle(name);
        for (found, key) in tables(&oracle).iter().zip(["sex", "race_ethnicity", "intersectional"]) {
            for (row, expected) in found.rows.iter().zip(oracle[key]["rows"].as_array().expect("rows")) {
                let close = |got: Option<f64>, want: &Value| {
                    (got.expect("a number") - want.as_f64().expect("a number")).abs() < 1e-12
                };
                assert!(close(row.rate, &expected["rate"]), "{name} {key} {}", row.category);
                assert!(close(row.impact_ratio, &expected["impact_ratio"]), "{name} {key} {}", row.category);
                for (shown, printed) in
                    [(&row.rate_printed, "printed_rate_pct"), (&row.ratio_printed, "printed_impact_ratio")]
                {
                    figures += 1;
                    let (shown, printed) =
                        (shown.as_deref().expect("shown"), expected[printed].as_str().expect("text"));
                    if !same(shown, printed) {
                        differ.push(format!("{name} {key} {}: {shown}, printed {printed}", row.category));
                    }
                }
            }
        }
    }
    assert_eq!(figures, 2 * 2 * (2 + 7 + 14));
    // 18 of 28 is 64.28…: the rule cuts where it otherwise rounds.
    assert_eq!(differ, ["O2 race_ethnicity Hispanic or Latino: 64.3, printed 64.2"]);
}

#[test]
fn the_slip_of_the_rule_is_found_and_nothing_else() {
    let of = |name: &str| Impact { tables: tables(&oracle(name)), ..Impact::default() };
    let found = misfits(&of("O1"));
    let told: Vec<String> = found.iter().map(|m| format!("{} {}: {}", m.table, m.category, m.says)).collect();
    assert_eq!(told, ["race Hispanic or Latino: it is 408/204, but the intersectional rows give 395/172"]);
    assert_eq!(misfits(&of("O2")), []);
}

#[test]
fn each_kind_of_contradiction_is_found() {
    let good = Impact { tables: tables(&oracle("O2")), ..Impact::default() };
    let told = |change: &dyn Fn(&mut ImpactRow)| {
        let mut impact = good.clone();
        change(&mut impact.tables[0].rows[0]);
        misfits(&impact).iter().map(|misfit| misfit.says.clone()).collect::<Vec<_>>().join("; ")
    };
    assert!(told(&|row| row.rate = Some(0.5)).contains("the rate is not 50 divided by 92"));
    assert!(told(&|row| row.impact_ratio = Some(1.1)).contains("above 1"));
    assert!(told(&|row| row.impact_ratio = Some(0.9)).contains("is not 1"));
    assert!(told(&|row| row.excluded = true).contains("left out of the ratios and has one"));
    assert!(told(&|row| row.hits = 93).contains("more than all"));
    assert!(told(&|row| row.individuals = 93).contains("93/50, but the intersectional rows give 92/50"));
    // A person whose race is unknown is in the table of sex and in no intersectional row.
    let of_unknown = |hits: u64| {
        told(&|row| {
            (row.individuals, row.hits, row.unknown_elsewhere) = (93, hits, 1);
            row.rate = fraction(hits, 93).map(|share| evenhand::exact::approximate(&share));
        })
    };
    assert_eq!(of_unknown(50), "");
    assert_eq!(of_unknown(51), "");
    assert!(of_unknown(52).contains("beside 1 of unknown category"));
}

#[test]
fn leaving_out_a_small_category_moves_the_reference() {
    // A category of 1.9% with the highest rate, one of exactly 2% (which is not less than 2%), and a large one.
    let category = |name: &str, hits: u64, of: u64| Category {
        name: name.to_owned(),
        group: Group::from([("race".to_owned(), name.to_owned())]),
        trials: Trials { hits, of },
        unknown_elsewhere: 0,
    };
    let categories =
        [category("small", 19, 19), category("edge", 16, 20), category("large", 480, 961), category("none", 0, 0)];
    let of = |excluding: Excluding, assessed: u64| {
        let making = Making { excluding, assessed, ..making(1, 3) };
        impact::table("race", Vec::new(), &categories, Trials::default(), &making)
    };
    let ratios = |table: &ImpactTable| {
        table.rows.iter().map(|row| row.ratio_printed.clone().unwrap_or_else(|| "–".to_owned())).collect::<Vec<_>>()
    };
    assert_eq!(ratios(&of(Excluding::None, 1000)), ["1.000", "0.800", "0.499", "–"]);
    let table = of(Excluding::Table, 1000);
    assert_eq!(ratios(&table), ["–", "1.000", "0.624", "–"]);
    let small = &table.rows[0];
    // What is left out keeps its number and its rate.
    assert!(small.excluded && small.impact_ratio.is_none() && small.individuals == 19);
    assert_eq!(small.rate_printed.as_deref(), Some("100.0"));
    assert!(!table.rows[1].excluded, "exactly 2% is not less than 2%");
    // Among 1,001 who were assessed, 20 are less than 2%: the base decides.
    assert_eq!(ratios(&of(Excluding::AllAssessed, 1001)), ["–", "–", "1.000", "–"]);
    // Every variant is there whatever the table does.
    for excluding in Excluding::ALL {
        let table = of(excluding, 1001);
        let edge: BTreeMap<&str, Option<&str>> = table.rows[1]
            .variants
            .iter()
            .map(|variant| (variant.excluded_by.as_str(), variant.ratio_printed.as_deref()))
            .collect();
        let expected = [("none", Some("0.800")), ("table", Some("1.000")), ("all_assessed", None)];
        assert_eq!(edge, BTreeMap::from(expected));
    }
}

#[test]
fn leaving_out_small_categories_changes_what_a_posted_review_shows() {
    let oracle = oracle("O10");
    let category = |row: &Value| Category {
        name: row[0].as_str().expect("a name").to_owned(),
        trials: Trials { hits: count(&row[1]), of: count(&row[2]) },
        ..Category::default()
    };
    let categories: Vec<Category> = oracle["rows"].as_array().expect("rows").iter().map(category).collect();
    let ratio = |excluding: Excluding, category: &str, digits: u32| {
        let making = Making { excluding, assessed: count(&oracle["total"]), ..making(1, digits) };
        let table = impact::table("race", Vec::new(), &categories, Trials::default(), &making);
        assert_eq!(table.individuals, count(&oracle["total"]));
        let row = table.rows.into_iter().find(|row| row.category == category).expect("a row");
        row.ratio_printed.expect("a ratio")
    };
    assert_eq!(ratio(Excluding::None, "Asian", 3), oracle["kept"]["Asian"]);
    for excluding in [Excluding::Table, Excluding::AllAssessed] {
        assert_eq!(ratio(excluding, "Asian", 3), oracle["left_out"]["Asian"]);
        assert_eq!(ratio(excluding, "White", 3), oracle["left_out"]["White"]);
        assert_eq!(ratio(excluding, "Asian", 2), oracle["posted"]["Asian"]);
    }
}

#[test]
fn bounds_for_an_unknown_category_are_the_published_ones() {
    let oracle = oracle("O11");
    let trials = |key: &str| Trials { hits: count(&oracle[key][0]), of: count(&oracle[key][1]) };
    let (own, reference, unknown) = (trials("own"), trials("reference"), count(&oracle["unknown"]));
    let four = |value: f64| (value * 1e4).round() / 1e4;
    let close = |got: f64, want: &Value| assert_eq!(four(got), want.as_f64().expect("a number"));
    let point = own.share().expect("a share") / reference.share().expect("a share");
    close(point, &oracle["point"]);
    let naive = impact::naive(own, reference, unknown).expect("bounds");
    close(naive.low, &oracle["naive"][0]);
    close(naive.high, &oracle["naive"][1]);
    // How many of unknown sex were selected was not published: the bounds over every number there could be.
    let (mut low, mut high) = (f64::INFINITY, f64::NEG_INFINITY);
    for hits in 0..=unknown {
        let bounds = membership::ratio(own, reference, Trials { hits, of: unknown }).expect("bounds");
        (low, high) = (low.min(bounds.low), high.max(bounds.high));
    }
    close(low, &oracle["joint"][0]);
    close(high, &oracle["joint"][1]);
    // With the outcomes known, what the form prints lies within.
    let known = impact::bounds(own, reference, Trials { hits: 700, of: unknown }).expect("bounds");
    let joint = known.joint.expect("bounds");
    assert!(joint.low > low && joint.high.is_some_and(|end| end < high), "{joint:?}");
    assert!(impact::bounds(own, reference, Trials::default()).is_none(), "nobody is unknown");
}

#[test]
fn figures_are_rounded_from_the_counts() {
    // 44% over 52% would be 0.846; 170/390 over 412/797 is 0.843.
    let share = |hits, of| fraction(hits, of).expect("a share");
    assert_eq!(printed::half_up(&(share(170, 390) / share(412, 797)), 2), "0.84");
    assert_eq!(printed::half_up(&(share(44, 100) / share(52, 100)), 2), "0.85");
}

#[test]
fn the_threshold_of_the_rule_is_in_its_file_only() {
    let rules = &profiles::find("ll144").expect("the form").rules;
    assert_eq!(rules.exclude_below().expect("a share").value, Exact::parse("1/50").expect("a number").value);
    assert_eq!((rules.sexes.len(), rules.races.len()), (2, 7));
}
