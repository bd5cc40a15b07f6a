//! The dialects of SQL that a statement is printed in, one declaration each: names of types, functions that differ, quoting.

use clap::ValueEnum;

/// An engine's SQL.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Dialect {
    Postgres,
    #[value(name = "duckdb")]
    DuckDb,
    Spark,
    Snowflake,
    #[value(name = "bigquery")]
    BigQuery,
    #[value(name = "clickhouse")]
    ClickHouse,
    Trino,
}

/// How a name is quoted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Names {
    /// `"a""b"`
    DoubleQuotes,
    /// `` `a``b` ``
    Backticks,
    /// `` `a\`b` ``
    BackticksWithBackslash,
}

/// How a text is quoted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Texts {
    /// `'a''b'`, and a backslash is itself.
    Doubled,
    /// The same; a text with a backslash is written so that no setting changes it: `E'a\\b'`.
    DoubledOrEscaped,
    /// `'a\'b'`
    Backslash,
}

/// Makes an expression of another.
type Of = fn(&str) -> String;

/// What a dialect is made of.
pub(super) struct Form {
    pub id: &'static str,
    /// The engine's name.
    pub title: &'static str,
    pub names: Names,
    pub texts: Texts,
    /// Whether `${name}` is replaced in the statement before it is read.
    pub variables: bool,
    /// Types that take null.
    pub text: &'static str,
    pub double: &'static str,
    pub whole: &'static str,
    /// Whole numbers of 38 digits.
    pub wide: &'static str,
    /// A type of single precision, and what tells that a column has it.
    pub single: Option<(&'static str, Of)>,
    /// A column as a double, null where it is a text: where text does not keep every digit of a double.
    pub value: Option<Of>,
    /// A text that is a number as a double.
    pub parse: fn(&str) -> String,
    /// Whether a text has the form of a pattern.
    pub has_form: fn(&str, &str) -> String,
    /// A text without what has the form of a pattern.
    pub without: fn(&str, &str) -> String,
    /// The texts of a group in one, in rising order.
    pub joined: fn(&str) -> String,
    /// A number that is not whole.
    pub number: fn(f64) -> String,
    /// What keeps numbers from being computed anew wherever they are named.
    pub fence: Option<&'static str>,
    /// What follows the statement.
    pub settings: &'static str,
    /// How the result gets into a file, line by line.
    pub export: &'static [&'static str],
    /// Numbers with an exponent such as `1.5E7` are how the engine writes columns of floating numbers as text.
    pub exponents: bool,
}

fn plain(number: f64) -> String {
    format!("{number:?}")
}

fn cast_to(name: &str, number: f64) -> String {
    format!("CAST('{number:?}' AS {name})")
}

static POSTGRES: Form = Form {
    id: "postgres",
    title: "PostgreSQL",
    names: Names::DoubleQuotes,
    texts: Texts::DoubledOrEscaped,
    variables: false,
    text: "TEXT",
    double: "DOUBLE PRECISION",
    whole: "BIGINT",
    wide: "NUMERIC",
    single: Some(("REAL", |x| format!("PG_TYPEOF({x}) = CAST('real' AS REGTYPE)"))),
    value: None,
    parse: |x| format!("CAST({x} AS DOUBLE PRECISION)"),
    has_form: |x, pattern| format!("{x} ~ {pattern}"),
    without: |x, pattern| format!("REGEXP_REPLACE({x}, {pattern}, '')"),
    joined: |x| format!("STRING_AGG({x}, ',' ORDER BY {x})"),
    number: |number| cast_to("DOUBLE PRECISION", number),
    fence: Some("OFFSET 0 -- PostgreSQL would compute each of them several times"),
    settings: "",
    export: &["psql -X --csv -f cells.sql > cells.csv"],
    exponents: false,
};

static DUCKDB: Form = Form {
    id: "duckdb",
    title: "DuckDB",
    names: Names::DoubleQuotes,
    texts: Texts::Doubled,
    variables: false,
    text: "VARCHAR",
    double: "DOUBLE",
    whole: "BIGINT",
    wide: "HUGEINT",
    single: Some(("FLOAT", |x| format!("TYPEOF({x}) = 'FLOAT'"))),
    value: None,
    parse: |x| format!("TRY_CAST({x} AS DOUBLE)"),
    has_form: |x, pattern| format!("REGEXP_MATCHES({x}, {pattern})"),
    without: |x, pattern| format!("REGEXP_REPLACE({x}, {pattern}, '')"),
    joined: |x| format!("STRING_AGG({x}, ',' ORDER BY {x})"),
    number: |number| cast_to("DOUBLE", number),
    fence: None,
    settings: "",
    export: &["duckdb my.db \"COPY ($(cat cells.sql)) TO 'cells.parquet'\""],
    exponents: false,
};

static SPARK: Form = Form {
    id: "spark",
    title: "Spark SQL",
    names: Names::Backticks,
    texts: Texts::Backslash,
    variables: true,
    text: "STRING",
    double: "DOUBLE",
    whole: "BIGINT",
    wide: "DECIMAL(38, 0)",
    single: Some(("FLOAT", |x| format!("TYPEOF({x}) = 'float'"))),
    value: None,
    parse: |x| format!("CAST({x} AS DOUBLE)"),
    has_form: |x, pattern| format!("{x} RLIKE {pattern}"),
    without: |x, pattern| format!("REGEXP_REPLACE({x}, {pattern}, '')"),
    joined: |x| format!("ARRAY_JOIN(SORT_ARRAY(COLLECT_LIST({x})), ',')"),
    number: |number| format!("{}D", plain(number)),
    fence: None,
    settings: "",
    export: &["cells = spark.sql(open(\"cells.sql\").read())", "cells.coalesce(1).write.parquet(\"cells\")"],
    exponents: true,
};

