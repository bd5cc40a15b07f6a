//! Patterns of lines, so that no line is told from another by its colour alone.

/// The pattern of a line: 0 is drawn through, the others are broken, each in its own way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Dash(usize);

/// Lengths of strokes and gaps, in the fine points of the sheet.
const BROKEN: [&str; 6] = ["18 8", "4 6", "24 7 4 7", "10 8", "16 6 4 6 4 6", "8 6"];

impl Dash {
    pub const SOLID: Dash = Dash(0);
    /// For lines that numbers are held against.
    pub const GUIDE: Dash = Dash(BROKEN.len());
    /// How many lines can be told apart, the one drawn through among them.
    pub const LINES: usize = BROKEN.len();

    /// The pattern of a line by its place among others.
    pub fn of(place: usize) -> Dash {
        Dash(place % Dash::LINES)
    }

    /// plotters cannot write a pattern: the opacity stands for it until [`written`] replaces it. No other shape is see-through.
    pub fn opacity(self) -> f64 {
        if self == Dash::SOLID { 1.0 } else { (90 - self.0) as f64 / 100.0 }
    }
}

/// Writes patterns where opacities stand for them.
pub fn written(mut drawn: String) -> String {
    for (i, pattern) in BROKEN.iter().enumerate() {
        let sentinel = format!(" opacity=\"{}\"", Dash(i + 1).opacity());
        if drawn.contains(&sentinel) {
            drawn = drawn.replace(&sentinel, &format!(" stroke-dasharray=\"{pattern}\""));
        }
    }
    drawn
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_pattern_replaces_its_own_opacity() {
        let drawn: String = (0..=BROKEN.len()).map(|i| format!("<a opacity=\"{}\"/>", Dash(i).opacity())).collect();
        let written = written(drawn);
        assert_eq!(written.matches("opacity").count(), 1, "{written}");
        for pattern in BROKEN {
            assert_eq!(written.matches(&format!("\"{pattern}\"")).count(), 1);
        }
        assert!(Dash::of(3) != Dash::of(4) && Dash::of(0) == Dash::SOLID && Dash::of(5) != Dash::GUIDE);
    }
}
