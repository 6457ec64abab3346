"""What the benches share: programs on free ports, their CPU from /proc, load, data sets, rows."""
import base64
import contextlib
import json
import os
import pwd
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request

ROOT = os.path.realpath(os.path.join(os.path.dirname(__file__), "..", ".."))
BUILD = os.environ.get("SCHUTZNETZ_BENCH_BUILD", os.path.join(ROOT, "build", "bench"))
BIN = os.path.join(BUILD, "bin")
BENCH = os.path.join(BUILD, "bench")
DATA = os.path.join(ROOT, "build", "bench-data")
TICKS = os.sysconf("SC_CLK_TCK")
SERVICE = "/schutznetz.directory.v1.DirectoryService/"


def say(text):
    print(text, file=sys.stderr, flush=True)


def row(bench, metric, ours, peer, peer_name, unit, goal, higher_is_better=True, ratio=None):
    """Prints one row. `goal` is the ratio to reach: ours/peer, at least (higher is better) or at most."""
    if ratio is None and ours is not None and peer:
        ratio = ours / peer
    met = None if ratio is None or goal is None else (ratio >= goal if higher_is_better else ratio <= goal)
    sign = ">= " if higher_is_better else "<= "
    print(json.dumps({"bench": bench, "metric": metric, "ours": ours, "peer": peer, "peer_name": peer_name, "unit": unit,
                      "ratio": ratio, "goal": None if goal is None else f"{sign}{goal:g}", "met": met}, ensure_ascii=False), flush=True)


def missing(bench, metric, peer_name, why):
    """A peer that cannot be had is named."""
    print(json.dumps({"bench": bench, "metric": metric, "ours": None, "peer": None, "peer_name": peer_name, "unit": "", "ratio": None,
                      "goal": f"no peer: {why}", "met": None}), flush=True)


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def processes(pid):
    """The process and all below it."""
    found = [pid]
    with contextlib.suppress(OSError):
        for task in os.listdir(f"/proc/{pid}/task"):
            with open(f"/proc/{pid}/task/{task}/children", encoding="ascii") as file:
                for child in file.read().split():
                    found += processes(int(child))
    return found


def cpu_seconds(pid):
    """User and system time of the process and all below it, children that have ended included."""
    total = 0
    for process in processes(pid):
        with contextlib.suppress(OSError):
            with open(f"/proc/{process}/stat", encoding="utf-8") as file:
                fields = file.read().rsplit(")", 1)[1].split()
            total += sum(int(field) for field in fields[11:15])
    return total / TICKS


class Program:
    """A program that is stopped by its own pid at the end of the with block."""

    def __init__(self, arguments, ready=None, user=None, stop_signal=signal.SIGTERM):
        self.log = tempfile.TemporaryFile()
        become = None
        if user and os.getuid() == 0:
            entry = pwd.getpwnam(user)

            def become():
                os.setgid(entry.pw_gid)
                os.setuid(entry.pw_uid)
        self.process = subprocess.Popen(arguments, stdout=self.log, stderr=self.log, preexec_fn=become, cwd="/")
        self.stop_signal = stop_signal
        self.pid = self.process.pid
        if ready:
            self.wait(ready)

    def wait(self, ready, seconds=120):
        end = time.monotonic() + seconds
        while not ready():
            if self.process.poll() is not None or time.monotonic() > end:
                self.log.seek(0)
                raise RuntimeError(f"{self.process.args[0]} did not start: {self.log.read().decode()[-2000:]}")
            time.sleep(0.02)

    def cpu(self):
        return cpu_seconds(self.pid)

    def resident_bytes(self):
        with open(f"/proc/{self.pid}/statm", encoding="ascii") as file:
            return int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.send_signal(self.stop_signal)
        try:
            self.process.wait(40)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


def accepts(port):
    def ready():
        with socket.socket() as probe:
            return probe.connect_ex(("127.0.0.1", port)) == 0
    return ready


def answers(url):
    def ready():
        try:
            with urllib.request.build_opener(urllib.request.ProxyHandler({})).open(url, timeout=2) as answer:
                return answer.status == 200
        except OSError:
            return False
    return ready


def secret(folder, name, text):
    path = os.path.join(folder, name)
    if not os.path.exists(path):
        with open(os.open(path, os.O_CREAT | os.O_WRONLY, 0o600), "w", encoding="ascii") as file:
            file.write(text)
    return path


def random_text():
    return base64.urlsafe_b64encode(os.urandom(32)).decode().rstrip("=")


