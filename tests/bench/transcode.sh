#!/usr/bin/env bash
# JSON from and to wire bytes, beside protobuf's json_util in the same process.
exec "${SCHUTZNETZ_BENCH_BUILD:-$(dirname "$0")/../../build/bench}/bench/transcode_bench"
