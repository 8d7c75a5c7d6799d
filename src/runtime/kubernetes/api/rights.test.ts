import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { it } from 'node:test';
import { labRights, namespaceRights, talkRights } from './rights.ts';

it('the rights that are asked for are those of the documentation', () => {
  const text = readFileSync(new URL('../../../../docs/kubernetes.md', import.meta.url), 'utf8');
  const section = text.slice(text.indexOf('## Rights'), text.indexOf('## Tests'));
  const rows = [...section.matchAll(/^\| `(\S+)` \| (.+) \|$/gm)];
  assert.deepEqual(
    rows.map(([, resource, verbs]) => ({ resource, verbs: verbs!.split(', ') })),
    [...labRights, ...talkRights, ...namespaceRights],
  );
});