class Exchange(Program):
    """The exchange server, of which a directory server wants the rights version."""

    def __init__(self, folder, context_keys):
        self.port, self.admin = free_port(), free_port()
        self.address = f"127.0.0.1:{self.port}"
        super().__init__([os.path.join(BIN, "schutznetz-exchange"), "--port", str(self.port), "--admin_port", str(self.admin),
                          "--database", os.path.join(folder, "exchange.sqlite"), "--context_keys_file", context_keys,
                          "--pepper_file", secret(folder, "pepper.key", random_text()),
                          "--wrapping_key_file", secret(folder, "wrapping.key", random_text()),
                          "--erasure_ledger", os.path.join(folder, "exchange.erasures"), "--drain_wait_ms", "0"],
                         answers(f"http://127.0.0.1:{self.admin}/readyz"))


class Directory(Program):
    """The directory server on a SQLite file or a PostgreSQL connection, with an exchange server beside it."""

    def __init__(self, database, folder, *more):
        self.port, self.admin = free_port(), free_port()
        self.context_keys = secret(folder, "context.keys", "".join(
            f"1 {pair} {random_text()}\n" for pair in
            ("gateway directory", "gateway events", "gateway exchange", "directory exchange", "events exchange")))
        self.exchange = Exchange(folder, self.context_keys)
        self.address = f"127.0.0.1:{self.port}"
        super().__init__([os.path.join(BIN, "schutznetz-directory"), "--port", str(self.port), "--admin_port", str(self.admin), "--database",
                          database, "--context_keys_file", self.context_keys, "--exchange_address", self.exchange.address,
                          "--drain_wait_ms", "0", *more],
                         answers(f"http://127.0.0.1:{self.admin}/readyz"))

    def __exit__(self, *reason):
        super().__exit__(*reason)
        self.exchange.__exit__(*reason)


class Events(Program):
    """The events server on a SQLite file or a PostgreSQL connection, beside a directory server."""

    def __init__(self, database, folder, directory, *more):
        self.port, self.admin = free_port(), free_port()
        self.context_keys = directory.context_keys
        self.address = f"127.0.0.1:{self.port}"
        super().__init__([os.path.join(BIN, "schutznetz-events"), "--port", str(self.port), "--admin_port", str(self.admin), "--database",
                          database, "--context_keys_file", self.context_keys, "--directory_address", directory.address,
                          "--exchange_address", directory.exchange.address, "--pepper_file", secret(folder, "events-pepper.key", random_text()),
                          "--wrapping_key_file", secret(folder, "events-wrapping.key", random_text()),
                          "--erasure_ledger", os.path.join(folder, "events.erasures"), "--drain_wait_ms", "0",
                          "--mail_drop_dir", os.path.join(folder, "mail"), *more],
                         answers(f"http://127.0.0.1:{self.admin}/readyz"))


def load(address, method, requests, **options):
    """Runs bench_load; its figures."""
    arguments = [os.path.join(BENCH, "bench_load"), address, method, requests]
    for name, value in options.items():
        if value is True:
            arguments.append(f"--{name}")
        elif value not in (None, False):
            arguments += [f"--{name}", str(value)]
    done = subprocess.run(arguments, stdout=subprocess.PIPE, text=True, check=False)
    figures = json.loads(done.stdout.splitlines()[-1])
    if figures["errors"]:
        say(f"{method}: {figures['errors']} errors")
    return figures


def measured(program, address, method, requests, **options):
    """load, with the CPU of the server per call in microseconds."""
    load(address, method, requests, **{**options, "seconds": 0.5})
    before = program.cpu()
    figures = load(address, method, requests, **options)
    spent = program.cpu() - before
    seconds = options.get("seconds", 3)
    # The warm-up half second of bench_load is served too.
    calls = figures["rps"] * (seconds + 0.5)
    figures["cpu_us"] = spent / max(calls, 1) * 1e6
    return figures


def dataset(services):
    """The folder with requests and a loaded directory.sqlite of this many services; made once."""
    folder = os.path.join(DATA, str(services))
    if os.path.exists(os.path.join(folder, "complete")):
        return folder
    shutil.rmtree(folder, ignore_errors=True)
    os.makedirs(folder)
    say(f"Making a directory of {services} services …")
    subprocess.run([os.path.join(BENCH, "bench_generate"), folder, str(services)], check=True)
    with Directory(os.path.join(folder, "directory.sqlite"), folder) as directory:
        for method, file in (("CreateOrganization", "organizations"), ("CreateLocation", "locations"), ("CreateService", "services"),
                             ("CreateServiceAtLocation", "joins")):
            figures = load(directory.address, SERVICE + method, os.path.join(folder, file + ".bin"), once=True, context_keys=directory.context_keys)
            say(f"  {method}: {figures['calls']} at {figures['rps']:.0f}/s")
            if figures["errors"]:
                raise RuntimeError(f"{method} failed")
    with open(os.path.join(folder, "complete"), "w", encoding="ascii"):
        pass
    return folder


