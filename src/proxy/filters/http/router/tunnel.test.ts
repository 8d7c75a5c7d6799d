import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { RequestHeaders } from '../../../http/headers.ts';
import { lacksProtocol } from './tunnel.ts';

describe('lacksProtocol', () => {
  for (const [method, path, protocol, expected] of [
    ['CONNECT', '', undefined, false],
    ['CONNECT', '/x', undefined, true],
    ['CONNECT', '/x', 'websocket', false],
    ['GET', '/x', undefined, false],
  ] as const) {
    it(`is ${expected} of ${method} ${path} ${protocol ?? ''}`, () => {
      const headers = new RequestHeaders();
      Object.assign(headers, { method, path, protocol });
      assert.equal(lacksProtocol(headers), expected);
    });
  }
});
