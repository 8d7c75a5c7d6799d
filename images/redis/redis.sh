# Serves an empty Redis that keeps nothing on disk. A node that is no more than a loopback address says which (docs/sandbox.md).
set -eu
cd "${TMPDIR:-/tmp}"
exec redis-server --port "$PORT" --bind "${ENVOY_LAB_LOOPBACK_ADDRESS:-0.0.0.0}" --protected-mode no \
  --save '' --appendonly no --dir .
