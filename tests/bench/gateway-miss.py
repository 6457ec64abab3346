#!/usr/bin/env python3
"""Uncached GET through the gateway, 1.9 KB and a list of 50, 64 connections; beside grpc-gateway (Go) and fastify + grpc-js before the
same backend."""
import os
import re
import subprocess

import gateway_peers as peers
import harness as h

SECONDS = 4
UNITS = {"us": 1, "ms": 1e3, "s": 1e6}


def wrk(url, seconds):
    done = subprocess.run(["wrk", "-t1", "-c64", f"-d{seconds}s", "--latency", url], stdout=subprocess.PIPE, text=True, check=True).stdout
    p99 = re.search(r"99%\s+([\d.]+)(us|ms|s)", done)
    failed = re.search(r"Non-2xx or 3xx responses: (\d+)", done)
    return {"rps": float(re.search(r"Requests/sec:\s+([\d.]+)", done)[1]), "calls": int(re.search(r"(\d+) requests in", done)[1]),
            "p99_us": float(p99[1]) * UNITS[p99[2]], "failed": int(failed[1]) if failed else 0}


def measure(program, port):
    """Figures for one service and for the list, with the CPU of the gateway per request."""
    figures = {}
    for name, path in (("one", "/v1/services/musterstelle-koeln-beratung"), ("list", "/v1/services")):
        url = f"http://127.0.0.1:{port}{path}"
        wrk(url, 1)
        before = program.cpu()
        result = wrk(url, SECONDS)
        result["cpu_us"] = (program.cpu() - before) / result["calls"] * 1e6
        if result["failed"]:
            raise RuntimeError(f"{result['failed']} of {result['calls']} requests failed")
        figures[name] = result
    return figures


def ours(backend):
    port, admin = h.free_port(), h.free_port()
    # Every limit is evaluated; one client that stands for many needs them raised.
    arguments = [os.path.join(h.BIN, "schutznetz-gateway"), "--port", str(port), "--admin_port", str(admin), "--directory_address", backend,
                 "--rate_factor", "1000000", "--connections_per_ip_max", "1000", "--requests_per_connection_max", "1000000000",
                 "--drain_wait_ms", "0"]
    with h.Program(arguments, h.answers(f"http://127.0.0.1:{admin}/readyz")) as gateway:
        return measure(gateway, port)


def go(backend, program):
    port = h.free_port()
    with h.Program([program, f"127.0.0.1:{port}", backend], h.accepts(port)) as gateway:
        return measure(gateway, port)


def node(backend, command):
    port = h.free_port()
    with h.Program([*command, str(port), backend, peers.PROTOS, os.path.join(peers.PROTOS, peers.SERVICE_FILE)], h.accepts(port)) as gateway:
        return measure(gateway, port)


def main():
    if not h.apt("wrk"):
        raise RuntimeError("wrk could not be installed")
    port = h.free_port()
    backend = f"127.0.0.1:{port}"
    with h.Program([os.path.join(h.BENCH, "gateway_backend"), str(port)], h.accepts(port), stop_signal=9):
        mine = ours(backend)
        for name, build, run, goals in (("grpc-gateway (Go)", peers.build_go, go, (3.7, 1 / 5, 1 / 4, 1 / 15)),
                                        ("fastify + grpc-js", peers.build_node, node, (None, None, None, None))):
            program, why = build()
            if program is None:
                h.missing("gateway-miss", "all", name, why)
                continue
            peer = run(backend, program)
            one, other = mine["one"], peer["one"]
            h.row("gateway-miss", "req/s", one["rps"], other["rps"], name, "1/s", goals[0])
            h.row("gateway-miss", "CPU", one["cpu_us"], other["cpu_us"], name, "µs/request", goals[1], higher_is_better=False)
            h.row("gateway-miss", "p99", one["p99_us"], other["p99_us"], name, "µs", goals[2], higher_is_better=False)
            h.row("gateway-miss", "list of 50, CPU", mine["list"]["cpu_us"], peer["list"]["cpu_us"], name, "µs/request", goals[3],
                  higher_is_better=False)


if __name__ == "__main__":
    main()
