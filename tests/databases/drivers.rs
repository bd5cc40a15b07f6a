//! Real databases behind real drivers: PostgreSQL in a private cluster, DuckDB in its library.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::Value;
use tempfile::TempDir;

use crate::support;

/// In every password; no output may have it.
const CANARY: &str = "canary";
const PASSWORD: &str = "canary-of-the-owner";
const SCORED: &str = "version = 1\n[data]\ndecision = \"offered\"\nfavourable = [\"yes\"]\nscore = \"score\"\ncount = \"people\"\n\
                      [[attribute]]\nname = \"sex\"\n[[attribute]]\nname = \"age_band\"\ncolumn = \"age\"\nbins = [30, \"45.5\"]\n\
                      [[outcome]]\nname = \"grade\"\ncolumn = \"score\"\nkind = \"amount\"\nbetter = \"more\"\n\
                      [intersections]\nsets = [[\"sex\", \"age_band\"]]\n[statistics]\nreplicates = 50\npermutations = 50\n";

/// A folder with a policy and rows, in which the program runs.
struct Work(TempDir);

struct Done {
    code: i32,
    out: String,
    err: String,
}

impl Work {
    fn new(policy: &str) -> Work {
        let work = Work(TempDir::new().expect("a folder"));
        fs::write(work.at("evenhand.toml"), policy).expect("written");
        work
    }

