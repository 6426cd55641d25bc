#!/bin/sh
# Copies of one server, taken while it runs and checked: one a day, and in between its log as it is written.
# `once` takes a copy now and ends. Older copies than KEEP_DAYS go, with the log that nobody needs then.
set -eu
umask 077
cd /var/lib/postgresql/data
PGPASSWORD=$(cat /run/secrets/operator)
export PGPASSWORD PGDATABASE=postgres
SLOT=backup

copy() {
  rm -rf unfinished packed
  began=$(date +%s)
  pg_basebackup --pgdata=unfinished --wal-method=stream --checkpoint=fast --manifest-checksums=SHA256
  pg_verifybackup --quiet unfinished
  mkdir packed
  sed -n 's/^START WAL LOCATION.*file \(.*\))$/\1/p' unfinished/backup_label > packed/first_log
  tar -C unfinished -czf packed/base.tar.gz .
  rm -rf unfinished
  name=$(date -u +%Y%m%dT%H%M%SZ) # any later moment can be reached from it
  sync packed/base.tar.gz
  mv packed "$name"
  let_go
  touch "/var/run/postgresql/$PGHOST" # what the operators' page shows
  echo "$PGHOST: $name, $(du -sh "$name" | cut -f1), checked, in $(($(date +%s) - began)) s"
}

ago() { date -u -d "@$(($(date +%s) - $1))" +%Y%m%dT%H%M%SZ; }

let_go() {
  before=$(ago "$((KEEP_DAYS * 86400))")
  last=$(ls -d 2*Z | tail -1)
  for one in 2*Z; do
    if [ "$one" != "$last" ] && expr "$one" \< "$before" >/dev/null; then rm -rf "$one"; fi
  done
  first=$(cat "$(ls -d 2*Z | head -1)/first_log")
  for logs in logs/*/; do
    [ ! -d "$logs" ] || pg_archivecleanup -x .gz "$logs" "$first"
    rmdir "$logs" 2>/dev/null || true
  done
}

# Each history of the server has a folder; one whose log was not waited for begins another.
receive() {
  history=$(psql -Atc "select timeline_id from pg_control_checkpoint()")
  lost=$(psql -Atc "select slot_name from pg_replication_slots where slot_name = '$SLOT' and wal_status = 'lost'")
  if [ -n "$lost" ]; then
    psql -qAtc "select pg_drop_replication_slot('$SLOT')" >/dev/null
    mv "logs/$history" "logs/$history.$(date +%s)" 2>/dev/null || true
  fi
  mkdir -p "logs/$history"
  pg_receivewal --directory="logs/$history" --slot="$SLOT" --create-slot --if-not-exists
  pg_receivewal --directory="logs/$history" --slot="$SLOT" --synchronous --no-loop
}

pack() { # what is complete; the one that is being written ends in .partial
  for log in logs/*/????????????????????????; do
    [ ! -f "$log" ] || gzip -1 "$log"
  done
}

if [ "${1:-}" = once ]; then copy; exit; fi
trap 'trap "" TERM; kill 0; exit 0' TERM INT
(while :; do receive || sleep 5; done) &
while :; do
  [ "$(ls -d 2*Z 2>/dev/null | tail -1)" \> "$(ago 86400)" ] || copy || echo "$PGHOST: no copy was taken" >&2
  pack
  sleep 60 &
  wait $!
done
