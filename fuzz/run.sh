#!/bin/sh
# Fuzzes one target of one crate with the stable compiler: run.sh CRATE TARGET [libFuzzer options].
# The explicit --target keeps build scripts and procedural macros free of instrumentation.
set -eu
cd "$(dirname "$0")"
crate=$1 target=$2
shift 2
RUSTFLAGS="--cfg fuzzing -Ccodegen-units=1 -Cpasses=sancov-module -Cllvm-args=-sanitizer-coverage-level=4 \
-Cllvm-args=-sanitizer-coverage-inline-8bit-counters -Cllvm-args=-sanitizer-coverage-pc-table \
-Cllvm-args=-sanitizer-coverage-trace-compares" \
    cargo build --release --locked --quiet --target x86_64-unknown-linux-gnu --package "portcullis-$crate-fuzz" --bin "$target"
beside=../crates/$crate/fuzz
seeds=$beside/seeds
[ ! -d "$seeds/$target" ] || seeds=$seeds/$target
dictionary=$beside/$target.dict
[ -f "$dictionary" ] || dictionary=$(echo "$beside"/*.dict)
[ ! -f "$dictionary" ] || set -- "-dict=$dictionary" "$@"
mkdir -p "corpus/$crate/$target" "artifacts/$crate/$target"
exec "target/x86_64-unknown-linux-gnu/release/$target" "corpus/$crate/$target" "$seeds" \
    -artifact_prefix="artifacts/$crate/$target/" -max_len=8192 -rss_limit_mb=2048 -timeout=10 "$@"
