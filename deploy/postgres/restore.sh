#!/bin/sh
# A server's data from the last copy and its log, as it was at a moment or at the end: restore [--over] [MOMENT]
# A moment is as `date` reads it: "2026-03-14 09:30 America/Toronto". The end of the log is looked at first:
# what was destroyed by then stays so, and how far the ledger had come is not forgotten.
set -eu
copies=/copies new="$PGDATA/new" over=no moment=
for word in "$@"; do [ "$word" = --over ] && over=yes || moment=$word; done

say() { echo "$PART: $*" >&2; }

if [ -s "$PGDATA/PG_VERSION" ] && [ $over = no ]; then
  say "there is a database already; --over replaces it"; exit 1
fi
if [ -e "$PGDATA/postmaster.pid" ]; then say "the server runs, or was killed: stop it first"; exit 1; fi

until_when=$(date -u -d "${moment:-now}" '+%Y-%m-%d %H:%M:%S.%6N+00')
before=$(date -u -d "${moment:-now}" +%Y%m%dT%H%M%SZ) copy=
for one in "$copies"/2*Z; do
  if [ -e "$one/base.tar.gz" ] && ! expr "${one##*/}" \> "$before" >/dev/null; then copy=$one; fi
done
[ -n "$copy" ] || { say "no copy is from before that"; exit 1; }

log() { # of that name, complete or as far as it came
  printf '%s' "for one in $copies/logs/*/%f.gz $copies/logs/*/%f $copies/logs/*/%f.partial; do \
case \$one in *.gz) [ ! -e \$one ] || { gzip -dc \$one >%p; exit; } ;; \
*) [ ! -e \$one ] || { cp \$one %p; exit; } ;; esac; done; exit 1"
}

roll_on() { # to a moment, or to the end
  rm -rf "$new"
  mkdir -m 700 "$new"
  tar -C "$new" -xzf "$copy/base.tar.gz"
  pg_verifybackup --quiet "$new"
  : > "$new/postgresql.auto.conf"
  touch "$new/recovery.signal"
  # Nobody is let in while it rolls on: it is ready when it is at its end.
  {
    echo "listen_addresses = ''"
    echo "unix_socket_directories = '/tmp'"
    echo "hot_standby = off"
    echo "archive_mode = off"
    echo "max_connections = 300"
    echo "restore_command = '$(log)'"
    [ -z "${1:-}" ] || echo "recovery_target_time = '$1'"
    echo "recovery_target_action = promote"
  } > /tmp/recovery.conf
  echo "local all all trust" > /tmp/hba.conf
  postgres -D "$new" -c config_file=/tmp/recovery.conf -c hba_file=/tmp/hba.conf >&2 &
  server=$!
  until pg_isready -q -h /tmp; do
    kill -0 $server 2>/dev/null || { say "it did not come back"; exit 1; }
    sleep 0.2
  done
}

stop() { pg_ctl -D "$new" -m fast -w stop >/dev/null; }
asked() { psql -h /tmp -v ON_ERROR_STOP=1 -At "$@"; }

began=$(date +%s)
say "from ${copy##*/}"
roll_on
asked -f /sql/end.sql > /tmp/end.json
if [ -n "$moment" ] && [ "$(asked -c "select pg_last_xact_replay_timestamp() > '$until_when'")" = t ]; then
  stop
  say "back to $until_when"
  roll_on "$until_when"
fi
{ echo '\set since `cat /tmp/end.json`'; cat /sql/carry.sql; echo ';'; } | asked >/dev/null
say "as of $(asked -c 'select coalesce(pg_last_xact_replay_timestamp()::text, $$the copy itself$$)')"
stop
find "$PGDATA" -mindepth 1 -maxdepth 1 ! -name new -exec rm -rf {} +
find "$new" -mindepth 1 -maxdepth 1 ! -name PG_VERSION -exec mv {} "$PGDATA/" ';'
mv "$new/PG_VERSION" "$PGDATA/" # last: without it a server does not take this for a database
rm -rf "$new"
say "restored in $(($(date +%s) - began)) s"
