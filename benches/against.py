"""Measures evenhand against what people use today: DuckDB, polars for Python, and fairlearn, each as a whole process.

    python3 -m venv venv && venv/bin/pip install duckdb fairlearn polars pandas pyarrow scikit-learn
    cargo build --release
    venv/bin/python benches/against.py target/release/evenhand [ROWS ...]

Every engine reads the same file, which this program makes once in a folder of its own, and is asked for the groups of three
attributes and one intersection; none of the others does more than evenhand has to. DuckDB adds up rows, decisions, labels and
both together by grouping sets, from which rates follow. polars makes one group-by of the five columns. fairlearn computes five
metrics of every group: selection rate, the error rates of both kinds, precision and accuracy, with intervals where it is given
draws. evenhand computes every metric with interval and test, and hashes its input.

Processes run in turn, the first round is thrown away, and medians of processor time are compared, because a shared machine
says little about the time on the wall; that and the largest memory are printed beside it. fairlearn with draws is run once
with 2 and once with 7 of them, and what 200 cost is extrapolated from these two.
"""

import os
import statistics
import sys
import tempfile
import time

ATTRIBUTES = ["sex", "age", "region"]
ROUNDS = 3

MAKE = """
import duckdb, sys
rows, folder = int(sys.argv[1]), sys.argv[2]
at = duckdb.connect()
at.execute("SET threads = 2; SET preserve_insertion_order = true")
at.execute(f'''
create table t as
with r as (select i, hash(i) as h from range({rows}) t(i))
select
  case when h % 100 < 52 then 'Female' else 'Male' end as sex,
  ['18-24', '25-39', '40-64', '65+'][1 + (h // 100 % 4)::int] as age,
  ['north', 'south', 'east', 'west', 'islands'][1 + (h // 400 % 5)::int] as region,
  ((h // 2000 % 1000) < 420 - 60 * (h % 100 < 52)::int)::int as decision,
  ((h // 2000000 % 1000) < 380)::int as label
from r''')
at.execute(f"copy t to '{folder}/{rows}.parquet' (format parquet, row_group_size 1000000)")
at.execute(f"copy t to '{folder}/{rows}.csv' (header)")
"""

DUCKDB = """
import duckdb, sys
at = duckdb.connect()
at.execute("SET threads = 2")
source = sys.argv[1]
sums = "count(*), sum(decision), sum(label), sum(decision * label)"
sets = "grouping sets ((), (sex), (age), (region), (sex, age))"
print(len(at.execute(f"select sex, age, region, {sums} from '{source}' group by {sets}").fetchall()))
"""

POLARS = """
import polars as pl, sys
source = sys.argv[1]
scan = pl.scan_parquet(source) if source.endswith("parquet") else pl.scan_csv(source)
keys = ["sex", "age", "region", "decision", "label"]
print(scan.select(keys).group_by(keys).len().collect(engine="streaming").height)
"""

FAIRLEARN = """
import pandas as pd, sys
from fairlearn.metrics import MetricFrame, selection_rate, true_positive_rate, false_positive_rate
from sklearn.metrics import accuracy_score, precision_score
source, draws = sys.argv[1], int(sys.argv[2])
t = pd.read_parquet(source) if source.endswith("parquet") else pd.read_csv(source)
metrics = {"selection": selection_rate, "tpr": true_positive_rate, "fpr": false_positive_rate,
           "precision": precision_score, "accuracy": accuracy_score}
for by in (["sex"], ["age"], ["region"], ["sex", "age"]):
    more = dict(n_boot=draws, ci_quantiles=[0.025, 0.975], random_state=1) if draws else {}
    frame = MetricFrame(metrics=metrics, y_true=t.label, y_pred=t.decision, sensitive_features=t[by], **more)
    frame.by_group, frame.ratio(), frame.difference()
    if draws:
        frame.by_group_ci
"""


def run(command):
    """Processor seconds, seconds, and MB of one process."""
    begin = time.perf_counter()
    child = os.spawnvp(os.P_NOWAIT, command[0], command)
    _, status, usage = os.wait4(child, 0)
    seconds = time.perf_counter() - begin
    if os.waitstatus_to_exitcode(status) not in (0, 1, 3):
        sys.exit(f"{command[:3]} ended with {os.waitstatus_to_exitcode(status)}")
    return usage.ru_utime + usage.ru_stime, seconds, usage.ru_maxrss / 1024


def measure(commands, rounds):
    found = {name: [] for name in commands}
    for turn in range(rounds + 1):
        for name, command in commands.items():
            one = run(command)
            if turn or rounds == 0:
                found[name].append(one)
    return {name: [statistics.median(column) for column in zip(*ones)] for name, ones in found.items()}


def main():
    evenhand, sizes = sys.argv[1], [int(rows) for rows in sys.argv[2:]] or [100_000, 1_000_000, 10_000_000]
    python = sys.executable
    quiet = os.open(os.devnull, os.O_WRONLY)
    shown = os.dup(1)
    os.dup2(quiet, 1)
    out = os.fdopen(shown, "w", buffering=1)
    print("| rows | format | against | ratio of processor time | evenhand | the other |\n|---:|---|---|---:|---:|---:|", file=out)
    with tempfile.TemporaryDirectory() as folder:
        for rows in sizes:
            run([python, "-c", MAKE, str(rows), folder])
            for form in ("parquet", "csv"):
                source = f"{folder}/{rows}.{form}"
                audit = [evenhand, "audit", source, "--by", "sex,age,region,sex:age", "--decision", "decision",
                         "--favourable", "1", "--label", "label", "--positive", "1", "--format", "json", "-q"]
                fast = {"evenhand": audit, "DuckDB, grouping sets": [python, "-c", DUCKDB, source],
                        "polars, one group-by": [python, "-c", POLARS, source],
                        "fairlearn, no intervals": [python, "-c", FAIRLEARN, source, "0"]}
                found = measure(fast, ROUNDS)
                if form == "parquet" and rows <= 1_000_000:
                    # One run of each tells what 200 draws cost, which would take hours.
                    slow = {draws: [python, "-c", FAIRLEARN, source, str(draws)] for draws in (2, 7)}
                    few, more = (measure({"it": command}, 0)["it"] for command in slow.values())
                    step = [(b - a) / 5 for a, b in zip(few[:2], more[:2])]
                    found["fairlearn, 200 draws (extrapolated from 2 and 7)"] = [
                        few[0] + 198 * step[0], few[1] + 198 * step[1], more[2]]
                own = found.pop("evenhand")
                told = lambda of: f"{of[0]:.3g} s ({of[1]:.3g} s on the wall, {of[2]:,.0f} MB)"
                for name, other in found.items():
                    print(f"| {rows:,} | {form} | {name} | **{other[0] / own[0]:,.1f}** | {told(own)} | {told(other)} |", file=out)


if __name__ == "__main__":
    main()