    fn at(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    fn start(&self, arguments: &[&str], environment: &[(&str, &str)]) -> Child {
        Command::new(env!("CARGO_BIN_EXE_evenhand"))
            .args(arguments)
            .current_dir(self.0.path())
            .env("ADBC_DRIVER_PATH", drivers())
            .env_remove("VIRTUAL_ENV")
            .env_remove("PGPASSWORD")
            .env("PGPASSFILE", self.at("no-passwords"))
            .envs(environment.iter().copied())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the program starts")
    }

    fn run(&self, arguments: &[&str], environment: &[(&str, &str)]) -> Done {
        self.end(self.start(arguments, environment))
    }

    fn end(&self, child: Child) -> Done {
        let output = child.wait_with_output().expect("the program ends");
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("text");
        let code = output.status.code().expect("an exit code");
        let done = Done { code, out: text(output.stdout), err: text(output.stderr) };
        assert_ne!(done.code, 70, "{}", done.err);
        for told in [&done.out, &done.err] {
            assert!(!told.contains(CANARY), "a password got out: {told}");
        }
        for file in glob::glob(&format!("{}/**/*", self.0.path().display())).expect("a pattern").filter_map(Result::ok)
        {
            let held = fs::read(&file).unwrap_or_default();
            let found = held.windows(CANARY.len()).any(|part| part == CANARY.as_bytes());
            assert!(!found, "a password is in {}", file.display());
        }
        done
    }

    /// The result of an audit, and what it says of its sources.
    fn audit(&self, arguments: &[&str], environment: &[(&str, &str)]) -> (Value, Value) {
        let all = [&["audit", "--as-of", "2026-01-31", "--quiet", "-o", "out"], arguments].concat();
        let done = self.run(&all, environment);
        assert!([0, 1, 3].contains(&done.code), "{}: {}", done.code, done.err);
        let text = fs::read_to_string(self.at("out/result.json")).expect("a result");
        let mut result: Value = serde_json::from_str(&text).expect("JSON");
        let sources = result["data"]["sources"].take();
        (result, sources)
    }

    /// Runs that must fail leave nothing behind, and say this.
    #[track_caller]
    fn fails(&self, code: i32, says: &[&str], done: &Done) {
        assert_eq!(done.code, code, "{}{}", done.out, done.err);
        assert_eq!(done.out, "");
        for part in says {
            assert!(done.err.contains(part), "`{part}` is not in: {}", done.err);
        }
        let left: Vec<_> = fs::read_dir(self.0.path()).expect("a folder").filter_map(Result::ok).collect();
        let left: Vec<String> = left.iter().map(|entry| entry.file_name().to_string_lossy().into_owned()).collect();
        let files = |folder: &str| fs::read_dir(self.at(folder)).map_or(0, |entries| entries.count());
        assert!(left.iter().all(|name| !name.contains("cells") && !name.starts_with('.')), "{left:?}");
        assert_eq!(files("out"), 0, "something is half written");
    }
}

/// Folders in which drivers may be.
fn drivers() -> String {
    let root = env!("CARGO_MANIFEST_DIR");
    let patterns = [
        format!("{root}/target/engines/lib/python3*/site-packages/adbc_driver_postgresql"),
        format!("{root}/target/engines/node_modules/@duckdb/node-bindings-*"),
    ];
    let found = patterns.iter().flat_map(|pattern| glob::glob(pattern).expect("a pattern").filter_map(Result::ok));
    let own = std::env::var("EVENHAND_DRIVERS").ok();
    own.into_iter().chain(found.map(|path| path.display().to_string())).collect::<Vec<_>>().join(":")
}

fn has(library: &str) -> bool {
    let here = drivers().split(':').any(|folder| Path::new(folder).join(library).exists());
    if !here {
        eprintln!("not tested: there is no {library} in target/engines or EVENHAND_DRIVERS");
    }
    here
}

/// Rows of both sexes, with scores that are not short, missing values and counts.
fn rows() -> String {
    let mut random = support::SplitMix64(17);
    let mut csv = "sex,age,offered,score,people\n".to_owned();
    for _ in 0..500 {
        let sex = random.pick(&["F", "M", ""]);
        let (age, offered) = (18 + random.below(50), random.pick(&["yes", "no"]));
        let score = random.below(1 << 30) as f64 / f64::from(1 << 30);
        csv += &format!("{sex},{age},{offered},{score},{}\n", 1 + random.below(4));
    }
    csv
}

fn adult() -> Option<(String, &'static str)> {
    let Ok(csv) = fs::read_to_string(support::shared_data()?.join("adult/adult.lr_v1.csv")) else {
        eprintln!("not tested: there is no adult data");
        return None;
    };
    let policy = "version = 1\n[data]\ndecision = \"prediction\"\nfavourable = [1]\nlabel = \"label\"\npositive = [1]\n\
                  score = \"score\"\n[[attribute]]\nname = \"sex\"\n[[attribute]]\nname = \"race\"\n[[attribute]]\nname = \"age_band\"\n\
                  [intersections]\nsets = [[\"sex\", \"race\"]]\n[[check]]\nmetric = \"selection-rate\"\ncontrast = \"ratio\"\nmin = 0.8\n";
    Some((csv, policy))
}

/// A cluster of its own, on a socket in its folder; it is gone with the test.
struct Postgres {
    folder: TempDir,
    programs: PathBuf,
    user: Option<u32>,
}

impl Postgres {
    fn new() -> Option<Postgres> {
        if !has(&format!("{}adbc_driver_postgresql{}", std::env::consts::DLL_PREFIX, std::env::consts::DLL_SUFFIX)) {
            return None;
        }
        let initdb = glob::glob("/usr/lib/postgresql/*/bin/initdb").expect("a pattern").filter_map(Result::ok).max();
        let Some(programs) = initdb.and_then(|path| path.parent().map(Path::to_path_buf)) else {
            eprintln!("not tested: there is no PostgreSQL here (apt-get install postgresql)");
            return None;
        };
        let id = |arguments: &[&str]| {
            let output = Command::new("id").args(arguments).output().ok()?;
            String::from_utf8(output.stdout).ok()?.trim().parse::<u32>().ok()
        };
        // The server refuses to run as root.
        let user = if id(&["-u"]) == Some(0) { Some(id(&["-u", "postgres"])?) } else { None };
        let folder = tempfile::Builder::new().prefix("pg").tempdir().expect("a folder");
        fs::set_permissions(folder.path(), std::os::unix::fs::PermissionsExt::from_mode(0o755)).expect("a mode");
        if user.is_some() {
            std::os::unix::fs::chown(folder.path(), user, None).expect("an owner");
        }
        let server = Postgres { folder, programs, user };
        let at = |name: &str| server.folder.path().join(name).display().to_string();
        fs::write(at("first"), PASSWORD).expect("written");
        let (data, first) = (at("data"), at("first"));
        server.program(
            "initdb",
            &["-D", &data, "-U", "owner", "-A", "scram-sha-256", "--pwfile", &first, "-E", "UTF8", "--locale=C", "-N"],
        );
        let options = format!("-k {} -c listen_addresses='' -c fsync=off", server.folder.path().display());
        server.program("pg_ctl", &["-D", &data, "-w", "-o", &options, "-l", &at("log"), "start"]);
        Some(server)
    }

