#!/usr/bin/env bash
# Installs redis-server for the tests of packages/redis where it is missing (Debian and Ubuntu). The tests start
# servers of their own, so no system service is started or left enabled.
set -euo pipefail

command -v redis-server > /dev/null && command -v redis-cli > /dev/null && exit 0
command -v apt-get > /dev/null || {
  echo 'redis-server is missing and there is no apt-get: install Redis 6 or newer by hand.' >&2
  exit 1
}
as_root=()
[ "$(id -u)" -eq 0 ] || as_root=(sudo)

# Before a package starts its service, Debian runs this script; exit code 101 forbids it. An existing script stays.
policy=/usr/sbin/policy-rc.d
if [ ! -e "$policy" ]; then
  printf '#!/bin/sh\nexit 101\n' | "${as_root[@]}" tee "$policy" > /dev/null
  "${as_root[@]}" chmod 755 "$policy"
  trap '"${as_root[@]}" rm -f "$policy"' EXIT
fi

log="$(mktemp)"
install_redis() {
  "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive \
    apt-get install -qq -y --no-install-recommends redis-server > "$log" 2>&1
}
# A fresh machine's package lists may be empty or old. They are fetched when the first try fails.
install_redis || { "${as_root[@]}" apt-get update -qq > "$log" 2>&1 && install_redis; } || {
  cat "$log" >&2
  exit 1
}
rm -f "$log"
redis-server --version
