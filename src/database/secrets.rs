//! What must not be shown, kept out of the words of drivers.

/// Parts of names of what is secret: options of addresses and of drivers.
const WORDS: &[&str] = &["pass", "pwd", "secret", "token", "key", "credential", "auth", "signature", "private", "jwt"];
/// The same of variables, among which there are more that only sound so.
const VARIABLES: &[&str] =
    &["PASSWORD", "PASSWD", "SECRET", "TOKEN", "APIKEY", "API_KEY", "ACCESS_KEY", "PRIVATE_KEY", "CREDENTIAL"];

/// Shorter ones cannot be taken out of a text without telling what they are.
const SHORTEST: usize = 4;
/// Values of variables that merely sound secret and are shorter are words of the language.
const SHORTEST_OF_ENVIRONMENT: usize = 6;
const MASK: &str = "***";

/// Whether the value of an option with this name is secret.
pub fn is_secret(name: &str) -> bool {
    let name = name.to_lowercase();
    WORDS.iter().any(|word| name.contains(word))
}

/// `%40` is `@`.
pub fn decoded(text: &str) -> String {
    let bytes = text.as_bytes();
    let mut out = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while let Some(&byte) = bytes.get(at) {
        let code = bytes.get(at + 1..at + 3).and_then(|two| std::str::from_utf8(two).ok());
        match code.filter(|_| byte == b'%').and_then(|two| u8::from_str_radix(two, 16).ok()) {
            Some(value) => {
                out.push(value);
                at += 3;
            }
            None => {
                out.push(byte);
                at += 1;
            }
        }
    }
    String::from_utf8_lossy(&out).into_owned()
}

fn encoded(text: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte);
    text.bytes().map(|byte| if plain(byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") }).collect()
}

/// The secrets of a run, in every way in which a driver may write them.
#[derive(Clone, Default)]
pub struct Secrets {
    ways: Vec<String>,
    /// One is so short that no words of a driver can be shown.
    short: bool,
}

impl std::fmt::Debug for Secrets {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} secrets", self.ways.len())
    }
}

impl Secrets {
    /// Adds one, as it is written or encoded.
    pub fn add(&mut self, secret: &str) {
        let plain = decoded(secret);
        if secret.is_empty() {
            return;
        }
        self.short |= plain.len() < SHORTEST || secret.len() < SHORTEST;
        let escaped = plain.replace('\\', "\\\\").replace('"', "\\\"");
        let (upper, spaced) = (encoded(&plain), secret.replace('+', " "));
        let lower = upper.to_lowercase();
        self.ways.extend([secret.to_owned(), plain.replace('\'', "\\'"), plain, escaped, upper, lower, spaced]);
        // Drivers tell of what has lines line by line.
        self.ways.extend(secret.lines().filter(|line| line.len() >= SHORTEST).map(str::to_owned));
        // The longest first, because one may be a part of another.
        self.ways.sort_by(|a, b| b.len().cmp(&a.len()).then(a.cmp(b)));
        self.ways.dedup();
    }

    /// Adds the variables of an environment that sound secret.
    pub fn add_environment(&mut self, variables: impl Iterator<Item = (String, String)>) {
        let sounds_secret = |name: &str| VARIABLES.iter().any(|word| name.to_uppercase().contains(word));
        for (name, value) in variables.filter(|(name, _)| sounds_secret(name)) {
            if name == "PGPASSWORD" || value.len() >= SHORTEST_OF_ENVIRONMENT {
                self.add(&value);
            }
        }
    }

    /// A text without them, on one line.
    pub fn mask(&self, text: &str) -> String {
        if self.short {
            return "(the words of the driver are not shown: the password is so short that they could give it away)"
                .to_owned();
        }
        let mut masked = text.to_owned();
        for way in &self.ways {
            masked = masked.replace(way.as_str(), MASK);
        }
        let plain: String = masked.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
        plain.split_whitespace().collect::<Vec<_>>().join(" ")
    }
}
