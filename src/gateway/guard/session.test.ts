import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { foreignCookies, Session } from './session.ts';

describe('Session', () => {
  it('has another token at every start, and a cookie that scripts and other sites do not get', () => {
    const session = new Session(4000);
    assert.match(session.token, /^[\w-]{43}$/);
    assert.notEqual(session.token, new Session(4000).token);
    assert.match(
      session.cookie,
      /^envoy-lab-4000=[\w-]{43}; Path=\/; Max-Age=\d+; HttpOnly; SameSite=Strict$/,
    );
  });

  it('knows its own cookie among others, and among several of its name', () => {
    const session = new Session(4000);
    const own = session.cookie.split(';')[0]!;
    for (const cookies of [own, `a=b; ${own}`, `envoy-lab-4000=planted; ${own}`, `=; x;${own};`]) {
      assert.equal(session.holds(cookies), true, cookies);
    }
    for (const cookies of [
      undefined,
      '',
      'a=b',
      `x${own}`,
      own.replace('4000', '4001'),
      `${own}x`,
      own.slice(0, -1),
      'envoy-lab-4000=',
    ]) {
      assert.equal(session.holds(cookies), false, cookies);
    }
  });

  it('admits by the token always, by a ticket once and for a minute', () => {
    let now = 0;
    const session = new Session(4000, () => now);
    assert.equal(session.admits(session.token), true);
    assert.equal(session.admits(session.token), true);
    assert.equal(session.admits(''), false);
    assert.equal(session.admits('x'.repeat(43)), false);
    const [first, second] = [session.ticket(), session.ticket()];
    now = 60_000;
    assert.equal(session.admits(first), true);
    assert.equal(session.admits(first), false);
    now = 60_001;
    assert.equal(session.admits(second), false);
  });
});

it('foreignCookies leaves out those of every gateway', () => {
  assert.equal(foreignCookies('a=1; envoy-lab-4000=t; b="2; c"; Envoy-Lab-1=x; d'), 'a=1; b="2; c"; d');
  assert.equal(foreignCookies('envoy-lab-1=x'), undefined);
  assert.equal(foreignCookies(undefined), undefined);
});
