#!/bin/sh
# The first start makes the database as the variables of the official image say; then PostgreSQL runs.
set -eu
case "${1:-}" in -*|"") set -- postgres "$@" ;; esac
if [ "$1" = postgres ] && [ ! -s "$PGDATA/PG_VERSION" ]; then
  new="$PGDATA/new" # under another name until it is whole: we may be killed meanwhile
  rm -rf "$new"
  # shellcheck disable=SC2086 # these are several words
  initdb -D "$new" --username="$POSTGRES_USER" --pwfile="$POSTGRES_PASSWORD_FILE" \
    --auth-local=trust --auth-host=scram-sha-256 ${POSTGRES_INITDB_ARGS:-}
  echo "create database \"$POSTGRES_DB\"" | postgres --single -D "$new" postgres >/dev/null
  echo "listen_addresses = '*'" >> "$new/postgresql.conf"
  echo "host all all all scram-sha-256" >> "$new/pg_hba.conf"
  mv "$new"/* "$PGDATA/"
  rmdir "$new"
fi
exec "$@"
