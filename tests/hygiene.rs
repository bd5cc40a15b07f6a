//! What the program leaves on the disk and whom it talks to: files for their owner only, and nobody.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::process::Command;

use crate::support_input::Folder;

const ROOT: &str = env!("CARGO_MANIFEST_DIR");
const POLICY: &str = "version = 1\nfrozen = true\n[data]\nfiles = [\"rows.csv\"]\ndecision = \"offered\"\nfavourable = [1]\ncount = \"rows\"\n\
                      [[attribute]]\nname = \"sex\"\n";
const ROWS: &str = "sex,offered,rows\nF,1,300\nF,0,300\nM,1,300\nM,0,300\n";

fn folder() -> Folder {
    let folder = Folder::new();
    folder.write("rows.csv", ROWS);
    folder.write("evenhand.toml", POLICY);
    folder
}

#[cfg(unix)]
#[test]
fn files_and_folders_are_for_their_owner_only() {
    use std::os::unix::fs::PermissionsExt;
    let mode = |path: &Path| fs::metadata(path).expect("it is there").permissions().mode() & 0o777;
    let folder = folder();
    let open = folder.path().join("open");
    fs::create_dir(&open).expect("a folder");
    fs::set_permissions(&open, fs::Permissions::from_mode(0o755)).expect("a mode");
    // Whatever the mask of the user: without one, everything would be open to all.
    let run = |arguments: &[&str]| {
        let words = arguments.iter().map(|word| format!("'{word}'")).collect::<Vec<_>>().join(" ");
        let command = format!("umask 000; exec '{}' {words}", env!("CARGO_BIN_EXE_evenhand"));
        let done = Command::new("sh").args(["-c", &command]).current_dir(folder.path()).output().expect("sh runs");
        assert_eq!(done.status.code(), Some(0), "{words}: {}", String::from_utf8_lossy(&done.stderr));
    };
    run(&["policy", "freeze"]);
    run(&["audit", "-o", "new/reports", "--quiet"]);
    run(&["audit", "-o", "open/reports", "--quiet"]);
    run(&["report", "new/reports/result.json", "--format", "markdown", "-o", "open/again.md"]);
    run(&["init", "rows.csv", "--yes", "-o", "open/made.toml"]);
    run(&["demo", "example"]);
    let written = [
        "evenhand.lock",
        "new/reports/report.html",
        "new/reports/report.md",
        "new/reports/result.json",
        "new/reports/metrics.csv",
        "new/reports/manifest.json",
        "open/reports/result.json",
        "open/again.md",
        "open/made.toml",
        "example/offers.csv",
        "example/evenhand.toml",
        "example/out/result.json",
    ];
    for file in written {
        assert_eq!(mode(&folder.path().join(file)), 0o600, "{file}");
    }
    for made in ["new", "new/reports", "open/reports", "example", "example/out"] {
        assert_eq!(mode(&folder.path().join(made)), 0o700, "{made}");
    }
    assert_eq!(mode(&open), 0o755, "a folder that was there stays as it is");
    // Whatever was written is one of these or its like; nothing is left over beside it.
    let hidden = glob::glob(&format!("{}/**/.*", folder.path().display())).expect("a pattern").filter_map(Result::ok);
    assert_eq!(hidden.count(), 0, "a temporary file stayed");
}

#[test]
fn a_lock_is_of_every_byte_and_the_report_says_no_more_than_it_knows() {
    let folder = folder();
    let audit = ["audit", "-o", "out", "--quiet", "--as-of", "2026-11-21"];
    folder.run(&audit).fails(2, &["policy-not-locked", "has no lock"]);
    assert_eq!(folder.run(&["policy", "freeze", "--time", "2026-11-20T18:00:00Z"]).code, 0);
    assert_eq!(folder.run(&audit).code, 0);
    let read = |name: &str| fs::read_to_string(folder.path().join("out").join(name)).expect("a report");
    for report in ["report.md", "report.html"] {
        assert!(read(report).contains("recorded no later than 2026-11-20T18:00:00Z"), "{report}");
    }
    let result: serde_json::Value = serde_json::from_str(&read("result.json")).expect("JSON");
    assert_eq!(result["run"]["lock"]["time"], "2026-11-20T18:00:00Z");
    assert_eq!(result["run"]["lock"]["sha256"], result["policy"]["sha256"]);
    // A line end, a blank and a comment are changes.
    for changed in [POLICY.replace('\n', "\r\n"), format!("{POLICY} "), format!("{POLICY}# no more\n")] {
        folder.write("evenhand.toml", &changed);
        folder.run(&audit).fails(2, &["is not the one that was locked", "2026-11-20T18:00:00Z"]);
        let shown = folder.run(&["audit", "--dry-run"]);
        assert_eq!(shown.code, 0, "what is only shown decides nothing");
    }
    let freeze = folder.run(&["policy", "freeze", "--time", "2026-11-21T18:00:00Z"]);
    assert!(freeze.out.contains("no rule; only comments, layout"), "{}", freeze.out);
    assert_eq!(folder.run(&audit).code, 0);
    // A policy with mistakes is not locked, and a lock that is none helps nobody.
    folder.write("evenhand.toml", format!("{POLICY}nothing = 1\n"));
    folder.run(&["policy", "freeze"]).fails(2, &["unknown-key"]);
    folder.write("evenhand.toml", POLICY);
    folder.write("evenhand.lock", "sha256 = \"0\"\n");
    folder.run(&audit).fails(2, &["is no lock of a policy"]);
    folder.write("x.lock", POLICY);
    folder.run(&["policy", "freeze", "-p", "x.lock"]).fails(2, &["named like a lock"]);
}

