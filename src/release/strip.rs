//! Takes out of a document what is not for the public, whatever it counts.
//!
//! Every field is named here too, so that one that is added does not compile until somebody has decided about it.

use super::campaign;
use super::mask::hide_consent;
use crate::result::Document;

/// Takes out what is not for the public whatever it counts: files, people, hashes, tests, and numbers of scores in detail.
pub fn strip(document: &mut Document) {
    let Document {
        schema: _,
        tool: _,
        run: _,
        policy,
        about,
        data,
        measurements,
        comparisons,
        spreads: _,
        curves,
        score_comparisons,
        outcome_comparisons,
        outcome_tails,
        outcome_inequality,
        outcome_calibration,
        sweeps,
        omnibus,
        inequality,
        adjusted,
        unknown,
        consent,
        campaign,
        human,
        funnel,
        classes,
        budgets,
        sequences,
        // It is taken again from what is left.
        scorecard,
        checks,
        change,
        waivers,
        privacy: _,
        forms: _,
        diagnostics,
        not_tested: _,
        verdict: _,
        exit_code: _,
        statement: _,
    } = document;
    policy.path = None;
    for check in &mut policy.checks {
        check.line = None;
    }
    about.owner = None;
    data.sources.clear();
    data.earlier.clear();
    for m in measurements {
        (m.p_value, m.if_calibrated, m.bounds) = (None, None, None);
        m.test = None;
    }
    for c in comparisons {
        (c.p_value, c.test, c.details) = (None, None, None);
    }
    for row in checks {
        (row.p_value, row.p_adjusted, row.smallest_detectable, row.power_at_parity, row.rows_needed) =
            (None, None, None, None, None);
        row.waived_by = None;
    }
    curves.clear();
    score_comparisons.clear();
    outcome_comparisons.clear();
    outcome_tails.clear();
    outcome_inequality.clear();
    outcome_calibration.clear();
    sweeps.clear();
    budgets.clear();
    omnibus.clear();
    inequality.clear();
    adjusted.clear();
    unknown.clear();
    hide_consent(consent);
    campaign::strip(campaign);
    super::human::strip(human);
    super::funnel::strip(funnel);
    super::classes::strip(classes);
    sequences.clear();
    scorecard.clear();
    *change = None;
    waivers.clear();
    diagnostics.clear();
}
