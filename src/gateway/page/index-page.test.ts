import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { ContainerView } from '../lab.ts';
import { fakeView } from '../view.fake.ts';
import { badgeOf, indexMain } from './index-page.ts';

describe('the index page', () => {
  const text = (...args: Parameters<typeof fakeView>) => indexMain(fakeView(...args)).text;

  it('links to every port of every node, below its container or as the node’s own', () => {
    const page = text({
      'web-1': [
        { port: 8001, kind: 'admin', container: 'app', tls: false, hostPort: 18_001, name: 'admin' },
        { port: 8443, kind: 'listener', tls: true, name: 'https', hostPort: 18_443 },
      ],
    });
    for (const path of [
      '/web-1/8001/',
      '/web-1/8001/stats',
      '/web-1/8443/',
      '/web-2/8080/',
      '/api-1/8443/',
    ]) {
      assert.ok(page.includes(`href="${path}"`), path);
    }
    assert.ok(
      page.includes('href="http://127.0.0.1:18001/"') && page.includes('href="https://127.0.0.1:18443/"'),
    );
    assert.match(page, /<h3>ports<\/h3>[\s\S]*?:8443/);
    assert.match(page, /3 nodes, 3 of 3 containers ready/);
  });

  it('writes names as text', () => {
    const page = text({ 'web-1': [{ port: 80, kind: 'listener', tls: false, name: `<script>"'&` }] });
    assert.ok(page.includes('&#60;script&#62;&#34;&#39;&#38;'));
    assert.doesNotMatch(page, /<script>/);
  });

  it('says what state a container is in', () => {
    const badge = (rest: Partial<ContainerView>) => {
      const { tone, text } = badgeOf({
        name: 'a',
        kind: 'app',
        runs: 'a',
        state: 'ready',
        once: false,
        ...rest,
      });
      return `${tone} ${text}`;
    };
    assert.equal(badge({}), 'good ready');
    assert.equal(badge({ once: true }), 'good done');
    assert.equal(badge({ state: 'exited', once: true, exitCode: 0 }), 'good done');
    assert.equal(badge({ state: 'exited', exitCode: 0 }), 'bad exited 0');
    assert.equal(badge({ state: 'exited', once: true, exitCode: 137 }), 'bad exited 137');
    assert.equal(badge({ state: 'starting' }), 'busy starting');
    assert.equal(badge({ state: 'paused' }), 'off paused');
  });
});
