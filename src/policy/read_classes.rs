//! Reading what the policy says of several classes.

use toml::de::DeTable;

use super::draft::{At, ClassesDraft, Given, HarmDraft};
use super::fields::{Fields, Reader};
use super::keys::Takes;

const HARM: &str = "classes.harm";

impl Reader<'_> {
    pub(super) fn classes(&mut self, root: &DeTable<'_>) -> Option<ClassesDraft> {
        let (key, _) = root.iter().find(|(key, _)| key.get_ref() == "classes")?;
        let place = self.place(key.span());
        let classes = self.section(root, "classes")?;
        Some(ClassesDraft {
            place,
            chosen: self.text(&classes, "chosen"),
            right: self.text(&classes, "right"),
            levels: self.values(&classes, "levels"),
            harm: self.harms(&classes, "harm"),
        })
    }

    fn harms(&mut self, fields: &Fields<'_>, name: &str) -> Given<Vec<HarmDraft>> {
        let value = self.take(fields, name, |t| t == Takes::Harms)?;
        let wanted = "a list of tables such as { right = \"urgent\", chosen = \"newsletter\", weight = 5 }";
        let Some(items) = value.get_ref().as_array() else {
            self.wrong(value, name, wanted);
            return None;
        };
        let mut harms = Vec::new();
        for item in items.iter() {
            let Some(table) = item.get_ref().as_table() else {
                self.wrong(item, name, wanted);
                continue;
            };
            self.known_keys(HARM, table, std::iter::empty());
            let harm = Fields { section: HARM, table };
            harms.push(HarmDraft {
                place: self.place(item.span()),
                right: self.values(&harm, "right"),
                chosen: self.values(&harm, "chosen"),
                weight: self.number(&harm, "weight"),
            });
        }
        Some(At { value: harms, place: self.place(value.span()) })
    }
}
