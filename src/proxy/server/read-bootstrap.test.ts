import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { DocumentError } from '../../document/problem.ts';
import { LabError } from '../../error.ts';
import { readBootstrap } from './read-bootstrap.ts';

const files: Readonly<Record<string, string>> = {
  'a.yaml': `
node: { id: from-file, cluster: c }
static_resources:
  clusters: [{ name: one, connect_timeout: 1s }]
`,
  'unknown.yaml': 'node: { id: x1, colour: red }',
  'unsupported.yaml': 'flags_path: /x',
};
const readFile = (path: string): Buffer => {
  const text = files[path];
  if (text === undefined) throw new Error('ENOENT: no such file');
  return Buffer.from(text);
};
const source = { configPath: '', configYaml: '', allowUnsupported: false, allowUnknownStaticFields: false };

describe('readBootstrap', () => {
  it('merges --config-yaml over the file as protobuf does', () => {
    const configYaml =
      '{node: {id: from-flag}, static_resources: {clusters: [{name: two, connect_timeout: 2s}]}}';
    const { bootstrap } = readBootstrap({ ...source, configPath: 'a.yaml', configYaml }, readFile);
    assert.deepEqual(bootstrap.node, { id: 'from-flag', cluster: 'c' });
    assert.deepEqual(
      bootstrap.static_resources?.clusters?.map(({ name, connect_timeout }) => [name, connect_timeout]),
      [
        ['one', 1000],
        ['two', 2000],
      ],
    );
  });

  it('checks the two as one: a route of the one may lead to a cluster of the other', () => {
    const configYaml = `
static_resources:
  listeners:
  - name: l
    address: { socket_address: { address: 127.0.0.1, port_value: 0 } }
    filter_chains:
    - filters:
      - name: hcm
        typed_config:
          "@type": type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager
          stat_prefix: s
          route_config:
            virtual_hosts: [{ name: v, domains: ["*"], routes: [{ match: { prefix: / }, route: { cluster: one } }] }]
          http_filters:
          - name: router
            typed_config: { "@type": type.googleapis.com/envoy.extensions.filters.http.router.v3.Router }
`;
    const { bootstrap, warnings } = readBootstrap({ ...source, configPath: 'a.yaml', configYaml }, readFile);
    assert.equal(bootstrap.static_resources?.listeners?.length, 1);
    assert.deepEqual(warnings, []);
    assert.throws(() => readBootstrap({ ...source, configYaml }, readFile), /'one'|"one"|unknown cluster/);
  });

  it('takes either alone', () => {
    assert.equal(
      readBootstrap({ ...source, configPath: 'a.yaml' }, readFile).bootstrap.node?.id,
      'from-file',
    );
    assert.equal(readBootstrap({ ...source, configYaml: 'node: {id: x}' }, readFile).bootstrap.node?.id, 'x');
  });

  it('names a file that is not there', () => {
    assert.throws(
      () => readBootstrap({ ...source, configPath: 'nosuch.yaml' }, readFile),
      (error) => error instanceof LabError && error.message === 'Invalid path: nosuch.yaml',
    );
  });

  it('refuses a field Envoy does not know, or warns of it when told to', () => {
    const unknown = { ...source, configPath: 'unknown.yaml' };
    assert.throws(() => readBootstrap(unknown, readFile), DocumentError);
    const { bootstrap, warnings } = readBootstrap({ ...unknown, allowUnknownStaticFields: true }, readFile);
    assert.equal(bootstrap.node?.id, 'x1');
    assert.match(warnings.join(), /unknown\.yaml:1:\d+: .*node\.colour: unknown field/);
  });

  it('refuses a field that is not implemented, or warns of it when told to', () => {
    const unsupported = { ...source, configPath: 'unsupported.yaml' };
    assert.throws(() => readBootstrap(unsupported, readFile), /flags_path.*--engine envoy/s);
    const { bootstrap, warnings } = readBootstrap({ ...unsupported, allowUnsupported: true }, readFile);
    assert.equal(bootstrap.flags_path, undefined);
    assert.match(warnings.join(), /flags_path is not implemented/);
  });
});
