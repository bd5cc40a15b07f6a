//! The colours, chosen to be told apart in any light and with any eyes; the style sheet maps each to its dark counterpart.

use plotters::style::RGBColor;

use super::figure::Kind;
use crate::result::Mark;

/// A colour on white paper and its counterpart on a dark screen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ink {
    pub light: u32,
    pub dark: u32,
}

pub const TEXT: Ink = Ink { light: 0x1B1B1F, dark: 0xECEFF4 };
pub const MUTED: Ink = Ink { light: 0x5A5F6A, dark: 0xA7AFBD };
pub const PAPER: Ink = Ink { light: 0xFFFFFF, dark: 0x14161A };
pub const GRID: Ink = Ink { light: 0xD9DCE3, dark: 0x3A404B };
pub const BAND: Ink = Ink { light: 0xEAEEF7, dark: 0x242A35 };
pub const MET: Ink = Ink { light: 0x275EFC, dark: 0x4EAEFE };
pub const INCONCLUSIVE: Ink = Ink { light: 0x836A0A, dark: 0xF8BF44 };
pub const NOT_MET: Ink = Ink { light: 0x900C2F, dark: 0xCE654D };
pub const TOO_FEW: Ink = Ink { light: 0x6B7280, dark: 0x9AA3B2 };

/// What stands behind the numbers that a figure is about; 3 to 1 against the paper.
pub const BEHIND: Ink = Ink { light: 0x868C98, dark: 0x7F8896 };
/// Between the ends of the intervals along a line.
pub const RIBBON: Ink = Ink { light: 0xC6D3EA, dark: 0x38465E };
/// Lines of groups, apart from every colour of a verdict; their patterns tell them apart too.
pub const LINES: [Ink; 3] = [TEXT, Ink { light: 0x0B7A75, dark: 0x3CC4BC }, Ink { light: 0x7A3E9D, dark: 0xC79BE8 }];

/// From far below 1 to far above it; the text on them is [`TEXT`].
pub const STEPS: [Ink; 7] = [
    Ink { light: 0xE59F7B, dark: 0x7A4632 },
    Ink { light: 0xF3C6A8, dark: 0x5A3A2A },
    Ink { light: 0xFBE9DC, dark: 0x3A2A22 },
    Ink { light: 0xF4F4F6, dark: 0x23262C },
    Ink { light: 0xE1ECFD, dark: 0x1E2B42 },
    Ink { light: 0xB7D0FA, dark: 0x28416C },
    Ink { light: 0x86AEF2, dark: 0x2F5596 },
];

/// Every colour that a figure may use.
pub fn all() -> impl Iterator<Item = Ink> {
    let plain = [TEXT, MUTED, PAPER, GRID, BAND, MET, INCONCLUSIVE, NOT_MET, TOO_FEW, BEHIND, RIBBON];
    plain.into_iter().chain(LINES.into_iter().filter(|ink| *ink != TEXT)).chain(STEPS)
}

impl Ink {
    pub fn rgb(self) -> RGBColor {
        let [_, red, green, blue] = self.light.to_be_bytes();
        RGBColor(red, green, blue)
    }

    /// The colour of a mark.
    pub fn of(kind: Kind) -> Ink {
        match kind {
            Kind::Judged(Mark::Met) => MET,
            Kind::Judged(Mark::NotMet) => NOT_MET,
            Kind::Judged(Mark::Inconclusive) => INCONCLUSIVE,
            Kind::Judged(Mark::TooFew | Mark::NotTested | Mark::Hidden) => TOO_FEW,
            Kind::Plain | Kind::Reference => TEXT,
        }
    }
}
