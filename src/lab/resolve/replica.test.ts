import assert from 'node:assert/strict';
import { it } from 'node:test';
import type { ContainerSpec } from '../../runtime/node-spec.ts';
import { ofReplica } from './replica.ts';

const container: ContainerSpec = {
  name: 'app',
  kind: 'app',
  rootfs: { name: 'base', programs: [], files: [] },
  argv: ['serve', '--id={{replica}}'],
  env: { ME: 'I am {{replica}}, {{replica}}', OTHER: '{{name}}' },
  files: [],
  volumes: [],
  ready: { kind: 'started' },
  dependsOn: [],
  once: false,
  hash: 'h',
};

it('puts the name of the replica into variables and the command', () => {
  const made = ofReplica(container, 'web-2');
  assert.deepEqual(made.env, { ME: 'I am web-2, web-2', OTHER: '{{name}}' });
  assert.deepEqual(made.argv, ['serve', '--id=web-2']);
  assert.deepEqual(made.perReplica, { env: container.env, argv: container.argv });
  assert.equal(made.hash, 'h');
});

it('leaves alone what does not ask for it', () => {
  const plain = { ...container, argv: ['serve'], env: {} };
  assert.equal(ofReplica(plain, 'web-2'), plain);
  assert.deepEqual(ofReplica({ ...plain, args: ['{{replica}}'] }, 'web-2').args, ['web-2']);
});