#[test]
fn an_exploratory_run_says_so_in_every_output() {
    let folder = folder();
    for (flags, exploratory) in
        [(vec!["--unfrozen"], true), (vec!["--unfrozen", "--min-group", "10"], true), (vec![], false)]
    {
        if !exploratory {
            folder.run(&["policy", "freeze"]);
        }
        let arguments = [vec!["audit", "-o", "out", "--as-of", "2026-11-21"], flags].concat();
        let run = folder.run(&arguments);
        assert_eq!(run.code, 0, "{}", run.err);
        assert_eq!(run.out.contains("EXPLORATORY"), exploratory);
        let read = |name: &str| fs::read_to_string(folder.path().join("out").join(name)).expect("a report");
        for (name, says) in [
            ("report.html", "EXPLORATORY"),
            ("report.md", "EXPLORATORY"),
            ("result.json", "\"exploratory\": true"),
            ("metrics.csv", "\nrun,exploratory,value,,,,1,,,,,\n"),
            ("manifest.json", "\"exploratory\": true"),
        ] {
            assert_eq!(read(name).contains(says), exploratory, "{name} with {arguments:?}");
        }
    }
}

#[test]
fn without_a_network_everything_is_the_same() {
    let evenhand = env!("CARGO_BIN_EXE_evenhand");
    let alone = |arguments: &[&str], folder: &Folder| {
        Command::new("unshare").arg("-rn").args(arguments).current_dir(folder.path()).output()
    };
    if !alone(&["true"], &folder()).is_ok_and(|done| done.status.success()) {
        eprintln!("skipped: no namespace without a network can be made here");
        return;
    }
    let (with, without) = (folder(), folder());
    let interfaces = alone(&["cat", "/proc/net/dev"], &without).expect("cat runs");
    let interfaces = String::from_utf8_lossy(&interfaces.stdout).lines().skip(2).count();
    assert!(interfaces <= 1, "there is more than the loopback");
    let commands: [&[&str]; 4] = [
        &["policy", "freeze", "--time", "2026-11-20T18:00:00Z"],
        &["audit", "-o", "out", "--as-of", "2026-11-21"],
        &["explain", "met"],
        &["init", "rows.csv", "--yes", "-o", "made.toml"],
    ];
    for arguments in commands {
        let there = Command::new(evenhand).args(arguments).current_dir(with.path()).output().expect("evenhand runs");
        let here = alone(&[&[evenhand], arguments].concat(), &without).expect("evenhand runs");
        assert_eq!(here.status.code(), Some(0), "{}", String::from_utf8_lossy(&here.stderr));
        assert_eq!((here.stdout, here.stderr), (there.stdout, there.stderr), "{arguments:?}");
    }
    for name in [
        "evenhand.lock",
        "made.toml",
        "out/report.html",
        "out/report.md",
        "out/result.json",
        "out/metrics.csv",
        "out/manifest.json",
    ] {
        let read = |folder: &Folder| fs::read(folder.path().join(name)).expect("a file");
        assert!(read(&with) == read(&without), "{name} differs");
    }
}

#[test]
fn no_address_is_fetched_and_no_socket_opened() {
    // A file whose path reads like an address, which polars would fetch.
    let folder = folder();
    let mut frame =
        polars::df!("sex" => ["F", "M"].repeat(100), "offered" => [1, 0, 0, 1].repeat(50)).expect("a frame");
    let mut bytes = Vec::new();
    polars::prelude::ParquetWriter::new(&mut bytes).finish(&mut frame).expect("Parquet");
    folder.write("http:/127.0.0.1:9/rows.parquet", &bytes);
    folder.write("rows.parquet", &bytes);
    let by = ["--by", "sex", "--decision", "offered", "--favourable", "1", "--as-of", "2026-11-21", "-o", "out"];
    let fetched = folder.run(&[&["audit", "http://127.0.0.1:9/rows.parquet"], by.as_slice()].concat());
    assert_eq!(fetched.code, 0, "{}", fetched.err);
    // One that is no file is no file.
    let absent = folder.run(&[&["audit", "https://127.0.0.1:9/rows.parquet"], by.as_slice()].concat());
    assert_eq!(absent.code, 4, "{}", absent.err);
    let trace = folder.path().join("trace");
    let traced = |data: &str| {
        Command::new("strace")
            .args(["-f", "-qq", "-e", "trace=%network", "-o"])
            .arg(&trace)
            .args([&[env!("CARGO_BIN_EXE_evenhand"), "audit", data], by.as_slice()].concat())
            .current_dir(folder.path())
            .output()
    };
    for data in ["rows.parquet", "rows.csv", "http://127.0.0.1:9/rows.parquet"] {
        match traced(data) {
            Ok(done) if done.status.code() == Some(0) => {}
            _ => {
                eprintln!("skipped: strace cannot follow a program here");
                return;
            }
        }
        let calls = fs::read_to_string(&trace).expect("a trace");
        assert!(!calls.contains("AF_INET") && !calls.contains("connect("), "{data} opened a socket:\n{calls}");
    }
}

