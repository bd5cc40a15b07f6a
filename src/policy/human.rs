//! People who decide after a model: what the model said, beside what was finally done.

use super::value::Values;

/// The column with what the model said; the decision of the policy is what was finally done.
#[derive(Clone, Debug)]
pub struct Human {
    pub model_decision: String,
    /// Which of its values are good for the person; as of the decision where the policy does not say.
    pub favourable: Values,
}
