#!/usr/bin/env python3
"""The call engine alone, a 1.2 KB message from memory at 64 outstanding calls, beside a bare completion-queue server of the same message."""
import os
import tempfile

import harness as h

PEER = "bare server, same message, no guards"
METHOD = "/schutznetz.testing.v1.NoteService/GetNote"
NAME = b"notes/musterstelle-koeln"


def measure(kind, requests):
    port = h.free_port()
    with h.Program([os.path.join(h.BENCH, "unary_engine"), kind, str(port)], h.accepts(port), stop_signal=9) as server:
        return h.measured(server, f"127.0.0.1:{port}", METHOD, requests, concurrency=64, seconds=4)


def main():
    with tempfile.NamedTemporaryFile() as file:
        file.write(bytes([len(NAME) + 2, 0x0A, len(NAME)]) + NAME)
        file.flush()
        mine, peer = measure("engine", file.name), measure("bare", file.name)
    h.row("unary_engine", "CPU", mine["cpu_us"], peer["cpu_us"], PEER, "µs/call", 1.25, higher_is_better=False)
    h.row("unary_engine", "req/s", mine["rps"], peer["rps"], PEER, "1/s", 0.8)
    h.row("unary_engine", "p99", mine["p99_us"], peer["p99_us"], PEER, "µs", 1.4, higher_is_better=False)


if __name__ == "__main__":
    main()
