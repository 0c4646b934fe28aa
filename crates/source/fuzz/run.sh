#!/bin/sh
# Fuzzes one target with a stable compiler: run.sh TARGET [libFuzzer options].
# The explicit --target keeps build scripts and procedural macros free of instrumentation.
set -eu
cd "$(dirname "$0")"
name=$1
shift
RUSTFLAGS="--cfg fuzzing -Ccodegen-units=1 -Cpasses=sancov-module -Cllvm-args=-sanitizer-coverage-level=4 \
-Cllvm-args=-sanitizer-coverage-inline-8bit-counters -Cllvm-args=-sanitizer-coverage-pc-table \
-Cllvm-args=-sanitizer-coverage-trace-compares" \
    cargo build --release --locked --quiet --target x86_64-unknown-linux-gnu --bin "$name"
mkdir -p "corpus/$name" "artifacts/$name"
exec "target/x86_64-unknown-linux-gnu/release/$name" "corpus/$name" "seeds/$name" -dict="$name.dict" \
    -artifact_prefix="artifacts/$name/" -max_len=8192 -rss_limit_mb=2048 -timeout=10 "$@"
