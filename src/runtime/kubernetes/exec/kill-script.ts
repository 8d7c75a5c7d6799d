/** Environment variable by which a command and its children are found again. */
export const MARK = 'ENVOY_LAB_EXEC';

/** Kills, inside a container, all that has the mark ($1) in its environment, until nothing of it is left. */
export const KILL_SCRIPT = `
round=0
while [ $round -lt 20 ]; do
  round=$((round + 1)) hit=
  for dir in /proc/[0-9]*; do
    pid=\${dir#/proc/}
    [ "$pid" = "$$" ] && continue
    grep -q -- "$1" "$dir/environ" 2>/dev/null || continue
    kill -9 "$pid" 2>/dev/null && hit=1
  done
  [ -z "$hit" ] && exit 0
done`;
