import type { Labels } from '../labels.ts';
import { type Mark, markOf } from '../names.ts';

/** What an engine tells of a container or a network. */
export interface EngineEvent {
  readonly type: 'container' | 'network';
  readonly action: 'create' | 'rename' | 'start' | 'pause' | 'unpause' | 'die' | 'destroy';
  readonly id: string;
  /** Of a container: its name without the mark is in its labels. */
  readonly name: string;
  readonly mark?: Mark;
  readonly labels: Labels;
  readonly exitCode?: number;
  /** ms since the epoch. */
  readonly time: number;
}

/** What engines are asked to tell; an engine that knows other words for some tells those too. */
export const eventFilters = {
  type: ['container', 'network'],
  event: ['create', 'rename', 'start', 'pause', 'unpause', 'die', 'destroy', 'remove'],
};

const actions: Readonly<Record<string, EngineEvent['action']>> = {
  create: 'create',
  rename: 'rename',
  start: 'start',
  pause: 'pause',
  unpause: 'unpause',
  die: 'die',
  died: 'die',
  destroy: 'destroy',
  remove: 'destroy',
};

/** Reads one line of the engine's events; undefined when it tells nothing that matters here. */
export function readEvent(line: string): EngineEvent | undefined {
  const { Type, Action, Actor, time, timeNano } = JSON.parse(line) as {
    Type?: string;
    Action?: string;
    Actor?: { ID?: string; Attributes?: Record<string, string> };
    time?: number;
    timeNano?: number;
  };
  const action = actions[Action ?? ''];
  if (action === undefined || (Type !== 'container' && Type !== 'network')) return undefined;
  const attributes = Actor?.Attributes ?? {};
  const { name = '', exitCode = attributes.containerExitCode } = attributes;
  const mark = Type === 'container' ? markOf(name) : undefined;
  return {
    type: Type,
    action,
    id: Actor?.ID ?? '',
    name,
    ...(mark === undefined ? {} : { mark }),
    labels: attributes,
    ...(action === 'die' && exitCode !== undefined ? { exitCode: Number(exitCode) } : {}),
    time: timeNano === undefined ? (time ?? 0) * 1000 : Math.floor(timeNano / 1e6),
  };
}
