#!/bin/sh
# Run once by PostgreSQL's image on an empty volume: the two roles and their database, as
# erec/stack/postgres.py makes them under `make run`.
set -eu
psql --set ON_ERROR_STOP=1 --set owner="$OWNER_PASSWORD" --set app="$APP_PASSWORD" --dbname postgres <<'SQL'
CREATE ROLE erec_owner LOGIN PASSWORD :'owner';
CREATE ROLE erec_app LOGIN PASSWORD :'app';
CREATE DATABASE erec OWNER erec_owner TEMPLATE template0 ENCODING UTF8
    LOCALE_PROVIDER builtin BUILTIN_LOCALE 'C.UTF-8' LOCALE 'C';
\connect erec
REVOKE ALL ON DATABASE erec FROM PUBLIC;
GRANT CONNECT, TEMPORARY ON DATABASE erec TO erec_app;
ALTER DEFAULT PRIVILEGES FOR ROLE erec_owner GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO erec_app;
ALTER DEFAULT PRIVILEGES FOR ROLE erec_owner GRANT USAGE, SELECT ON SEQUENCES TO erec_app;
SQL