/// Crates whose work is to open connections or to encrypt them.
const NETWORKING: &[&str] = &[
    "async-std",
    "attohttpc",
    "aws-config",
    "aws-lc-rs",
    "curl",
    "curl-sys",
    "h2",
    "h3",
    "hickory-resolver",
    "hyper",
    "hyper-rustls",
    "hyper-util",
    "isahc",
    "minreq",
    "mio",
    "native-tls",
    "object_store",
    "openssl",
    "openssl-sys",
    "quinn",
    "quinn-proto",
    "quinn-udp",
    "reqwest",
    "rustls",
    "rustls-native-certs",
    "smol",
    "socket2",
    "surf",
    "tiny_http",
    "tokio-rustls",
    "tonic",
    "tungstenite",
    "ureq",
];

/// Who may depend on them: the streaming engine of polars brings what it fetches files from clouds with, whatever its features
/// are. Nothing of it runs: see the tests above.
const BRINGS: &[&str] = &["polars-error", "polars-io", "tokio"];

#[test]
fn what_could_open_a_connection_comes_with_polars_alone() {
    let lock: toml::Table = fs::read_to_string(format!("{ROOT}/Cargo.lock")).expect("read").parse().expect("TOML");
    let packages = lock["package"].as_array().expect("packages");
    assert!(packages.len() > 200);
    let mut brought = BTreeSet::new();
    for package in packages {
        let name = package["name"].as_str().expect("a name");
        let needs = package.get("dependencies").and_then(|d| d.as_array()).into_iter().flatten();
        let needs = needs.filter_map(|need| need.as_str()?.split(' ').next());
        for need in needs.filter(|need| NETWORKING.contains(need)) {
            let may = NETWORKING.contains(&name) || BRINGS.contains(&name);
            assert!(may, "{name} brings {need}, which opens connections");
            brought.insert(need);
        }
    }
    assert!(brought.contains("reqwest"), "polars brings no client any more: the exception can go");
    let manifest = fs::read_to_string(format!("{ROOT}/Cargo.toml")).expect("Cargo.toml can be read");
    for feature in ["cloud", "aws", "azure", "gcp", "http"] {
        assert!(!manifest.contains(&format!("\"{feature}\"")), "the feature {feature} reads from a network");
    }
    // What is forbidden to cargo-deny is the same list.
    let deny = fs::read_to_string(format!("{ROOT}/deny.toml")).expect("deny.toml can be read");
    for name in NETWORKING {
        assert!(deny.contains(&format!("crate = \"{name}\"")), "deny.toml does not name {name}");
    }
}

#[test]
fn no_source_opens_a_connection_or_leaves_what_the_compiler_checks() {
    let sources = glob::glob(&format!("{ROOT}/src/**/*.rs")).expect("a pattern").filter_map(Result::ok);
    let mut looked_at = 0;
    for path in sources {
        let text = fs::read_to_string(&path).expect("a source can be read");
        for word in
            ["std::net", "TcpStream", "UdpSocket", "UnixStream", "std::process::Command", "unsafe {", "unsafe fn"]
        {
            assert!(!text.contains(word), "{} has `{word}`", path.display());
        }
        looked_at += 1;
    }
    assert!(looked_at > 100);
    let manifest = fs::read_to_string(format!("{ROOT}/Cargo.toml")).expect("Cargo.toml can be read");
    assert!(manifest.contains("unsafe_code = \"forbid\""));
}

#[test]
fn libraries_are_loaded_in_one_place_and_not_by_default() {
    let manifest: toml::Table = fs::read_to_string(format!("{ROOT}/Cargo.toml")).expect("read").parse().expect("TOML");
    let features = manifest["features"].as_table().expect("features");
    assert!(!features.contains_key("default"), "what is built by default loads nothing");
    for name in ["adbc_core", "adbc_driver_manager"] {
        assert_eq!(manifest["dependencies"][name]["optional"].as_bool(), Some(true), "{name}");
    }
    let mut places = Vec::new();
    for path in glob::glob(&format!("{ROOT}/src/**/*.rs")).expect("a pattern").filter_map(Result::ok) {
        let text = fs::read_to_string(&path).expect("a source can be read");
        assert!(!text.contains("libloading"), "{} loads a library", path.display());
        if text.contains("adbc_driver_manager") || text.contains("adbc_core") {
            places.push(path.parent().expect("a folder").to_path_buf());
        }
    }
    assert!(!places.is_empty() && places.iter().all(|folder| folder.ends_with("src/database/adbc")), "{places:?}");
}
