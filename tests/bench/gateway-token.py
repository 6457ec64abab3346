#!/usr/bin/env python3
"""What 10,000 callers with tokens cost the gateway: the uncached GET of `gateway-miss`, 64 connections, each request with the next of
10,000 distinct RS256 tokens, all known. The share of verifying a known token (token_bench, same run) in the gateway's CPU.

Beside it, in turns, the same request without a token, with as many bytes in a header field that means nothing, and with one token: what
bytes cost, what a token costs, what their number costs. The least of all rounds is told: what others do on the machine only adds."""
import os
import re
import subprocess
import tempfile
import urllib.request

import harness as h

SECONDS, ROUNDS = 1, 6
TOKENS = 10_000  # in token_bench
PATH = "/v1/services/musterstelle-koeln-beratung"
LUA = """
local tokens = {}
for line in io.lines("%s") do tokens[#tokens + 1] = "GET %s HTTP/1.1\\r\\nHost: a\\r\\n%s: %s" .. line .. "\\r\\n\\r\\n" end
local at = 0
request = function() at = at %% #tokens + 1; return tokens[at] end
"""


NONE, BYTES, ONE, MANY = "without a token", "with as many meaningless bytes", "with one token", "with 10,000 tokens"


def write_scripts(folder):
    """One script for wrk by what it sends, from tokens.txt in the folder."""
    tokens, one, scripts = os.path.join(folder, "tokens.txt"), os.path.join(folder, "one.txt"), {}
    with open(tokens, encoding="ascii") as lines, open(one, "w", encoding="ascii") as file:
        file.write(lines.readline())
    none = os.path.join(folder, "none.txt")
    with open(none, "w", encoding="ascii") as file:
        file.write("x\n")
    for name, field, scheme, lines in ((NONE, "X-Nothing", "", none), (BYTES, "X-Nothing", "", tokens),
                                       (ONE, "Authorization", "Bearer ", one), (MANY, "Authorization", "Bearer ", tokens)):
        scripts[name] = os.path.join(folder, f"{len(scripts)}.lua")
        with open(scripts[name], "w", encoding="ascii") as file:
            file.write(LUA % (lines, PATH, field, scheme))
    return scripts


def wrk(gateway, port, seconds, *script):
    """Requests, and the gateway's CPU for each in microseconds."""
    before = gateway.cpu()
    done = subprocess.run(["wrk", "-t1", "-c64", f"-d{seconds}s", *script, f"http://127.0.0.1:{port}{PATH}"], stdout=subprocess.PIPE,
                          text=True, check=True).stdout
    if re.search(r"Non-2xx", done):
        raise RuntimeError(done)
    calls = int(re.search(r"(\d+) requests in", done)[1])
    return calls, (gateway.cpu() - before) / calls * 1e6


def counter(admin, name):
    with urllib.request.build_opener(urllib.request.ProxyHandler({})).open(f"http://127.0.0.1:{admin}/metrics") as answer:
        return sum(float(line.split()[-1]) for line in answer.read().decode().splitlines() if line.startswith(name))


def make_tokens(folder):
    """Leaves tokens and their key set in the folder; the CPU of looking a known one up, in microseconds."""
    done = subprocess.run([os.path.join(h.BENCH, "token_bench"), "--write", folder], stdout=subprocess.PIPE, text=True, check=True).stdout
    return float(re.search(r"again ([\d.]+) us", done)[1])


def main():
    if not h.apt("wrk"):
        raise RuntimeError("wrk could not be installed")
    with tempfile.TemporaryDirectory() as folder:
        known = make_tokens(folder)
        scripts = write_scripts(folder)
        with open(os.path.join(folder, "context.keys"), "w", encoding="ascii") as file:
            file.write("k gateway directory AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8\nk gateway exchange AAICAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8\n")
        os.chmod(os.path.join(folder, "context.keys"), 0o600)
        backend, port, admin = h.free_port(), h.free_port(), h.free_port()
        arguments = [os.path.join(h.BIN, "schutznetz-gateway"), "--port", str(port), "--admin_port", str(admin),
                     "--directory_address", f"127.0.0.1:{backend}", "--exchange_address", f"127.0.0.1:{backend}",
                     "--context_keys_file", os.path.join(folder, "context.keys"), "--issuer", "https://id.example",
                     "--jwks_file", os.path.join(folder, "jwks.json"), "--rate_factor", "1000000", "--connections_per_ip_max", "1000",
                     "--requests_per_connection_max", "1000000000", "--drain_wait_ms", "0"]
        with h.Program([os.path.join(h.BENCH, "gateway_backend"), str(backend)], h.accepts(backend), stop_signal=9), \
                h.Program(arguments, h.answers(f"http://127.0.0.1:{admin}/readyz")) as gateway:
            wrk(gateway, port, 1)
            seen = 0
            while seen < 3 * TOKENS:  # all become known
                seen += wrk(gateway, port, 2, "-s", scripts[MANY])[0]
            verified = counter(admin, "gateway_tokens_verified_total")
            if verified < TOKENS:
                raise RuntimeError(f"{verified:.0f} of {TOKENS} tokens were verified")  # the public would be answered too
            least = dict.fromkeys(scripts, float("inf"))
            for _ in range(ROUNDS):
                for name, script in scripts.items():
                    least[name] = min(least[name], wrk(gateway, port, SECONDS, "-s", script)[1])
        with_tokens = least[MANY]
        print("figure: gateway CPU per request in us: " + ", ".join(f"{name} {cpu:.1f}" for name, cpu in least.items()) +
              f"; {known:.2f} us verify a known token")
        h.row("gateway-token", "verification", known, with_tokens, "the gateway's CPU per request", "µs", 0.03, higher_is_better=False)


if __name__ == "__main__":
    main()