    fn program(&self, name: &str, arguments: &[&str]) {
        use std::os::unix::process::CommandExt;
        let mut command = Command::new(self.programs.join(name));
        command.args(arguments).current_dir(self.folder.path()).stdout(Stdio::null()).stderr(Stdio::null());
        if let Some(user) = self.user {
            command.uid(user);
        }
        assert!(command.status().expect("a program of PostgreSQL runs").success(), "{name}");
    }

    fn psql(&self) -> Command {
        let mut command = Command::new(self.programs.join("psql"));
        let folder = self.folder.path().display().to_string();
        command.args(["-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1", "-h", &folder, "-U", "owner", "-d", "postgres"]);
        command.env("PGPASSWORD", PASSWORD);
        command
    }

    fn say(&self, sql: &str) -> String {
        let output = self.psql().args(["-c", sql]).output().expect("psql runs");
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).expect("text")
    }

    fn load(&self, table: &str, columns: &str, csv: &Path) {
        self.say(&format!("CREATE TABLE {table} ({columns})"));
        self.say(&format!("\\copy {table} FROM '{}' WITH (FORMAT csv, HEADER)", csv.display()));
    }

    fn address(&self, user: &str) -> String {
        let host = self.folder.path().display().to_string().replace('/', "%2F");
        format!("postgresql://{user}@{host}/postgres")
    }
}

impl Drop for Postgres {
    fn drop(&mut self) {
        let data = self.folder.path().join("data").display().to_string();
        self.program("pg_ctl", &["-D", &data, "-m", "immediate", "stop"]);
    }
}

const COLUMNS: &str = "sex text, age bigint, offered text, score double precision, people bigint";

#[test]
fn postgres_counts_what_a_pass_over_the_rows_counts() {
    let Some(server) = Postgres::new() else { return };
    let owner = [("PGPASSWORD", PASSWORD)];
    let work = Work::new(SCORED);
    fs::write(work.at("rows.csv"), rows()).expect("written");
    server.load("\"Offers of 2026\"", COLUMNS, &work.at("rows.csv"));
    let address = server.address("owner");
    let named = ["--source", address.as_str(), "--table", "\"Offers of 2026\""];
    let (local, _) = work.audit(&["rows.csv"], &[]);
    let (there, sources) = work.audit(&named, &owner);
    assert_eq!(there, local);
    let path = sources[0]["path"].as_str().expect("a path");
    assert!(path.starts_with("postgresql://") && !path.contains("owner"), "{sources}");
    // Cells of a database are stored and audited like others.
    let stored = work.run(&[["tally", "-o", "db.cells"].as_slice(), &named].concat(), &owner);
    assert_eq!(stored.code, 0, "{}", stored.err);
    assert_eq!(work.audit(&["db.cells"], &[]).0, local);
    // The password may stand in the address, which is then spoken of.
    let with = server.address(&format!("owner:{}", PASSWORD.replace('-', "%2D")));
    let done = work.run(&["audit", "--source", &with, "--table", "\"Offers of 2026\"", "--quiet", "-o", "out"], &[]);
    assert!(done.err.contains("leave it to the environment") && [0, 1, 3].contains(&done.code), "{}", done.err);
    if let Some((csv, policy)) = adult() {
        let work = Work::new(policy);
        fs::write(work.at("rows.csv"), &csv).expect("written");
        let header = csv.lines().next().expect("a header");
        let kind = |name: &str| match name {
            "prediction" | "label" => format!("\"{name}\" int"),
            "score" => format!("\"{name}\" double precision"),
            _ => format!("\"{name}\" text"),
        };
        let columns: Vec<String> = header.split(',').map(kind).collect();
        server.load("adult", &columns.join(", "), &work.at("rows.csv"));
        let there = work.audit(&["--source", &server.address("owner"), "--table", "adult"], &owner);
        assert_eq!(there.0, work.audit(&["rows.csv"], &[]).0);
    }
}

