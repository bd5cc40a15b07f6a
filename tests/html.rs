//! `report.html`: well formed, escaped, without script or request, and saying with words what it says with shapes.

use std::collections::BTreeSet;
use std::fs;
use std::process::Command;

/// Names of groups that would be tags, links, cells or marks if they were not text.
const HOSTILE: &[&str] = &[
    "<script>alert(1)</script>",
    "\"&'<b>",
    "`tick",
    "● met",
    "](http://evil.example)",
    "</title></svg></style>",
    "<img src=x onerror=alert(1)>",
    "a level with a name that is longer than any figure has room for, and then goes on",
    "东北地区的新客户和老客户以及其他所有人",
];

fn evenhand(arguments: &[&str]) -> String {
    let output = Command::new(env!("CARGO_BIN_EXE_evenhand"))
        .args(arguments)
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .output()
        .expect("evenhand runs");
    String::from_utf8(output.stdout).expect("a report is UTF-8")
}

fn report(dataset: &str) -> String {
    let policy = format!("datasets/{dataset}/evenhand.toml");
    evenhand(&["audit", "-p", &policy, "--as-of", "2026-11-21", "--format", "html"])
}

fn hostile() -> String {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let path = folder.path().join("data.csv");
    let mut rows = "a <i>group</i>,other,got,turned\n".to_owned();
    for (i, name) in HOSTILE.iter().enumerate() {
        for j in 0..60 {
            let quoted = name.replace('"', "\"\"");
            let other = if j % 2 == 0 { "<u>&amp;" } else { "plain" };
            rows.push_str(&format!("\"{quoted}\",{other},{},{}\n", u8::from(j % 9 <= i), u8::from(j % 3 == 0)));
        }
    }
    fs::write(&path, rows).expect("the data can be written");
    let by = "a <i>group</i>,other,a <i>group</i>:other";
    let data = path.display().to_string();
    let roles = ["--by", by, "--decision", "got", "--favourable", "1", "--label", "turned", "--positive", "1"];
    let mut arguments = vec!["audit", data.as_str(), "--format", "html"];
    arguments.extend(roles);
    evenhand(&arguments)
}

fn reports() -> Vec<(&'static str, String)> {
    let mut all = vec![("hostile", hostile())];
    all.extend(
        ["campaign", "berkeley", "four_fifths", "small_groups", "support_tickets"].map(|name| (name, report(name))),
    );
    all
}

/// The tags of a page, each with its name and whether it opens, closes or stands alone.
fn tags(page: &str) -> Vec<(&str, &str)> {
    let mut tags = Vec::new();
    for rest in page.split('<').skip(1) {
        let tag = rest.split('>').next().unwrap_or_default();
        let name = tag.trim_start_matches('/').split([' ', '/', '\n']).next().unwrap_or_default();
        tags.push((name, tag));
    }
    tags
}

/// The text of a page without its tags and its style sheet.
fn text(page: &str) -> String {
    let body = page.split("</style>").nth(1).unwrap_or_default();
    body.split('<').filter_map(|part| part.split_once('>').map(|(_, text)| text)).collect::<Vec<_>>().join(" ")
}

#[test]
fn every_tag_is_closed_in_turn() {
    for (name, page) in reports() {
        let mut open = Vec::new();
        for (tag, whole) in tags(&page) {
            let alone = whole.ends_with('/') || ["!doctype", "meta"].contains(&tag);
            if whole.starts_with('/') {
                assert_eq!(open.pop(), Some(tag), "{name}: </{tag}> closes another tag");
            } else if !alone {
                open.push(tag);
            }
        }
        assert!(open.is_empty(), "{name}: {open:?} stay open");
        assert!(!page.contains("<td></td>") && page.starts_with("<!doctype html>\n<html lang=\"en\">"));
    }
}

#[test]
fn values_of_the_data_stay_text() {
    let page = hostile();
    let known = [
        "!doctype",
        "html",
        "head",
        "meta",
        "title",
        "style",
        "body",
        "a",
        "header",
        "h1",
        "h2",
        "dl",
        "div",
        "dt",
        "dd",
        "nav",
        "ol",
        "ul",
        "li",
        "main",
        "section",
        "p",
        "span",
        "code",
        "table",
        "caption",
        "thead",
        "tbody",
        "tr",
        "th",
        "td",
        "figure",
        "figcaption",
        "strong",
        "svg",
        "desc",
        "text",
        "line",
        "rect",
        "circle",
        "polygon",
    ];
    let found: BTreeSet<&str> = tags(&page).into_iter().map(|(tag, _)| tag).collect();
    let strange: Vec<_> = found.iter().filter(|tag| !known.contains(tag)).collect();
    assert!(strange.is_empty(), "{strange:?}");
    for name in HOSTILE {
        let escaped = name
            .replace('&', "&amp;")
            .replace('<', "&lt;")
            .replace('>', "&gt;")
            .replace('"', "&quot;")
            .replace('\'', "&#39;");
        assert!(page.contains(&escaped), "{name} is missing");
    }
    assert!(!page.contains("&amp;amp;amp;") && page.contains("&lt;u&gt;&amp;amp;"));
}

