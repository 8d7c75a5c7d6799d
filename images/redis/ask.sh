# redis-cli, asking what listens in this node. A node that is no more than a loopback address says which (docs/sandbox.md).
exec redis-cli -h "${ENVOY_LAB_LOOPBACK_ADDRESS:-127.0.0.1}" "$@"
