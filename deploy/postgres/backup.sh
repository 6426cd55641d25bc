#!/bin/sh
# A whole copy of one server, taken while it runs, under another name until it is complete; then those
# that are older than KEEP_DAYS are let go. Put back: unpack base.tar.gz and pg_wal.tar.gz as PGDATA.
set -eu
cd /var/lib/postgresql/data
PGPASSWORD=$(cat /run/secrets/operator)
export PGPASSWORD
name=$(date -u +%Y%m%dT%H%M%SZ)
rm -rf unfinished
pg_basebackup --pgdata=unfinished --format=tar --gzip --wal-method=stream --checkpoint=fast
mv unfinished "$name"
find . -mindepth 1 -maxdepth 1 -name '2*Z' -mtime +"$KEEP_DAYS" -exec rm -rf {} +
echo "$PGHOST: $name, $(du -sh "$name" | cut -f1)"