#[test]
fn postgres_refusals_are_told_and_leave_nothing() {
    let Some(server) = Postgres::new() else { return };
    let owner = [("PGPASSWORD", PASSWORD)];
    let work = Work::new(SCORED);
    fs::write(work.at("rows.csv"), rows()).expect("written");
    server.load("offers", COLUMNS, &work.at("rows.csv"));
    server.say("CREATE TABLE half (sex text, age bigint, offered text)");
    server.say("CREATE TABLE bad AS SELECT sex, 'canary of a row' AS age, offered, score, people FROM offers");
    server.say("CREATE ROLE reader LOGIN PASSWORD 'canary-of-the-reader'");
    let audit = |address: &str, table: &str, environment: &[(&str, &str)]| {
        work.run(&["audit", "--source", address, "--table", table, "-o", "out"], environment)
    };
    let address = server.address("owner");
    for environment in [[("PGPASSWORD", "canary-that-is-wrong")].as_slice(), &[]] {
        let done = audit(&address, "offers", environment);
        work.fails(4, &["gave no connection", "password"], &done);
    }
    for wrong in ["owner:canary%20wrong", "owner:canary-%22wrong%22"] {
        let done = audit(&server.address(wrong), "offers", &[]);
        work.fails(4, &["password authentication failed"], &done);
    }
    for nowhere in [
        "postgresql://owner:canary-x@127.0.0.1:1/postgres",
        "postgresql://owner:canary-x@nowhere.invalid/postgres?connect_timeout=5",
        "postgresql://127.0.0.1:1/postgres?user=owner&password=canary-x",
        "postgresql://owner:canary-x@127.0.0.1:1/postgres?canary-of-no-option=1&password=canary-y",
    ] {
        let done = audit(nowhere, "offers", &[]);
        work.fails(4, &["gave no connection"], &done);
    }
    let short = audit(&server.address("owner:ab"), "offers", &[]);
    work.fails(4, &["so short"], &short);
    work.fails(4, &["no such table"], &audit(&address, "nothing", &owner));
    work.fails(4, &["no such column", "score"], &audit(&address, "half", &owner));
    work.fails(4, &["[bad-data]", "column `age`"], &audit(&address, "bad", &owner));
    // A view of the user's that stumbles over a value: the value is not told.
    let stumbles = "CASE WHEN sex = 'F' THEN 'canary of a row' ELSE '1' END";
    server.say(&format!(
        "CREATE VIEW stumbles AS SELECT sex, CAST({stumbles} AS bigint) AS age, offered, score, people FROM offers"
    ));
    work.fails(4, &["a value of the table cannot be read"], &audit(&address, "stumbles", &owner));
    // One that says a value itself: an engine's words may be anybody's.
    server.say(
        "CREATE FUNCTION says(text) RETURNS bigint LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'canary of a row: %', $1; END $$",
    );
    server.say("CREATE VIEW speaks AS SELECT sex, says(offered) AS age, offered, score, people FROM offers");
    work.fails(4, &["may hold values of the table"], &audit(&address, "speaks", &owner));
    server.say(
        "CREATE VIEW lists AS SELECT sex, ('canary' || offered)::int[] AS age, offered, score, people FROM offers",
    );
    work.fails(4, &["a value of the table cannot be read"], &audit(&address, "lists", &owner));
    let reader = [("PGPASSWORD", "canary-of-the-reader")];
    work.fails(4, &["may not read"], &audit(&server.address("reader"), "offers", &reader));
    let cells = ["tally", "--source", &address, "--table", "half", "-o", "db.cells"];
    work.fails(4, &["no such column"], &work.run(&cells, &owner));
    work.fails(
        2,
        &["not from both"],
        &work.run(&["audit", "rows.csv", "--source", &address, "--table", "offers"], &owner),
    );
    // Values of an option of the driver are secret whatever they are for, and its name is not.
    let options = [("EVENHAND_ADBC_OPTIONS", "adbc.no_such.token=canary-of-the-token")];
    work.fails(4, &["adbc.no_such.token"], &audit(&address, "offers", &options));
    let elsewhere = [("EVENHAND_ADBC_OPTIONS", " uri=postgresql://nowhere.invalid/canary")];
    work.fails(2, &["stands in --source"], &audit(&address, "offers", &elsewhere));
    work.fails(2, &["which table"], &work.run(&["audit", "--source", &address], &owner));
    // What would write is refused by the engine.
    server.say("CREATE TABLE log (at int)");
    server.say(
        "CREATE FUNCTION wrote() RETURNS boolean LANGUAGE sql VOLATILE AS 'INSERT INTO log VALUES (1) RETURNING true'",
    );
    server.say("CREATE VIEW writes AS SELECT * FROM offers WHERE wrote()");
    work.fails(4, &["read-only"], &audit(&address, "writes", &owner));
    assert_eq!(server.say("SELECT count(*) FROM log").trim(), "0");
}

