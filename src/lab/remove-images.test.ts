import assert from 'node:assert/strict';
import { it } from 'node:test';
import { LabError } from '../error.ts';
import type { Runtime } from '../runtime/runtime.ts';
import type { LabContext } from './context.ts';
import { removeImages } from './remove-images.ts';

it('asks every engine that answers, and tells of one that fails', async () => {
  const told: string[] = [];
  const runtime = (endpoint: string, more: Partial<Runtime>) =>
    ({ name: 'docker', endpoint, probe: async () => ({ available: true }), ...more }) as Runtime;
  const engines: Record<string, Runtime> = {
    a: runtime('a', { removeImages: async () => ['envoy-lab/hello:1', 'envoy-lab/base:1'] }),
    b: runtime('b', { removeImages: async () => ['localhost/envoy-lab/hello:1'] }),
    dead: runtime('dead', {
      probe: async () => ({ available: false }) as Awaited<ReturnType<Runtime['probe']>>,
      removeImages: async () => assert.fail('it does not answer'),
    }),
    failing: runtime('failing', {
      removeImages: async () => {
        throw new LabError('runtime', 'cannot remove images: it ended');
      },
    }),
  };
  const context = {
    runtimes: [
      { name: 'process', load: async () => ({ name: 'process' }) },
      {
        name: 'docker',
        load: async (url: string) => engines[url]!,
        endpoints: async () => Object.keys(engines),
      },
    ],
    store: () => ({ list: () => [] }),
    emit: (event: { text?: string }) => told.push(event.text ?? ''),
  } as unknown as LabContext;
  assert.deepEqual(await removeImages(context), [
    'envoy-lab/hello:1',
    'envoy-lab/base:1',
    'localhost/envoy-lab/hello:1',
  ]);
  assert.deepEqual(told, ['runtime docker: cannot remove images: it ended']);
});
