#!/usr/bin/env python3
"""20 nearest services with a topic that surely advise minors: whole gRPC call, beside PostGIS KNN with prepared statements.

The rows with a goal ask for the view NAMES, which tells about as much as the peer's columns; the others for whole records.
"""
import os
import shutil
import tempfile

import harness as h

PEER = "PostGIS KNN"
SCRIPT = """\\set lat random(478000, 545000)
\\set lon random(65000, 145000)
\\set m random(0, 7)
SELECT id, mask, ST_Distance(g, ST_MakePoint(:lon / 10000.0, :lat / 10000.0)::geography) FROM e
WHERE (mask & (1 << (:m)::int)) <> 0 AND minors = 1 ORDER BY g <-> ST_MakePoint(:lon / 10000.0, :lat / 10000.0)::geography LIMIT 20
"""


def for_names(requests, file):
    """The same requests with view = NAMES, which is field 19."""
    with open(file, "wb") as out:
        for request in h.delimited(requests, 5000):
            request += b"\x98\x01\x02"
            out.write(bytes([len(request) & 127 | 128, len(request) >> 7]) + request)
    return file


def ours(services):
    """Figures for names, and for whole records."""
    folder = h.dataset(services)
    copy = tempfile.mkdtemp()
    shutil.copy(os.path.join(folder, "directory.sqlite"), copy)
    whole = os.path.join(folder, "near_requests.bin")
    with h.Directory(os.path.join(copy, "directory.sqlite"), copy) as directory:
        figures = [h.measured(directory, directory.address, h.SERVICE + "SearchServices", requests, concurrency=16, seconds=4)
                   for requests in (for_names(whole, os.path.join(copy, "names.bin")), whole)]
    shutil.rmtree(copy)
    return figures


def postgis(folder):
    with h.Postgres() as postgres:
        postgres.sql("CREATE EXTENSION postgis; CREATE TABLE e(id int PRIMARY KEY, mask int, minors int, lat float8, lon float8)")
        with open(os.path.join(folder, "near.tsv"), encoding="ascii") as rows:
            postgres.sql("COPY e FROM STDIN", stdin=rows)
        postgres.sql("ALTER TABLE e ADD g geography(Point,4326); UPDATE e SET g = ST_MakePoint(lon,lat)::geography; "
                     "CREATE INDEX ON e USING gist(g); ANALYZE e")
        postgres.sql("VACUUM FULL ANALYZE e")
        with tempfile.NamedTemporaryFile("w", suffix=".sql") as script:
            script.write(SCRIPT)
            script.flush()
            postgres.pgbench(script.name, 16, 1)
            before = postgres.cpu()
            figures = postgres.pgbench(script.name, 16, 4)
            figures["cpu_us"] = (postgres.cpu() - before) / figures["calls"] * 1e6
    return figures


def main():
    folder = h.dataset(100000)
    if not h.apt("postgresql-15-postgis-3"):
        h.missing("nearest", "req/s", PEER, "postgresql-15-postgis-3 cannot be installed")
        return
    (mine, whole), peer = ours(100000), postgis(folder)
    h.row("nearest", "req/s", mine["rps"], peer["rps"], PEER, "1/s", 11)
    h.row("nearest", "CPU", mine["cpu_us"], peer["cpu_us"], PEER, "µs/call", 1 / 20, higher_is_better=False)
    h.row("nearest", "p99", mine["p99_us"], peer["p99_us"], PEER, "µs", 1 / 16, higher_is_better=False)
    h.row("nearest", "req/s, whole records", whole["rps"], peer["rps"], PEER, "1/s", None)
    h.row("nearest", "CPU, whole records", whole["cpu_us"], peer["cpu_us"], PEER, "µs/call", None, higher_is_better=False)
    if os.environ.get("SCHUTZNETZ_BENCH_MILLION"):
        million, _ = ours(1000000)
        h.row("nearest", "req/s, 1M services", million["rps"], peer["rps"], PEER + " at 100k", "1/s", 6)


if __name__ == "__main__":
    main()
