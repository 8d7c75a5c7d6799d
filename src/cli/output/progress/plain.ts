import type { LabEvent } from '../../../lab/event.ts';
import { took } from '../duration.ts';
import type { Style } from '../style.ts';
import type { Progress, ProgressOptions } from './progress.ts';

/** One line for each thing that is worth telling; nothing is ever rewritten. */
export function plainProgress({ stream, style }: ProgressOptions): Progress {
  return {
    event(event) {
      for (const line of progressLines(event, style)) stream.write(`${line}\n`);
    },
    end: () => undefined,
  };
}

/** An event in words; nothing for those that only a live display shows. */
export function progressLines(event: LabEvent, style: Style): string[] {
  switch (event.kind) {
    case 'choice':
      return choiceLines(event, style);
    case 'locked':
      return [`waiting for another command on lab ${event.lab}: ${event.holder}`];
    case 'step':
      return event.state === 'done' && !/^(wait|start) /.test(event.text) ? event.text.split('\n') : [];
    case 'expect':
    case 'phase':
      return [];
    case 'container': {
      const words = stateWords(event.state, event.exitCode);
      return words === undefined
        ? []
        : [`${event.container} ${event.state === 'exited' ? style.bad(words) : words}`];
    }
    case 'lab':
      return labLine(event, style);
    case 'note':
      return [event.text];
    case 'warning':
      return [`${style.warn('warning:')} ${event.text}`];
  }
}

function choiceLines(event: LabEvent & { kind: 'choice' }, style: Style): string[] {
  const engines = event.engines.map(({ name, version }) => `${name} (${version})`).join(' and ');
  const mode = event.mode === '' ? '' : `, ${event.mode}`;
  const lines = [`runtime ${event.runtime}${mode}: ${event.runtimeReason}`];
  if (event.engines.length > 0) lines.push(`engine ${engines}: ${event.engineReason}`);
  return [...lines, ...event.caveats.map((caveat) => `${style.warn('note:')} ${caveat}`)];
}

/** What a container's state is worth telling as. */
export function stateWords(state: string, exitCode: number | undefined): string | undefined {
  if (state === 'ready') return 'is ready';
  if (state === 'exited') return `exited with ${exitCode ?? '?'}`;
  return undefined;
}

function labLine(event: LabEvent & { kind: 'lab' }, style: Style): string[] {
  if (event.state === 'undoing')
    return [style.warn(`undoing what was done to lab ${event.lab} (--keep leaves it)`)];
  if (event.state === 'undone') return [`lab ${event.lab} is as it was before (${took(event.ms)})`];
  if (event.state === 'gone') return [`nothing of lab ${event.lab} is left (${took(event.ms)})`];
  return [];
}
