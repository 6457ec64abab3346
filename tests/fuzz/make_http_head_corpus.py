#!/usr/bin/env python3
"""Writes the corpus of http_head_fuzz by rule. Run it after changing a rule, and commit the files.

The first byte of an input is the size of the steps in which the bytes arrive; see gateway/http/http_head_fuzz.cc.
"""
import os

FOLDER = os.path.join(os.path.dirname(os.path.abspath(__file__)), "corpus", "http_head")
CHUNKED = "Transfer-Encoding: chunked\r\n"


def request(method="GET", target="/v1/services?q=a", fields="", body="", host="Host: example.org\r\n", version="HTTP/1.1"):
    return f"{method} {target} {version}\r\n{host}{fields}\r\n{body}"


INPUTS = {
    "plain": request(),
    "all_known_fields": request(fields="".join(f"{name}: x\r\n" for name in (
        "Accept", "Accept-Encoding", "Authorization", "Content-Type", "If-Match", "If-None-Match", "Origin", "Traceparent",
        "Grpc-Timeout", "Connect-Timeout-Ms", "Idempotency-Key", "X-Forwarded-For", "X-Request-Id", "Schutznetz-Position",
        "Content-Encoding", "Access-Control-Request-Method"))),
    "length": request("POST", "/", "Content-Length: 5\r\n", "hello"),
    "length_zero": request("POST", "/", "Content-Length: 0\r\n", "GET / HTTP/1.1\r\n"),
    "chunked": request("POST", "/", CHUNKED, "5\r\nhello\r\n00A\r\n0123456789\r\n0\r\n\r\n"),
    "chunked_empty": request("POST", "/", CHUNKED, "0\r\n\r\n"),
    "chunk_extension": request("POST", "/", CHUNKED, "5;a=\"b\"\r\nhello\r\n0\r\n\r\n"),
    "chunk_trailer": request("POST", "/", CHUNKED, "0\r\nX: y\r\n\r\n"),
    "chunk_size_overflow": request("POST", "/", CHUNKED, "ffffffffffffffffff\r\nx"),
    "xchunked": request("POST", "/", "Transfer-Encoding: xchunked\r\n", "0\r\n\r\n"),
    "length_and_chunked": request("POST", "/", "Content-Length: 5\r\n" + CHUNKED, "0\r\n\r\n"),
    "two_lengths": request("POST", "/", "Content-Length: 5\r\nContent-Length: 5\r\n", "hello"),
    "connection_list": request(fields="Connection: keep-alive, Upgrade , close\r\nUpgrade: h2c\r\n"),
    "expect": request("POST", "/", "Expect: 100-continue\r\nContent-Length: 1\r\n", "x"),
    "folded": request(fields="X: a\r\n b\r\n"),
    "bare_cr": request(fields="X: a\rb\r\n"),
    "bare_lf": request().replace("\r\n", "\n"),
    "nul": request(fields="X: a\0b\r\n"),
    "host_ipv6": request(host="Host: [2001:db8::1]:8080\r\n"),
    "two_hosts": request(host="Host: a\r\nHost: b\r\n"),
    "http10": request(version="HTTP/1.0"),
    "preface": "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
    "absolute": request(target="http://example.org/"),
    "pipelined": request() + request(),
    "empty_value": request(fields="X:\r\nY: \t \r\n"),
    "eight_bit_value": request(fields="X: \u00e4\r\n"),
}


def main():
    os.makedirs(FOLDER, exist_ok=True)
    for name in os.listdir(FOLDER):
        os.remove(os.path.join(FOLDER, name))
    for number, (name, text) in enumerate(INPUTS.items()):
        with open(os.path.join(FOLDER, name), "wb") as file:
            file.write(bytes([number]) + text.encode("utf-8"))


main()
