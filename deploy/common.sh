# Shared by deploy/up, deploy/down, tests/run, tests/bench/run and .ci/run. Sourced, never run.
# shellcheck shell=bash
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
var=${SCHUTZNETZ_VAR:-$root/var}

say() { printf '%s\n' "$*" >&2; }
die() { say "error: $*"; exit 1; }

# packages_of SECTION…: the packages of the named sections of deploy/packages.txt.
packages_of() {
  local wanted=" $* " line section=
  while IFS= read -r line; do
    case $line in
      '#'* | '') ;;
      '['*) section=${line//[\[\]]/} ;;
      *) [[ $wanted == *" $section "* ]] && printf '%s\n' "$line" ;;
    esac
  done <"$root/deploy/packages.txt"
}

# install_packages SECTION…: installs what is missing; says what. Needs root or sudo only then.
install_packages() {
  local missing=() package
  while IFS= read -r package; do
    dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null | grep -qx installed || missing+=("$package")
  done < <(packages_of "$@")
  [ ${#missing[@]} -eq 0 ] && return
  say "Installing ${#missing[@]} Debian packages: ${missing[*]}"
  local sudo=()
  [ "$(id -u)" -eq 0 ] || sudo=(sudo)
  local log
  log=$(mktemp)
  # Services that packages would start (Redis, PostgreSQL) are not wanted: tests and deploy/up start their own.
  "${sudo[@]}" env DEBIAN_FRONTEND=noninteractive RUNLEVEL=1 apt-get update >"$log" 2>&1 || true
  "${sudo[@]}" env DEBIAN_FRONTEND=noninteractive RUNLEVEL=1 apt-get install -y --no-install-recommends "${missing[@]}" \
    >>"$log" 2>&1 || { tail -n 20 "$log" >&2; die "apt-get could not install: ${missing[*]}"; }
  rm -f "$log"
}

# build PRESET [TARGET…]: configures once and builds; quiet unless it fails.
build() {
  local preset=$1 log=$root/build/$1.log
  shift
  mkdir -p "$root/build"
  (cd "$root" && cmake --preset "$preset") >"$log" 2>&1 || { tail -n 30 "$log" >&2; die "configuring failed, see $log"; }
  say "Building ($preset${*:+: $*}) …"
  local begin=$SECONDS
  (cd "$root" && cmake --build --preset "$preset" ${*:+--target "$@"}) >>"$log" 2>&1 || {
    grep -nE 'error|FAILED' -A 5 "$log" | tail -n 60 >&2
    die "the build failed, see $log"
  }
  say "Built in $((SECONDS - begin)) s."
}