static SNOWFLAKE: Form = Form {
    id: "snowflake",
    title: "Snowflake",
    names: Names::DoubleQuotes,
    texts: Texts::Backslash,
    variables: false,
    text: "VARCHAR",
    double: "DOUBLE",
    whole: "BIGINT",
    wide: "NUMBER(38, 0)",
    single: None,
    value: Some(|x| format!("AS_DOUBLE(TO_VARIANT({x}))")),
    parse: |x| format!("TRY_TO_DOUBLE({x})"),
    has_form: |x, pattern| format!("REGEXP_LIKE({x}, {pattern})"),
    without: |x, pattern| format!("REGEXP_REPLACE({x}, {pattern}, '')"),
    joined: |x| format!("LISTAGG({x}, ',') WITHIN GROUP (ORDER BY {x})"),
    number: |number| cast_to("DOUBLE", number),
    fence: None,
    settings: "",
    export: &[
        "COPY INTO @~/cells.parquet FROM (the statement) FILE_FORMAT = (TYPE = PARQUET) HEADER = TRUE SINGLE = TRUE",
        "GET @~/cells.parquet file://.   (Parquet: Snowflake's CSV rounds scores)",
    ],
    exponents: false,
};

static BIGQUERY: Form = Form {
    id: "bigquery",
    title: "BigQuery",
    names: Names::BackticksWithBackslash,
    texts: Texts::Backslash,
    variables: false,
    text: "STRING",
    double: "FLOAT64",
    whole: "INT64",
    wide: "NUMERIC",
    single: None,
    value: None,
    parse: |x| format!("SAFE_CAST({x} AS FLOAT64)"),
    has_form: |x, pattern| format!("REGEXP_CONTAINS({x}, {pattern})"),
    without: |x, pattern| format!("REGEXP_REPLACE({x}, {pattern}, '')"),
    joined: |x| format!("STRING_AGG({x}, ',' ORDER BY {x})"),
    number: plain,
    fence: None,
    settings: "",
    export: &[
        "bq query --use_legacy_sql=false --format=csv --max_rows=10000000 < cells.sql > cells.csv",
        "or, from the console: save the results as CSV or NDJSON",
    ],
    exponents: false,
};

static CLICKHOUSE: Form = Form {
    id: "clickhouse",
    title: "ClickHouse",
    names: Names::BackticksWithBackslash,
    texts: Texts::Backslash,
    variables: false,
    text: "Nullable(String)",
    double: "Nullable(Float64)",
    whole: "Nullable(Int64)",
    wide: "Nullable(Int128)",
    single: Some(("Nullable(Float32)", |x| format!("toTypeName({x}) IN ('Float32', 'Nullable(Float32)')"))),
    value: None,
    parse: |x| format!("toFloat64OrNull({x})"),
    has_form: |x, pattern| format!("match({x}, {pattern})"),
    without: |x, pattern| format!("replaceRegexpOne({x}, {pattern}, '')"),
    joined: |x| format!("arrayStringConcat(arraySort(groupArray({x})), ',')"),
    number: plain,
    fence: None,
    settings: "SETTINGS precise_float_parsing = 1",
    export: &["clickhouse-client --query \"$(cat cells.sql) FORMAT Parquet\" > cells.parquet"],
    exponents: false,
};

static TRINO: Form = Form {
    id: "trino",
    title: "Trino",
    names: Names::DoubleQuotes,
    texts: Texts::Doubled,
    variables: false,
    text: "VARCHAR",
    double: "DOUBLE",
    whole: "BIGINT",
    wide: "DECIMAL(38, 0)",
    single: Some(("REAL", |x| format!("TYPEOF({x}) = 'real'"))),
    value: None,
    parse: |x| format!("TRY_CAST({x} AS DOUBLE)"),
    has_form: |x, pattern| format!("REGEXP_LIKE({x}, {pattern})"),
    without: |x, pattern| format!("REGEXP_REPLACE({x}, {pattern}, '')"),
    joined: |x| format!("ARRAY_JOIN(ARRAY_SORT(ARRAY_AGG({x})), ',')"),
    number: |number| format!("DOUBLE '{number:?}'"),
    fence: None,
    settings: "",
    export: &["trino --output-format=CSV_HEADER --file cells.sql > cells.csv"],
    exponents: true,
};

impl Dialect {
    pub const ALL: [Dialect; 7] = [
        Dialect::Postgres,
        Dialect::DuckDb,
        Dialect::Spark,
        Dialect::Snowflake,
        Dialect::BigQuery,
        Dialect::ClickHouse,
        Dialect::Trino,
    ];

    pub(super) fn form(self) -> &'static Form {
        match self {
            Dialect::Postgres => &POSTGRES,
            Dialect::DuckDb => &DUCKDB,
            Dialect::Spark => &SPARK,
            Dialect::Snowflake => &SNOWFLAKE,
            Dialect::BigQuery => &BIGQUERY,
            Dialect::ClickHouse => &CLICKHOUSE,
            Dialect::Trino => &TRINO,
        }
    }

    pub fn id(self) -> &'static str {
        self.form().id
    }

    /// The name of the engine.
    pub fn title(self) -> &'static str {
        self.form().title
    }

    /// How the result gets into a file, line by line.
    pub fn export(self) -> &'static [&'static str] {
        self.form().export
    }

    pub fn find(id: &str) -> Option<Dialect> {
        Dialect::ALL.into_iter().find(|dialect| dialect.id() == id)
    }

    /// Whether texts such as `1.5E7` are how the engine writes floating numbers.
    pub fn writes_exponents(self) -> bool {
        self.form().exponents
    }
}
