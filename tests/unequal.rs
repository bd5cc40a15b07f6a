//! How unequally outcomes are spread over everybody: the figures are those of a slow reference that looks at every pair, and what
//! cannot be told says why.

use crate::support::{SplitMix64, audit_text, close};
use evenhand::result::{Document, OutcomeInequality};

const HEAD: &str = "version = 1\n[data]\ndecision = \"done\"\nfavourable = [1]\n";

fn document(outcome: &str, values: &[f64]) -> Document {
    let csv = values.iter().fold("done,v\n".to_owned(), |csv, value| csv + &format!("1,{value}\n"));
    audit_text(&format!("{HEAD}[[outcome]]\nname = \"v\"\n{outcome}\n"), &csv)
}

fn of(outcome: &str, values: &[f64]) -> OutcomeInequality {
    document(outcome, values).outcome_inequality.remove(0)
}

const BURDEN: &str = "kind = \"amount\"\nbetter = \"less\"";
const GAIN: &str = "kind = \"amount\"\nbetter = \"more\"";

#[test]
fn figures_are_those_of_every_pair_of_rows() {
    let mut draw = SplitMix64(11);
    for rows in [10_usize, 40, 230] {
        let mut values: Vec<f64> = (0..rows).map(|_| (draw.below(400) * draw.below(100)) as f64 / 4.0).collect();
        values[0] = 1.0;
        let (burden, gain) = (of(BURDEN, &values), of(GAIN, &values));
        values.sort_by(f64::total_cmp);
        let n = rows as f64;
        let total: f64 = values.iter().sum();
        let pairs: f64 = values.iter().flat_map(|a| values.iter().map(move |b| (a - b).abs())).sum();
        close(burden.gini.value.expect("a coefficient"), pairs / (2.0 * n * total), 1e-9, "figure");
        let tenth = rows / 10;
        let most: f64 = values[rows - tenth..].iter().sum();
        let least: f64 = values[..tenth].iter().sum();
        close(burden.top_tenth.value.expect("a share"), most / total, 1e-9, "figure");
        close(burden.worst_tenth.value.expect("a mean"), most / tenth as f64, 1e-9, "figure");
        close(gain.worst_tenth.value.expect("a mean"), least / tenth as f64, 1e-9, "figure");
        assert_eq!((burden.rows, burden.mean), (gain.rows, gain.mean));
        let (low, high) = (burden.gini.low.expect("a limit"), burden.gini.high.expect("a limit"));
        assert!(low < pairs / (2.0 * n * total) && pairs / (2.0 * n * total) < high);
    }
}

#[test]
fn equal_shares_are_nothing_and_one_for_all_is_nearly_one() {
    let equal = of(GAIN, &[3.0; 12]);
    assert_eq!((equal.gini.value, equal.top_tenth.value), (Some(0.0), Some(0.1)));
    let mut one = vec![0.0; 19];
    one.push(8.0);
    close(of(GAIN, &one).gini.value.expect("a coefficient"), 19.0 / 20.0, 1e-12, "figure");
}

#[test]
fn what_cannot_be_told_says_why() {
    let below = of(GAIN, &[-1.0, 2.0, 3.0, 9.0]);
    assert_eq!(below.gini.undefined.as_deref(), Some("below-zero"));
    assert_eq!(below.top_tenth.undefined.as_deref(), Some("below-zero"));
    // The mean of the worst needs no share of a total.
    assert_eq!(below.worst_tenth.value, Some(-1.0));
    let nothing = of(GAIN, &[0.0; 5]);
    assert_eq!(nothing.gini.undefined.as_deref(), Some("nothing-to-share"));
    let sideless = of("kind = \"amount\"\nbetter = \"neither\"", &[1.0, 2.0, 3.0]);
    assert_eq!(sideless.worst_tenth.undefined.as_deref(), Some("takes-no-side"));
    assert!(sideless.gini.value.is_some());
}

#[test]
fn open_cases_and_answers_have_none() {
    let open = audit_text(
        &format!(
            "{HEAD}[[outcome]]\nname = \"v\"\nkind = \"duration\"\nbetter = \"less\"\nended = \"e\"\nended_values = [1]\n\
             [[outcome]]\nname = \"stars\"\nkind = \"ordinal\"\nbetter = \"more\"\n"
        ),
        "done,v,e,stars\n1,4,1,3\n0,6,0,4\n1,9,1,5\n",
    );
    assert!(open.outcome_inequality.is_empty(), "{:?}", open.outcome_inequality);
}

#[test]
fn without_a_column_to_group_by_the_report_says_so() {
    let document = document(BURDEN, &[1.0, 2.0, 30.0]);
    let said = document.not_tested.iter().any(|one| one.what == "differences between groups");
    assert!(said && document.comparisons.is_empty());
}

/// As other numbers of outcomes: an exact mean beside a number of rows is an exact sum.
#[test]
fn rounded_averages_have_three_digits() {
    let values: Vec<f64> = (0..400).map(|row| 55_278.5 + f64::from(row)).collect();
    let exact = of(BURDEN, &values);
    let policy = format!("{HEAD}[[outcome]]\nname = \"v\"\n{BURDEN}\n[privacy]\nround = 5\n");
    let rows: String = values.iter().map(|value| format!("1,{value}\n")).collect();
    let document = audit_text(&policy, &format!("done,v\n{rows}"));
    let shown = evenhand::release::release(document, evenhand::release::Audience::Internal, &[]).expect("released");
    let shown = &shown.document().outcome_inequality[0];
    // 400 rows from 55,278.5 to 55,677.5; the tenth with the most begins at 55,638.5.
    assert_eq!((exact.mean, exact.worst_tenth.value), (55_478.0, Some(55_658.0)));
    assert_eq!((shown.mean, shown.worst_tenth.value), (55_500.0, Some(55_700.0)));
}
