import assert from 'node:assert/strict';
import { createServer } from 'node:net';
import { describe, it } from 'node:test';
import type { LabError } from '../../../error.ts';
import type { ContainerSpec, NodeSpec } from '../../node-spec.ts';
import { checkLowPorts } from './low-ports.ts';

const node: NodeSpec = {
  name: 'front-1',
  group: 'front',
  index: 1,
  networks: [],
  aliases: [],
  publish: [],
  containers: [],
  hash: '',
};
const opens = (...ports: number[]): ContainerSpec => ({
  name: 'envoy',
  kind: 'engine',
  rootfs: { name: 'envoy', programs: [], files: [] },
  argv: ['envoy'],
  env: {},
  files: [],
  volumes: [],
  ready: { kind: 'started' },
  dependsOn: [],
  once: false,
  steered: { argv: ['envoy'], files: [], ports },
  hash: '',
});

describe('ports below 1024 of a program that is steered', () => {
  it('are refused by name where this user may not open them', async () => {
    const asked: number[] = [];
    const never = async (port: number) => asked.push(port) === 0;
    await assert.rejects(
      checkLowPorts(node, opens(8080, 80), '127.0.0.1', never),
      (error: LabError) =>
        error.code === 'runtime' &&
        /^front-1\/envoy listens on port 80, .*below 1024/.test(error.message) &&
        /namespaces|sysctl/.test(error.hint ?? ''),
    );
    assert.deepEqual(asked, [80]);
  });

  it('are left to the program where they may be opened', async () => {
    await checkLowPorts(node, opens(80, 443), '127.0.0.1', async () => true);
    await checkLowPorts(node, opens(1024), '127.0.0.1', async () => false);
  });

  it('are not refused because somebody has them', {
    skip: process.getuid?.() !== 0 && 'needs root',
  }, async () => {
    const holder = createServer();
    await new Promise<void>((resolve) => holder.listen({ port: 1023, host: '127.77.0.1' }, resolve));
    try {
      await checkLowPorts(node, opens(1023), '127.77.0.1');
    } finally {
      holder.close();
    }
  });
});
