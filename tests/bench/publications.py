#!/usr/bin/env python3
"""Searches for two words in 50,000 publications, the best 20 and counts per facet: whole gRPC call, beside PostgreSQL with a
German tsvector and GIN index, ts_rank and GROUP BY over grouping sets, prepared. Both answer with what the 20 say, not only with their names.

Searches are selective (a rare word and a common one) or broad (two common words).
"""
import contextlib
import os
import shutil
import subprocess
import tempfile

import harness as h

PEER = "PostgreSQL tsvector + GROUP BY"
COUNT = 50000
SERVICE = "/schutznetz.events.v1.EventsService/"
SELECTIVE = """\\set n random(0, 4999)
SELECT p.id, p.body, p.type, p.language, p.year, p.subject, ts_rank(p.v, t.q) AS r FROM t JOIN p ON p.v @@ t.q AND (t.language = '' OR p.language = t.language) WHERE t.id = :n ORDER BY r DESC LIMIT 20;
SELECT type, p.language, year, subject, count(*) FROM t JOIN p ON p.v @@ t.q AND (t.language = '' OR p.language = t.language) WHERE t.id = :n
GROUP BY GROUPING SETS ((type), (p.language), (year), (subject), ());
"""
BROAD = """\\set n random(0, 4999)
SELECT p.id, p.body, p.type, p.language, p.year, p.subject, ts_rank(p.v, b.q) AS r FROM b JOIN p ON p.v @@ b.q WHERE b.id = :n ORDER BY r DESC LIMIT 20;
SELECT type, language, year, subject, count(*) FROM b JOIN p ON p.v @@ b.q WHERE b.id = :n
GROUP BY GROUPING SETS ((type), (language), (year), (subject), ());
"""


@contextlib.contextmanager
def events_server(database, folder):
    with h.Directory(os.path.join(folder, "directory.sqlite"), folder) as directory, h.Events(database, folder, directory) as events:
        yield events


def dataset():
    """The folder with searches and a loaded events.sqlite; made once."""
    folder = os.path.join(h.DATA, f"publications-{COUNT}")
    if os.path.exists(os.path.join(folder, "complete")):
        return folder
    shutil.rmtree(folder, ignore_errors=True)
    os.makedirs(folder)
    subprocess.run([os.path.join(h.BENCH, "bench_generate_publications"), folder, str(COUNT)], check=True)
    with events_server(os.path.join(folder, "events.sqlite"), folder) as events:
        figures = h.load(events.address, SERVICE + "CreatePublication", os.path.join(folder, "publications.bin"), once=True,
                         context_keys=events.context_keys, server="events")
        if figures["errors"]:
            raise RuntimeError("CreatePublication failed")
    with open(os.path.join(folder, "complete"), "w", encoding="ascii"):
        pass
    return folder


def ours(folder):
    copy = tempfile.mkdtemp()
    shutil.copy(os.path.join(folder, "events.sqlite"), copy)
    with events_server(os.path.join(copy, "events.sqlite"), copy) as events:
        figures = [h.measured(events, events.address, SERVICE + "SearchPublications", os.path.join(folder, file), concurrency=16, seconds=4)
                   for file in ("publication_searches.bin", "publication_broad.bin")]
    shutil.rmtree(copy)
    return figures


def broad_terms(folder):
    """The broad searches as rows: q is field 1 of each request."""
    for number, request in enumerate(h.delimited(os.path.join(folder, "publication_broad.bin"), 5000)):
        yield number, request[2:2 + request[1]].decode()


def postgres(folder):
    with h.Postgres() as pg:
        pg.sql("CREATE TABLE p(id int PRIMARY KEY, body text, type text, language text, year text, subject text)")
        with open(os.path.join(folder, "publications.tsv"), encoding="utf-8") as rows:
            pg.sql("COPY p FROM STDIN", stdin=rows)
        pg.sql("CREATE TABLE terms(id int, rare text, common text, language text)")
        with open(os.path.join(folder, "publication_terms.tsv"), encoding="utf-8") as rows:
            pg.sql("COPY terms FROM STDIN", stdin=rows)
        with tempfile.NamedTemporaryFile("w+", suffix=".tsv", encoding="utf-8") as file:
            for number, text in broad_terms(folder):
                file.write(f"{number}\t{text}\n")
            file.flush()
            file.seek(0)
            pg.sql("CREATE TABLE broad(id int, text text)")
            pg.sql("COPY broad FROM STDIN", stdin=file)
        pg.sql("ALTER TABLE p ADD v tsvector; UPDATE p SET v = to_tsvector('german', body); CREATE INDEX ON p USING gin(v); "
               "CREATE TABLE t AS SELECT id, plainto_tsquery('german', rare || ' ' || common) AS q, language FROM terms; ALTER TABLE t ADD PRIMARY KEY (id); "
               "CREATE TABLE b AS SELECT id, plainto_tsquery('german', text) AS q FROM broad; ALTER TABLE b ADD PRIMARY KEY (id)")
        pg.sql("VACUUM FULL ANALYZE")
        found = []
        for text in (SELECTIVE, BROAD):
            with tempfile.NamedTemporaryFile("w", suffix=".sql") as script:
                script.write(text)
                script.flush()
                pg.pgbench(script.name, 16, 1)
                before = pg.cpu()
                figures = pg.pgbench(script.name, 16, 4)
                figures["cpu_us"] = (pg.cpu() - before) / figures["calls"] * 1e6
                found.append(figures)
    return found


def main():
    folder = dataset()
    for name, mine, peer in zip(("selective", "broad"), ours(folder), postgres(folder)):
        h.row("publications", f"req/s, {name}", mine["rps"], peer["rps"], PEER, "1/s", 30)
        h.row("publications", f"CPU, {name}", mine["cpu_us"], peer["cpu_us"], PEER, "µs/call", None, higher_is_better=False)
        h.row("publications", f"p99, {name}", mine["p99_us"], peer["p99_us"], PEER, "µs", None, higher_is_better=False)


if __name__ == "__main__":
    main()
