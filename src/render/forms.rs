//! The forms of a result as files, each in every dialect that a form has.

use std::io::{self, Write};

use super::{html, markdown};
use crate::profiles;
use crate::release::Release;
use crate::words::{self, Page};

/// How a page becomes bytes.
type Rendering = fn(&Page, &mut dyn Write) -> io::Result<()>;

/// Formats of a form, and how their files end.
const ENDINGS: [(Rendering, &str); 2] = [(html::render_form, "html"), (markdown::render, "md")];

/// The names of all files that forms can have.
pub fn names() -> impl Iterator<Item = String> {
    profiles::all().iter().flat_map(|form| ENDINGS.map(|(_, ending)| format!("{}.{ending}", form.id)))
}

/// Every form of a result that nobody has signed yet: the name of each file and its bytes.
pub fn render_all(release: &Release) -> io::Result<Vec<(String, Vec<u8>)>> {
    let mut files = Vec::new();
    for form in &release.document().forms {
        let page = words::form(release, form, &[]);
        for (render, ending) in ENDINGS {
            let mut bytes = Vec::new();
            render(&page, &mut bytes)?;
            files.push((format!("{}.{ending}", form.id), bytes));
        }
    }
    Ok(files)
}
