//! What is asked and what counts as an answer: roles, groups, limits. A draft is read with places and every mistake in it is
//! reported at once; only a [`Policy`] goes on.

pub mod check;
pub mod check_grounds;
mod check_groups;
mod check_record;
mod check_roles;
mod check_rules;
pub mod draft;
pub mod effective;
mod effective_record;
pub mod keys;
pub mod names;
pub mod read;
pub mod types;
pub mod value;

pub use types::{
    About, Attribute, Axis, Check, Contrast, DecisionRole, Evidence, Gate, Lock, OnFail, OnInconclusive, Policy,
    Privacy, ProfileUse, Reference, Review, Roles, Statistics, UnusedWaiver, Waiver, WaiverRules,
};
