import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { before, describe, it } from 'node:test';
import { LabError } from '../../src/error.ts';
import { sandboxOf } from '../../src/manifest/manifest.fake.ts';
import { skipWithout } from '../required.ts';
import { clusterRefusal } from './cluster.ts';
import { manifestCases, stricter } from './manifest-cases.ts';

/** How many questions are asked at the same time. */
const AT_ONCE = 3;

/** What the cluster's API server says of a manifest: undefined when it takes it. */
function refusalOf(text: string): Promise<string | undefined> {
  return new Promise((resolve) => {
    const words = ['apply', '--dry-run=server', '-f', '-'];
    const kubectl = execFile('kubectl', words, (error, _, stderr) =>
      resolve(error === null ? undefined : stderr.trim()),
    );
    kubectl.stdin!.end(text);
  });
}

/** What `up -f` says of it. */
function oursOf(text: string): string | undefined {
  try {
    sandboxOf(text);
    return undefined;
  } catch (error) {
    assert.ok(error instanceof LabError, String(error));
    return error.message;
  }
}

const noKubectl = await new Promise<string | undefined>((resolve) =>
  execFile('kubectl', ['version', '--client'], (error) =>
    resolve(error === null ? undefined : 'kubectl is not there (package kubernetes-client)'),
  ),
);
const skip = (await clusterRefusal()) ?? skipWithout('kubernetes', noKubectl);

describe('what is a valid manifest', { skip }, () => {
  const verdicts = new Map<string, string | undefined>();
  before(async () => {
    const waiting = [...manifestCases];
    const ask = async (): Promise<void> => {
      for (let next = waiting.shift(); next !== undefined; next = waiting.shift())
        verdicts.set(next.name, await refusalOf(next.text));
    };
    await Promise.all(Array.from({ length: AT_ONCE }, ask));
  });

  for (const { name, text } of manifestCases) {
    it(`${name}: as the API server says`, () => {
      const theirs = verdicts.get(name);
      assert.ok(verdicts.has(name));
      const ours = oursOf(text);
      if (theirs !== undefined) assert.ok(ours !== undefined, `the server refuses it: ${theirs}`);
      else if (Object.hasOwn(stricter, name)) assert.match(ours ?? '', stricter[name]!);
      else assert.equal(ours, undefined);
    });
  }

  it('lists no exception for nothing', () => {
    for (const name of Object.keys(stricter))
      assert.ok(verdicts.has(name) && verdicts.get(name) === undefined, name);
  });
});
