#!/usr/bin/env python3
"""Runs printed statements on a real engine.

    run.py ENGINE JOBS.json

ENGINE is postgres, duckdb, spark or clickhouse. A job names a table (a CSV and a Parquet file of the same rows, and the types
of the columns), the file of the statement, and the file that its result is written to. The script does what a user does: it
loads the table, runs the statement as it is, and exports the result. Exit code 77: the engine is not here.
"""

import glob
import json
import os
import pwd
import shutil
import subprocess
import sys
import tempfile

ABSENT = 77


def absent(what):
    print(what, file=sys.stderr)
    sys.exit(ABSENT)


def read(path):
    with open(path, encoding="utf-8") as file:
        return file.read()


def postgres(jobs):
    """A private cluster on a socket in a temporary folder; the server refuses to run as root."""
    found = sorted(glob.glob("/usr/lib/postgresql/*/bin/initdb"))
    initdb = found[-1] if found else shutil.which("initdb")
    if not initdb or not shutil.which("psql"):
        absent("there is no PostgreSQL here (apt-get install postgresql)")
    programs = os.path.dirname(initdb)
    folder = tempfile.mkdtemp(prefix="pg")
    user = None
    if os.getuid() == 0:
        try:
            user = pwd.getpwnam("postgres")
        except KeyError:
            absent("there is no user postgres to run the server as")
        os.chown(folder, user.pw_uid, user.pw_gid)

    def server(*words):
        become = {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []} if user else {}
        subprocess.run(words, check=True, cwd=folder, stdout=subprocess.DEVNULL, **become)

    data = os.path.join(folder, "data")
    server(os.path.join(programs, "initdb"), "-D", data, "-U", "evenhand", "-A", "trust", "-E", "UTF8", "--locale=C", "-N")
    options = f"-k {folder} -c listen_addresses='' -c fsync=off"
    control = os.path.join(programs, "pg_ctl")
    server(control, "-D", data, "-w", "-o", options, "-l", os.path.join(folder, "log"), "start")
    psql = ["psql", "-X", "-q", "-v", "ON_ERROR_STOP=1", "-h", folder, "-U", "evenhand", "-d", "postgres"]
    types = {"text": "TEXT", "int": "BIGINT", "double": "DOUBLE PRECISION", "real": "REAL", "bool": "BOOLEAN"}
    try:
        for job in jobs:
            columns = ", ".join('"{}" {}'.format(n.replace('"', '""'), types[t]) for n, t in job["columns"])
            made = f"DROP TABLE IF EXISTS rows_of_it; CREATE TABLE rows_of_it ({columns});\n"
            made += f"\\copy rows_of_it FROM '{job['csv']}' WITH (FORMAT csv, HEADER)\n"
            subprocess.run(psql, input=made, text=True, check=True)
            with open(job["out"], "w", encoding="utf-8") as out:
                subprocess.run([*psql, "--csv", "-f", job["sql"]], stdout=out, check=True)
    finally:
        server(control, "-D", data, "-m", "immediate", "stop")
        shutil.rmtree(folder, ignore_errors=True)


def duckdb(jobs):
    try:
        import duckdb as engine
    except ImportError:
        absent("there is no DuckDB here (pip install duckdb)")
    for job in jobs:
        connection = engine.connect()
        connection.execute(f"CREATE TABLE rows_of_it AS SELECT * FROM '{job['parquet']}'")
        kind = {".parquet": "PARQUET", ".csv": "CSV", ".ndjson": "JSON"}[os.path.splitext(job["out"])[1]]
        connection.execute(f"COPY ({read(job['sql'])}) TO '{job['out']}' (FORMAT {kind})")
        connection.close()


def spark(jobs):
    """Two workers, over rows in several files."""
    try:
        from pyspark.sql import SparkSession
    except ImportError:
        absent("there is no PySpark here (pip install pyspark)")
    folder = tempfile.mkdtemp(prefix="spark")
    session = (
        SparkSession.builder.master("local[2]")
        .config("spark.ui.enabled", "false")
        .config("spark.driver.host", "127.0.0.1")
        .config("spark.driver.bindAddress", "127.0.0.1")
        .config("spark.sql.shuffle.partitions", "4")
        .config("spark.sql.warehouse.dir", os.path.join(folder, "warehouse"))
        .config("spark.log.level", "ERROR")
        .getOrCreate()
    )
    session.sparkContext.setLogLevel("ERROR")
    for number, job in enumerate(jobs):
        parts, cells = os.path.join(folder, f"rows-{number}"), os.path.join(folder, f"cells-{number}")
        session.read.parquet(job["parquet"]).repartition(4).write.parquet(parts)
        session.read.parquet(parts).createOrReplaceTempView("rows_of_it")
        # These are the lines of README.
        result = session.sql(read(job["sql"]))
        result.coalesce(1).write.parquet(cells)
        shutil.copy(glob.glob(os.path.join(cells, "*.parquet"))[0], job["out"])
    session.stop()
    shutil.rmtree(folder, ignore_errors=True)


def clickhouse(jobs):
    """ClickHouse in this process."""
    try:
        from chdb import session as engine
    except ImportError:
        absent("there is no chDB here (pip install chdb)")
    folder = tempfile.mkdtemp(prefix="chdb")
    connection = engine.Session(folder)
    for job in jobs:
        connection.query("DROP TABLE IF EXISTS rows_of_it")
        connection.query(
            f"CREATE TABLE rows_of_it ENGINE = Memory AS SELECT * FROM file('{job['parquet']}', Parquet)"
            " SETTINGS schema_inference_make_columns_nullable = 1"
        )
        kind = {".parquet": "Parquet", ".csv": "CSVWithNames", ".ndjson": "JSONEachRow"}[os.path.splitext(job["out"])[1]]
        result = connection.query(read(job["sql"]), kind)
        with open(job["out"], "wb") as out:
            out.write(result.bytes())
    connection.close()
    shutil.rmtree(folder, ignore_errors=True)


def parse(jobs):
    """Every statement of every dialect is one that an independent parser of that dialect understands."""
    try:
        import sqlglot
    except ImportError:
        absent("there is no sqlglot here (pip install sqlglot)")
    for job in jobs:
        found = sqlglot.parse(read(job["sql"]), read=job["dialect"], error_level=sqlglot.ErrorLevel.RAISE)
        assert len(found) == 1, f"{job['sql']}: {len(found)} statements"
        texts = {literal.this for literal in found[0].find_all(sqlglot.exp.Literal) if literal.is_string}
        # E'...' of PostgreSQL, whose escapes this parser leaves as they are.
        escaped = {literal.this for literal in found[0].find_all(sqlglot.exp.ByteString)}
        texts |= escaped | {text.replace("\\'", "'").replace("\\\\", "\\") for text in escaped}
        names = {name.this for name in found[0].find_all(sqlglot.exp.Identifier)}
        for text in job["texts"]:
            assert text in texts, f"{job['sql']}: {text!r} is not a text of it"
        for name in job["names"]:
            assert name in names, f"{job['sql']}: {name!r} is not a name of it"


if __name__ == "__main__":
    engines = {"postgres": postgres, "duckdb": duckdb, "spark": spark, "clickhouse": clickhouse, "parse": parse}
    with open(sys.argv[2], encoding="utf-8") as file:
        engines[sys.argv[1]](json.load(file))