#[test]
fn postgres_that_goes_away_is_told_and_leaves_nothing() {
    let Some(server) = Postgres::new() else { return };
    let work = Work::new(SCORED);
    fs::write(work.at("rows.csv"), rows()).expect("written");
    server.load("offers", COLUMNS, &work.at("rows.csv"));
    server.say("CREATE VIEW slow AS SELECT offers.* FROM offers, (SELECT pg_sleep(60)) AS sleep");
    // A statement that waits can be stopped while it runs.
    let stop = |table: &str, function: &str, waits: &str, says: &str| {
        let address = server.address("owner");
        let arguments = ["audit", "--source", &address, "--table", table, "-o", "out"];
        let child = work.start(&arguments, &[("PGPASSWORD", PASSWORD)]);
        let stop = format!(
            "SELECT count({function}(pid)) FROM pg_stat_activity WHERE {waits} AND query LIKE '%evenhand%' AND pid <> pg_backend_pid()"
        );
        let begun = Instant::now();
        while server.say(&stop).trim() == "0" {
            assert!(begun.elapsed() < Duration::from_secs(60), "the statement never waited");
            std::thread::sleep(Duration::from_millis(50));
        }
        let done = work.end(child);
        work.fails(4, &["[cannot-read]", says], &done);
    };
    stop("slow", "pg_cancel_backend", "wait_event = 'PgSleep'", "cancel");
    stop("slow", "pg_terminate_backend", "wait_event = 'PgSleep'", "terminating connection");
    let mut other = server.psql().stdin(Stdio::piped()).spawn().expect("psql runs");
    use std::io::Write;
    let mut words = other.stdin.take().expect("its input");
    words.write_all(b"BEGIN; LOCK TABLE offers IN ACCESS EXCLUSIVE MODE;\n").expect("written");
    words.flush().expect("written");
    stop("offers", "pg_cancel_backend", "wait_event_type = 'Lock'", "cancel");
    stop("offers", "pg_terminate_backend", "wait_event_type = 'Lock'", "terminating connection");
    drop(words);
    other.wait().expect("psql ends");
}

