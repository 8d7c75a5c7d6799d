import { joinWords } from '../process/words.ts';
import type { Action, Step } from '../sandbox/check.ts';

/** A step in one line: `curl http://a:80/, 30 times, 5 at a time`. */
export function describeStep({ action, repeat, parallel }: Step): string {
  const times = repeat > 1 ? `, ${repeat} times` : '';
  const together = parallel > 1 ? `, ${parallel} at a time` : '';
  return `${describeAction(action)}${times}${together}`;
}

function describeAction(action: Action): string {
  switch (action.kind) {
    case 'curl':
      return `curl ${joinWords(action.words)}${action.from === undefined ? '' : ` from ${action.from}`}`;
    case 'exec':
      return `exec ${place(action.node, action.container)} ${joinWords(action.argv)}`;
    case 'scale':
      return `scale ${scaleWords(action.replicas)}`;
    case 'stop':
    case 'start':
      return `${action.kind} ${action.nodes.join(' ')}`;
    case 'kill':
      return `kill ${action.nodes.map((node) => place(node, action.container)).join(' ')} with ${action.signal}`;
    case 'pause':
      return `wait ${action.ms} ms`;
    case 'ready':
      return `wait until ${action.nodes.join(', ')} ${action.nodes.length === 1 ? 'is' : 'are'} ready`;
  }
}

/** What a user types to do the same by hand; undefined where the command line has nothing like it. */
export function commandOf(action: Action): string | undefined {
  switch (action.kind) {
    case 'curl': {
      const from = action.from === undefined ? [] : ['--from', action.from];
      return joinWords(['envoy-lab', 'curl', ...from, ...action.words]);
    }
    case 'exec': {
      const container = action.container === undefined ? [] : ['--container', action.container];
      return joinWords(['envoy-lab', 'exec', ...container, action.node, ...action.argv]);
    }
    case 'scale':
      return `envoy-lab scale ${scaleWords(action.replicas)}`;
    case 'stop':
    case 'start':
      return joinWords(['envoy-lab', action.kind, ...action.nodes]);
    case 'kill':
    case 'pause':
    case 'ready':
      return undefined;
  }
}

function place(node: string, container: string | undefined): string {
  return container === undefined ? node : `${node}/${container}`;
}

function scaleWords(replicas: Readonly<Record<string, number>>): string {
  return joinWords(Object.entries(replicas).map(([node, count]) => `${node}=${count}`));
}
