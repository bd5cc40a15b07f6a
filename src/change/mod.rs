//! Before and after: what changed between two results, with the interval of each change.
