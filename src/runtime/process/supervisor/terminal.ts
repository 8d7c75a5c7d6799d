import { execFile } from 'node:child_process';
import { readdirSync, readlinkSync } from 'node:fs';
import { readStat } from '../../../process/identity.ts';
import { joinWords } from '../../../process/words.ts';
import type { ExecRequest } from '../../runtime.ts';

/**
 * The same command on a pseudo-terminal. Node cannot make one, so util-linux' `script` does: it needs no terminal itself,
 * copies both ways and passes the exit code on. Size and echo are set inside, before the command starts.
 */
export function terminalRequest(request: ExecRequest, size: { columns: number; rows: number }): ExecRequest {
  const command = joinWords(request.argv);
  const prepared = `stty sane cols ${size.columns} rows ${size.rows} 2>/dev/null; exec ${command}`;
  const env = { TERM: 'xterm', ...request.env };
  const argv =
    process.platform === 'darwin'
      ? ['script', '-q', '/dev/null', 'sh', '-c', prepared]
      : ['script', '--quiet', '--return', '--flush', '--command', prepared, '/dev/null'];
  return { ...request, env, argv };
}

/** Sets the size of the terminal that a `script` process made; the kernel tells its foreground job (SIGWINCH). */
export function resizeTerminal(scriptPid: number | undefined, columns: number, rows: number): void {
  const child = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .find((name) => readStat(Number(name))?.parent === scriptPid);
  if (child === undefined) return;
  const terminal = terminalOf(child);
  if (terminal === undefined) return;
  const size = ['cols', String(columns), 'rows', String(rows)];
  execFile('stty', ['-F', `/proc/${child}/root${terminal}`, ...size], () => {});
}

function terminalOf(pid: string): string | undefined {
  try {
    const target = readlinkSync(`/proc/${pid}/fd/0`);
    return target.startsWith('/dev/pts/') ? target : undefined;
  } catch {
    return undefined;
  }
}
