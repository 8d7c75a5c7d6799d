import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { LabError } from '../error.ts';
import { bootId } from '../process/identity.ts';
import type { Runtime } from '../runtime/runtime.ts';
import { type LabRecord, StateStore } from '../state/store.ts';
import type { LabContext, RuntimeSource } from './context.ts';
import { down } from './down.ts';
import { findLab, openLab, runningLabs } from './find.ts';
import { FakeLab } from './runtime.fake.ts';
import { lab, node, observed } from './specs.fake.ts';

/** Labs by name, at engines by address; `dead` engines do not answer. */
interface Machine {
  readonly process: string[];
  readonly engines: Record<string, string[]>;
  readonly dead: string[];
}

let machine: Machine;
let store: StateStore;
let told: string[];

/** A runtime that takes its labs from a list. */
function runtime(name: string, labs: () => string[], endpoint?: string): Runtime {
  const open = async (wanted: string) => {
    if (!labs().includes(wanted)) return undefined;
    const running = new FakeLab({}, observed(lab(node('web', []))));
    running.remove = async () => void labs().splice(labs().indexOf(wanted), 1);
    return running;
  };
  return {
    name,
    list: async () => [...labs()],
    open,
    sweep: async () => labs().slice(labs().length),
    probe: async () => ({ available: !machine.dead.includes(endpoint ?? '') }),
    ...(endpoint !== undefined && { endpoint }),
  } as unknown as Runtime;
}

function atEngine(endpoint: string): string[] {
  if (!machine.dead.includes(endpoint)) return machine.engines[endpoint] ?? [];
  throw new LabError('runtime', `no container engine answers at ${endpoint}`, { hint: 'start it' });
}

function context(): LabContext {
  const sources: RuntimeSource[] = [
    { name: 'process', load: async () => runtime('process', () => machine.process) },
    {
      name: 'docker',
      load: async (endpoint = 'unix:///a') => runtime('docker', () => atEngine(endpoint), endpoint),
      endpoints: async (known) => [
        ...new Set([...known, ...Object.keys(machine.engines).filter((url) => !machine.dead.includes(url))]),
      ],
    },
  ];
  const emit: LabContext['emit'] = (event) => void (event.kind === 'warning' && told.push(event.text));
  const signal = new AbortController().signal;
  return { runtimes: sources, store: () => store, emit, signal, command: 'test' } as unknown as LabContext;
}

const record = (name: string, endpoint?: string): LabRecord => ({
  version: 1,
  lab: name,
  sandbox: name,
  folder: `/sandboxes/${name}`,
  runtime: endpoint === undefined ? 'process' : 'docker',
  createdAt: 0,
  bootId: bootId(),
  certs: {},
  ...(endpoint !== undefined && { endpoint }),
});

const names = async () => (await runningLabs(context())).map((found) => [found.lab, found.runtime.endpoint]);

describe('labs on several engines', () => {
  beforeEach(() => {
    machine = { process: ['p'], engines: { 'unix:///a': ['x'], 'unix:///b': ['y'] }, dead: [] };
    store = new StateStore(mkdtempSync(join(tmpdir(), 'envoy-lab-test-')));
    told = [];
  });
  afterEach(() => rmSync(store.folder, { recursive: true, force: true }));

  it('are found on every engine that answers', async () => {
    assert.deepEqual(await names(), [
      ['p', undefined],
      ['x', 'unix:///a'],
      ['y', 'unix:///b'],
    ]);
    assert.equal((await openLab(context(), 'y'))?.runtime.endpoint, 'unix:///b');
    assert.equal(await openLab(context(), 'z'), undefined);
  });

  it('are found where they were started, although nothing leads there any more', async () => {
    const engines = { 'unix:///a': ['x'] };
    machine = { ...machine, engines };
    Object.defineProperty(engines, 'tcp://far:1', { value: ['w'], enumerable: false });
    assert.equal(await openLab(context(), 'w'), undefined);
    await store.write(record('w', 'tcp://far:1'));
    assert.equal((await openLab(context(), 'w'))?.runtime.endpoint, 'tcp://far:1');
    assert.deepEqual((await names()).at(1), ['w', 'tcp://far:1']);
  });

  it('do not hide the others when their engine does not answer', async () => {
    await store.write(record('y', 'unix:///b'));
    machine.dead.push('unix:///b');
    assert.deepEqual(await names(), [
      ['p', undefined],
      ['x', 'unix:///a'],
    ]);
    assert.deepEqual(told, [
      'runtime docker: no container engine answers at unix:///b; labs started there: y',
    ]);
    assert.equal((await findLab(context(), 'x')).runtime.endpoint, 'unix:///a');
  });

  it('are not said to be gone when their engine does not answer', async () => {
    await store.write(record('y', 'unix:///b'));
    machine.dead.push('unix:///b');
    const lost = {
      code: 'runtime',
      message: 'lab "y" was started on unix:///b, and no container engine answers at unix:///b',
      hint: /^start that engine again, .*y\.json$/,
    };
    await assert.rejects(findLab(context(), 'y'), lost);
    await assert.rejects(down(context(), { labs: ['y'], all: false }), lost);
    assert.ok(store.read('y'));
  });

  it('go with down --all, but for those of an engine that does not answer', async () => {
    await store.write(record('y', 'unix:///b'));
    await store.write(record('x', 'unix:///a'));
    machine.dead.push('unix:///b');
    assert.deepEqual(await down(context(), { labs: [], all: true }), ['p', 'x']);
    assert.deepEqual([machine.process, machine.engines['unix:///a']], [[], []]);
    assert.equal(told.length, 1);
    assert.match(told[0]!, /^lab "y" was started on unix:\/\/\/b, and no .*\(start that engine again/);
    assert.deepEqual(
      store.list().map(({ lab }) => lab),
      ['y'],
    );
    machine.dead.pop();
    assert.deepEqual(await down(context(), { labs: [], all: true }), ['y']);
    assert.deepEqual([machine.engines['unix:///b'], store.list()], [[], []]);
  });

  it('go by name while another engine does not answer', async () => {
    await store.write(record('y', 'unix:///b'));
    machine.dead.push('unix:///b');
    assert.deepEqual(await down(context(), { labs: ['x'], all: false }), ['x']);
    assert.deepEqual(told, []);
  });
});
