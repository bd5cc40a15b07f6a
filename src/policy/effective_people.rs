//! What the effective policy says of what people do after a model and along the way.

use super::effective::{list, optional, text};
use super::types::Policy;

pub(super) fn sections(out: &mut String, policy: &Policy) {
    if let Some(human) = &policy.human {
        out.push_str("\n[human]\n");
        optional(out, "model_decision", Some(&human.model_decision));
        out.push_str(&format!("favourable = {}\n", list(human.favourable.texts())));
    }
    if let Some(funnel) = &policy.funnel {
        out.push_str("\n[funnel]\nstages = [\n");
        for stage in &funnel.stages {
            let (name, column, yes) = (text(&stage.name), text(&stage.column), list(stage.yes.texts()));
            out.push_str(&format!("  {{ name = {name}, column = {column}, yes = {yes} }},\n"));
        }
        out.push_str("]\n");
    }
    if let Some(budget) = &policy.budget {
        let top: Vec<String> = budget.top.iter().map(|top| text(&top.text)).collect();
        out.push_str(&format!("\n[budget]\ntop = [{}]\n", top.join(", ")));
        optional(out, "ties", Some(budget.ties.name()));
    }
}
