import type { LabEvent } from '../../../lab/event.ts';
import { progressLines } from './plain.ts';
import type { Progress, ProgressOptions } from './progress.ts';

const frames = ['⠋', '⠙', '⠹', '⠸', '⠼', '⠴', '⠦', '⠧', '⠇', '⠏'];
/** Between two pictures of the spinner, ms. */
const frameMs = 80;

/** A live list of the containers that are waited for, below the lines that stay. */
export function ttyProgress({ stream, style, now }: ProgressOptions): Progress {
  const states = new Map<string, { state: string; since: number; ms: number | undefined }>();
  const begin = now();
  let drawn = 0;
  let frame = 0;
  let timer: ReturnType<typeof setInterval> | undefined;

  const erase = () => (drawn === 0 ? '' : `\x1b[${drawn}A\x1b[0J`);
  const clip = (line: string) => {
    const columns = stream.columns || 80;
    return line.length > columns * 2 ? line.slice(0, columns * 2) : line;
  };
  const picture = (): string[] => {
    if (states.size === 0) return [];
    const ready = [...states.values()].filter(({ state }) => state === 'ready').length;
    const spin = frames[frame % frames.length]!;
    // A terminal that does not know its size says 0.
    const rows = stream.rows || 24;
    if (states.size > rows - 4)
      return [`${style.tint(0, spin)} ${ready} of ${states.size} containers are ready`];
    const width = Math.max(...[...states.keys()].map((name) => name.length));
    return [...states].map(([name, { state, ms }]) => {
      const mark =
        state === 'ready' ? style.good('✔') : state === 'exited' ? style.bad('✘') : style.tint(0, spin);
      const time = ms === undefined ? '' : style.dim(`  ${(ms / 1000).toFixed(1)}s`);
      return clip(`${mark} ${name.padEnd(width)}  ${state === 'ready' ? style.good(state) : state}${time}`);
    });
  };
  const draw = (above: readonly string[] = []) => {
    const lines = picture();
    stream.write(erase() + [...above, ...lines].map((line) => `${line}\n`).join(''));
    drawn = lines.length;
  };
  const end = () => {
    clearInterval(timer);
    timer = undefined;
    states.clear();
    drawn = 0;
  };

  return {
    event(event: LabEvent) {
      if (event.kind === 'expect') {
        for (const name of event.containers) {
          states.set(name, { state: 'waiting', since: now(), ms: undefined });
        }
        timer ??= setInterval(() => {
          frame++;
          draw();
        }, frameMs).unref();
        draw();
      } else if (event.kind === 'container') {
        const entry = states.get(event.container);
        if (entry === undefined) return;
        const ended = event.state === 'ready' || event.state === 'exited';
        states.set(event.container, { ...entry, state: event.state, ms: ended ? now() - begin : undefined });
        draw();
      } else if (event.kind !== 'step') {
        if (event.kind === 'lab') {
          // How far it came stays; what becomes of the lab is told below.
          draw();
          end();
          draw(progressLines(event, style));
        } else draw(progressLines(event, style));
      }
    },
    end() {
      if (states.size > 0) draw();
      end();
    },
  };
}
