//! The words of every report, in one place: sentences, headings and tables composed once from the document. Renderers only
//! print them in their dialect.

pub mod calibration;
pub mod cases;
pub mod change;
pub mod compose;
pub mod heat;
pub mod inequality;
pub mod method;
pub mod numbers;
pub mod omnibus;
pub mod page;
pub mod pictures;
pub mod posterior;
pub mod power;
pub mod privacy;
pub mod sections;
pub mod sequence;
pub mod sentences;
pub mod strata;
pub mod tables;
pub mod threshold;
pub mod unknown;
pub mod waivers;

pub use compose::{compose, summarise};
pub use page::{Align, Block, Column, Mark, Page, Table};
