//! The history of reviews: one line of text for each, chained by its hash to the line before it; what changed, which actions
//! are open, who decided what, and when the next review is due.

pub mod action;
pub mod chain;
pub mod changes;
pub mod due;
pub mod entry;
pub mod record;
pub mod trend;

pub use action::{Action, Status};
pub use chain::{Broken, Line};
pub use changes::{Changes, CheckChanged};
pub use due::{Due, days_between};
pub use entry::{DataSeen, Entry, PolicySeen, ResultSeen, RowSeen, Signature, WaiverSeen};
pub use record::{Decision, NewAction, Refused, Request};
pub use trend::{Point, Trend};