#[test]
fn duckdb_counts_what_a_pass_over_the_rows_counts() {
    if !has("libduckdb.so") && !has("libduckdb.dylib") {
        return;
    }
    let work = Work::new(SCORED);
    fs::write(work.at("rows.csv"), rows()).expect("written");
    let named = ["--source", "duckdb::memory:", "--table", "rows_of_it"];
    // DuckDB reads files as tables; a file of Parquet tells the types.
    fn parquet(work: &Work, csv: &str, name: &str) {
        use polars::prelude::*;
        let parsed = LazyCsvReader::new(PlRefPath::new(csv)).with_infer_schema_length(None).finish().expect("CSV");
        let mut frame = parsed.collect().expect("rows");
        let mut bytes = Vec::new();
        ParquetWriter::new(&mut bytes).finish(&mut frame).expect("Parquet");
        fs::write(work.at(name), bytes).expect("written");
    }
    parquet(&work, &work.at("rows.csv").display().to_string(), "rows.parquet");
    let (local, _) = work.audit(&["rows.csv"], &[]);
    let (there, sources) = work.audit(&["--source", "duckdb::memory:", "--table", "\"rows.parquet\""], &[]);
    assert_eq!(there, local);
    assert_eq!(sources[0]["path"], "duckdb::memory:");
    fs::remove_dir_all(work.at("out")).expect("removed");
    work.fails(4, &["did not run the statement"], &work.run(&[["audit"].as_slice(), &named].concat(), &[]));
    let absent = work.run(&["audit", "--source", "duckdb:absent.duckdb", "--table", "offers"], &[]);
    work.fails(4, &["gave no connection", "absent.duckdb"], &absent);
    assert!(!work.at("absent.duckdb").exists(), "a database is only read, and not made");
    if let Some((csv, policy)) = adult() {
        let work = Work::new(policy);
        fs::write(work.at("rows.csv"), csv).expect("written");
        parquet(&work, &work.at("rows.csv").display().to_string(), "rows.parquet");
        let there = work.audit(&["--source", "duckdb::memory:", "--table", "\"rows.parquet\""], &[]);
        assert_eq!(there.0, work.audit(&["rows.csv"], &[]).0);
    }
}

#[test]
fn a_driver_that_is_not_here_is_told_with_where_it_was_looked_for() {
    let work = Work::new(SCORED);
    let nowhere = work.at("nowhere").display().to_string();
    let environment = [("ADBC_DRIVER_PATH", nowhere.as_str()), ("PGPASSWORD", PASSWORD)];
    let source = ["audit", "--source", "postgresql://db.example/hr", "--table", "offers", "-o", "out"];
    // A system that has the driver among its libraries gives another answer.
    let done = work.run(&source, &environment);
    if !done.err.contains("gave no connection") {
        let says = ["adbc_driver_postgresql", nowhere.as_str(), "pip install adbc-driver-postgresql", "dbc install"];
        work.fails(4, &says, &done);
    }
    let named = work.run(&[source.as_slice(), &["--driver", "./no.so"]].concat(), &environment);
    work.fails(4, &["./no.so", "no such file"], &named);
    // What is there and is no driver is told of, and nothing else is tried.
    fs::create_dir(work.at("nowhere")).expect("a folder");
    fs::write(work.at("nowhere/libadbc_driver_postgresql.so"), "no library").expect("written");
    if cfg!(target_os = "linux") {
        work.fails(4, &["cannot be loaded"], &work.run(&source, &environment));
    }
    // What is only shown asks nobody.
    let shown = work.run(
        &["audit", "--source", "postgresql://owner:canary-x@db.example/hr", "--table", "offers", "--dry-run"],
        &environment,
    );
    assert_eq!(shown.code, 0, "{}", shown.err);
    assert!(shown.out.contains("# data: offers in postgresql://db.example/hr\n"), "{}", shown.out);
    let help = work.run(&["audit", "--help"], &[]);
    assert!(help.out.contains("--source <URI>") && help.out.contains("--table <NAME>"), "{}", help.out);
}
