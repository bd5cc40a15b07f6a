//! What the effective policy says of several classes.

use super::effective::{list, optional, text};
use super::types::Policy;

pub(super) fn section(out: &mut String, policy: &Policy) {
    let Some(classes) = &policy.classes else { return };
    out.push_str("\n[classes]\n");
    optional(out, "chosen", Some(&classes.chosen));
    optional(out, "right", classes.right.as_deref());
    if !classes.levels.is_empty() {
        out.push_str(&format!("levels = {}\n", list(&classes.levels)));
    }
    if classes.harm.is_empty() {
        return;
    }
    out.push_str("harm = [\n");
    for harm in &classes.harm {
        let sides = [("right", &harm.right), ("chosen", &harm.chosen)];
        let listed = sides.iter().filter(|(_, classes)| !classes.is_empty());
        let keys: Vec<String> = listed.map(|(key, classes)| format!("{key} = {}, ", list(classes))).collect();
        out.push_str(&format!("  {{ {}weight = {} }},\n", keys.concat(), text(&harm.weight.text)));
    }
    out.push_str("]\n");
}
