#!/usr/bin/env python3
"""The ladder for random postcodes over 100k services, gRPC direct, beside a bare server that answers the same bytes."""
import harness as h

PEER = "bare server, same bytes"


def main():
    mine, peer = h.beside_bare(h.dataset(100000), "ReachServices", "reach_requests.bin")
    h.row("reach", "CPU", mine["cpu_us"], peer["cpu_us"], PEER, "µs/call", 2, higher_is_better=False)
    h.row("reach", "p99", mine["p99_us"], peer["p99_us"], PEER, "µs", 2, higher_is_better=False)
    h.row("reach", "req/s", mine["rps"], peer["rps"], PEER, "1/s", None)


if __name__ == "__main__":
    main()
