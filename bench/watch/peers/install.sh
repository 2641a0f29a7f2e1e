#!/bin/sh
# Installs what `npm run bench:watch` measures beside Runcast, on Debian and what descends from it.
# The services that the packages bring are not needed: the bench starts programs of its own.
set -eu

apt-get update
apt-get install --yes --no-install-recommends \
  python3-fastapi uvicorn python3-uvloop python3-httptools \
  python3-redis redis-server \
  nginx libnginx-mod-nchan
