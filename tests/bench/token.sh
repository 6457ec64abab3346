#!/usr/bin/env bash
# What it costs to know a caller: tokens at the gateway, caller contexts in a server.
build=${SCHUTZNETZ_BENCH_BUILD:-$(dirname "$0")/../../build/bench}
exec "${SCHUTZNETZ_BENCH_BIN:-$build/bench}/token_bench"
