# Makes a database in a folder of its own and serves it on port 5432. PostgreSQL refuses to run as root, so who is root here
# becomes somebody else (README.md).
set -eu
for folder in /usr/lib/postgresql/*/bin; do PATH=$folder:$PATH; done

data=$(mktemp -d "${TMPDIR:-/tmp}/postgres.XXXXXX")
as=
if [ "$(id -u)" = 0 ]; then
  # By its path: a busybox has a program of that name too, which cannot do this.
  for setpriv in /usr/local/bin/setpriv /usr/bin/setpriv /bin/setpriv; do [ -x $setpriv ] && break; done
  as="$setpriv --reuid=1 --regid=1 --clear-groups"
  # Nobody else may be had here, or nobody else may look into this folder.
  if ! { chown 1:1 "$data" && $as test -w "$data"; } 2>/dev/null; then
    chown 0:0 "$data"
    as='unshare --user --map-user=1 --map-group=1'
  fi
fi
cd "$data"
pid=
end() {
  # Fast shutdown: sessions are ended, nothing is lost.
  [ -n "$pid" ] && kill -INT "$pid" 2>/dev/null && wait "$pid"
  cd / && rm -rf "$data"
  exit 0
}
trap end TERM INT

# Nothing here outlives the container, so nothing has to reach the disk.
$as initdb -D "$data/db" -U postgres -A trust -E UTF8 --locale=C --no-sync >"$data/initdb.log" 2>&1 || {
  cat "$data/initdb.log" >&2
  rm -rf "$data"
  exit 1
}
echo 'host all all all trust' >>"$data/db/pg_hba.conf"
# Where a node is no more than a loopback address, it is told which.
$as postgres -D "$data/db" -c unix_socket_directories= -c "listen_addresses=${ENVOY_LAB_LOOPBACK_ADDRESS:-$LISTEN}" \
  -c fsync=off -c full_page_writes=off -c shared_buffers=16MB -c max_connections=50 -c log_connections=on &
pid=$!
wait "$pid" || true
rm -rf "$data"
exit 1
