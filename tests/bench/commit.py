#!/usr/bin/env python3
"""A durable create through gRPC with its change row, beside the same two rows written by peers. Ours writes a third: the audit entry."""
import json
import os
import shutil
import subprocess
import tempfile

import harness as h


def ours(database, folder, callers):
    with h.Directory(database, folder) as directory:
        return h.measured(directory, directory.address, h.SERVICE + "CreateOrganization",
                          os.path.join(h.dataset(1000), "create_requests.bin"), concurrency=callers, seconds=4, context_keys=directory.context_keys)


def per_row(folder):
    done = subprocess.run([os.path.join(h.BENCH, "commit_per_row"), os.path.join(folder, "peer.sqlite"), "3"], stdout=subprocess.PIPE,
                          text=True, check=True)
    return json.loads(done.stdout)["rps"]


def postgres_pipelined(postgres, callers):
    """Two rows and COMMIT in one pipeline, no order kept between writers."""
    done = subprocess.run([os.path.join(h.BENCH, "commit_pipelined"), f"host={postgres.folder} user=postgres dbname=postgres",
                           str(callers), "3"], stdout=subprocess.PIPE, text=True, check=True)
    return json.loads(done.stdout)


def main():
    folder = tempfile.mkdtemp()
    one_by_one = per_row(folder)
    with h.Postgres() as postgres:
        postgres.sql('CREATE TABLE record(kind text COLLATE "C", id text COLLATE "C", body bytea, create_us bigint, update_us bigint, '
                     'public_update_us bigint, delete_us bigint, PRIMARY KEY(kind, id)); '
                     'CREATE TABLE changes(number bigserial PRIMARY KEY, kind text, name text, operation bigint, tags text, time bigint, '
                     'trace_id text)')
        for callers, goal_row, goal_pg in ((16, 3, 0.9), (64, 4, 1.2)):
            peer = postgres_pipelined(postgres, callers)
            mine = ours(os.path.join(folder, f"ours{callers}.sqlite"), folder, callers)
            h.row("commit", f"creates/s, {callers} callers", mine["rps"], one_by_one, "one SQLite commit per write", "1/s", goal_row)
            h.row("commit", f"creates/s, {callers} callers", mine["rps"], peer["rps"], "PostgreSQL pipelined, no order", "1/s", goal_pg)
            h.row("commit", f"p99, {callers} callers", mine["p99_us"], peer["p99_us"], "PostgreSQL pipelined, no order", "µs", None)
            h.row("commit", f"p99.9, {callers} callers", mine["p999_us"], peer["p999_us"], "PostgreSQL pipelined, no order", "µs", None)
            postgres.sql(f"CREATE DATABASE ours{callers}")
            on_pg = ours(f"host={postgres.folder} user=postgres dbname=ours{callers}", folder, callers)
            locked = subprocess.run([os.path.join(h.BENCH, "commit_pipelined"), f"host={postgres.folder} user=postgres dbname=postgres",
                                     str(callers), "3", "--lock"], stdout=subprocess.PIPE, text=True, check=True)
            h.row("commit", f"creates/s on PostgreSQL, {callers} callers", on_pg["rps"], json.loads(locked.stdout)["rps"],
                  "bare pipelined lock scheme", "1/s", 0.9)
    if h.apt("etcd-server"):
        etcd(folder)
    else:
        h.missing("commit", "creates/s", "etcd put", "etcd-server cannot be installed")
    shutil.rmtree(folder)


def etcd(folder):
    port, peer_port = h.free_port(), h.free_port()
    url = f"http://127.0.0.1:{port}"
    arguments = ["etcd", "--data-dir", os.path.join(folder, "etcd"), "--listen-client-urls", url, "--advertise-client-urls", url,
                 "--listen-peer-urls", f"http://127.0.0.1:{peer_port}", "--logger", "zap", "--log-level", "error"]
    put = os.path.join(folder, "put.bin")
    # PutRequest{key = 1, value = 2}: etcd's public wire format.
    with open(put, "wb") as file:
        for i in range(20000):
            key, value = b"organizations/%d" % i, b"r" * 300
            message = b"\x0a" + bytes([len(key)]) + key + b"\x12" + bytes([len(value) & 127 | 128, len(value) >> 7]) + value
            file.write(bytes([len(message) & 127 | 128, len(message) >> 7]) + message)
    with h.Program(arguments, h.accepts(port)) as server:
        for callers in (16, 64):
            peer = h.measured(server, f"127.0.0.1:{port}", "/etcdserverpb.KV/Put", put, concurrency=callers, seconds=4)
            mine = ours(os.path.join(folder, f"etcd{callers}.sqlite"), folder, callers)
            h.row("commit", f"creates/s, {callers} callers", mine["rps"], peer["rps"], "etcd put", "1/s", 1.4)


if __name__ == "__main__":
    main()
