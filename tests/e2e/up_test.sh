#!/usr/bin/env bash
# The README's commands as a newcomer runs them: up, the calls, up again, down. In a folder and on ports of its own.
set -euo pipefail
source "$(dirname "$0")/../../deploy/common.sh"
export SCHUTZNETZ_VAR
SCHUTZNETZ_VAR=$(mktemp -d)
var=$SCHUTZNETZ_VAR
trap '"$root/deploy/down" || true; rm -rf "$SCHUTZNETZ_VAR"' EXIT

port=
for candidate in $(shuf -i 20000-30000 -n 20); do
  # All ports move together: gateway, directory, events, exchange, and their admin ports.
  free=1
  for p in "$candidate" $((candidate + 41971)) $((candidate + 41972)) $((candidate + 41973)) $((candidate + 1320)) \
    $((candidate + 1321)) $((candidate + 1322)) $((candidate + 1323)); do
    [ "$p" -le 65535 ] && ! (exec 3<>"/dev/tcp/127.0.0.1/$p") 2>/dev/null || free=
  done
  [ -n "$free" ] && port=$candidate && break
done
[ -n "$port" ] || die "no free ports"

get() { curl -fsS --noproxy '*' -m 10 "http://localhost:$port$1"; }

"$root/deploy/up" --port "$port" >"$var/said"
grep -q 'Schutznetz is running' "$var/said"
for secret in tokens/operator context.keys pepper.key wrapping.key signing.key; do
  [ "$(stat -c %a "$var/$secret")" = 600 ] || die "others can read $secret"
done

get '/v1/services:reach?postcode=48143&form=SEXUAL_EXPLOITATION&at=2026-11-22T02:00:00%2B01:00' >"$var/ladder"
grep -q '"number":"110"' "$var/ladder" || die "the ladder does not end with 110: $(cat "$var/ladder")"
grep -q 'jugendamt-muenster' "$var/ladder" || die "the youth office of Münster is missing: $(cat "$var/ladder")"
get '/v1/areas:resolve?q=12051' | grep '"POSTCODE"' >/dev/null
get '/v1/services:search?kind=COUNSELLING&advisesMinors=YES&near.latitude=50.94&near.longitude=6.96' | grep '"hits"' >/dev/null
get '/v1/events:search?attendance=ONLINE&placesFree=true' | grep '"hits"' >/dev/null
get /v1/reports/muster-zwischenbericht | grep '"progressNotes"' >/dev/null || die "the sample's report has no measures"
# Read whole: a reader that ends early makes curl fail.
get /v1/reports/muster-zwischenbericht:render >"$var/report.pdf"
[ "$(head -c 5 "$var/report.pdf")" = '%PDF-' ] || die "the sample's report is no PDF"
[ -d "$var/mail" ] || die "there is no folder for mails"
curl -fsS --noproxy '*' "http://localhost:$port/v1/organizations" -H "Authorization: Bearer $(cat "$var/tokens/sample-editor")" \
  -H 'Content-Type: application/json' -H 'Idempotency-Key: my-first-entry' \
  -d '{"displayName":"Musterstelle Neustadt e. V.","land":"lands/DE-BY"}' | grep -q '"etag"'

before=$(cat "$var"/run/*.pid)
"$root/deploy/up" --port "$port" >"$var/said"
[ "$before" = "$(cat "$var"/run/*.pid)" ] || die "a second up started programs again"
"$root/deploy/down"
! get /v1/lands 2>/dev/null || die "down left the gateway running"
say "up, the calls of the README, up again, down: as promised"
