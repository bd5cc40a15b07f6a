//! What did a group get, how long did it wait, what did it answer? Figures of measured outcomes of one group or two, from
//! values with counts.
//!
//! Every function is a pure function of sorted spans, so that neither the order of rows nor the number of shards can show.
//! Where values are kept in bins a figure has certain bounds beside it: no data with these counts can lie outside. Means,
//! variances and shares beyond a declared bound are exact all the same. Limits of a figure leave room for its bounds, so that nobody
//! has to add them.
//!
//! In no report, and held to other libraries so that they can be in one: [`several`], [`ranks`], `cliff_delta`, `glass_delta`,
//! `equivalence`, `bias_test`, `median_absolute` and `explained`.

pub mod undefined;
pub mod grid;
pub mod span;
pub mod contrast;
pub mod mean;
pub mod welch;
pub mod ratio;
pub mod standardised;
pub mod several;
pub mod trimmed;
pub mod quantile;
pub mod superiority;
pub mod ranks;
pub mod distance;
pub mod unequal;
pub mod tail;
pub mod error;

pub use contrast::Contrast;
pub use span::Span;
pub use undefined::Undefined;
