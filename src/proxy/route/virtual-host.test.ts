import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fakeRequest } from './context.fake.ts';
import { DomainIndex } from './virtual-host.ts';

// What Envoy 1.40 does with these virtual hosts.
const hosts: Readonly<Record<string, readonly string[]>> = {
  ex: ['a.com', 'a.com:81'],
  '*.com': ['*.com'],
  '*.b.com': ['*.b.com', '*-x.b.com'],
  '*-foo.b.com': ['*-foo.b.com'],
  'a.*': ['a.*', 'www.*'],
  'a.b.*': ['a.b.*'],
  '*': ['*'],
};

const found: readonly (readonly [host: string, virtualHost: string])[] = [
  ['a.com', 'ex'],
  ['A.COM', 'ex'],
  ['a.com:80', 'a.*'],
  ['a.com:81', 'ex'],
  ['x.com', '*.com'],
  ['.com', '*'],
  ['com', '*'],
  ['y.b.com', '*.b.com'],
  ['z-foo.b.com', '*-foo.b.com'],
  ['-foo.b.com', '*.b.com'],
  ['q-x.b.com', '*.b.com'],
  ['a.org', 'a.*'],
  ['a.b.org', 'a.b.*'],
  ['a.', '*'],
  ['a.b.', 'a.*'],
  ['zzz', '*'],
  ['www.X.org:99', 'a.*'],
  ['a.b.com', '*.b.com'],
];

const withoutPorts: readonly (readonly [host: string, virtualHost: string | undefined])[] = [
  ['a.com:123', 'ex'],
  ['a.com:x', 'ex'],
  ['a.com:', 'ex'],
  ['[::1]:80', 'ex'],
  ['[::1]', 'ex'],
  ['x.b.com:8', 's'],
  ['nope', undefined],
];

test('finds the virtual host Envoy finds', () => {
  const index = new DomainIndex<string>({ name: 'r' });
  for (const [name, domains] of Object.entries(hosts)) for (const domain of domains) index.add(domain, name);
  for (const [host, expected] of found) assert.equal(index.find(fakeRequest('/', host)), expected, host);
});

test('ignore_port_in_host_matching', () => {
  const index = new DomainIndex<string>({ name: 'r', ignore_port_in_host_matching: true });
  index.add('a.com', 'ex');
  index.add('[::1]', 'ex');
  index.add('*.b.com', 's');
  for (const [host, expected] of withoutPorts)
    assert.equal(index.find(fakeRequest('/', host)), expected, host);
});

test('a request without a host meets only a lone *', () => {
  const index = new DomainIndex<string>({});
  index.add('*', 'any');
  const request = fakeRequest('/');
  request.authority = undefined;
  assert.equal(index.find(request), 'any');
  index.add('a.com', 'a');
  assert.equal(index.find(request), undefined);
});

test('a domain belongs to one virtual host', () => {
  const index = new DomainIndex<number>({ name: 'rc' });
  for (const domain of ['a.com', '*.a.com', 'a.*', '*']) index.add(domain, 1);
  for (const domain of ['A.com', '*.a.com', 'a.*'])
    assert.throws(() => index.add(domain, 2), {
      message: `Only unique values for domains are permitted. Duplicate entry of domain ${domain.toLowerCase()} in route rc`,
    });
  assert.throws(() => index.add('*', 2), {
    message: 'Only a single wildcard domain is permitted in route rc',
  });
});
