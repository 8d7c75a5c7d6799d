# Runs one statement of SQL on the port 5432 of this node, or of the host and port that are named, and prints the rows:
#
#   sh /app/sql.sh 'select 1'
#   sh /app/sql.sh 'select 1' somewhere 5433
#
# A refused or lost connection ends with 2, a wrong statement with 1, as psql does.
for folder in /usr/lib/postgresql/*/bin; do PATH=$folder:$PATH; done
export PGCONNECT_TIMEOUT=5 PGSSLMODE=disable PGGSSENCMODE=disable
exec psql -X -A -t -v ON_ERROR_STOP=1 -U postgres -h "${2:-${ENVOY_LAB_LOOPBACK_ADDRESS:-127.0.0.1}}" -p "${3:-5432}" -c "$1" postgres
