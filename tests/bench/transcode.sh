#!/usr/bin/env bash
# JSON from and to wire bytes, beside protobuf's json_util in the same process.
build=${SCHUTZNETZ_BENCH_BUILD:-$(dirname "$0")/../../build/bench}
exec "${SCHUTZNETZ_BENCH_BIN:-$build/bench}/transcode_bench"
