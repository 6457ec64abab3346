# Starting and stopping programs by their own pid. Sourced by deploy/up and deploy/down after common.sh.
# shellcheck shell=bash

# birth PID: when the process began (clock ticks since boot): with the pid it names one process for ever.
birth() { [ -r "/proc/$1/stat" ] && sed 's/.*) //' "/proc/$1/stat" 2>/dev/null | cut -d' ' -f20; }

# running NAME: the process that start began still lives.
running() {
  local file=$var/run/$1.pid pid born
  [ -s "$file" ] || return 1
  read -r pid born <"$file"
  [ "$(birth "$pid")" = "$born" ]
}

# start NAME PROGRAM ARGUMENT…: unless it runs already. Output goes to var/log/NAME.log.
start() {
  if running "$1"; then
    say "$1 is running already."
    return
  fi
  "${@:2}" --check_config >/dev/null 2>"$var/log/$1.check" || { cat "$var/log/$1.check" >&2; die "$1: bad configuration"; }
  launch "$@"
}

# launch NAME PROGRAM ARGUMENT…: the same without asking.
launch() {
  local name=$1
  shift
  setsid "$@" >>"$var/log/$name.log" 2>&1 </dev/null &
  local pid=$!
  printf '%s %s\n' "$pid" "$(birth "$pid")" >"$var/run/$name.pid"
}

# wait_ready NAME ADMIN_PORT: until /readyz says so, at most 30 s; shows the log's end when the program died.
wait_ready() {
  local name=$1 url=http://127.0.0.1:$2/readyz deadline=$((SECONDS + 30))
  until curl -fsS --noproxy '*' -m 2 -o /dev/null "$url" 2>/dev/null; do
    running "$name" || { tail -n 5 "$var/log/$name.log" >&2; die "$name stopped, see var/log/$name.log"; }
    [ $SECONDS -lt $deadline ] || { curl -sS --noproxy '*' -m 2 "$url" >&2; die "$name is not ready after 30 s, see var/log/$name.log"; }
    sleep 0.05
  done
}

# stop NAME: TERM, then KILL after 30 s.
stop() {
  local name=$1 file=$var/run/$1.pid pid born deadline=$((SECONDS + 30))
  if running "$name"; then
    read -r pid born <"$file"
    kill -TERM "$pid"
    while running "$name"; do
      [ $SECONDS -lt $deadline ] || { say "$name does not stop, killing it"; kill -KILL "$pid"; deadline=$((SECONDS + 30)); }
      sleep 0.05
    done
    say "$name stopped."
  fi
  rm -f "$file"
}

redis_socket=$var/redis/redis.sock

# start_redis: keeps nothing on disk, listens on a socket below var/ only. Everything works without it, so that its end
# is nobody else's.
start_redis() {
  running redis && { say "redis is running already."; return; }
  mkdir -p "$var/redis"
  launch redis redis-server --port 0 --unixsocket "$redis_socket" --unixsocketperm 700 --dir "$var/redis" --save '' \
    --appendonly no --maxmemory 64mb --maxmemory-policy allkeys-lru
  local deadline=$((SECONDS + 10))
  until redis-cli -s "$redis_socket" ping >/dev/null 2>&1; do
    if ! running redis || [ $SECONDS -ge $deadline ]; then
      say "Redis did not start, see var/log/redis.log; going on without it."
      return
    fi
    sleep 0.05
  done
}

# as_postgres COMMAND…: PostgreSQL refuses to run as root.
as_postgres() {
  if [ "$(id -u)" -eq 0 ]; then setpriv --reuid postgres --regid postgres --clear-groups "$@"; else "$@"; fi
}
pg_bin=/usr/lib/postgresql/15/bin

# start_postgres: a cluster of our own below var/postgres, on a socket there, durable settings.
start_postgres() {
  local data=$var/postgres/data
  if [ ! -e "$data/PG_VERSION" ]; then
    mkdir -p "$var/postgres"
    if [ "$(id -u)" -eq 0 ]; then
      chown postgres "$var/postgres"
      chmod o+x "$var"
      as_postgres test -x "$var/postgres" || die "the user postgres cannot enter $var; set SCHUTZNETZ_VAR to a folder it can reach"
    fi
    (cd / && as_postgres "$pg_bin/initdb" -D "$data" -U schutznetz -A peer --auth-local=trust -E UTF8 --locale=C.UTF-8 >/dev/null)
  fi
  if ! (cd / && as_postgres "$pg_bin/pg_ctl" -D "$data" status >/dev/null); then
    (cd / && as_postgres "$pg_bin/pg_ctl" -D "$data" -w -s -l "$var/postgres/log" \
      -o "-k '$var/postgres' -c listen_addresses='' -c unix_socket_permissions=0700" start) || die "PostgreSQL did not start, see var/postgres/log"
  fi
  local database
  for database in schutznetz_directory schutznetz_events schutznetz_exchange; do
    (cd / && as_postgres "$pg_bin/psql" -h "$var/postgres" -U schutznetz -d postgres -qAtc \
      "select 1 from pg_database where datname = '$database'" | grep -q 1) ||
      (cd / && as_postgres "$pg_bin/createdb" -h "$var/postgres" -U schutznetz "$database")
  done
}

stop_postgres() {
  local data=$var/postgres/data
  [ -e "$data/postmaster.pid" ] || return 0
  (cd / && as_postgres "$pg_bin/pg_ctl" -D "$data" -w -s -m fast stop) && say "PostgreSQL stopped."
}
