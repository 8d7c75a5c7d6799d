import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { type GuardedRequest, refusalOf } from './guard.ts';

const port = 4000;
const own = '127.0.0.1:4000';

function request(
  headers: Readonly<Record<string, string>> = {},
  rest: Partial<GuardedRequest> = {},
): GuardedRequest {
  const all = { host: own, ...headers };
  return {
    method: 'GET',
    target: '/',
    headers: all,
    rawHeaders: Object.entries(all).flat(),
    upgrade: false,
    ...rest,
  };
}

const visit = { 'sec-fetch-mode': 'navigate', 'sec-fetch-dest': 'document' };
const statusOf = (asked: GuardedRequest) => refusalOf(asked, port)?.status;

describe('refusalOf', () => {
  it('lets the own pages, the user, and programs in', () => {
    for (const headers of [
      {},
      { host: 'localhost:4000' },
      { host: 'LOCALHOST:4000', origin: 'http://LOCALHOST:4000' },
      { 'sec-fetch-site': 'same-origin', origin: `http://${own}` },
      { 'sec-fetch-site': 'none', ...visit },
    ]) {
      assert.equal(refusalOf(request(headers), port), undefined, JSON.stringify(headers));
    }
    assert.equal(refusalOf(request({ host: '127.0.0.1' }), 80), undefined);
  });

  it('refuses another host: a name that was rebound, another port, none, or two', () => {
    for (const host of [
      'evil.test:4000',
      '127.0.0.1:4001',
      '127.0.0.1',
      'localhost',
      '[::1]:4000',
      `${own}.evil.test`,
    ]) {
      assert.equal(statusOf(request({ host })), 421, host);
    }
    assert.equal(statusOf(request({}, { headers: {}, rawHeaders: [] })), 421);
    assert.equal(statusOf(request({}, { rawHeaders: ['Host', own, 'host', 'evil.test'] })), 421);
  });

  it('refuses what is no path', () => {
    for (const target of ['http://evil.test/', `http://${own}/`, '*', 'x']) {
      assert.equal(statusOf(request({}, { target })), 400, target);
    }
  });

  it('lets a visit from elsewhere in, as long as it only looks', () => {
    for (const site of ['cross-site', 'same-site']) {
      const headers = { ...visit, 'sec-fetch-site': site };
      assert.equal(statusOf(request(headers)), undefined);
      assert.equal(statusOf(request(headers, { method: 'HEAD' })), undefined);
      assert.equal(statusOf(request(headers, { method: 'POST' })), 403);
      assert.equal(statusOf(request(headers, { upgrade: true })), 403);
    }
  });

  it('refuses everything else of another origin, be it on the same host', () => {
    for (const site of ['cross-site', 'same-site', 'nonsense']) {
      for (const rest of [
        { 'sec-fetch-mode': 'navigate', 'sec-fetch-dest': 'iframe' },
        { 'sec-fetch-mode': 'no-cors', 'sec-fetch-dest': 'image' },
        { 'sec-fetch-mode': 'cors', 'sec-fetch-dest': 'empty' },
        {},
      ]) {
        assert.equal(
          statusOf(request({ 'sec-fetch-site': site, ...rest })),
          403,
          `${site} ${JSON.stringify(rest)}`,
        );
      }
    }
    for (const origin of [
      'null',
      'http://127.0.0.1:4001',
      'https://127.0.0.1:4000',
      'http://localhost:4000',
      'http://evil.test',
    ]) {
      assert.equal(statusOf(request({ origin })), 403, origin);
      assert.equal(statusOf(request({ origin }, { upgrade: true })), 403, origin);
    }
  });

  it('refuses a service worker, which would outlive the lab', () => {
    assert.equal(statusOf(request({ 'service-worker': 'script', 'sec-fetch-site': 'same-origin' })), 403);
  });
});
