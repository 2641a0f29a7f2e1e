#!/bin/sh
# Installs the servers that `npm run bench:watch` measures beside Runcast, on Debian and its derivatives.
# The services of these packages need not run: the bench starts the programs itself.
set -eu

apt-get update
apt-get install --yes --no-install-recommends \
  python3-fastapi uvicorn python3-uvloop python3-httptools \
  python3-redis redis-server \
  nginx libnginx-mod-nchan
