#!/bin/sh
# Installs what `npm run bench:queues` measures beside Runcast: two packages of npm into this folder, and, on Debian
# and its derivatives, Redis and Postgres. Their services need not run: the bench starts the programs itself.
set -eu

npm install --no-audit --no-fund --no-package-lock --prefix "$(dirname "$0")"
command -v redis-server >/dev/null && ls /usr/lib/postgresql/*/bin/postgres >/dev/null && exit
apt-get update
apt-get install --yes --no-install-recommends redis-server postgresql
