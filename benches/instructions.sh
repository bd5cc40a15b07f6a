#!/usr/bin/env bash
# Instructions of the one pass per row, by callgrind: what a clock on a busy machine cannot show. Counts `evenhand tally` at
# 100,000 and at 300,000 rows and divides the difference, so that starting and writing fall out. It is run by hand, as no part of
# .ci/run: it takes minutes, and its numbers are those of one compiler.
#
#   benches/instructions.sh          prints them, and fails where one is a tenth above benches/instructions.txt
#   benches/instructions.sh renew    writes benches/instructions.txt
#
# Needs valgrind. EVENHAND names a program that is built already; without it a release build is made.
set -euo pipefail
cd "$(dirname "$0")/.."
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
# Where cargo's own bench has been built already, PASS names it.
pass() { if [ -n "${PASS:-}" ]; then "$PASS" "$@"; else cargo bench --quiet --bench pass -- "$@"; fi; }
if [ -z "${EVENHAND:-}" ]; then
  cargo build --quiet --release
  EVENHAND=target/release/evenhand
fi
for rows in 100000 300000; do pass write "rows=$rows" "in=$folder" >/dev/null 2>&1; done

count() { # name of the file without rows, its kind, further arguments
  local name=$1 kind=$2 rows found=()
  shift 2
  for rows in 100000 300000; do
    valgrind --tool=callgrind --callgrind-out-file=/dev/null "$EVENHAND" tally "$folder/$name-$rows.$kind" \
      --by region,age_band,sex,age_band:sex --decision decision --favourable 1 --label label --positive 1 "$@" \
      -o "$folder/out-$rows.cells" -q 2>"$folder/log" || { cat "$folder/log" >&2; exit 1; }
    local collected
    collected=$(sed -n 's/.*Collected : \([0-9][0-9]*\).*/\1/p' "$folder/log")
    [ -n "$collected" ] || { echo "valgrind collected nothing:" >&2; cat "$folder/log" >&2; exit 1; }
    found+=("$collected")
  done
  echo "$(((found[1] - found[0]) / 200000))"
}

# Assigned before it is printed: inside of the words of `echo` a failure would be no failure.
measure() { # what it is called, and how it is counted
  local name=$1 number
  shift
  number=$(count "$@")
  echo "$name $number" >>"$folder/now"
}
measure parquet-counts counts parquet
measure parquet-repeated-scores rounded parquet --score score
measure parquet-distinct-scores double parquet --score score
measure csv-counts double csv
if [ "${1:-}" = renew ]; then
  { echo "# Instructions per row of the one pass, SHA-256 of the file included: benches/instructions.sh renew"; cat "$folder/now"; } \
    >benches/instructions.txt
fi
cat "$folder/now"
awk 'NR == FNR { if (!/^#/) known[$1] = $2; next }
  { seen[$1] = 1 }
  !($1 in known) { print $1 ": nothing is recorded of it"; bad = 1; next }
  !($2 > 0 && $2 <= 1.1 * known[$1]) { print $1 ": " $2 " instructions per row, recorded are " known[$1]; bad = 1 }
  END { for (name in known) if (!(name in seen)) { print name ": it was not measured"; bad = 1 }; exit bad }' \
  benches/instructions.txt "$folder/now"
