//! The words of every report, in one place: sentences, headings and tables composed once from the document. Renderers only
//! print them in their dialect.

pub mod annotations;
pub mod calibration;
pub mod cases;
pub mod change;
mod change_pictures;
pub mod compose;
pub mod forms;
pub mod gate;
pub mod heat;
pub mod history;
pub mod inequality;
pub mod job;
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
pub mod turned;
pub mod unknown;
pub mod waivers;
pub mod worsening;

pub use compose::{compose, summarise};
pub use forms::form;
pub use page::{Align, Block, Column, Mark, Page, Table};
