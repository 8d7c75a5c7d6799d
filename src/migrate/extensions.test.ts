import assert from 'node:assert/strict';
import { it } from 'node:test';
import { extensionsOf } from '../bootstrap/schema/extension.ts';
import { messageSchema } from '../bootstrap/schema/schema.ts';
import { findExtension, goneExtensions, knownExtensions } from './extensions.ts';
import { rules } from './rules.ts';

it('every extension of the table is one that Envoy registers, with that type', () => {
  // Envoy registers these without a type of their own.
  const untyped = ['envoy.grpc_credentials.file_based_metadata'];
  const wrong = knownExtensions.filter(({ category, name, type }) => {
    const registered = extensionsOf(category).find((extension) => extension.name === name);
    if (untyped.includes(name)) return registered === undefined || messageSchema(type) === undefined;
    return !registered?.types.includes(type);
  });
  assert.deepEqual(wrong, []);
});

it('every message for one route or cluster is one of Envoy’s', () => {
  const types = knownExtensions.flatMap(({ perRoute, protocolOptions }) => [perRoute, protocolOptions]);
  assert.deepEqual(
    types.filter((type) => type !== undefined && messageSchema(type) === undefined),
    [],
  );
});

it('a name means one extension of its category', () => {
  const names = knownExtensions.flatMap(({ category, name, old }) =>
    [name, ...old].map((one) => `${category} ${one}`),
  );
  assert.deepEqual(
    names.filter((name, i) => names.indexOf(name) !== i),
    [],
  );
});

it('what is gone is in no list of what is there', () => {
  assert.deepEqual(
    Object.keys(goneExtensions).filter((name) => findExtension(name, []) !== undefined),
    [],
  );
});

it('the same old name means another extension in another place', () => {
  assert.equal(
    findExtension('envoy.ext_authz', ['envoy.filters.http'])?.name,
    'envoy.filters.http.ext_authz',
  );
  assert.equal(
    findExtension('envoy.ext_authz', ['envoy.filters.network'])?.name,
    'envoy.filters.network.ext_authz',
  );
  assert.equal(findExtension('envoy.router', ['envoy.filters.network']), undefined);
});

it('every rule is of a message that Envoy has', () => {
  assert.deepEqual(
    rules.filter(({ of }) => messageSchema(of) === undefined),
    [],
  );
});
