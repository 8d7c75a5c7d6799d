import type Docker from 'dockerode';
import { label } from '../labels.ts';
import { listedState } from '../observe/objects.ts';
import type { Board } from './board.ts';
import type { EngineEvent } from './engine-event.ts';

/**
 * What an engine that loses events did not tell, found by comparing its list with what is known. A list may be older than
 * an event that was told, so a difference counts when two looks after each other have it.
 */
export class LostEvents {
  readonly #board: Board;
  #seen: ReadonlySet<string> = new Set();

  constructor(board: Board) {
    this.#board = board;
  }

  /**
   * @param listed all containers of the lab, running or not
   * @param time of the look, ms since the epoch
   */
  look(listed: readonly Docker.ContainerInfo[], time: number): EngineEvent[] {
    const found = [...this.#changed(listed, time), ...this.#gone(listed, time)];
    const keyOf = ({ action, id }: EngineEvent) => `${action} ${id}`;
    const lost = found.filter((event) => this.#seen.has(keyOf(event)));
    this.#seen = new Set(found.map(keyOf));
    return lost;
  }

  *#changed(listed: readonly Docker.ContainerInfo[], time: number): Generator<EngineEvent> {
    for (const info of listed) {
      const { status, exitCode, mark } = listedState(info);
      const known = this.#board.knows(info.Id);
      const action = this.#actionBetween(info, known, status, mark !== undefined);
      if (action === undefined) continue;
      const name = info.Names[0]?.replace(/^\//, '') ?? '';
      yield {
        type: 'container',
        action,
        id: info.Id,
        name,
        labels: info.Labels,
        time,
        ...(mark === undefined ? {} : { mark }),
        ...(action === 'die' && exitCode !== undefined ? { exitCode } : {}),
      };
    }
  }

  #actionBetween(
    { Labels }: Docker.ContainerInfo,
    known: ReturnType<Board['knows']>,
    status: ReturnType<typeof listedState>['status'],
    marked: boolean,
  ): EngineEvent['action'] | undefined {
    if (known === undefined) return 'create';
    if (Labels[label.container] === undefined || known === 'holder') return undefined;
    switch (status) {
      case 'running':
        if (known.state === 'paused') return 'unpause';
        return known.runs ? undefined : 'start';
      case 'paused':
        return known.state === 'paused' || !known.runs ? undefined : 'pause';
      case 'exited':
        if (known.runs) return 'die';
        return marked && known.state === 'created' ? 'rename' : undefined;
      case 'created':
        return marked && known.state === 'created' ? 'rename' : undefined;
    }
  }

  *#gone(listed: readonly Docker.ContainerInfo[], time: number): Generator<EngineEvent> {
    const ids = new Set(listed.map(({ Id }) => Id));
    for (const { id, labels } of this.#board.labelled()) {
      if (!ids.has(id)) yield { type: 'container', action: 'destroy', id, name: '', labels, time };
    }
  }
}
