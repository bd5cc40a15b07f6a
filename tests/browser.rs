//! The report in a browser: it opens without a message, fits a narrow screen, turns dark, prints, and axe-core finds nothing in it.
//! Skips where Chromium is not.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use evenhand::input::hash::hash_bytes;

/// A 320-px screen.
const NARROW: u32 = 320;

fn browser() -> Option<&'static str> {
    let found = ["chromium", "chromium-browser"]
        .into_iter()
        .find(|name| Command::new(name).arg("--version").output().is_ok_and(|output| output.status.success()));
    if found.is_none() {
        eprintln!("skipped: there is no chromium");
    }
    found
}

/// Datasets whose reports hold every kind of figure between them.
const DATASETS: [&str; 3] = ["campaign", "calibrated", "support_tickets"];

fn page(folder: &Path, dataset: &str) -> PathBuf {
    let policy = format!("datasets/{dataset}/evenhand.toml");
    let output = Command::new(env!("CARGO_BIN_EXE_evenhand"))
        .args(["audit", "-p", &policy, "--as-of", "2026-11-21", "--format", "html"])
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .output()
        .expect("evenhand runs");
    let path = folder.join("report.html");
    fs::write(&path, output.stdout).expect("the page can be written");
    path
}

/// The forms of the gallery.
fn forms() -> [(&'static str, String); 2] {
    let read = |name| {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("reports").join(name);
        (name, fs::read_to_string(path).expect("a form of the gallery"))
    };
    ["campaign.periodic-review.html", "local_law_144.scoring.ll144.html"].map(read)
}

/// Opens a page and gives what the browser says.
fn open(browser: &str, folder: &Path, page: &Path, arguments: &[&str]) -> (String, String) {
    let output = Command::new(browser)
        .args([
            "--headless",
            "--no-sandbox",
            "--disable-gpu",
            "--hide-scrollbars",
            "--enable-logging=stderr",
            "--host-resolver-rules=MAP * ~NOTFOUND",
        ])
        .arg(format!("--user-data-dir={}", folder.join("profile").display()))
        .args(arguments)
        .arg(format!("file://{}", page.display()))
        .current_dir(folder)
        .output()
        .expect("the browser starts");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    (text(&output.stdout), text(&output.stderr))
}

/// The messages of a page on the console, and the addresses it asks for.
fn watched(browser: &str, folder: &Path, page: &Path) -> (usize, Vec<String>) {
    let log = folder.join("net.json");
    let (dom, said) = open(browser, folder, page, &["--dump-dom", &format!("--log-net-log={}", log.display())]);
    assert!(dom.contains("</svg>") && dom.contains("In one minute"));
    let log = fs::read_to_string(log).expect("the browser keeps a log");
    let asked = log.split("\"url\":\"").skip(1).filter_map(|rest| rest.split('"').next());
    // The browser itself calls home.
    let home = |url: &&str| !["google.com", "googleapis.com", "gvt1.com"].iter().any(|host| url.contains(host));
    (said.matches("CONSOLE").count(), asked.filter(home).map(str::to_owned).collect())
}

#[test]
fn it_opens_without_a_message_and_without_a_request() {
    let Some(browser) = browser() else { return };
    let folder = tempfile::tempdir().expect("a temporary folder");
    for dataset in DATASETS {
        assert_eq!(watched(browser, folder.path(), &page(folder.path(), dataset)), (0, Vec::new()), "{dataset}");
    }
    let page = page(folder.path(), DATASETS[0]);
    // A page that does both is found out, so the silence above means something.
    let loud = "<img src=\"http://127.0.0.1:9/x.png\"><script>console.log('loud')</script></body>";
    let report = fs::read_to_string(&page).expect("the page").replace("</body>", loud);
    fs::write(&page, report).expect("the page can be written");
    let (said, asked) = watched(browser, folder.path(), &page);
    assert!(said > 0 && asked.iter().any(|url| url.contains("127.0.0.1")), "{said} {asked:?}");
}

/// How wide a frame of 320 px finds the page to be, and what stands out of it; headless windows are never so narrow themselves.
fn measured(browser: &str, folder: &Path, report: &str) -> String {
    let ask = "<script>addEventListener('load',()=>{const w=innerWidth,out=[...document.querySelectorAll('body *')].filter(e=>\
               !e.closest('.scroll>*')&&!e.matches('.skip')&&e.getBoundingClientRect().right>w+1).map(e=>e.tagName);\
               parent.postMessage([w,document.documentElement.scrollWidth,out.length,out.slice(0,5).join(' ')].join(','),'*')})\
               </script></body>";
    fs::write(folder.join("asked.html"), report.replace("</body>", ask)).expect("the page can be written");
    let frame = folder.join("frame.html");
    let inner = format!(
        "<!doctype html><html><body><script>onmessage=e=>document.documentElement.setAttribute('data-asked',e.data)</script>\
         <iframe src=\"asked.html\" style=\"border:0;width:{NARROW}px;height:900px\"></iframe></body></html>"
    );
    fs::write(&frame, inner).expect("the frame can be written");
    let (dom, _) = open(browser, folder, &frame, &["--dump-dom", "--virtual-time-budget=3000"]);
    dom.split("data-asked=\"").nth(1).and_then(|rest| rest.split('"').next()).unwrap_or_default().to_owned()
}

#[test]
fn a_narrow_screen_needs_no_sideways_scrolling() {
    let Some(browser) = browser() else { return };
    let folder = tempfile::tempdir().expect("a temporary folder");
    for dataset in DATASETS {
        let report = fs::read_to_string(page(folder.path(), dataset)).expect("the page");
        assert_eq!(measured(browser, folder.path(), &report), format!("{NARROW},{NARROW},0,"), "{dataset}");
    }
    for (name, form) in forms() {
        assert_eq!(measured(browser, folder.path(), &form), format!("{NARROW},{NARROW},0,"), "{name}");
    }
    let report = fs::read_to_string(page(folder.path(), DATASETS[0])).expect("the page");
    let wide = report.replace("</main>", "<p style=\"width:400px\">wide</p></main>");
    assert!(measured(browser, folder.path(), &wide).starts_with(&format!("{NARROW},4")), "a wide page is found out");
}

#[test]
fn light_dark_and_paper_are_drawn() {
    let Some(browser) = browser() else { return };
    let folder = tempfile::tempdir().expect("a temporary folder");
    let page = page(folder.path(), "calibrated");
    let shot = |name: &str, more: &[&str]| {
        let path = folder.path().join(name);
        let what = format!("--screenshot={}", path.display());
        let arguments: Vec<&str> = ["--window-size=1280,2000", &what].into_iter().chain(more.iter().copied()).collect();
        open(browser, folder.path(), &page, &arguments);
        fs::read(path).expect("a picture")
    };
    let light = shot("light.png", &["--blink-settings=preferredColorScheme=1"]);
    let dark = shot("dark.png", &["--blink-settings=preferredColorScheme=0"]);
    assert!(light.len() > 20_000 && dark.len() > 20_000);
    assert_ne!(light, dark, "a dark screen changes nothing");
    let paper = folder.path().join("paper.pdf");
    open(browser, folder.path(), &page, &[&format!("--print-to-pdf={}", paper.display())]);
    assert!(fs::read(paper).expect("a document").len() > 20_000);
}

/// How many pages of paper a page of HTML takes.
fn sheets(browser: &str, folder: &Path, page: &Path) -> usize {
    let paper = folder.join("sheets.pdf");
    open(browser, folder, page, &[&format!("--print-to-pdf={}", paper.display())]);
    let paper = fs::read(paper).expect("a document");
    String::from_utf8_lossy(&paper).split("/Type /Page\n").count() - 1
}

#[test]
fn the_periodic_review_takes_at_most_four_sheets() {
    let Some(browser) = browser() else { return };
    let folder = tempfile::tempdir().expect("a temporary folder");
    let evenhand = |arguments: &[&str]| {
        Command::new(env!("CARGO_BIN_EXE_evenhand"))
            .args(arguments)
            .current_dir(env!("CARGO_MANIFEST_DIR"))
            .output()
            .expect("evenhand runs")
    };
    let out = folder.path().join("out");
    let out_name = out.display().to_string();
    evenhand(&["audit", "-p", "datasets/campaign/evenhand.toml", "--as-of", "2026-11-21", "-o", &out_name]);
    let plain = sheets(browser, folder.path(), &out.join("periodic-review.html"));
    assert!((2..=4).contains(&plain), "{plain} sheets");
    // A year later: more waivers, differences and turned checks than the form has room for.
    let stored = fs::read_to_string(out.join("result.json")).expect("a result");
    let mut result: serde_json::Value = serde_json::from_str(&stored).expect("JSON");
    let waiver = serde_json::json!({
        "id": "offer-ratio: 65+", "check": "offer-ratio", "metric": null, "group": {"age_band": "65+"}, "bound": "0.55",
        "reason": "Students have their own tariff of 25% off, which is no part of these data; see memo 12 of the campaign.",
        "compensating": null, "owner": "crm-lead@example.org", "approved_by": "dpo@example.org", "created": null,
        "expires": "2026-12-31", "days_left": 40, "model_version": null, "ticket": null, "status": "active", "covers": 1,
        "line": 3
    });
    result["waivers"] = vec![waiver; 12].into();
    let differing = serde_json::json!({"what": "model version", "before": "1.0", "after": "2.0"});
    let turned = serde_json::json!({
        "id": "offer-ratio", "metric": "selection-rate", "contrast": "ratio", "axes": ["sex"], "group": {"sex": "Male"},
        "before": "met", "after": "not_met", "value_before": 0.9, "value_after": 0.7, "change": -0.2, "low": -0.3, "high": -0.1, "status": "worsened"
    });
    result["change"] = serde_json::json!({
        "baseline": {"kind": "result", "path": "old.json", "sha256": null, "run_id": null, "as_of": null,
                     "model_version": null, "rows": 6000, "rows_only_before": 0, "rows_only_after": 0},
        "paired": false, "differences": vec![differing; 12], "numbers": [], "checks": vec![turned; 30]
    });
    let checks = result["checks"].as_array().expect("rows").clone();
    result["checks"] = checks.iter().cycle().take(60).cloned().collect::<Vec<_>>().into();
    let full = folder.path().join("full.json");
    fs::write(&full, result.to_string()).expect("written");
    let form = folder.path().join("full.html");
    let (full, form_name) = (full.display().to_string(), form.display().to_string());
    let rendered = evenhand(&["report", &full, "--form", "periodic-review", "--format", "html", "-o", &form_name]);
    assert!(rendered.status.success(), "{}", String::from_utf8_lossy(&rendered.stderr));
    let most = sheets(browser, folder.path(), &form);
    assert!((plain..=4).contains(&most), "{most} sheets");
    // A longer page takes more: the sheets are counted.
    let text = fs::read_to_string(&form).expect("the page");
    fs::write(&form, text.replace("</main>", &format!("{}</main>", "<p>more</p>".repeat(400)))).expect("written");
    assert!(sheets(browser, folder.path(), &form) > 4);
}

/// The checker of accessibility, as the npm registry has it.
const AXE: &str = "axe-core@4.14.1";
/// Of `axe.min.js` in that package.
const AXE_SHA256: &str = "29348999450cdf2849a8e70b7912fc2da85a849da39c0d0d5394f51d4a9ed95c";

/// The script of axe-core, fetched once into the target folder; none, with a spoken reason, where that is impossible.
fn axe() -> Option<String> {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(AXE);
    let script = folder.join("node_modules/axe-core/axe.min.js");
    if !script.exists() {
        let npm = Command::new("npm")
            .args(["install", "--silent", "--no-save", "--ignore-scripts", "--no-audit", "--no-fund"])
            .args(["--fetch-retries=0", "--fetch-timeout=30000", "--prefix"])
            .arg(&folder)
            .arg(AXE)
            .output();
        if npm.is_err() {
            eprintln!("skipped: {AXE} is not there, and neither is npm to fetch it");
            return None;
        }
    }
    let Ok(text) = fs::read_to_string(&script) else {
        eprintln!("skipped: npm cannot fetch {AXE}");
        return None;
    };
    let sum = hash_bytes(text.as_bytes());
    assert_eq!(sum, AXE_SHA256, "{} is not what was pinned; delete it to fetch it again", script.display());
    Some(text)
}

/// What axe-core finds in a page: `rule: first place` each, or what it could not do.
fn found(browser: &str, folder: &Path, axe: &str, report: &str, scheme: &str) -> Vec<String> {
    // The background of a text beyond the window is unknown to axe-core, so the window holds the whole page.
    let ask = "<script>addEventListener('load',()=>axe.run(document,{resultTypes:['violations','incomplete']}).then(r=>{\
               const e=document.documentElement,say=v=>v.map(x=>x.id+': '+x.nodes[0].target.join(' ')+' ('+x.nodes.length+')');\
               e.setAttribute('data-found',JSON.stringify(say(r.violations)));\
               e.setAttribute('data-dark',matchMedia('(prefers-color-scheme:dark)').matches);\
               e.setAttribute('data-rules',r.passes.length)},\
               x=>document.documentElement.setAttribute('data-found',JSON.stringify([String(x)]))))</script>";
    // axe-core is the last thing in the page, so that it is no part of what it looks at.
    let asked = report.replace("</body>", &format!("<script>{axe}</script>{ask}</body>"));
    let path = folder.join("axe.html");
    fs::write(&path, asked).expect("the page can be written");
    let scheme_setting = format!("--blink-settings=preferredColorScheme={}", if scheme == "dark" { 0 } else { 1 });
    let arguments = ["--dump-dom", "--window-size=1280,2000", "--virtual-time-budget=60000", &scheme_setting];
    let (dom, said) = open(browser, folder, &path, &arguments);
    let attribute = |name: &str| {
        let value = dom.split(&format!(" {name}=\"")).nth(1).and_then(|rest| rest.split('"').next());
        value
            .unwrap_or_else(|| panic!("axe-core says nothing of {name}: {said}"))
            .replace("&quot;", "\"")
            .replace("&amp;", "&")
    };
    let found: Vec<String> = serde_json::from_str(&attribute("data-found")).expect("a list");
    assert_eq!(attribute("data-dark"), (scheme == "dark").to_string());
    let rules: usize = attribute("data-rules").parse().expect("a number");
    assert!(rules > 20, "axe-core tried only {rules} rules");
    found
}

#[test]
fn axe_finds_nothing_in_light_and_dark() {
    let (Some(browser), Some(axe)) = (browser(), axe()) else { return };
    let folder = tempfile::tempdir().expect("a temporary folder");
    let read = |dataset: &str| fs::read_to_string(page(folder.path(), dataset)).expect("the page");
    let report = read(DATASETS[0]);
    // What a page with these in it is found out for, so that silence means something.
    let faults = "<p style=\"color:#999999;background:#888888\">grey on grey</p>\
                  <img src=\"data:image/gif;base64,R0lGODlhAQABAAAAACw=\"></main>";
    let faulty = report.replace("</main>", faults);
    for scheme in ["light", "dark"] {
        for dataset in DATASETS {
            let faults = found(browser, folder.path(), &axe, &read(dataset), scheme);
            assert_eq!(faults, Vec::<String>::new(), "{dataset}, {scheme}");
        }
        for (name, form) in forms() {
            assert_eq!(found(browser, folder.path(), &axe, &form, scheme), Vec::<String>::new(), "{name}, {scheme}");
        }
        let faults = found(browser, folder.path(), &axe, &faulty, scheme);
        let names: Vec<&str> = faults.iter().filter_map(|fault| fault.split(':').next()).collect();
        assert_eq!(names, ["color-contrast", "image-alt"], "{scheme}: {faults:?}");
    }
}
