#!/usr/bin/env python3
"""GetService over 10k services, gRPC direct, 64 outstanding calls, everything on; beside a bare server that answers the same bytes."""
import os
import shutil
import subprocess
import tempfile

import harness as h

PEER = "bare server, same bytes"


def main():
    folder = h.dataset(10000)
    requests, method = os.path.join(folder, "get_requests.bin"), h.SERVICE + "GetService"
    copy = tempfile.mkdtemp()
    shutil.copy(os.path.join(folder, "directory.sqlite"), copy)
    replies = os.path.join(copy, "replies.bin")
    with h.Directory(os.path.join(copy, "directory.sqlite"), copy) as directory:
        subprocess.run([os.path.join(h.BENCH, "bench_load"), directory.address, method, requests, "--once", "--concurrency", "1",
                        "--save", replies], check=True, stdout=subprocess.DEVNULL)
        mine = h.measured(directory, directory.address, method, requests, concurrency=64, seconds=4)
    port = h.free_port()
    with h.Program([os.path.join(h.BENCH, "bare_server"), str(port), "GetService", replies], h.accepts(port), stop_signal=9) as bare:
        peer = h.measured(bare, f"127.0.0.1:{port}", method, requests, concurrency=64, seconds=4)
    shutil.rmtree(copy)
    h.row("unary", "CPU", mine["cpu_us"], peer["cpu_us"], PEER, "µs/call", 1.25, higher_is_better=False)
    h.row("unary", "req/s", mine["rps"], peer["rps"], PEER, "1/s", 0.8)
    h.row("unary", "p99", mine["p99_us"], peer["p99_us"], PEER, "µs", 1.4, higher_is_better=False)


if __name__ == "__main__":
    main()
