import assert from 'node:assert/strict';
import { it } from 'node:test';
import { Addresses } from './addresses.ts';

const dnsError = (code: string) => Object.assign(new Error(code), { code });

/** What is told while a name is answered by each of these in turn, the last one for ever. */
async function told(
  answers: readonly (readonly string[] | string)[],
  count: number,
): Promise<readonly (readonly string[])[]> {
  const changes: (readonly string[])[] = [];
  let asked = 0;
  let ended = () => {};
  const all = new Promise<void>((resolve) => (ended = resolve));
  const lookUp = async () => {
    const answer = answers[Math.min(asked++, answers.length - 1)]!;
    // Asked once more than there are answers: what the last one changed has been told.
    if (asked > answers.length) ended();
    if (typeof answer === 'string') throw dnsError(answer);
    return answer;
  };
  const addresses = new Addresses('pod', (found) => changes.push(found), lookUp);
  await all;
  addresses.close();
  assert.equal(changes.length, count, JSON.stringify(changes));
  return changes;
}

it('tells addresses in the order of their numbers, once each, and only when they change', async () => {
  const changes = await told(
    [['10.0.0.10', '10.0.0.9'], ['10.0.0.9', '10.0.0.10', '10.0.0.9'], ['10.0.0.9'], ['10.0.0.9']],
    2,
  );
  assert.deepEqual(changes, [['10.0.0.9', '10.0.0.10'], ['10.0.0.9']]);
});

it('keeps what it knows while name servers fail', async () => {
  const changes = await told([['10.0.0.2'], 'ETIMEOUT', 'ESERVFAIL', 'ECONNREFUSED', ['10.0.0.2']], 1);
  assert.deepEqual(changes, [['10.0.0.2']]);
});

it('believes that there is no such name the second time', async () => {
  assert.deepEqual(await told([['10.0.0.2'], 'ENOTFOUND', ['10.0.0.2']], 1), [['10.0.0.2']]);
  assert.deepEqual(await told([['10.0.0.2'], 'ENODATA', 'ENOTFOUND', ['10.0.0.3']], 3), [
    ['10.0.0.2'],
    [],
    ['10.0.0.3'],
  ]);
});

it('asks no more when it is closed', async () => {
  let asked = 0;
  let first = () => {};
  const once = new Promise<void>((resolve) => (first = resolve));
  const addresses = new Addresses(
    'pod',
    () => assert.fail('told after it was closed'),
    async () => {
      asked++;
      first();
      return ['10.0.0.2'];
    },
  );
  addresses.close();
  await once;
  await new Promise((resolve) => setImmediate(resolve));
  assert.equal(asked, 1);
});
