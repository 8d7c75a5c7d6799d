import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { mapPaths } from './path-map.ts';

const mappings = [
  { inside: '/etc/envoy.yaml', host: '/L/root/etc/envoy.yaml' },
  { inside: '/app', host: '/L/root/app' },
  { inside: '/tmp', host: '/L/tmp' },
  { inside: '/tmp/clone/dist', host: '/tmp/clone/dist' },
];
const cases: readonly [string, string, string][] = [
  ['a path by itself', '/etc/envoy.yaml', '/L/root/etc/envoy.yaml'],
  ['below a folder', '/app/server.js', '/L/root/app/server.js'],
  ['the folder', '/app', '/L/root/app'],
  ['after an option', '--config-path=/etc/envoy.yaml', '--config-path=/L/root/etc/envoy.yaml'],
  ['several in a text', 'cat "/app/a" /tmp/b > /tmp/c;x', 'cat "/L/root/app/a" /L/tmp/b > /L/tmp/c;x'],
  ['a list', '/app:/tmp', '/L/root/app:/L/tmp'],
  ['not another path that begins so', '/app2/x /etc/envoy.yaml.bak', '/app2/x /etc/envoy.yaml.bak'],
  ['not a part of a longer path', '/usr/app/x ./app', '/usr/app/x ./app'],
  ['the longest mapping', '/tmp/clone/dist/app', '/tmp/clone/dist/app'],
  ['nothing', 'plain words', 'plain words'],
  ['not the path of a URL', 'http://web/app', 'http://web/app'],
];

describe('mapPaths', () => {
  for (const [what, text, expected] of cases)
    it(`maps ${what}`, () => assert.equal(mapPaths(text, mappings), expected));
});
