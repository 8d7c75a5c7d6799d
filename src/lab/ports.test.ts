import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { LabError } from '../error.ts';
import { publishedPort } from './ports.ts';
import { container, lab, node, observed } from './specs.fake.ts';

const publish = [
  { name: 'http', port: 80, protocol: 'tcp', hostPort: 8080, pinned: false },
  { name: 'dns', port: 53, protocol: 'udp', hostPort: 5353, pinned: false },
] as const;
const running = observed(lab(node('web', [container('app')], { publish }), node('db', [container('store')])));
const [web, db] = running.nodes;

describe('publishedPort', () => {
  it('finds a port by name and by number', () => {
    assert.equal(publishedPort(web!, 'http').hostPort, 8080);
    assert.equal(publishedPort(web!, '80').hostPort, 8080);
    assert.equal(publishedPort(web!, '53/udp').hostPort, 5353);
  });

  it('says which ports there are', () => {
    const hint = (node: typeof web, port: string) => {
      try {
        publishedPort(node!, port);
        return assert.fail('found');
      } catch (error) {
        return `${(error as LabError).message}: ${(error as LabError).hint}`;
      }
    };
    assert.equal(hint(web, 'htp'), 'web-1 does not publish port htp: did you mean "http"?');
    assert.match(hint(web, '53'), /does not publish port 53/);
    assert.match(hint(db, '1'), /it publishes none/);
  });
});
