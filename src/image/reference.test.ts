import assert from 'node:assert/strict';
import { it } from 'node:test';
import { isReference, wholeReference } from './reference.ts';

it('tells images of a registry from those of a folder', () => {
  assert.deepEqual(
    ['hello', 'my-app', 'nginx:1.27', 'quay.io/team/shop', 'team/shop', 'shop@sha256:ab'].map(isReference),
    [false, false, true, true, true, true],
  );
});

it('fills in what engines fill in', () => {
  const digest = `sha256:${'0f'.repeat(32)}`;
  const whole = {
    nginx: 'docker.io/library/nginx:latest',
    'nginx:1.27': 'docker.io/library/nginx:1.27',
    'team/shop': 'docker.io/team/shop:latest',
    'docker.io/nginx': 'docker.io/library/nginx:latest',
    'index.docker.io/nginx': 'docker.io/library/nginx:latest',
    'quay.io/team/shop:1.2': 'quay.io/team/shop:1.2',
    'quay.io/shop': 'quay.io/shop:latest',
    'localhost/shop:1': 'localhost/shop:1',
    'localhost:5000/shop': 'localhost:5000/shop:latest',
    '[::1]:5000/a/b__c': '[::1]:5000/a/b__c:latest',
    [`shop@${digest}`]: `docker.io/library/shop@${digest}`,
    [`shop:1@${digest}`]: `docker.io/library/shop:1@${digest}`,
  };
  for (const [text, expected] of Object.entries(whole)) assert.equal(wholeReference(text), expected, text);
});

it('knows what no image can be called', () => {
  for (const text of [
    '',
    'Shop',
    'a b:1',
    'a//b',
    'a:',
    ':1',
    'quay.io/',
    'quay.io/Team/shop',
    'a@sha256:1',
    'http://a/b',
  ])
    assert.equal(wholeReference(text), undefined, text);
});
