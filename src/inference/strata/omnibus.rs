//! Does any stratum show a gap, whichever way it points?

use crate::inference::chi_squared::Test;
use crate::inference::table::association;
use crate::inference::trials::Trials;

/// Tests that all groups have one rate within every stratum, by the sum of the strata's Pearson statistics.
///
/// Gaps of opposite sign add up instead of cancelling, so it tests separation (strata of the label) and sufficiency
/// (strata of the decision). Each stratum adds the degrees of freedom of its own table: groups present less one. A
/// stratum with one group or one outcome adds nothing; none when all are such. The order of groups within a stratum
/// does not matter.
pub fn omnibus<S: AsRef<[Trials]>>(strata: &[S]) -> Option<Test> {
    let (mut chi2, mut df) = (0.0, 0);
    for stratum in strata {
        let split = |t: &Trials| [t.hits.min(t.of), t.of - t.hits.min(t.of)];
        let rows: Vec<[u64; 2]> = stratum.as_ref().iter().map(split).collect();
        if let Ok(found) = association(&rows) {
            chi2 += found.pearson.chi2;
            df += found.pearson.df;
        }
    }
    Test::new(chi2, df)
}