#[test]
fn nothing_is_run_and_nothing_is_fetched() {
    for (name, page) in reports() {
        for (tag, whole) in tags(&page) {
            assert!(tag != "script" && tag != "link" && tag != "img" && tag != "iframe", "{name}: <{whole}>");
            for attribute in ["src=", "data=", "srcset=", "xlink:href=", "onload=", "onerror=", "style="] {
                assert!(!whole.contains(&format!(" {attribute}")), "{name}: <{whole}>");
            }
            if let Some((_, target)) = whole.split_once("href=\"") {
                let id = target.strip_prefix('#').and_then(|rest| rest.split('"').next()).unwrap_or_default();
                assert!(!id.is_empty() && page.contains(&format!(" id=\"{id}\"")), "{name}: <{whole}> leads nowhere");
            }
        }
        let style = page.split("<style>").nth(1).and_then(|rest| rest.split("</style>").next()).unwrap_or_default();
        assert!(!style.contains("url(") && !style.contains("@import") && !style.contains("@font-face"));
        assert_eq!(page.matches("<style>").count(), 1);
    }
}

#[test]
fn every_figure_says_what_it_shows() {
    for (name, page) in reports() {
        let figures: Vec<&str> = page.split("<svg ").skip(1).collect();
        assert!(figures.len() >= 2, "{name} has {} figures", figures.len());
        assert_eq!(figures.len(), page.matches("<figcaption>").count());
        for (i, figure) in figures.iter().enumerate() {
            let n = i + 1;
            let named =
                format!("role=\"img\" font-family=\"sans-serif\" aria-labelledby=\"figure-{n}-title figure-{n}-desc\"");
            let first = figure.split('>').next().unwrap_or_default();
            assert!(first.contains(&named), "{name}: {first}");
            assert!(first.contains("viewBox=\"0 0 ") && !first.contains("width=") && !first.contains("height="));
            for part in ["title", "desc"] {
                let start = format!("<{part} id=\"figure-{n}-{part}\">");
                let said = figure.split(&start).nth(1).and_then(|rest| rest.split('<').next()).unwrap_or_default();
                assert!(said.len() > 20, "{name}: figure {n} has no {part}");
            }
        }
    }
}

#[test]
fn a_shape_never_stands_without_its_word() {
    let words = [("●", "met"), ("▲", "not met"), ("◆", "inconclusive"), ("○", "too few")];
    for (name, page) in reports() {
        let marks = page.split("<span aria-hidden=\"true\">").skip(1);
        for mark in marks {
            let (shape, rest) = mark.split_once("</span> ").expect("a mark has a word");
            let word = rest.split('<').next().unwrap_or_default();
            assert!(words.contains(&(shape, word)) || (shape, word) == ("–", "not tested"), "{name}: {shape} {word}");
        }
    }
    // In figures, every colour of a verdict that is written in is also a word.
    for figure in report("campaign").split("<svg ").skip(1) {
        let figure = figure.split("</svg>").next().unwrap_or_default();
        for (ink, word) in [("#900C2F", "not met"), ("#836A0A", "inconclusive"), ("#6B7280", "too few")] {
            let coloured = figure.contains(&format!("\"{ink}\""));
            assert!(!coloured || figure.contains(&format!(">{word}</text>")), "{ink} without {word}");
        }
    }
}

#[test]
fn tables_can_be_read_aloud_and_scrolled() {
    for (name, page) in reports() {
        let tables = page.matches("<table").count();
        assert_eq!(page.matches("<caption>").count(), tables);
        assert_eq!(page.matches("<thead>").count(), tables);
        let regions = page.matches("tabindex=\"0\" role=\"region\" aria-label=\"").count();
        assert_eq!(regions, tables + page.matches("<svg ").count(), "{name}");
        for row in page.split("<tbody>").skip(1).flat_map(|body| {
            body.split("</tbody>").next().unwrap_or_default().split("<tr>").skip(1).collect::<Vec<_>>()
        }) {
            assert_eq!(
                row.matches("<th scope=\"row\">").count() + row.matches("<th scope=\"row\" ").count(),
                1,
                "{row}"
            );
        }
        assert_eq!(page.matches("<h1>").count(), 1);
        let ids: Vec<&str> =
            page.split(" id=\"").skip(1).map(|rest| rest.split('"').next().unwrap_or_default()).collect();
        assert_eq!(ids.iter().collect::<BTreeSet<_>>().len(), ids.len(), "{name}: an id stands twice");
    }
}

#[test]
fn no_word_says_more_than_was_measured() {
    let banned = ["unbiased", "compliant", "fairer", "pass", "passes", "passed", "fails", "failed", "illegal"];
    for (name, page) in reports() {
        let text = text(&page).to_lowercase();
        let words: BTreeSet<&str> = text.split(|c: char| !c.is_alphanumeric()).collect();
        for word in banned {
            assert!(!words.contains(word), "{name} says {word}");
        }
    }
}

#[test]
fn a_usual_report_is_small_and_the_same_every_time() {
    let page = report("campaign");
    assert!(page.len() < 300_000, "{} bytes", page.len());
    assert_eq!(page, report("campaign"));
}

#[test]
fn a_stored_result_gives_the_same_page() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let stored = folder.path().join("result.json");
    let policy = "datasets/campaign/evenhand.toml";
    fs::write(&stored, evenhand(&["audit", "-p", policy, "--as-of", "2026-11-21", "--format", "json"]))
        .expect("written");
    assert_eq!(evenhand(&["report", &stored.display().to_string(), "--format", "html"]), report("campaign"));
}
