#!/usr/bin/env python3
"""GetService over 10k services, gRPC direct, 64 outstanding calls, everything on; beside a bare server that answers the same bytes."""
import harness as h

PEER = "bare server, same bytes"


def main():
    mine, peer = h.beside_bare(h.dataset(10000), "GetService", "get_requests.bin")
    h.row("unary", "CPU", mine["cpu_us"], peer["cpu_us"], PEER, "µs/call", 1.25, higher_is_better=False)
    h.row("unary", "req/s", mine["rps"], peer["rps"], PEER, "1/s", 0.8)
    h.row("unary", "p99", mine["p99_us"], peer["p99_us"], PEER, "µs", 1.4, higher_is_better=False)


if __name__ == "__main__":
    main()
