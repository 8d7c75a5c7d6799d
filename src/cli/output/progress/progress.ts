import type { LabEvent } from '../../../lab/event.ts';
import type { OutputStream } from '../../io.ts';
import type { Style } from '../style.ts';
import { jsonProgress } from './json.ts';
import { plainProgress } from './plain.ts';
import { ttyProgress } from './tty.ts';

/** Tells on stderr what happens. */
export interface Progress {
  event(event: LabEvent): void;
  /** Leaves the screen so that something may be printed below. */
  end(): void;
}

export interface ProgressOptions {
  readonly stream: OutputStream;
  readonly style: Style;
  /** ms since the epoch. */
  readonly now: () => number;
}

export type ProgressMode = 'auto' | 'tty' | 'plain' | 'json' | 'quiet';

const renderers: Readonly<Record<Exclude<ProgressMode, 'auto'>, (options: ProgressOptions) => Progress>> = {
  tty: ttyProgress,
  plain: plainProgress,
  json: jsonProgress,
  quiet: () => ({ event: () => undefined, end: () => undefined }),
};

/** `auto` is live on a terminal and plain lines elsewhere. */
export function progressFor(mode: ProgressMode, options: ProgressOptions): Progress {
  const live = options.stream.isTTY === true;
  return renderers[mode === 'auto' ? (live ? 'tty' : 'plain') : mode](options);
}
