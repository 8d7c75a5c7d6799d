import { setTimeout as delay } from 'node:timers/promises';
import type Docker from 'dockerode';
import { statusOf } from '../errors.ts';

/** Of a terminal, in characters. */
export interface TerminalSize {
  readonly w: number;
  readonly h: number;
}

/** How long the engine may refuse a size, and how long it is left alone in between, in ms. */
const PATIENCE_MS = 5000;
const PAUSE_MS = 50;

/**
 * Tells the engine one size at a time, the newest next: of two that are under way at once either may come last.
 *
 * @param over whether the command has ended: it needs no size any more
 */
export function resizer(
  exec: Pick<Docker.Exec, 'resize'>,
  over: () => boolean,
): (size: TerminalSize) => void {
  let told: TerminalSize | undefined;
  let wanted: TerminalSize | undefined;
  let telling = false;
  const tell = async () => {
    telling = true;
    while (wanted !== undefined && !over()) {
      told = wanted;
      wanted = undefined;
      const deadline = Date.now() + PATIENCE_MS;
      // Podman knows that a command runs a moment later than we hear of it, and refuses until then.
      while (!(await takes(exec, told)) && wanted === undefined && !over() && Date.now() < deadline)
        await delay(PAUSE_MS);
    }
    telling = false;
  };
  return (size) => {
    const last = wanted ?? told;
    if (size.w === last?.w && size.h === last.h) return;
    wanted = size;
    if (!telling) void tell();
  };
}

/** Whether the engine took it: Podman's success, 201, is not the one that the client knows. */
function takes(exec: Pick<Docker.Exec, 'resize'>, size: TerminalSize): Promise<boolean> {
  return exec.resize(size).then(
    () => true,
    (error: unknown) => (statusOf(error) ?? 500) < 300,
  );
}
