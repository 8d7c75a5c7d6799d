import assert from 'node:assert/strict';
import { it } from 'node:test';
import { readDocument } from './document.ts';
import { overlayDocument } from './overlay.ts';

const below = readDocument(
  'node: {id: a, cluster: b}\nlist:\n  - 1\n  - {x: 2}\nany: {"@type": t, p: 1}\n',
  'below',
);
const above = readDocument(
  'node:\n  id: z\nlist:\n  - 3\nany: {"@type": t, q: 2}\nnew: 1\nlost: ~\n',
  'above',
);
const document = overlayDocument(below, above);

it('merges objects, joins lists and replaces the rest', () => {
  assert.deepEqual(document.value, {
    node: { id: 'z', cluster: 'b' },
    list: [1, { x: 2 }, 3],
    any: { '@type': 't', q: 2 },
    new: 1,
    lost: null,
  });
});

it('points into the file a value came from', () => {
  const at = (...path: (string | number)[]) => {
    const { file, line, column } = document.positionOf(path);
    return `${file}:${line}:${column}`;
  };
  assert.equal(at('node', 'id'), 'above:2:7');
  assert.equal(at('node', 'cluster'), 'below:1:24');
  assert.equal(at('list', 1, 'x'), 'below:4:9');
  assert.equal(at('list', 2), 'above:4:5');
  assert.equal(at('any', 'q'), 'above:5:22');
  assert.equal(at('new'), 'above:6:6');
});
