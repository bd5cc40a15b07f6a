//! What can be measured of an outcome beside the decision: a wait, an amount, an answer, a yes or no. A metric is declared once and
//! made for every outcome of a policy; its id begins with the name of the outcome: `wait.median`.

pub mod kind;
pub mod told;
mod gauges;
pub mod declared;
pub mod made;

pub use declared::{OUTCOMES, Of, OutcomeMetric, presence, template};
pub use kind::{Better, Comparative, OutcomeKind};
pub use made::{OutcomeRole, find, metrics_of, presence_of};
pub use told::Told;