def delimited(path, limit=1000):
    """The messages of a length-delimited file."""
    with open(path, "rb") as file:
        data = file.read()
    at, out = 0, []
    while at < len(data) and len(out) < limit:
        size = shift = 0
        while True:
            byte = data[at]
            at += 1
            size |= (byte & 127) << shift
            shift += 7
            if byte < 128:
                break
        out.append(data[at:at + size])
        at += size
    return out


def beside_bare(folder, method, requests, concurrency=64, seconds=4):
    """Figures of a read method on a data set, and of a bare server that answers the same bytes."""
    path, requests = SERVICE + method, os.path.join(folder, requests)
    copy = tempfile.mkdtemp()
    database, replies = os.path.join(copy, "directory.sqlite"), os.path.join(copy, "replies.bin")
    shutil.copy(os.path.join(folder, "directory.sqlite"), database)
    with Directory(database, copy) as directory:
        subprocess.run([os.path.join(BENCH, "bench_load"), directory.address, path, requests, "--once", "--concurrency", "1", "--save", replies],
                       check=True, stdout=subprocess.DEVNULL)
        mine = measured(directory, directory.address, path, requests, concurrency=concurrency, seconds=seconds)
    port = free_port()
    with Program([os.path.join(BENCH, "bare_server"), str(port), method, replies], accepts(port), stop_signal=9) as bare:
        peer = measured(bare, f"127.0.0.1:{port}", path, requests, concurrency=concurrency, seconds=seconds)
    shutil.rmtree(copy)
    return mine, peer


class Postgres(Program):
    """A PostgreSQL cluster of its own on a socket in a temporary folder, durable settings as they come."""

    BIN = "/usr/lib/postgresql/15/bin/"

    def __init__(self, *settings):
        self.folder = tempfile.mkdtemp(prefix="schutznetz-bench-pg-")
        if os.getuid() == 0:
            shutil.chown(self.folder, "postgres")
        data = os.path.join(self.folder, "data")
        initdb = [self.BIN + "initdb", "-D", data, "-U", "postgres", "--auth=trust", "-E", "UTF8", "--locale=C.UTF-8"]
        with Program(initdb, user="postgres") as making:
            making.process.wait()
        more = [x for s in ("listen_addresses=", f"unix_socket_directories={self.folder}", "shared_buffers=512MB", *settings) for x in ("-c", s)]
        super().__init__([self.BIN + "postgres", "-D", data, *more], lambda: self.sql("select 1", check=False).returncode == 0,
                         user="postgres", stop_signal=signal.SIGINT)

    def sql(self, text, check=True, **more):
        return subprocess.run(["psql", "-h", self.folder, "-U", "postgres", "-qAt", "-v", "ON_ERROR_STOP=1", "-c", text, "postgres"], check=check,
                              stdout=subprocess.PIPE, stderr=None if check else subprocess.DEVNULL, text=True, **more)

    def pgbench(self, script, clients, seconds):
        """Transactions per second and latencies of a script, prepared."""
        log = tempfile.mkdtemp()
        done = subprocess.run(["pgbench", "-h", self.folder, "-U", "postgres", "-n", "-M", "prepared", "-c", str(clients), "-j", "2", "-T",
                               str(seconds), "-l", f"--log-prefix={log}/l", "-f", script, "postgres"],
                              stdout=subprocess.PIPE, text=True, check=True)
        tps = next(float(line.split()[2]) for line in done.stdout.splitlines() if line.startswith("tps"))
        micros = sorted(int(line.split()[2]) for name in os.listdir(log) for line in open(os.path.join(log, name), encoding="ascii"))
        shutil.rmtree(log)
        return {"rps": tps, "p50_us": micros[len(micros) // 2], "p99_us": micros[len(micros) * 99 // 100], "calls": len(micros)}

    def __exit__(self, *failure):
        super().__exit__(*failure)
        shutil.rmtree(self.folder, ignore_errors=True)


def apt(*packages):
    """Installs peers from the distribution. False when one cannot be had."""
    absent = [p for p in packages if subprocess.run(["dpkg-query", "-W", "-f", "${db:Status-Status}", p], capture_output=True, text=True,
                                                     check=False).stdout != "installed"]
    if not absent:
        return True
    say(f"Installing peers: {' '.join(absent)}")
    sudo = [] if os.getuid() == 0 else ["sudo"]
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive", "RUNLEVEL": "1"}
    return subprocess.run([*sudo, "apt-get", "install", "-y", "--no-install-recommends", *absent], env=environment,
                          stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False).returncode == 0
