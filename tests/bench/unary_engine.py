#!/usr/bin/env python3
"""The call engine alone, a 1.2 KB message from memory at 64 outstanding calls, beside a bare completion-queue server of the same message."""
import os
import tempfile

import harness as h

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
        mine = measure("engine", file.name)
        peers = {"bare server, same message, no guards": measure("bare", file.name),
                 "bare server, ready bytes, no guards": measure("ready", file.name)}
    goals = [(1.25, 0.8, 1.4), (None, None, None)]
    for (name, peer), (cpu, rate, p99) in zip(peers.items(), goals):
        h.row("unary_engine", "CPU", mine["cpu_us"], peer["cpu_us"], name, "µs/call", cpu, higher_is_better=False)
        h.row("unary_engine", "req/s", mine["rps"], peer["rps"], name, "1/s", rate)
        h.row("unary_engine", "p99", mine["p99_us"], peer["p99_us"], name, "µs", p99, higher_is_better=False)


if __name__ == "__main__":
    main()
