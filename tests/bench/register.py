#!/usr/bin/env python3
"""Registrations for one event by 64 callers, capacity checked, through gRPC, beside the same rule straight on PostgreSQL: SELECT … FOR
UPDATE. Ours writes more: the key and the sealed part of the person, and the audit entry."""
import json
import os
import shutil
import subprocess
import tempfile

import harness as h

SERVICE = "/schutznetz.events.v1.EventsService/"
PEER = "PostgreSQL SELECT … FOR UPDATE"
PEOPLE = 99000
CALLERS = 64
SECONDS = 4


def ours(database):
    folder = tempfile.mkdtemp()
    subprocess.run([os.path.join(h.BENCH, "bench_generate_registrations"), folder, str(PEOPLE)], check=True)

    def requests(name):
        return os.path.join(folder, name + ".bin")
    with h.Directory(os.path.join(folder, "directory.sqlite"), folder) as directory:
        as_editor = {"context_keys": directory.context_keys}
        h.load(directory.address, h.SERVICE + "CreateOrganization", requests("organization"), once=True, **as_editor)
        with h.Events(database or os.path.join(folder, "events.sqlite"), folder, directory) as events:
            as_editor["server"] = "events"
            made = h.load(events.address, SERVICE + "CreateEvent", requests("event"), once=True, **as_editor)
            if made["errors"]:
                raise RuntimeError("CreateEvent failed")
            figures = h.load(events.address, SERVICE + "CreateRegistration", requests("registrations"), concurrency=CALLERS,
                             seconds=SECONDS, **as_editor)
            if figures["errors"]:
                raise RuntimeError("CreateRegistration failed")
    shutil.rmtree(folder)
    return figures


def peer(postgres):
    postgres.sql("CREATE TABLE seats(event text PRIMARY KEY, capacity bigint, taken bigint); "
                 "INSERT INTO seats VALUES('fachtag', 1000000000, 0); "
                 'CREATE TABLE registration(id text COLLATE "C" PRIMARY KEY, event text, person text COLLATE "C", state bigint, body bytea, '
                 "create_us bigint); CREATE UNIQUE INDEX one_person ON registration(event, person); "
                 "CREATE TABLE changes(number bigserial PRIMARY KEY, kind text, name text, operation bigint, tags text, time bigint, "
                 "trace_id text)")
    done = subprocess.run([os.path.join(h.BENCH, "register_locked"), f"host={postgres.folder} user=postgres dbname=postgres", str(CALLERS),
                           str(SECONDS)], stdout=subprocess.PIPE, text=True, check=True)
    return json.loads(done.stdout)


def main():
    with h.Postgres() as postgres:
        locked = peer(postgres)
        mine = ours(None)
        postgres.sql("CREATE DATABASE ours")
        on_postgres = ours(f"host={postgres.folder} user=postgres dbname=ours")
        h.row("register", "registrations/s, 64 callers", mine["rps"], locked["rps"], PEER, "1/s", 1.0)
        h.row("register", "registrations/s on PostgreSQL, 64 callers", on_postgres["rps"], locked["rps"], PEER, "1/s", 1.0)
        h.row("register", "p99, 64 callers", mine["p99_us"], locked["p99_us"], PEER, "µs", None, higher_is_better=False)
        h.row("register", "p99 on PostgreSQL, 64 callers", on_postgres["p99_us"], locked["p99_us"], PEER, "µs", None, higher_is_better=False)


if __name__ == "__main__":
    main()
