#!/usr/bin/env python3
"""The ladder for random postcodes over 100k services, gRPC direct, beside a bare server that answers the same bytes."""
import os
import shutil
import subprocess
import tempfile

import harness as h

PEER = "bare server, same bytes"


def varint(value):
    out = b""
    while value > 127:
        out += bytes([value & 127 | 128])
        value >>= 7
    return out + bytes([value])


def main():
    folder = h.dataset(100000)
    requests, method = os.path.join(folder, "reach_requests.bin"), h.SERVICE + "ReachServices"
    copy = tempfile.mkdtemp()
    shutil.copy(os.path.join(folder, "directory.sqlite"), copy)
    replies = os.path.join(copy, "replies.bin")
    with h.Directory(os.path.join(copy, "directory.sqlite"), copy) as directory:
        subprocess.run([os.path.join(h.BENCH, "bench_load"), directory.address, method, requests, "--once", "--concurrency", "1",
                        "--save", replies], check=True, stdout=subprocess.DEVNULL)
        mine = h.measured(directory, directory.address, method, requests, concurrency=64, seconds=4)
    port = h.free_port()
    with h.Program([os.path.join(h.BENCH, "bare_server"), str(port), "ReachServices", replies], h.accepts(port), stop_signal=9) as bare:
        peer = h.measured(bare, f"127.0.0.1:{port}", method, requests, concurrency=64, seconds=4)
    shutil.rmtree(copy)
    h.row("reach", "CPU", mine["cpu_us"], peer["cpu_us"], PEER, "µs/call", 2, higher_is_better=False)
    h.row("reach", "p99", mine["p99_us"], peer["p99_us"], PEER, "µs", 2, higher_is_better=False)
    h.row("reach", "req/s", mine["rps"], peer["rps"], PEER, "1/s", None)


if __name__ == "__main__":
    main()
