// biome-ignore-all lint/suspicious/noTemplateCurlyInString: not a reference
import assert from 'node:assert/strict';
import { it } from 'node:test';
import { expand } from './expand.ts';

const variables = { A: 'one', B: 'two', EMPTY: '', 'C-D.e': 'odd', NEST: '$(A)' };

// The cases of the kubelet's own rules: k8s.io/kubernetes, third_party/forked/golang/expansion.
for (const [text, wanted] of [
  ['$(A)', 'one'],
  ['x$(A)$(B)y', 'xonetwoy'],
  ['$$(A)', '$(A)'],
  ['$$$(A)', '$one'],
  ['$$$$(A)', '$$(A)'],
  ['$(NONE)', '$(NONE)'],
  ['$(EMPTY)|', '|'],
  ['$(C-D.e)', 'odd'],
  ['$(NEST)', '$(A)'],
  ['$(A', '$(A'],
  ['$(A$(B)', '$(A$(B)'],
  ['$A ${A} $', '$A ${A} $'],
  ['$', '$'],
  ['$$', '$'],
  ['$)A(', '$)A('],
  ['$()', '$()'],
  ['a\n$(A)\n', 'a\none\n'],
] as const) {
  it(`${JSON.stringify(text)} is ${JSON.stringify(wanted)}`, () => {
    assert.equal(expand(text, variables), wanted);
  });
}
