#!/bin/sh
# A second server that follows the first, a moment behind, until it is told to stand in for it.
set -eu
if [ ! -s "$PGDATA/PG_VERSION" ]; then
  PGPASSWORD=$(cat /run/secrets/operator)
  export PGPASSWORD
  pg_basebackup --host=postgres --username=operator --pgdata="$PGDATA" --write-recovery-conf \
    --wal-method=stream --checkpoint=fast
  unset PGPASSWORD
fi
chmod 700 "$PGDATA"
exec postgres -c hba_file=/etc/postgresql/pg_hba.conf -c max_connections=300 -c timezone=UTC
