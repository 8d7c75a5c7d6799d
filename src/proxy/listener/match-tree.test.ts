import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { envoy } from '../../bootstrap/api.generated.ts';
import { type ConnectionFacts, newFacts } from './connection-facts.ts';
import { compileMatches } from './match-tree.ts';

type Match = envoy.config.listener.v3.FilterChainMatch;

const range = (address_prefix: string, prefix_len: number) => ({ address_prefix, prefix_len });

function finds(
  matches: Readonly<Record<string, Match>>,
  facts: Partial<ConnectionFacts>,
): string | undefined {
  const find = compileMatches(Object.entries(matches).map(([name, match]) => [match, { name }]));
  const known = newFacts({ address: '10.0.0.1', port: 443 }, { address: '10.0.0.2', port: 5000 });
  return find({ ...known, ...facts })?.name;
}

const byName = {
  exact: { server_names: ['www.lab.example'] },
  near: { server_names: ['*.lab.example'] },
  far: { server_names: ['*.example'] },
  any: {},
};

describe('a match', () => {
  it('takes the most specific name', () => {
    for (const [serverName, name] of [
      ['www.lab.example', 'exact'],
      ['x.lab.example', 'near'],
      ['a.b.lab.example', 'near'],
      ['lab.example', 'far'],
      ['example', 'any'],
      ['', 'any'],
    ] as const) {
      assert.equal(finds(byName, { serverName }), name, serverName);
    }
  });

  it('takes the narrowest range of either version', () => {
    const matches = {
      wide: { source_prefix_ranges: [range('10.0.0.0', 8), range('::', 0)] },
      narrow: { source_prefix_ranges: [range('10.1.0.0', 16), range('2001:db8::', 32)] },
    };
    const from = (address: string) => finds(matches, { remote: { address, port: 1 } });
    assert.deepEqual(['10.2.0.1', '10.1.9.9', '11.0.0.1', '::1', '2001:db8::7'].map(from), [
      'wide',
      'narrow',
      undefined,
      'wide',
      'narrow',
    ]);
  });

  it('puts a pipe into no range', () => {
    const remote = { address: '/run/x.sock', port: 0 };
    assert.equal(finds({ a: { source_prefix_ranges: [range('10.0.0.0', 8)] }, b: {} }, { remote }), 'b');
    assert.equal(finds({ a: { source_type: 'SAME_IP_OR_LOOPBACK' }, b: {} }, { remote }), 'a');
  });

  it('takes plain text for what nobody has looked at', () => {
    assert.equal(finds({ a: { transport_protocol: 'raw_buffer' } }, {}), 'a');
    assert.equal(finds({ a: { transport_protocol: 'tls' } }, {}), undefined);
  });

  it('looks for protocols in the order they are offered', () => {
    const matches = { h1: { application_protocols: ['http/1.1'] }, h2: { application_protocols: ['h2'] } };
    assert.equal(finds(matches, { applicationProtocols: ['x', 'h2', 'http/1.1'] }), 'h2');
    assert.equal(finds(matches, {}), undefined);
  });

  it('goes no way back', () => {
    const matches = { port: { destination_port: 443, source_ports: [1] }, any: {} };
    assert.equal(finds(matches, {}), undefined);
  });
});

describe('matches are refused', () => {
  for (const [why, words, ...matches] of [
    ['that overlap', /overlapping matching rules/, { source_ports: [1, 2] }, { source_ports: [2] }],
    [
      'whose ranges are the same',
      /overlapping/,
      { prefix_ranges: [range('10.0.0.1', 8)] },
      { prefix_ranges: [range('10.9.9.9', 8)] },
    ],
    ['with a range that is none', /malformed IP address: x/, { prefix_ranges: [range('x', 8)] }],
    ['with a partial wildcard', /partial wildcards are not supported/, { server_names: ['w*.example'] }],
  ] as const) {
    it(why, () => {
      assert.throws(() => compileMatches(matches.map((match) => [match as unknown as Match, {}])), {
        code: 'invalid',
        message: words,
      });
    });
  }
});
